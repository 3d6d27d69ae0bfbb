//! The routes of the API that no method calls, each with its reason.

use codespar_engine::kit::Route;

use crate::operations::routes;

/// A route of the API that no method calls. `Client::request` reaches it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UntypedRoute {
    /// The HTTP method.
    pub method: &'static str,
    /// The path; parts in braces are filled in.
    pub path: &'static str,
    /// Why no method calls it.
    pub why: Untyped,
}

/// Why no method calls a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Untyped {
    /// It is deprecated, and the route that is named, as in `GET /v1/providers`, took its place.
    SucceededBy(&'static str),
    /// The route that is named gives the same, and is not deprecated either.
    SameAs(&'static str),
    /// Only people may call it, for the reason that is given.
    PeopleOnly(&'static str),
    /// Others than clients of this API call it, as is said.
    NotForClients(&'static str),
    /// It is named somewhere, and the API's own document does not have it.
    NotServed(&'static str),
}

impl Untyped {
    /// The word for it, in lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SucceededBy(_) => "deprecated",
            Self::SameAs(_) => "same_as",
            Self::PeopleOnly(_) => "people_only",
            Self::NotForClients(_) => "not_for_clients",
            Self::NotServed(_) => "not_served",
        }
    }

    /// What more there is to say.
    pub const fn about(self) -> Option<&'static str> {
        match self {
            Self::PeopleOnly(about) | Self::NotForClients(about) | Self::NotServed(about) => {
                Some(about)
            }
            _ => None,
        }
    }
}

impl UntypedRoute {
    /// The route to call instead, as in `GET /v1/providers`.
    pub const fn instead(&self) -> Option<&'static str> {
        match self.why {
            Untyped::SucceededBy(route) | Untyped::SameAs(route) => Some(route),
            _ => None,
        }
    }

    /// The row that calls the route to call instead.
    pub fn successor(&self) -> Option<&'static Route> {
        let (method, path) = self.instead()?.split_once(' ')?;
        routes().find(|route| {
            route.method.as_str() == method && plain_path(route.path).eq(plain_path(path))
        })
    }
}

/// A path whose parts in braces have no names.
fn plain_path(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part })
}

const fn row(method: &'static str, path: &'static str, why: Untyped) -> UntypedRoute {
    UntypedRoute { method, path, why }
}

/// The routes that no method calls, each with its reason or with what to call instead.
///
/// One of them is called all the same: `session.authorize` uses `POST /v1/connect/start`, as the
/// official SDKs do.
pub fn untyped() -> impl Iterator<Item = &'static UntypedRoute> {
    ROWS.iter()
}

