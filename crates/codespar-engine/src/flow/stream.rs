//! Event streams: opening, the idle limit, opening again.

mod reconnect;
mod state;

use std::{mem, sync::Arc, time::Duration};

use http::{StatusCode, response::Parts};

use crate::flow::stream::state::{After, Phase, Run};
use crate::{
    call::options::CallOptions,
    error::{Error, ErrorKind},
    flow::{
        Event, Flow, Step,
        decoder::{Decoded, EventDecoder, decode_event, is_json},
        out_of_turn,
        tick::Tick,
    },
    http::{
        credentials::AuthMode,
        request::RequestBuilder,
        response::{RequestFacts, Response, content_type, encoded},
        response_reader::ResponseReader,
        retry::Retry,
        service::Service,
    },
    sse::FrameDecoder,
};

/// An event stream, as a flow of items.
///
/// Up to the head of the answer it is a call like any other, with a time limit and the retries
/// that are safe. After that only the idle limit counts: complete frames, comments included,
/// start it anew, and it stands still while the caller works on an item. When asked to, a read
/// that breaks off is opened again.
pub struct EventStream<F: EventDecoder> {
    service: Arc<Service>,
    asked: RequestFacts,
    class: Retry,
    auth: AuthMode,
    frames: F,
    decoder: FrameDecoder,
    builder: Option<RequestBuilder>,
    run: Option<Run>,
    reconnect: bool,
    transient: Option<TransientRefusals>,
}

/// Refusals that mean nothing, and how long to wait after each.
struct TransientRefusals {
    is_one: fn(&Response) -> bool,
    may_be_one: fn(&Response) -> bool,
    pauses: &'static [Duration],
    taken: u32,
}

impl<F: EventDecoder> EventStream<F> {
    /// A stream that a builder opens and `frames` reads.
    pub fn new(service: &Arc<Service>, builder: RequestBuilder, frames: F) -> Self {
        Self {
            service: Arc::clone(service),
            asked: builder.asked(),
            class: builder.class(),
            auth: builder.auth_mode(),
            frames,
            decoder: FrameDecoder::new(),
            builder: Some(builder.accept("text/event-stream")),
            run: None,
            reconnect: false,
            transient: None,
        }
    }

    /// Opens the stream again after refusals that are known to mean nothing, and after those that
    /// may mean nothing where the caller of the call asks for retries: after the first pause, then
    /// the second, and so on. Never, where the caller or the client wants no retries.
    #[must_use]
    pub fn forgiving(
        mut self,
        is_one: fn(&Response) -> bool,
        may_be_one: fn(&Response) -> bool,
        pauses: &'static [Duration],
    ) -> Self {
        self.transient = Some(TransientRefusals { is_one, may_be_one, pauses, taken: 0 });
        self
    }

    /// Opens the stream again when it breaks off or says that there is more. Only for reads.
    #[must_use]
    pub fn reconnecting(mut self, reconnect: bool) -> Self {
        self.reconnect = reconnect && self.class == Retry::Safe;
        self
    }

    fn start(&mut self, tick: Tick<'_>, options: CallOptions) -> Step<F::Item, ()> {
        match self.begin(tick, options) {
            Ok(run) => {
                self.run = Some(run);
                self.open(tick)
            }
            Err(error) => self.fails(error),
        }
    }

    fn begin(&mut self, tick: Tick<'_>, options: CallOptions) -> Result<Run, Error> {
        self.reconnect &= !options.once;
        let Some(builder) = self.builder.take() else {
            return Err(Error::stream("the stream was started twice"));
        };
        Run::new(&self.service, builder, options, tick)
    }

    fn open(&mut self, tick: Tick<'_>) -> Step<F::Item, ()> {
        let Some(run) = &mut self.run else { return self.lost(&Event::Woke) };
        let last_id = self.decoder.last_event_id().to_owned();
        let exchange = match run.open(&self.service, tick, &last_id) {
            Ok(exchange) => exchange,
            Err(error) => return self.fails(error),
        };
        let limit = self.service.limits.frame_bytes;
        self.decoder = FrameDecoder::new().with_limit(limit).with_last_event_id(last_id);
        Step::Open(exchange)
    }

