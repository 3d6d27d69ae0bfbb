//! Takes the steps that are due.

use crate::{
    store::{
        clock::Now,
        context::Context,
        settings::Settings,
        state::State,
        upivia::{ScheduledStep, Step},
    },
    upivia::{
        delegate, knowledge, rooms, scheduled_tasks,
        service_requests::execution,
        swarms,
        workflows::{self, runs},
    },
};

/// Lets everything happen that has become due, in order.
pub(crate) fn run_due(state: &mut State, settings: &Settings, now: Now) {
    let mut due: Vec<ScheduledStep> = Vec::new();
    for step in std::mem::take(&mut state.upivia.scheduled) {
        let waiting = if step.due <= now.instant { &mut due } else { &mut state.upivia.scheduled };
        waiting.push(step);
    }
    due.sort_by_key(|step| step.due);
    for step in due {
        let mut context = Context { state, settings, project: &step.workspace, now };
        take_step(&mut context, step.step, &step.id);
    }
}

fn take_step(context: &mut Context<'_>, step: Step, id: &str) {
    match step {
        Step::RequestEnds => execution::complete(context, id),
        Step::RunAdvances => runs::advance(context, id),
        Step::DocumentAdvances => knowledge::advance(context, id),
        Step::VersionIsPublished => workflows::finish_publishing(context, id),
        Step::TaskEnds => delegate::complete(context, id),
        Step::ScheduleRuns => scheduled_tasks::run(context, id),
        Step::RoomAnswers => rooms::reply(context, id),
        Step::SwarmRound => swarms::round(context, id),
    }
}
