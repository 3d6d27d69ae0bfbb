//! What is known of a call while it lasts, and who is told of it.

use std::{borrow::Cow, time::Duration};

use http::{Request, StatusCode, header::CONTENT_TYPE, response::Parts};

use crate::{
    error::{Error, ErrorKind, REQUEST_ID},
    flow::tick::Tick,
    http::payload::Payload,
    transport::{Exchange, TransportErrorKind},
};

/// What a request is called, without anything that came from the caller.
#[derive(Clone, Copy, Default)]
pub(super) struct Name {
    pub(super) operation: &'static str,
    pub(super) template: &'static str,
}

/// Notes the name on the request, for when it is sent.
pub(crate) fn set_name(
    request: &mut Request<Payload>,
    operation: &'static str,
    template: Option<&'static str>,
) {
    let template = template.unwrap_or_default();
    request.extensions_mut().insert(Name { operation, template });
}

/// What is known of a call while it lasts.
#[derive(Default)]
pub(super) struct Facts {
    /// That of the request which is under way, or was last.
    pub(super) name: Name,
    pub(super) attempt: u32,
    /// How the last request went, unless nothing is known yet or it went well.
    pub(super) fault: Option<Fault>,
    pub(super) pause: Option<Duration>,
    pub(super) is_over: bool,
    begun: Option<Duration>,
    now: Duration,
}

impl Facts {
    pub(super) fn seen(&mut self, tick: &Tick<'_>) {
        self.now = tick.now;
        self.begun.get_or_insert(tick.now);
    }

    pub(super) fn opens(&mut self, exchange: &Exchange) {
        self.name = exchange.request.extensions().get().copied().unwrap_or_default();
        self.attempt = self.attempt.saturating_add(1);
    }

    /// How long the call has lasted, as far as it was told the time.
    pub(super) fn elapsed(&self) -> Duration {
        self.now.saturating_sub(self.begun.unwrap_or(self.now))
    }
}

/// How a request went wrong.
pub(super) enum Fault {
    Status(StatusCode),
    Transport(TransportErrorKind),
    /// The answer was an event stream, which ended.
    Ended,
}

/// Why a request is made again.
pub(super) struct Again {
    pub(super) error_type: Cow<'static, str>,
    pub(super) status: Option<u16>,
    pub(super) wait: Option<Duration>,
    /// A stream that ended or broke is opened again.
    pub(super) reconnects: bool,
}

impl Again {
    /// Takes out of the facts why there is another request; `None` where nothing had gone wrong.
    pub(super) fn of(facts: &mut Facts, streaming: bool) -> Option<Self> {
        let wait = facts.pause.take();
        let (error_type, status) = match facts.fault.take()? {
            Fault::Status(status) => (status.as_str().to_owned().into(), Some(status.as_u16())),
            Fault::Transport(kind) => (word(kind).into(), None),
            Fault::Ended => ("ended".into(), None),
        };
        Some(Self { error_type, status, wait, reconnects: streaming && status.is_none() })
    }
}

/// How a call ended.
#[derive(Clone, Copy)]
pub(super) enum Outcome<'a> {
    Answered,
    Failed(&'a Error),
    /// Let go of before its end.
    Dropped,
}

impl Outcome<'_> {
    /// The word for it: that of the verdict where there is an error.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Failed(error) => error.verdict().as_str(),
            Self::Dropped => "dropped",
        }
    }
}

/// Who is told of a call.
pub(super) trait Sink {
    /// A request is about to be made, the first of the call or another.
    fn begins(&mut self, facts: &Facts, exchange: &Exchange);

    /// It is made again.
    fn repeats(&mut self, facts: &Facts, again: &Again);

    /// It goes out.
    fn opens(&mut self, facts: &Facts, exchange: &Exchange);

    /// The head of its answer is there; an event stream may be open now.
    fn answered(
        &mut self,
        facts: &Facts,
        status: StatusCode,
        request_id: Option<&str>,
        is_open: bool,
    );

    /// Its answer is read no further.
    fn closes(&mut self);

    /// The call is over.
    fn over(&mut self, facts: &Facts, outcome: Outcome<'_>);
}

/// The type of an error by OpenTelemetry's rule for HTTP: the status where the answer was one of
/// failure, the kind otherwise.
pub(super) fn error_type(error: &Error) -> Cow<'static, str> {
    match error.status() {
        Some(status) if error.kind() == ErrorKind::Api && !status.is_success() => {
            status.as_str().to_owned().into()
        }
        _ => error.kind().as_str().into(),
    }
}

pub(super) fn is_event_stream(head: &Parts) -> bool {
    let kind = head.headers.get(CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"))
}

/// The server's own name for a request, at a length that a log can bear.
pub(super) fn request_id(head: &Parts) -> Option<&str> {
    let id = head.headers.get("x-request-id")?.to_str().ok()?;
    // A header's text is visible ASCII and blanks: any place in it is one to cut at.
    Some(id.get(..REQUEST_ID).unwrap_or(id))
}

const fn word(kind: TransportErrorKind) -> &'static str {
    match kind {
        TransportErrorKind::Connect => "connect",
        TransportErrorKind::Timeout => "timeout",
        TransportErrorKind::Io => "io",
        TransportErrorKind::Canceled => "canceled",
        TransportErrorKind::Content => "content",
    }
}