    fn head(&mut self, tick: Tick<'_>, head: Box<Parts>) -> Step<F::Item, ()> {
        let Some(run) = &mut self.run else { return self.lost(&Event::Head(head)) };
        run.attempts.arrived();
        self.service.answered(self.auth, &head.headers, tick);
        let is_stream = head.status.is_success()
            && head.status != StatusCode::NO_CONTENT
            && content_type(&head.headers)
                .is_some_and(|kind| kind.eq_ignore_ascii_case("text/event-stream"));
        if let (true, Some(message)) = (is_stream, encoded(&head.headers)) {
            let incoming = ResponseReader::new(head, self.service.limits.body_bytes);
            return self.fails(incoming.cut_off(Error::stream(message)));
        }
        if is_stream {
            run.alive = tick.now;
            run.opened = Some(tick.now);
            if !self.reconnect {
                run.forget_request();
            }
            return self.read(tick);
        }
        let incoming = ResponseReader::new(head, self.service.limits.body_bytes);
        match incoming.check_declared() {
            Ok(()) => self.read_refusal(tick, incoming),
            Err(error) => self.fails(incoming.cut_off(error)),
        }
    }

    /// Reads on for as long as the server may still be silent.
    fn read(&mut self, tick: Tick<'_>) -> Step<F::Item, ()> {
        let Some(run) = &mut self.run else { return self.lost(&Event::End) };
        run.phase = Phase::Open;
        let left = (run.alive + run.idle).saturating_sub(tick.now);
        if left.is_zero() { self.silent(tick) } else { Step::Read { idle: Some(left) } }
    }

    fn silent(&mut self, tick: Tick<'_>) -> Step<F::Item, ()> {
        let limit = self.run.as_ref().map(|run| run.idle).unwrap_or_default();
        let error = Error::timeout(format!("the stream was silent for longer than {limit:?}"));
        self.broke_off(tick, error.transient(true))
    }

    /// Reads on in an answer that is no event stream, for as long as the call may take.
    fn read_refusal(&mut self, tick: Tick<'_>, incoming: ResponseReader) -> Step<F::Item, ()> {
        let Some(run) = &mut self.run else { return self.lost(&Event::End) };
        let left = run.attempts.left(tick);
        if left.is_zero() {
            let error =
                Error::timeout(format!("the answer took longer than {:?}", run.attempts.limit));
            return self.fails(incoming.cut_off(error.transient(true)));
        }
        run.phase = Phase::Refused(incoming);
        Step::Read { idle: Some(left) }
    }

    /// Hands out what the decoder holds; reads on when that is nothing.
    fn advance(&mut self, tick: Tick<'_>) -> Step<F::Item, ()> {
        loop {
            let frame = match self.decoder.next_frame() {
                Ok(Some(frame)) => frame,
                Ok(None) => return self.read(tick),
                Err(error) => {
                    return self.fails(Error::stream(error.to_string()).with_source(error));
                }
            };
            if let Some(run) = &mut self.run {
                run.alive = tick.now;
            }
            if frame.is_comment() {
                continue;
            }
            match decode_event(&mut self.frames, &frame, self.service.limits.json_depth) {
                // Nearly all events: spared the way of the others, on which an item is moved twice.
                Ok(Decoded::Item(item)) => return self.rest(item, After::More),
                Ok(progress) => {
                    if let Some(step) = self.act(tick, progress, After::More) {
                        return step;
                    }
                }
                Err(error) => return self.fails(error),
            }
        }
    }

    /// What an event asks for; `None`: look for the next.
    fn act(
        &mut self,
        tick: Tick<'_>,
        progress: Decoded<F::Item>,
        then: After,
    ) -> Option<Step<F::Item, ()>> {
        Some(match progress {
            Decoded::Skip => return None,
            Decoded::Item(item) => self.rest(item, then),
            Decoded::Last(item) => self.rest(item, After::Done),
            Decoded::Reopen if self.reconnect => {
                self.reopen(tick, Error::stream("the server closes the stream again and again"))
            }
            Decoded::Done | Decoded::Reopen => Step::Done(Ok(())),
        })
    }

