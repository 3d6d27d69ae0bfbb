//! Webhook deliveries, checked and read.
//!
//! CodeSpar posts events to the endpoints that a project has registered, and signs each delivery:
//! `X-CodeSpar-Signature: t=<unix seconds>,v1=<hex>`, where `v1` is HMAC-SHA256 over
//! `<t>.<raw body>` with the endpoint's secret. A [`Verifier`] takes the headers and the body as
//! they came and answers with a [`Delivery`], or says why not. It makes no request and takes the
//! time as an argument, so it serves any web framework.
//!
//! ```
//! use std::time::{Duration, UNIX_EPOCH};
//! use codespar_proto::webhook::{EventType, SIGNATURE, Secret, Verifier, WebhookError, sign};
//!
//! let secret = "6f1c…64 hexadecimal digits, shown once when the endpoint is created";
//! let verifier = Verifier::new(secret)?;
//!
//! // What the server would send.
//! let body = br#"{"id":"evt_1","type":"commerce.charge.paid","source":"celcoin",
//!     "occurred_at":"2026-10-02T13:09:40Z","data":{"payment_id":"ch_19"}}"#;
//! let mut headers = http::HeaderMap::new();
//! let signature = sign(&Secret::new(secret)?, 1_790_950_180, body);
//! headers.insert(SIGNATURE, signature.parse().unwrap());
//!
//! // What the receiver does.
//! let now = UNIX_EPOCH + Duration::from_secs(1_790_950_200);
//! let delivery = verifier.verify(&headers, body, now)?;
//! assert_eq!(delivery.event.kind, EventType::CommerceChargePaid);
//! # Ok::<(), WebhookError>(())
//! ```
//!
//! # Receiving well
//!
//! Verify the bytes as they came, before anything parses them: [`Verifier::verify_request`] takes a
//! whole `http::Request`, the crate `codespar-axum` has an extractor and a layer. Answer 2xx within
//! ten seconds; a delivery is repeated, with the same [`Event::id`], until it is, and [`once`] does
//! its work once. What is refused is answered [`WebhookError::status_to_answer`]. The answer may
//! carry [`RECEIPT`]`: ack`, which strengthens the server's record. The headers but for the
//! signature are not signed: what counts is in the body. Before you ship, read the charge again.

mod delivery;
mod error;
mod event;
mod event_data;
mod event_type;
mod secret;
mod seen;
mod signature;

pub use self::{
    delivery::{Delivery, DeliveryHeaders, Scheme, Verifier},
    error::WebhookError,
    event::Event,
    event_data::{EventData, PaymentData, TestData},
    event_type::EventType,
    secret::Secret,
    seen::{
        AsyncSeenEvents, Claim, MemorySeenEvents, Once, OnceError, SeenEvents, once, once_async,
    },
    signature::{sign, sign_legacy},
};

/// The header with the signature.
pub const SIGNATURE: http::HeaderName = http::HeaderName::from_static("x-codespar-signature");
/// The header with the older signature, over the body alone.
pub const SIGNATURE_LEGACY: http::HeaderName =
    http::HeaderName::from_static("x-codespar-signature-legacy");
/// The header with the event's type.
pub const EVENT: http::HeaderName = http::HeaderName::from_static("x-codespar-event");
/// The header with the event's id.
pub const EVENT_ID: http::HeaderName = http::HeaderName::from_static("x-codespar-event-id");
/// The header with the id of the webhook endpoint.
pub const TRIGGER_ID: http::HeaderName = http::HeaderName::from_static("x-codespar-trigger-id");
/// The header of an answer that says `ack`: the event has arrived, for the server's record.
pub const RECEIPT: http::HeaderName = http::HeaderName::from_static("x-codespar-receipt");
/// The header with the number of the attempt.
pub const ATTEMPT: http::HeaderName = http::HeaderName::from_static("x-codespar-attempt");
