//! Making, publishing and closing collect links: `/v1/collect/links`.

use serde_json::{Value, json};

use crate::{
    codespar::{
        collect::{draft, lifecycle, payer, show},
        events::{self, Event},
    },
    server::{
        errors::{Refusal, error, not_found},
        json_object::{Issue, JsonObject, issue},
        paging::page,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{matches, member, set, text},
};

const STATES: [&str; 4] = ["draft", "published", "paused", "archived"];

/// `GET /v1/collect/links`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let state = req.query("state");
    if state.is_some_and(|state| !STATES.contains(&state)) {
        return Err(error(400, "invalid_query", "not a state").into());
    }
    let rows = req.state.selling.collect_links.list(req.project);
    let rows = rows.filter(|row| matches(row, "state", state)).map(show::public).collect();
    let (rows, next) = page(req, rows, "before", |row| text(row, "created_at").to_owned())?;
    Ok(Response::ok(json!({ "data": rows, "next_cursor": next })))
}

/// `POST /v1/collect/links`: a draft.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    draft::only(&body, &["consumer_id", "valid_until", "version", "payer"])?;
    let consumer = body.text("consumer_id")?;
    let valid_until = time(&body, "valid_until")?;
    let version = draft::read(&body.object("version")?, 1, req.now)?;
    let payer = payer::read(&body)?;
    let last = req.state.selling.collect_links.list(req.project).next();
    let created_at = req.now.rfc3339_past(last.map_or("", |row| text(row, "created_at")));
    let id = format!("cl_{:022}", req.state.ids.number());
    let row = json!({
        "id": id,
        "object": "collect_link",
        "state": "draft",
        "environment": show::environment(req.settings),
        "consumer_id": consumer,
        "receiver": { "name": show::receiver_name(req.state, req.project, consumer) },
        "paid": false,
        "paid_at": null,
        "current_version": null,
        "valid_until": valid_until,
        "url": format!("https://pay.example.test/{id}"),
        "payer_prefilled": payer::prefilled(&payer),
        "payer_document_masked": payer::masked(&payer),
        "payer": payer.value(),
        "version": null,
        "draft": version,
        "created_at": created_at,
        "updated_at": created_at,
        "published_at": null,
        "paused_at": null,
        "archived_at": null,
    });
    let row = req.state.selling.collect_links.insert(req.project, &id, row);
    Ok(Response::created(show::public(&row)))
}

/// A time in the body, as it came.
fn time(body: &JsonObject, name: &str) -> Result<Option<String>, Issue> {
    match body.maybe_text(name)? {
        Some(text) if text.parse::<jiff::Timestamp>().is_err() => {
            Err(issue(name, "must be a time"))
        }
        text => Ok(text.map(str::to_owned)),
    }
}

/// `GET /v1/collect/links/{linkId}`: the only read that tells what agents see.
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    lifecycle::go_on(req.state, req.project, req.now);
    let mut row = show::public(find(req)?);
    let has_agent = member(member(&row, "version"), "surfaces")
        .as_array()
        .is_some_and(|surfaces| surfaces.contains(&json!("agent")));
    let agent = has_agent.then(|| {
        json!({
            "url": null,
            "status": "gateway_unavailable",
            "reason": "gateway_origin_not_configured",
            "challenge": null,
            "refusal": null,
            "usdc": null,
        })
    });
    set(&mut row, "agent", agent);
    Ok(Response::ok(row))
}

/// `PATCH /v1/collect/links/{linkId}`: of one that was never published.
pub(crate) fn update(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    draft::only(&body, &["consumer_id", "valid_until"])?;
    if body.is_empty() {
        return Err(issue("", "something has to change").into());
    }
    let (consumer, valid_until) = (body.maybe_text("consumer_id")?, time(&body, "valid_until")?);
    let receiver = consumer.map(|id| show::receiver_name(req.state, req.project, id));
    refuse(find(req)?, &["archived"])?;
    if !member(find(req)?, "published_at").is_null() {
        let code = "collect_link_published_immutable";
        return Err(error(409, code, "it was published").into());
    }
    let (has_time, now) = (body.has("valid_until"), req.now.rfc3339());
    let row = find(req)?;
    if let (Some(consumer), Some(receiver)) = (consumer, receiver) {
        set(row, "consumer_id", consumer);
        set(row, "receiver", json!({ "name": receiver }));
    }
    if has_time {
        set(row, "valid_until", valid_until);
    }
    set(row, "updated_at", now);
    Ok(Response::ok(show::public(row)))
}

