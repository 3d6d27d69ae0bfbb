//! Who the key belongs to, and whether the server is well.

use serde_json::json;

use crate::server::{
    errors::not_found,
    request::{Call, Outcome},
    response::Answer,
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
