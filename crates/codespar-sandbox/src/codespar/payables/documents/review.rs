//! What a person decides about a bill: `POST /v1/payables/{id}/review`.

use serde_json::{Value, json};

use crate::{
    codespar::{
        events,
        payables::documents::{
            checks,
            input::{Kind, PARTS},
            present,
        },
    },
    server::{
        errors::{ApiError, Refusal, error},
        json_object::{JsonObject, issue},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{member, set, set_in, text},
};

/// The session of the person who may review, in the header `x-codespar-user-token`.
pub(crate) const USER_TOKEN: &str = "ust_sandbox_admin";

/// One thing that was decided.
struct Resolution {
    code: String,
    kind: String,
    corrections: Vec<(String, Value)>,
    beneficiary: Option<String>,
}

/// Decides about all that is to be reviewed, or about nothing.
pub(crate) fn review(req: &mut Request<'_>) -> HandlerResult {
    check_person(req)?;
    let body = req.maybe_body()?;
    let (id, project, now) = (req.id().to_owned(), req.project, req.now);
    let mut bill = present(req, &id)?.clone();
    if text(&bill, "status") != "NEEDS_REVIEW" {
        let refusal = error(409, "payable_not_reviewable", "there is nothing to review");
        return Err(refusal.with("payable_status", text(&bill, "status")).into());
    }
    let resolutions = read(&body)?;
    check(&bill, &resolutions)?;
    let decided: Vec<Value> = resolutions.iter().map(|it| it.row(&now.rfc3339())).collect();
    let rejected = resolutions.iter().find(|it| it.kind == "reject");
    if let Some(rejected) = rejected {
        set(&mut bill, "status", "REJECTED");
        set(&mut bill, "updated_at", now.rfc3339());
        set_in(&mut bill, "review", "validation_status", "REJECTED");
        set_in(&mut bill, "review", "rejected_by", json!([rejected.code]));
    } else {
        bill = resolved(bill, &resolutions, now)?;
    }
    set_in(&mut bill, "review", "resolutions", decided);
    if let Some(row) = req.state.payables.find_mut(project, &id) {
        *row = bill.clone();
    }
    if rejected.is_some() {
        let data = json!({ "payable_id": id });
        events::tell(req.state, project, "payable.rejected", data, now);
    }
    Ok(Response::ok(bill))
}

/// Keys may not decide: a request needs the session of a person besides.
fn check_person(req: &Request<'_>) -> Result<(), ApiError> {
    match req.received.header("x-codespar-user-token") {
        None => Err(error(403, "bearer_token_cannot_decide", "only people review")),
        Some(USER_TOKEN) => Ok(()),
        Some(_) => Err(error(403, "user_token_invalid", "no session of this organization")),
    }
}

impl Resolution {
    fn row(&self, at: &str) -> Value {
        let mut row = json!({
            "code": self.code,
            "resolution": self.kind,
            "at": at,
            "by": "usr_sandbox",
            "by_source": "verified_user_token",
        });
        if !self.corrections.is_empty() {
            let fields: Vec<&String> = self.corrections.iter().map(|it| &it.0).collect();
            set(&mut row, "fields", json!(fields));
        }
        if let Some(document) = &self.beneficiary {
            set(&mut row, "confirmed_beneficiary_document", &**document);
        }
        row
    }
}

fn read(body: &JsonObject) -> Result<Vec<Resolution>, Refusal> {
    let mut read = Vec::new();
    for value in body.maybe_list("resolutions")?.unwrap_or_default() {
        let given = JsonObject::of(value);
        let kinds = ["human_correction", "reject", "confirm_rail_beneficiary"];
        let mut corrections = Vec::new();
        for value in given.maybe_list("corrections")?.unwrap_or_default() {
            let correction = JsonObject::of(value);
            corrections.push((correction.text("field")?.to_owned(), correction.echo("value")));
        }
        read.push(Resolution {
            code: given.text("code")?.to_owned(),
            kind: given.choice("resolution", &kinds)?.to_owned(),
            corrections,
            beneficiary: given.maybe_text("confirmed_beneficiary_document")?.map(str::to_owned),
        });
    }
    if read.iter().any(|it| it.kind == "human_correction" && it.corrections.is_empty()) {
        return Err(issue("resolutions", "a correction corrects something").into());
    }
    Ok(read)
}

/// Whether these decisions may be made about this bill.
fn check(bill: &Value, resolutions: &[Resolution]) -> Result<(), Refusal> {
    let held_up = member(member(bill, "review"), "review_by").as_array();
    let held_up: Vec<&Value> = held_up.into_iter().flatten().collect();
    let is_alone = resolutions.len() == 1;
    for (at, resolution) in resolutions.iter().enumerate() {
        let code = &*resolution.code;
        if resolutions.iter().skip(at + 1).any(|it| it.code == code) {
            return Err(error(422, "payable_resolution_repeated", "one for each check").into());
        }
        if resolution.kind == "reject" && !is_alone {
            return Err(error(422, "payable_resolution_conflict", "reject stands alone").into());
        }
        let found = held_up.iter().find(|it| text(it, "code") == code);
        // A bill that only a trigger stopped can be rejected by any of its checks.
        if found.is_none() && !(held_up.is_empty() && resolution.kind == "reject") {
            let refusal = error(422, "payable_check_not_in_review", "nothing to decide there");
            return Err(refusal.with("code", code).into());
        }
        let ran = found.is_none_or(|it| text(it, "cause") != "retries_exhausted");
        if !ran && resolution.kind != "reject" {
            let code = "payable_check_did_not_run";
            return Err(error(422, code, "what was not checked can only be rejected").into());
        }
        let allowed = allowed(code);
        if !allowed.contains(&&*resolution.kind) {
            let refusal = error(422, "payable_resolution_not_allowed", "not for this check");
            return Err(refusal.with("allowed", json!(allowed)).into());
        }
        resolution.corrections.iter().try_for_each(check_correction)?;
    }
    Ok(())
}

fn allowed(code: &str) -> [&'static str; 2] {
    match code {
        "beneficiary_document_matches_supplier" | "pix_key_owner_matches_supplier" => {
            ["confirm_rail_beneficiary", "reject"]
        }
        _ => ["human_correction", "reject"],
    }
}

fn check_correction((field, value): &(String, Value)) -> Result<(), ApiError> {
    let part = field.strip_prefix("totals.");
    let is_amount = part.is_some_and(|it| it == "grand_total_minor" || PARTS.contains(&it));
    let kind = match &**field {
        _ if is_amount => Kind::Amount,
        "issue_date" | "due_date" => Kind::Day,
        "recipient.document" | "recipient.name" | "totals.currency" => Kind::Text,
        _ => {
            let refusal = error(422, "payable_field_not_correctable", "this stays as it is");
            return Err(refusal.with("field", &**field));
        }
    };
    if kind.fits(value) {
        return Ok(());
    }
    let refusal = error(422, "payable_correction_invalid", "not a value of this field");
    Err(refusal.with("field", &**field))
}

/// The bill after these decisions, which must leave nothing to be reviewed.
fn resolved(
    mut bill: Value,
    resolutions: &[Resolution],
    now: crate::store::clock::Now,
) -> Result<Value, Refusal> {
    let paid = text(member(member(&bill, "rail_quote"), "beneficiary_document_masked"), "value")
        .to_owned();
    let mut confirmed = Vec::new();
    for resolution in resolutions {
        if resolution.kind == "confirm_rail_beneficiary" {
            if resolution.beneficiary.as_deref() != Some(&*paid) {
                let code = "payable_rail_beneficiary_unconfirmed";
                let refusal = error(409, code, "another is paid");
                return Err(refusal.with("rail_beneficiary_document_masked", paid).into());
            }
            confirmed.push(resolution.code.clone());
        }
        for (field, value) in &resolution.corrections {
            correct(&mut bill, field, value);
        }
    }
    checks::judge(&mut bill, &[], &confirmed, now);
    let left = member(member(&bill, "review"), "review_by").as_array().cloned().unwrap_or_default();
    let codes: Vec<&str> = left.iter().map(|it| text(it, "code")).collect();
    if codes.is_empty() {
        return Ok(bill);
    }
    let is_corrected = |it: &Resolution| codes.contains(&&*it.code);
    let code = match resolutions.iter().any(is_corrected) {
        true => "payable_correction_did_not_resolve",
        false => "payable_review_incomplete",
    };
    Err(error(409, code, "there is more to decide").with("checks", json!(codes)).into())
}

/// Puts what a person says in the place of what was read.
fn correct(bill: &mut Value, field: &str, value: &Value) {
    let said = json!({ "value": value, "from": "pessoa" });
    match field.split_once('.') {
        None => set(bill, field, said),
        Some((of, name)) => set_in(bill, of, name, said),
    }
}
