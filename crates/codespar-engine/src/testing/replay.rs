//! Transports that answer from a script.

use std::{fmt, future, sync::Arc, time::Duration};

use bytes::Bytes;
use http::Response;

use crate::testing::{
    clock::Offline,
    matcher::Matcher,
    recorded::{Incoming, Now, Recorded, timeout},
    recording,
    script::{Expected, Outcome, Script, Sent, Turn},
};
use crate::{
    call::cancel::CancelHandle,
    flow::tick::Tick,
    transport::{
        AsyncBody, AsyncTransport, BlockingBody, BlockingTransport, Clock, Exchange, Transport,
        TransportError, TransportErrorKind,
    },
};

/// A blocking transport that answers from a script or a recording, in virtual time: for tests
/// without a network.
///
/// Clones share the script: keep one to look at the [`requests`](Self::requests) afterwards.
/// Answers made with [`exchange`](Self::exchange) and those of recordings insist on their
/// request; the others take any.
#[doc(alias = "cassette")]
#[doc(alias = "fixture")]
#[doc(alias = "mock")]
#[doc(alias = "vcr")]
#[derive(Clone, Default)]
pub struct Replay {
    script: Arc<Script>,
}

/// As [`Replay`], asynchronous: every future is ready at once, except where nothing ever comes.
#[derive(Clone, Default)]
pub struct AsyncReplay {
    script: Arc<Script>,
}

macro_rules! script_methods {
    () => {
        /// An empty script.
        pub fn new() -> Self {
            Self::default()
        }

        /// Reads the exchanges of one case from recordings: JSON lines, each an object with
        /// `case` and `exchanges`, which are pairs of `request` and `response`. A request has
        /// `method`, `path`, `query` (pairs), `headers` and one of `body_json`, `body_base64`,
        /// `body_bytes` (any of this length); a response has `status`, `headers` and one of
        /// `body_json`, `body_text`, `body_base64` or `sse_chunks` (texts). Other members are not
        /// looked at. A [`Recorder`](crate::testing::Recorder) writes such lines.
        ///
        /// Method, path, query, body and the headers that mean something must agree, unless
        /// [`matching`](Self::matching) says otherwise. `[redacted]` stands for any value.
        ///
        /// # Panics
        /// When there is no such case, or it cannot be read.
        pub fn from_jsonl(lines: &str, case: &str) -> Self {
            match recording::turns(lines, case) {
                Ok(turns) => turns.into_iter().fold(Self::default(), Self::push),
                Err(reason) => panic!("{case}: {reason}"),
            }
        }

        /// Answers the next request, whatever it is.
        #[must_use]
        pub fn answer(self, recorded: Recorded) -> Self {
            self.push(Turn { expected: None, outcome: Outcome::Answer(recorded) })
        }

        /// Answers the next request, which must be this one.
        #[must_use]
        pub fn exchange(self, expected: Expected, recorded: Recorded) -> Self {
            self.push(Turn { expected: Some(expected), outcome: Outcome::Answer(recorded) })
        }

        /// The next request gets no answer.
        #[must_use]
        pub fn fail(self, kind: TransportErrorKind) -> Self {
            self.fail_after(kind, Duration::ZERO)
        }

        /// The next request gets no answer, which shows after a while.
        #[must_use]
        pub fn fail_after(self, kind: TransportErrorKind, after: Duration) -> Self {
            self.push(Turn { expected: None, outcome: Outcome::Fault { kind, sent: true, after } })
        }

        /// Sets how closely requests have to be those of the script. Default [`Matcher::exact`].
        #[must_use]
        pub fn matching(self, matcher: Matcher) -> Self {
            self.script.set_matcher(matcher);
            self
        }

        fn push(self, turn: Turn) -> Self {
            self.script.push(turn);
            self
        }

        /// What was sent so far, in order.
        pub fn requests(&self) -> Vec<Sent> {
            self.script.sent()
        }

        /// How much virtual time has passed.
        pub fn elapsed(&self) -> Duration {
            self.script.clock.elapsed()
        }

        /// Lets virtual time pass, as a caller who is busy would.
        pub fn advance(&self, duration: Duration) {
            self.script.clock.advance(duration);
        }

        /// How many answers of the script were not asked for yet.
        pub fn left(&self) -> usize {
            self.script.left()
        }

        /// Checks that all of the script was used.
        ///
        /// # Panics
        /// When answers are left.
        pub fn assert_done(&self) {
            let left = self.left();
            assert!(left == 0, "{left} answers of the script were not asked for");
        }
    };
}

