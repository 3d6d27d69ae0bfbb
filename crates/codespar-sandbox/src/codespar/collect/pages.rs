//! The page of a collect link, as its payer sees it: `/v1/collect/{linkId}`, without a key.

use serde_json::{Value, json};

use crate::{
    codespar::collect::{
        attempts::{self, Asked},
        draft::only,
        lifecycle, links, payer, show,
    },
    server::{
        errors::{Refusal, error, not_found},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        context::Context,
        json::{member, set, text},
    },
};

/// `GET /v1/collect/{linkId}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let (project, link) = find(req)?;
    if text(&link, "state") == "archived" {
        return Err(error(410, "collect_link_archived", "the link is archived").into());
    }
    lifecycle::go_on(req.state, &project, req.now);
    let (project, link) = find(req)?;
    let context = Context { project: &project, ..req.context() };
    let of_link = |row: &&Value| text(row, "link_id") == text(&link, "id");
    let attempt = context.state.selling.collect_attempts.list(&project).find(of_link);
    let attempt = attempt.map(|row| show::for_page(row, &attempts::code(&context, row)));
    let payment = context.state.selling.collect_payments.list(&project);
    let payment = payment.filter(of_link).find(|row| text(row, "kind") == "paid");
    let version = member(&link, "version");
    Ok(Response::ok(json!({
        "link_id": member(&link, "id"),
        "receiver": member(&link, "receiver"),
        "title": member(version, "title"),
        "description": member(version, "description"),
        "items": member(version, "items"),
        "total_minor": member(version, "total_minor"),
        "currency": "BRL",
        "brand": member(version, "brand"),
        "state": member(&link, "state"),
        "paid": member(&link, "paid"),
        "payer_form": member(version, "payer_fields"),
        "attempt": attempt,
        "payment": payment,
        "environment": member(&link, "environment"),
    })))
}

/// `POST /v1/collect/{linkId}/attempts`: the same `page_session` gets the same attempt.
pub(crate) fn create_attempt(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    only(&body, &["page_session", "payer", "renew"])?;
    let (project, link) = find(req)?;
    let asked = Asked {
        surface: "page",
        payer: payer::read(&body)?,
        renew: body.maybe_bool("renew")?.unwrap_or_default(),
        key: Some(body.text("page_session")?),
        request: ["payer", "renew"].map(|name| body.echo(name)).to_vec().into(),
    };
    let mut context = Context { project: &project, ..req.context() };
    let issued = attempts::ask(&mut context, text(&link, "id"), &asked)?;
    let mut shown = show::for_page(&issued.row, &attempts::code(&context, &issued.row));
    set(&mut shown, "replay", !issued.is_new);
    Ok(if issued.is_new { Response::created(shown) } else { Response::ok(shown) })
}

/// The link of the path in any project, and that project. A draft is nobody's to see.
fn find(req: &Request<'_>) -> Result<(String, Value), Refusal> {
    let id = req.id();
    if id.strip_prefix("cl_").is_none_or(|rest| rest.len() != 22) {
        return Err(error(400, "invalid_link_id", "cl_ and 22 characters").into());
    }
    let found = req.state.selling.collect_links.everywhere().find(|(_, row)| text(row, "id") == id);
    let (project, link) = found.ok_or_else(not_found)?;
    if links::refuse(link, &["draft"]).is_err() {
        return Err(not_found().into());
    }
    Ok((project.to_owned(), link.clone()))
}
