//! The life of an attempt to collect: issued, open, paid or not; and of what is paid too late or
//! twice.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    codespar::{
        charges::{
            lifecycle::{self as charge, ChargeEvent},
            settle,
        },
        events::{self, Event},
        ledger::sales,
        receipts::seal,
    },
    store::{
        clock::Now,
        effects::EffectKind,
        json::{member, set, text},
        state::State,
        timers::Timer,
    },
};

/// How long a collector may keep a late payment: after that it has to go back.
const DECIDE_WITHIN: Duration = Duration::from_secs(3 * 24 * 60 * 60);

/// Lets everything happen to the attempts and refunds of a project whose time has come.
pub(crate) fn go_on(state: &mut State, project: &str, now: Now) {
    let attempts: Vec<Value> = state.selling.collect_attempts.list(project).cloned().collect();
    for attempt in attempts.iter().rev() {
        follow_charge(state, project, attempt, now);
    }
    let refunds: Vec<Value> = state.selling.collect_refunds.list(project).cloned().collect();
    for refund in refunds.iter().rev() {
        let is_open = text(refund, "state") == "awaiting_collector";
        if is_open && now.is_past(text(refund, "decide_by")) {
            require_refund(state, project, text(refund, "id"), now);
        }
    }
}

/// Lets `go_on` run after a while.
pub(super) fn wake(state: &mut State, project: &str, wait: Duration, now: Now) {
    state.timers.after(wait, now, Timer::CollectDue { project: project.to_owned() });
}

/// An attempt goes where its charge has gone, and expires.
fn follow_charge(state: &mut State, project: &str, attempt: &Value, now: Now) {
    let id = text(attempt, "id");
    let charge_id = text(attempt, "charge_id").to_owned();
    let is_issuing = text(attempt, "state") == "issuing";
    if !is_issuing && text(attempt, "state") != "open" {
        return;
    }
    let charge = state.charges.find(project, &charge_id);
    match charge.map(|row| text(row, "status")) {
        None => close(state, project, id, "failed", Some("issuance_failed"), now),
        Some("ERROR") => close(state, project, id, "failed", Some("issuer_rejected"), now),
        Some("CANCELLED") => close(state, project, id, "cancelled", None, now),
        Some("EXPIRED") => close(state, project, id, "expired", None, now),
        Some("CONFIRMED") => {
            if is_issuing {
                open(state, project, id, now);
            }
            arrive(state, project, id, now);
        }
        Some("PENDING") if is_issuing => open(state, project, id, now),
        Some(_) if now.is_past(text(attempt, "pays_at")) => drop(arrive(state, project, id, now)),
        Some(_) if now.is_past(text(attempt, "expires_at")) => {
            // Not while a payment is under way, nor while nobody knows whether there is a charge:
            // that could still be paid beside another one.
            let expired = charge::apply(state, project, &charge_id, ChargeEvent::Expired, now);
            if expired.is_some() {
                close(state, project, id, "expired", None, now);
            }
        }
        Some(_) => {}
    }
}

/// The code of an attempt is there.
fn open(state: &mut State, project: &str, id: &str, now: Now) {
    change(state, project, id, "open", |row| set(row, "ready_at", now.rfc3339()));
    tell_attempt(state, project, "collect.attempt.ready", id, now);
    // Its time may be over already, where it took long to be issued.
    wake(state, project, Duration::ZERO, now);
}

fn change(state: &mut State, project: &str, id: &str, to: &str, change: impl FnOnce(&mut Value)) {
    if let Some(row) = state.selling.collect_attempts.find_mut(project, id) {
        set(row, "state", to);
        change(row);
    }
}

/// Ends an attempt that was not paid.
fn close(
    state: &mut State,
    project: &str,
    id: &str,
    to: &str,
    failure: Option<&'static str>,
    now: Now,
) {
    change(state, project, id, to, |row| {
        set(row, "closed_at", now.rfc3339());
        set(row, "failure_code", failure);
    });
    match to {
        "failed" => tell_attempt(state, project, "collect.attempt.failed", id, now),
        "expired" => tell_attempt(state, project, "collect.attempt.expired", id, now),
        _ => {}
    }
}

