//! What a layer has to know of a request: an extension that goes with it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use codespar_engine::{
    Effect,
    driver::{Exchange, TransportError},
};
use tokio::time::Instant;

/// What a request does and whether it may be repeated, for layers: an extension of the request.
///
/// ```
/// use codespar_async::{http::Request, tower::Attempt};
///
/// fn may_repeat<B>(request: &Request<B>) -> bool {
///     request.extensions().get::<Attempt>().is_some_and(Attempt::is_repeatable)
/// }
/// # assert!(!may_repeat(&Request::new(())));
/// ```
///
/// A layer that makes a new request of an old one takes the extensions along. Clones speak of the
/// same attempt.
#[derive(Clone, Debug)]
pub struct Attempt {
    effect: Effect,
    keyed: bool,
    repeatable: bool,
    streaming: bool,
    /// When the head of the answer has to be there.
    pub(super) deadline: Option<Instant>,
    /// How long the server may be silent within the body.
    pub(super) idle: Option<Duration>,
    sendings: Arc<Sendings>,
}

/// What [`HyperTransport`](crate::HyperTransport) has done for an attempt.
#[derive(Debug, Default)]
struct Sendings {
    /// Whether it was asked to send the request.
    asked: AtomicBool,
    /// How many times it may have sent it.
    sent: AtomicUsize,
}

impl Attempt {
    pub(super) fn new(exchange: &Exchange, deadline: Option<Instant>) -> Self {
        Self {
            effect: exchange.effect,
            keyed: exchange.keyed,
            repeatable: exchange.repeatable,
            streaming: exchange.streaming,
            deadline,
            idle: exchange.idle,
            sendings: Arc::default(),
        }
    }

    /// What the request does to the world.
    pub const fn effect(&self) -> Effect {
        self.effect
    }

    /// Whether the request carries an idempotency key.
    pub const fn is_keyed(&self) -> bool {
        self.keyed
    }

    /// Whether the request may be sent again where the server may have seen it. Where it is false,
    /// sending it twice may move money twice.
    pub const fn is_repeatable(&self) -> bool {
        self.repeatable
    }

    /// Whether the answer is an event stream: it may last for hours.
    pub const fn is_streaming(&self) -> bool {
        self.streaming
    }

    /// Before the request is sent: counts it, unless it may have been sent already and must not be
    /// again.
    pub(super) fn begin(&self) -> Result<(), TransportError> {
        self.sendings.asked.store(true, Ordering::SeqCst);
        // First counted, then looked at: of two at once, one is the second.
        if self.sendings.sent.fetch_add(1, Ordering::SeqCst) > 0 && !self.repeatable {
            self.was_not_sent();
            let words = "a layer repeats a request that may have been sent and has no key";
            return Err(TransportError::refused(words, None));
        }
        Ok(())
    }

    /// The request that was counted last was not sent after all.
    pub(super) fn was_not_sent(&self) {
        self.sendings.sent.fetch_sub(1, Ordering::SeqCst);
    }

    /// Whether any of the requests may have been sent that the transport knows of.
    pub(super) fn may_have_been_sent(&self) -> bool {
        self.sendings.sent.load(Ordering::SeqCst) > 0
    }

    /// Whether the transport was asked to send the request, and did not.
    pub(super) fn is_known_unsent(&self) -> bool {
        self.sendings.asked.load(Ordering::SeqCst) && !self.may_have_been_sent()
    }
}
