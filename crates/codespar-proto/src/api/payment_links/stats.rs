//! What payment links received in a window of time.

use codespar_engine::{Answer, Extra, Timestamp};
use rust_decimal::Decimal;

use crate::{api::payment_links::rail::major, types::money::Currency};

/// What payment links received in a window of time. Pix payments that are uncertain count once they
/// are settled.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PaymentLinkStats {
    /// How long the window is: `30d`.
    pub window: Option<String>,
    /// Where it begins.
    pub from: Option<Timestamp>,
    /// The first moment after it.
    pub to: Option<Timestamp>,
    /// What was received, by currency.
    #[wire(default)]
    pub received: Vec<PaymentLinkReceived>,
    /// How many payments there were.
    pub payments: Option<u64>,
    /// How many there were, by where they were made.
    pub by_surface: Option<PaymentLinkSurfaces>,
    /// The same for each link.
    #[wire(default)]
    pub links: Vec<PaymentLinkTotals>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What was received in a currency.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PaymentLinkReceived {
    /// The currency: `BRL` or `USDC`.
    pub currency: Option<Currency>,
    /// How much: **minor** units of BRL or millionths of a USDC, as the currency says; see
    /// [`amount`](Self::amount).
    #[wire(undocumented)]
    pub amount_minor: Option<String>,
    /// The same of the window before.
    #[wire(undocumented)]
    pub previous_amount_minor: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl PaymentLinkReceived {
    /// How much, in **major** units of its currency: BRL has two decimals, USDC six. None where it
    /// is no amount, or of another currency.
    pub fn amount(&self) -> Option<Decimal> {
        major(self.amount_minor.as_deref(), self.currency.as_ref())
    }

    /// The same of the window before.
    pub fn previous_amount(&self) -> Option<Decimal> {
        major(self.previous_amount_minor.as_deref(), self.currency.as_ref())
    }
}

/// How many payments there were, by where they were made.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PaymentLinkSurfaces {
    /// By agents, in USDC.
    pub agent_x402: Option<u64>,
    /// By agents, by Pix.
    pub agent_pix: Option<u64>,
    /// How many on pages.
    pub page: Option<u64>,
    /// How many on WhatsApp.
    pub whatsapp: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What one link received.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PaymentLinkTotals {
    /// The id of the link.
    pub link_id: Option<String>,
    /// How many payments there were.
    pub payments: Option<u64>,
    /// How many of them agents made.
    pub agent_payments: Option<u64>,
    /// What was received, by currency.
    #[wire(default)]
    pub volume: Vec<PaymentLinkVolume>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a link received in a currency.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PaymentLinkVolume {
    /// The currency: `BRL` or `USDC`.
    pub currency: Option<Currency>,
    /// How much: **minor** units of BRL or millionths of a USDC, as the currency says; see
    /// [`amount`](Self::amount).
    #[wire(undocumented)]
    pub amount_minor: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl PaymentLinkVolume {
    /// How much, in **major** units of its currency: BRL has two decimals, USDC six. None where it
    /// is no amount, or of another currency.
    pub fn amount(&self) -> Option<Decimal> {
        major(self.amount_minor.as_deref(), self.currency.as_ref())
    }
}
