//! What agents are changed with, where it is not an object of the caller's.

use codespar_engine::{
    Args,
    kit::{Error, check_filled},
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
