//! What a call tells `tracing`: a span per call, an event per request, answer, retry, reconnect
//! and end, all below the target `codespar`.

use std::{fmt, time::Duration};

use http::StatusCode;
use tracing::{Span, debug, field::Empty, info_span, warn};

use super::facts::{Again, Facts, Outcome, Sink, error_type};
use crate::transport::Exchange;

/// The span of a call, made with its first request.
pub(super) struct Spans(Span);

impl Spans {
    pub(super) const fn new() -> Self {
        Self(Span::none())
    }
}

/// `POST /v1/charges`: what OpenTelemetry calls the span of an HTTP client.
struct HttpName<'a>(&'a str, &'static str);

impl fmt::Display for HttpName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(method, template) = self;
        match *template {
            "" => f.write_str(method),
            template => write!(f, "{method} {template}"),
        }
    }
}

impl Sink for Spans {
    fn begins(&mut self, facts: &Facts, exchange: &Exchange) {
        if self.0.is_none() {
            let request = &exchange.request;
            let (method, template) = (request.method().as_str(), facts.name.template);
            self.0 = info_span!(
                target: "codespar",
                "call",
                otel.kind = "client",
                otel.name = %HttpName(method, template),
                otel.status_code = Empty,
                operation = facts.name.operation,
                http.request.method = method,
                url.template = template,
                server.address = request.uri().host(),
                server.port = request.uri().port_u16(),
                http.response.status_code = Empty,
                http.request.resend_count = Empty,
                error.r#type = Empty,
                verdict = Empty,
                attempt = Empty,
                request_id = Empty,
                elapsed_ms = Empty,
            );
        }
        self.0.record("attempt", facts.attempt);
    }

    fn repeats(&mut self, facts: &Facts, again: &Again) {
        self.0.record("http.request.resend_count", facts.attempt.saturating_sub(1));
        let (operation, attempt) = (facts.name.operation, facts.attempt);
        let wait_ms = again.wait.map(millis);
        let kind = &*again.error_type;
        if again.reconnects {
            warn!(
                target: "codespar",
                parent: &self.0,
                operation,
                attempt,
                wait_ms,
                error.r#type = kind,
                "reconnect"
            );
        } else {
            warn!(
                target: "codespar",
                parent: &self.0,
                operation,
                attempt,
                wait_ms,
                error.r#type = kind,
                http.response.status_code = again.status,
                "retry"
            );
        }
    }

    fn opens(&mut self, facts: &Facts, exchange: &Exchange) {
        debug!(
            target: "codespar",
            parent: &self.0,
            operation = facts.name.operation,
            http.request.method = exchange.request.method().as_str(),
            url.template = facts.name.template,
            attempt = facts.attempt,
            "request"
        );
    }

    fn answered(&mut self, facts: &Facts, status: StatusCode, request_id: Option<&str>, _: bool) {
        let status = status.as_u16();
        self.0.record("http.response.status_code", status);
        if let Some(id) = request_id {
            self.0.record("request_id", id);
        }
        debug!(
            target: "codespar",
            parent: &self.0,
            operation = facts.name.operation,
            http.response.status_code = status,
            request_id,
            attempt = facts.attempt,
            "answer"
        );
    }

    fn closes(&mut self) {}

    fn over(&mut self, facts: &Facts, outcome: Outcome<'_>) {
        let (elapsed_ms, attempt) = (millis(facts.elapsed()), facts.attempt);
        let operation = facts.name.operation;
        self.0.record("elapsed_ms", elapsed_ms);
        match outcome {
            Outcome::Answered => {
                debug!(target: "codespar", parent: &self.0, operation, elapsed_ms, attempt, "done");
            }
            Outcome::Dropped => {
                debug!(
                    target: "codespar",
                    parent: &self.0,
                    operation,
                    elapsed_ms,
                    attempt,
                    "dropped"
                );
            }
            Outcome::Failed(error) => {
                let (kind, verdict) = (&*error_type(error), outcome.word());
                self.0.record("error.type", kind);
                self.0.record("verdict", verdict);
                self.0.record("otel.status_code", "ERROR");
                debug!(
                    target: "codespar",
                    parent: &self.0,
                    operation = error.operation(),
                    elapsed_ms,
                    attempt,
                    error.r#type = kind,
                    verdict,
                    "failed"
                );
            }
        }
        self.0 = Span::none();
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