impl Replay {
    script_methods!();

    pub(super) const fn of(script: Arc<Script>) -> Self {
        Self { script }
    }

    pub(super) fn script(&self) -> &Script {
        &self.script
    }
}

impl AsyncReplay {
    script_methods!();
}

impl From<Replay> for AsyncReplay {
    /// The same script, for an asynchronous client.
    fn from(replay: Replay) -> Self {
        Self { script: replay.script }
    }
}

impl Transport for Replay {
    type Body = ReplayBody;
}

impl Clock for Replay {
    fn tick(&self) -> Tick<'_> {
        self.script.clock.tick()
    }
}

impl BlockingTransport for Replay {
    fn open(&self, exchange: Exchange) -> Result<Response<ReplayBody>, TransportError> {
        open(&self.script, &exchange, ReplayBody)
    }

    fn sleep(&self, duration: Duration, _: Option<&CancelHandle>) {
        self.script.clock.advance(duration);
    }
}

impl Transport for AsyncReplay {
    type Body = AsyncReplayBody;
}

impl Clock for AsyncReplay {
    fn tick(&self) -> Tick<'_> {
        self.script.clock.tick()
    }
}

impl AsyncTransport for AsyncReplay {
    async fn open(&self, exchange: Exchange) -> Result<Response<AsyncReplayBody>, TransportError> {
        open_async(&self.script, &exchange, AsyncReplayBody).await
    }

    async fn sleep(&self, duration: Duration) {
        self.script.clock.advance(duration);
    }
}

/// Answers a request on this thread.
pub(super) fn open<B>(
    script: &Script,
    exchange: &Exchange,
    body: fn(Incoming) -> B,
) -> Result<Response<B>, TransportError> {
    match script.open(exchange) {
        Now::Ready(answer) => answer.map(|recorded| response(script, recorded, body)),
        Now::Never => Err(in_vain(&script.clock, exchange.timeout)),
    }
}

/// Answers a request as a future.
pub(super) async fn open_async<B>(
    script: &Script,
    exchange: &Exchange,
    body: fn(Incoming) -> B,
) -> Result<Response<B>, TransportError> {
    match script.open(exchange) {
        Now::Ready(answer) => answer.map(|recorded| response(script, recorded, body)),
        Now::Never => future::pending().await,
    }
}

fn response<B>(script: &Script, recorded: Recorded, body: fn(Incoming) -> B) -> Response<B> {
    let incoming = Incoming { clock: script.clock.clone(), pieces: recorded.pieces };
    let mut response = Response::new(body(incoming));
    *response.status_mut() = recorded.status;
    *response.headers_mut() = recorded.headers;
    response
}

impl Incoming {
    /// The next piece, on this thread.
    pub(super) fn read(&mut self, idle: Option<Duration>) -> Result<Option<Bytes>, TransportError> {
        match self.next(idle) {
            Now::Ready(read) => read,
            Now::Never => Err(in_vain(&self.clock, idle)),
        }
    }

    /// The next piece, as a future.
    pub(super) async fn read_async(
        &mut self,
        idle: Option<Duration>,
    ) -> Result<Option<Bytes>, TransportError> {
        match self.next(idle) {
            Now::Ready(read) => read,
            Now::Never => future::pending().await,
        }
    }
}

/// A thread that waits for what never comes.
pub(super) fn in_vain(clock: &Offline, limit: Option<Duration>) -> TransportError {
    match limit {
        Some(limit) => timeout(clock, limit),
        None => panic!("the answer never comes, and there is no time limit"),
    }
}

/// The body of a replayed answer.
pub struct ReplayBody(Incoming);

impl BlockingBody for ReplayBody {
    fn chunk(&mut self, idle: Option<Duration>) -> Result<Option<Bytes>, TransportError> {
        self.0.read(idle)
    }
}

/// The body of a replayed answer, read as futures.
pub struct AsyncReplayBody(Incoming);

impl AsyncBody for AsyncReplayBody {
    async fn chunk(&mut self, idle: Option<Duration>) -> Result<Option<Bytes>, TransportError> {
        self.0.read_async(idle).await
    }
}

macro_rules! says_its_name {
    ($($name:ident),+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )+};
}

says_its_name!(Replay, AsyncReplay, ReplayBody, AsyncReplayBody);
