//! What happens by itself after a while.

use crate::{
    store::{
        clock::Now,
        context::World,
        settings::Settings,
        state::State,
        upivia::{Later, Step},
    },
    upivia::{
        delegate, knowledge, scheduled_tasks,
        service_requests::execution,
        workflows::{self, runs},
    },
};

/// Lets everything happen that has become due, in order.
pub(crate) fn catch_up(state: &mut State, settings: &Settings, now: Now) {
    let mut due: Vec<Later> = Vec::new();
    for later in std::mem::take(&mut state.upivia.later) {
        let waiting = if later.due <= now.instant { &mut due } else { &mut state.upivia.later };
        waiting.push(later);
    }
    due.sort_by_key(|later| later.due);
    for later in due {
        let mut world = World { state, settings, project: &later.workspace, now };
        take(&mut world, later.step, &later.id);
    }
}

fn take(world: &mut World<'_>, step: Step, id: &str) {
    match step {
        Step::RequestEnds => execution::end(world, id),
        Step::RunMoves => runs::go_on(world, id),
        Step::DocumentMoves => knowledge::go_on(world, id),
        Step::VersionIsPublished => workflows::become_published(world, id),
        Step::TaskEnds => delegate::end(world, id),
        Step::ScheduleRuns => scheduled_tasks::run(world, id),
    }
}
