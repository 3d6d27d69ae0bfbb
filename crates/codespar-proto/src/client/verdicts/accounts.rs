//! Accounts, wallets and consumers: what their codes say about effects.

use codespar_engine::{
    KeyUse::{PersonDecides, Spent},
    Stage,
    Verdict::{Done, Refused, Unknown},
    kit::VerdictRow,
};

use crate::client::verdicts::words::{CLOSED, CORRECT, FUND, LATER, NEXT, OPERATOR, WAIT, row};

const DEVOLUTION: &[&str] = &["devolutions.create"];

pub(super) const ROWS: &[VerdictRow] = &[
    // Transfers of wallets.
    row("withdrawal_in_progress", Unknown, OPERATOR),
    row("withdrawal_failed", Refused, NEXT).key(Spent),
    row("send_failed", Refused, NEXT).key(Spent),
    row("insufficient_gas", Refused, FUND),
    row("mandate_secret_unavailable", Refused, LATER),
    row("secret_unavailable", Refused, LATER),
    row("no_default_project", Refused, CORRECT),
    row("no_onchain_wallet", Refused, CORRECT),
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
    // Consents, Pix keys, test money.
    row("consent_already_resolved", Refused, CLOSED),
    row("consent_expired", Refused, "ask for another consent"),
    row("contact_verification_required", Refused, CORRECT),
    row("pix_key_registration_uncertain", Unknown, "list the keys first").key(PersonDecides),
    row("pix_key_ownership_unverified", Refused, CORRECT),
    row("fund_requires_test_project", Refused, "use a test project"),
    row("test_funding_target_required", Refused, CORRECT),
    row("test_funding_failed", Refused, LATER),
];
