//! Links that collect one payment each: `/v1/collect`. A payer pays when a test says so, never by
//! itself.

pub(crate) mod attempts;
mod brand;
mod draft;
pub(crate) mod lifecycle;
pub(crate) mod links;
pub(crate) mod pages;
mod payer;
pub(crate) mod payments;
mod show;
pub(crate) mod stats;
pub(crate) mod test_pay;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    server::{
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::text,
};

/// `GET /v1/collect/receivers`: consumers that are known, and those that links are for.
pub(crate) fn receivers(req: &mut Request<'_>) -> HandlerResult {
    let known = req.state.consumers.list(req.project).map(|row| text(row, "id"));
    let named = req.state.selling.collect_links.list(req.project);
    let named = named.map(|row| text(row, "consumer_id"));
    let ids: BTreeSet<&str> = known.chain(named).collect();
    let rows: Vec<Value> = ids
        .into_iter()
        .take(200)
        .map(|id| {
            json!({
                "consumer_id": id,
                "label": show::receiver_name(req.state, req.project, id),
                "eligible": true,
                "identity": "shared_sandbox",
                "reason": null,
            })
        })
        .collect();
    let environment = show::environment(req.settings);
    Ok(Response::ok(json!({ "object": "list", "environment": environment, "data": rows })))
}
