//! A turn that is gone on with after each tool call that waits for a decision.

use std::{collections::VecDeque, mem, sync::Arc};

use codespar_engine::{
    CallOptions,
    driver::{BoxFlow, Event, Flow, Step, Tick},
    kit::{Error, Service},
};

use crate::{
    chat::{
        Resolution,
        event::{ToolPending, TurnEvent},
        resolve, stream,
        turn::{ApprovalAction, Continue, Turn},
    },
    types::object::Object,
};

const OPERATION: &str = "chat.turn_with";

/// What a tool call that waits is answered with; `None` leaves it waiting.
pub(super) type Decide = Box<dyn FnMut(&ToolPending) -> Option<ApprovalAction> + Send>;

/// Follows a turn; at its end decides about the tool calls that wait, one after the other, and goes
/// on after each, until none waits.
pub(super) struct DecidedTurn {
    service: Arc<Service>,
    turn: Turn,
    decide: Decide,
    options: CallOptions,
    /// Tool calls that wait, in the order in which they came.
    waiting: VecDeque<ToolPending>,
    phase: Phase,
}

/// The events of one request for a turn.
type TurnFlow = Box<dyn Flow<Item = TurnEvent, Output = ()>>;

enum Phase {
    Following(TurnFlow),
    /// Tells the server of the decision, with which the turn goes on.
    Deciding(BoxFlow<Object>, Continue),
    Over,
}

type Next = Step<TurnEvent, ()>;

impl DecidedTurn {
    pub(super) fn new(service: &Arc<Service>, turn: &Turn, decide: Decide) -> Self {
        Self {
            phase: Phase::Following(stream(service, turn)),
            service: Arc::clone(service),
            turn: turn.clone(),
            decide,
            options: CallOptions::default(),
            waiting: VecDeque::new(),
        }
    }

    fn follow(&mut self, tick: Tick<'_>, event: Event, mut events: TurnFlow) -> Next {
        match events.resume(tick, event) {
            Step::Yield(item) => {
                if let TurnEvent::ToolPending(pending) = &item {
                    self.waiting.push_back(pending.clone());
                }
                self.phase = Phase::Following(events);
                Step::Yield(item)
            }
            Step::Done(Ok(())) => self.decide(tick),
            Step::Done(Err(error)) => Step::Done(Err(error)),
            step => {
                self.phase = Phase::Following(events);
                step
            }
        }
    }

    /// Has the next tool call decided that is not left waiting.
    fn decide(&mut self, tick: Tick<'_>) -> Next {
        while let Some(pending) = self.waiting.pop_front() {
            let Some(action) = (self.decide)(&pending) else { continue };
            return match (pending.approval_id, pending.request_id) {
                (Some(approval), Some(request)) => {
                    let decided = Resolution::new(action.clone());
                    let call = resolve(&self.service, &approval, &decided);
                    let event = Event::Start(self.options.clone());
                    self.tell(tick, event, Box::new(call), Continue::new(request, action))
                }
                (None, _) => nameless("approval_id"),
                (_, None) => nameless("request_id"),
            };
        }
        Step::Done(Ok(()))
    }

    fn tell(
        &mut self,
        tick: Tick<'_>,
        event: Event,
        mut call: BoxFlow<Object>,
        go_on: Continue,
    ) -> Next {
        match call.resume(tick, event).or_done() {
            Ok(step) => {
                self.phase = Phase::Deciding(call, go_on);
                step.widen()
            }
            Err(Ok(_)) => {
                self.turn.message = None;
                self.turn.content = None;
                self.turn.continue_from = Some(go_on);
                let events = stream(&self.service, &self.turn);
                self.follow(tick, Event::Start(self.options.clone()), events)
            }
            Err(Err(error)) => Step::Done(Err(error)),
        }
    }
}

/// A tool call waits that cannot be decided about.
fn nameless(member: &str) -> Next {
    Step::Done(Err(Error::decode(format!("{member}: the server gave none")).at(OPERATION)))
}

impl Flow for DecidedTurn {
    type Item = TurnEvent;
    type Output = ();

    fn resume(&mut self, tick: Tick<'_>, event: Event) -> Next {
        if let Event::Start(options) = &event {
            self.options = options.clone();
        }
        match mem::replace(&mut self.phase, Phase::Over) {
            Phase::Following(events) => self.follow(tick, event, events),
            Phase::Deciding(call, go_on) => self.tell(tick, event, call, go_on),
            Phase::Over => Step::Done(Err(Error::stream("the turn is over").at(OPERATION))),
        }
    }
}
