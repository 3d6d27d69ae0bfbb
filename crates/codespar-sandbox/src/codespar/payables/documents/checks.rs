//! The checks of a bill, and whether it is ready after them or a person has to look at it.

use serde_json::{Map, Value, json};

use crate::{
    codespar::payables::documents::{input::PARTS, rail},
    store::{
        clock::Now,
        json::{member, set, text},
    },
};

/// Every check by its name: what came of it.
type Outcomes = Vec<(&'static str, Value)>;

/// Checks which there are, but which never run.
const NOT_COVERED: [&str; 2] = ["supplier_registry", "bank_details_changed"];

/// Asks the rail, makes every check, and writes down how the bill stands then. Checks that a person
/// has `confirmed` do not hold it up.
pub(super) fn judge(bill: &mut Value, triggers: &[&str], confirmed: &[String], now: Now) {
    let quote = rail::quote(bill, now);
    let outcomes = outcomes(bill, quote.as_ref());
    let held_up: Vec<Value> = outcomes
        .iter()
        .filter(|(code, _)| !confirmed.iter().any(|it| it == code))
        .filter_map(|(code, outcome)| {
            let cause = match (text(outcome, "outcome"), *code) {
                ("needs_review", _) => "check_failed",
                ("indisponivel", "pix_key_owner_matches_supplier") => "required_not_implemented",
                ("indisponivel", _) => "retries_exhausted",
                _ => return None,
            };
            Some(json!({ "code": code, "cause": cause }))
        })
        .collect();
    let is_ready = held_up.is_empty() && triggers.is_empty();
    let validated = if is_ready { "VALIDATED" } else { "NEEDS_REVIEW" };
    let resolutions = member(member(bill, "review"), "resolutions").clone();
    let mut review = json!({
        "validation_status": validated,
        "review_by": held_up,
        "rejected_by": [],
        "confirmed_by": confirmed,
        "awaiting": [],
        "not_covered": NOT_COVERED,
        "review_triggers": triggers,
    });
    if !resolutions.is_null() {
        set(&mut review, "resolutions", resolutions);
    }
    let validation = outcomes.into_iter().map(|(code, outcome)| (code.to_owned(), outcome));
    set(bill, "validation", validation.collect::<Map<_, _>>());
    set(bill, "review", review);
    set(bill, "status", if is_ready { "READY" } else { "NEEDS_REVIEW" });
    set(bill, "updated_at", now.rfc3339());
    if let Some(members) = bill.as_object_mut() {
        members.remove("rail_quote");
    }
    if let Some(quote) = quote {
        set(bill, "rail_quote", quote);
    }
}

fn outcomes(bill: &Value, quote: Option<&Value>) -> Outcomes {
    let carriers = member(bill, "carriers");
    let has = |name: &str| !member(carriers, name).is_null();
    let supplier = member(member(bill, "supplier"), "document");
    let given = |there: bool| if there { "ok" } else { "nao_aplicavel" };
    let owner = if has("br_code") { "indisponivel" } else { "nao_aplicavel" };
    let code = |outcome: &str| json!({ "outcome": outcome });
    vec![
        ("carrier_check_digits", code(given(has("boleto") || has("br_code")))),
        ("document_check_digits", code(given(!supplier.is_null()))),
        ("nfe_key_consistency", code(given(has("nfe")))),
        ("arithmetic", arithmetic(bill)),
        ("duplicate_document", code("ok")),
        ("amount_matches_rail", amount_matches(bill, quote)),
        ("beneficiary_document_matches_supplier", beneficiary_matches(supplier, quote)),
        ("due_date_state", code(given(rail::due_date(bill).is_some()))),
        ("pix_key_owner_matches_supplier", code(owner)),
    ]
}

/// Whether the parts make the total, give or take one.
fn arithmetic(bill: &Value) -> Value {
    let totals = member(bill, "totals");
    let part = |name: &str| amount(totals, name);
    let Some(subtotal) = part("subtotal_minor") else {
        return json!({ "outcome": "nao_aplicavel" });
    };
    let sum = PARTS.iter().skip(1).fold(subtotal, |sum, name| {
        let part = part(name).unwrap_or_default();
        match *name {
            "discount_minor" | "tax_relief_deducted_minor" => sum.saturating_sub(part),
            // These are in the subtotal already.
            "taxes_included_minor" => sum,
            _ => sum.saturating_add(part),
        }
    });
    let total = part("grand_total_minor").unwrap_or_default();
    match sum.abs_diff(total) {
        0 | 1 => json!({ "outcome": "ok" }),
        _ => json!({ "outcome": "needs_review", "detail": format!("the parts make {sum}") }),
    }
}

fn amount_matches(bill: &Value, quote: Option<&Value>) -> Value {
    let Some(quote) = quote else { return json!({ "outcome": "indisponivel" }) };
    let due = rail::amount(quote);
    match amount(member(bill, "totals"), "grand_total_minor") == Some(due) {
        true => json!({ "outcome": "ok" }),
        false => json!({ "outcome": "needs_review", "detail": format!("{due} are due") }),
    }
}

fn beneficiary_matches(supplier: &Value, quote: Option<&Value>) -> Value {
    let Some(quote) = quote else { return json!({ "outcome": "indisponivel" }) };
    if supplier.is_null() {
        return json!({ "outcome": "nao_aplicavel" });
    }
    let paid = text(member(quote, "beneficiary_document_masked"), "value");
    match paid == rail::masked(text(supplier, "value")) {
        true => json!({ "outcome": "ok" }),
        false => json!({ "outcome": "needs_review", "detail": format!("{paid} is paid") }),
    }
}

fn amount(totals: &Value, name: &str) -> Option<i64> {
    member(member(totals, name), "value").as_i64()
}
