//! Files that are received: piece by piece, or whole.

pub(crate) mod incoming;
pub(crate) mod received;

use std::{convert::Infallible, mem, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{StatusCode, response::Parts};

use self::incoming::{Expected, FilePiece, Incoming};
use crate::{
    call::options::CallOptions,
    error::Error,
    flow::{BoxFlow, Event, Flow, Sorted, Step, attempts::Attempts, out_of_turn, tick::Tick},
    http::{
        request::RequestBuilder,
        request_template::RequestTemplate,
        response::encoded,
        response_reader::{Body, ResponseReader},
        service::Service,
    },
};

/// Receives a file, as a flow of its pieces.
///
/// Up to the head of the answer it is a call like any other, with a time limit and the retries that
/// are safe. After that the idle limit counts, and stands still while the caller works on a piece.
/// What breaks off then is not asked for again.
pub struct Fetch {
    service: Arc<Service>,
    operation: &'static str,
    phase: Phase,
    run: Option<Run>,
}

/// What is asked for: a request, and what is known of the file.
pub struct FetchTarget {
    request: RequestBuilder,
    expected: Expected,
}

impl FetchTarget {
    /// A request for a file, and what is known of it.
    pub const fn new(request: RequestBuilder, length: Option<u64>, sha256: Option<String>) -> Self {
        Self { request, expected: Expected { length, sha256 } }
    }
}

/// What is known once the request was made.
struct Run {
    template: RequestTemplate,
    expected: Expected,
    attempts: Attempts,
    idle: Duration,
    /// When the server last showed life.
    alive: Duration,
}

enum Phase {
    New(BoxFlow<FetchTarget>),
    /// Asking where the file is, with what the request for it will be made with.
    Asking(BoxFlow<FetchTarget>, CallOptions),
    Opening,
    /// Reading an answer that is no file.
    Refused(ResponseReader),
    Open(Incoming),
    /// A piece was handed out.
    Resting(Incoming),
    /// The last piece was handed out.
    Ended,
    Pausing,
    Over,
}

impl Fetch {
    /// Asks where a file is, then fetches it from there. The headers of the call go with the
    /// questions and not with the request for the file.
    pub fn after(
        service: &Arc<Service>,
        operation: &'static str,
        question: impl Flow<Item = Infallible, Output = FetchTarget> + 'static,
    ) -> Self {
        let phase = Phase::New(Box::new(question));
        Self { service: Arc::clone(service), operation, phase, run: None }
    }

    fn ask(
        &mut self,
        tick: Tick<'_>,
        event: Event,
        mut question: BoxFlow<FetchTarget>,
        options: CallOptions,
    ) -> Step<FilePiece, ()> {
        match question.resume(tick, event).widen().or_done() {
            Ok(step) => {
                self.phase = Phase::Asking(question, options);
                step
            }
            Err(Ok(target)) => match self.begin(tick, target, options) {
                Ok(run) => {
                    self.run = Some(run);
                    self.open(tick)
                }
                Err(error) => self.fails(error),
            },
            // It keeps the name of the question that failed, and what that knows.
            Err(Err(error)) => Step::Done(Err(error)),
        }
    }

    fn begin(
        &self,
        tick: Tick<'_>,
        target: FetchTarget,
        options: CallOptions,
    ) -> Result<Run, Error> {
        let idle = options.idle_timeout.unwrap_or(self.service.idle_timeout);
        let mut template = RequestTemplate::new(target.request);
        let attempts = Attempts::begin(&self.service, &mut template, options, tick)?;
        Ok(Run { template, expected: target.expected, attempts, idle, alive: tick.now })
    }

    fn open(&mut self, tick: Tick<'_>) -> Step<FilePiece, ()> {
        let Some(run) = &mut self.run else { return self.lost(&Event::Woke) };
        match run.attempts.open(&run.template, &self.service, tick) {
            Ok(mut exchange) => {
                exchange.idle = Some(run.idle);
                self.phase = Phase::Opening;
                Step::Open(exchange)
            }
            Err(error) => self.fails(error),
        }
    }

    fn head(&mut self, tick: Tick<'_>, head: Box<Parts>) -> Step<FilePiece, ()> {
        let Some(run) = &mut self.run else { return self.lost(&Event::Head(head)) };
        run.attempts.arrived();
        run.alive = tick.now;
        let is_file = head.status == StatusCode::OK;
        let (expected, problem) = (mem::take(&mut run.expected), encoded(&head.headers));
        let reader = ResponseReader::new(head, self.service.limits.body_bytes);
        if !is_file {
            run.expected = expected;
            return match reader.check_declared() {
                Ok(()) => self.read_refusal(tick, reader),
                Err(error) => self.fails(reader.cut_off(error)),
            };
        }
        let incoming = match problem {
            Some(message) => Err(Error::content(message)),
            None => Incoming::new(expected, reader.declared()),
        };
        match incoming {
            Ok(incoming) => self.read(tick, incoming),
            Err(error) => self.fails(reader.cut_off(error)),
        }
    }

    /// Reads on for as long as the server may still be silent.
    fn read(&mut self, tick: Tick<'_>, incoming: Incoming) -> Step<FilePiece, ()> {
        let Some(run) = &mut self.run else { return self.lost(&Event::End) };
        let left = (run.alive + run.idle).saturating_sub(tick.now);
        if left.is_zero() {
            let message = format!("the server was silent for longer than {:?}", run.idle);
            return self.breaks_off(&incoming, Error::timeout(message).transient(true));
        }
        self.phase = Phase::Open(incoming);
        Step::Read { idle: Some(left) }
    }

    /// Reads on in an answer that is no file, for as long as the call may take.
    fn read_refusal(&mut self, tick: Tick<'_>, reader: ResponseReader) -> Step<FilePiece, ()> {
        let Some(run) = &mut self.run else { return self.lost(&Event::End) };
        let left = run.attempts.left(tick);
        if left.is_zero() {
            let message = format!("the answer took longer than {:?}", run.attempts.limit);
            return self.fails(reader.cut_off(Error::timeout(message).transient(true)));
        }
        self.phase = Phase::Refused(reader);
        Step::Read { idle: Some(left) }
    }

    fn push(
        &mut self,
        tick: Tick<'_>,
        mut incoming: Incoming,
        piece: Bytes,
    ) -> Step<FilePiece, ()> {
        if let Some(run) = &mut self.run {
            run.alive = tick.now;
        }
        match incoming.push(piece) {
            Ok(Some(piece)) => {
                self.phase = Phase::Resting(incoming);
                Step::Yield(piece)
            }
            Ok(None) => self.read(tick, incoming),
            Err(error) => self.breaks_off(&incoming, error),
        }
    }

    fn end(&mut self, mut incoming: Incoming) -> Step<FilePiece, ()> {
        match incoming.end() {
            Ok(piece) => {
                self.phase = Phase::Ended;
                Step::Yield(piece)
            }
            Err(error) => self.breaks_off(&incoming, error),
        }
    }

    fn refused(&mut self, tick: Tick<'_>, reader: ResponseReader) -> Step<FilePiece, ()> {
        let Some(run) = &self.run else { return self.lost(&Event::End) };
        let answer = reader.answer(run.template.builder.asked(), &self.service, tick);
        let error = match answer.is_success() {
            true => answer.decorate(Error::decode("the answer is a success and no file")),
            false => answer.refusal(),
        };
        self.not_opened(tick, error)
    }

    /// No file came: it is asked for again, within the time limit and where that is safe.
    fn not_opened(&mut self, tick: Tick<'_>, error: Error) -> Step<FilePiece, ()> {
        let Some(run) = &mut self.run else { return self.fails(error) };
        match run.attempts.pause(&run.template.builder, &self.service, &error, tick) {
            Some(wait) => {
                self.phase = Phase::Pausing;
                Step::Wait(wait)
            }
            None => self.fails(error),
        }
    }

    /// Ends within a file.
    fn breaks_off(&mut self, incoming: &Incoming, error: Error) -> Step<FilePiece, ()> {
        self.fails(error.maybe_sent(true).with_progress(Some(incoming.progress())))
    }

    fn fails(&mut self, error: Error) -> Step<FilePiece, ()> {
        self.phase = Phase::Over;
        let error = error.at(self.operation);
        Step::Done(Err(match &self.run {
            Some(run) => run.attempts.annotate(error),
            None => error,
        }))
    }

    fn lost(&mut self, event: &Event) -> Step<FilePiece, ()> {
        self.fails(out_of_turn(self.operation, event))
    }
}

impl Flow for Fetch {
    type Item = FilePiece;
    type Output = ();

    fn resume(&mut self, tick: Tick<'_>, event: Event) -> Step<FilePiece, ()> {
        match (event, mem::replace(&mut self.phase, Phase::Over)) {
            (Event::Start(options), Phase::New(question)) => {
                let mut own = options.clone();
                own.headers.clear();
                self.ask(tick, Event::Start(options), question, own)
            }
            (event, Phase::Asking(question, options)) => self.ask(tick, event, question, options),
            (Event::Head(head), Phase::Opening) => self.head(tick, head),
            (Event::Chunk(piece), Phase::Open(incoming)) => self.push(tick, incoming, piece),
            (Event::End, Phase::Open(incoming)) => self.end(incoming),
            (Event::Taken, Phase::Resting(incoming)) => {
                if let Some(run) = &mut self.run {
                    run.alive = tick.now;
                }
                self.read(tick, incoming)
            }
            (Event::Taken, Phase::Ended) => Step::Done(Ok(())),
            (Event::Chunk(piece), Phase::Refused(mut reader)) => match reader.push(piece) {
                Ok(()) => self.read_refusal(tick, reader),
                Err(error) => self.fails(reader.cut_off(error)),
            },
            (Event::End, Phase::Refused(reader)) => self.refused(tick, reader),
            (Event::Woke, Phase::Pausing) => self.open(tick),
            (Event::Failed(error), phase) => {
                let error = Error::transport(error);
                match phase {
                    Phase::Opening => self.not_opened(tick, error),
                    Phase::Refused(reader) => self.not_opened(tick, reader.cut_off(error)),
                    Phase::Open(incoming) => self.breaks_off(&incoming, error),
                    _ => self.fails(error),
                }
            }
            (event, _) => self.lost(&event),
        }
    }
}

/// A file, whole.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileContent {
    /// What is in it.
    pub bytes: Bytes,
    /// Its SHA-256 in hexadecimal, with the feature `sha256`.
    pub sha256: Option<String>,
}

