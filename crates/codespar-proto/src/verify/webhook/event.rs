//! The event that a webhook delivery brings.

use codespar_engine::{Answer, Error, Extra, Json, Timestamp, kit::decode_at};
use serde::de::DeserializeOwned;

use crate::verify::webhook::{
    error::WebhookError,
    event_data::{EventData, Marks},
    event_type::EventType,
};

/// Something that happened, as told to a webhook endpoint.
///
/// It says that something is so, and is no proof of how things stand now: before you ship, read the
/// charge again ([`Session::payment_status`](crate::Session::payment_status),
/// [`Charges::get`](crate::charges::Charges::get)).
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
    /// Whether someone sent it by hand. [`is_test`](Self::is_test) looks in the other place too.
    pub test: Option<bool>,
    /// The particulars, as they came: [`typed_data`](Self::typed_data) reads those that are known,
    /// [`data_as`](Self::data_as) any.
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
    /// struct Approval { approval_id: String }
    ///
    /// let body = br#"{"id":"evt_1","type":"approval.decided","data":{"approval_id":"apv_7"}}"#;
    /// let event = Event::from_slice(body)?;
    /// assert_eq!(event.data_as::<Approval>()?.approval_id, "apv_7");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_slice(body: &[u8]) -> Result<Self, WebhookError> {
        decode_at(body, "body").map_err(|error| WebhookError::Body(error.message().into()))
    }

    /// The particulars, typed by what the event is about; those of a test are
    /// [`EventData::Test`], whatever it pretends to be about.
    ///
    /// Fails with a `Decode` error that names the place in `data`, where a known member is not what
    /// it is known to be.
    ///
    /// ```
    /// use codespar_proto::webhook::{Event, EventData, EventType};
    ///
    /// let body = br#"{"id":"evt_1","type":"commerce.charge.paid","data":{"payment_id":"ch_19"}}"#;
    /// let event = Event::from_slice(body)?;
    /// match (&event.kind, event.typed_data()?) {
    ///     (EventType::CommerceChargePaid, EventData::Payment(paid)) => {
    ///         assert_eq!(paid.payment_id.as_deref(), Some("ch_19"));
    ///     }
    ///     other => panic!("{other:?}"),
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn typed_data(&self) -> Result<EventData, Error> {
        let name = self.kind.as_str();
        if self.is_test() {
            return self.data_as().map(EventData::Test);
        }
        if name.starts_with("commerce.charge.") || name.starts_with("commerce.payment.") {
            return self.data_as().map(EventData::Payment);
        }
        Ok(EventData::Other(self.data.clone()))
    }

    /// The particulars, read as `T`. Missing ones read as `null`.
    ///
    /// Fails with a `Decode` error that names the place in `data`.
    pub fn data_as<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.data.read_at("data")
    }

    /// Whether someone fired it by hand to test the endpoint: nothing has happened, whatever its
    /// type. The service marks it within the particulars.
    #[doc(alias = "test_fire")]
    pub fn is_test(&self) -> bool {
        let is_marked = || self.data_as().is_ok_and(|marks: Marks| marks.test);
        self.kind == EventType::TriggerTestFire || self.test == Some(true) || is_marked()
    }
}
