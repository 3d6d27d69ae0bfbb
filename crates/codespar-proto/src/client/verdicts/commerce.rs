//! Bills, connections, catalogue and webhooks: what their codes say about effects.

use codespar_engine::{
    KeyUse::PersonDecides,
    Stage,
    Verdict::{Done, Held, Refused, Unknown},
    kit::VerdictRow,
};

use crate::client::verdicts::words::{ASK, CLOSED, CORRECT, LATER, READ_AGAIN, row};

const PAY_DOCUMENT: &[&str] = &["payables.documents.pay"];
const MAKE_MCP_SERVER: &[&str] = &["mcp_servers.create"];
const SWEEP_FEES: &[&str] = &["mcp_servers.sweep_platform_fees"];

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
    row("payable_rail_beneficiary_unconfirmed", Refused, CORRECT),
    row("user_token_verification_unconfigured", Refused, CLOSED),
    row("payable_sandbox_fixture_unavailable", Refused, LATER),
    row("payable_extraction_disabled", Refused, CLOSED),
    row("payable_extractor_unconfigured", Refused, CLOSED),
    row("payable_extraction_failed", Refused, "another document: repeating does not help"),
    row("payable_extraction_unavailable", Refused, LATER),
    row("payable_batch_version_conflict", Refused, READ_AGAIN),
    row("payable_batch_version_mismatch", Refused, READ_AGAIN),
    // Carts: of an order that failed nobody knows whether the merchant has it.
    row("cart_checkout_failed", Unknown, ASK).key(PersonDecides),
    row("rail_async_not_supported", Unknown, ASK).key(PersonDecides),
    row("browser_worker_unconfigured", Refused, CLOSED),
    row("nuvemshop_app_not_registered", Refused, CLOSED),
    // MCP servers: a sweep that failed may have made transfers.
    row("sweep_in_progress", Refused, LATER),
    row("payto_provisioning_unavailable", Refused, LATER).of(MAKE_MCP_SERVER),
    VerdictRow::any(Unknown, ASK).of(SWEEP_FEES).at(503).key(PersonDecides),
    // What is remembered.
    row("idempotent_lookup_failed", Refused, LATER),
    // Connections, projects, events.
    row("metadata_update_failed", Refused, READ_AGAIN),
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
