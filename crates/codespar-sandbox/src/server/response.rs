//! What a handler gives back.

use bytes::Bytes;
use http::{HeaderName, StatusCode};
use serde_json::Value;

use crate::codespar::{session::status_stream::Follow, webhook_endpoints::deliveries::Job};

/// An answer before it is put on the wire.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(HeaderName, String)>,
    pub(crate) payload: Payload,
}

pub(crate) enum Payload {
    Empty,
    Json(Value),
    /// A file, and its media type.
    File(Bytes, String),
    /// An event stream that is already complete.
    Frames(Vec<Bytes>),
    /// An event stream that reports the status of a tool call until it is terminal.
    Follow(Follow),
    /// A webhook delivery to make first; it knows how to answer afterwards.
    Deliver(Box<Job>),
}

impl Answer {
    pub(crate) fn ok(value: Value) -> Self {
        Self::json(StatusCode::OK, value)
    }

    pub(crate) fn created(value: Value) -> Self {
        Self::json(StatusCode::CREATED, value)
    }

    pub(crate) fn accepted(value: Value) -> Self {
        Self::json(StatusCode::ACCEPTED, value)
    }

    pub(crate) fn no_content() -> Self {
        Self { status: StatusCode::NO_CONTENT, headers: Vec::new(), payload: Payload::Empty }
    }

    pub(crate) fn json(status: StatusCode, value: Value) -> Self {
        Self { status, headers: Vec::new(), payload: Payload::Json(value) }
    }

    pub(crate) fn file(bytes: Bytes, media_type: &str) -> Self {
        let payload = Payload::File(bytes, media_type.to_owned());
        Self { status: StatusCode::OK, headers: Vec::new(), payload }
    }

    pub(crate) fn frames(frames: Vec<Bytes>) -> Self {
        Self::stream(Payload::Frames(frames))
    }

    pub(crate) fn follow(follow: Follow) -> Self {
        Self::stream(Payload::Follow(follow))
    }

    pub(crate) fn deliver(job: Job) -> Self {
        let payload = Payload::Deliver(Box::new(job));
        Self { status: StatusCode::OK, headers: Vec::new(), payload }
    }

    /// The JSON that it is, where it is JSON.
    pub(crate) fn value(&self) -> Option<&Value> {
        match &self.payload {
            Payload::Json(value) => Some(value),
            _ => None,
        }
    }

    #[must_use]
    pub(crate) fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn stream(payload: Payload) -> Self {
        Self { status: StatusCode::OK, headers: Vec::new(), payload }
            .header(http::header::CONTENT_TYPE, "text/event-stream")
            .header(http::header::CACHE_CONTROL, "no-cache")
    }
}
