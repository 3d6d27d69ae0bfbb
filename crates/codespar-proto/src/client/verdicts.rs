//! What the API's codes say about effects: the one place that reads them.
//!
//! What is not here goes by its status, and what neither names is unknown.

use codespar_engine::{
    KeyUse::{PersonDecides, Spent},
    Stage,
    Verdict::{Done, Held, Refused, Unknown},
    kit::{Condition::NoApproval, VerdictRow},
};

const fn row(
    code: &'static str,
    verdict: codespar_engine::Verdict,
    advice: &'static str,
) -> VerdictRow {
    VerdictRow::code(code, verdict, advice)
}

const PAY_DOCUMENT: &[&str] = &["payables.documents.pay"];
const DEVOLUTION: &[&str] = &["devolutions.create"];
const CANCEL: &[&str] = &["charges.cancel"];

const WAIT: &str = "repeat with the same id, never with another";
const CORRECT: &str = "correct it, then repeat";
const FUND: &str = "fund it, then repeat with the same id";
const LATER: &str = "repeat later with the same id";
const PAUSED: &str = "wait until the organization goes on";
const ASK_AGAIN: &str = "repeat with the same id: the answer says if it is used up";
const CLOSED: &str = "nothing: its state does not allow it";
const READ_AGAIN: &str = "read it again, then decide";
const FOREIGN: &str = "find out what the key names; never draw another by program";
const ASK: &str = "look at it with a person; never pay it again by program";
const OPERATOR: &str = "the same key, until an operator has reconciled it";
const CONNECT: &str = "connect the provider, then repeat";
const NEXT: &str = "draw the next id, then repeat";

