//! Applications for an account at the bank: `/v1/account-applications`.

use serde_json::{Value, json};

use crate::{
    codespar::{
        audit_events,
        events::{self, Event},
    },
    server::{
        errors::{ApiError, error},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::Now,
        json::{matches, member, set, text},
        state::State,
        timers::Timer,
    },
};

/// What has to be shown to the applicant, word for word.
const DISCLOSURE: &str = "A conta é oferecida pela instituição Banco Sandbox S.A.; a CodeSpar atua \
                          como correspondente.";

/// `POST /v1/account-applications`: one per document.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let buyer = body.object("buyer")?;
    let document = digits(buyer.text("documentNumber")?);
    let opt_ins = body.texts("opt_ins")?;
    let consumer = body.maybe_text("consumer_id")?;
    let known = |row: &&Value| matches(row, "document", Some(&document));
    if let Some(open) = req.state.account_applications.list(req.project).find(known) {
        return Err(held_elsewhere(text(open, "decided_at") > req.now.rfc3339().as_str()).into());
    }
    let id = req.state.ids.with("ver");
    let row = json!({
        "id": id,
        "document": document,
        "consumer_id": consumer.unwrap_or(&document),
        "decided_at": req.now.rfc3339_after(req.settings.settle_after),
        "provisioned": null,
    });
    req.state.account_applications.insert(req.project, &id, row);
    let timer = Timer::ApplicationDecided { project: req.project.to_owned(), id: id.clone() };
    req.state.timers.after(req.settings.settle_after, req.now, timer);
    audit_events::record(req, "account_application.opened", json!({ "verification_id": id }));
    let dda = opt_ins.iter().any(|opt_in| opt_in == "dda");
    let mut answer = json!({
        "verification_id": id,
        "status": "PENDING",
        "hosted_url": format!("https://bank.example.test/kyc/{id}"),
        "disclosure": {
            "institution": "Banco Sandbox S.A.",
            "institution_document": "00000000000191",
            "codespar_role": "correspondente",
            "text": DISCLOSURE,
        },
    });
    if dda {
        set(&mut answer, "dda_opt_in", json!({ "status": "deferred" }));
    }
    Ok(Response::ok(answer))
}

/// The bank has agreed.
pub(crate) fn decided(state: &mut State, project: &str, id: &str, now: Now) {
    let Some(row) = state.account_applications.find(project, id) else { return };
    let data = json!({ "verification_id": id, "consumer_id": member(row, "consumer_id") });
    let kind = "commerce.onboarding.proposal_approved";
    events::emit(state, project, Event { kind, source: "celcoin", data }, now);
}

/// `GET /v1/account-applications/{id}`: the first read after the bank has agreed makes what pays
/// from the account.
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let missing = || error(400, "document_number_required", "the applicant's document");
    let document = digits(req.query("document_number").ok_or_else(missing)?);
    if document.is_empty() {
        return Err(missing().into());
    }
    let (id, now) = (req.id().to_owned(), req.now.rfc3339());
    let found = req.state.account_applications.find(req.project, &id).cloned();
    // Whose it is not, is told nothing of it.
    let row = found.filter(|row| matches(row, "document", Some(&document)));
    let row = row.ok_or_else(|| error(502, "kyc_status_failed", "no such application"))?;
    if text(&row, "decided_at") > now.as_str() {
        return Ok(Response::ok(json!({
            "status": "pending",
            "hosted_url": format!("https://bank.example.test/kyc/{id}"),
            "account": null,
            "funding_source_id": null,
            "pix_key": null,
            "pix_key_type": null,
        })));
    }
    if let made @ Value::Object(_) = member(&row, "provisioned") {
        return Ok(Response::ok(made.clone()));
    }
    let made = open(req, &row);
    if let Some(row) = req.state.account_applications.find_mut(req.project, &id) {
        set(row, "provisioned", made.clone());
    }
    Ok(Response::ok(made))
}

/// The account of an approved application, with what pays from it.
fn open(req: &mut Request<'_>, row: &Value) -> Value {
    let consumer = text(row, "consumer_id");
    let funding = format!("fs_celcoin_{consumer}");
    let account = format!("{:08}", req.state.ids.number());
    let key = req.state.ids.uuid();
    let source = json!({
        "id": funding,
        "consumer_id": consumer,
        "rail": "pix-consent",
        "currency": "BRL",
        "provider": "celcoin",
        "display_label": null,
        "status": "active",
        "created_at": req.now.rfc3339(),
        "expires_at": null,
        "revoked_at": null,
        "metadata": {},
    });
    req.state.funding_sources.insert(req.project, &funding, source);
    json!({
        "status": "approved",
        "hosted_url": null,
        "account": account,
        "funding_source_id": funding,
        "pix_key": key,
        "pix_key_type": "EVP",
    })
}

/// What the bank says of a document that it knows.
fn held_elsewhere(pending: bool) -> ApiError {
    let (code, provider) = match pending {
        true => ("onboarding_proposal_open_elsewhere", "OBE064"),
        false => ("onboarding_account_exists_elsewhere", "CBE022"),
    };
    error(409, code, "the bank knows this document").with("provider_code", provider)
}

/// A document without its points.
fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}
