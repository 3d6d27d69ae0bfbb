//! The meta-tools of a session, typed: `session.charge` is in `meta_tools/charge.rs`.
//!
//! Each is a tool that the session runs (`POST /v1/sessions/{id}/execute`), with its arguments
//! and its answer as types; [`ToolOutput`] has the answer together with the call that gave it.

pub(crate) mod charge;
pub(crate) mod connection_wizard;
pub(crate) mod crypto_pay;
pub(crate) mod discover;
pub(crate) mod invoice;
pub(crate) mod issue;
pub(crate) mod kyc;
pub(crate) mod ledger;
pub(crate) mod notify;
pub(crate) mod output;
pub(crate) mod pay;
pub(crate) mod ship;
pub(crate) mod shop;

pub use self::{
    charge::{Buyer, Charge, ChargeArgs, ChargeMethod},
    connection_wizard::{
        AuthState, ConnectSteps, Difficulty, RequiredSecret, Wizard, WizardAction, WizardArgs,
        WizardConnection, WizardEnvironment,
    },
    crypto_pay::{
        CryptoDirection, CryptoMethod, CryptoPay, CryptoPayArgs, CryptoRail, CryptoRecipient,
    },
    discover::{DiscoverArgs, Discovery, PlanStep, SearchStrategy, ToolMatch, ToolMatches},
    invoice::{Invoice, InvoiceAction, InvoiceArgs, InvoiceKind},
    issue::{CardControl, IssueAction, IssueArgs, IssuedCard},
    kyc::{Kyc, KycArgs, KycCheck},
    ledger::{LedgerAction, LedgerAnswer, LedgerArgs, Leg},
    notify::{Notified, NotifyArgs, NotifyChannel},
    output::ToolOutput,
    pay::{Pay, PayAction, PayArgs, PayMethod},
    ship::{ParcelItem, PostalAddress, ServiceLevel, ShipAction, ShipArgs, Shipment},
    shop::{
        Checkout, CheckoutStatus, Offer, OfferVariant, Offers, ShopAddress, ShopBuyer,
        ShopCheckout, ShopItem, ShopSearch,
    },
};
