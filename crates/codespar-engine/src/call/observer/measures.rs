//! What a call tells `metrics`: how many calls, how long they take, how they end, how many are
//! repeated, how many event streams are open.

use http::StatusCode;
use metrics::{
    Gauge, Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

use super::facts::{Again, Facts, Outcome, Sink, error_type};
use crate::transport::Exchange;

/// Counts calls that are over, by `operation`, `outcome` and `error.type`.
///
/// `outcome` is `answered`, `dropped` (let go of before its end), or the word of the error's
/// [verdict](crate::Verdict): `nothing_sent`, `refused`, `held`, `unknown`. An answered call is
/// one without an error: what its answer says is for the caller to read.
pub const CALLS: &str = "codespar.calls";
/// Seconds from a call's beginning to its end, retries and waits included, by `operation` and
/// `outcome`.
pub const CALL_DURATION: &str = "codespar.call.duration";
/// Counts requests that were made again, by `operation` and `error.type`: the reason.
pub const RETRIES: &str = "codespar.retries";
/// How many event streams are open, by `operation`.
pub const OPEN_STREAMS: &str = "codespar.streams.open";

/// Tells the recorder of `metrics` what each name means and its unit. Recorders that show
/// neither need not be told.
pub fn describe_metrics() {
    describe_counter!(CALLS, Unit::Count, "Calls that are over, by operation and outcome.");
    describe_histogram!(CALL_DURATION, Unit::Seconds, "How long calls took, retries included.");
    describe_counter!(RETRIES, Unit::Count, "Requests that were made again, by reason.");
    describe_gauge!(OPEN_STREAMS, Unit::Count, "Event streams that are open.");
}

/// What has to be taken back when a call is over.
#[derive(Default)]
pub(super) struct Measures {
    open: Option<Gauge>,
}

impl Sink for Measures {
    fn begins(&mut self, _: &Facts, _: &Exchange) {}

    fn repeats(&mut self, facts: &Facts, again: &Again) {
        let error_type = again.error_type.clone();
        counter!(RETRIES, "operation" => facts.name.operation, "error.type" => error_type)
            .increment(1);
    }

    fn opens(&mut self, _: &Facts, _: &Exchange) {}

    fn answered(&mut self, facts: &Facts, _: StatusCode, _: Option<&str>, is_open: bool) {
        if is_open {
            let open = gauge!(OPEN_STREAMS, "operation" => facts.name.operation);
            open.increment(1.0);
            self.open = Some(open);
        }
    }

    fn closes(&mut self) {
        if let Some(open) = self.open.take() {
            open.decrement(1.0);
        }
    }

    fn over(&mut self, facts: &Facts, outcome: Outcome<'_>) {
        let operation = match outcome {
            Outcome::Failed(error) => error.operation(),
            Outcome::Answered | Outcome::Dropped => facts.name.operation,
        };
        let word = outcome.word();
        match outcome {
            Outcome::Failed(error) => counter!(
                CALLS,
                "operation" => operation,
                "outcome" => word,
                "error.type" => error_type(error)
            ),
            _ => counter!(CALLS, "operation" => operation, "outcome" => word),
        }
        .increment(1);
        histogram!(CALL_DURATION, "operation" => operation, "outcome" => word)
            .record(facts.elapsed().as_secs_f64());
    }
}
