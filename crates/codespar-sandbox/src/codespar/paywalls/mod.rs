//! Paywalls before the caller's own servers: `/v1/paywalls`. Nothing is called through them, unless
//! a test says so.

mod input;
pub(crate) mod sales;

use serde_json::{Value, json};

use crate::{
    codespar::{
        money_text::{USDC, smallest, usdc},
        paywalls::sales::Earned,
    },
    server::{
        errors::{Refusal, error},
        json_object::issue,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{member, set, text},
};

/// `GET /v1/paywalls`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let rows: Vec<&Value> = req.state.selling.paywalls.list(req.project).collect();
    Ok(Response::ok(json!({ "paywalls": rows })))
}

/// `POST /v1/paywalls`
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let mut row = input::read(&body)?;
    let slug = body.text("slug")?;
    if req.state.selling.paywalls.everywhere().any(|(_, row)| text(row, "slug") == slug) {
        return Err(error(400, "slug_conflict", "another paywall has it").into());
    }
    let id = req.state.ids.with("pw");
    for (name, value) in [
        ("id", json!(id)),
        ("project_id", json!(req.project)),
        ("environment", json!(if req.settings.test_mode { "test" } else { "live" })),
        ("active", json!(true)),
        ("gateway_url", Value::Null),
        ("gateway_unavailable_reason", json!("gateway_origin_not_configured")),
        ("created_at", json!(req.now.rfc3339())),
    ] {
        set(&mut row, name, value);
    }
    Ok(Response::created(req.state.selling.paywalls.insert(req.project, &id, row)))
}

/// `GET /v1/paywalls/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(find(req)?.clone()))
}

/// `PATCH /v1/paywalls/{id}`
pub(crate) fn update(req: &mut Request<'_>) -> HandlerResult {
    const CHANGEABLE: [&str; 4] = ["name", "upstream_url", "price", "active"];
    let body = req.body()?;
    if !CHANGEABLE.into_iter().any(|name| body.get(name).is_some()) {
        return Err(issue("", "something has to change").into());
    }
    let name = body.maybe_text("name")?;
    let active = body.maybe_bool("active")?;
    let upstream = body.maybe_text("upstream_url")?;
    upstream.map_or(Ok(()), input::check_upstream)?;
    let price = match body.maybe_text("price")? {
        None => None,
        Some(price) => Some((price, input::price(price)?)),
    };
    let row = find(req)?;
    if let Some((text, units)) = price {
        set(row, "price", text);
        set(row, "price_atomic", units.to_string());
    }
    for (member, value) in [("name", name), ("upstream_url", upstream)] {
        if let Some(value) = value {
            set(row, member, value);
        }
    }
    if let Some(active) = active {
        set(row, "active", active);
    }
    Ok(Response::ok(row.clone()))
}

/// `DELETE /v1/paywalls/{id}`: for good; its slug is free, and its figures are not read any more.
pub(crate) fn delete(req: &mut Request<'_>) -> HandlerResult {
    let id = req.id().to_owned();
    let removed = req.state.selling.paywalls.remove(req.project, &id);
    removed.map(|_| Response::no_content()).ok_or_else(missing)
}

/// `GET /v1/paywalls/{id}/stats`: of all time.
pub(crate) fn stats(req: &mut Request<'_>) -> HandlerResult {
    let row = find(req)?.clone();
    let id = text(&row, "id");
    let sales = req.state.selling.sales.list(req.project);
    let sales: Vec<&Value> = sales.filter(|sale| text(sale, "item") == id).collect();
    let gross = Earned::by(&sales).gross;
    Ok(Response::ok(json!({
        "paywall_id": id,
        "slug": member(&row, "slug"),
        "currency": "USDC",
        "settled_count": sales.len(),
        "gross_atomic": gross.to_string(),
        "gross": usdc(gross),
        "refunded_atomic": "0",
        "refunded": usdc(0),
        "net_atomic": gross.to_string(),
        "net": usdc(gross),
        "last_settled_at": sales.first().map(|sale| member(sale, "at")),
    })))
}

fn missing() -> Refusal {
    error(404, "paywall_not_found", "no such paywall in this project").into()
}

/// The paywall of the path.
fn find<'a>(req: &'a mut Request<'_>) -> Result<&'a mut Value, Refusal> {
    let id = req.path.first().cloned().unwrap_or_default();
    req.state.selling.paywalls.find_mut(req.project, &id).ok_or_else(missing)
}

/// The price of one call in the smallest units.
fn units(text: &str) -> Option<i64> {
    smallest(text, USDC)
}
