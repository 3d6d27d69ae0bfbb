//! Which Upivia route is answered by what, and which credentials it takes.

use serde_json::Value;

use crate::{
    server::{
        errors::{ApiError, ErrorShape, Refusal, error},
        log::ReceivedRequest,
        request::Part,
        response::Response,
        routing::{Handler, MatchedRoute, REQUEST_ID, handle, match_path},
    },
    store::{Store, clock::Now},
    upivia::{
        agent_requests, agents, approvals, audit_logs,
        auth::{
            self,
            Auth::{self, Agent, Any, Cookie, Open, User},
        },
        balance, budget_requests, chat, delegate, devices, human_input, knowledge, memory, ops,
        path::without_prefix,
        platform, rooms, scheduled_tasks, service_requests, services, simulations, spawn, storage,
        swarms, teams, timers, triggers, usage, workflows, workspaces,
    },
};

type Row = (&'static str, &'static str, Auth, Handler);

/// Where `{x}` and a word fit both, the word comes first.
#[rustfmt::skip]
const ROWS: &[Row] = &[
    // Service requests and what they cost
    ("POST",   "/api/v1/service-requests",                          Agent,
        service_requests::create),
    ("GET",    "/api/v1/service-requests/{id}",                     Agent,  service_requests::get),
    ("GET",    "/api/v1/balance",                                   User,   balance::get),
    ("GET",    "/api/v1/usage",                                     User,   usage::list),
    ("GET",    "/api/v1/audit-logs",                                User,   audit_logs::list),
    ("GET",    "/api/v1/approvals",                                 User,   approvals::list),
    ("POST",   "/api/v1/approvals/{id}/approve",                    User,   approvals::approve),
    ("POST",   "/api/v1/approvals/{id}/reject",                     User,   approvals::reject),
    ("GET",    "/api/v1/services",                                  Open,   services::list),
    ("GET",    "/api/v1/healthz",                                   Open,   platform::health),
    ("GET",    "/api/v1/health/readiness",                          Open,   platform::readiness),
    ("GET",    "/api/v1/agent-docs",                                Open,   platform::agent_docs),
    ("GET",    "/api/v1/whoami",                                    User,   platform::whoami),
    // Agents
    ("GET",    "/api/v1/agents",                                    Any,    agents::list),
    ("POST",   "/api/v1/agents",                                    User,   agents::create),
    ("GET",    "/api/v1/agents/health",                             User,   agents::fleet_health),
    ("GET",    "/api/v1/agents/spawn",                              Agent,  spawn::estimate),
    ("POST",   "/api/v1/agents/spawn",                              Agent,  spawn::create),
    ("GET",    "/api/v1/agents/{id}",                               Cookie, agents::get),
    ("PATCH",  "/api/v1/agents/{id}",                               User,   agents::update),
    ("DELETE", "/api/v1/agents/{id}",                               Cookie, agents::delete),
    ("PATCH",  "/api/v1/agents/{id}/key",                           Cookie, agents::reset_key),
    ("POST",   "/api/v1/agents/{id}/clone",                         Cookie, agents::clone_agent),
    ("PATCH",  "/api/v1/agents/{id}/transfer",                      Cookie, agents::transfer),
    ("PATCH",  "/api/v1/agents/{id}/budget",                        Cookie, agents::set_budget),
    ("POST",   "/api/v1/agents/{id}/services",                      Cookie, agents::enable_service),
    ("DELETE", "/api/v1/agents/{id}/services",                      Cookie,
        agents::disable_service),
    ("GET",    "/api/v1/agents/{id}/health",                        User,   agents::health),
    ("GET",    "/api/v1/agents/{id}/activity",                      User,   agents::activity),
    ("GET",    "/api/v1/agents/{id}/skills",                        User,   agents::skills),
    ("DELETE", "/api/v1/agents/{id}/skills",                        Cookie, agents::remove_skill),
    ("POST",   "/api/v1/agents/{id}/delegated-tasks",               Agent,  delegate::create),
    ("GET",    "/api/v1/agents/{id}/delegated-tasks",               Any,    delegate::list),
    ("GET",    "/api/v1/agents/{id}/delegated-tasks/{task}",        Cookie, delegate::get_task),
    ("PATCH",  "/api/v1/agents/{id}/delegated-tasks/{task}",        Cookie, delegate::update_task),
    ("GET",    "/api/v1/delegated-tasks/{task}",                    User,   delegate::reattach),
    ("GET",    "/api/v1/agents/{id}/memories",                      Any,    memory::list),
    ("POST",   "/api/v1/agents/{id}/memories",                      Agent,  memory::create),
    ("GET",    "/api/v1/agents/{id}/memories/graph",                Cookie, memory::graph),
    ("PATCH",  "/api/v1/agents/{id}/memories/{memory}",             Cookie, memory::update),
    ("DELETE", "/api/v1/agents/{id}/memories/{memory}",             Cookie, memory::delete),
    // Workflows
    ("GET",    "/api/v1/workflows",                                 User,   workflows::list),
    ("POST",   "/api/v1/workflows",                                 User,   workflows::create),
    ("GET",    "/api/v1/workflows/from-template",                   User,
        workflows::from_template::list),
    ("POST",   "/api/v1/workflows/from-template",                   User,
        workflows::from_template::create),
    ("GET",    "/api/v1/workflows/{id}",                            User,   workflows::get),
    ("PATCH",  "/api/v1/workflows/{id}",                            User,   workflows::update),
    ("DELETE", "/api/v1/workflows/{id}",                            User,   workflows::delete),
    ("POST",   "/api/v1/workflows/{id}/versions",                   User,
        workflows::create_version),
    ("POST",   "/api/v1/workflows/{id}/versions/{v}/publish",       User,
        workflows::publish_version),
    ("POST",   "/api/v1/workflows/{id}/versions/{v}/unpublish",     User,
        workflows::unpublish_version),
    ("POST",   "/api/v1/workflows/{id}/share",                      User,   workflows::share),
    ("GET",    "/api/v1/workflows/{id}/export",                     User,   workflows::export),
    ("GET",    "/api/v1/workflows/{id}/agents",                     User,
        workflows::agents::list),
    ("POST",   "/api/v1/workflows/{id}/agents",                     User,
        workflows::agents::grant),
    ("DELETE", "/api/v1/workflows/{id}/agents",                     User,
        workflows::agents::revoke),
    ("GET",    "/api/v1/workflows/{id}/runs",                       User,   workflows::runs::list),
    ("POST",   "/api/v1/workflows/{id}/runs",                       User,
        workflows::runs::create),
    ("GET",    "/api/v1/workflows/{id}/runs/{run}",                 User,   workflows::runs::get),
    ("POST",   "/api/v1/workflows/{id}/runs/{run}/cancel",          User,
        workflows::runs::cancel),
    ("POST",   "/api/v1/workflows/{id}/runs/{run}/rerun-failed",    User,
        workflows::runs::rerun_failed),
    ("POST",   "/api/v1/workflows/{id}/runs/{run}/steps/{s}/retry", User,
        workflows::runs::retry_step),
    ("POST",   "/api/v1/workflows/{id}/runs/{run}/steps/{s}/skip",  User,
        workflows::runs::skip_step),
    // Tasks and requests to people
    ("GET",    "/api/v1/scheduled-tasks",                           Cookie, scheduled_tasks::list),
    ("POST",   "/api/v1/scheduled-tasks",                           Cookie,
        scheduled_tasks::create),
    ("GET",    "/api/v1/scheduled-tasks/{id}",                      Cookie, scheduled_tasks::get),
    ("PATCH",  "/api/v1/scheduled-tasks/{id}",                      User,
        scheduled_tasks::update),
    ("DELETE", "/api/v1/scheduled-tasks/{id}",                      User,
        scheduled_tasks::delete),
    ("GET",    "/api/v1/scheduled-tasks/{id}/runs",                 User,   scheduled_tasks::runs),
    ("GET",    "/api/v1/agent-requests",                            User,   agent_requests::list),
    ("POST",   "/api/v1/agent-requests",                            User,   agent_requests::create),
    ("PATCH",  "/api/v1/agent-requests",                            User,
        agent_requests::resolve),
    ("GET",    "/api/v1/human-input",                               User,   human_input::list),
    ("POST",   "/api/v1/human-input/{id}",                          User,   human_input::answer),
    // Rooms, swarms, how everything stands
    ("GET",    "/api/v1/rooms",                                     User,   rooms::list),
    ("POST",   "/api/v1/rooms",                                     User,   rooms::create),
    ("GET",    "/api/v1/rooms/{id}",                                User,   rooms::get),
    ("POST",   "/api/v1/rooms/{id}/messages",                       User,   rooms::post_message),
    ("POST",   "/api/v1/swarms",                                    User,   swarms::create),
    ("GET",    "/api/v1/ops/runs",                                  User,   ops::runs),
    ("GET",    "/api/v1/ops/snapshot",                              User,   ops::snapshot),
    ("POST",   "/api/v1/simulations/policy-check",                  User,
        simulations::policy_check),
    // Chat
    ("GET",    "/api/v1/chat/sessions",                             User,   chat::sessions::list),
    ("POST",   "/api/v1/chat/sessions",                             User,   chat::sessions::create),
    ("DELETE", "/api/v1/chat/sessions",                             User,   chat::sessions::delete),
    ("GET",    "/api/v1/chat/sessions/{id}",                        User,   chat::sessions::get),
    ("POST",   "/api/v1/chat/turn",                                 User,   chat::turn::turn),
    ("POST",   "/api/v1/chat/approvals/{id}",                       Cookie,
        chat::approvals::resolve),
    // Triggers
    ("GET",    "/api/v1/triggers",                                  Cookie, triggers::list),
    ("POST",   "/api/v1/triggers",                                  Cookie, triggers::create),
    ("GET",    "/api/v1/triggers/{id}",                             Cookie, triggers::get),
    ("PATCH",  "/api/v1/triggers/{id}",                             Cookie, triggers::update),
    ("DELETE", "/api/v1/triggers/{id}",                             Cookie, triggers::delete),
    ("POST",   "/api/v1/triggers/{id}/fire",                        Open,   triggers::fire),
    // Storage and knowledge
    ("GET",    "/api/v1/storage/objects",                           User,   storage::list),
    ("POST",   "/api/v1/storage/objects",                           User,   storage::create),
    ("GET",    "/api/v1/storage/objects/{id}",                      User,   storage::get),
    ("DELETE", "/api/v1/storage/objects/{id}",                      User,   storage::delete),
    ("POST",   "/api/v1/storage/objects/{id}/restore",              User,   storage::restore),
    ("POST",   "/api/v1/storage/objects/{id}/confirm",              User,   storage::confirm),
    ("GET",    "/api/v1/storage/objects/{id}/download",             User,   storage::download),
    ("PUT",    "/bucket/{signed}",                                  Open,   storage::put),
    ("GET",    "/bucket/{signed}",                                  Open,   storage::read),
    ("GET",    "/api/v1/knowledge/collections",                     User,   knowledge::list),
    ("POST",   "/api/v1/knowledge/collections",                     User,   knowledge::create),
    ("GET",    "/api/v1/knowledge/collections/{id}",                User,   knowledge::get),
    ("DELETE", "/api/v1/knowledge/collections/{id}",                User,   knowledge::delete),
    ("POST",   "/api/v1/knowledge/collections/{id}/documents",      User,   knowledge::add),
    ("GET",    "/api/v1/knowledge/collections/{id}/documents/{d}",  User,   knowledge::document),
    ("DELETE", "/api/v1/knowledge/collections/{id}/documents/{d}",  User,   knowledge::remove),
    // Teams and workspaces
    ("GET",    "/api/v1/teams",                                     User,   teams::list),
    ("POST",   "/api/v1/teams/switch",                              Cookie, teams::switch),
    ("GET",    "/api/v1/teams/{id}/budget",                         Cookie, teams::budget),
    ("POST",   "/api/v1/teams/{id}/budget/allocate",                Cookie, teams::allocate_budget),
    ("GET",    "/api/v1/teams/{id}/members",                        Cookie, teams::members),
    ("PATCH",  "/api/v1/teams/{id}/members/{member}",               Cookie, teams::update_member),
    ("GET",    "/api/v1/workspaces",                                User,   workspaces::list),
    ("POST",   "/api/v1/workspaces/switch",                         Cookie, workspaces::switch),
    ("POST",   "/api/v1/budget-requests",                           Cookie,
        budget_requests::create),
    ("GET",    "/api/v1/budget-requests",                           Cookie, budget_requests::list),
    ("PATCH",  "/api/v1/budget-requests/{id}",                      Cookie,
        budget_requests::resolve),
    // Devices
    ("POST",   "/api/v1/devices/heartbeat",                         User,   devices::heartbeat),
    ("GET",    "/api/v1/devices/sessions",                          User,   devices::list_sessions),
    ("PATCH",  "/api/v1/devices/sessions/{id}",                     User,
        devices::update_session),
    ("POST",   "/api/v1/devices/sessions/{id}",                     User,   devices::command),
    ("DELETE", "/api/v1/devices/sessions/{id}",                     User,
        devices::delete_session),
    ("POST",   "/api/v1/devices/sessions/{id}/cwd",                 User,   devices::cwd),
    ("PATCH",  "/api/v1/devices/commands/{id}",                     User,
        devices::update_command),
];

