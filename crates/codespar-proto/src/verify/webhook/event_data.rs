//! What events say beside their type: typed where the members are known.

use codespar_engine::{Answer, Extra, Json, Timestamp};
use serde::Deserialize;

use crate::types::Minor;

/// The particulars of an event, by [`Event::typed_data`](super::Event::typed_data).
///
#[doc = include_str!("event_data.md")]
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum EventData {
    /// Of a charge or a payment: `commerce.charge.…` and `commerce.payment.…`. The type of the
    /// event says what became of it.
    Payment(PaymentData),
    /// Of a test, whatever its type: nothing has happened.
    Test(TestData),
    /// Of any other event, as they came: [`Event::data_as`](super::Event::data_as) reads them.
    Other(Json),
}

/// What events about charges and payments say.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PaymentData {
    /// The id of the charge or the payment, by which the order is found.
    pub payment_id: Option<String>,
    /// The amount, in minor units.
    pub amount_minor: Option<Minor>,
    /// How it is paid: `pix`, `boleto`.
    pub rail: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What the server puts into a test, beside what it was told to send.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct TestData {
    /// That it is one.
    pub test: Option<bool>,
    /// The webhook endpoint that is tested.
    pub trigger_id: Option<String>,
    /// When it was asked for.
    pub requested_at: Option<Timestamp>,
    /// What the server was told to send, and members this version has no field for.
    pub extra: Extra,
}

/// What marks a test among the particulars.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Marks {
    pub(super) test: bool,
}
