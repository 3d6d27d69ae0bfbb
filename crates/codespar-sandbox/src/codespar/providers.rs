//! Providers, as the catalog knows them: `/v1/providers`, also under the name `/v1/servers`.

use serde_json::{Value, json};

use crate::{
    codespar::catalog::{Server, all, find},
    server::{
        errors::{Refusal, error},
        request::{Call, Outcome},
        response::Answer,
    },
    store::json::text,
};

/// `GET /v1/providers`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let wanted = |name: &str, value: &str| call.query(name).is_none_or(|asked| asked == value);
    let text = call.query("q").unwrap_or_default().to_lowercase();
    let rows: Vec<Value> = all(call.settings)
        .filter(|server| wanted("category", server.category) && wanted("country", server.country))
        .filter(|server| server.has(&text))
        .map(|server| server.row())
        .collect();
    let body =
        json!({ "total": all(call.settings).count(), "filtered": rows.len(), "servers": rows });
    Ok(Answer::ok(body))
}

/// `GET /v1/providers/{slug}`
pub(crate) fn one(call: &mut Call<'_>) -> Outcome {
    Ok(Answer::ok(asked(call)?.row()))
}

/// `GET /v1/providers/{slug}/auth-schema`
pub(crate) fn auth_schema(call: &mut Call<'_>) -> Outcome {
    let server = asked(call)?;
    let kind = match server.auth_type {
        "two_header" => "header",
        other => other,
    };
    let fields: Vec<Value> = server
        .secrets()
        .iter()
        .map(|name| json!({ "name": name, "kind": kind, "label": name.replace('_', " ") }))
        .collect();
    let oauth = server.auth_type == "oauth";
    let authorize = oauth.then(|| format!("https://connect.example.test/{}/oauth", server.id));
    Ok(Answer::ok(json!({
        "server_id": server.id,
        "auth_type": server.auth_type,
        "environment": "test",
        "base_url": format!("https://{}.example.test", server.id),
        "oauth_authorize_url": authorize,
        "fields": fields,
    })))
}

/// `POST /v1/providers/{slug}/verify-connection`
pub(crate) fn verify(call: &mut Call<'_>) -> Outcome {
    let server = asked(call)?;
    let mut rows = call.state.connections.list(call.project);
    let connected = rows.any(|row| {
        let is = |name: &str, value: &str| text(row, name) == value;
        is("server_id", &server.id) && is("status", "connected")
    });
    if !connected {
        let body = json!({ "ok": false, "provider": server.id, "error": "not_connected" });
        return Err(Answer::json(http::StatusCode::FAILED_DEPENDENCY, body).into());
    }
    Ok(Answer::ok(json!({ "ok": true, "provider": server.id, "latency_ms": 12 })))
}

fn asked(call: &Call<'_>) -> Result<Server, Refusal> {
    let unknown = || error(404, "server_unknown", "not in the catalog").into();
    find(call.settings, call.id()).ok_or_else(unknown)
}
