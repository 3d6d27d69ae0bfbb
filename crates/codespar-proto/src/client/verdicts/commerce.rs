//! Bills, connections, catalogue and webhooks: what their codes say about effects.

use codespar_engine::{
    KeyUse::PersonDecides,
    Stage,
    Verdict::{Done, Held, Refused, Unknown},
    kit::VerdictRow,
};

use crate::client::verdicts::words::{ASK, CLOSED, CORRECT, LATER, READ_AGAIN, row};

const PAY_DOCUMENT: &[&str] = &["payables.documents.pay"];

pub(super) const ROWS: &[VerdictRow] = &[
    // Documents to be paid, and batches of them.
    row("payable_already_paid", Done(Stage::Settled), "nothing: it is paid"),
    row("payable_payment_pending_approval", Held, "wait for the approval"),
    row("boleto_amount_mismatch", Refused, READ_AGAIN),
    row("payable_cycle_threw", Refused, LATER),
    row("payable_not_payable", Refused, READ_AGAIN),
    row("payable_quote_diverged", Refused, READ_AGAIN),
    row("payable_payment_conflict", Refused, READ_AGAIN),
    row("payee_not_allowed", Refused, CORRECT),
    row("payable_rail_unsupported", Refused, CLOSED),
    VerdictRow::any(Refused, LATER).of(PAY_DOCUMENT).at(503),
    row("psp_dispatch_failed", Refused, LATER).of(PAY_DOCUMENT),
    row("psp_dispatch_uncertain", Unknown, ASK).of(PAY_DOCUMENT).key(PersonDecides),
    row("payable_dispatch_unknown", Unknown, ASK).key(PersonDecides),
    row("payable_payment_uncertain", Unknown, ASK).key(PersonDecides),
    row("payable_payment_in_flight", Unknown, "read it until it has ended"),
    row("payable_duplicate", Refused, "use the document that is there"),
    row("payable_not_reviewable", Refused, CLOSED),
    row("payable_review_conflict", Refused, READ_AGAIN),
    row("payable_review_incomplete", Refused, CORRECT),
    row("payable_correction_did_not_resolve", Refused, CORRECT),
    row("payable_batch_version_conflict", Refused, READ_AGAIN),
    row("payable_batch_version_mismatch", Refused, READ_AGAIN),
    // Connections, projects, events.
    row("vault_unavailable", Refused, LATER),
    row("revoke_failed", Refused, LATER),
    row("cannot_delete_active", Refused, "revoke it first"),
    row("oauth_client_not_configured", Refused, CLOSED),
    row("endpoint_missing_refs", Refused, CLOSED),
    row("cannot_delete_default", Refused, CLOSED),
    row("cannot_delete_last_project", Refused, CLOSED),
    row("cannot_delete_with_consumer_records", Refused, CLOSED),
    row("trigger_not_active", Refused, CLOSED),
    row("trigger_test_fire_webhook_only", Refused, CLOSED),
];
