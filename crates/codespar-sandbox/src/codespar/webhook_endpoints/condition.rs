//! Which events there are, what endpoints may ask of them, and whether an event is like that.

use std::cmp::Ordering;

use serde_json::{Value, json};

use crate::{
    server::errors::{ApiError, error},
    store::json::{member, text},
};

/// The events of the service: what their names begin with, and the last words.
const EVENTS: &[(&str, &str)] = &[
    ("approval", "decided pending"),
    ("collect.attempt", "expired failed issued ready superseded"),
    ("collect.link", "paused published"),
    ("collect.payment", "exception paid"),
    ("collect.refund", "awaiting_decision honored required"),
    ("commerce.account_launch_in", "received"),
    ("commerce.account_launch_out", "received"),
    ("commerce.account_status", "changed"),
    ("commerce.cashout", "confirmed"),
    ("commerce.charge", "cancelled created expired expiry_notified paid payment_notified"),
    ("commerce.dict_claim", "cancelled completed confirmed opened waiting"),
    ("commerce.internal_transfer_in", "received"),
    ("commerce.internal_transfer_out", "received"),
    ("commerce.mandate", "expiring granted paused resumed revoked"),
    (
        "commerce.onboarding",
        "backgroundcheck_approved backgroundcheck_pending backgroundcheck_rejected \
         documentscopy_approved documentscopy_pending documentscopy_processing \
         documentscopy_rejected proposal_approved proposal_processing_documentscopy \
         proposal_rejected",
    ),
    ("commerce.organization", "paused resumed"),
    ("commerce.payment", "failed pending received refunded succeeded updated"),
    ("commerce.pix_out", "failed succeeded unconfirmed"),
    ("commerce.pix_reversal_in", "received"),
    ("commerce.pix_reversal_out", "received"),
    (
        "commerce.recurrence",
        "authorized cancelled denied requested settlement_held settlement_hold_overdue \
         settlement_hold_resolved settlement_possible_double_credit",
    ),
    (
        "commerce.recurrence.cycle",
        "accepted announced_late awaiting_instruction cancelled expired instruction_blocked \
         instruction_missing instruction_refused paid queued_instruction_expired rejected \
         scheduled settled_by_held_credit",
    ),
    ("commerce.rinne", "observed"),
    ("commerce.spend", "failed settled"),
    ("commerce.ted_in", "succeeded"),
    ("dda.boleto", "registered"),
    ("dda.subscription", "activated failed"),
    ("gate.paywall", "charged"),
    ("payable", "rejected"),
    ("proxy_call", "failed succeeded"),
    ("session", "closed"),
    ("system.health", "degraded recovered"),
    ("tool_call", "failed succeeded"),
    ("trigger.delivery", "failed"),
    ("trigger", "paused_automatically test_fire"),
    ("user", "signed_up"),
    ("wallet.balance", "below"),
];

/// Operators of numbers; texts are only compared whole.
const OF_NUMBERS: &[&str] = &["gt", "gte", "lt", "lte", "eq"];
const OF_TEXTS: &[&str] = &["eq", "in"];

/// Every event with what may be asked of it.
pub(crate) fn events() -> Vec<Value> {
    let named = EVENTS.iter().flat_map(|(family, last)| {
        last.split_whitespace().map(move |last| (*family, format!("{family}.{last}")))
    });
    let row = |(family, name): (&str, String)| {
        let fields = fields(&name).into_iter().map(|field| {
            let is_crossing = ["balance_minor", "consecutive_failures"].contains(&field);
            json!({
                "field": field,
                "type": if is_text(field) { "string" } else { "integer" },
                "ops": if is_text(field) { OF_TEXTS } else { OF_NUMBERS },
                "crossing": is_crossing,
            })
        });
        let fields: Vec<Value> = fields.collect();
        json!({ "type": name, "family": family, "condition_fields": fields })
    };
    named.map(row).collect()
}

/// Whether the service knows an event of this name.
pub(crate) fn is_known(event: &str) -> bool {
    let Some((family, last)) = event.rsplit_once('.') else { return false };
    let mut rows = EVENTS.iter().filter(|row| row.0 == family);
    rows.any(|row| row.1.split_whitespace().any(|it| it == last))
}

fn is_text(field: &str) -> bool {
    ["rail", "agent_id"].contains(&field)
}

/// What may be asked of an event.
fn fields(event: &str) -> Vec<&'static str> {
    let (family, _) = event.rsplit_once('.').unwrap_or_default();
    match event {
        "commerce.mandate.expiring" => vec!["days_before"],
        "trigger.delivery.failed" => vec!["consecutive_failures"],
        "wallet.balance.below" => vec!["balance_minor"],
        _ => match family {
            "commerce.spend" => vec!["amount_minor", "rail", "agent_id"],
            "collect.payment" | "commerce.cashout" | "commerce.charge" | "commerce.payment"
            | "commerce.pix_out" | "commerce.ted_in" | "gate.paywall" => {
                vec!["amount_minor", "rail"]
            }
            "approval" | "proxy_call" | "session" | "tool_call" => vec!["agent_id"],
            _ => Vec::new(),
        },
    }
}

