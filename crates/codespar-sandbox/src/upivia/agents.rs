//! Agents: their keys, budgets, services and skills.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::{ApiError, error},
        json_object::{JsonObject, issue},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        json::{matches, member, set, text},
        upivia::{AgentKey, TEAM},
    },
    upivia::resource,
};

/// What a new agent may spend in a month, in cents, when nothing is said.
const BUDGET_CENTS: i64 = 5_000;

/// `GET /agents`; those the chat owns are left out. Who is in no team is in the first.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let team = |row: &Value| member(row, "team_id").as_str().unwrap_or(TEAM).to_owned();
    let fits = |row: &Value| {
        is_public(row) && req.query("team_id").is_none_or(|wanted| wanted == team(row))
    };
    let agents = resource::filter(&req.state.upivia.agents, req.project, fits);
    Ok(Response::ok(json!({ "agents": agents })))
}

fn is_public(row: &Value) -> bool {
    member(row, "protected") != true
}

/// `POST /agents`
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    body.text("name")?;
    let budget = body.maybe_integer("budget_cents")?.unwrap_or(BUDGET_CENTS);
    let (agent, key) = create_with_key(req, &body, json!({ "monthly_budget_cents": budget }));
    Ok(Response::created(json!({ "agent": agent, "api_key": key })))
}

/// Makes an agent and its key.
pub(crate) fn create_with_key(
    req: &mut Request<'_>,
    body: &JsonObject,
    fixed: Value,
) -> (Value, String) {
    let mut row = resource::new_row(req, "agt", body, fixed);
    set(&mut row, "status", "active");
    set(&mut row, "monthly_spent_cents", 0);
    set(&mut row, "protected", false);
    let key = new_key(req, text(&row, "id"));
    (resource::insert(&mut req.state.upivia.agents, req.project, row), key)
}

/// Gives an agent a new key; its old one is of no use any more.
fn new_key(req: &mut Request<'_>, agent: &str) -> String {
    let key = format!("agent_key_test_{:032}", req.state.ids.number());
    let keys = &mut req.state.upivia.keys;
    keys.retain(|known| known.agent != agent);
    keys.push(AgentKey {
        key: key.clone(),
        agent: agent.to_owned(),
        workspace: req.project.to_owned(),
    });
    key
}

/// `GET /agents/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let agent = in_path(req)?;
    Ok(Response::ok(json!({ "agent": agent, "services": bindings(req) })))
}

/// `PATCH /agents/{id}`
pub(crate) fn update(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let fixed = ["protected", "monthly_spent_cents", "monthly_budget_cents", "created_at"];
    change(req, |row| resource::merge(row, &body, &fixed))
}

fn change(req: &mut Request<'_>, how: impl FnOnce(&mut Value)) -> HandlerResult {
    let id = req.id().to_owned();
    let row = resource::find_mut(&mut req.state.upivia.agents, req.project, &id)?;
    how(row);
    Ok(Response::ok(json!({ "agent": row })))
}

/// `DELETE /agents/{id}`; the agent of the chat stays.
pub(crate) fn delete(req: &mut Request<'_>) -> HandlerResult {
    if !is_public(in_path(req)?) {
        let message = "agents owned by the chat cannot be deleted";
        return Err(error(409, "agent_protected", message).into());
    }
    let id = req.id().to_owned();
    req.state.upivia.keys.retain(|known| known.agent != id);
    req.state.upivia.agents.remove(req.project, &id);
    Ok(resource::ok())
}

/// `PATCH /agents/{id}/key`
pub(crate) fn reset_key(req: &mut Request<'_>) -> HandlerResult {
    if req.body()?.maybe_bool("confirm")? != Some(true) {
        return Err(issue("confirm", "must be true").into());
    }
    in_path(req)?;
    let id = req.id().to_owned();
    Ok(Response::ok(json!({ "api_key": new_key(req, &id) })))
}

/// `POST /agents/{id}/clone`
pub(crate) fn clone_agent(req: &mut Request<'_>) -> HandlerResult {
    let body = req.maybe_body()?;
    let mut original = JsonObject::of(in_path(req)?).value();
    resource::merge(&mut original, &body, &[]);
    let services = bindings(req);
    let (agent, key) = create_with_key(req, &JsonObject::of(&original), json!({}));
    for mut row in services {
        set(&mut row, "agent_id", member(&agent, "id").clone());
        bind(req, row);
    }
    Ok(Response::created(json!({ "agent": agent, "api_key": key })))
}

/// `PATCH /agents/{id}/transfer`
pub(crate) fn transfer(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let id = req.id().to_owned();
    let row = resource::find_mut(&mut req.state.upivia.agents, req.project, &id)?;
    resource::merge(row, &body, &["protected"]);
    let agent = row.clone();
    Ok(Response::ok(json!({ "agent": agent, "api_key": new_key(req, &id) })))
}

/// `PATCH /agents/{id}/budget`
pub(crate) fn set_budget(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let cents = body.integer("monthly_budget_cents")?;
    if cents < 0 {
        return Err(issue("monthly_budget_cents", "must not be negative").into());
    }
    change(req, |row| set(row, "monthly_budget_cents", cents))
}

