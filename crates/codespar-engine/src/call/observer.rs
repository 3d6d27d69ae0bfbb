//! What a call tells of itself: to `tracing` and to `metrics`, with the features of these names.
//!
//! Fields go by OpenTelemetry's names for HTTP clients. Paths are those of the routes, without
//! their values; headers, queries and bodies are not told at all.

#[cfg(any(feature = "metrics", feature = "tracing"))]
#[cfg_attr(not(feature = "tracing"), allow(dead_code, reason = "spans tell more than measures"))]
mod facts;
#[cfg(feature = "metrics")]
pub(crate) mod measures;
#[cfg(feature = "tracing")]
mod spans;

#[cfg(any(feature = "metrics", feature = "tracing"))]
pub(crate) use self::{facts::set_name, on::Observer};

#[cfg(not(any(feature = "metrics", feature = "tracing")))]
pub(crate) use self::off::{Observer, set_name};

#[cfg(not(any(feature = "metrics", feature = "tracing")))]
mod off {
    use http::Request;

    use crate::{
        flow::{Event, Step, tick::Tick},
        http::payload::Payload,
    };

    /// Tells nothing.
    pub(crate) struct Observer;

    impl Observer {
        pub(crate) const fn new() -> Self {
            Self
        }

        pub(crate) const fn before(&mut self, _: &Tick<'_>, _: &Event) {}

        pub(crate) const fn after<I, O>(&mut self, _: &Tick<'_>, _: &Step<I, O>) {}
    }

    pub(crate) const fn set_name(
        _: &mut Request<Payload>,
        _: &'static str,
        _: Option<&'static str>,
    ) {
    }
}

#[cfg(any(feature = "metrics", feature = "tracing"))]
mod on {
    use http::response::Parts;

    use super::facts::{Again, Facts, Fault, Outcome, Sink, is_event_stream, request_id};
    use crate::{
        flow::{Event, Step, tick::Tick},
        transport::Exchange,
    };

    /// Follows a flow and tells what happens to it. Boxed: it goes with every item of a stream.
    pub(crate) struct Observer(Box<Watch>);

    struct Watch {
        facts: Facts,
        #[cfg(feature = "tracing")]
        spans: super::spans::Spans,
        #[cfg(feature = "metrics")]
        measures: super::measures::Measures,
    }

    impl Observer {
        pub(crate) fn new() -> Self {
            Self(Box::new(Watch {
                facts: Facts::default(),
                #[cfg(feature = "tracing")]
                spans: super::spans::Spans::new(),
                #[cfg(feature = "metrics")]
                measures: super::measures::Measures::default(),
            }))
        }

        /// Sees what happened, before the flow does.
        pub(crate) fn before(&mut self, tick: &Tick<'_>, event: &Event) {
            self.0.facts.seen(tick);
            match event {
                Event::Head(head) => self.0.head(head),
                Event::Failed(error) => self.0.facts.fault = Some(Fault::Transport(error.kind())),
                Event::Start(_) | Event::Chunk(_) | Event::End | Event::Woke | Event::Taken => {}
            }
        }

        /// Sees what the flow makes of it.
        pub(crate) fn after<I, O>(&mut self, _: &Tick<'_>, step: &Step<I, O>) {
            match step {
                Step::Open(exchange) => self.0.open(exchange),
                Step::Wait(pause) => {
                    self.0.facts.pause = Some(*pause);
                    self.0.tell(|sink, _| sink.closes());
                }
                Step::Done(output) => {
                    self.0.over(output.as_ref().err().map_or(Outcome::Answered, Outcome::Failed));
                }
                Step::Read { .. } | Step::Yield(_) => {}
            }
        }
    }

    impl Watch {
        fn open(&mut self, exchange: &Exchange) {
            self.facts.opens(exchange);
            self.tell(|sink, facts| {
                sink.closes();
                sink.begins(facts, exchange);
            });
            if let Some(again) = Again::of(&mut self.facts, exchange.streaming) {
                self.tell(|sink, facts| sink.repeats(facts, &again));
            }
            self.tell(|sink, facts| sink.opens(facts, exchange));
        }

        fn head(&mut self, head: &Parts) {
            let is_stream = is_event_stream(head);
            self.facts.fault = match head.status.is_success() {
                true => is_stream.then_some(Fault::Ended),
                false => Some(Fault::Status(head.status)),
            };
            let is_open = head.status.is_success() && is_stream;
            let request_id = request_id(head);
            self.tell(|sink, facts| sink.answered(facts, head.status, request_id, is_open));
        }

        fn over(&mut self, outcome: Outcome<'_>) {
            self.facts.is_over = true;
            if self.facts.attempt == 0 && matches!(outcome, Outcome::Answered) {
                // The answer was there already: nobody was asked for it, and it has no name.
                return;
            }
            self.tell(|sink, facts| {
                sink.closes();
                sink.over(facts, outcome);
            });
        }

        fn tell(&mut self, tell: impl Fn(&mut dyn Sink, &Facts)) {
            #[cfg(feature = "tracing")]
            tell(&mut self.spans, &self.facts);
            #[cfg(feature = "metrics")]
            tell(&mut self.measures, &self.facts);
        }
    }

    /// A call that is let go of before its end: nobody will read what the server makes of it.
    impl Drop for Watch {
        fn drop(&mut self) {
            if self.facts.attempt > 0 && !self.facts.is_over {
                self.over(Outcome::Dropped);
            }
        }
    }
}
