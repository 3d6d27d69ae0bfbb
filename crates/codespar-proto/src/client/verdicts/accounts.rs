//! Accounts, wallets and consumers: what their codes say about effects.

use codespar_engine::{
    KeyUse::{PersonDecides, Spent},
    Stage,
    Verdict::{Done, Held, Refused, Unknown},
    kit::VerdictRow,
};

use crate::client::verdicts::words::{CLOSED, CORRECT, FUND, LATER, NEXT, OPERATOR, WAIT, row};

const DEVOLUTION: &[&str] = &["devolutions.create"];
const EXECUTE: &[&str] = &["wallets.execute"];
const GIVEN_BACK: &str = "find out what was given back; never give it back again by program";
const GRANTED: &str = "list the mandates of the consumer: this one may be there";
const SELLER: &str = "repeat the same call: a document names one seller";
const PIX_KEYS: &[&str] = &["wallet.pix_keys.delete", "wallet.pix_keys.register"];

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
    // Payments of wallets by any method: the result stands in the body, without a code.
    VerdictRow::any(Held, "a person has to approve it; never pay it again by program")
        .of(EXECUTE)
        .at(402),
    // Refunds on the Pix rail.
    row("devolution_in_progress", Unknown, WAIT),
    row("devolution_error", Unknown, WAIT),
    row("devolution_failed", Refused, "ask a person before another key is drawn")
        .key(PersonDecides),
    // It was given back before, by this call's own work or by another's.
    row("devolution_already_reversed", Unknown, GIVEN_BACK).key(PersonDecides),
    row("devolution_ledger_exhausted", Unknown, GIVEN_BACK).key(PersonDecides),
    row("devolution_charge_unsettled", Refused, LATER),
    row("devolution_correlation_unavailable", Refused, LATER),
    row("devolution_ledger_unavailable", Refused, LATER),
    row("funding_source_unavailable", Refused, LATER).of(DEVOLUTION),
    row("statement_unavailable", Refused, LATER).of(DEVOLUTION),
    row("credential_unavailable", Refused, LATER).of(DEVOLUTION),
    row("wallet_reverse_failed", Done(Stage::Dispatched), "check the ledger"),
    // Consents, Pix keys, test money.
    // A token is used once: whoever used it may have been given a mandate.
    row("consent_already_resolved", Unknown, GRANTED),
    row("consent_race", Unknown, GRANTED),
    row("consent_expired", Refused, "ask for another consent"),
    row("contact_verification_required", Refused, CORRECT),
    row("pix_key_registration_uncertain", Unknown, "list the keys first").key(PersonDecides),
    row("pix_key_ownership_unverified", Refused, CORRECT),
    row("fund_requires_test_project", Refused, "use a test project"),
    row("test_funding_target_required", Refused, CORRECT),
    row("test_funding_failed", Refused, LATER),
    row("sandbox_settlement_failed", Unknown, "repeat it: a charge is paid once"),
    row("scenario_precondition_failed", Refused, CLOSED),
    row("wallet_credit_failed", Unknown, "repeat with the same transaction, then check the ledger"),
    // Pix keys, boletos of a document, contacts.
    row("pix_key_provider_unavailable", Unknown, "list the keys first").of(PIX_KEYS).at(502),
    row("pix_key_provider_unavailable", Refused, LATER).of(PIX_KEYS).at(500),
    row("dda_claim_unavailable", Refused, LATER),
    row("dda_provider_unavailable", Unknown, WAIT),
    row("dda_provider_unavailable", Refused, LATER).at(500),
    row("contact_verification_error", Unknown, "ask for another code"),
    row("otp_sender_unavailable", Unknown, "ask for another code"),
    row("verification_expired", Refused, "ask for another code"),
    // Proofs of delivery.
    row("consumer_secret_unavailable", Refused, LATER),
    row("receipt_reseal_failed", Refused, LATER),
    // Sellers: nothing was written here, but the acquirer may have taken the merchant.
    row("rinne_create_merchant_failed", Unknown, SELLER),
    row("rinne_merchant_ambiguous", Unknown, SELLER),
    row("seller_provisioning_failed", Unknown, SELLER),
    row("rinne_credentials_unavailable", Refused, LATER),
    row("seller_document_required", Refused, CORRECT),
];