    #[inline]
    fn rest(&mut self, item: F::Item, then: After) -> Step<F::Item, ()> {
        if let Some(run) = &mut self.run {
            run.phase = Phase::Resting(then);
        }
        Step::Yield(item)
    }

    /// The caller is done with an item: its time does not count as silence.
    fn taken(&mut self, tick: Tick<'_>, then: After) -> Step<F::Item, ()> {
        if let Some(run) = &mut self.run {
            run.alive = tick.now;
        }
        match then {
            After::More => self.advance(tick),
            After::Ended => self.ended(tick),
            After::Done => Step::Done(Ok(())),
        }
    }

    /// The body is over. Some servers leave out the last blank line.
    fn last_frame(&mut self, tick: Tick<'_>) -> Step<F::Item, ()> {
        let depth = self.service.limits.json_depth;
        let progress = match self.decoder.finish() {
            Ok(Some(frame)) if !frame.is_comment() => {
                if !frame.is_complete() && !is_json(frame.data()) {
                    return self.unfinished(tick);
                }
                decode_event(&mut self.frames, &frame, depth)
            }
            _ => Ok(Decoded::Skip),
        };
        match progress {
            Ok(progress) => {
                self.act(tick, progress, After::Ended).unwrap_or_else(|| self.ended(tick))
            }
            // What cannot be read was cut off.
            Err(error) if error.kind() == ErrorKind::Decode => self.unfinished(tick),
            Err(error) => self.fails(error),
        }
    }

    /// The body is over, and there is nothing left of it.
    fn ended(&mut self, tick: Tick<'_>) -> Step<F::Item, ()> {
        if self.frames.may_end() { Step::Done(Ok(())) } else { self.unfinished(tick) }
    }

    fn unfinished(&mut self, tick: Tick<'_>) -> Step<F::Item, ()> {
        self.broke_off(tick, Error::stream("the stream ended before its end").transient(true))
    }

    /// Ends with an error, to which it adds what the stream knows.
    fn fails(&mut self, error: Error) -> Step<F::Item, ()> {
        let error = error.at(self.asked.operation);
        let error = match &mut self.run {
            Some(run) => {
                run.phase = Phase::Over;
                run.attempts.annotate(error)
            }
            None => error,
        };
        Step::Done(Err(self.frames.annotate(error)))
    }

    fn lost(&mut self, event: &Event) -> Step<F::Item, ()> {
        self.fails(out_of_turn(self.asked.operation, event))
    }
}

impl<F: EventDecoder> Flow for EventStream<F> {
    type Item = F::Item;
    type Output = ();

    fn is_one_exchange(&self) -> bool {
        true
    }

    fn resume(&mut self, tick: Tick<'_>, event: Event) -> Step<F::Item, ()> {
        let Some(run) = &mut self.run else {
            return match event {
                Event::Start(options) => self.start(tick, options),
                event => self.lost(&event),
            };
        };
        // By far the most frequent, and not worth moving what the others need.
        if let (Event::Taken, &Phase::Resting(then)) = (&event, &run.phase) {
            run.phase = Phase::Over;
            return self.taken(tick, then);
        }
        match (event, mem::replace(&mut run.phase, Phase::Over)) {
            (Event::Head(head), Phase::Opening) => self.head(tick, head),
            (Event::Chunk(chunk), Phase::Open) => {
                self.decoder.push(chunk);
                self.advance(tick)
            }
            (Event::Chunk(chunk), Phase::Refused(mut incoming)) => match incoming.push(chunk) {
                Ok(()) => self.read_refusal(tick, incoming),
                Err(error) => self.fails(incoming.cut_off(error)),
            },
            (Event::End, Phase::Open) => self.last_frame(tick),
            (Event::End, Phase::Refused(incoming)) => self.refused(tick, incoming),
            (Event::Woke, Phase::Pausing) => self.open(tick),
            (Event::Failed(error), phase) => self.failed(tick, Error::transport(error), phase),
            (event, _) => self.lost(&event),
        }
    }
}
