//! Routes that the service has and the sandbox has not, where no area has them.

use crate::codespar::routes::row::NotHere;

/// Routes that need no key.
#[rustfmt::skip]
pub(in crate::codespar::routes) const PUBLIC: &[NotHere] = &[
    ("GET",    "/oauth/authorize",
        "a page that a person opens in a browser"),
    ("POST",   "/oauth/authorize",
        "a page that a person opens in a browser"),
    ("GET",    "/openapi.json",
        "the description of the service is not the sandbox's to give"),
    ("GET",    "/v1/openapi.json",
        "the description of the service is not the sandbox's to give"),
];

/// Routes of sessions, and of the account itself.
#[rustfmt::skip]
pub(super) const SESSIONS: &[NotHere] = &[
    ("GET",    "/v1/discovery/manifest",
        "no gateway stands before its paywalls, and this is what one serves"),
];

/// Routes that no client of the API calls: what is no longer called so.
#[rustfmt::skip]
pub(super) const NOT_CALLED: &[NotHere] = &[
    ("GET",    "/v1/audit/anchors",                               "an old name"),
    ("POST",   "/v1/audit/anchors/verify",                        "an old name"),
    ("GET",    "/v1/audit/events",                                "an old name"),
    ("POST",   "/v1/charges/{chargeId}/sandbox/pay",              "an old name"),
    ("GET",    "/v1/commerce-memory/counterparties",              "an old name"),
    ("POST",   "/v1/commerce-memory/counterparties",              "an old name"),
    ("GET",    "/v1/commerce-memory/counterparties/{id}",         "an old name"),
    ("POST",   "/v1/consumers/{consumerId}/fund/pix-in",          "an old name"),
    ("POST",   "/v1/consumers/{consumerId}/fund/pix-in/settle",   "an old name"),
    ("POST",   "/v1/consumers/{consumerId}/fund/sandbox",         "an old name"),
    ("GET",    "/v1/evaluations",                                 "an old name"),
    ("POST",   "/v1/issuer/cards",                                "an old name"),
    ("GET",    "/v1/issuer/cards/{id}",                           "an old name"),
    ("POST",   "/v1/kyc/onboard",                                 "an old name"),
    ("GET",    "/v1/kyc/onboard/{proposalId}/status",             "an old name"),
    ("POST",   "/v1/ofb/consents",                                "an old name"),
    ("GET",    "/v1/ofb/consents/{id}",                           "an old name"),
    ("POST",   "/v1/ofb/consents/{id}/callback",                  "an old name"),
    ("POST",   "/v1/ofb/consents/{id}/refresh-statement",         "an old name"),
    ("POST",   "/v1/ofb/consents/{id}/revoke",                    "an old name"),
    ("POST",   "/v1/orgs/{orgId}/agents",                         "an old name"),
    ("POST",   "/v1/orgs/{orgId}/agents/{agentId}/keys/rotate",   "an old name"),
    ("POST",   "/v1/orgs/{orgId}/agents/{agentId}/keys/{kid}/revoke", "an old name"),
    ("GET",    "/v1/orgs/{orgId}/approvals",                      "an old name"),
    ("GET",    "/v1/orgs/{orgId}/approvals/health",               "an old name"),
    ("GET",    "/v1/orgs/{orgId}/approvals/{id}",                 "an old name"),
    ("POST",   "/v1/orgs/{orgId}/approvals/{id}/decide",          "an old name"),
    ("GET",    "/v1/orgs/{orgId}/audit/config",                   "an old name"),
    ("PATCH",  "/v1/orgs/{orgId}/audit/config",                   "an old name"),
    ("GET",    "/v1/orgs/{orgId}/audit/export",                   "an old name"),
    ("GET",    "/v1/orgs/{orgId}/audit/health",                   "an old name"),
    ("GET",    "/v1/orgs/{orgId}/audit/incidents",                "an old name"),
    ("POST",   "/v1/orgs/{orgId}/audit/incidents/{id}/acknowledge", "an old name"),
    ("POST",   "/v1/sessions/{id}/mcp",                           "models' programs speak to it"),
    ("POST",   "/v1/webhooks/{server_id}/{connection_id}",        "providers speak to it"),
];
