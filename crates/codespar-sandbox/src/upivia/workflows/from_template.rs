//! Workflows made from a template.

use serde_json::json;

use crate::{
    server::{
        json_object::Fields,
        request::{Call, Outcome},
        response::Answer,
    },
    store::json::text,
    upivia::{
        resource,
        workflows::{self, agents},
    },
};

const TEMPLATE: &str = "daily-digest";

/// `GET /workflows/from-template`
pub(crate) fn list(_: &mut Call<'_>) -> Outcome {
    let template =
        json!({ "id": TEMPLATE, "name": "Daily digest", "preview": "Search, then mail." });
    Ok(Answer::ok(json!({ "templates": [template] })))
}

/// `POST /workflows/from-template`: a workflow with a published version.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    body.choice("template_id", &[TEMPLATE])?;
    let agent = body.maybe_text("agent_id")?;
    if let Some(agent) = agent {
        resource::find(&call.state.upivia.agents, call.project, agent)?;
    }
    let named = Fields::of(&json!({ "name": "Daily digest", "template_id": TEMPLATE }));
    let workflow = workflows::made(call, &named);
    let id = text(&workflow, "id").to_owned();
    call.path = vec![id.clone()];
    let steps = json!([{ "id": "search", "operation": "web_search.search" },
        { "id": "mail", "operation": "email.send" }]);
    let edges = json!([{ "from": "search", "to": "mail" }]);
    workflows::new_version(
        call,
        &Fields::of(&json!({ "steps": steps, "edges": edges })),
        "published",
    );
    if let Some(agent) = agent {
        agents::give(call, &id, agent)?;
    }
    Ok(Answer::created(json!({ "workflow": workflow })))
}
