//! Calls as one request and one answer, for whoever has an HTTP client and needs no transport.

use std::{
    collections::VecDeque,
    fmt,
    time::{Duration, SystemTime},
};

use bytes::Bytes;

use crate::{
    call::{Call, items::Items, options::CallOptions},
    error::Error,
    flow::{
        BoxFlow, Event, Flow, Step,
        tick::{Tick, TickSource},
    },
    transport::{Exchange, Transport, TransportError},
    verdict::{Effect, KeyRule},
};

/// Time that stands still, and noise that was handed in.
struct Given(u128);

impl Given {
    const fn tick(&self) -> Tick<'_> {
        Tick::new(Duration::ZERO, self)
    }
}

impl TickSource for Given {
    fn wall(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    fn noise(&self) -> u128 {
        self.0
    }
}

impl<T, O: 'static> Call<T, O> {
    /// Makes the call into one request, to be sent by any HTTP client, and a [`Reader`] that makes
    /// the typed output of the answer. For operations of one request with a body in memory.
    ///
    /// The request is the one that a driver would send, with the idempotency key, and the answer
    /// is judged as a driver would. Nothing else of a driver is there: no time limit, no retry.
    /// `noise` are 128 bits that nobody else has and nobody can foresee, new for each call: the
    /// idempotency key is made of them where none was set, and two calls with the same noise are
    /// one to the server.
    ///
    /// Lengths, `Host` and what else belongs to the connection are for the HTTP client to add. It
    /// may follow no redirect, and repeat no request of its own accord, unless the request is a
    /// read or carries an `Idempotency-Key`.
    ///
    /// # Errors
    /// `Config` naming what cannot work, before anything is sent; also for what takes several
    /// requests, waits, or streams: the error names the operation. Those are driven by
    /// [`into_flow`](Self::into_flow).
    #[doc(alias = "offline")]
    #[doc(alias = "sans-io")]
    #[doc(alias = "http::Request")]
    pub fn into_exchange(self, noise: u128) -> Result<(http::Request<Bytes>, Reader<O>), Error> {
        let (mut flow, options) = self.into_flow();
        let source = Given(noise);
        let (request, facts) = begin(&mut flow, &source, options)?;
        Ok((request, Reader { flow, source, facts }))
    }
}

impl<T: Transport, I: 'static> Items<T, I> {
    /// Makes an event stream into one request, to be sent by any HTTP client, and a
    /// [`StreamReader`] that makes typed items of the chunks of the answer.
    ///
    /// As [`Call::into_exchange`], which says what `noise` is. The stream is not opened again when
    /// it breaks off.
    ///
    /// # Errors
    /// `Config` naming what cannot work, before anything is sent; also for lists and waits, which
    /// take several requests.
    pub fn into_exchange(
        self,
        noise: u128,
    ) -> Result<(http::Request<Bytes>, StreamReader<I>), Error> {
        let (mut flow, options) = self.into_flow();
        let source = Given(noise);
        let (request, facts) = begin(&mut flow, &source, options)?;
        let effect = facts.effect;
        let (events, state) = (VecDeque::new(), State::Reading);
        Ok((request, StreamReader { flow, source, effect, events, state }))
    }
}

/// What is known of a request, besides itself.
struct Facts {
    operation: &'static str,
    effect: Effect,
    key_rule: KeyRule,
}

/// Starts a flow that sends one request, whose body is in memory.
fn begin<F: Flow>(
    flow: &mut F,
    source: &Given,
    mut options: CallOptions,
) -> Result<(http::Request<Bytes>, Facts), Error> {
    options.once = true;
    let mut first = "";
    let refusal = match flow.resume(source.tick(), Event::Start(options)) {
        Step::Open(exchange) if flow.is_one_exchange() => match whole(*exchange) {
            Ok(exchange) => return Ok(exchange),
            Err(refusal) => refusal,
        },
        Step::Done(Err(error)) => return Err(error),
        Step::Done(Ok(_)) => {
            return Err(Error::config("into_exchange", "expected what makes a request"));
        }
        step => {
            if let Step::Open(exchange) = step {
                first = exchange.operation;
            }
            let expected =
                "expected an operation of one request, this one takes more: see into_flow";
            Error::config("into_exchange", expected)
        }
    };
    // How it ends names the operation; where that is no error, its first request does.
    match flow.resume(source.tick(), Event::Failed(TransportError::canceled_unsent())) {
        Step::Done(Err(error)) => Err(refusal.at(error.operation())),
        _ => Err(refusal.at(first)),
    }
}

fn whole(exchange: Exchange) -> Result<(http::Request<Bytes>, Facts), Error> {
    let Exchange { effect, operation, key_rule, .. } = exchange;
    let (head, body) = exchange.request.into_parts();
    let expected = "expected a body in memory, this one is read while it is sent: see into_flow";
    let body = body.to_bytes().map_err(|_| Error::config("into_exchange", expected))?;
    Ok((http::Request::from_parts(head, body), Facts { operation, effect, key_rule }))
}

/// Makes the typed output of the answer to a request of [`Call::into_exchange`].
#[must_use = "the answer has to be read, or said to be lost"]
pub struct Reader<O> {
    flow: BoxFlow<O>,
    source: Given,
    facts: Facts,
}

