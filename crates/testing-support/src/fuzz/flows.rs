//! Whole conversations, driven by hand.

use codespar_engine::{CallOptions, Event, Flow, Step, testing::Offline};

use super::{
    conversations::{CONVERSATIONS, Clients, Conversation},
    input::{END, pick},
    script::{Asked, Script},
    witness::Witness,
};

/// More steps than any conversation takes that comes to its end: a list has at most 10 000 pages.
const MOST_STEPS: usize = 100_000;

/// A script of events makes a conversation: see [`Script`]. The first piece holds what the caller
/// chose, in five bytes, and the name of the conversation.
pub fn flows(data: &[u8]) {
    let mut pieces = data.splitn(2, |byte| *byte == END);
    let (Some(chosen), events) = (pieces.next(), pieces.next().unwrap_or_default()) else { return };
    let name = chosen.get(5..).unwrap_or_default();
    let Some(conversation) = pick(name, CONVERSATIONS, |conversation| conversation.name) else {
        return;
    };
    let clock = Offline::new();
    let script = Script::new(events, clock.clone(), (conversation.answer, conversation.media_type));
    let mut talk = Talk { chosen, script, conversation };
    if let Some(clients) = Clients::new(&clock) {
        (conversation.begin)(&mut talk, &clients);
    }
}

/// A conversation that is about to be had.
pub(super) struct Talk<'a> {
    chosen: &'a [u8],
    script: Script<'a>,
    conversation: &'a Conversation,
}

impl Talk<'_> {
    /// Drives a flow to its end, which it comes to whatever happens.
    pub(super) fn drive<I, O>(
        &mut self,
        (mut flow, mut options): (Box<dyn Flow<Item = I, Output = O>>, CallOptions),
    ) {
        self.script.choose(self.chosen, &mut options);
        let mut witness = Witness::new(self.conversation, options.retries.is_some());
        let mut event = Event::Start(options);
        for _ in 0..MOST_STEPS {
            witness.hears(&event);
            let asked = match flow.resume(self.script.tick(), event) {
                Step::Open(exchange) => {
                    witness.opens(&exchange);
                    Asked::Open
                }
                Step::Read { idle } => {
                    witness.reads(idle);
                    Asked::Read
                }
                Step::Wait(pause) => Asked::Wait(pause),
                Step::Yield(_) => Asked::Yield,
                Step::Done(output) => return witness.ends(output.err(), self.script.has_strayed()),
            };
            event = self.script.event(&asked);
        }
        panic!("{} does not end", self.conversation.name);
    }
}
