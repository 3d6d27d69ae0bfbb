//! The ledger of a wallet: `/v1/wallets/{id}/ledger`.

use http::StatusCode;
use serde_json::json;

use crate::{
    codespar::{
        account::ORGANIZATION,
        ledger::{self, undo},
        wallets::{self, reconciliation},
    },
    server::{
        errors::{Refusal, error},
        json_object::{JsonObject, issue},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        books::{Entry, KINDS, Posting},
        json::text,
    },
};

/// `GET /v1/wallets/{id}/ledger`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let wallet = text(wallets::find(req)?, "id").to_owned();
    reconciliation::run_cycle(req);
    Ok(ledger::list(req, &wallet)?)
}

/// `POST /v1/wallets/{id}/ledger`: an attempt and a reference from outside have one entry of each
/// kind, and a repetition gets that one. What undoes another entry needs one of which as much is
/// left.
pub(crate) fn post(req: &mut Request<'_>) -> HandlerResult {
    let missing = |_| Response::json(StatusCode::NOT_FOUND, json!({ "error": "not_found" }));
    wallets::find(req).map_err(missing)?;
    let mut posting = read(req, &req.body()?)?;
    if posting.kind == "fund" && !req.settings.test_mode {
        let code = "fund_requires_test_project";
        return Err(error(409, code, "money is made up in test projects only").into());
    }
    let same = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
    let is_repeated = |entry: &&Entry| {
        let known = &entry.posting;
        known.wallet == posting.wallet
            && known.kind == posting.kind
            && (same(&known.attempt, &posting.attempt)
                || same(&known.external_ref, &posting.external_ref))
    };
    if let Some(earlier) = req.state.books.list(req.project).find(is_repeated) {
        return Ok(Response::ok(ledger::row(earlier)));
    }
    undo::point(req.state, req.project, &mut posting)?;
    let id = req.state.books.post(req.project, posting, req.now.wall);
    let entry = req.state.books.find(req.project, id).map(ledger::row);
    Ok(Response::created(entry.unwrap_or_default()))
}

fn read(req: &Request<'_>, body: &JsonObject) -> Result<Posting, Refusal> {
    if body.text("wallet_id")? != req.id() {
        return Err(issue("wallet_id", "must be the one of the path").into());
    }
    if body.text("org_id")? != ORGANIZATION {
        return Err(issue("org_id", "must be one's own").into());
    }
    let currency = ledger::currency(body, "currency")?.to_owned();
    let amount_minor = wallets::minor_text(body.text("amount_minor")?)?;
    let named = body.text("kind")?;
    let kind = KINDS.into_iter().find(|kind| *kind == named);
    let kind = kind.ok_or_else(|| issue("kind", "not one of the known values"))?;
    let is_right = match kind {
        "fund" | "release" => amount_minor > 0,
        "hold" | "debit" | "fee" => amount_minor < 0,
        "reverse" => amount_minor != 0,
        _ => true,
    };
    if !is_right {
        return Err(issue("amount_minor", "has the wrong sign for this kind").into());
    }
    let maybe = |name: &str| body.maybe_text(name).map(|text| text.map(str::to_owned));
    Ok(Posting {
        wallet: req.id().to_owned(),
        currency,
        kind,
        amount_minor,
        mandate: maybe("mandate_id")?,
        attempt: maybe("attempt_id")?,
        external_ref: maybe("external_ref")?,
        metadata: body.maybe_object("metadata")?.unwrap_or_default().value(),
        test_funding: (kind == "fund").then_some("added"),
        ..Posting::default()
    })
}
