//! The life of a charge: issued, registered, paid or not.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    codespar::{
        events::{self, Event},
        ledger::sales,
        payment_rail::{self, RailAnswer},
        pix_code,
    },
    store::{
        clock::Now,
        context::Context,
        json::{member, set, text},
        money::Amount,
        settings::Settings,
        state::State,
        timers::Timer,
    },
};

/// The event of a paid charge.
pub(crate) const PAID: &str = "commerce.charge.paid";

/// The provider behind charges.
const PROVIDER: &str = "celcoin";

/// Longest time until a document is registered.
const REGISTERED_WITHIN: Duration = Duration::from_secs(1);

/// A charge before it is issued.
pub(crate) struct NewCharge<'a> {
    pub(crate) method: &'a str,
    pub(crate) currency: &'a str,
    pub(crate) amount: Amount,
    pub(crate) due_date: Value,
    /// The key it is kept under, and what was asked for.
    pub(crate) key: Option<(String, Value)>,
}

impl NewCharge<'_> {
    /// Whether it is the one kind of charge that the service keeps.
    fn is_kept(&self) -> bool {
        self.method == "boleto" && !self.due_date.is_null()
    }
}

/// What can happen to a charge.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChargeEvent {
    Registered,
    Rejected,
    Notified,
    Paid,
    Cancelled,
    Expired,
}

impl ChargeEvent {
    pub(crate) fn named(event_type: &str) -> Option<Self> {
        Some(match event_type {
            "commerce.charge.created" => Self::Registered,
            "commerce.charge.payment_notified" => Self::Notified,
            PAID | "commerce.payment.succeeded" => Self::Paid,
            "commerce.charge.cancelled" => Self::Cancelled,
            "commerce.charge.expired" => Self::Expired,
            "commerce.payment.failed" => Self::Rejected,
            _ => return None,
        })
    }

    fn event(self) -> &'static str {
        match self {
            Self::Registered => "commerce.charge.created",
            Self::Rejected => "commerce.payment.failed",
            Self::Notified => "commerce.charge.payment_notified",
            Self::Paid => PAID,
            Self::Cancelled => "commerce.charge.cancelled",
            Self::Expired => "commerce.charge.expired",
        }
    }
}

/// After how long a document is registered.
fn registered_after(settings: &Settings) -> Duration {
    (settings.settle_after / 2).min(REGISTERED_WITHIN)
}

/// Keeps a new charge. A boleto with a due date is registered later, all others are at once; one
/// that the issuer does not answer for is nothing but a reservation of its key.
pub(crate) fn create(context: &mut Context<'_>, id: &str, charge: &NewCharge<'_>) -> Value {
    let is_kept = charge.is_kept();
    let is_answered = payment_rail::send(charge.amount.minor()) != RailAnswer::NoAnswer;
    let (key, request) = charge.key.clone().unzip();
    let row = json!({
        "id": id,
        "status": "PROCESSING",
        "local_status": "pending",
        "status_conflict": false,
        "method": charge.method,
        "currency": charge.currency,
        "amount": charge.amount.major(),
        "amount_minor": charge.amount.minor(),
        "due_date": charge.due_date,
        "payable": false,
        "boleto_bar_code": null,
        "boleto_bank_line": null,
        "pix_copy_paste": null,
        "credit_correlation_armed": true,
        "payment_in_flight": false,
        "settlement": null,
        "issuance_unconfirmed": is_kept && !is_answered,
        "idempotency_key": key,
        "request": request,
        "readable": is_kept,
        "created_at": created_at(context),
        "test_payment": null,
    });
    let row = context.state.charges.insert(context.project, id, row);
    if is_kept {
        if is_answered {
            wait_for_issuer(context, id);
        }
        return row;
    }
    apply(context.state, context.project, id, ChargeEvent::Registered, context.now);
    context.state.charges.find(context.project, id).cloned().unwrap_or(row)
}

/// Lets the issuer register the document of a charge after a while.
pub(crate) fn wait_for_issuer(context: &mut Context<'_>, id: &str) {
    let what = Timer::ChargeRegistered { project: context.project.to_owned(), id: id.to_owned() };
    let wait = registered_after(context.settings);
    context.state.timers.after(wait, context.now, what);
}

/// When a charge was made, later than any before: lists are paged by it.
fn created_at(context: &Context<'_>) -> String {
    let last = context.state.charges.list(context.project).next();
    context.now.rfc3339_past(last.map_or("", |row| text(row, "created_at")))
}

/// Lets a charge be paid by itself after the time that the settings say.
pub(crate) fn schedule(context: &mut Context<'_>, id: &str) {
    let what = Timer::ChargePaid { project: context.project.to_owned(), id: id.to_owned() };
    context.state.timers.after(context.settings.settle_after, context.now, what);
}

