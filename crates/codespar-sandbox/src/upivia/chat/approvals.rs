//! Decisions about what a chat waits for.

use crate::{
    server::{
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::set,
    upivia::approvals,
};

/// `POST /chat/approvals/{id}`
pub(crate) fn resolve(req: &mut Request<'_>) -> HandlerResult {
    let approved = req.body()?.choice("action", &["approve", "reject"])? == "approve";
    let mut decided = approvals::decide(req, approved)?;
    set(&mut decided, "ok", true);
    Ok(Response::ok(decided))
}
