//! What is governed: policies, agents, the organization, and what they do to payments.

mod account_applications;
mod agents;
mod attempts;
mod audit_events;
mod bank_consents;
mod cards;
mod devolutions;
mod doors;
mod envelopes;
mod facilitator;
mod organizations;
mod policies;
mod terms;
mod unanswered;

use serde_json::{Value, json};

use crate::support::{Bench, Reply};

/// The only organization there is.
const ORG: &str = "/v1/orgs/org_sandbox";

fn spend(bench: &Bench, mandate: &str, attempt: &str, minor: i64) -> Reply {
    spend_with(bench, mandate, json!({ "attempt_id": attempt, "amount_minor": minor }))
}

/// Pays with these members and a payee.
fn spend_with(bench: &Bench, mandate: &str, mut body: Value) -> Reply {
    body["payee"] = json!("a@b.test");
    bench.post(&format!("/v1/consumers/mandates/{mandate}/spend"), body)
}

/// Status and code of a refusal, nested or flat.
fn refused(reply: &Reply) -> (u16, String) {
    let error = &reply.body["error"];
    let code = error.as_str().or_else(|| error["code"].as_str());
    (reply.status, code.unwrap_or_default().to_owned())
}

fn is(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// What the audit trail has seen, newest first.
fn trail(bench: &Bench) -> Vec<String> {
    let events = bench.get("/v1/audit-events?limit=200").body["events"].clone();
    events.as_array().unwrap().iter().map(|event| text(&event["event_type"])).collect()
}