/// Changes a charge and tells the endpoints; gives the id of the event, none where it cannot happen
/// any more.
pub(crate) fn apply(
    state: &mut State,
    project: &str,
    id: &str,
    event: ChargeEvent,
    now: Now,
) -> Option<String> {
    let row = state.charges.find(project, id).filter(|row| can_apply(row, event))?;
    // Nobody pays what was never registered.
    let paid = [ChargeEvent::Paid, ChargeEvent::Notified].contains(&event);
    if paid && text(row, "status") == "PROCESSING" {
        apply(state, project, id, ChargeEvent::Registered, now)?;
    }
    if [ChargeEvent::Rejected, ChargeEvent::Cancelled, ChargeEvent::Expired].contains(&event) {
        stop_waiting(state, id);
    }
    let row = state.charges.find_mut(project, id)?;
    apply_to_row(row, event);
    let data = json!({
        "payment_id": id,
        "amount_minor": member(row, "amount_minor"),
        "currency": member(row, "currency"),
        "rail": member(row, "method"),
    });
    let key = text(row, "idempotency_key").to_owned();
    if event == ChargeEvent::Paid {
        sales::credit(state, project, id, now);
    }
    tell_link(state, project, &key, now);
    let event = Event { kind: event.event(), source: PROVIDER, data };
    Some(events::emit(state, project, event, now).id)
}

/// Whether a payment of the charge was notified, and has not arrived yet.
pub(crate) fn is_in_flight(row: &Value) -> bool {
    *member(row, "payment_in_flight") == json!(true)
}

fn can_apply(row: &Value, event: ChargeEvent) -> bool {
    let status = text(row, "status");
    if *member(row, "issuance_unconfirmed") == json!(true) {
        return false;
    }
    match event {
        ChargeEvent::Registered | ChargeEvent::Rejected => status == "PROCESSING",
        ChargeEvent::Paid => ["PROCESSING", "PENDING"].contains(&status),
        // A payment that is under way can only arrive.
        ChargeEvent::Notified | ChargeEvent::Cancelled | ChargeEvent::Expired => {
            ["PROCESSING", "PENDING"].contains(&status) && !is_in_flight(row)
        }
    }
}

fn apply_to_row(row: &mut Value, event: ChargeEvent) {
    let closed = match event {
        ChargeEvent::Registered => return register_document(row),
        ChargeEvent::Notified => {
            set(row, "settlement", "pending");
            return set(row, "payment_in_flight", true);
        }
        ChargeEvent::Paid => {
            set(row, "settlement", "confirmed");
            ("CONFIRMED", "settled")
        }
        ChargeEvent::Rejected => ("ERROR", "expired"),
        ChargeEvent::Cancelled => ("CANCELLED", "expired"),
        ChargeEvent::Expired => ("EXPIRED", "expired"),
    };
    set(row, "status", closed.0);
    set(row, "local_status", closed.1);
    // Agreement is told for canceled ones only; an expired or rejected one is at odds.
    set(row, "status_conflict", ["EXPIRED", "ERROR"].contains(&closed.0));
    set(row, "payable", false);
    set(row, "payment_in_flight", false);
}

fn register_document(row: &mut Value) {
    let id = text(row, "id").to_owned();
    let minor = member(row, "amount_minor").as_i64().unwrap_or_default();
    let is_kept = *member(row, "readable") == json!(true);
    match text(row, "method") {
        "boleto" => {
            if is_kept {
                // A boleto with a due date can be paid by Pix, too.
                let code = pix_code::copy_paste(Amount::from_minor(minor), &id);
                set(row, "pix_copy_paste", code);
            }
            set(row, "boleto_bar_code", "00191000000000000000000000000000000000000000");
            set(row, "boleto_bank_line", "00190000000000000000000000000000000000000000000");
        }
        "pix" => {
            let code = pix_code::copy_paste(Amount::from_minor(minor), &id);
            set(row, "pix_copy_paste", code);
        }
        _ => {}
    }
    set(row, "status", "PENDING");
    set(row, "payable", true);
}

/// Whether a key is of the charge of an attempt to collect, which its link follows.
pub(crate) fn is_of_link(key: &str) -> bool {
    key.starts_with("collect:")
}

/// Lets the link of a charge look what has become of it.
pub(crate) fn tell_link(state: &mut State, project: &str, key: &str, now: Now) {
    if is_of_link(key) {
        let project = project.to_owned();
        state.timers.after(Duration::ZERO, now, Timer::CollectDue { project });
    }
}

/// Nothing will arrive by itself any more for the tool calls that follow this payment.
fn stop_waiting(state: &mut State, id: &str) {
    for tracking in state.tool_calls.iter_mut().filter_map(|row| row.tracking.as_mut()) {
        if tracking.subject == id {
            tracking.pending = None;
        }
    }
}
