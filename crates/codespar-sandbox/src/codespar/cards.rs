//! Cards that spend under a mandate: `/v1/cards`.

use serde_json::{Value, json};

use crate::{
    codespar::{audit_events, idempotency, mandates},
    server::{
        errors::{Refusal, error},
        json_object::JsonObject,
        paging::limit,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::Now,
        effects::EffectKind,
        json::{matches, member, set, text},
        records::idempotency::StoredOutcome,
        state::State,
        timers::Timer,
    },
};

/// `GET /v1/cards`: newest first. What waits for its holder to be known is not listed.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let limit = limit(req, 50, 200)?;
    let issues = req.state.card_issues.list(req.project);
    let cards = issues
        .filter(|issue| matches(issue, "consumer_id", req.query("consumer_id")))
        .map(|issue| member(issue, "card"))
        .filter(|card| card.is_object());
    let cards: Vec<&Value> = cards.take(limit).collect();
    Ok(Response::ok(json!({ "cards": cards })))
}

/// `POST /v1/cards`: a card for Brazil is there at once; for one of the United States the issuer
/// looks at the holder first. The header `Idempotency-Key` makes one card of several requests.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let holder = body.object("holder")?;
    let (country, key) = (body.text("country")?, req.idempotency_key());
    let (currency, mandate) = (body.text("currency")?, body.text("mandate_id")?);
    check_holder(&holder, country)?;
    let scope = format!("cards:{}", req.project);
    let request = body.value();
    if let Some(first) = idempotency::lookup(req.state, &scope, key, &request)? {
        let issue = req.state.card_issues.find(req.project, text(&first, "flow_id"));
        return Ok(Response::ok(answer(issue.unwrap_or(&first))));
    }
    let issuer = match (country, currency) {
        ("BR", "BRL") => "pomelo",
        ("US", "USD") => "bridge",
        _ => {
            let code = "issuer_corridor_unsupported";
            return Err(error(400, code, "BR with BRL, or US with USD").into());
        }
    };
    let row = req.state.mandates.find(req.project, mandate).ok_or_else(mandates::missing)?;
    if text(row, "status") != "active" {
        return Err(error(409, "mandate_not_active", "the mandate is not active").into());
    }
    let row = row.clone();
    let issue = begin(req, issuer, &row);
    let done = StoredOutcome::Done(json!({ "flow_id": member(&issue, "flow_id") }));
    idempotency::record(req.state, &scope, key, request, done);
    match member(&issue, "state") == "issued" {
        true => Ok(Response::created(answer(&issue))),
        false => Ok(Response::accepted(answer(&issue))),
    }
}

/// Asks the issuer for a card under a mandate; gives how that stands.
fn begin(req: &mut Request<'_>, issuer: &str, mandate: &Value) -> Value {
    let (id, project) = (req.state.ids.with("imf"), req.project.to_owned());
    let waits = issuer == "bridge";
    let issue = json!({
        "flow_id": id,
        "state": "pending",
        "issuer": issuer,
        "reason": null,
        "kyc_url": waits.then(|| format!("https://{issuer}.example.test/kyc/{id}")),
        "created_at": req.now.rfc3339(),
        "card": null,
        "mandate_id": member(mandate, "id"),
        "consumer_id": member(mandate, "consumer_id"),
        "key": req.idempotency_key(),
    });
    req.state.card_issues.insert(&project, &id, issue.clone());
    let said = json!({ "flow_id": id, "mandate_id": member(mandate, "id") });
    audit_events::record(req, "card.requested", said);
    if waits {
        let timer = Timer::CardIssued { project, id };
        req.state.timers.after(req.settings.settle_after, req.now, timer);
        return issue;
    }
    self::issue(req.state, &project, &id, req.now);
    req.state.card_issues.find(&project, &id).cloned().unwrap_or(issue)
}

/// `GET /v1/cards/{id}`: a card, or with the id of an issue how that stands.
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let unknown = || error(404, "issuer_card_unknown", "no such card in this project");
    if req.id().starts_with("imf_") {
        let issue = req.state.card_issues.find(req.project, req.id()).ok_or_else(unknown)?;
        return Ok(Response::ok(flow(issue)));
    }
    let mut cards = req.state.card_issues.list(req.project).map(|issue| member(issue, "card"));
    let card = cards.find(|card| matches(card, "id", Some(req.id()))).ok_or_else(unknown)?;
    Ok(Response::ok(card.clone()))
}

/// The issuer makes the card, which from now on spends under its mandate.
pub(crate) fn issue(state: &mut State, project: &str, id: &str, now: Now) {
    let (card, token) = (state.ids.with("crd"), state.ids.with("tok"));
    let Some(issue) = state.card_issues.find_mut(project, id) else { return };
    let issuer = member(issue, "issuer").clone();
    let card = json!({
        "id": card,
        "issuer": issuer,
        "card_id": format!("{}-{card}", issuer.as_str().unwrap_or_default()),
        "last4": "4242",
        "network": "visa",
        "status": "active",
        "token_id": token,
        "cde": "ingested",
        "created_at": now.rfc3339(),
    });
    let key = member(issue, "key").as_str().map(str::to_owned);
    set(issue, "state", "issued");
    set(issue, "bound", true);
    let effect = text(&card, "id").to_owned();
    set(issue, "card", card);
    state.effects.add(EffectKind::Card, &effect, key.as_deref(), None);
}

/// What a request for a card is answered: the card, or how its issue stands.
fn answer(issue: &Value) -> Value {
    match member(issue, "state") == "issued" {
        true => json!({
            "state": "issued",
            "flow_id": member(issue, "flow_id"),
            "card": member(issue, "card"),
        }),
        false => flow(issue),
    }
}

fn flow(issue: &Value) -> Value {
    let names = ["flow_id", "state", "issuer", "reason", "kyc_url", "created_at", "card"];
    names.into_iter().map(|name| (name.to_owned(), member(issue, name).clone())).collect()
}

/// Whether the issuer can make something of a holder.
fn check_holder(holder: &JsonObject, country: &str) -> Result<(), Refusal> {
    for name in ["full_name", "email", "birthdate"] {
        holder.text(name)?;
    }
    let document = holder.object("document")?;
    for name in ["type", "value", "issuing_country"] {
        document.text(name)?;
    }
    let address = holder.object("address")?;
    for name in ["line1", "city", "postal_code", "country"] {
        address.text(name)?;
    }
    let lacking = ["street_number", "municipality"]
        .into_iter()
        .find(|name| country == "BR" && address.text(name).is_err());
    match lacking {
        Some(name) => {
            let refusal = error(400, "invalid_holder", "the issuer in Brazil needs it");
            Err(refusal.with("field", format!("holder.address.{name}")).into())
        }
        None => Ok(()),
    }
}
