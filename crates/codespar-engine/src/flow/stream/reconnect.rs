//! What becomes of a stream that did not come about or broke off: opened again, or that was it.

use std::time::Duration;

use crate::flow::stream::{EventStream, Phase};
use crate::{
    error::{Error, ErrorKind},
    flow::{Step, decoder::EventDecoder, tick::Tick},
    http::{
        response::{Response, content_type},
        response_reader::ResponseReader,
    },
};

impl<F: EventDecoder> EventStream<F> {
    /// The answer was no event stream.
    pub(super) fn refused(
        &mut self,
        tick: Tick<'_>,
        incoming: ResponseReader,
    ) -> Step<F::Item, ()> {
        let answer = incoming.answer(self.asked, &self.service, tick);
        if !answer.is_success() {
            return match self.hiccup(tick, &answer) {
                Some(pause) => Step::Wait(pause),
                None => self.not_opened(tick, answer.refusal()),
            };
        }
        let came = match content_type(&answer.headers) {
            _ if answer.body.is_empty() => "empty".to_owned(),
            Some(kind) => kind.to_ascii_lowercase(),
            None => "of no media type".to_owned(),
        };
        let message = format!("the answer is {came} where an event stream was promised");
        self.fails(answer.decorate(Error::stream(message)))
    }

    /// How long to pause after a refusal that means nothing; `None` when it does mean something.
    fn hiccup(&mut self, tick: Tick<'_>, answer: &Response) -> Option<Duration> {
        let transient = self.transient.as_mut()?;
        let run = self.run.as_mut()?;
        let asked_for = run.attempts.asked_retries.filter(|retries| *retries > 0);
        let most = match run.attempts.asked_retries {
            Some(retries) => retries,
            None if run.attempts.retries == 0 => 0,
            None => u32::try_from(transient.pauses.len()).unwrap_or(u32::MAX),
        };
        let at = usize::try_from(transient.taken).unwrap_or(usize::MAX);
        let pause = transient.pauses.get(at).or_else(|| transient.pauses.last())?;
        let in_time = *pause < run.attempts.left(tick);
        let is_one =
            (transient.is_one)(answer) || asked_for.is_some() && (transient.may_be_one)(answer);
        if !in_time || !is_one || transient.taken >= most {
            return None;
        }
        transient.taken += 1;
        run.phase = Phase::Pausing;
        Some(*pause)
    }

    pub(super) fn failed(
        &mut self,
        tick: Tick<'_>,
        error: Error,
        phase: Phase,
    ) -> Step<F::Item, ()> {
        match phase {
            Phase::Opening => self.not_opened(tick, error),
            // A body that breaks off belongs to a request that arrived.
            Phase::Refused(incoming) => self.not_opened(tick, incoming.cut_off(error)),
            Phase::Open if error.kind() == ErrorKind::Timeout => self.silent(tick),
            Phase::Open => self.broke_off(tick, error),
            _ => self.fails(error),
        }
    }

    /// The stream broke off: it is opened again, or that was it.
    pub(super) fn broke_off(&mut self, tick: Tick<'_>, error: Error) -> Step<F::Item, ()> {
        let again = self.reconnect && error.kind() != ErrorKind::Canceled;
        if again { self.reopen(tick, error) } else { self.fails(error) }
    }

    /// Opens a stream again that was open: a new call, with a time limit of its own.
    pub(super) fn reopen(&mut self, tick: Tick<'_>, error: Error) -> Step<F::Item, ()> {
        let Some(run) = &mut self.run else { return self.fails(error) };
        run.pause = self.decoder.retry().or(run.pause);
        let policy = &self.service.retry;
        // Only a stream that lasted starts the count anew; one that fell silent lasted until then.
        let end = if error.kind() == ErrorKind::Timeout { run.alive } else { tick.now };
        let lasted = run.opened.map(|opened| end.saturating_sub(opened));
        if lasted.is_some_and(|lasted| lasted >= policy.cap) {
            run.failures = 0;
        }
        let asked = run.pause.map(|pause| pause.max(policy.base / 2).min(policy.cap));
        match policy.wait(run.failures, asked, tick.noise()) {
            Some(wait) if run.failures < self.service.limits.reconnects => {
                run.failures += 1;
                run.attempts.deadline = tick.now + wait + run.attempts.limit;
                run.phase = Phase::Pausing;
                Step::Wait(wait)
            }
            _ => self.fails(error),
        }
    }

    /// No stream came about: it is tried again, within the time limit and where that is safe.
    fn not_opened(&mut self, tick: Tick<'_>, error: Error) -> Step<F::Item, ()> {
        let Some(run) = &mut self.run else { return self.fails(error) };
        let is_safe = run.attempts.may_repeat(self.class, &error);
        // A stream that was open before may be opened as often as any that breaks off.
        let was_open = self.reconnect && run.opened.is_some();
        let limit = if was_open { self.service.limits.reconnects } else { run.attempts.retries };
        let wait = self.service.retry.wait(run.failures, error.retry_after(), tick.noise());
        match wait {
            Some(wait) if is_safe && run.failures < limit && wait < run.attempts.left(tick) => {
                run.failures += 1;
                run.phase = Phase::Pausing;
                Step::Wait(wait)
            }
            _ => self.fails(error),
        }
    }
}
