//! Charging and collecting: what their codes say about effects.

use codespar_engine::{
    KeyUse::PersonDecides,
    Verdict::{Refused, Unknown},
    kit::VerdictRow,
};

use crate::client::verdicts::words::{CLOSED, CORRECT, FOREIGN, LATER, READ_AGAIN, WAIT, row};

const CREATE: &[&str] = &["charges.create"];
const CANCEL: &[&str] = &["charges.cancel"];
const PAYMENT_LINK: &[&str] = &["payment_links.create"];

/// A test payment has one try, and this one is used up.
const SPENT: &str = "look at the payments of the link; there is no second try";
const SETUP: &str = "nothing: the deployment is not set up for it";

pub(super) const ROWS: &[VerdictRow] = &[
    // Charges.
    row("charge_idempotency_reserve_failed", Refused, LATER),
    row("charge_idempotency_slot_unreadable", Unknown, FOREIGN).key(PersonDecides),
    row("issuance_unconfirmed", Unknown, WAIT),
    row("issuance_unconfirmed", Refused, READ_AGAIN).of(CANCEL),
    row("charge_reference_ambiguous", Refused, "name the charge by its id"),
    // There, the reference is the key: one that names several charges names one already.
    row("charge_reference_ambiguous", Unknown, FOREIGN).of(CREATE).key(PersonDecides),
    row("already_payment_notified", Refused, CLOSED),
    row("not_cancellable_in_this_state", Refused, CLOSED),
    row("provider_cancel_failed", Unknown, READ_AGAIN).of(CANCEL),
    row("provider_status_unreadable", Unknown, READ_AGAIN).of(CANCEL),
    row("charge_not_payable", Refused, CLOSED),
    row("collect_simulated_settle_refused", Refused, CLOSED),
    // Links that collect money: a change that is refused has changed nothing.
    row("collect_attempt_exists", Refused, "read the attempts of the link, or renew"),
    row("collect_attempt_issuing", Refused, "wait for the attempt that is being issued"),
    row("collect_attempt_not_cancellable", Refused, "read the attempts of the link"),
    row("collect_link_archived", Refused, CLOSED),
    row("collect_link_draft", Refused, "publish it, then repeat"),
    row("collect_link_expired", Refused, CLOSED),
    row("collect_link_no_draft", Refused, CORRECT),
    row("collect_link_paid", Refused, "nothing: it is paid"),
    row("collect_link_paused", Refused, "resume it, then repeat"),
    row("collect_link_published_immutable", Refused, CLOSED),
    row("collect_link_state_changed", Refused, READ_AGAIN),
    row("collect_link_version_locked", Refused, CLOSED),
    row("collect_refund_decision_closed", Refused, CLOSED),
    row("collect_refund_not_honorable", Refused, CLOSED),
    row("collect_surface_not_enabled", Refused, CORRECT),
    row("collect_usdc_price_unconfirmed", Refused, CORRECT),
    row("artifact_unavailable", Refused, CLOSED),
    row("rate_limit_unavailable", Refused, LATER),
    // Test payments of attempts.
    row("attempt_not_payable", Refused, CLOSED),
    row("celcoin_credentials_unavailable", Refused, SETUP),
    row("test_payer_unconfigured", Refused, SETUP),
    // What became of the try that used it up is not said.
    row("test_pay_already_used", Unknown, SPENT),
    row("test_pay_amount_above_cap", Refused, CLOSED),
    row("test_pay_amount_mismatch", Unknown, SPENT),
    row("test_pay_decode_failed", Unknown, SPENT),
    row("test_pay_decode_incomplete", Unknown, SPENT),
    row("test_pay_dict_failed", Unknown, SPENT),
    row("test_pay_dict_incomplete", Unknown, SPENT),
    row("test_pay_payment_failed", Unknown, SPENT),
    row("test_pay_txid_mismatch", Unknown, SPENT),
    // Payment links.
    row("payto_provisioning_unavailable", Refused, LATER).of(PAYMENT_LINK),
    row("slug_conflict", Refused, "take another slug, then repeat"),
    // A slug is all that names a link: it may be the one that an earlier call made.
    row("slug_conflict", Unknown, "list the links: this one may be there").of(PAYMENT_LINK),
    // Access by OAuth.
    row("client_registration_cap_reached", Refused, LATER),
    // Meters.
    row("meter_event_id_conflict", Unknown, FOREIGN).key(PersonDecides),
    row("meter_event_name_taken", Refused, CORRECT),
];
