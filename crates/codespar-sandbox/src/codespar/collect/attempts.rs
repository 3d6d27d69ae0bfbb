//! Asking for a Pix code of a collect link: `/v1/collect/links/{linkId}/attempts`.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    codespar::{
        calendar,
        charges::{
            is_unconfirmed,
            lifecycle::{self as charge, NewCharge},
        },
        collect::{
            draft::only,
            lifecycle::{self, go_on, tell_attempt},
            links,
            payer::{self, check},
            show,
        },
        payment_rail::{self, RailAnswer},
        pix_code,
    },
    server::{
        errors::{ApiError, Refusal, error, not_found},
        json_object::JsonObject,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::rfc3339,
        context::Context,
        effects::EffectKind,
        json::{member, set, text},
        money::Amount,
    },
};

/// What is asked of a link.
pub(super) struct Asked<'a> {
    pub(super) surface: &'a str,
    pub(super) payer: JsonObject,
    pub(super) renew: bool,
    pub(super) key: Option<&'a str>,
    /// What another request under the same key must have in common with it.
    pub(super) request: Value,
}

/// An attempt, and whether it was made now.
pub(super) struct Issued {
    pub(super) row: Value,
    pub(super) is_new: bool,
    /// The attempt whose place it takes.
    pub(super) superseded: Option<String>,
}

/// `POST /v1/collect/links/{linkId}/attempts`
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.maybe_body()?;
    only(&body, &["surface", "payer", "renew", "idempotency_key"])?;
    let surface = match body.get("surface") {
        None => "whatsapp",
        Some(_) => body.choice("surface", &["whatsapp", "page"])?,
    };
    let (in_body, in_header) = (body.maybe_text("idempotency_key")?, req.idempotency_key());
    if matches!((in_body, in_header), (Some(one), Some(other)) if one != other) {
        return Err(error(400, "idempotency_key_conflict", "two different keys").into());
    }
    links::refuse(links::find(req)?, &["draft"])?;
    let asked = Asked {
        surface,
        payer: payer::read(&body)?,
        renew: body.maybe_bool("renew")?.unwrap_or_default(),
        key: in_body.or(in_header),
        request: ["surface", "payer", "renew"].map(|name| body.echo(name)).to_vec().into(),
    };
    let link = req.id().to_owned();
    let issued = ask(&mut req.context(), &link, &asked)?;
    let body = show::answered(&issued.row, !issued.is_new, issued.superseded.as_deref());
    Ok(if issued.is_new { Response::created(body) } else { Response::ok(body) })
}

/// Issues a code, or gives the attempt that was made under the same key.
pub(super) fn ask(
    context: &mut Context<'_>,
    link_id: &str,
    asked: &Asked<'_>,
) -> Result<Issued, Refusal> {
    go_on(context.state, context.project, context.now);
    if let Some(row) = made_before(context, link_id, asked)? {
        return Ok(Issued { row, is_new: false, superseded: None });
    }
    let links = &context.state.selling.collect_links;
    let link = links.find(context.project, link_id).ok_or_else(not_found)?.clone();
    may_issue(context, &link, asked)?;
    let open = live_attempt(context, link_id);
    if let Some(row) = &open {
        may_renew(row, asked)?;
    }
    let amount = member(member(&link, "version"), "total_minor").as_i64().unwrap_or_default();
    if payment_rail::send(amount) == RailAnswer::Refused {
        let refusal =
            error(422, "collect_attempt_failed", "the issuer refuses; there is no charge");
        return Err(refusal.with("failure_code", "issuer_refused").into());
    }
    let id = context.state.ids.with("cla");
    if let Some(row) = &open {
        let (project, now) = (context.project, context.now);
        if !lifecycle::supersede(context.state, project, row, &id, now) {
            return Err(under_way(row).into());
        }
    }
    let row = issue(context, &link, &id, amount, asked);
    let superseded = open.map(|row| text(&row, "id").to_owned());
    Ok(Issued { row, is_new: true, superseded })
}

fn made_before(
    context: &Context<'_>,
    link_id: &str,
    asked: &Asked<'_>,
) -> Result<Option<Value>, Refusal> {
    let Some(key) = asked.key else { return Ok(None) };
    let mut rows = context.state.selling.collect_attempts.list(context.project);
    let found = rows.find(|row| text(row, "link_id") == link_id && text(row, "key") == key);
    match found {
        Some(row) if *member(row, "request") != asked.request => {
            Err(error(400, "idempotency_key_conflict", "the key is in use").into())
        }
        found => Ok(found.cloned()),
    }
}

fn may_issue(context: &Context<'_>, link: &Value, asked: &Asked<'_>) -> Result<(), Refusal> {
    links::refuse(link, &["archived", "paused"])?;
    if member(link, "paid") == &json!(true) {
        return Err(error(409, "collect_link_paid", "the link is paid").into());
    }
    let until = text(link, "valid_until");
    if !until.is_empty() && context.now.is_past(until) {
        return Err(error(410, "collect_link_expired", "the link is not valid any more").into());
    }
    let surfaces = member(member(link, "version"), "surfaces").as_array();
    if !surfaces.is_some_and(|it| it.contains(&json!(asked.surface))) {
        let code = "collect_surface_not_enabled";
        return Err(error(409, code, "the link is not for this surface").into());
    }
    check(link, &asked.payer)
}

