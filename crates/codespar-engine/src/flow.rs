//! The contract between a conversation and whoever drives it.

pub(crate) mod attempts;
pub(crate) mod chain;
pub(crate) mod decoder;
pub(crate) mod fetch;
pub(crate) mod history;
pub(crate) mod idempotency_key;
pub(crate) mod map;
pub(crate) mod pages;
pub(crate) mod polls;
pub(crate) mod stream;
pub(crate) mod tick;
pub(crate) mod unary;

use std::{fmt, time::Duration};

use bytes::Bytes;
use http::response::Parts;

use crate::{
    call::options::CallOptions,
    error::Error,
    flow::tick::Tick,
    transport::{Exchange, TransportError},
    verdict::Judgement,
};

/// A conversation with the server, as a state machine.
///
/// It is resumed with what happened ([`Event`]) and answers with what to do next ([`Step`]).
/// The first event is [`Event::Start`]; after that, each step is answered by one of the events
/// named in its documentation, or by [`Event::Failed`].
pub trait Flow: Send {
    /// What the flow hands out on the way; [`Infallible`](std::convert::Infallible) for a flow
    /// that only returns.
    type Item;
    /// What the flow ends with.
    type Output;

    /// Takes in what happened, says what is to happen next.
    ///
    /// After [`Step::Done`] a flow must not be resumed again.
    fn resume(&mut self, tick: Tick<'_>, event: Event) -> Step<Self::Item, Self::Output>;

    /// How the conversation names its effect to the server, before it begins.
    fn key(&self) -> Key<'_> {
        Key::None
    }

    /// Whether the item after the one at hand may be asked for before that is used: where items are
    /// read and nothing else is done for them.
    fn may_read_ahead(&self) -> bool {
        false
    }

    /// Whether it is one request and the answer to it, repetitions aside. Asked once it has begun.
    fn is_one_exchange(&self) -> bool {
        false
    }
}

/// How a conversation names its effect to the server.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Key<'a> {
    /// By nothing: the server honours no key.
    None,
    /// By a key of the operation's own or of its arguments.
    Named(&'a str),
    /// By the caller's key, or one that is made up.
    Open,
    /// By the caller's key, or one that the client's own maker makes.
    MadeBy(&'a (dyn Fn() -> String + Send + Sync)),
}

impl fmt::Debug for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Named(_) => "Named",
            Self::Open => "Open",
            Self::MadeBy(_) => "MadeBy",
        })
    }
}

impl<F: Flow + ?Sized> Flow for Box<F> {
    type Item = F::Item;
    type Output = F::Output;

    fn resume(&mut self, tick: Tick<'_>, event: Event) -> Step<Self::Item, Self::Output> {
        (**self).resume(tick, event)
    }

    fn key(&self) -> Key<'_> {
        (**self).key()
    }

    fn may_read_ahead(&self) -> bool {
        (**self).may_read_ahead()
    }

    fn is_one_exchange(&self) -> bool {
        (**self).is_one_exchange()
    }
}

/// A flow that hands out nothing on its way and ends with `O`.
pub type BoxFlow<O> = Box<dyn Flow<Item = std::convert::Infallible, Output = O>>;

/// What happened since the flow was last resumed.
///
/// Closed on purpose, as is [`Step`]: these two are the contract, and a driver that passed over a
/// step would hang.
#[allow(clippy::exhaustive_enums)]
pub enum Event {
    /// The call begins, with the options its caller chose.
    Start(CallOptions),
    /// [`Step::Open`] was answered; the body is still to come.
    Head(Box<Parts>),
    /// [`Step::Read`] gave these bytes.
    Chunk(Bytes),
    /// [`Step::Read`] found the end of the body.
    End,
    /// The time of [`Step::Wait`] is over.
    Woke,
    /// The item of [`Step::Yield`] was taken.
    Taken,
    /// The step could not be carried out.
    Failed(TransportError),
}

