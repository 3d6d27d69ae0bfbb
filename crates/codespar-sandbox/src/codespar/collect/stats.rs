//! What collect links received in the last thirty days: `/v1/collect/links/stats`.

use serde_json::{Value, json};

use crate::{
    codespar::{collect::lifecycle::go_on, window::Window},
    server::{
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{member, text},
};

/// `GET /v1/collect/links/stats`: what came late or twice was not received.
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    go_on(req.state, req.project, req.now);
    let window = Window::of(req)?;
    let paid = |row: &&Value| text(row, "kind") == "paid";
    let payments: Vec<&Value> =
        req.state.selling.collect_payments.list(req.project).filter(paid).collect();
    let (recent, before) = window.split(&payments, "paid_at");
    let links: Vec<Value> = req
        .state
        .selling
        .collect_links
        .list(req.project)
        .map(|link| {
            let of_link = |row: &&&Value| text(row, "link_id") == text(link, "id");
            let attempts = req.state.selling.collect_attempts.list(req.project);
            let payments: Vec<&Value> = recent.iter().filter(of_link).copied().collect();
            json!({
                "link_id": member(link, "id"),
                "received_minor": sum(&payments),
                "payments": payments.len(),
                "attempts": attempts.filter(|row| of_link(&row)).count(),
                "by_surface": by_surface(&payments),
                "paid": member(link, "paid"),
            })
        })
        .collect();
    Ok(Response::ok(json!({
        "window": "30d",
        "from": window.from,
        "to": window.to,
        "currency": "BRL",
        "received_minor": sum(&recent),
        "previous_received_minor": before.map(|before| sum(&before)),
        "payments": recent.len(),
        "by_surface": by_surface(&recent),
        "links": links,
    })))
}

fn sum(payments: &[&Value]) -> i64 {
    let amounts = payments.iter().filter_map(|row| member(row, "amount_minor").as_i64());
    amounts.fold(0, i64::saturating_add)
}

fn by_surface(payments: &[&Value]) -> Value {
    let of = |surface| payments.iter().filter(|row| text(row, "surface") == surface).count();
    json!({ "page": of("page"), "whatsapp": of("whatsapp") })
}