/// `POST /agents/{id}/services`: one binding per operation, the last one counts.
pub(crate) fn enable_service(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let service = body.text("service_id")?.to_owned();
    in_path(req)?;
    let mut row = body.value();
    set(&mut row, "agent_id", req.id());
    let operation = member(&row, "operation").clone();
    let same = |known: &Value| {
        text(known, "agent_id") == req.id()
            && text(known, "service_id") == service
            && *member(known, "operation") == operation
    };
    let earlier = resource::filter(&req.state.upivia.bindings, req.project, same);
    unbind(req, &earlier);
    bind(req, row);
    Ok(resource::ok())
}

/// `DELETE /agents/{id}/services`
pub(crate) fn disable_service(req: &mut Request<'_>) -> HandlerResult {
    let service = resource::required_query(req, "service_id")?.to_owned();
    in_path(req)?;
    let of_service: Vec<Value> =
        bindings(req).into_iter().filter(|row| text(row, "service_id") == service).collect();
    unbind(req, &of_service);
    Ok(resource::ok())
}

fn bind(req: &mut Request<'_>, mut row: Value) {
    set(&mut row, "id", req.state.ids.with("bnd"));
    resource::insert(&mut req.state.upivia.bindings, req.project, row);
}

fn unbind(req: &mut Request<'_>, bindings: &[Value]) {
    for row in bindings {
        req.state.upivia.bindings.remove(req.project, text(row, "id"));
    }
}

fn bindings(req: &Request<'_>) -> Vec<Value> {
    let mine = |row: &Value| text(row, "agent_id") == req.id();
    resource::filter(&req.state.upivia.bindings, req.project, mine)
}

fn in_path<'a>(req: &'a Request<'_>) -> Result<&'a Value, ApiError> {
    resource::find(&req.state.upivia.agents, req.project, req.id())
}

/// `GET /agents/{id}/health`
pub(crate) fn health(req: &mut Request<'_>) -> HandlerResult {
    in_path(req)?;
    let (class, rate) = class(req, req.id());
    Ok(Response::ok(json!({ "status": class, "error_rate": rate })))
}

/// `GET /agents/health`
pub(crate) fn fleet_health(req: &mut Request<'_>) -> HandlerResult {
    let mut body = json!({ "healthy": 0, "degraded": 0, "failing": 0, "idle": 0 });
    for row in req.state.upivia.agents.list(req.project).filter(|row| is_public(row)) {
        let (class, _) = class(req, text(row, "id"));
        let count = member(&body, class).as_i64().unwrap_or_default();
        set(&mut body, class, count + 1);
    }
    Ok(Response::ok(body))
}

/// How an agent fares, and what part of its requests has failed.
#[allow(clippy::cast_precision_loss)] // counts of requests
fn class(req: &Request<'_>, agent: &str) -> (&'static str, f64) {
    let requests = req
        .state
        .upivia
        .requests
        .iter()
        .filter(|request| request.call.agent == agent && request.workspace == req.project);
    let (mut all, mut failed) = (0_usize, 0_usize);
    for request in requests {
        all += 1;
        failed += usize::from(text(&request.outcome, "status") == "failed");
    }
    let rate = failed as f64 / all.max(1) as f64;
    match (all, failed) {
        (0, _) => ("idle", rate),
        (_, 0) => ("healthy", rate),
        _ if rate < 0.5 => ("degraded", rate),
        _ => ("failing", rate),
    }
}

/// `GET /agents/{id}/skills`
pub(crate) fn skills(req: &mut Request<'_>) -> HandlerResult {
    in_path(req)?;
    let granted = |row: &&Value| text(row, "agent_id") == req.id();
    let workflows = req.state.upivia.grants.list(req.project).filter(granted);
    let mut skills: Vec<Value> = workflows
        .map(|row| json!({ "kind": "workflow", "id": member(row, "workflow_id") }))
        .collect();
    let services = bindings(req);
    let service = |row: &Value| json!({ "kind": "service", "id": member(row, "service_id") });
    skills.extend(services.iter().map(service));
    Ok(Response::ok(json!({ "skills": skills })))
}

/// `DELETE /agents/{id}/skills`: takes a workflow away.
pub(crate) fn remove_skill(req: &mut Request<'_>) -> HandlerResult {
    let workflow = resource::required_query(req, "workflow_id")?.to_owned();
    in_path(req)?;
    let id = grant_id(&workflow, req.id());
    req.state.upivia.grants.remove(req.project, &id).ok_or_else(resource::missing)?;
    Ok(resource::ok())
}

/// The id under which a grant is kept.
pub(crate) fn grant_id(workflow: &str, agent: &str) -> String {
    format!("{workflow}/{agent}")
}

/// `GET /agents/{id}/activity`, whose cursor is spelled its own way.
pub(crate) fn activity(req: &mut Request<'_>) -> HandlerResult {
    let upivia = &req.state.upivia;
    resource::find(&upivia.agents, req.project, req.id())?;
    let logs = resource::filter(&upivia.logs, req.project, |row| {
        text(row, "agent_id") == req.id() && matches(row, "event_type", req.query("type"))
    });
    let tasks = resource::filter(&upivia.tasks, req.project, |row| {
        text(row, "parent_agent_id") == req.id()
    });
    let (logs, next) = resource::page(req, logs)?;
    let more = next.is_some();
    let mut body =
        json!({ "logs": logs, "delegations": tasks, "nextCursor": next, "hasMore": more });
    if req.query("verify") == Some("1") {
        set(&mut body, "verified", true);
    }
    Ok(Response::ok(body))
}