/// What a driver has to do next.
#[derive(Debug)]
#[allow(clippy::exhaustive_enums)]
pub enum Step<I, O> {
    /// Exchange a request for the head of a response; forget any earlier one.
    // Boxed: steps are handed through several layers.
    Open(Box<Exchange>),
    /// Read on in the open body, giving up after `idle`.
    Read {
        /// How long the server may be silent.
        idle: Option<Duration>,
    },
    /// Let time pass.
    Wait(Duration),
    /// Hand an item to the caller.
    Yield(I),
    /// The conversation is over.
    Done(Result<O, Error>),
}

impl<I, O> Step<I, O> {
    /// Splits off the end of an inner flow: `Ok` is a step to be passed on as it is, `Err` is
    /// what the inner flow ended with.
    pub fn or_done<P>(self) -> Result<Step<I, P>, Result<O, Error>> {
        match self {
            Self::Open(exchange) => Ok(Step::Open(exchange)),
            Self::Read { idle } => Ok(Step::Read { idle }),
            Self::Wait(duration) => Ok(Step::Wait(duration)),
            Self::Yield(item) => Ok(Step::Yield(item)),
            Self::Done(output) => Err(output),
        }
    }

    /// Replaces the end of an inner flow; other steps are passed on, moved no more than once.
    pub(crate) fn map_done<P>(
        self,
        then: impl FnOnce(Result<O, Error>) -> Result<P, Error>,
    ) -> Step<I, P> {
        match self {
            Self::Open(exchange) => Step::Open(exchange),
            Self::Read { idle } => Step::Read { idle },
            Self::Wait(duration) => Step::Wait(duration),
            Self::Yield(item) => Step::Yield(item),
            Self::Done(output) => Step::Done(then(output)),
        }
    }

    /// Sorts a step of an inner flow: passed on, an item, or the end.
    pub(crate) fn sort<J, P>(self) -> Sorted<I, O, J, P> {
        match self {
            Self::Open(exchange) => Sorted::Pass(Step::Open(exchange)),
            Self::Read { idle } => Sorted::Pass(Step::Read { idle }),
            Self::Wait(duration) => Sorted::Pass(Step::Wait(duration)),
            Self::Yield(item) => Sorted::Item(item),
            Self::Done(output) => Sorted::Done(output),
        }
    }
}

impl<O> Step<std::convert::Infallible, O> {
    /// The same step of a flow that does hand out items.
    pub fn widen<I>(self) -> Step<I, O> {
        match self {
            Self::Open(exchange) => Step::Open(exchange),
            Self::Read { idle } => Step::Read { idle },
            Self::Wait(duration) => Step::Wait(duration),
            Self::Yield(never) => match never {},
            Self::Done(output) => Step::Done(output),
        }
    }
}

impl Event {
    const fn name(&self) -> &'static str {
        match self {
            Self::Start(_) => "Start",
            Self::Head(_) => "Head",
            Self::Chunk(_) => "Chunk",
            Self::End => "End",
            Self::Woke => "Woke",
            Self::Taken => "Taken",
            Self::Failed(_) => "Failed",
        }
    }
}

/// Neither the headers of an answer nor its body: they carry personal data.
impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut event = f.debug_tuple(self.name());
        match self {
            Self::Start(options) => event.field(options).finish(),
            Self::Head(head) => event.field(&head.status).finish(),
            Self::Chunk(chunk) => event.field(&format_args!("{} bytes", chunk.len())).finish(),
            Self::Failed(error) => event.field(error).finish(),
            Self::End | Self::Woke | Self::Taken => event.finish(),
        }
    }
}

/// A [`Step`] of an inner flow, sorted by who has to deal with it.
#[allow(clippy::large_enum_variant)]
pub(crate) enum Sorted<I, O, J, P> {
    Pass(Step<J, P>),
    Item(I),
    Done(Result<O, Error>),
}

/// An event that does not answer the step before it: the driver broke the contract, and what it
/// sent is anyone's guess.
#[cold]
pub(crate) fn out_of_turn(operation: &'static str, event: &Event) -> Error {
    let error = Error::stream(format!("the driver sent {} out of turn", event.name()));
    error.at(operation).maybe_sent(true).judged(Judgement::UNKNOWN)
}
