//! What went over a transport while it was recorded.

mod line;

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, Uri, header::CONTENT_TYPE};

pub(super) use self::line::line;
use crate::transport::{Exchange, TransportError, TransportErrorKind};

/// One request, and what came of it so far.
pub(super) struct Taped {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: TapedBody,
    outcome: TapedOutcome,
}

enum TapedBody {
    None,
    Json(Bytes),
    /// A form; its parts are not kept.
    Form,
    /// Anything else, by its length.
    Other(u64),
}

enum TapedOutcome {
    /// Nothing yet; in the end, nobody waited for it.
    Open,
    Fault(TransportErrorKind, bool),
    Answer {
        status: StatusCode,
        headers: HeaderMap,
        chunks: Vec<Bytes>,
        end: End,
    },
}

/// How a body ended.
#[derive(Clone, Copy)]
enum End {
    /// Not yet; in the end, nobody read on.
    Open,
    Whole,
    Broken,
    /// It was silent for longer than this.
    Silent(Duration),
}

impl Taped {
    pub(super) fn new(exchange: &Exchange) -> Self {
        let request = &exchange.request;
        let body = match (media_type(request.headers()), request.body().len()) {
            (_, 0) => TapedBody::None,
            (Some(name), length) if name.ends_with("json") => {
                let bytes = request.body().to_bytes();
                bytes.map_or(TapedBody::Other(length), TapedBody::Json)
            }
            (Some("multipart/form-data"), _) => TapedBody::Form,
            (_, length) => TapedBody::Other(length),
        };
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            headers: request.headers().clone(),
            body,
            outcome: TapedOutcome::Open,
        }
    }

    /// What opening the exchange gave.
    pub(super) fn answered<B>(&mut self, answer: &Result<http::Response<B>, TransportError>) {
        self.outcome = match answer {
            Ok(answer) => TapedOutcome::Answer {
                status: answer.status(),
                headers: answer.headers().clone(),
                chunks: Vec::new(),
                end: End::Open,
            },
            Err(error) => TapedOutcome::Fault(error.kind(), error.may_have_been_sent()),
        };
    }

    /// What reading the body gave.
    pub(super) fn read(
        &mut self,
        read: &Result<Option<Bytes>, TransportError>,
        idle: Option<Duration>,
    ) {
        let TapedOutcome::Answer { chunks, end, .. } = &mut self.outcome else { return };
        match (read, idle) {
            (Ok(Some(chunk)), _) => chunks.push(chunk.clone()),
            (Ok(None), _) => *end = End::Whole,
            (Err(error), Some(idle)) if error.kind() == TransportErrorKind::Timeout => {
                *end = End::Silent(idle);
            }
            (Err(_), _) => *end = End::Broken,
        }
    }

    /// The body was over before anybody read that.
    pub(super) fn is_over(&mut self) {
        if let TapedOutcome::Answer { end: end @ End::Open, .. } = &mut self.outcome {
            *end = End::Whole;
        }
    }
}

/// The media type, in lower case as servers write it.
fn media_type(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    text.split(';').next().map(str::trim)
}
