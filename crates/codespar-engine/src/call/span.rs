//! What a call tells `tracing`, with the feature of that name: a span per call, an event per
//! request, answer, retry and reconnect.
//!
//! Fields go by OpenTelemetry's names for HTTP clients. Paths are those of the routes, without
//! their values; headers, queries and bodies are not told at all.

#[cfg(feature = "tracing")]
pub(crate) use self::on::{CallSpan, set_name};

#[cfg(not(feature = "tracing"))]
pub(crate) use self::off::{CallSpan, set_name};

#[cfg(not(feature = "tracing"))]
mod off {
    use http::Request;

    use crate::{
        flow::{Event, Step, tick::Tick},
        http::payload::Payload,
    };

    /// Tells nothing.
    pub(crate) struct CallSpan;

    impl CallSpan {
        pub(crate) const fn new() -> Self {
            Self
        }

        pub(crate) const fn before(&mut self, _: &Tick, _: &Event) {}

        pub(crate) const fn after<I, O>(&mut self, _: &Tick, _: &Step<I, O>) {}
    }

    pub(crate) const fn set_name(
        _: &mut Request<Payload>,
        _: &'static str,
        _: Option<&'static str>,
    ) {
    }
}

#[cfg(feature = "tracing")]
mod on {
    use std::time::{Duration, Instant};

    use http::{Request, StatusCode, response::Parts};
    use tracing::{Span, debug, field::Empty, info_span, warn};

    use crate::{
        error::REQUEST_ID,
        flow::{Event, Step, tick::Tick},
        http::payload::Payload,
        transport::{Exchange, TransportErrorKind},
    };

    /// What a request is called, without anything that came from the caller.
    #[derive(Clone, Copy)]
    struct Name {
        operation: &'static str,
        template: &'static str,
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

    /// Follows a flow and tells what happens to it.
    pub(crate) struct CallSpan {
        span: Span,
        begun: Option<Instant>,
        attempt: u32,
        /// How the last request went, unless nothing is known yet or it went well.
        fault: Option<Fault>,
        pause: Option<Duration>,
    }

    /// Why a request is made again.
    enum Fault {
        Status(StatusCode),
        Transport(TransportErrorKind),
        /// The answer was an event stream, which ended.
        Ended,
    }

    impl CallSpan {
        pub(crate) fn new() -> Self {
            Self { span: Span::none(), begun: None, attempt: 0, fault: None, pause: None }
        }

        /// Sees what happened, before the flow does.
        pub(crate) fn before(&mut self, tick: &Tick, event: &Event) {
            match event {
                Event::Start(_) => self.begun = Some(tick.now),
                Event::Head(head) => self.head(head),
                Event::Failed(error) => self.fault = Some(Fault::Transport(error.kind())),
                Event::Chunk(_) | Event::End | Event::Woke | Event::Taken => {}
            }
        }

        /// Sees what the flow makes of it.
        pub(crate) fn after<I, O>(&mut self, tick: &Tick, step: &Step<I, O>) {
            match step {
                Step::Open(exchange) => self.open(exchange),
                Step::Wait(pause) => self.pause = Some(*pause),
                Step::Done(output) => self.done(tick, output.as_ref().err()),
                Step::Read { .. } | Step::Yield(_) => {}
            }
        }

        fn open(&mut self, exchange: &Exchange) {
            let request = &exchange.request;
            let name = request.extensions().get::<Name>().copied();
            let Name { operation, template } = name.unwrap_or(Name { operation: "", template: "" });
            let method = request.method().as_str();
            self.attempt = self.attempt.saturating_add(1);
            if self.span.is_none() {
                self.span = info_span!(
                    "call",
                    otel.kind = "client",
                    otel.name = operation,
                    operation,
                    http.request.method = method,
                    url.template = template,
                    server.address = request.uri().host(),
                    server.port = request.uri().port_u16(),
                    http.response.status_code = Empty,
                    http.request.resend_count = Empty,
                    error.r#type = Empty,
                    attempt = Empty,
                    request_id = Empty,
                    elapsed_ms = Empty,
                );
            }
            self.span.record("attempt", self.attempt);
            self.again(exchange.streaming);
            debug!(
                parent: &self.span,
                operation,
                http.request.method = method,
                url.template = template,
                attempt = self.attempt,
                "request"
            );
        }

        /// Tells that a request is made again, and why.
        fn again(&mut self, streaming: bool) {
            let wait_ms = self.pause.take().map(millis);
            let Some(fault) = self.fault.take() else { return };
            let (kind, status) = match fault {
                Fault::Status(status) => ("status", Some(status.as_u16())),
                Fault::Transport(kind) => (word(kind), None),
                Fault::Ended => ("ended", None),
            };
            let resend = self.attempt.saturating_sub(1);
            self.span.record("http.request.resend_count", resend);
            let attempt = self.attempt;
            if streaming && status.is_none() {
                warn!(parent: &self.span, attempt, wait_ms, error.r#type = kind, "reconnect");
            } else {
                warn!(
                    parent: &self.span,
                    attempt,
                    wait_ms,
                    error.r#type = kind,
                    http.response.status_code = status,
                    "retry"
                );
            }
        }

        fn head(&mut self, head: &Parts) {
            let kind = head.headers.get(http::header::CONTENT_TYPE);
            let is_stream =
                kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
            self.fault = match head.status.is_success() {
                true => is_stream.then_some(Fault::Ended),
                false => Some(Fault::Status(head.status)),
            };
            let status = head.status.as_u16();
            let request_id = head.headers.get("x-request-id").and_then(|id| id.to_str().ok());
            // A header's text is visible ASCII and blanks: any place in it is one to cut at.
            let request_id = request_id.map(|id| id.get(..REQUEST_ID).unwrap_or(id));
            self.span.record("http.response.status_code", status);
            if let Some(id) = request_id {
                self.span.record("request_id", id);
            }
            debug!(
                parent: &self.span,
                http.response.status_code = status,
                request_id,
                attempt = self.attempt,
                "answer"
            );
        }

        fn done(&mut self, tick: &Tick, error: Option<&crate::error::Error>) {
            let elapsed = self.begun.map(|begun| tick.now.saturating_duration_since(begun));
            let elapsed_ms = elapsed.map(millis);
            let attempt = self.attempt;
            if let Some(elapsed_ms) = elapsed_ms {
                self.span.record("elapsed_ms", elapsed_ms);
            }
            match error {
                None => debug!(parent: &self.span, elapsed_ms, attempt, "done"),
                Some(error) => {
                    let kind = error.kind().as_str();
                    self.span.record("error.type", kind);
                    debug!(parent: &self.span, elapsed_ms, attempt, error.r#type = kind, "failed");
                }
            }
            self.span = Span::none();
        }
    }

    fn millis(duration: Duration) -> u64 {
        u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
    }

    fn word(kind: TransportErrorKind) -> &'static str {
        match kind {
            TransportErrorKind::Connect => "connect",
            TransportErrorKind::Timeout => "timeout",
            TransportErrorKind::Io => "io",
            TransportErrorKind::Canceled => "canceled",
            TransportErrorKind::Content => "content",
        }
    }
}
