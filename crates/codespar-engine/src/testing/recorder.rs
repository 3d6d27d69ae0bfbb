//! A transport that records what goes over another one, or answers from what was recorded.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http::Response;

use crate::testing::{
    cassette::{Cassette, RecordMode},
    recorded::Incoming,
    redaction::Redaction,
    replay::{self, Replay},
    script::Script,
    tape::{self, Taped},
};
use crate::{
    call::cancel::CancelHandle,
    flow::tick::Tick,
    transport::{
        AsyncBody, AsyncTransport, BlockingBody, BlockingTransport, Clock, Exchange, Transport,
        TransportError,
    },
};

/// A transport that records what goes over another one, for [`Replay`] to answer from; with a
/// [`Cassette`] it does both, so that one test records against a server once and answers from the
/// recording afterwards.
///
/// It is blocking or asynchronous as the transport within. Clones share the recording: keep one,
/// and write [`to_jsonl`](Self::to_jsonl) to a file when the program is done. Credentials, Pix
/// codes and personal data are hidden in it: see [`Cassette`]. Event streams keep their pieces,
/// failures and cut bodies are recorded too; how long something took is not.
///
/// ```
/// use codespar_engine::{Payload, driver::{BlockingBody, BlockingTransport, Exchange}};
/// use codespar_engine::testing::{Cassette, Recorded, Replay};
/// use serde_json::json;
///
/// /// A program that takes any transport.
/// fn run<T: BlockingTransport>(transport: &T) -> Result<(), Box<dyn std::error::Error>> {
///     let request = http::Request::post("https://api.test/v1/orders")
///         .header("authorization", "Bearer csk_test_0123456789")
///         .header("content-type", "application/json")
///         .body(Payload::from(bytes::Bytes::from(r#"{"buyer":{"name":"Maria Silva"}}"#)))?;
///     let mut answer = transport.open(Exchange::new(request))?;
///     while answer.body_mut().chunk(None)?.is_some() {}
///     Ok(())
/// }
///
/// // Here a script; in your test the transport of a client: `client.transport().clone()`.
/// let server = Replay::new().answer(Recorded::json(201, json!({ "id": "ord_1" })));
/// let recorder = Cassette::new("order").open(None, server.clone());
/// run(&recorder)?;
/// let text = recorder.to_jsonl();
/// assert!(recorder.is_recording() && text.contains("ord_1"));
/// assert!(!text.contains("csk_test") && !text.contains("Maria"));
///
/// // The second time nothing reaches the server.
/// let recorder = Cassette::new("order").open(Some(&text), server);
/// run(&recorder)?;
/// assert!(!recorder.is_recording());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "cassette")]
#[doc(alias = "vcr")]
#[doc(alias = "record")]
#[doc(alias = "fixture")]
pub struct Recorder<T> {
    transport: T,
    what: What,
}

#[derive(Clone)]
enum What {
    Record(Arc<Tape>),
    Replay { script: Arc<Script>, kept: Arc<str> },
}

struct Tape {
    case: String,
    /// Recordings of other cases, each with its line end.
    others: String,
    redaction: Redaction,
    taped: Mutex<Vec<Taped>>,
}

impl Tape {
    /// Keeps a request, and a place for what comes of it.
    fn begin(self: &Arc<Self>, exchange: &Exchange) -> Slot {
        let mut taped = self.taped();
        taped.push(Taped::new(exchange));
        Slot { tape: Arc::clone(self), number: taped.len() - 1 }
    }

    fn taped(&self) -> MutexGuard<'_, Vec<Taped>> {
        self.taped.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where on a tape an exchange stands.
struct Slot {
    tape: Arc<Tape>,
    number: usize,
}

impl Slot {
    fn update(&self, update: impl FnOnce(&mut Taped)) {
        if let Some(taped) = self.tape.taped().get_mut(self.number) {
            update(taped);
        }
    }

    /// Keeps what opening an exchange gave, and watches over its body.
    fn answer<B>(
        self,
        answer: Result<Response<B>, TransportError>,
    ) -> Result<Response<RecorderBody<B>>, TransportError> {
        self.update(|taped| taped.answered(&answer));
        answer.map(|answer| answer.map(|body| RecorderBody(Inner::Live { body, slot: self })))
    }
}

impl<T> Recorder<T> {
    /// Records all that goes over this transport, as a case of this name.
    pub fn new(transport: T, case: impl Into<String>) -> Self {
        Cassette::new(case).mode(RecordMode::All).open(None, transport)
    }

    pub(super) fn recording(
        transport: T,
        case: String,
        others: String,
        redaction: Redaction,
    ) -> Self {
        let tape = Tape { case, others, redaction, taped: Mutex::default() };
        Self { transport, what: What::Record(Arc::new(tape)) }
    }

    pub(super) fn replaying(transport: T, script: Arc<Script>, kept: &str) -> Self {
        Self { transport, what: What::Replay { script, kept: kept.into() } }
    }