/// `PUT /v1/collect/links/{linkId}/draft`
pub(crate) fn put_draft(req: &mut Request<'_>) -> HandlerResult {
    let (body, now) = (req.body()?, req.now);
    refuse(find(req)?, &["archived"])?;
    let id = req.id().to_owned();
    let issued = |row: &Value| text(row, "link_id") == id && !member(row, "ready_at").is_null();
    if req.state.selling.collect_attempts.list(req.project).any(issued) {
        let code = "collect_link_version_locked";
        return Err(error(409, code, "a Pix was issued to a payer").into());
    }
    let row = find(req)?;
    let number = member(row, "current_version").as_i64().unwrap_or_default() + 1;
    let version = draft::read(&body, number, now)?;
    set(row, "draft", version);
    set(row, "updated_at", now.rfc3339());
    Ok(Response::ok(show::public(row)))
}

/// `POST /v1/collect/links/{linkId}/publish`
pub(crate) fn publish(req: &mut Request<'_>) -> HandlerResult {
    let (body, now) = (req.maybe_body()?, req.now.rfc3339());
    draft::only(&body, &["confirm_usdc_price"])?;
    let confirmed = body.maybe_text("confirm_usdc_price")?;
    let row = find(req)?;
    refuse(row, &["archived", "paused"])?;
    let mut version = member(row, "draft").clone();
    if version.is_null() {
        return Ok(changed(row, false));
    }
    let price = member(&version, "usdc_price").as_str();
    if price != confirmed {
        let code = "collect_usdc_price_unconfirmed";
        return Err(error(409, code, "the price of the draft has to be confirmed").into());
    }
    if price.is_some() {
        set(&mut version, "usdc_price_confirmed_at", now.as_str());
    }
    set(&mut version, "status", "published");
    set(&mut version, "published_at", now.as_str());
    set(row, "current_version", member(&version, "version").clone());
    set(row, "version", version);
    set(row, "draft", Value::Null);
    if member(row, "published_at").is_null() {
        set(row, "published_at", now.as_str());
    }
    set(row, "updated_at", now);
    set(row, "state", "published");
    tell(req, "collect.link.published", json!({ "resumed": false }));
    Ok(changed(find(req)?, true))
}

/// `POST /v1/collect/links/{linkId}/pause`: what was issued can still be paid.
pub(crate) fn pause(req: &mut Request<'_>) -> HandlerResult {
    refuse(find(req)?, &["draft", "archived"])?;
    let now = req.now.rfc3339();
    if !moved(find(req)?, "paused", Some(&now), &now) {
        return Ok(changed(find(req)?, false));
    }
    tell(req, "collect.link.paused", json!({}));
    Ok(changed(find(req)?, true))
}

/// `POST /v1/collect/links/{linkId}/resume`
pub(crate) fn resume(req: &mut Request<'_>) -> HandlerResult {
    refuse(find(req)?, &["draft", "archived"])?;
    let now = req.now.rfc3339();
    if !moved(find(req)?, "published", None, &now) {
        return Ok(changed(find(req)?, false));
    }
    tell(req, "collect.link.published", json!({ "resumed": true }));
    Ok(changed(find(req)?, true))
}

/// `POST /v1/collect/links/{linkId}/archive`: for good.
pub(crate) fn archive(req: &mut Request<'_>) -> HandlerResult {
    let now = req.now.rfc3339();
    let row = find(req)?;
    if text(row, "state") == "archived" {
        return Ok(changed(row, false));
    }
    set(row, "state", "archived");
    set(row, "archived_at", now.as_str());
    set(row, "updated_at", now);
    Ok(changed(row, true))
}

/// Puts a link into a state, unless it is in it.
fn moved(row: &mut Value, state: &str, paused_at: Option<&str>, now: &str) -> bool {
    if text(row, "state") == state {
        return false;
    }
    set(row, "state", state);
    set(row, "paused_at", paused_at);
    set(row, "updated_at", now);
    true
}

fn changed(row: &Value, changed: bool) -> Response {
    let mut row = show::public(row);
    set(&mut row, "changed", changed);
    Response::ok(row)
}

fn tell(req: &mut Request<'_>, kind: &str, mut data: Value) {
    set(&mut data, "link_id", req.id());
    let event = Event { kind, source: "codespar", data };
    events::emit(req.state, req.project, event, req.now);
}

/// Refuses a link that is in one of these states.
pub(super) fn refuse(row: &Value, states: &[&str]) -> Result<(), Refusal> {
    let state = text(row, "state");
    let code = match state {
        _ if !states.contains(&state) => return Ok(()),
        "draft" => "collect_link_draft",
        "paused" => "collect_link_paused",
        _ => "collect_link_archived",
    };
    Err(error(409, code, "the link is in another state").into())
}

/// The link of the path.
pub(super) fn find<'a>(req: &'a mut Request<'_>) -> Result<&'a mut Value, Refusal> {
    let id = req.id().to_owned();
    req.state.selling.collect_links.find_mut(req.project, &id).ok_or_else(|| not_found().into())
}