/// Another attempt takes the place of an open one, whose charge is cancelled; says whether it could
/// be, and changes nothing where it could not.
pub(super) fn supersede(
    state: &mut State,
    project: &str,
    old: &Value,
    new: &str,
    now: Now,
) -> bool {
    let (id, charge_id) = (text(old, "id"), text(old, "charge_id"));
    if charge::apply(state, project, charge_id, ChargeEvent::Cancelled, now).is_none() {
        return false;
    }
    change(state, project, id, "superseded", |row| {
        set(row, "superseded_by", new);
        set(row, "closed_at", now.rfc3339());
    });
    tell_attempt(state, project, "collect.attempt.superseded", id, now);
    true
}

pub(super) fn tell_attempt(state: &mut State, project: &str, kind: &str, id: &str, now: Now) {
    let Some(row) = state.selling.collect_attempts.find(project, id) else { return };
    let data = json!({
        "attempt_id": id,
        "link_id": member(row, "link_id"),
        "charge_id": member(row, "charge_id"),
        "amount_minor": member(row, "amount_minor"),
        "currency": member(row, "currency"),
        "state": member(row, "state"),
        "failure_code": member(row, "failure_code"),
    });
    events::emit(state, project, Event { kind, source: "codespar", data }, now);
}

/// The payer pays an attempt of any project, named by its own id or by that of its charge, whatever
/// has become of it; says whether there is one that a code was issued for.
pub(crate) fn pay(state: &mut State, reference: &str, now: Now) -> bool {
    let named = |row: &Value| {
        text(row, "id") == reference || text(row, "charge_id") == reference && !reference.is_empty()
    };
    let projects: Vec<String> = state
        .selling
        .collect_attempts
        .everywhere()
        .map(|(project, _)| project.to_owned())
        .collect();
    let Some(project) = projects
        .into_iter()
        .find(|project| state.selling.collect_attempts.list(project).any(named))
    else {
        return false;
    };
    go_on(state, &project, now);
    let found = state.selling.collect_attempts.list(&project).find(|row| named(row));
    let Some(id) = found.map(|row| text(row, "id").to_owned()) else { return false };
    arrive(state, &project, &id, now)
}

/// A payment of an attempt arrives: it is the link's one payment, or comes too late, or once more.
fn arrive(state: &mut State, project: &str, id: &str, now: Now) -> bool {
    let Some(attempt) = state.selling.collect_attempts.find(project, id).cloned() else {
        return false;
    };
    if member(&attempt, "ready_at").is_null() {
        return false;
    }
    let link_id = text(&attempt, "link_id");
    let link = state.selling.collect_links.find(project, link_id);
    let is_paid = link.is_some_and(|link| member(link, "paid") == &json!(true));
    let exception = match text(&attempt, "state") {
        _ if is_paid => Some("duplicate"),
        "open" => None,
        _ => Some("late"),
    };
    // Closed before it is written down: the receiver is credited by the charge.
    let charge = text(&attempt, "charge_id");
    if exception.is_none() {
        settle::settle(state, project, charge, now);
    }
    let payment = write_payment(state, project, &attempt, exception, now);
    if let Some(reason) = exception {
        owe_refund(state, project, &payment, reason, now);
        return true;
    }
    change(state, project, id, "paid", |row| set(row, "closed_at", now.rfc3339()));
    if let Some(link) = state.selling.collect_links.find_mut(project, link_id) {
        set(link, "paid", true);
        set(link, "paid_at", now.rfc3339());
        set(link, "updated_at", now.rfc3339());
    }
    tell_payment(state, project, "collect.payment.paid", &payment, now);
    true
}

