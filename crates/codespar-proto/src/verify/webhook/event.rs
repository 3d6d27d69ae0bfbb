//! The event that a webhook delivery brings.

use codespar_engine::{Answer, Error, Extra, Json, Timestamp, kit::decode_at};
use serde::de::DeserializeOwned;

use crate::verify::webhook::{error::WebhookError, event_type::EventType};

/// Something that happened, as told to a webhook endpoint.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Event {
    /// The event's id, the same in every attempt: an id seen before has been dealt with.
    pub id: String,
    /// The type of the event, such as `commerce.charge.paid`.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// The provider it came from.
    pub source: Option<String>,
    /// When it happened.
    pub occurred_at: Option<Timestamp>,
    /// The particulars; [`data`](Self::data) reads them.
    #[wire(default)]
    pub data: Json,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl Event {
    /// Reads an event from a body. That alone does not say who sent it: see
    /// [`Verifier`](super::Verifier).
    ///
    /// ```
    /// use codespar_proto::webhook::Event;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Paid { payment_id: String }
    ///
    /// let body = br#"{"id":"evt_1","type":"commerce.charge.paid","data":{"payment_id":"ch_19"}}"#;
    /// let event = Event::from_slice(body)?;
    /// assert_eq!(event.data::<Paid>()?.payment_id, "ch_19");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_slice(body: &[u8]) -> Result<Self, WebhookError> {
        decode_at(body, "body").map_err(|error| WebhookError::Body(error.message().into()))
    }

    /// The particulars, read as `T`. Missing ones read as `null`.
    ///
    /// Fails with a `Decode` error that names the place in `data`.
    pub fn data<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.data.read_at("data")
    }

    /// Whether someone fired it by hand to test the endpoint.
    pub fn is_test(&self) -> bool {
        self.kind == EventType::TriggerTestFire
            || self.extra.get("test").is_some_and(|test| test.as_str() == "true")
    }
}