/// The table of the CodeSpar API.
pub(crate) static ROWS: &[VerdictRow] = &[
    // Governed spending, and what other doors of money share with it.
    row("policy_denied", Refused, "nothing: a policy forbids it").when(NoApproval),
    row("approval_required", Held, "find the approval, then wait for it").when(NoApproval),
    row("approval_required", Refused, "ask for an approval").at(403).when(NoApproval),
    row("org_paused", Refused, PAUSED),
    row("agent_suspended", Refused, "use an active agent"),
    row("agent_inactive", Refused, "use an active agent"),
    row("withdrawal_pin", Refused, CORRECT),
    row("insufficient_funds", Refused, FUND),
    row("no_funding_source", Refused, FUND),
    row("mandate_cap_unresolved", Refused, LATER),
    row("policy_engine_error", Refused, LATER),
    row("psp_refused", Refused, CORRECT),
    row("psp_dispatch_failed", Refused, ASK_AGAIN),
    row("psp_attempt_conflict", Refused, NEXT).key(Spent),
    row("*_dispatch_uncertain", Unknown, WAIT),
    row("psp_attempt_in_flight", Unknown, WAIT),
    row("psp_attempt_uncertain", Unknown, WAIT),
    row("provider_error", Unknown, WAIT),
    row("attempt_id_conflict", Unknown, FOREIGN).key(PersonDecides),
    row("attempt_id_unavailable", Unknown, FOREIGN).key(PersonDecides),
    row("idempotency_key_conflict", Unknown, FOREIGN).key(PersonDecides),
    // Transfers of wallets.
    row("withdrawal_in_progress", Unknown, OPERATOR),
    row("withdrawal_failed", Refused, NEXT).key(Spent),
    row("send_failed", Refused, NEXT).key(Spent),
    row("insufficient_gas", Refused, FUND),
    row("mandate_secret_unavailable", Refused, LATER),
    row("secret_unavailable", Refused, LATER),
    row("no_default_project", Refused, CORRECT),
    row("no_onchain_wallet", Refused, CORRECT),
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
    // Refunds on the Pix rail.
    row("devolution_in_progress", Unknown, WAIT),
    row("devolution_error", Unknown, WAIT),
    row("devolution_failed", Refused, "ask a person before another key is drawn")
        .key(PersonDecides),
    row("devolution_already_reversed", Refused, CLOSED),
    row("devolution_ledger_exhausted", Refused, CLOSED),
    row("devolution_charge_unsettled", Refused, LATER),
    row("devolution_correlation_unavailable", Refused, LATER),
    row("devolution_ledger_unavailable", Refused, LATER),
    row("funding_source_unavailable", Refused, LATER).of(DEVOLUTION),
    row("statement_unavailable", Refused, LATER).of(DEVOLUTION),
    row("credential_unavailable", Refused, LATER).of(DEVOLUTION),
    row("wallet_reverse_failed", Done(Stage::Dispatched), "check the ledger"),
    // Tools of a session.
    row("tool_not_registered", Refused, "use a tool that is there"),
    row("tool_not_mocked", Refused, "mock the tool"),
    row("mocks_exhausted", Refused, "mock more answers"),
    row("mocks_engine_error", Refused, LATER),
    row("mocks_not_permitted", Refused, "use a test project"),
    row("session_not_active", Refused, "open another session"),
    row("credentials_unavailable", Refused, CONNECT),
    row("connection_expired", Refused, CONNECT),
    row("server_not_connected", Refused, CONNECT),
    row("not_connected", Refused, CONNECT),
    row("shared_sandbox_operation_refused", Refused, CONNECT),
    row("shared_sandbox_credential_not_test", Refused, CONNECT),
    row("shared_sandbox_live_project_refused", Refused, CONNECT),
    row("anthropic_not_configured", Refused, "configure a model"),
    row("mcp.unknown_server", Refused, "use a server that is there"),
    row("mcp.timeout", Unknown, "look first"),
    row("mcp.child_exit", Unknown, "look first"),
    row("mcp.parse_error", Unknown, "look first"),
    row("mcp.unknown_response_shape", Unknown, "look first"),
    row("invalid_args", Refused, CORRECT),
    row("items_required", Refused, CORRECT),
    row("meli_url_required", Refused, CORRECT),
    row("nl_unavailable", Refused, CORRECT),
    row("eligibility_empty", Refused, CORRECT),
    // Connections, projects, agents, consents, mandates, keys, events.
    row("vault_unavailable", Refused, LATER),
    row("revoke_failed", Refused, LATER),
    row("cannot_delete_active", Refused, "revoke it first"),
    row("oauth_client_not_configured", Refused, CLOSED),
    row("endpoint_missing_refs", Refused, CLOSED),
    row("cannot_delete_default", Refused, CLOSED),
    row("cannot_delete_last_project", Refused, CLOSED),
    row("cannot_delete_with_consumer_records", Refused, CLOSED),
    row("agent_already_registered", Refused, "use the agent that is there"),
    row("agent_did_owned_elsewhere", Refused, CORRECT),
    row("agent_not_suspendable", Refused, CLOSED),
    row("agent_already_revoked", Refused, CLOSED),
    row("consent_already_resolved", Refused, CLOSED),
    row("consent_expired", Refused, "ask for another consent"),
    row("contact_verification_required", Refused, CORRECT),
    row("invalid_transition", Refused, READ_AGAIN),
    row("pix_key_registration_uncertain", Unknown, "list the keys first").key(PersonDecides),
    row("pix_key_ownership_unverified", Refused, CORRECT),
    row("trigger_not_active", Refused, CLOSED),
    row("trigger_test_fire_webhook_only", Refused, CLOSED),
    row("fund_requires_test_project", Refused, "use a test project"),
    row("test_funding_target_required", Refused, CORRECT),
    row("test_funding_failed", Refused, LATER),
    row("meter_event_id_conflict", Unknown, FOREIGN).key(PersonDecides),
    row("meter_event_name_taken", Refused, CORRECT),
];

/// Whether a row says that the same request may go better later, under the same id: what it lacked
/// was money, a service, a credential or time, and no correction.
pub(crate) fn is_for_later(row: &VerdictRow) -> bool {
    row.verdict == Refused
        && (matches!(row.advice, FUND | LATER | PAUSED | ASK_AGAIN)
            || row.code.is_none() && matches!(row.status, Some(401 | 429)))
}

#[cfg(test)]
mod tests {
    use super::ROWS;

    #[test]
    fn no_two_rows_decide_the_same_answer() {
        let ties = codespar_engine::kit::ties(ROWS);
        assert!(ties.is_empty(), "{ties:?}");
    }
}
