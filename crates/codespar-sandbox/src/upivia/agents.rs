//! Agents: their keys, budgets, services and skills.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::{ApiError, error},
        json_object::{Fields, issue},
        request::{Call, Outcome},
        response::Answer,
    },
    store::{
        json::{matches, part, set, text},
        upivia::AgentKey,
    },
    upivia::resource,
};

/// What a new agent may spend in a month, in cents, when nothing is said.
const BUDGET_CENTS: i64 = 5_000;

/// `GET /agents`; those the chat owns are left out.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let agents = resource::some(&call.state.upivia.agents, call.project, is_public);
    Ok(Answer::ok(json!({ "agents": agents })))
}

fn is_public(row: &Value) -> bool {
    part(row, "protected") != true
}

/// `POST /agents`
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    body.text("name")?;
    let budget = body.maybe_integer("budget_cents")?.unwrap_or(BUDGET_CENTS);
    let (agent, key) = made(call, &body, json!({ "monthly_budget_cents": budget }));
    Ok(Answer::created(json!({ "agent": agent, "api_key": key })))
}

/// Makes an agent and its key.
pub(crate) fn made(call: &mut Call<'_>, body: &Fields, fixed: Value) -> (Value, String) {
    let mut row = resource::draw(call, "agt", body, fixed);
    set(&mut row, "status", "active");
    set(&mut row, "monthly_spent_cents", 0);
    set(&mut row, "protected", false);
    let key = new_key(call, text(&row, "id"));
    (resource::keep(&mut call.state.upivia.agents, call.project, row), key)
}

/// Gives an agent a new key; its old one is of no use any more.
fn new_key(call: &mut Call<'_>, agent: &str) -> String {
    let key = format!("agent_key_test_{:032}", call.state.ids.number());
    let keys = &mut call.state.upivia.keys;
    keys.retain(|known| known.agent != agent);
    keys.push(AgentKey {
        key: key.clone(),
        agent: agent.to_owned(),
        workspace: call.project.to_owned(),
    });
    key
}

/// `GET /agents/{id}`
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let agent = found(call)?;
    Ok(Answer::ok(json!({ "agent": agent, "services": bindings(call) })))
}

/// `PATCH /agents/{id}`
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let fixed = ["protected", "monthly_spent_cents", "monthly_budget_cents", "created_at"];
    change(call, |row| resource::merge(row, &body, &fixed))
}

fn change(call: &mut Call<'_>, how: impl FnOnce(&mut Value)) -> Outcome {
    let id = call.id().to_owned();
    let row = resource::find_mut(&mut call.state.upivia.agents, call.project, &id)?;
    how(row);
    Ok(Answer::ok(json!({ "agent": row })))
}

/// `DELETE /agents/{id}`; the agent of the chat stays.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    if !is_public(found(call)?) {
        let message = "agents owned by the chat cannot be deleted";
        return Err(error(409, "agent_protected", message).into());
    }
    let id = call.id().to_owned();
    call.state.upivia.keys.retain(|known| known.agent != id);
    call.state.upivia.agents.remove(call.project, &id);
    Ok(resource::fine())
}

/// `PATCH /agents/{id}/key`
pub(crate) fn reset_key(call: &mut Call<'_>) -> Outcome {
    if call.body()?.maybe_bool("confirm")? != Some(true) {
        return Err(issue("confirm", "must be true").into());
    }
    found(call)?;
    let id = call.id().to_owned();
    Ok(Answer::ok(json!({ "api_key": new_key(call, &id) })))
}

/// `POST /agents/{id}/clone`
pub(crate) fn copy(call: &mut Call<'_>) -> Outcome {
    let body = call.maybe_body()?;
    let mut original = Fields::of(found(call)?).value();
    resource::merge(&mut original, &body, &[]);
    let services = bindings(call);
    let (agent, key) = made(call, &Fields::of(&original), json!({}));
    for mut row in services {
        set(&mut row, "agent_id", part(&agent, "id").clone());
        bind(call, row);
    }
    Ok(Answer::created(json!({ "agent": agent, "api_key": key })))
}

/// `PATCH /agents/{id}/transfer`
pub(crate) fn transfer(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let id = call.id().to_owned();
    let row = resource::find_mut(&mut call.state.upivia.agents, call.project, &id)?;
    resource::merge(row, &body, &["protected"]);
    let agent = row.clone();
    Ok(Answer::ok(json!({ "agent": agent, "api_key": new_key(call, &id) })))
}

/// `PATCH /agents/{id}/budget`
pub(crate) fn set_budget(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let cents = body.integer("monthly_budget_cents")?;
    if cents < 0 {
        return Err(issue("monthly_budget_cents", "must not be negative").into());
    }
    change(call, |row| set(row, "monthly_budget_cents", cents))
}

