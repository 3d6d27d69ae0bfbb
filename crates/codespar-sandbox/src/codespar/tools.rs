//! What a session can call: its connections, its tools, and searches among them.

use serde_json::{Value, json};

use crate::{
    codespar::{
        catalog,
        meta_tools::{self, tool::MetaTool},
        sessions,
    },
    server::{
        errors::error,
        request::{Call, Outcome},
        response::Answer,
    },
    store::settings::Settings,
};

/// `GET /v1/sessions/{id}/connections` of the managed service: servers and tools.
pub(crate) fn connections(call: &mut Call<'_>) -> Outcome {
    let session = sessions::find(call)?;
    let servers: Vec<Value> =
        session.servers.iter().map(|id| server_row(call.settings, id)).collect();
    let tools: Vec<Value> = meta_tools::all().map(tool_row).collect();
    Ok(Answer::ok(json!({ "servers": servers, "tools": tools })))
}

/// `GET /sessions/{id}/connections` of the self-hosted runtime, closed sessions included.
pub(crate) fn connections_thin(call: &mut Call<'_>) -> Outcome {
    let session = sessions::find(call).map_err(|_| error(404, "not_found", "Session not found"))?;
    let connected = session.status == "active";
    let row = |(index, server): (usize, &String)| json!({ "id": format!("{}-conn-{index}-{server}", session.id), "connected": connected });
    let servers: Vec<Value> = session.servers.iter().enumerate().map(row).collect();
    Ok(Answer::ok(json!({ "servers": servers })))
}

/// `GET /v1/sessions/{id}/tools`
pub(crate) fn of_session(call: &mut Call<'_>) -> Outcome {
    let session = sessions::find(call)?;
    let text = call.query("q").unwrap_or_default().to_lowercase();
    let from_us = call.query("server").is_none_or(|server| server == "codespar");
    let tools: Vec<Value> = meta_tools::all()
        .filter(|_| from_us)
        .filter(|tool| tool.name.contains(&text) || tool.about.to_lowercase().contains(&text))
        .map(tool_row)
        .collect();
    let body = json!({ "total": tools.len(), "data": tools, "session_id": session.id });
    Ok(Answer::ok(body))
}

/// `POST /v1/sessions/{id}/find-tools`
pub(crate) fn find(call: &mut Call<'_>) -> Outcome {
    sessions::find(call)?;
    let body = call.body()?;
    let rows: Vec<Value> = ranked(body.text("intent")?)
        .into_iter()
        .map(|(tool, relevance)| {
            json!({
                "name": tool.name,
                "description": tool.about,
                "relevance": relevance,
                "server": "codespar",
            })
        })
        .collect();
    Ok(Answer::ok(json!({ "data": rows })))
}

/// `POST /v1/tools/search`
pub(crate) fn search(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let intent = body.text("intent")?;
    let limit = body.maybe_integer("limit")?.unwrap_or(5);
    let limit = usize::try_from(limit).ok().filter(|limit| (1..=5).contains(limit));
    let limit = limit.ok_or_else(|| crate::server::json_object::issue("limit", "1 to 5"))?;
    let hits: Vec<Value> = ranked(intent)
        .into_iter()
        .take(limit)
        .map(|(tool, relevance)| {
            let confidence = if relevance > 0.5 { "high" } else { "medium" };
            json!({ "tool_name": tool.name, "confidence": confidence, "rationale": tool.about })
        })
        .collect();
    Ok(Answer::ok(json!({
        "intent": intent, "hits": hits, "elapsed_ms": 3, "source": "fallback",
    })))
}

/// `POST /v1/meta-tools/discover`: which tool and rail would serve an intent.
pub(crate) fn plan(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let Some(intent) = body.maybe_object("intent")? else {
        body.text("description")?;
        return Err(error(501, "nl_unavailable", "the sandbox reads no prose").into());
    };
    let (tool, rail, provider) = match intent.text("operation")? {
        "charge" => ("codespar_charge", "pix", "asaas"),
        "pay" => ("codespar_pay", "pix", "celcoin"),
        _ => return Err(error(400, "intent_unmappable", "no tool does this").into()),
    };
    intent.text("currency")?;
    intent.text("country")?;
    let recommended = json!({
        "tool": tool,
        "rail": rail,
        "provider_id": provider,
        "args_template": { "method": rail, "currency": intent.echo("currency") },
        "reasons": ["the only rail of the sandbox"],
    });
    Ok(Answer::ok(json!({
        "recommended": recommended, "alternatives": [], "resolved_intent": intent.value(),
    })))
}

/// `GET /v1/meta-tools.json`
pub(crate) fn meta_tools(_: &mut Call<'_>) -> Outcome {
    let tools: Vec<Value> = meta_tools::all()
        .map(|tool| {
            json!({ "name": tool.name, "description": tool.about, "inputSchema": tool.schema() })
        })
        .collect();
    Ok(Answer::ok(json!({ "generated_from": "tools/list", "tools": tools })))
}

/// A server as a session shows it. What the catalog does not know is filled in.
fn server_row(settings: &Settings, id: &str) -> Value {
    let known = catalog::find(settings, id);
    let (name, category, country, auth_type) = match &known {
        Some(server) => (&*server.name, server.category, server.country, server.auth_type),
        None => (id, "unknown", "BR", "api_key"),
    };
    json!({
        "id": id,
        "name": name,
        "category": category,
        "country": country,
        "auth_type": auth_type,
        "connected": settings.connected,
    })
}

fn tool_row(tool: &MetaTool) -> Value {
    json!({
        "name": tool.name,
        "description": tool.about,
        "input_schema": tool.schema(),
        "server": "codespar",
    })
}

/// Tools that share words with an intent, best first, with the share of its words they have.
fn ranked(intent: &str) -> Vec<(&'static MetaTool, f64)> {
    let intent = intent.to_lowercase();
    let words: Vec<&str> = intent.split_whitespace().filter(|word| word.len() > 2).collect();
    let mut hits: Vec<(&MetaTool, f64)> = meta_tools::all()
        .filter_map(|tool| {
            let text = format!("{} {}", tool.name, tool.about).to_lowercase();
            let shared = words.iter().filter(|word| text.contains(**word)).count();
            #[allow(clippy::cast_precision_loss)] // a handful of words
            let relevance = shared as f64 / words.len().max(1) as f64;
            (shared > 0).then_some((tool, relevance))
        })
        .collect();
    hits.sort_by(|a, b| b.1.total_cmp(&a.1));
    hits
}