impl<O> Reader<O> {
    /// The name of the operation, such as `charges.create`.
    pub const fn operation(&self) -> &'static str {
        self.facts.operation
    }

    /// How the request names its effect to the server: whether it may be sent again under the same
    /// key.
    pub const fn key_rule(&self) -> KeyRule {
        self.facts.key_rule
    }

    /// What the request does to the world: whether it may be sent again when its answer is lost.
    pub const fn effect(&self) -> Effect {
        self.facts.effect
    }

    /// Reads the answer, whatever its status. The body is as the server meant it: one that the HTTP
    /// client has decompressed comes without its `Content-Encoding`.
    ///
    /// # Errors
    /// As the documentation of the operation says. [`Error::verdict`] tells what happened.
    pub fn read(self, response: http::Response<impl Into<Bytes>>) -> Result<O, Error> {
        let (head, body) = response.into_parts();
        let (head, body) = (Event::Head(Box::new(head)), Event::Chunk(body.into()));
        self.resume([head, body, Event::End])
    }

    /// Says that no answer came, or not a whole one. Gives what a driver would have given: an
    /// error whose verdict is `Unknown` where something may have been done, with the key under
    /// which it may be tried again.
    ///
    /// # Errors
    /// Always, but for operations that tell failures in their output.
    pub fn lost(self, error: TransportError) -> Result<O, Error> {
        self.resume([Event::Failed(error)])
    }

    fn resume(mut self, events: impl IntoIterator<Item = Event>) -> Result<O, Error> {
        for event in events {
            match self.flow.resume(self.source.tick(), event) {
                Step::Done(output) => return output,
                Step::Read { .. } => {}
                _ => break,
            }
        }
        Err(unfinished())
    }
}

#[cold]
fn unfinished() -> Error {
    Error::stream("the operation wants to send another request").maybe_sent(true)
}

/// Makes typed items of the answer to a request of [`Items::into_exchange`]: it is fed with the
/// head and the chunks, and iterated for the items that are whole.
///
/// ```
/// # use codespar_engine::{Error, StreamReader};
/// # fn example(mut reader: StreamReader<String>, response: http::Response<Vec<Vec<u8>>>)
/// # -> Result<(), Error> {
/// let (head, chunks) = response.into_parts();
/// reader.head(head);
/// for chunk in chunks {
///     reader.chunk(chunk);
///     for item in &mut reader {
///         println!("{}", item?);
///     }
/// }
/// reader.end();
/// for item in reader {
///     println!("{}", item?);
/// }
/// # Ok(()) }
/// ```
#[must_use = "the answer has to be read, or said to be lost"]
pub struct StreamReader<I> {
    flow: Box<dyn Flow<Item = I, Output = ()>>,
    source: Given,
    effect: Effect,
    events: VecDeque<Event>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// The flow waits for what comes next.
    Reading,
    /// The flow has handed out an item.
    Resting,
    Over,
}

impl<I> StreamReader<I> {
    /// What the request does to the world.
    pub const fn effect(&self) -> Effect {
        self.effect
    }

    /// Takes the head of the answer, whatever its status.
    pub fn head(&mut self, head: http::response::Parts) {
        self.push(Event::Head(Box::new(head)));
    }

    /// Takes some bytes of the body.
    pub fn chunk(&mut self, chunk: impl Into<Bytes>) {
        self.push(Event::Chunk(chunk.into()));
    }

    /// Says that the body is over. An error follows unless it ended as it should.
    pub fn end(&mut self) {
        self.push(Event::End);
    }

    /// Says that no answer came, or that it broke off: an error follows, as a driver gives it.
    pub fn lost(&mut self, error: TransportError) {
        self.push(Event::Failed(error));
    }

    /// Whether nothing can follow, whatever the server still sends.
    pub fn is_over(&self) -> bool {
        self.state == State::Over
    }

    /// Keeps what comes, unless nobody will ask for it.
    fn push(&mut self, event: Event) {
        if !self.is_over() {
            self.events.push_back(event);
        }
    }

    fn due(&mut self) -> Option<Event> {
        match self.state {
            State::Reading => self.events.pop_front(),
            State::Resting => Some(Event::Taken),
            State::Over => None,
        }
    }
}

/// The items that are whole. `None` means that more is needed, unless
/// [`is_over`](StreamReader::is_over); an error is the last item.
impl<I> Iterator for StreamReader<I> {
    type Item = Result<I, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        while let Some(event) = self.due() {
            self.state = State::Over;
            match self.flow.resume(self.source.tick(), event) {
                Step::Yield(item) => {
                    self.state = State::Resting;
                    return Some(Ok(item));
                }
                Step::Read { .. } => self.state = State::Reading,
                Step::Done(output) => {
                    self.events.clear();
                    return output.err().map(Err);
                }
                Step::Open(_) | Step::Wait(_) => return Some(Err(unfinished())),
            }
        }
        None
    }
}

impl<O> fmt::Debug for Reader<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("operation", &self.facts.operation).finish_non_exhaustive()
    }
}

impl<I> fmt::Debug for StreamReader<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamReader").field("effect", &self.effect).finish_non_exhaustive()
    }
}
