//! What payment links received in the last thirty days: `/v1/payment-links/stats`.

use serde_json::{Value, json};

use crate::{
    codespar::{payment_links::payments::sum, window::Window},
    server::request::{HandlerResult, Request},
    server::response::Response,
    store::json::{member, text},
};

const CURRENCIES: [&str; 2] = ["BRL", "USDC"];

/// `GET /v1/payment-links/stats`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let window = Window::of(req)?;
    let payments: Vec<&Value> = req.state.selling.link_payments.list(req.project).collect();
    let (recent, before) = window.split(&payments, "settled_at");
    let used = |payments: &[&Value]| -> Vec<&str> {
        let is_used = |it: &&str| payments.iter().any(|row| text(row, "currency") == *it);
        CURRENCIES.into_iter().filter(is_used).collect()
    };
    let received: Vec<Value> = used(&payments)
        .into_iter()
        .map(|currency| {
            let previous = before.as_ref().map(|before| sum(before, currency).to_string());
            json!({
                "currency": currency,
                "amount_minor": sum(&recent, currency).to_string(),
                "previous_amount_minor": previous,
            })
        })
        .collect();
    let links = req.state.selling.payment_links.list(req.project).map(|link| {
        let of_link = |row: &&&Value| text(row, "link_id") == text(link, "id");
        let payments: Vec<&Value> = recent.iter().filter(of_link).copied().collect();
        let volume: Vec<Value> = used(&payments)
            .into_iter()
            .map(|it| json!({ "currency": it, "amount_minor": sum(&payments, it).to_string() }))
            .collect();
        json!({
            "link_id": member(link, "id"),
            "payments": payments.len(),
            "agent_payments": payments.len(),
            "volume": volume,
        })
    });
    let links: Vec<Value> = links.collect();
    let by = |surface: &str| recent.iter().filter(|row| text(row, "surface") == surface).count();
    Ok(Response::ok(json!({
        "window": "30d",
        "from": window.from,
        "to": window.to,
        "received": received,
        "payments": recent.len(),
        "by_surface": {
            "agent_x402": by("agent_x402"),
            "agent_pix": by("agent_pix"),
            "page": by("page"),
            "whatsapp": by("whatsapp"),
        },
        "links": links,
    })))
}
