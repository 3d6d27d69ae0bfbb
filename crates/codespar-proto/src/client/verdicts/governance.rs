//! Governed spending: what its codes say about effects.

use codespar_engine::{
    KeyUse::{PersonDecides, Spent},
    Verdict::{Held, Refused, Unknown},
    kit::{Condition::NoApproval, VerdictRow},
};

use crate::client::verdicts::words::{
    ASK_AGAIN, CLOSED, CORRECT, FOREIGN, FUND, LATER, NEXT, PAUSED, READ_AGAIN, WAIT, row,
};

const STREAM: &[&str] = &["mandates.execute_payment_stream"];
const HELD_FOR_APPROVAL: &[&str] = &[
    "account_applications.create",
    "mandates.execute_payment",
    "mandates.execute_payment_stream",
    "mandates.spend",
];
const CONSENT: &str = "use the consent that is there: a repetition opens another at the bank";
const CONSENTS: &str = "read the consents, then decide";
const CARDS: &str = "the same key again, then look at the cards";
const APPLIED: &str = "find out whose it is: an earlier call may have applied for it";
const ROW: &str = "read the row it names: it says if money moved";

pub(super) const ROWS: &[VerdictRow] = &[
    // Governed spending, and what other doors of money share with it.
    row("policy_denied", Refused, "nothing: a policy forbids it").when(NoApproval),
    row("approval_required", Held, "find the approval, then wait for it").when(NoApproval),
    row("approval_required", Refused, "ask for an approval").at(403).when(NoApproval),
    // There is one, whether or not it is named: it happens once somebody approves.
    row("approval_required", Held, "find the approval, then wait for it")
        .of(HELD_FOR_APPROVAL)
        .at(403)
        .when(NoApproval),
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
    // Agents and mandates.
    row("agent_already_registered", Refused, "use the agent that is there"),
    row("agent_did_owned_elsewhere", Refused, CORRECT),
    row("agent_not_suspendable", Refused, CLOSED),
    row("agent_already_revoked", Refused, CLOSED),
    row("key_already_revoked", Refused, CLOSED),
    row("no_active_key", Refused, CLOSED),
    row("invalid_transition", Refused, READ_AGAIN),
    row("transition_conflict", Refused, READ_AGAIN),
    row("mandate_already_revoked", Refused, CLOSED),
    row("mandate_already_expired", Refused, CLOSED),
    // A payment that is followed as it goes on: its refusals come as events, without a status.
    row("invalid_body", Refused, CORRECT).of(STREAM),
    row("invalid_approval_hash", Refused, CORRECT).of(STREAM),
    row("invalid_receipt_timestamp", Refused, CORRECT).of(STREAM),
    row("actor_consumer_mismatch", Refused, CORRECT).of(STREAM),
    row("attempt_id_required", Refused, CORRECT).of(STREAM),
    row("mandate_not_found", Refused, CORRECT).of(STREAM),
    row("mandate_verify", Refused, CORRECT).of(STREAM),
    row("mandate_projection_mismatch", Refused, CORRECT).of(STREAM),
    row("per_tx_cap_exceeded", Refused, CORRECT).of(STREAM),
    row("carrier_crc_invalid", Refused, CORRECT).of(STREAM),
    row("carrier_malformed", Refused, CORRECT).of(STREAM),
    row("carrier_format_unsupported", Refused, CORRECT).of(STREAM),
    row("session_not_found", Refused, CORRECT).of(STREAM),
    // Cards: one that was issued is issued whatever failed afterwards.
    row("mandate_not_active", Refused, "use an active mandate"),
    row("issuer_ingest_failed", Unknown, "the same key again: the card is there"),
    row("issuer_mint_failed", Unknown, CARDS),
    row("issuer_card_unknown", Unknown, CARDS),
    // Transfers that others signed settle once for a signer and nonce.
    row("authorization_replayed", Unknown, ROW),
    row("settlement_failed", Unknown, ROW),
    // Consents at banks: the bank is asked before anything is written down, so that it may know of
    // one that is nowhere else.
    row("bank_consent_held_elsewhere", Unknown, CONSENT),
    row("consent_active_for_consumer", Unknown, CONSENT),
    row("consent_not_authorised", Refused, CLOSED),
    row("consent_token_expired", Refused, "wait: no new consent is needed"),
    row("illegal_transition", Refused, READ_AGAIN),
    row("ofb_adapter_unavailable", Refused, "repeat later"),
    row("adapter_error", Unknown, CONSENTS),
    row("consent_disappeared", Unknown, CONSENTS),
    row("consent_lock_timeout", Unknown, CONSENTS),
    row("db_error", Unknown, CONSENTS).of(&["bank_consents.create"]),
    row("missing_bank_consent_id", Unknown, CONSENTS),
    row("consent_missing_tokens", Unknown, "repeat it: an entry is taken in once"),
    // Applications for accounts.
    // A repetition meets these at the provider: what is there may be an earlier call's.
    row("onboarding_proposal_open_elsewhere", Unknown, APPLIED),
    row("onboarding_account_exists_elsewhere", Unknown, APPLIED),
    row("onboarding_client_code_conflict", Unknown, APPLIED),
    row("policy_denied", Refused, "repeat later: the policies could not be asked")
        .of(&["account_applications.create"])
        .at(503)
        .when(NoApproval),
];