/// The one attempt of a link that can still be paid, or will be.
fn live_attempt(context: &Context<'_>, link_id: &str) -> Option<Value> {
    let mut rows = context.state.selling.collect_attempts.list(context.project);
    let is_live = |row: &Value| ["issuing", "open"].contains(&text(row, "state"));
    rows.find(|row| text(row, "link_id") == link_id && is_live(row)).cloned()
}

fn may_renew(row: &Value, asked: &Asked<'_>) -> Result<(), Refusal> {
    let refusal = match text(row, "state") {
        "issuing" => error(409, "collect_attempt_issuing", "a code is being issued"),
        _ if !asked.renew => error(409, "collect_attempt_exists", "there is an open attempt"),
        // What became of a test payment that failed is not known for sure.
        _ if member(row, "test_paid") == &json!(true) => return Err(under_way(row).into()),
        _ => return Ok(()),
    };
    Err(refusal.with("attempt_id", text(row, "id")).into())
}

/// The charge of an attempt cannot be cancelled any more, so that nothing takes its place.
fn under_way(row: &Value) -> ApiError {
    let refusal = error(409, "collect_attempt_not_cancellable", "a payment is on its way");
    refusal.with("attempt_id", text(row, "id"))
}

fn issue(
    context: &mut Context<'_>,
    link: &Value,
    id: &str,
    amount: i64,
    asked: &Asked<'_>,
) -> Value {
    let version = member(link, "version");
    let days = member(version, "due_in_days").as_i64().unwrap_or_default();
    let due = calendar::after(calendar::day(context.now.wall), days);
    let expires_at = calendar::begins(calendar::after(due, 1));
    let charge_id = context.state.ids.with("ch");
    let key = format!("collect:{id}");
    let (priced, due_date) = (Amount::from_minor(amount), calendar::text(due));
    // As it is kept of any charge: who receives it is credited.
    let asked_for = json!([priced.major(), "BRL", "boleto", member(link, "consumer_id"), due_date]);
    let charge = NewCharge {
        method: "boleto",
        currency: "BRL",
        amount: priced,
        due_date: due_date.into(),
        key: Some((key.clone(), asked_for)),
    };
    let made = charge::create(context, &charge_id, &charge);
    // One that the issuer does not answer for counts once somebody says that there is one.
    if !is_unconfirmed(&made) {
        context.state.effects.add(EffectKind::Charge, &charge_id, Some(&key), Some(amount));
    }
    let row = json!({
        "id": id,
        "object": "collect_attempt",
        "link_id": member(link, "id"),
        "version": member(version, "version"),
        "surface": asked.surface,
        "state": "issuing",
        "charge_id": charge_id,
        "amount_minor": amount,
        "currency": "BRL",
        "due_date": calendar::text(due),
        "expires_at": rfc3339(expires_at),
        "ready_at": null,
        "superseded_by": null,
        "failure_code": null,
        "created_at": context.now.rfc3339(),
        "closed_at": null,
        "key": asked.key,
        "request": asked.request,
    });
    let (project, now) = (context.project, context.now);
    let row = context.state.selling.collect_attempts.insert(project, id, row);
    let until = expires_at.duration_since(now.wall).unsigned_abs();
    lifecycle::wake(context.state, project, until + Duration::from_millis(1), now);
    tell_attempt(context.state, project, "collect.attempt.issued", id, now);
    row
}

/// `GET /v1/collect/links/{linkId}/attempts`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    go_on(req.state, req.project, req.now);
    let id = text(links::find(req)?, "id").to_owned();
    let rows = req.state.selling.collect_attempts.list(req.project);
    let rows = rows.filter(|row| text(row, "link_id") == id).map(show::public);
    Ok(Response::ok(json!({ "data": rows.collect::<Vec<_>>() })))
}

/// The attempt of the path, as it stands by now.
pub(super) fn find(req: &mut Request<'_>) -> Result<Value, Refusal> {
    go_on(req.state, req.project, req.now);
    let found = req.state.selling.collect_attempts.find(req.project, req.id());
    Ok(found.ok_or_else(not_found)?.clone())
}

/// The code of an attempt, null unless it can be paid.
pub(super) fn code(context: &Context<'_>, row: &Value) -> Value {
    let charge = context.state.charges.find(context.project, text(row, "charge_id"));
    let charge = charge.filter(|_| text(row, "state") == "open");
    charge.map(|charge| member(charge, "pix_copy_paste").clone()).unwrap_or_default()
}

/// `GET /v1/collect/attempts/{attemptId}/artifact`
pub(crate) fn artifact(req: &mut Request<'_>) -> HandlerResult {
    let row = find(req)?;
    match text(&row, "state") {
        "open" => {}
        "issuing" => {
            let refusal = error(409, "artifact_not_ready", "the code is being issued");
            return Err(refusal.retry_after(show::RETRY_AFTER).into());
        }
        state => {
            let refusal = error(410, "artifact_unavailable", "it cannot be paid any more");
            return Err(refusal.with("state", state).into());
        }
    }
    let code = code(&req.context(), &row);
    let mut shown = show::for_page(&row, &code);
    set(&mut shown, "object", "collect_artifact");
    set(&mut shown, "attempt_id", member(&row, "id").clone());
    set(&mut shown, "link_id", member(&row, "link_id").clone());
    set(&mut shown, "environment", show::environment(req.settings));
    set(&mut shown, "qr_png_base64", code.as_str().and_then(pix_code::picture));
    set(&mut shown, "qr_mime_type", "image/png");
    set(&mut shown, "fallback_url", format!("https://pay.example.test/{}", text(&row, "link_id")));
    set(&mut shown, "sent", false);
    Ok(Response::ok(shown))
}