fn write_payment(
    state: &mut State,
    project: &str,
    attempt: &Value,
    exception: Option<&str>,
    now: Now,
) -> Value {
    let id = state.ids.with("cp");
    let charge = text(attempt, "charge_id");
    let entry = match exception {
        None => sales::entry_of(state, project, charge).map(|entry| entry.id),
        Some(_) => sales::credit_as(state, project, charge, &id, now),
    };
    let mut row = json!({
        "id": id,
        "object": "collect_payment",
        "kind": if exception.is_some() { "exception" } else { "paid" },
        "exception": exception,
        "link_id": member(attempt, "link_id"),
        "attempt_id": member(attempt, "id"),
        "surface": member(attempt, "surface"),
        "version": member(attempt, "version"),
        "charge_id": member(attempt, "charge_id"),
        "amount_minor": member(attempt, "amount_minor"),
        "currency": "BRL",
        "paid_at": now.rfc3339(),
        "rail": "pix",
        "end_to_end_id": format!("E{:0>31}", id.trim_start_matches("cp_")),
        "ledger_entry_id": entry.map(|entry| entry.to_string()),
        "simulated": true,
        "receipt": null,
    });
    if exception.is_none() {
        let mut sealed = row.clone();
        set(&mut sealed, "link_version", member(attempt, "version").clone());
        let receipt = seal::collected(&state.ids.with("crc"), &sealed);
        set(&mut row, "receipt", receipt);
    }
    let amount = member(attempt, "amount_minor").as_i64();
    state.effects.add(EffectKind::Collection, &id, None, amount);
    state.selling.collect_payments.insert(project, &id, row)
}

fn tell_payment(state: &mut State, project: &str, kind: &str, payment: &Value, now: Now) {
    let mut data = json!({ "payment_id": member(payment, "id") });
    const TOLD: [&str; 8] = [
        "link_id",
        "attempt_id",
        "charge_id",
        "amount_minor",
        "currency",
        "rail",
        "kind",
        "exception",
    ];
    for name in TOLD {
        set(&mut data, name, member(payment, name).clone());
    }
    events::emit(state, project, Event { kind, source: "codespar", data }, now);
}

/// What came too late waits for the collector; what came twice has to go back.
fn owe_refund(state: &mut State, project: &str, payment: &Value, reason: &str, now: Now) {
    tell_payment(state, project, "collect.payment.exception", payment, now);
    let id = state.ids.with("crf");
    let is_late = reason == "late";
    let row = json!({
        "id": id,
        "object": "collect_refund",
        "payment_id": member(payment, "id"),
        "link_id": member(payment, "link_id"),
        "charge_id": member(payment, "charge_id"),
        "reason": reason,
        "refund_method": "pix",
        "state": "awaiting_collector",
        "amount_minor": member(payment, "amount_minor"),
        "currency": "BRL",
        "decide_by": is_late.then(|| now.rfc3339_after(DECIDE_WITHIN)),
        "decided_at": null,
        "created_at": now.rfc3339(),
    });
    state.selling.collect_refunds.insert(project, &id, row);
    if is_late {
        wake(state, project, DECIDE_WITHIN, now);
        tell_refund(state, project, "collect.refund.awaiting_decision", &id, now);
    } else {
        require_refund(state, project, &id, now);
    }
}

fn require_refund(state: &mut State, project: &str, id: &str, now: Now) {
    if let Some(row) = state.selling.collect_refunds.find_mut(project, id) {
        set(row, "state", "awaiting_pix_rail");
        tell_refund(state, project, "collect.refund.required", id, now);
    }
}

pub(super) fn tell_refund(state: &mut State, project: &str, kind: &str, id: &str, now: Now) {
    let Some(row) = state.selling.collect_refunds.find(project, id) else { return };
    let mut data = json!({ "refund_id": id });
    for name in ["payment_id", "link_id", "charge_id", "reason", "state", "amount_minor"] {
        set(&mut data, name, member(row, name).clone());
    }
    events::emit(state, project, Event { kind, source: "codespar", data }, now);
}
