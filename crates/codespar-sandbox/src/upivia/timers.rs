//! What happens by itself after a while.

use std::time::{Duration, Instant};

use crate::{
    builder::Settings,
    codespar::session::execute::World,
    store::{clock::Now, state::State},
    upivia::{
        delegate, knowledge, scheduled_tasks,
        service_requests::dispatch,
        workflows::{self, runs},
    },
};

/// Something that will have happened at this time.
pub(crate) struct Later {
    due: Instant,
    workspace: String,
    id: String,
    happens: Happens,
}

/// What happens: a row takes its next step.
type Happens = fn(&mut World<'_>, &str);

/// What can happen to a row.
pub(crate) const REQUEST_ENDS: Happens = dispatch::end;
pub(crate) const RUN_MOVES: Happens = runs::go_on;
pub(crate) const DOCUMENT_MOVES: Happens = knowledge::go_on;
pub(crate) const VERSION_IS_PUBLISHED: Happens = workflows::become_published;
pub(crate) const TASK_ENDS: Happens = delegate::end;
pub(crate) const SCHEDULE_RUNS: Happens = scheduled_tasks::run;

/// Lets it happen to this row after this time, unless that is endless.
pub(crate) fn after(world: &mut World<'_>, wait: Duration, happens: Happens, id: &str) {
    if let Some(due) = world.now.instant.checked_add(wait) {
        let (workspace, id) = (world.project.to_owned(), id.to_owned());
        world.state.upivia.later.push(Later { due, workspace, id, happens });
    }
}

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
        (later.happens)(&mut world, &later.id);
    }
}
