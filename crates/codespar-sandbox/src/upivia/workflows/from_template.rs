//! Workflows made from a template.

use serde_json::json;

use crate::{
    server::{
        json_object::JsonObject,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::text,
    upivia::{
        resource,
        workflows::{self, agents},
    },
};

const TEMPLATE: &str = "daily-digest";

/// `GET /workflows/from-template`
pub(crate) fn list(_: &mut Request<'_>) -> HandlerResult {
    let template =
        json!({ "id": TEMPLATE, "name": "Daily digest", "preview": "Search, then mail." });
    Ok(Response::ok(json!({ "templates": [template] })))
}

/// `POST /workflows/from-template`: a workflow with a published version.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    body.choice("template_id", &[TEMPLATE])?;
    let agent = body.maybe_text("agent_id")?;
    if let Some(agent) = agent {
        resource::find(&req.state.upivia.agents, req.project, agent)?;
    }
    let named = JsonObject::of(&json!({ "name": "Daily digest", "template_id": TEMPLATE }));
    let workflow = workflows::insert(req, &named);
    let id = text(&workflow, "id").to_owned();
    req.path = vec![id.clone()];
    let steps = json!([{ "id": "search", "operation": "web_search.search" },
        { "id": "mail", "operation": "email.send" }]);
    let edges = json!([{ "from": "search", "to": "mail" }]);
    workflows::new_version(
        req,
        &JsonObject::of(&json!({ "steps": steps, "edges": edges })),
        "published",
    );
    if let Some(agent) = agent {
        agents::give(req, &id, agent)?;
    }
    Ok(Response::created(json!({ "workflow": workflow })))
}
