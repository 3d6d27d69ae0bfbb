//! Payments and other events of a charge that come from outside: the charge and the tool call that
//! made it say so.

use crate::{
    codespar::{
        charges::lifecycle::{ChargeEvent, PAID, apply},
        payment_rail::{self, RailAnswer},
        session::tracking,
    },
    store::{
        clock::Now,
        json::{member, text},
        state::State,
    },
};

/// The issuer registers the document, or rejects it by its amount.
pub(crate) fn register(state: &mut State, project: &str, id: &str, now: Now) {
    let amount = state.charges.find(project, id).map(|row| member(row, "amount_minor").as_i64());
    let is_refused = amount.flatten().map(payment_rail::send) == Some(RailAnswer::Refused);
    let event = if is_refused { ChargeEvent::Rejected } else { ChargeEvent::Registered };
    happen(state, project, id, event, now);
}

/// Lets something else than a payment happen to a charge; the tool call that made one that was
/// rejected has failed with it.
fn happen(state: &mut State, project: &str, id: &str, event: ChargeEvent, now: Now) -> bool {
    let is_done = apply(state, project, id, event, now).is_some();
    if is_done && event == ChargeEvent::Rejected {
        tracking::note_to_subject(state, id, "commerce.payment.failed", now);
    }
    is_done
}

/// The buyer has paid: the charge and the tool call that made it say so. Gives the id of the event;
/// none when the charge was not open.
pub(crate) fn settle(state: &mut State, project: &str, id: &str, now: Now) -> Option<String> {
    let event = apply(state, project, id, ChargeEvent::Paid, now)?;
    tracking::post_to_subject(state, id, "commerce.payment.succeeded", now);
    Some(event)
}

/// Pays an open charge of any project, by its id or key; says whether there was one.
pub(crate) fn pay(state: &mut State, reference: &str, now: Now) -> bool {
    post(state, reference, PAID, now)
}

/// Lets an event arrive for a charge of any project, by its id or key; says whether there is an
/// open one that it can happen to.
pub(crate) fn post(state: &mut State, reference: &str, event_type: &str, now: Now) -> bool {
    let named = ChargeEvent::named(event_type).filter(|_| !reference.is_empty());
    let Some(event) = named else { return false };
    let found = state
        .charges
        .everywhere()
        .find(|(_, row)| text(row, "id") == reference || text(row, "idempotency_key") == reference);
    let Some((project, row)) = found else { return false };
    let (project, id) = (project.to_owned(), text(row, "id").to_owned());
    match event {
        ChargeEvent::Paid => settle(state, &project, &id, now).is_some(),
        other => happen(state, &project, &id, other, now),
    }
}
