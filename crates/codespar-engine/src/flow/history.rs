//! What a whole conversation saw: the only place that knows whether an earlier request may have
//! changed something.

use crate::{
    error::{Error, ErrorKind},
    flow::{Event, Flow, Key, Step, tick::Tick},
    transport::Exchange,
    verdict::{Effect, Judgement, KeyUse, Verdict},
};

/// What a conversation has sent, and whether it arrived.
#[derive(Clone, Copy, Debug, Default)]
pub struct History {
    /// How many requests were begun.
    begun: u32,
    /// Whether the server may have seen any of them.
    heard: bool,
    /// Whether it may have seen one that changes something, before the current one.
    changed: bool,
    /// Whether one that changes something carried a key.
    keyed: bool,
    /// What the current request does, and whether the server may have seen it.
    current: Option<(Effect, bool)>,
}

impl History {
    /// Takes in what happened.
    pub fn note(&mut self, event: &Event) {
        let arrived = match event {
            Event::Head(_) => true,
            Event::Failed(error) => error.may_have_been_sent(),
            _ => false,
        };
        if arrived {
            self.heard = true;
            if let Some((_, seen)) = &mut self.current {
                *seen = true;
            }
        }
    }

    /// Takes in a request that is about to be sent.
    pub fn open(&mut self, exchange: &Exchange) {
        self.changed |= self.current_changed();
        self.keyed |= exchange.effect.is_change() && exchange.keyed;
        self.current = Some((exchange.effect, false));
        self.begun = self.begun.saturating_add(1);
    }

    fn current_changed(&self) -> bool {
        self.current.is_some_and(|(effect, seen)| effect.is_change() && seen)
    }

    /// Whether any request that changes something was answered or may have arrived.
    pub fn has_changed(&self) -> bool {
        self.changed || self.current_changed()
    }

    /// Whether the server may have seen any request.
    pub const fn was_heard(&self) -> bool {
        self.heard
    }

    /// Whether one was, before the current request.
    pub const fn has_changed_before(&self) -> bool {
        self.changed
    }

    /// Says of an error what the whole conversation knows. An error that was judged by its answer
    /// is about the current request; any other is about all of them.
    #[must_use]
    pub fn tell(&self, error: Error) -> Error {
        let request = error.judgement().unwrap_or_else(|| self.unanswered(&error));
        let judged = error.judgement().is_some();
        let earlier = if judged { self.changed } else { self.has_changed() };
        let verdict = if earlier { request.verdict.after_a_change() } else { request.verdict };
        // The error of a later question may know nothing of the key of the first.
        let has_key = error.names_effect() || self.keyed;
        let key = match request.key {
            // Something may have happened before the last answer, under the same key.
            KeyUse::Spent if verdict != request.verdict => KeyUse::Same,
            KeyUse::None if verdict == Verdict::Unknown && has_key => KeyUse::Same,
            key => key,
        };
        let error = match error.attempts() {
            0 if self.begun > 0 => error.with_attempts(self.begun, None),
            _ => error,
        };
        error.maybe_sent(self.heard).concluded(request, Judgement { verdict, key })
    }

    /// What the current request came to, where no answer says it.
    fn unanswered(&self, error: &Error) -> Judgement {
        let verdict = if self.current_changed() {
            Verdict::Unknown
        } else if error.kind() == ErrorKind::Api {
            Verdict::Refused
        } else {
            Verdict::NothingSent
        };
        let keyed = verdict != Verdict::Refused && error.names_effect();
        Judgement { verdict, key: if keyed { KeyUse::Same } else { KeyUse::None } }
    }
}

/// A flow, and the history of its conversation: what every call and every run of items is
/// wrapped in.
pub struct Conversation<F> {
    flow: F,
    history: History,
}

impl<F> Conversation<F> {
    /// Follows a flow from its beginning.
    pub fn new(flow: F) -> Self {
        Self { flow, history: History::default() }
    }

    pub(crate) fn into_inner(self) -> F {
        self.flow
    }
}

impl<F: Flow> Flow for Conversation<F> {
    type Item = F::Item;
    type Output = F::Output;

    fn resume(&mut self, tick: Tick<'_>, event: Event) -> Step<F::Item, F::Output> {
        self.history.note(&event);
        match self.flow.resume(tick, event) {
            Step::Open(exchange) => {
                self.history.open(&exchange);
                Step::Open(exchange)
            }
            Step::Done(Err(error)) => Step::Done(Err(self.history.tell(error))),
            step => step,
        }
    }

    fn key(&self) -> Key<'_> {
        self.flow.key()
    }

    fn may_read_ahead(&self) -> bool {
        self.flow.may_read_ahead()
    }

    fn is_one_exchange(&self) -> bool {
        self.flow.is_one_exchange()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::TransportError;

    fn exchange(effect: Effect) -> Exchange {
        let mut exchange = Exchange::new(http::Request::new(Default::default()));
        exchange.effect = effect;
        exchange
    }

    fn lost() -> Event {
        Event::Failed(TransportError::io("gone"))
    }

    fn unsent() -> Event {
        Event::Failed(TransportError::connect("nobody there"))
    }

    /// The verdict after these requests, the last of which ends with an error of the transport.
    fn after(requests: &[(Effect, Event)]) -> Error {
        let mut history = History::default();
        for (effect, event) in requests {
            history.open(&exchange(*effect));
            history.note(event);
        }
        let sent = match requests.last() {
            Some((_, Event::Failed(error))) => error.may_have_been_sent(),
            _ => false,
        };
        let error = if sent { TransportError::io("gone") } else { TransportError::connect("no") };
        history.tell(Error::transport(error))
    }

    #[test]
    fn only_a_change_that_may_have_arrived_leaves_it_open() {
        use Effect::{Changes, Reads};
        for (requests, expected) in [
            (vec![(Changes, unsent())], Verdict::NothingSent),
            (vec![(Changes, lost())], Verdict::Unknown),
            (vec![(Reads, lost())], Verdict::NothingSent),
            (vec![(Reads, lost()), (Changes, unsent())], Verdict::NothingSent),
            (vec![(Changes, lost()), (Changes, unsent())], Verdict::Unknown),
            (vec![(Changes, lost()), (Reads, unsent())], Verdict::Unknown),
            (vec![(Changes, lost()), (Reads, lost())], Verdict::Unknown),
            (vec![(Changes, unsent()), (Reads, lost())], Verdict::NothingSent),
        ] {
            assert_eq!(after(&requests).verdict(), expected, "{requests:?}");
        }
    }

    #[test]
    fn the_verdict_of_the_last_request_stays_beside_that_of_the_whole() {
        let error = after(&[(Effect::Changes, lost()), (Effect::Changes, unsent())]);
        assert_eq!(error.request_verdict(), Verdict::NothingSent);
        assert!(error.may_have_been_sent());
    }

    #[test]
    fn a_refusal_is_one_only_if_it_came_first() {
        let refused = || {
            let judgement = Judgement { verdict: Verdict::Refused, key: KeyUse::Spent };
            Error::api("no").judged(judgement)
        };
        let mut history = History::default();
        history.open(&exchange(Effect::MovesMoney));
        history.note(&lost());
        assert_eq!(history.tell(refused()).verdict(), Verdict::Refused);
        history.open(&exchange(Effect::MovesMoney));
        let error = history.tell(refused());
        assert_eq!(
            (error.verdict(), error.request_verdict()),
            (Verdict::Unknown, Verdict::Refused)
        );
        assert!(!error.is_refusal());
    }
}
