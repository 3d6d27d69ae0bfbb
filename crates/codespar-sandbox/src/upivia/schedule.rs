//! The next step of a row, taken by itself after a while.

use std::time::Duration;

use crate::store::{
    context::World,
    upivia::{Later, Step},
};

/// Lets it happen to this row after this time, unless that is endless.
pub(crate) fn after(world: &mut World<'_>, wait: Duration, step: Step, id: &str) {
    if let Some(due) = world.now.instant.checked_add(wait) {
        let (workspace, id) = (world.project.to_owned(), id.to_owned());
        world.state.upivia.later.push(Later { due, workspace, id, step });
    }
}
