//! The ways to pay a link, and the amounts they have.

use codespar_engine::{Answer, Extra, Sensitive, WireEnum, kit::Number};
use rust_decimal::Decimal;

use crate::types::{
    atomic_text::AtomicText,
    money::{Currency, Minor},
};

/// By which way a link is paid.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum PaymentLinkRailKind {
    /// By Pix, in BRL.
    Pix,
    /// By an agent, in USDC.
    X402,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Whose address receives USDC.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum PayToKind {
    /// One of the caller's own.
    Byo,
    /// One that the service keeps for a consumer.
    Provisioned,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A way to pay a link, and how much: millionths of a USDC or **minor** units of BRL.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PaymentLinkRail {
    /// By which way.
    pub rail: Option<PaymentLinkRailKind>,
    /// The currency: `USDC` or `BRL`.
    pub currency: Option<Currency>,
    /// How much, in millionths of a USDC.
    pub amount_atomic: Option<AtomicText>,
    /// How much, in **minor** units of BRL.
    pub amount_minor: Option<Minor>,
    /// The address that receives USDC.
    pub pay_to: Option<Sensitive>,
    /// Whose address that is.
    pub pay_to_kind: Option<PayToKind>,
    /// The name of the account behind it.
    pub pay_to_account_name: Option<String>,
    /// The consumer whose address it is.
    pub consumer_id: Option<String>,
    /// The Pix key that receives BRL.
    #[wire(personal)]
    pub pix_key: Option<Sensitive>,
    /// The account that receives BRL.
    pub celcoin_account: Option<Sensitive>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// An amount that its currency says the unit of, in major units.
pub(super) fn major(amount: Option<&str>, currency: Option<&Currency>) -> Option<Decimal> {
    let scale = match currency?.as_str() {
        "BRL" => 2,
        "USDC" => 6,
        _ => return None,
    };
    Decimal::try_from_i128_with_scale(Number::parse(amount?)?.whole()?, scale).ok()
}
