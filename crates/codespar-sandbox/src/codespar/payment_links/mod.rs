//! Payment links of a fixed price: `/v1/payment-links`. Nobody pays them by themselves.

pub(crate) mod payments;
mod rails;
pub(crate) mod stats;

use serde_json::{Value, json};

use crate::{
    codespar::{organizations::spending, payment_links::rails::accepts},
    server::{
        errors::{Refusal, error},
        json_object::{Issue, JsonObject, issue},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::Now,
        json::{member, set, text},
    },
};

/// What can be changed, and whether null clears it.
const CHANGEABLE: [(&str, bool); 5] = [
    ("title", false),
    ("description", true),
    ("active", false),
    ("expires_at", true),
    ("redirect_url", true),
];

/// `GET /v1/payment-links`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let rows = req.state.selling.payment_links.list(req.project);
    let rows: Vec<Value> = rows.map(|row| public(row, req.now)).collect();
    Ok(Response::ok(json!({ "payment_links": rows })))
}

/// `POST /v1/payment-links`
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let title = body.text("title")?;
    let accepts = accepts(&body)?;
    spending::check_running(req.state)?;
    let (one_time, most) = (body.maybe_bool("one_time")?, body.maybe_integer("max_uses")?);
    if most.is_some_and(|most| most < 1) {
        return Err(issue("max_uses", "1 at least").into());
    }
    let texts = (time(&body)?, url(&body)?, body.maybe_text("description")?);
    body.maybe_object("metadata")?;
    let id = req.state.ids.with("pl");
    let made = format!("{:0>12}", id.trim_start_matches("pl_0000"));
    let slug = body.maybe_text("slug")?.unwrap_or(&made);
    if req.state.selling.payment_links.everywhere().any(|(_, row)| text(row, "slug") == slug) {
        return Err(error(409, "slug_conflict", "another link has it").into());
    }
    let row = json!({
        "id": id,
        "project_id": req.project,
        "slug": slug,
        "title": title,
        "description": texts.2,
        "pay_url": null,
        "gateway_unavailable_reason": "gateway_origin_not_configured",
        "accepts": accepts,
        "environment": if req.settings.test_mode { "test" } else { "live" },
        "one_time": one_time.unwrap_or_default(),
        "status": "active",
        "use_count": 0,
        "max_uses": most,
        "expires_at": texts.0,
        "redirect_url": texts.1,
        "active": true,
        "created_at": req.now.rfc3339(),
    });
    let row = req.state.selling.payment_links.insert(req.project, &id, row);
    Ok(Response::created(public(&row, req.now)))
}

fn time(body: &JsonObject) -> Result<Option<&str>, Issue> {
    match body.maybe_text("expires_at")? {
        Some(text) if text.parse::<jiff::Timestamp>().is_err() => {
            Err(issue("expires_at", "must be a time"))
        }
        text => Ok(text),
    }
}

fn url(body: &JsonObject) -> Result<Option<&str>, Issue> {
    match body.maybe_text("redirect_url")? {
        Some(url) if !url.starts_with("https://") && !url.starts_with("http://") => {
            Err(issue("redirect_url", "must be an address"))
        }
        url => Ok(url),
    }
}

/// `GET /v1/payment-links/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let now = req.now;
    Ok(Response::ok(public(find(req)?, now)))
}

/// `PATCH /v1/payment-links/{id}`: what cannot be changed is passed over.
pub(crate) fn update(req: &mut Request<'_>) -> HandlerResult {
    let (body, now) = (req.body()?, req.now);
    if body.get("title").is_some() {
        body.text("title")?;
    }
    body.maybe_text("description")?;
    body.maybe_bool("active")?;
    time(&body)?;
    url(&body)?;
    let given = CHANGEABLE.into_iter().filter(|(name, _)| body.has(name));
    let (names, clears): (Vec<&str>, Vec<bool>) = given.unzip();
    let cleared =
        names.iter().zip(clears).find(|(name, clears)| body.get(name).is_none() && !clears);
    if let Some((name, _)) = cleared {
        return Err(issue(name, "must not be null").into());
    }
    if names.is_empty() {
        return Err(issue("", "something has to change").into());
    }
    let row = find(req)?;
    for name in names {
        set(row, name, body.echo(name));
    }
    Ok(Response::ok(public(row, now)))
}

/// `DELETE /v1/payment-links/{id}`: for good; its slug is free.
pub(crate) fn delete(req: &mut Request<'_>) -> HandlerResult {
    let id = req.id().to_owned();
    let removed = req.state.selling.payment_links.remove(req.project, &id);
    removed.map(|_| Response::no_content()).ok_or_else(missing)
}

fn missing() -> Refusal {
    error(404, "payment_link_not_found", "no such link in this project").into()
}

/// The link of the path.
fn find<'a>(req: &'a mut Request<'_>) -> Result<&'a mut Value, Refusal> {
    let id = req.path.first().cloned().unwrap_or_default();
    req.state.selling.payment_links.find_mut(req.project, &id).ok_or_else(missing)
}

/// A link as it stands by now.
fn public(row: &Value, now: Now) -> Value {
    let mut row = row.clone();
    if text(&row, "status") == "active" && now.is_past(text(&row, "expires_at")) {
        set(&mut row, "status", "expired");
    }
    row
}

/// Whether a link can be paid once more.
fn is_payable(row: &Value, now: Now) -> bool {
    let uses = member(row, "use_count").as_i64().unwrap_or_default();
    let is_used_up = member(row, "max_uses").as_i64().is_some_and(|most| uses >= most);
    *member(row, "active") == json!(true)
        && text(&public(row, now), "status") == "active"
        && !is_used_up
}
