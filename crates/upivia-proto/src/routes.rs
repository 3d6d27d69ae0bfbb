//! The tables of all routes and operations, subject by subject.

use codespar_engine::kit::Route;
#[cfg(feature = "registry")]
use codespar_engine::registry::Operation;

use crate::{api, chat};

/// Names each file of rows once.
macro_rules! subjects {
    ($($($name:ident)::+),* $(,)?) => {
        /// Every route this crate calls, subject by subject.
        pub fn routes() -> impl Iterator<Item = &'static Route> {
            [$($($name)::+::ROUTES),*].into_iter().flatten()
        }

        /// Every operation that a row begins, subject by subject.
        #[cfg(feature = "registry")]
        pub(crate) fn rows() -> impl Iterator<Item = &'static Operation> {
            [$($($name)::+::OPERATIONS),*].into_iter().flatten().copied().flatten()
        }
    };
}

subjects! {
    api::service_requests,
    api::balance,
    api::usage,
    api::approvals,
    api::audit_logs,
    api::budget_check,
    api::agents,
    api::agents::activity,
    api::spawn,
    api::delegate,
    api::memory,
    api::workflows,
    api::workflows::runs,
    api::workflows::agents,
    api::workflows::from_template,
    api::scheduled_tasks,
    api::agent_requests,
    api::human_input,
    api::ops,
    api::rooms,
    api::swarms,
    api::simulations,
    api::services,
    api::teams,
    api::teams::members,
    api::workspaces,
    api::budget_requests,
    api::devices,
    api::devices::sessions,
    api::devices::commands,
    api::platform,
    chat,
    chat::sessions,
    api::triggers,
    api::storage::objects,
    api::knowledge::collections,
    api::knowledge::documents,
}
