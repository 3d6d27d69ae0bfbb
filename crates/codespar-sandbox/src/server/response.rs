//! What a handler gives back: a response before it is put on the wire.

use std::{future::Future, pin::Pin, sync::Arc};

use bytes::Bytes;
use http::{HeaderName, StatusCode};
use serde_json::Value;
use tokio::sync::mpsc;

use crate::store::Store;

/// A response before it is put on the wire.
pub(crate) struct Response {
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
    /// An event stream that goes on after its handler has returned.
    Stream(Stream),
    /// Something to do first, which knows how to answer afterwards.
    Deferred(Deferred),
}

/// What goes on after a handler has returned.
type Task<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Sends the frames of an event stream, heartbeats among them or not.
pub(crate) type Stream = Box<dyn FnOnce(Arc<Store>, mpsc::Sender<Bytes>, bool) -> Task<()> + Send>;

/// Does what an answer waits for.
pub(crate) type Deferred = Box<dyn FnOnce(Arc<Store>) -> Task<Response> + Send>;

impl Response {
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
        Self::events(Payload::Frames(frames))
    }

    /// An event stream whose frames come from `task`.
    pub(crate) fn stream<F>(
        task: impl FnOnce(Arc<Store>, mpsc::Sender<Bytes>, bool) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self::events(Payload::Stream(Box::new(|store, frames, heartbeats| {
            Box::pin(task(store, frames, heartbeats))
        })))
    }

    /// The answer of `task`, which takes its time.
    pub(crate) fn deferred<F>(task: impl FnOnce(Arc<Store>) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Self> + Send + 'static,
    {
        let payload = Payload::Deferred(Box::new(|store| Box::pin(task(store))));
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

    fn events(payload: Payload) -> Self {
        Self { status: StatusCode::OK, headers: Vec::new(), payload }
            .header(http::header::CONTENT_TYPE, "text/event-stream")
            .header(http::header::CACHE_CONTROL, "no-cache")
    }
}
