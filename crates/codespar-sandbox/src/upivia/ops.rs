//! How everything stands: runs of all workflows, what blocks, what is spent.

use serde_json::{Value, json};

use crate::{
    server::{
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        json::{matches, member, text},
        table::Table,
    },
    upivia::resource,
};

/// `GET /ops/runs`: the latest, of all workflows.
pub(crate) fn runs(req: &mut Request<'_>) -> HandlerResult {
    let most = resource::limit(req)?;
    let upivia = &req.state.upivia;
    let fits = |row: &Value| matches(row, "status", req.query("status"));
    let told = |row: &Value| {
        let workflow = upivia.workflows.find(req.project, text(row, "workflow_id"));
        json!({
            "id": member(row, "id"),
            "workflow_id": member(row, "workflow_id"),
            "workflow_name": workflow.map(|workflow| member(workflow, "name")),
            "status": member(row, "status"),
            "triggered_by_type": "user",
            "error": member(row, "error"),
            "created_at": member(row, "created_at"),
        })
    };
    let runs = upivia.runs.list(req.project).filter(|row| fits(row)).take(most);
    let runs: Vec<Value> = runs.map(told).collect();
    Ok(Response::ok(json!({ "runs": runs })))
}

/// `GET /ops/snapshot`
pub(crate) fn snapshot(req: &mut Request<'_>) -> HandlerResult {
    let upivia = &req.state.upivia;
    let count = |table: &Table, stands: &[&str]| {
        table.list(req.project).filter(|row| stands.contains(&text(row, "status"))).count()
    };
    let spent: i64 =
        upivia.usage.list(req.project).filter_map(|row| member(row, "cost_cents").as_i64()).sum();
    Ok(Response::ok(json!({
        "fleet": {
            "agents_active": count(&upivia.agents, &["active"]),
            "agents_total": upivia.agents.list(req.project).count(),
            "rooms_active": count(&upivia.rooms, &["active"]),
            "workflow_runs_running": count(&upivia.runs, &["pending", "running"]),
            "workflow_runs_paused": count(&upivia.runs, &["paused", "waiting_approval"]),
        },
        "blockers": {
            "pending_approvals": count(&upivia.approvals, &["pending"]),
            "pending_human_inputs": count(&upivia.human_inputs, &["pending"]),
            "active_incidents": 0,
        },
        "spend": {
            "balance_cents": upivia.balances.get(req.project),
            "month_spend_cents": spent,
            "forecast_month_cents": spent,
            "days_until_balance_exhausted": null,
        },
        "automation": {
            "scheduler_leases": [
                { "subsystem": "scheduled_tasks", "healthy": true, "heartbeat_age_s": 0 },
            ],
        },
    })))
}
