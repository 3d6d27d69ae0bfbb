//! Governed spending: what its codes say about effects.

use codespar_engine::{
    KeyUse::{PersonDecides, Spent},
    Verdict::{Held, Refused, Unknown},
    kit::{Condition::NoApproval, VerdictRow},
};

use crate::client::verdicts::words::{
    ASK_AGAIN, CLOSED, CORRECT, FOREIGN, FUND, LATER, NEXT, PAUSED, READ_AGAIN, WAIT, row,
};

pub(super) const ROWS: &[VerdictRow] = &[
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
    // Agents and mandates.
    row("agent_already_registered", Refused, "use the agent that is there"),
    row("agent_did_owned_elsewhere", Refused, CORRECT),
    row("agent_not_suspendable", Refused, CLOSED),
    row("agent_already_revoked", Refused, CLOSED),
    row("invalid_transition", Refused, READ_AGAIN),
];
