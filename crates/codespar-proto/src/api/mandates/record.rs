//! Mandates as the server keeps them, and what came of changing one.

use codespar_engine::{Answer, Extra, Sensitive, Timestamp, WireEnum};

use crate::{
    api::consents::{CapWindow, MerchantPin},
    types::{minor_text::MinorText, money::Currency},
};

/// How a mandate stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum MandateStatus {
    /// Agents may spend under it.
    Active,
    /// It is halted until it is resumed.
    Paused,
    /// It is ended for good.
    Revoked,
    /// Its time is over.
    Expired,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A mandate as the server keeps it. Amounts are texts of **minor** units, in the currency of the
/// mandate. What only the read of a single one gives says so.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct MandateRecord {
    /// The id of the mandate.
    pub id: Option<String>,
    /// The status of the mandate; a pause of the whole organization leaves it as it is.
    pub status: Option<MandateStatus>,
    /// The id of the consumer whose money it is.
    pub consumer_id: Option<String>,
    /// The agent that may spend.
    pub agent_id: Option<String>,
    /// The name that the person read.
    pub display_name: Option<String>,
    /// The purpose the mandate was granted for.
    pub purpose: Option<String>,
    /// Whom it may pay; `*` is everybody.
    #[wire(default)]
    #[wire(personal)]
    pub merchant_allowlist: Vec<Sensitive>,
    /// What merchants are told apart by.
    pub merchant_pin_kind: Option<MerchantPin>,
    /// The note that the person read.
    pub intent_note: Option<String>,
    /// The limit for all payments together, in **minor** units.
    pub cap_minor: Option<MinorText>,
    /// The limit for a single payment, in **minor** units.
    pub per_tx_cap_minor: Option<MinorText>,
    /// The currency of the amounts, such as `BRL`.
    pub currency: Option<Currency>,
    /// Until when it can be spent under.
    pub expires_at: Option<Timestamp>,
    /// When the mandate was made (RFC 3339).
    pub created_at: Option<Timestamp>,
    /// Whether the organization has stopped all spending, whatever the status says. Of a single
    /// one.
    pub org_paused: Option<bool>,
    /// Since when the organization has stopped it. Of a single one.
    pub org_paused_at: Option<Timestamp>,
    /// How much may be spent in a period. Of a single one.
    pub periodic_cap: Option<MandatePeriodicCap>,
    /// Where money may be withdrawn to. Of a single one.
    #[wire(personal)]
    pub withdrawal_allowlist: Option<Vec<Sensitive>>,
    /// Whose boletos it may pay. Of a single one.
    #[wire(personal)]
    pub dda_allowlist: Option<Vec<Sensitive>>,
    /// Limits in further currencies. Of a single one.
    pub slots: Option<Vec<MandateSlot>>,
    /// What the money comes from. Of a single one.
    pub funding: Option<MandateFunding>,
    /// What was spent so far. Of a single one.
    pub usage: Option<MandateUsage>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How much may be spent under a mandate in a period.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct MandatePeriodicCap {
    /// How long the period is, in the time of São Paulo.
    pub window: Option<CapWindow>,
    /// How much, in **minor** units.
    pub cap_minor: Option<MinorText>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What may be spent under a mandate in one more currency.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct MandateSlot {
    /// The currency of this slot, such as `USDC`.
    pub currency: Option<Currency>,
    /// The rail that pays, such as `pix-consent`.
    pub rail: Option<String>,
    /// The limit for all payments together, in **minor** units.
    pub cap_minor: Option<MinorText>,
    /// The limit for a single payment, in **minor** units.
    pub per_tx_cap_minor: Option<MinorText>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What the money of a mandate comes from.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct MandateFunding {
    /// The rail that pays, such as `pix-consent`.
    pub rail: Option<String>,
    /// The currency of the source, such as `BRL`.
    pub currency: Option<Currency>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What was spent under a mandate.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct MandateUsage {
    /// All that was settled, in **minor** units.
    pub spent_minor: Option<MinorText>,
    /// What was settled or is held in this period, in **minor** units.
    pub period_spent_minor: Option<MinorText>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What came of pausing, resuming or revoking a mandate.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct MandateChange {
    /// The mandate, in short.
    pub mandate: Option<ChangedMandate>,
    /// Whether anything changed; `false` where it was so before.
    pub changed: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A mandate that was changed, in short.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ChangedMandate {
    /// The id of the mandate.
    pub id: Option<String>,
    /// The status it has now.
    pub status: Option<MandateStatus>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A payment that was settled under a mandate: an entry of the ledger, not an attempt.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct SettledDebit {
    /// The id of the entry in the ledger.
    pub ledger_id: Option<String>,
    /// How much, in **minor** units, as a positive text.
    pub amount_minor: Option<MinorText>,
    /// The currency of the amount, such as `BRL`.
    pub currency: Option<Currency>,
    /// The provider's name for the payment.
    pub psp_tx_id: Option<String>,
    /// Who got the money.
    #[wire(personal)]
    pub payee: Option<Sensitive>,
    /// The purpose the payment was made for.
    pub purpose: Option<String>,
    /// When it was settled (RFC 3339).
    pub settled_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}
