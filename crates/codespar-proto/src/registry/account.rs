//! Operations of a client around sessions and money: catalog, connections, projects, webhooks,
//! and requests to any route.

use std::collections::BTreeMap;

use codespar_engine::{Json, Page, Sensitive};
use serde::Serialize;

use crate::{
    api::{
        api_keys::CreateApiKey,
        connections::{CreateConnection, ListConnections, StartConnection},
        projects::{CreateProject, UpdateProject},
        providers::ListProviders,
        sessions::ListSessions,
        tool_calls::ListToolCalls,
        tools::{PlanRoute, SearchTools},
        webhook_endpoints::{
            CreateWebhookEndpoint, ListWebhookEndpoints, UpdateWebhookEndpoint, WebhookStatus,
            deliveries::TestFire,
        },
    },
    types::ids::ToolCallId,
};

operations! {
    Client client;

    "client.whoami" {} => client.whoami();
    "client.health" {} => client.health();
    "client.organization" { organization_id: String } => client.organization(&organization_id);
    "client.openapi" {} => client.openapi();
    "client.manifest" {} => client.manifest();
    "client.request" {
        method: String,
        path: String,
        query: Option<BTreeMap<String, Json>>,
        body: Option<Json>,
        headers: Option<BTreeMap<String, String>>,
    } => {
        let mut request = client.request(method, path);
        if let Some(query) = query {
            request = request.query(&query);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        for (name, value) in headers.unwrap_or_default() {
            request = request.header(&name, &value);
        }
        request.json_value()
    };

    "sessions.list" (args: ListSessions) => client.sessions().list(&args);
    "sessions.list_page" (args: ListSessions) => client.sessions().list_page(&args).map(Rows::from);
    "sessions.get" { session_id: String } => client.sessions().get(&session_id);
    "tool_calls.list" (args: ListToolCalls) => client.tool_calls().list(&args);
    "tool_calls.list_page" (args: ListToolCalls) => client.tool_calls().list_page(&args).map(Rows::from);
    "tool_calls.count" (args: ListToolCalls) => client.tool_calls().count(&args);
    "tool_calls.get" { tool_call_id: ToolCallId } => client.tool_calls().get(&tool_call_id);

    "providers.list" (args: ListProviders) => client.providers().list(&args);
    "providers.get" { provider: String } => client.providers().get(&provider);
    "providers.auth_schema" { provider: String } => client.providers().auth_schema(&provider);
    "providers.verify_connection" { provider: String } =>
        client.providers().verify_connection(&provider);
    "tools.search" (args: SearchTools) => client.tools().search(&args);
    "tools.plan" (args: PlanRoute) => client.tools().plan(&args);
    "tools.meta" {} => client.tools().meta();

    "connections.list" (args: ListConnections) => client.connections().list(&args);
    "connections.start" (args: StartConnection) => client.connections().start(&args);
    "connections.create" (args: CreateConnection) => client.connections().create(&args);
    "connections.get" { connection_id: String } => client.connections().get(&connection_id);
    "connections.update_metadata" { connection_id: String, connection_metadata: Json } =>
        client.connections().update_metadata(&connection_id, &connection_metadata);
    "connections.revoke" { connection_id: String } => client.connections().revoke(&connection_id);
    "connections.delete" { connection_id: String } => client.connections().delete(&connection_id);
    "connections.set_webhook_secret" { connection_id: String, secret: Sensitive } =>
        client.connections().set_webhook_secret(&connection_id, secret);

    "projects.list" {} => client.projects().list();
    "projects.create" (args: CreateProject) => client.projects().create(&args);
    "projects.get" { project_id: String } => client.projects().get(&project_id);
    "projects.update" {
        project_id: String,
        name: Option<String>,
        slug: Option<String>,
        is_default: Option<bool>,
    } => client.projects().update(&project_id, &UpdateProject { name, slug, is_default });
    "projects.delete" { project_id: String } => client.projects().delete(&project_id);
    "projects.settings" { project_id: String } => client.projects().settings(&project_id);
    "projects.update_settings" { project_id: String, settings: Json } =>
        client.projects().update_settings(&project_id, &settings);
    "projects.settings_history" { project_id: String } =>
        client.projects().settings_history(&project_id);
    "api_keys.create" (args: CreateApiKey) => client.api_keys().create(&args);
    "api_keys.list" {} => client.api_keys().list();

    "webhook_endpoints.create" (args: CreateWebhookEndpoint) =>
        client.webhook_endpoints().create(&args);
    "webhook_endpoints.list" (args: ListWebhookEndpoints) => client.webhook_endpoints().list(&args);
    "webhook_endpoints.list_page" (args: ListWebhookEndpoints) =>
        client.webhook_endpoints().list_page(&args).map(Rows::from);
    "webhook_endpoints.get" { endpoint_id: String } =>
        client.webhook_endpoints().get(&endpoint_id);
    "webhook_endpoints.update" {
        endpoint_id: String,
        name: Option<String>,
        webhook_url: Option<String>,
        status: Option<WebhookStatus>,
    } => {
        let args = UpdateWebhookEndpoint { name, webhook_url, status };
        client.webhook_endpoints().update(&endpoint_id, &args)
    };
    "webhook_endpoints.delete" { endpoint_id: String } =>
        client.webhook_endpoints().delete(&endpoint_id);
    "webhook_endpoints.rotate_secret" { endpoint_id: String } =>
        client.webhook_endpoints().rotate_secret(&endpoint_id);
    "webhook_endpoints.test_fire" {
        endpoint_id: String,
        event_type: Option<String>,
        payload: Option<Json>,
    } => client.webhook_endpoints().test_fire(&endpoint_id, &TestFire { event_type, payload });
    "webhook_endpoints.deliveries" { endpoint_id: String, limit: Option<u32> } =>
        client.webhook_endpoints().deliveries(&endpoint_id, limit);
    "webhook_endpoints.delivery" { endpoint_id: String, delivery_id: String } =>
        client.webhook_endpoints().delivery(&endpoint_id, &delivery_id);
    "webhook_endpoints.dlq" { endpoint_id: String } =>
        client.webhook_endpoints().dlq(&endpoint_id);
    "webhook_endpoints.retry_pending" {} => client.webhook_endpoints().retry_pending();
    "webhook_endpoints.redeliver" { delivery_id: String } =>
        client.webhook_endpoints().redeliver(&delivery_id);
    "events.replay" { event_id: String, endpoint_id: Option<String> } =>
        client.events().replay(&event_id, endpoint_id.as_deref());
}

/// One page as JSON.
#[derive(Serialize)]
pub(super) struct Rows<I> {
    items: Vec<I>,
    next: Option<String>,
}

impl<I> From<Page<I>> for Rows<I> {
    fn from(page: Page<I>) -> Self {
        Self { items: page.items, next: page.next }
    }
}
