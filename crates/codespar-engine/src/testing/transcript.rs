//! Conversations as text, for snapshots.

use std::{
    fmt::{Debug, Write as _},
    time::Duration,
};

use bytes::Bytes;

use crate::testing::{
    recorded::{Incoming, Now, Recorded},
    replay::{Replay, in_vain},
    text::{payload_text, shown_headers},
};
use crate::{
    call::options::CallOptions,
    error::Error,
    flow::{Event, Flow, Step},
    transport::{Clock as _, Exchange, TransportError},
};

/// A conversation that goes on for longer than this is broken.
const MOST_STEPS: u32 = 10_000;

/// Runs a flow against a script, in virtual time, and writes down every step.
///
/// It takes what `into_flow` of a [`Call`](crate::call::Call) or
/// [`Items`](crate::call::items::Items) gives:
/// `transcript(call.into_flow(), script)`. The lines:
///
/// | begins with | is |
/// |---|---|
/// | `>` | a request, with its headers and body below |
/// | `<` | the head of an answer, its body below |
/// | `!` | what kept an answer from coming |
/// | `…` | a wait |
/// | `*` | an item handed out |
/// | `=` | the end |
///
/// Credentials are left out, and headers that every request has.
///
/// # Panics
/// When the flow asks for more than the script has, or does not end within 10 000 steps.
pub fn transcript<I: Debug, O: Debug>(
    conversation: (impl Flow<Item = I, Output = O>, CallOptions),
    script: Replay,
) -> String {
    let (mut flow, options) = conversation;
    let mut server = Server { script, body: None, text: String::new() };
    let mut event = Event::Start(options);
    for _ in 0..MOST_STEPS {
        event = match flow.resume(server.script.tick(), event) {
            Step::Open(exchange) => server.open(*exchange),
            Step::Read { idle } => server.read(idle),
            Step::Wait(duration) => server.wait(duration),
            Step::Yield(item) => {
                server.line(format_args!("* {item:?}"));
                Event::Taken
            }
            Step::Done(output) => {
                server.done(output);
                return server.text;
            }
        };
    }
    panic!("the conversation does not end:\n{}", server.text);
}

/// The other side, and what it wrote down.
struct Server {
    script: Replay,
    body: Option<Incoming>,
    text: String,
}

impl Server {
    fn line(&mut self, line: impl std::fmt::Display) {
        let _ = writeln!(self.text, "{line}");
    }

    fn below(&mut self, text: &str) {
        for line in text.lines() {
            self.line(format_args!("  {line}").to_string().trim_end());
        }
    }

    fn open(&mut self, exchange: Exchange) -> Event {
        self.body = None;
        let request = &exchange.request;
        let target = request.uri().path_and_query().map_or("", |target| target.as_str());
        let limit = exchange.timeout.map(|limit| format!(" (timeout {limit:?})"));
        let limit = limit.unwrap_or_default();
        self.line(format_args!("> {} {target}{limit}", request.method()));
        for line in shown_headers(request.headers()) {
            let common = ["accept: application/json", "content-type: application/json"];
            if !common.contains(&&*line) && !line.starts_with("user-agent:") {
                self.line(format_args!("  {line}"));
            }
        }
        if !request.body().is_empty() {
            self.below(&payload_text(request.body()));
        }
        let answer = match self.script.script().open(&exchange) {
            Now::Ready(answer) => answer,
            Now::Never => Err(in_vain(&self.script.script().clock, exchange.timeout)),
        };
        match answer {
            Ok(recorded) => self.head(recorded),
            Err(error) => self.failed(error),
        }
    }

    fn head(&mut self, recorded: Recorded) -> Event {
        let mut line = format!("< {}", recorded.status.as_u16());
        for header in shown_headers(&recorded.headers) {
            if header != "content-type: application/json" {
                let _ = write!(line, " {header}");
            }
        }
        self.line(line);
        let Ok((mut parts, ())) = http::Response::builder()
            .status(recorded.status)
            .body(())
            .map(http::Response::into_parts)
        else {
            panic!("the head of an answer could not be made");
        };
        parts.headers = recorded.headers;
        self.body =
            Some(Incoming { clock: self.script.script().clock.clone(), pieces: recorded.pieces });
        Event::Head(Box::new(parts))
    }

    fn read(&mut self, idle: Option<Duration>) -> Event {
        let Some(body) = &mut self.body else { return Event::End };
        let before = body.clock.elapsed();
        let read = match body.next(idle) {
            Now::Ready(read) => read,
            Now::Never => Err(in_vain(&body.clock, idle)),
        };
        let silent = body.clock.elapsed().saturating_sub(before);
        if !silent.is_zero() {
            self.line(format_args!("  (silent for {silent:?})"));
        }
        match read {
            Ok(Some(chunk)) => self.chunk(chunk),
            Ok(None) => {
                self.body = None;
                Event::End
            }
            Err(error) => self.failed(error),
        }
    }

    fn chunk(&mut self, chunk: Bytes) -> Event {
        match std::str::from_utf8(&chunk) {
            Ok(text) => self.below(text.trim_end()),
            Err(_) => self.line(format_args!("  ({} bytes)", chunk.len())),
        }
        Event::Chunk(chunk)
    }

    fn failed(&mut self, error: TransportError) -> Event {
        self.body = None;
        self.line(format_args!("! {error}"));
        Event::Failed(error)
    }

    fn wait(&mut self, duration: Duration) -> Event {
        self.body = None;
        self.line(format_args!("… wait {duration:?}"));
        self.script.advance(duration);
        Event::Woke
    }

    fn done<O: Debug>(&mut self, output: Result<O, Error>) {
        match output {
            Ok(output) => self.line(format_args!("= Ok({output:?})")),
            Err(error) => {
                self.line(format_args!("= Err({}) {error}", error.kind().as_str()));
            }
        }
    }
}
