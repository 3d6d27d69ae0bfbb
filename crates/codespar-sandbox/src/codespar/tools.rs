//! Tools, whatever the session: `/v1/tools`, `/v1/meta-tools`.

use serde_json::{Value, json};

use crate::{
    codespar::meta_tools,
    server::{
        errors::error,
        json_object::issue,
        request::{HandlerResult, Request},
        response::Response,
    },
};

/// `POST /v1/tools/search`
pub(crate) fn search(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let intent = body.text("intent")?;
    let limit = body.maybe_integer("limit")?.unwrap_or(5);
    let limit = usize::try_from(limit).ok().filter(|limit| (1..=5).contains(limit));
    let limit = limit.ok_or_else(|| issue("limit", "1 to 5"))?;
    let hits: Vec<Value> = meta_tools::rank(intent)
        .into_iter()
        .take(limit)
        .map(|(tool, relevance)| {
            let confidence = if relevance > 0.5 { "high" } else { "medium" };
            json!({ "tool_name": tool.name, "confidence": confidence, "rationale": tool.about })
        })
        .collect();
    Ok(Response::ok(json!({
        "intent": intent, "hits": hits, "elapsed_ms": 3, "source": "fallback",
    })))
}

/// `POST /v1/meta-tools/discover`: which tool and rail would serve an intent.
pub(crate) fn plan(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
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
    Ok(Response::ok(json!({
        "recommended": recommended, "alternatives": [], "resolved_intent": intent.value(),
    })))
}

/// `GET /v1/meta-tools.json`
pub(crate) fn meta(_: &mut Request<'_>) -> HandlerResult {
    let tools: Vec<Value> = meta_tools::all()
        .map(|tool| {
            json!({ "name": tool.name, "description": tool.about, "inputSchema": tool.schema() })
        })
        .collect();
    Ok(Response::ok(json!({ "generated_from": "tools/list", "tools": tools })))
}
