//! The tools that a session can call, and searches among them.

use serde_json::{Value, json};

use crate::{
    codespar::{
        meta_tools::{self, tool::MetaTool},
        session,
    },
    server::{
        request::{HandlerResult, Request},
        response::Response,
    },
};

/// `GET /v1/sessions/{id}/tools`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let session = session::find(req)?;
    let text = req.query("q").unwrap_or_default().to_lowercase();
    let from_us = req.query("server").is_none_or(|server| server == "codespar");
    let tools: Vec<Value> = meta_tools::all()
        .filter(|_| from_us)
        .filter(|tool| tool.name.contains(&text) || tool.about.to_lowercase().contains(&text))
        .map(MetaTool::row)
        .collect();
    let body = json!({ "total": tools.len(), "data": tools, "session_id": session.id });
    Ok(Response::ok(body))
}

/// `POST /v1/sessions/{id}/find-tools`
pub(crate) fn search(req: &mut Request<'_>) -> HandlerResult {
    session::find(req)?;
    let body = req.body()?;
    let rows: Vec<Value> = meta_tools::rank(body.text("intent")?)
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
    Ok(Response::ok(json!({ "data": rows })))
}
