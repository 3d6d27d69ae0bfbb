//! Attempts to deliver events: how they stand, what was sent, what was answered.

use std::collections::BTreeMap;

use codespar_engine::{Answer, Extra, Json, Sensitive, Timestamp, WireEnum};

/// How a delivery stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum DeliveryStatus {
    /// It has yet to be made.
    Pending,
    /// The delivery arrived: the application answered with a success.
    Delivered,
    /// It did not; another attempt follows.
    Failed,
    /// It did not, and no attempt follows.
    Dead,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// An attempt to deliver an event. Each attempt is a row of its own, which later ones do not
/// change.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Delivery {
    /// Its id: up to 19 digits.
    pub id: Option<String>,
    /// The id of the webhook endpoint that was delivered to.
    pub trigger_id: Option<String>,
    /// The name of the webhook endpoint; the list of all endpoints only.
    pub trigger_name: Option<String>,
    /// The id of the event that was delivered.
    pub event_id: Option<String>,
    /// The type of the event; the list of all endpoints only.
    pub event_type: Option<String>,
    /// The status of the delivery.
    pub status: Option<DeliveryStatus>,
    /// Which attempt it is, from 1.
    pub attempt: Option<u64>,
    /// The status your application answered with.
    pub response_status: Option<u16>,
    /// What went wrong: `timeout`, `http_500`, `ssrf_blocked:…`.
    pub error: Option<String>,
    /// When it arrived.
    pub delivered_at: Option<Timestamp>,
    /// When it is tried again.
    pub next_retry_at: Option<Timestamp>,
    /// When it was given up.
    pub dead_at: Option<Timestamp>,
    /// When your application confirmed it, by the header `X-CodeSpar-Receipt: ack`.
    pub receipt_at: Option<Timestamp>,
    /// When the attempt was made (RFC 3339).
    pub created_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What was sent to your application.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct DeliveryRequest {
    /// Where it was sent to.
    pub url: Option<String>,
    /// When it was sent; signed with the body.
    #[serde(rename = "sent_at_unix")]
    #[wire(unix_seconds)]
    pub sent_at: Option<i64>,
    /// The headers, with the signature made unreadable.
    #[wire(default)]
    pub headers: BTreeMap<String, Json>,
    /// The body, exactly as it was signed: a [`webhook::Event`](crate::webhook::Event).
    #[wire(personal)]
    pub body: Option<Sensitive>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What your application answered.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct DeliveryResponse {
    /// The status it answered with.
    pub status: Option<u16>,
    /// The body it answered with, at most 16384 characters of it.
    #[wire(personal)]
    pub body: Option<Sensitive>,
    /// What went wrong: `timeout`, `http_500`, `ssrf_blocked:…`.
    pub error: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The event that was delivered.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct DeliveredEvent {
    /// The id of the event.
    pub id: Option<String>,
    /// Where it comes from.
    pub source: Option<String>,
    /// The type of the event.
    pub event_type: Option<String>,
    /// The data of the event.
    pub payload: Option<Json>,
    /// When the service learned of it.
    pub received_at: Option<Timestamp>,
    /// Its id at the provider.
    pub provider_event_id: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// An attempt to deliver an event, with what was sent and what was answered.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct DeliveryDetail {
    /// The attempt itself.
    pub delivery: Option<Delivery>,
    /// What was sent to your application.
    pub request: Option<DeliveryRequest>,
    /// What your application answered.
    pub response: Option<DeliveryResponse>,
    /// The event that was delivered.
    pub event: Option<DeliveredEvent>,
    /// Members this version has no field for.
    pub extra: Extra,
}
