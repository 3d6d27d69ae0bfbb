//! What collect links received, and what they owe back: `/v1/collect/payments` and refunds.

use serde_json::{Value, json};

use crate::{
    codespar::collect::{
        lifecycle::{go_on, tell_refund},
        links,
    },
    server::{
        errors::{error, not_found},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        json::{set, text},
        table::Table,
    },
};

/// `GET /v1/collect/links/{linkId}/payments`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    go_on(req.state, req.project, req.now);
    let id = text(links::find(req)?, "id").to_owned();
    Ok(of_link(&req.state.selling.collect_payments, req.project, &id))
}

/// `GET /v1/collect/links/{linkId}/refunds`
pub(crate) fn refunds(req: &mut Request<'_>) -> HandlerResult {
    go_on(req.state, req.project, req.now);
    let id = text(links::find(req)?, "id").to_owned();
    Ok(of_link(&req.state.selling.collect_refunds, req.project, &id))
}

fn of_link(table: &Table, project: &str, link: &str) -> Response {
    let rows: Vec<&Value> =
        table.list(project).filter(|row| text(row, "link_id") == link).collect();
    Response::ok(json!({ "data": rows }))
}

/// `POST /v1/collect/payments/{paymentId}/honor`: keeps a late payment, until the time is over;
/// once more says the same.
pub(crate) fn honor(req: &mut Request<'_>) -> HandlerResult {
    go_on(req.state, req.project, req.now);
    let (id, now) = (req.id().to_owned(), req.now);
    if req.state.selling.collect_payments.find(req.project, &id).is_none() {
        return Err(not_found().into());
    }
    let of_payment = |row: &&mut Value| text(row, "payment_id") == id;
    let refund = req.state.selling.collect_refunds.list_mut(req.project).find(of_payment);
    let late = refund.filter(|row| text(row, "reason") == "late");
    let row = late.ok_or_else(|| {
        let code = "collect_refund_not_honorable";
        error(409, code, "only a late payment can be kept")
    })?;
    match text(row, "state") {
        "honored" => return Ok(Response::ok(row.clone())),
        "awaiting_collector" => {}
        state => {
            let refusal = error(409, "collect_refund_decision_closed", "the time is over");
            return Err(refusal.with("state", state).into());
        }
    }
    set(row, "state", "honored");
    set(row, "decided_at", now.rfc3339());
    let row = row.clone();
    tell_refund(req.state, req.project, "collect.refund.honored", text(&row, "id"), now);
    Ok(Response::ok(row))
}