/// `POST /agents/{id}/services`: one binding per operation, the last one counts.
pub(crate) fn enable_service(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let service = body.text("service_id")?.to_owned();
    found(call)?;
    let mut row = body.value();
    set(&mut row, "agent_id", call.id());
    let operation = part(&row, "operation").clone();
    let same = |known: &Value| {
        text(known, "agent_id") == call.id()
            && text(known, "service_id") == service
            && *part(known, "operation") == operation
    };
    let earlier = resource::some(&call.state.upivia.bindings, call.project, same);
    unbind(call, &earlier);
    bind(call, row);
    Ok(resource::fine())
}

/// `DELETE /agents/{id}/services`
pub(crate) fn disable_service(call: &mut Call<'_>) -> Outcome {
    let service = resource::wanted(call, "service_id")?.to_owned();
    found(call)?;
    let of_service: Vec<Value> =
        bindings(call).into_iter().filter(|row| text(row, "service_id") == service).collect();
    unbind(call, &of_service);
    Ok(resource::fine())
}

fn bind(call: &mut Call<'_>, mut row: Value) {
    set(&mut row, "id", call.state.ids.with("bnd"));
    resource::keep(&mut call.state.upivia.bindings, call.project, row);
}

fn unbind(call: &mut Call<'_>, bindings: &[Value]) {
    for row in bindings {
        call.state.upivia.bindings.remove(call.project, text(row, "id"));
    }
}

fn bindings(call: &Call<'_>) -> Vec<Value> {
    let mine = |row: &Value| text(row, "agent_id") == call.id();
    resource::some(&call.state.upivia.bindings, call.project, mine)
}

fn found<'a>(call: &'a Call<'_>) -> Result<&'a Value, ApiError> {
    resource::find(&call.state.upivia.agents, call.project, call.id())
}

/// `GET /agents/{id}/health`
pub(crate) fn health(call: &mut Call<'_>) -> Outcome {
    found(call)?;
    let (class, rate) = class(call, call.id());
    Ok(Answer::ok(json!({ "status": class, "error_rate": rate })))
}

/// `GET /agents/health`
pub(crate) fn fleet_health(call: &mut Call<'_>) -> Outcome {
    let mut body = json!({ "healthy": 0, "degraded": 0, "failing": 0, "idle": 0 });
    for row in call.state.upivia.agents.list(call.project).filter(|row| is_public(row)) {
        let (class, _) = class(call, text(row, "id"));
        let count = part(&body, class).as_i64().unwrap_or_default();
        set(&mut body, class, count + 1);
    }
    Ok(Answer::ok(body))
}

/// How an agent fares, and what part of its requests has failed.
#[allow(clippy::cast_precision_loss)] // counts of requests
fn class(call: &Call<'_>, agent: &str) -> (&'static str, f64) {
    let requests = call
        .state
        .upivia
        .requests
        .iter()
        .filter(|request| request.order.agent == agent && request.workspace == call.project);
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
pub(crate) fn skills(call: &mut Call<'_>) -> Outcome {
    found(call)?;
    let granted = |row: &&Value| text(row, "agent_id") == call.id();
    let workflows = call.state.upivia.grants.list(call.project).filter(granted);
    let mut skills: Vec<Value> = workflows
        .map(|row| json!({ "kind": "workflow", "id": part(row, "workflow_id") }))
        .collect();
    let services = bindings(call);
    let service = |row: &Value| json!({ "kind": "service", "id": part(row, "service_id") });
    skills.extend(services.iter().map(service));
    Ok(Answer::ok(json!({ "skills": skills })))
}

/// `DELETE /agents/{id}/skills`: takes a workflow away.
pub(crate) fn remove_skill(call: &mut Call<'_>) -> Outcome {
    let workflow = resource::wanted(call, "workflow_id")?.to_owned();
    found(call)?;
    let id = grant_id(&workflow, call.id());
    call.state.upivia.grants.remove(call.project, &id).ok_or_else(resource::missing)?;
    Ok(resource::fine())
}

/// The id under which a grant is kept.
pub(crate) fn grant_id(workflow: &str, agent: &str) -> String {
    format!("{workflow}/{agent}")
}

/// `GET /agents/{id}/activity`, whose cursor is spelled its own way.
pub(crate) fn activity(call: &mut Call<'_>) -> Outcome {
    let books = &call.state.upivia;
    resource::find(&books.agents, call.project, call.id())?;
    let logs = resource::some(&books.logs, call.project, |row| {
        text(row, "agent_id") == call.id() && matches(row, "event_type", call.query("type"))
    });
    let tasks =
        resource::some(&books.tasks, call.project, |row| text(row, "parent_agent_id") == call.id());
    let (logs, next) = resource::page(call, logs)?;
    let more = next.is_some();
    let mut body =
        json!({ "logs": logs, "delegations": tasks, "nextCursor": next, "hasMore": more });
    if call.query("verify") == Some("1") {
        set(&mut body, "verified", true);
    }
    Ok(Answer::ok(body))
}
