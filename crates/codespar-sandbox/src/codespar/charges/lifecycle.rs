//! The life of a charge: issued, registered, paid or not.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    codespar::{
        events::{self, Event},
        pix_code,
    },
    store::{
        clock::Now,
        context::World,
        json::{part, set, text},
        money::Amount,
        state::State,
        timers::What,
    },
};

/// The event of a paid charge.
pub(crate) const PAID: &str = "commerce.charge.paid";

/// The provider behind charges.
const PROVIDER: &str = "celcoin";

/// Longest time until a document is registered.
const REGISTERED_WITHIN: Duration = Duration::from_secs(1);

/// A charge before it is issued.
pub(crate) struct Draft<'a> {
    pub(crate) method: &'a str,
    pub(crate) currency: &'a str,
    pub(crate) amount: Amount,
    pub(crate) due_date: Value,
    /// The key it is kept under, and what was asked for.
    pub(crate) key: Option<(String, Value)>,
}

impl Draft<'_> {
    /// Whether it is the one kind of charge that the service keeps.
    fn by_date(&self) -> bool {
        self.method == "boleto" && !self.due_date.is_null()
    }
}

/// What can happen to a charge.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Happened {
    Registered,
    Rejected,
    Notified,
    Paid,
    Cancelled,
    Expired,
}

impl Happened {
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

/// Keeps a new charge. A boleto with a due date is registered later, all others are at once.
pub(crate) fn make(world: &mut World<'_>, id: &str, draft: &Draft<'_>) -> Value {
    let by_date = draft.by_date();
    let (key, request) = draft.key.clone().unzip();
    let row = json!({
        "id": id,
        "status": "PROCESSING",
        "local_status": "pending",
        "status_conflict": false,
        "method": draft.method,
        "currency": draft.currency,
        "amount": draft.amount.major(),
        "amount_minor": draft.amount.minor(),
        "due_date": draft.due_date,
        "payable": false,
        "boleto_bar_code": null,
        "boleto_bank_line": null,
        "pix_copy_paste": null,
        "credit_correlation_armed": true,
        "payment_in_flight": false,
        "settlement": null,
        "issuance_unconfirmed": false,
        "idempotency_key": key,
        "request": request,
        "readable": by_date,
        "created_at": created_at(world),
        "test_payment": null,
    });
    let row = world.state.charges.insert(world.project, id, row);
    if by_date {
        let half = world.settings.settle_after / 2;
        let what = What::ChargeRegistered { project: world.project.to_owned(), id: id.to_owned() };
        world.state.agenda.after(half.min(REGISTERED_WITHIN), world.now, what);
        return row;
    }
    happen(world.state, world.project, id, Happened::Registered, world.now);
    world.state.charges.find(world.project, id).cloned().unwrap_or(row)
}

/// When a charge was made, later than any before: lists are paged by it.
fn created_at(world: &World<'_>) -> String {
    let last = world.state.charges.list(world.project).next();
    let last = last.and_then(|row| text(row, "created_at").parse().ok());
    let now = world.now.wall;
    let after = |last| crate::store::clock::later(last, Duration::from_millis(1));
    crate::store::clock::text(last.map(after).map_or(now, |after| now.max(after)))
}

/// Lets a charge be paid by itself after the time that the settings say.
pub(crate) fn schedule(world: &mut World<'_>, id: &str) {
    let what = What::ChargePaid { project: world.project.to_owned(), id: id.to_owned() };
    world.state.agenda.after(world.settings.settle_after, world.now, what);
}

/// The issuer has registered the document.
pub(crate) fn register(state: &mut State, project: &str, id: &str, now: Now) {
    happen(state, project, id, Happened::Registered, now);
}

/// Changes a charge and tells the endpoints; gives the id of the event, none where it cannot happen
/// any more.
pub(crate) fn happen(
    state: &mut State,
    project: &str,
    id: &str,
    happened: Happened,
    now: Now,
) -> Option<String> {
    let row = state.charges.find(project, id).filter(|row| can(row, happened))?;
    // Nobody pays what was never registered.
    let paid = [Happened::Paid, Happened::Notified].contains(&happened);
    if paid && text(row, "status") == "PROCESSING" {
        happen(state, project, id, Happened::Registered, now)?;
    }
    if [Happened::Rejected, Happened::Cancelled, Happened::Expired].contains(&happened) {
        stop_waiting(state, id);
    }
    let row = state.charges.find_mut(project, id)?;
    change(row, happened);
    let data = json!({
        "payment_id": id,
        "amount_minor": part(row, "amount_minor"),
        "currency": part(row, "currency"),
        "rail": part(row, "method"),
    });
    let event = Event { kind: happened.event(), source: PROVIDER, data };
    Some(events::emit(state, project, event, now).id)
}

fn can(row: &Value, happened: Happened) -> bool {
    let status = text(row, "status");
    match happened {
        Happened::Registered | Happened::Rejected => status == "PROCESSING",
        Happened::Notified => {
            ["PROCESSING", "PENDING"].contains(&status)
                && *part(row, "payment_in_flight") == json!(false)
        }
        _ => ["PROCESSING", "PENDING"].contains(&status),
    }
}

fn change(row: &mut Value, happened: Happened) {
    let closed = match happened {
        Happened::Registered => return register_document(row),
        Happened::Notified => {
            set(row, "settlement", "pending");
            return set(row, "payment_in_flight", true);
        }
        Happened::Paid => {
            set(row, "settlement", "confirmed");
            ("CONFIRMED", "settled")
        }
        Happened::Rejected => ("ERROR", "expired"),
        Happened::Cancelled => ("CANCELLED", "expired"),
        Happened::Expired => ("EXPIRED", "expired"),
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
    let minor = part(row, "amount_minor").as_i64().unwrap_or_default();
    match text(row, "method") {
        "boleto" => {
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

/// Nothing will arrive by itself any more for the tool calls that follow this payment.
fn stop_waiting(state: &mut State, id: &str) {
    for tracking in state.tool_calls.iter_mut().filter_map(|row| row.tracking.as_mut()) {
        if tracking.subject == id {
            tracking.settles = None;
        }
    }
}
