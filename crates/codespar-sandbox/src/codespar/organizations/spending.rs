//! Whether money may go out: what every door that moves money asks first, some of the pause alone.

use crate::{
    server::errors::{ApiError, error},
    store::{json::text, state::State},
};

/// Whether the organization has not stopped all spending. What holds money already goes on, and so
/// do reads and what comes in.
pub(crate) fn check_running(state: &State) -> Result<(), ApiError> {
    match state.pause.paused {
        true => Err(error(403, "org_paused", "the organization has stopped all spending")),
        false => Ok(()),
    }
}

/// Whether money may go out for this agent: the organization is not paused, and the agent neither
/// suspended nor at its end. Who was never registered may.
pub(crate) fn may_spend(state: &State, project: &str, agent: &str) -> Result<(), ApiError> {
    check_running(state)?;
    match state.agents.find(project, agent).map(|row| text(row, "status")) {
        None | Some("active") => Ok(()),
        Some("suspended") => Err(error(403, "agent_suspended", "the agent is suspended")),
        Some(_) => Err(error(403, "agent_inactive", "the agent is not active")),
    }
}
