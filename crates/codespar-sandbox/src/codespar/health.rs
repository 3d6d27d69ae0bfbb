//! How the server is, and how it has been: `/v1/health`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    codespar::{calendar, catalog},
    server::{
        errors::error,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::set,
};

/// `GET /v1/health`: always well; each look is remembered.
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    req.state.selling.health.push(calendar::text(calendar::day(req.now.wall)));
    let connected = req.state.connections.list(req.project).count();
    let servers = catalog::all(req.settings).count();
    let well = |more: Value| {
        let mut check = json!({ "state": "healthy", "required": true, "reason": "ok" });
        if let (Some(check), Value::Object(more)) = (check.as_object_mut(), more) {
            check.extend(more);
        }
        check
    };
    Ok(Response::ok(json!({
        "status": "healthy",
        "attention": { "failures": [], "pending_configuration": [] },
        "checks": {
            "db": well(json!({ "ok": true, "latency_ms": 0 })),
            "vault": well(json!({ "ok": true })),
            "tool_catalog": well(json!({ "tools": servers })),
            "connections": well(json!({
                "connected": connected,
                "total_servers": servers,
                "status": if connected == 0 { "none" } else { "partial" },
            })),
        },
        "metrics": {
            "recurrence_instruction_alarms": { "status": "ok", "open": 0, "kinds": {} },
        },
        "schema_version": { "latest": "none", "applied_at": null },
        "observed_at": req.now.rfc3339(),
    })))
}

/// `GET /v1/health/history`: days on which nobody looked are not in it.
pub(crate) fn history(req: &mut Request<'_>) -> HandlerResult {
    let days = req.query("days").map_or(Some(30), |days| days.parse::<i64>().ok());
    let days = days.filter(|days| (1..=30).contains(days));
    let days = days.ok_or_else(|| error(400, "invalid_query", "1 to 30 days"))?;
    let today = calendar::day(req.now.wall);
    let from = calendar::text(calendar::after(today, 1 - days));
    let mut looks: BTreeMap<&str, u64> = BTreeMap::new();
    for day in req.state.selling.health.iter().filter(|day| **day >= from) {
        *looks.entry(day).or_default() += 1;
    }
    let points: Vec<Value> = looks
        .iter()
        .map(|(day, samples)| json!({ "day": day, "uptime": 1, "samples": samples }))
        .collect();
    let mut checks = json!({});
    if !points.is_empty() {
        for check in ["db", "vault", "tool_catalog", "connections"] {
            set(&mut checks, check, points.clone());
        }
    }
    Ok(Response::ok(json!({
        "days": days,
        "from": from,
        "to": calendar::text(today),
        "checks": checks,
        "overall": points,
    })))
}
