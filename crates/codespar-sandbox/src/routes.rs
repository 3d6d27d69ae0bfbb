//! Which route is answered by what, and in which shape it reports errors.

use http::HeaderName;
use http::header::{CONNECTION, WWW_AUTHENTICATE};
use percent_encoding::percent_decode_str;
use serde_json::json;

use crate::account::{self, DEFAULT_PROJECT};
use crate::answer::Answer;
use crate::builder::{Dialect, Settings};
use crate::call::{Call, Outcome, Part};
use crate::errors::Envelope::{self, Loose, Nested, Prose, Worded};
use crate::errors::{Refusal, error, framework, no_route};
use crate::fields::is_project_id;
use crate::recorded::ReceivedRequest;
use crate::server::Shared;
use crate::time::Now;
use crate::{
    agents, catalog, charges, connections, consents, consumers, deliveries, execute, mandates,
    payables, pix_keys, projects, proxy, receipts, send, sessions, spend, status, tool_calls,
    tools, upivia, wallets, webhooks,
};

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const API_VERSION: HeaderName = HeaderName::from_static("x-api-version");

pub(crate) type Handler = fn(&mut Call<'_>) -> Outcome;
type Row = (&'static str, &'static str, Envelope, Handler);

/// Routes of the managed service that need no key.
#[rustfmt::skip]
const PUBLIC: &[Row] = &[
    ("GET",    "/meta-tools.json",                                  Loose,  tools::meta_tools),
    ("GET",    "/v1/meta-tools.json",                               Loose,  tools::meta_tools),
    ("GET",    "/.well-known/codespar-receipt-keys.json",           Loose,  receipts::keys),
    ("GET",    "/v1/consents/{token}",                              Nested, consents::get),
    ("POST",   "/v1/consents/{token}/submit",                       Nested, consents::submit),
    ("GET",    "/v1/agents/{did}/did.json",                         Nested, agents::document),
];

/// Routes of the managed service.
#[rustfmt::skip]
const MANAGED: &[Row] = &[
    // Sessions
    ("POST",   "/v1/sessions",                                      Loose,  sessions::create),
    ("GET",    "/v1/sessions",                                      Loose,  sessions::list),
    ("GET",    "/v1/sessions/{id}",                                 Loose,  sessions::get),
    ("DELETE", "/v1/sessions/{id}",                                 Loose,  sessions::close),
    ("GET",    "/v1/sessions/{id}/mocks",                           Loose,  sessions::mocks),
    ("GET",    "/v1/sessions/{id}/connections",                     Loose,  tools::connections),
    ("GET",    "/v1/sessions/{id}/tools",                           Loose,  tools::of_session),
    ("POST",   "/v1/sessions/{id}/find-tools",                      Loose,  tools::find),
    ("POST",   "/v1/sessions/{id}/execute",                         Loose,  execute::execute),
    ("POST",   "/v1/sessions/{id}/proxy_execute",                   Worded, proxy::execute),
    ("POST",   "/v1/sessions/{id}/send",                            Worded, send::send),
    ("GET",    "/v1/sessions/{id}/tool-calls",                      Loose,  tool_calls::of_session),
    ("POST",   "/v1/sessions/{id}/tool-calls",                      Loose,  tool_calls::record),
    ("PATCH",  "/v1/sessions/{id}/tool-calls/{call}",               Loose,  tool_calls::update),
    ("GET",    "/v1/sessions/{id}/logs",                            Loose,  tool_calls::logs),
    ("GET",    "/v1/tool-calls",                                    Loose,  tool_calls::list),
    ("GET",    "/v1/tool-calls/{call}",                             Loose,  tool_calls::get),
    ("GET",    "/v1/tool-calls/{call}/payment-status",              Loose,  status::payment),
    ("GET",    "/v1/tool-calls/{call}/payment-status/stream",       Loose,  status::payment_stream),
    ("GET",    "/v1/tool-calls/{call}/verification-status",         Loose,  status::verification),
    ("GET",    "/v1/tool-calls/{call}/verification-status/stream",  Loose,  status::verification_stream),
    // Catalog
    ("GET",    "/v1/providers",                                     Loose,  catalog::list),
    ("GET",    "/v1/providers/{slug}",                              Loose,  catalog::one),
    ("GET",    "/v1/providers/{slug}/auth-schema",                  Loose,  catalog::auth_schema),
    ("POST",   "/v1/providers/{slug}/verify-connection",            Loose,  catalog::verify),
    ("GET",    "/v1/servers",                                       Loose,  catalog::list),
    ("GET",    "/v1/servers/{id}/auth-schema",                      Loose,  catalog::auth_schema),
    ("POST",   "/v1/servers/{id}/verify-connection",                Loose,  catalog::verify),
    ("POST",   "/v1/tools/search",                                  Loose,  tools::search),
    ("POST",   "/v1/meta-tools/discover",                           Nested, tools::plan),
    // Connections
    ("POST",   "/v1/connections/start",                             Worded, connections::start),
    ("POST",   "/v1/connect/start",                                 Worded, connections::start),
    ("GET",    "/v1/connections",                                   Loose,  connections::list),
    ("POST",   "/v1/connections",                                   Nested, connections::create),
    ("GET",    "/v1/connections/{id}",                              Nested, connections::get),
    ("PATCH",  "/v1/connections/{id}/metadata",                     Nested, connections::patch),
    ("POST",   "/v1/connections/{id}/revoke",                       Worded, connections::revoke),
    ("DELETE", "/v1/connections/{id}",                              Worded, connections::delete),
    ("PUT",    "/v1/connections/{id}/webhook-secret",               Nested, connections::webhook_secret),
    // Account and projects
    ("GET",    "/v1/whoami",                                        Loose,  account::whoami),
    ("GET",    "/v1/organizations/{id}",                            Loose,  account::organization),
    ("GET",    "/v1/health",                                        Loose,  account::health),
    ("GET",    "/v1/api-keys",                                      Nested, account::keys),
    ("POST",   "/v1/api-keys",                                      Nested, account::create_key),
    ("GET",    "/v1/projects",                                      Nested, projects::list),
    ("POST",   "/v1/projects",                                      Nested, projects::create),
    ("GET",    "/v1/projects/{id}",                                 Nested, projects::get),
    ("PATCH",  "/v1/projects/{id}",                                 Nested, projects::patch),
    ("DELETE", "/v1/projects/{id}",                                 Nested, projects::delete),
    ("GET",    "/v1/projects/{id}/settings",                        Nested, projects::settings),
    ("PATCH",  "/v1/projects/{id}/settings",                        Nested, projects::patch_settings),
    // Webhooks
    ("POST",   "/v1/webhook-endpoints",                             Nested, webhooks::create),
    ("GET",    "/v1/webhook-endpoints",                             Nested, webhooks::list),
    ("POST",   "/v1/webhook-endpoints/retry-pending",               Nested, deliveries::retry_pending),
    ("POST",   "/v1/webhook-endpoints/deliveries/{id}/redeliver",   Nested, deliveries::redeliver),
    ("GET",    "/v1/webhook-endpoints/{id}",                        Nested, webhooks::get),
    ("PATCH",  "/v1/webhook-endpoints/{id}",                        Nested, webhooks::patch),
    ("DELETE", "/v1/webhook-endpoints/{id}",                        Nested, webhooks::delete),
    ("POST",   "/v1/webhook-endpoints/{id}/rotate-secret",          Nested, webhooks::rotate),
    ("POST",   "/v1/webhook-endpoints/{id}/test-fire",              Nested, deliveries::test_fire),
    ("GET",    "/v1/webhook-endpoints/{id}/deliveries",             Nested, deliveries::list),
    ("GET",    "/v1/webhook-endpoints/{id}/deliveries/{delivery}",  Nested, deliveries::get),
    ("GET",    "/v1/webhook-endpoints/{id}/dlq",                    Nested, deliveries::dead),
    ("POST",   "/v1/events/{id}/replay",                            Nested, deliveries::replay),
    // Charges and the helpers of test projects
    ("POST",   "/v1/charges",                                       Nested, charges::create),
    ("GET",    "/v1/charges",                                       Nested, charges::list),
    ("GET",    "/v1/charges/{id}",                                  Nested, charges::get),
    ("POST",   "/v1/charges/{id}/cancel",                           Nested, charges::cancel),
    ("POST",   "/v1/test/charges/{id}/pay",                         Nested, charges::pay),
    ("POST",   "/v1/test/fund",                                     Nested, wallets::fund),
    // Payables
    ("POST",   "/v1/payables/files",                                Nested, payables::files::upload),
    ("POST",   "/v1/payables/batches",                              Nested, payables::batches::create),
    ("GET",    "/v1/payables/batches/{id}",                         Nested, payables::batches::get),
    ("POST",   "/v1/payables/batches/{id}/items",                   Nested, payables::batches::add),
    ("PATCH",  "/v1/payables/batches/{id}/items/{item}",            Nested, payables::batches::update),
    ("POST",   "/v1/payables/batches/{id}/pay",                     Nested, payables::pay::pay),
    // Consumers
    ("GET",    "/v1/consumers",                                     Nested, consumers::list),
    ("POST",   "/v1/consumers",                                     Nested, consumers::create),
    ("GET",    "/v1/consumers/funding-sources",                     Nested, consents::funding_sources),
    ("GET",    "/v1/consumers/consents",                            Nested, consents::records),
    ("GET",    "/v1/consumers/mandates",                            Nested, mandates::list),
    ("GET",    "/v1/consumers/mandates/{id}",                       Nested, mandates::get),
    ("POST",   "/v1/consumers/mandates/{id}/pause",                 Nested, mandates::pause),
    ("POST",   "/v1/consumers/mandates/{id}/resume",                Nested, mandates::resume),
    ("POST",   "/v1/consumers/mandates/{id}/revoke",                Nested, mandates::revoke),
    ("POST",   "/v1/consumers/mandates/{id}/spend",                 Nested, spend::spend),
    ("POST",   "/v1/consumer-payments/execute",                     Nested, spend::execute),
    ("GET",    "/v1/consumers/receipts/{id}",                       Nested, receipts::get),
    ("POST",   "/v1/consumers/receipts/{id}/delivery",              Nested, receipts::deliver),
    ("GET",    "/v1/consumers/{id}",                                Nested, consumers::get),
    ("PATCH",  "/v1/consumers/{id}",                                Nested, consumers::patch),
    ("GET",    "/v1/consumers/{id}/receipts",                       Nested, receipts::of_consumer),
    ("GET",    "/v1/consumers/{id}/wallet",                         Nested, wallets::of_consumer),
    ("POST",   "/v1/consumers/{id}/wallet/transfer",                Nested, wallets::transfer),
    ("GET",    "/v1/consumers/{id}/pix-keys",                       Nested, pix_keys::list),
    ("POST",   "/v1/consumers/{id}/pix-keys",                       Nested, pix_keys::register),
    ("DELETE", "/v1/consumers/{id}/pix-keys/{key}",                 Nested, pix_keys::delete),
    ("POST",   "/v1/consents",                                      Nested, consents::create),
    ("POST",   "/v1/consents/init",                                 Nested, consents::create),
    ("GET",    "/v1/consent-records",                               Nested, consents::records),
    ("GET",    "/v1/funding-sources",                               Nested, consents::funding_sources),
    ("GET",    "/v1/mandates",                                      Nested, mandates::list),
    ("GET",    "/v1/mandates/{id}",                                 Nested, mandates::get),
    ("POST",   "/v1/mandates/{id}/pause",                           Nested, mandates::pause),
    ("POST",   "/v1/mandates/{id}/resume",                          Nested, mandates::resume),
    ("POST",   "/v1/mandates/{id}/revoke",                          Nested, mandates::revoke),
    ("GET",    "/v1/wallets",                                       Nested, wallets::list),
    ("POST",   "/v1/wallets",                                       Nested, wallets::create),
    ("GET",    "/v1/wallets/{id}",                                  Nested, wallets::get),
    ("POST",   "/v1/wallets/{id}/transfer",                         Nested, wallets::transfer),
    ("GET",    "/v1/agents",                                        Nested, agents::list),
    ("POST",   "/v1/agents",                                        Nested, agents::create),
    ("POST",   "/v1/agents/{did}/revoke",                           Nested, agents::revoke),
];

/// Beginnings of routes that the managed service has and whose fields are not public.
const UNKNOWN_FIELDS: &[&str] = &[
    "/openapi.json",
    "/v1/openapi.json",
    "/v1/discovery/",
    "/v1/servers/",
    "/v1/generate/",
    "/v1/mcp-servers",
    "/v1/connections/",
    "/v1/projects/",
    "/v1/policies",
    "/v1/policy-evaluations",
    "/v1/evaluations",
    "/v1/approvals",
    "/v1/audit",
    "/v1/orgs/",
    "/v1/agents/",
    "/v1/payables",
    "/v1/payment-links",
    "/v1/paywalls",
    "/v1/sellers",
    "/v1/cards",
    "/v1/issuer/",
    "/v1/fees",
    "/v1/wallets/",
    "/v1/consumers/",
    "/v1/consumer-payments/",
    "/v1/account-applications",
    "/v1/kyc/",
    "/v1/bank-consents",
    "/v1/ofb/",
    "/v1/cart/",
    "/v1/counterparties",
    "/v1/commerce-memory/",
    "/v1/facilitator/",
    "/v1/test/",
];

/// Routes of the self-hosted runtime, which are there with and without `/v1`.
#[rustfmt::skip]
const SELF_HOSTED: &[Row] = &[
    ("POST",   "/sessions",                     Prose, sessions::create_thin),
    ("POST",   "/sessions/{id}/execute",        Prose, execute::execute),
    ("POST",   "/sessions/{id}/send",           Prose, send::send),
    ("GET",    "/sessions/{id}/connections",    Prose, tools::connections_thin),
    ("DELETE", "/sessions/{id}",                Prose, sessions::close_thin),
];

/// Routes of the self-hosted runtime that need no token.
const SELF_HOSTED_PUBLIC: &[Row] = &[("GET", "/health", Prose, account::health_thin)];

/// Answers one request.
pub(crate) fn answer(shared: &Shared, request: &ReceivedRequest, parts: &[Part]) -> Answer {
    if upivia::is_its(&request.path) {
        return upivia::answer(shared, request, parts);
    }
    if shared.settings.managed() {
        let now = Now::read();
        let request_id = request.header("x-request-id").map(str::to_owned);
        let request_id = request_id.unwrap_or_else(|| shared.state.lock().ids.request());
        managed(shared, request, parts, now, &request_id).header(REQUEST_ID, request_id)
    } else {
        self_hosted(shared, request).header(API_VERSION, "v1")
    }
}

fn managed(
    shared: &Shared,
    request: &ReceivedRequest,
    parts: &[Part],
    now: Now,
    request_id: &str,
) -> Answer {
    let path = canonical(&request.path);
    let open = find(PUBLIC, &request.method, &path);
    if open.is_none() && !has_managed_key(&shared.settings, request) {
        let body = json!({ "error": "unauthorized", "message": "Missing or invalid Bearer token" });
        let metadata = "Bearer resource_metadata=\"/.well-known/oauth-protected-resource\"";
        return Answer::json(http::StatusCode::UNAUTHORIZED, body)
            .header(WWW_AUTHENTICATE, metadata);
    }
    let project = match request.header("x-codespar-project") {
        None => DEFAULT_PROJECT,
        Some(project) if is_project_id(project) => project,
        Some(_) => {
            let refusal = error(400, "invalid_request", "x-codespar-project is no project id");
            return Refusal::from(refusal).shape(Nested, request_id);
        }
    };
    let Some(found) = open.or_else(|| find(MANAGED, &request.method, &path)) else {
        if UNKNOWN_FIELDS.iter().any(|prefix| path.starts_with(prefix)) {
            let refusal = error(501, "not_in_sandbox", "the fields of this route are not public");
            return Refusal::from(refusal).shape(Nested, request_id);
        }
        return no_route(&request.method, &request.path);
    };
    run(shared, request, parts, project, now, found, request_id)
}

fn self_hosted(shared: &Shared, request: &ReceivedRequest) -> Answer {
    let path = request.path.strip_prefix("/v1").unwrap_or(&request.path);
    if let Some(found) = find(SELF_HOSTED_PUBLIC, &request.method, path) {
        return run(shared, request, &[], DEFAULT_PROJECT, Now::read(), found, "");
    }
    let Some(found) = find(SELF_HOSTED, &request.method, path) else {
        return no_route(&request.method, &request.path);
    };
    if let Some(refused) = framework_refusal(request) {
        return refused;
    }
    if let Err(message) = check_bearer(&shared.settings, request) {
        return Refusal::from(error(401, "unauthorized", message)).shape(Prose, "");
    }
    run(shared, request, &[], DEFAULT_PROJECT, Now::read(), found, "")
}

/// What the web framework refuses before any handler runs.
fn framework_refusal(request: &ReceivedRequest) -> Option<Answer> {
    /// The framework's own limit.
    const MOST: usize = 1024 * 1024;
    if request.body.len() > MOST {
        let status = http::StatusCode::PAYLOAD_TOO_LARGE;
        let refusal = framework(status, "FST_ERR_CTP_BODY_TOO_LARGE", "Request body is too large");
        return Some(refusal.header(CONNECTION, "close"));
    }
    let media_type = request.media_type();
    let json = media_type.as_deref() == Some("application/json");
    if !json && media_type.as_deref() != Some("text/plain") && !request.body.is_empty() {
        let message = format!("Unsupported Media Type: {}", media_type.unwrap_or_default());
        let status = http::StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Some(framework(status, "FST_ERR_CTP_INVALID_MEDIA_TYPE", &message));
    }
    if json && request.body.is_empty() && request.method != "GET" {
        let message = "Body cannot be empty when content-type is set to 'application/json'";
        let status = http::StatusCode::BAD_REQUEST;
        return Some(framework(status, "FST_ERR_CTP_EMPTY_JSON_BODY", message));
    }
    None
}

/// Hands a request to its handler.
pub(crate) fn run(
    shared: &Shared,
    request: &ReceivedRequest,
    parts: &[Part],
    project: &str,
    now: Now,
    found: Found,
    request_id: &str,
) -> Answer {
    let Found { envelope, handler, parameters } = found;
    let query = request.query.as_deref().unwrap_or_default();
    let query = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let mut state = shared.state.lock();
    let mut call = Call {
        state: &mut state,
        settings: &shared.settings,
        request,
        parts,
        project,
        now,
        path: parameters,
        query,
    };
    handler(&mut call).unwrap_or_else(|refusal| refusal.shape(envelope, request_id))
}

/// A route, and the decoded parameters of its path.
pub(crate) struct Found {
    pub(crate) envelope: Envelope,
    pub(crate) handler: Handler,
    pub(crate) parameters: Vec<String>,
}

fn find(rows: &'static [Row], method: &str, path: &str) -> Option<Found> {
    rows.iter().filter(|row| row.0 == method).find_map(|&(_, pattern, envelope, handler)| {
        Some(Found { envelope, handler, parameters: matched(pattern, path)? })
    })
}

/// The decoded parameters of a path that a pattern fits.
pub(crate) fn matched(pattern: &str, path: &str) -> Option<Vec<String>> {
    let mut parameters = Vec::new();
    let mut segments = path.split('/');
    for expected in pattern.split('/') {
        let segment = segments.next()?;
        if expected.starts_with('{') {
            let text = percent_decode_str(segment).decode_utf8().ok()?;
            if text.is_empty() {
                return None;
            }
            parameters.push(text.into_owned());
        } else if segment != expected {
            return None;
        }
    }
    segments.next().is_none().then_some(parameters)
}

/// A path with the deprecated name of webhook endpoints replaced by the present one.
fn canonical(path: &str) -> String {
    match path.strip_prefix("/v1/triggers") {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => {
            format!("/v1/webhook-endpoints{rest}")
        }
        _ => path.to_owned(),
    }
}

pub(crate) fn bearer(request: &ReceivedRequest) -> Option<&str> {
    request.header("authorization")?.strip_prefix("Bearer ").filter(|key| !key.trim().is_empty())
}

fn has_managed_key(settings: &Settings, request: &ReceivedRequest) -> bool {
    bearer(request).is_some_and(|key| {
        key.starts_with("csk_") && (settings.any_api_key || key == settings.api_key)
    })
}

fn check_bearer(settings: &Settings, request: &ReceivedRequest) -> Result<(), &'static str> {
    let token = bearer(request).ok_or("Missing or invalid Bearer token")?;
    match &settings.engine_token {
        Some(expected) if expected != token => Err("Unauthorized"),
        _ => Ok(()),
    }
}

/// Every route of a dialect, as method and pattern.
pub(crate) fn all(dialect: Dialect) -> Vec<(&'static str, &'static str)> {
    let (public, others) = match dialect {
        Dialect::Managed => (PUBLIC, MANAGED),
        Dialect::SelfHosted => (SELF_HOSTED_PUBLIC, SELF_HOSTED),
    };
    public.iter().chain(others).map(|row| (row.0, row.1)).collect()
}
