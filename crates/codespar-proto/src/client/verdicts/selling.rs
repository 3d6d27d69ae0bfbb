//! Charging and collecting: what their codes say about effects.

use codespar_engine::{
    KeyUse::PersonDecides,
    Verdict::{Refused, Unknown},
    kit::VerdictRow,
};

use crate::client::verdicts::words::{CLOSED, CORRECT, FOREIGN, LATER, READ_AGAIN, WAIT, row};

const CANCEL: &[&str] = &["charges.cancel"];

pub(super) const ROWS: &[VerdictRow] = &[
    // Charges.
    row("charge_idempotency_reserve_failed", Refused, LATER),
    row("charge_idempotency_slot_unreadable", Unknown, FOREIGN).key(PersonDecides),
    row("issuance_unconfirmed", Unknown, WAIT),
    row("issuance_unconfirmed", Refused, READ_AGAIN).of(CANCEL),
    row("charge_reference_ambiguous", Refused, "name the charge by its id"),
    row("already_payment_notified", Refused, CLOSED),
    row("not_cancellable_in_this_state", Refused, CLOSED),
    row("charge_not_payable", Refused, CLOSED),
    row("collect_simulated_settle_refused", Refused, CLOSED),
    // Meters.
    row("meter_event_id_conflict", Unknown, FOREIGN).key(PersonDecides),
    row("meter_event_name_taken", Refused, CORRECT),
];