/// The length only: files carry personal data.
impl std::fmt::Debug for FileContent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FileContent({} bytes)", self.bytes.len())
    }
}

/// Receives a file whole, as long as it is within a limit.
pub struct FetchWhole {
    inner: Fetch,
    limit: u64,
    came: Body,
}

impl Fetch {
    /// Gives the file whole; one that is longer than the service's limit of a body is an error.
    pub fn whole(self) -> FetchWhole {
        FetchWhole { limit: self.service.limits.body_bytes, inner: self, came: Body::default() }
    }
}

impl FetchWhole {
    fn take(&mut self, piece: FilePiece) -> Result<Option<FileContent>, Error> {
        let length = piece.progress.of.unwrap_or_default().max(piece.progress.bytes);
        if length > self.limit {
            let message = format!("the file is longer than the limit of {} bytes", self.limit);
            return Err(Error::content(message).at(self.inner.operation).maybe_sent(true));
        }
        if self.came.is_full(piece.bytes.len()) {
            self.came.expect(piece.progress.of);
        }
        self.came.push(piece.bytes);
        Ok(piece.is_last.then(|| FileContent { bytes: self.came.take(), sha256: piece.sha256 }))
    }
}

impl Flow for FetchWhole {
    type Item = Infallible;
    type Output = FileContent;

    fn resume(&mut self, tick: Tick<'_>, mut event: Event) -> Step<Infallible, FileContent> {
        loop {
            match self.inner.resume(tick, event).sort() {
                Sorted::Pass(step) => return step,
                Sorted::Item(piece) => match self.take(piece) {
                    Ok(None) => event = Event::Taken,
                    Ok(Some(whole)) => return Step::Done(Ok(whole)),
                    Err(error) => return Step::Done(Err(error)),
                },
                Sorted::Done(Err(error)) => return Step::Done(Err(error)),
                Sorted::Done(Ok(())) => {
                    let error = Error::content("the file has no end").at(self.inner.operation);
                    return Step::Done(Err(error));
                }
            }
        }
    }
}
