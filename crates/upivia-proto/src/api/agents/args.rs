//! What agents are changed with, where it is not an object of the caller's.

use codespar_engine::{
    Args,
    kit::{Error, check_filled, check_optional},
};
use serde::Serialize;

use crate::types::nothing::Nothing;

#[derive(Serialize)]
pub(super) struct Confirm {
    confirm: bool,
}

pub(super) fn confirmed(_: &Nothing) -> Confirm {
    Confirm { confirm: true }
}

/// Whose agents are listed.
#[derive(Default, Args)]
#[wire(check)]
pub(super) struct OfTeam {
    /// The team; all that the caller sees without one.
    pub(super) team_id: Option<String>,
}

impl OfTeam {
    fn check(&self) -> Result<(), Error> {
        check_optional("team_id", self.team_id.as_deref())
    }
}

/// A service that is not to be used.
#[derive(Args)]
#[wire(check)]
pub(super) struct OfService {
    /// The service.
    service_id: String,
}

impl OfService {
    fn check(&self) -> Result<(), Error> {
        check_filled("service_id", &self.service_id)
    }
}

/// A workflow that is not to be a skill.
#[derive(Args)]
#[wire(check)]
pub(super) struct OfWorkflow {
    /// The workflow.
    workflow_id: String,
}

impl OfWorkflow {
    fn check(&self) -> Result<(), Error> {
        check_filled("workflow_id", &self.workflow_id)
    }
}