/// Answers one request whose path has the prefix.
pub(crate) fn answer(
    store: &Store,
    request: &ReceivedRequest,
    parts: &[Part],
    now: Now,
) -> Response {
    let request_id = request.header("x-request-id").map(str::to_owned);
    let request_id = request_id.unwrap_or_else(|| store.state.lock().ids.request());
    let answer = admit(store, request, parts, now, &request_id);
    let answer = answer
        .unwrap_or_else(|refusal| Refusal::from(refusal).shape(ErrorShape::Upivia, &request_id));
    answer.header(REQUEST_ID, request_id)
}

fn admit(
    store: &Store,
    request: &ReceivedRequest,
    parts: &[Part],
    now: Now,
    request_id: &str,
) -> Result<Response, ApiError> {
    let found = find(&request.method, &request.path);
    let (found, auth) = found.ok_or_else(|| error(404, "not_found", "no such route"))?;
    let workspace = {
        let mut state = store.state.lock();
        timers::run_due(&mut state, &store.settings, now);
        auth::admit(&state.upivia, &store.settings.upivia, request, auth)?
    };
    let is_json = request.media_type().as_deref() == Some("application/json");
    let body: &[u8] = &request.body;
    if is_json && !body.is_empty() && serde_json::from_slice::<Value>(body).is_err() {
        return Err(error(400, "invalid_request", "the body is not valid JSON"));
    }
    Ok(handle(store, request, parts, &workspace, now, found, request_id))
}

/// Whether there is such a route.
pub(crate) fn has_route(method: &str, path: &str) -> bool {
    find(method, path).is_some()
}

fn find(method: &str, path: &str) -> Option<(MatchedRoute, Auth)> {
    let path = without_prefix(path)?;
    ROWS.iter().filter(|row| row.0 == method).find_map(|&(_, pattern, auth, handler)| {
        let parameters = match_path(pattern, path)?;
        Some((MatchedRoute { error_shape: ErrorShape::Upivia, handler, parameters }, auth))
    })
}

/// Every route, as method and pattern.
pub(crate) fn all() -> Vec<(&'static str, &'static str)> {
    ROWS.iter().map(|row| (row.0, row.1)).collect()
}