/// Refuses a condition that an event cannot meet; none is no condition.
pub(crate) fn check(condition: &Value, event: &str) -> Result<(), ApiError> {
    if condition.is_null() {
        return Ok(());
    }
    match member(condition, "all").as_array() {
        Some(rules) if !rules.is_empty() => rules.iter().try_for_each(|rule| {
            check_rule(rule, event).map_err(|reason| {
                let refusal = error(400, "trigger_condition_invalid", "the event is never so");
                refusal.with("reason", reason)
            })
        }),
        _ => {
            let refusal = error(400, "trigger_condition_invalid", "no rules");
            Err(refusal.with("reason", "empty"))
        }
    }
}

fn check_rule(rule: &Value, event: &str) -> Result<(), &'static str> {
    let (field, op, value) = (text(rule, "field"), text(rule, "op"), member(rule, "value"));
    if !fields(event).contains(&field) {
        return Err("field_not_of_event");
    }
    let (operators, fits) = match is_text(field) {
        true if op == "in" => {
            let list = value.as_array();
            (OF_TEXTS, list.is_some_and(|it| !it.is_empty() && it.iter().all(Value::is_string)))
        }
        true => (OF_TEXTS, value.is_string()),
        false => (OF_NUMBERS, value.is_i64()),
    };
    match (operators.contains(&op), fits) {
        (false, _) => Err("op_not_of_field"),
        (true, false) => Err("value_not_of_field"),
        (true, true) => Ok(()),
    }
}

/// Whether what an event says meets a condition; every event meets none.
pub(crate) fn holds(condition: &Value, data: &Value) -> bool {
    let rules = member(condition, "all").as_array();
    rules.into_iter().flatten().all(|rule| {
        let (found, value) = (member(data, text(rule, "field")), member(rule, "value"));
        let order = || number(found).zip(number(value)).map(|(found, value)| found.cmp(&value));
        match text(rule, "op") {
            "gt" => order() == Some(Ordering::Greater),
            "gte" => order().is_some_and(Ordering::is_ge),
            "lt" => order() == Some(Ordering::Less),
            "lte" => order().is_some_and(Ordering::is_le),
            "in" => value.as_array().is_some_and(|values| values.contains(found)),
            _ if value.is_string() => found == value,
            _ => order() == Some(Ordering::Equal),
        }
    })
}

/// A whole number, which some events write as text.
fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(field: &str, op: &str, value: Value) -> Value {
        json!({ "all": [{ "field": field, "op": op, "value": value }] })
    }

    #[test]
    fn conditions_are_compared_with_what_an_event_says() {
        let data = json!({ "amount_minor": 500, "rail": "pix", "balance_minor": "499" });
        let table = [
            ("amount_minor", "gt", json!(499), true),
            ("amount_minor", "gt", json!(500), false),
            ("amount_minor", "gte", json!(500), true),
            ("amount_minor", "lt", json!(500), false),
            ("amount_minor", "lte", json!(500), true),
            ("amount_minor", "eq", json!(501), false),
            ("balance_minor", "lt", json!(500), true),
            ("rail", "eq", json!("pix"), true),
            ("rail", "in", json!(["ted", "pix"]), true),
            ("rail", "in", json!(["ted"]), false),
            ("agent_id", "eq", json!("ag1"), false),
        ];
        for (field, op, value, expected) in table {
            assert_eq!(holds(&rule(field, op, value.clone()), &data), expected, "{op} {value}");
        }
        assert!(holds(&Value::Null, &data));
    }

    #[test]
    fn conditions_that_cannot_be_met_are_refused() {
        let table = [
            ("commerce.charge.paid", rule("amount_minor", "gt", json!(1)), true),
            ("commerce.charge.paid", rule("amount_minor", "gt", json!("1")), false),
            ("commerce.charge.paid", rule("amount_minor", "in", json!(["1"])), false),
            ("commerce.charge.paid", rule("rail", "in", json!("pix")), false),
            ("commerce.charge.paid", rule("balance_minor", "lt", json!(1)), false),
            ("wallet.balance.below", rule("balance_minor", "lt", json!(1)), true),
            ("no.such.event", rule("amount_minor", "gt", json!(1)), false),
            ("commerce.charge.paid", json!({ "all": [] }), false),
            ("commerce.charge.paid", json!("x"), false),
        ];
        for (event, condition, fits) in table {
            assert_eq!(check(&condition, event).is_ok(), fits, "{event} {condition}");
        }
    }

    #[test]
    fn events_are_known_to_the_letter() {
        assert!(is_known("commerce.recurrence.cycle.paid") && is_known("trigger.test_fire"));
        assert!(!is_known("commerce.charge.*") && !is_known("commerce.charge") && !is_known("x"));
        assert!(events().iter().all(|row| is_known(text(row, "type"))));
    }
}
