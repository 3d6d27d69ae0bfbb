//! A conversation that is driven by hand, step by step.

use codespar_engine::{
    CallOptions,
    driver::{Event, Flow, Step},
};

use super::{
    script::{Asked, Script},
    witness::{Conduct, Witness},
};

/// More steps than any conversation takes that comes to its end: a list has at most 10 000 pages.
const MOST_STEPS: usize = 100_000;

/// A conversation that is about to be had.
pub(super) struct Talk<'a> {
    pub(super) chosen: &'a [u8],
    pub(super) script: Script<'a>,
    pub(super) conduct: Conduct,
}

impl Talk<'_> {
    /// Drives a flow to its end, which it comes to whatever happens.
    pub(super) fn drive<I, O>(
        &mut self,
        (mut flow, mut options): (Box<dyn Flow<Item = I, Output = O>>, CallOptions),
    ) {
        self.script.choose(self.chosen, &mut options);
        let mut witness = Witness::new(self.conduct, options.retries.is_some());
        let mut event = Event::Start(options);
        for _ in 0..MOST_STEPS {
            witness.saw_event(&event);
            let asked = match flow.resume(self.script.tick(), event) {
                Step::Open(exchange) => {
                    witness.saw_request(&exchange);
                    Asked::Open
                }
                Step::Read { idle } => {
                    witness.saw_read(idle);
                    Asked::Read
                }
                Step::Wait(pause) => Asked::Wait(pause),
                Step::Yield(_) => Asked::Yield,
                Step::Done(output) => {
                    return witness.saw_end(output.err(), self.script.has_strayed());
                }
            };
            event = self.script.event(&asked);
        }
        panic!("{} does not end", self.conduct.name);
    }
}
