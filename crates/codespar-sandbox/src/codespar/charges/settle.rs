//! Payments and other events of a charge that come from outside: the charge and the tool call that
//! made it say so.

use crate::{
    codespar::{
        charges::lifecycle::{ChargeEvent, PAID, apply},
        session::tracking,
    },
    store::{clock::Now, json::text, state::State},
};

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
    let Some(event) = ChargeEvent::named(event_type) else { return false };
    let found = state
        .charges
        .everywhere()
        .find(|(_, row)| text(row, "id") == reference || text(row, "idempotency_key") == reference);
    let Some((project, row)) = found else { return false };
    let (project, id) = (project.to_owned(), text(row, "id").to_owned());
    match event {
        ChargeEvent::Paid => settle(state, &project, &id, now).is_some(),
        other => apply(state, &project, &id, other, now).is_some(),
    }
}
