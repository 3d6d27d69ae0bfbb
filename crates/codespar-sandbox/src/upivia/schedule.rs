//! Schedules the next step of a row, which it takes by itself.

use std::time::Duration;

use crate::store::{
    context::Context,
    upivia::{ScheduledStep, Step},
};

/// Lets it happen to this row after this time, unless that is endless.
pub(crate) fn after(context: &mut Context<'_>, wait: Duration, step: Step, id: &str) {
    if let Some(due) = context.now.instant.checked_add(wait) {
        let (workspace, id) = (context.project.to_owned(), id.to_owned());
        context.state.upivia.scheduled.push(ScheduledStep { due, workspace, id, step });
    }
}
