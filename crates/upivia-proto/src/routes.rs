//! The table of all routes, subject by subject.

use codespar_engine::kit::Route;

use crate::{api, chat};

/// Every route this crate calls, subject by subject.
pub fn routes() -> impl Iterator<Item = &'static Route> {
    [
        api::service_requests::ROUTES,
        api::balance::ROUTES,
        api::usage::ROUTES,
        api::approvals::ROUTES,
        api::audit_logs::ROUTES,
        api::budget_check::ROUTES,
        api::agents::ROUTES,
        api::agents::activity::ROUTES,
        api::spawn::ROUTES,
        api::delegate::ROUTES,
        api::memory::ROUTES,
        api::workflows::ROUTES,
        api::workflows::runs::ROUTES,
        api::workflows::agents::ROUTES,
        api::workflows::from_template::ROUTES,
        api::scheduled_tasks::ROUTES,
        api::agent_requests::ROUTES,
        api::services::ROUTES,
        api::teams::ROUTES,
        api::teams::members::ROUTES,
        api::workspaces::ROUTES,
        api::budget_requests::ROUTES,
        api::devices::ROUTES,
        api::devices::sessions::ROUTES,
        api::devices::commands::ROUTES,
        api::platform::ROUTES,
        chat::ROUTES,
        chat::sessions::ROUTES,
        api::triggers::ROUTES,
        api::storage::objects::ROUTES,
        api::knowledge::collections::ROUTES,
        api::knowledge::documents::ROUTES,
    ]
    .into_iter()
    .flatten()
}