    /// Whether it records, and does not answer from a cassette.
    pub const fn is_recording(&self) -> bool {
        matches!(self.what, What::Record(_))
    }

    /// The cassette as JSON Lines, for a file: what was recorded so far, and the other recordings
    /// it was opened with. Where nothing is recorded, all it was opened with.
    pub fn to_jsonl(&self) -> String {
        match &self.what {
            What::Record(tape) => {
                let line = tape::line(&tape.case, &tape.taped(), &tape.redaction);
                format!("{}{line}\n", tape.others)
            }
            What::Replay { kept, .. } => kept.to_string(),
        }
    }

    /// Checks that all recorded answers were asked for. Where it records there is nothing to check.
    ///
    /// # Panics
    /// When answers are left.
    pub fn assert_done(&self) {
        if let What::Replay { script, .. } = &self.what {
            Replay::of(Arc::clone(script)).assert_done();
        }
    }
}

impl<T: Clone> Clone for Recorder<T> {
    fn clone(&self) -> Self {
        Self { transport: self.transport.clone(), what: self.what.clone() }
    }
}

impl<T> fmt::Debug for Recorder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder")
            .field("is_recording", &self.is_recording())
            .finish_non_exhaustive()
    }
}

impl<T: Transport> Transport for Recorder<T> {
    type Body = RecorderBody<T::Body>;
}

impl<T: Clock> Clock for Recorder<T> {
    fn tick(&self) -> Tick<'_> {
        match &self.what {
            What::Record(_) => self.transport.tick(),
            What::Replay { script, .. } => script.clock.tick(),
        }
    }
}

impl<T: BlockingTransport> BlockingTransport for Recorder<T> {
    fn open(&self, exchange: Exchange) -> Result<Response<Self::Body>, TransportError> {
        match &self.what {
            What::Record(tape) => {
                let slot = tape.begin(&exchange);
                slot.answer(self.transport.open(exchange))
            }
            What::Replay { script, .. } => replay::open(script, &exchange, RecorderBody::replayed),
        }
    }

    fn sleep(&self, duration: Duration, cancel: Option<&CancelHandle>) {
        match &self.what {
            What::Record(_) => self.transport.sleep(duration, cancel),
            What::Replay { script, .. } => script.clock.advance(duration),
        }
    }
}

impl<T: AsyncTransport> AsyncTransport for Recorder<T> {
    async fn open(&self, exchange: Exchange) -> Result<Response<Self::Body>, TransportError> {
        match &self.what {
            What::Record(tape) => {
                let slot = tape.begin(&exchange);
                slot.answer(self.transport.open(exchange).await)
            }
            What::Replay { script, .. } => {
                replay::open_async(script, &exchange, RecorderBody::replayed).await
            }
        }
    }

    async fn sleep(&self, duration: Duration) {
        match &self.what {
            What::Record(_) => self.transport.sleep(duration).await,
            What::Replay { script, .. } => script.clock.advance(duration),
        }
    }
}

/// The body of an answer that is recorded, or was.
pub struct RecorderBody<B>(Inner<B>);

enum Inner<B> {
    Live { body: B, slot: Slot },
    Replayed(Incoming),
}

impl<B> RecorderBody<B> {
    const fn replayed(incoming: Incoming) -> Self {
        Self(Inner::Replayed(incoming))
    }

    /// What a body says of its end, which is then recorded.
    fn note_end(&self, is_over: impl FnOnce(&B) -> bool) -> bool {
        let Inner::Live { body, slot } = &self.0 else { return false };
        let is_over = is_over(body);
        if is_over {
            slot.update(Taped::is_over);
        }
        is_over
    }
}

impl<B: BlockingBody> BlockingBody for RecorderBody<B> {
    fn chunk(&mut self, idle: Option<Duration>) -> Result<Option<Bytes>, TransportError> {
        match &mut self.0 {
            Inner::Live { body, slot } => {
                let read = body.chunk(idle);
                slot.update(|taped| taped.read(&read, idle));
                read
            }
            Inner::Replayed(incoming) => incoming.read(idle),
        }
    }

    fn is_over(&self) -> bool {
        self.note_end(B::is_over)
    }
}

impl<B: AsyncBody> AsyncBody for RecorderBody<B> {
    async fn chunk(&mut self, idle: Option<Duration>) -> Result<Option<Bytes>, TransportError> {
        match &mut self.0 {
            Inner::Live { body, slot } => {
                let read = body.chunk(idle).await;
                slot.update(|taped| taped.read(&read, idle));
                read
            }
            Inner::Replayed(incoming) => incoming.read_async(idle).await,
        }
    }

    fn is_over(&self) -> bool {
        self.note_end(B::is_over)
    }
}

impl<B> fmt::Debug for RecorderBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecorderBody").finish_non_exhaustive()
    }
}