const ROWS: &[UntypedRoute] = &[
    row("GET", "/v1/servers", Untyped::SucceededBy("GET /v1/providers")),
    row("GET", "/v1/triggers", Untyped::SucceededBy("GET /v1/webhook-endpoints")),
    row("POST", "/v1/triggers", Untyped::SucceededBy("POST /v1/webhook-endpoints")),
    row("GET", "/v1/evaluations", Untyped::SucceededBy("GET /v1/policy-evaluations")),
    row("GET", "/v1/audit/anchors", Untyped::SucceededBy("GET /v1/audit-events/anchors")),
    row(
        "POST",
        "/v1/audit/anchors/verify",
        Untyped::SucceededBy("POST /v1/audit-events/anchors/verify"),
    ),
    row("GET", "/v1/ofb/consents/{id}", Untyped::SucceededBy("GET /v1/bank-consents/{id}")),
    row(
        "GET",
        "/v1/servers/{id}/auth-schema",
        Untyped::SucceededBy("GET /v1/providers/{slug}/auth-schema"),
    ),
    row(
        "POST",
        "/v1/servers/{id}/verify-connection",
        Untyped::SucceededBy("POST /v1/providers/{slug}/verify-connection"),
    ),
    row("GET", "/v1/issuer/cards/{id}", Untyped::SucceededBy("GET /v1/cards/{id}")),
    row("POST", "/v1/issuer/cards", Untyped::SucceededBy("POST /v1/cards")),
    row("POST", "/v1/kyc/onboard", Untyped::SucceededBy("POST /v1/account-applications")),
    row(
        "GET",
        "/v1/kyc/onboard/{proposalId}/status",
        Untyped::SucceededBy("GET /v1/account-applications/{id}"),
    ),
    row("POST", "/v1/connect/start", Untyped::SucceededBy("POST /v1/connections/start")),
    row("GET", "/v1/audit/events", Untyped::SucceededBy("GET /v1/audit-events")),
    row(
        "GET",
        "/v1/commerce-memory/counterparties",
        Untyped::SucceededBy("GET /v1/counterparties"),
    ),
    row(
        "POST",
        "/v1/commerce-memory/counterparties",
        Untyped::SucceededBy("POST /v1/counterparties"),
    ),
    row(
        "GET",
        "/v1/commerce-memory/counterparties/{id}",
        Untyped::SucceededBy("GET /v1/counterparties/{id}"),
    ),
    row("POST", "/v1/consents/init", Untyped::SucceededBy("POST /v1/consents")),
    row(
        "POST",
        "/v1/charges/{chargeId}/sandbox/pay",
        Untyped::SucceededBy("POST /v1/test/charges/{chargeId}/pay"),
    ),
    row("GET", "/v1/consumers/consents", Untyped::SucceededBy("GET /v1/consent-records")),
    row("GET", "/v1/consumers/funding-sources", Untyped::SucceededBy("GET /v1/funding-sources")),
    row(
        "POST",
        "/v1/consumers/{consumerId}/fund/sandbox",
        Untyped::SucceededBy("POST /v1/test/fund"),
    ),
    row(
        "POST",
        "/v1/consumers/{consumerId}/fund/pix-in",
        Untyped::SucceededBy("POST /v1/test/pix-in"),
    ),
    row(
        "POST",
        "/v1/consumers/{consumerId}/fund/pix-in/settle",
        Untyped::SucceededBy("POST /v1/test/settle-pix-in"),
    ),
    row("GET", "/v1/consumers/mandates", Untyped::SucceededBy("GET /v1/mandates")),
    row(
        "POST",
        "/v1/consumers/mandates/{id}/pause",
        Untyped::SucceededBy("POST /v1/mandates/{id}/pause"),
    ),
    row(
        "POST",
        "/v1/consumers/mandates/{id}/resume",
        Untyped::SucceededBy("POST /v1/mandates/{id}/resume"),
    ),
    row(
        "POST",
        "/v1/consumers/mandates/{id}/revoke",
        Untyped::SucceededBy("POST /v1/mandates/{id}/revoke"),
    ),
    row("POST", "/v1/ofb/consents", Untyped::SucceededBy("POST /v1/bank-consents")),
    row(
        "POST",
        "/v1/ofb/consents/{id}/callback",
        Untyped::SucceededBy("POST /v1/bank-consents/{id}/callback"),
    ),
    row(
        "POST",
        "/v1/ofb/consents/{id}/refresh-statement",
        Untyped::SucceededBy("POST /v1/bank-consents/{id}/refresh-statement"),
    ),
    row(
        "POST",
        "/v1/ofb/consents/{id}/revoke",
        Untyped::SucceededBy("POST /v1/bank-consents/{id}/revoke"),
    ),
    row(
        "GET",
        "/v1/orgs/{orgId}/audit/export",
        Untyped::SucceededBy("GET /v1/audit-events/export"),
    ),
    row("GET", "/v1/orgs/{orgId}/approvals", Untyped::SucceededBy("GET /v1/approvals")),
    row(
        "POST",
        "/v1/orgs/{orgId}/approvals/{id}/decide",
        Untyped::SucceededBy("POST /v1/approvals/{id}/decide"),
    ),
    row("GET", "/v1/orgs/{orgId}/approvals/{id}", Untyped::SucceededBy("GET /v1/approvals/{id}")),
    row(
        "GET",
        "/v1/orgs/{orgId}/approvals/health",
        Untyped::SucceededBy("GET /v1/approvals/health"),
    ),
    row(
        "GET",
        "/v1/orgs/{orgId}/audit/health",
        Untyped::SucceededBy("GET /v1/audit-events/health"),
    ),
    row(
        "GET",
        "/v1/orgs/{orgId}/audit/incidents",
        Untyped::SucceededBy("GET /v1/audit-events/incidents"),
    ),
    row(
        "POST",
        "/v1/orgs/{orgId}/audit/incidents/{id}/acknowledge",
        Untyped::SucceededBy("POST /v1/audit-events/incidents/{id}/acknowledge"),
    ),
    row(
        "GET",
        "/v1/orgs/{orgId}/audit/config",
        Untyped::SucceededBy("GET /v1/audit-events/config"),
    ),
    row(
        "PATCH",
        "/v1/orgs/{orgId}/audit/config",
        Untyped::SucceededBy("PATCH /v1/audit-events/config"),
    ),
    row("POST", "/v1/orgs/{orgId}/agents", Untyped::SucceededBy("POST /v1/agents")),
    row(
        "POST",
        "/v1/orgs/{orgId}/agents/{agentId}/keys/rotate",
        Untyped::SucceededBy("POST /v1/agents/{agentId}/keys/rotate"),
    ),
    row(
        "POST",
        "/v1/orgs/{orgId}/agents/{agentId}/keys/{kid}/revoke",
        Untyped::SucceededBy("POST /v1/agents/{agentId}/keys/{kid}/revoke"),
    ),
    row("GET", "/v1/triggers/{id}", Untyped::SucceededBy("GET /v1/webhook-endpoints/{id}")),
    row("DELETE", "/v1/triggers/{id}", Untyped::SucceededBy("DELETE /v1/webhook-endpoints/{id}")),
    row("PATCH", "/v1/triggers/{id}", Untyped::SucceededBy("PATCH /v1/webhook-endpoints/{id}")),
    row(
        "POST",
        "/v1/triggers/{id}/test-fire",
        Untyped::SucceededBy("POST /v1/webhook-endpoints/{id}/test-fire"),
    ),
    row(
        "POST",
        "/v1/triggers/{id}/rotate-secret",
        Untyped::SucceededBy("POST /v1/webhook-endpoints/{id}/rotate-secret"),
    ),
    row(
        "GET",
        "/v1/triggers/{id}/deliveries",
        Untyped::SucceededBy("GET /v1/webhook-endpoints/{id}/deliveries"),
    ),
    row(
        "GET",
        "/v1/triggers/{id}/deliveries/{delivery_id}",
        Untyped::SucceededBy("GET /v1/webhook-endpoints/{id}/deliveries/{delivery_id}"),
    ),
    row("GET", "/v1/triggers/{id}/dlq", Untyped::SucceededBy("GET /v1/webhook-endpoints/{id}/dlq")),
    row(
        "POST",
        "/v1/triggers/retry-pending",
        Untyped::SucceededBy("POST /v1/webhook-endpoints/retry-pending"),
    ),
    row(
        "POST",
        "/v1/triggers/deliveries/{delivery_id}/redeliver",
        Untyped::SucceededBy("POST /v1/webhook-endpoints/deliveries/{delivery_id}/redeliver"),
    ),
    row("GET", "/openapi.json", Untyped::SameAs("GET /v1/openapi.json")),
    row("GET", "/meta-tools.json", Untyped::SameAs("GET /v1/meta-tools.json")),
    row("GET", "/oauth/authorize", Untyped::PeopleOnly("a page that a person opens in a browser")),
    row(
        "POST",
        "/oauth/authorize",
        Untyped::PeopleOnly("the form of a page, where a person says yes"),
    ),
    row(
        "POST",
        "/v1/approvals/{id}/decide",
        Untyped::PeopleOnly("every key is refused: bearer_token_cannot_decide"),
    ),
    row(
        "POST",
        "/v1/audit-events/incidents/{id}/acknowledge",
        Untyped::PeopleOnly("every key is refused: human_session_required"),
    ),
    row(
        "PATCH",
        "/v1/audit-events/config",
        Untyped::PeopleOnly("every key is refused: human_session_required"),
    ),
    row(
        "POST",
        "/v1/sessions/{id}/mcp",
        Untyped::NotForClients(
            "the Model Context Protocol is spoken there; `session.mcp` gives address and headers",
        ),
    ),
    row(
        "POST",
        "/v1/webhooks/{server_id}/{connection_id}",
        Untyped::NotForClients("providers call it"),
    ),
    row("GET", "/v1/usage", Untyped::NotServed("named in prose only")),
    row("GET", "/v1/billing", Untyped::NotServed("named in prose only")),
    row(
        "GET",
        "/v1/logs/stream",
        Untyped::NotServed("never answered; `tool_calls.list` has the rows"),
    ),
    row("GET", "/v1/tools", Untyped::NotServed("never answered; `tools.meta` lists meta-tools")),
    row(
        "GET",
        "/v1/tools/{name}",
        Untyped::NotServed("never answered; `tools.meta` lists meta-tools"),
    ),
    row(
        "GET",
        "/v1/servers/{id}",
        Untyped::NotServed("never answered; `providers.get` has the row"),
    ),
    row(
        "POST",
        "/v1/sessions/{id}/close",
        Untyped::NotServed("never answered; `session.close` deletes"),
    ),
    row(
        "GET",
        "/v1/sessions/{id}/connections/{server_id}",
        Untyped::NotServed("never answered; `session.connections` has the row"),
    ),
];
