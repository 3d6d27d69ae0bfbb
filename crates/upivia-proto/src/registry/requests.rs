//! Service requests, and what they cost and leave behind.

use codespar_engine::{Call, driver::Transport};

use crate::{
    api::{
        audit_logs::AuditLogQuery,
        service_requests::{Requested, ServiceRequest},
        usage::UsageQuery,
    },
    registry::start::wait,
    types::object::Object,
};

operations! {
    client;

    "service_requests.create" {
        service: String, operation: String, payload: Object, metadata: Option<Object>,
        idempotency_key: Option<String>,
    } => with_key(
        client.service_requests().create(&request(service, operation, payload, metadata)),
        idempotency_key,
    );
    "service_requests.get" { request_id: String } => client.service_requests().get(&request_id);
    "service_requests.create_and_wait" {
        service: String, operation: String, payload: Object, metadata: Option<Object>,
        idempotency_key: Option<String>, poll_interval: Option<f64>, timeout: Option<f64>,
    } => with_key(
        client.service_requests().create_and_wait(
            &request(service, operation, payload, metadata),
            wait(poll_interval, timeout)?,
        ),
        idempotency_key,
    );
    "balance.get" { team_id: Option<String> } => match &team_id {
        Some(team) => client.balance().of_team(team),
        None => client.balance().get(),
    };
    "usage.list" (query: UsageQuery) => client.usage().list(&query);
    "approvals.list" {} => client.approvals().list();
    "approvals.approve" { approval_id: String } => client.approvals().approve(&approval_id);
    "approvals.reject" { approval_id: String } => client.approvals().reject(&approval_id);
    "audit_logs.list" (query: AuditLogQuery) => client.audit_logs().list_page(&query);
    "audit_logs.iter" (query: AuditLogQuery) => client.audit_logs().list(&query);
    "budget_check.check" { agent_id: String } => client.budget_check().check(&agent_id);
    "services.list" {} => client.services().list();
    "platform.health" {} => client.platform().health();
    "platform.readiness" {} => client.platform().readiness();
    "platform.agent_docs" {} => client.platform().agent_docs();
}

fn request(
    service: String,
    operation: String,
    payload: Object,
    metadata: Option<Object>,
) -> ServiceRequest {
    ServiceRequest { service, operation, payload, metadata }
}

/// The call under the caller's idempotency key, where there is one.
fn with_key<T: Transport>(call: Call<T, Requested>, key: Option<String>) -> Call<T, Requested> {
    match key {
        Some(key) => call.idempotency_key(key),
        None => call,
    }
}
