//! The routes that no method calls, section by section, in the order of the API's document.

use crate::operations::untyped::{Untyped, UntypedRoute};

macro_rules! untyped {
    ($($method:ident $path:literal: $why:ident $(($about:literal))?),+ $(,)?) => {
        &[$(UntypedRoute {
            method: stringify!($method),
            path: $path,
            why: Untyped::$why $(($about))?,
        }),+]
    };
}

pub(super) const UNTYPED: &[UntypedRoute] = untyped! {
    // oauth
    GET "/.well-known/oauth-protected-resource": NotYet,
    GET "/.well-known/oauth-authorization-server": NotYet,
    POST "/oauth/register": NotYet,
    GET "/oauth/authorize": PeopleOnly("a page that a person opens in a browser"),
    POST "/oauth/authorize": PeopleOnly("the form of a page in a browser"),
    POST "/oauth/token": NotYet,
    // receipts
    GET "/.well-known/codespar-receipt-keys.json": NotYet,
    // client
    GET "/openapi.json": SameAs("GET /v1/openapi.json"),
    GET "/v1/health/history": NotYet,
    // tools
    GET "/meta-tools.json": SameAs("GET /v1/meta-tools.json"),
    // providers
    GET "/v1/servers": SucceededBy("GET /v1/providers"),
    GET "/v1/generate/servers": NotYet,
    GET "/v1/servers/{id}/auth-schema": SucceededBy("GET /v1/providers/{slug}/auth-schema"),
    GET "/v1/servers/{id}/tools": NotYet,
    POST "/v1/servers/{id}/verify-connection":
        SucceededBy("POST /v1/providers/{slug}/verify-connection"),
    // tool calls
    GET "/v1/tool-calls/stats": NotYet,
    // webhook endpoints
    GET "/v1/triggers": SucceededBy("GET /v1/webhook-endpoints"),
    POST "/v1/triggers": SucceededBy("POST /v1/webhook-endpoints"),
    GET "/v1/triggers/{id}": SucceededBy("GET /v1/webhook-endpoints/{id}"),
    DELETE "/v1/triggers/{id}": SucceededBy("DELETE /v1/webhook-endpoints/{id}"),
    PATCH "/v1/triggers/{id}": SucceededBy("PATCH /v1/webhook-endpoints/{id}"),
    POST "/v1/triggers/{id}/test-fire": SucceededBy("POST /v1/webhook-endpoints/{id}/test-fire"),
    POST "/v1/triggers/{id}/rotate-secret":
        SucceededBy("POST /v1/webhook-endpoints/{id}/rotate-secret"),
    GET "/v1/triggers/{id}/deliveries": SucceededBy("GET /v1/webhook-endpoints/{id}/deliveries"),
    GET "/v1/triggers/{id}/deliveries/{delivery_id}":
        SucceededBy("GET /v1/webhook-endpoints/{id}/deliveries/{delivery_id}"),
    GET "/v1/triggers/{id}/dlq": SucceededBy("GET /v1/webhook-endpoints/{id}/dlq"),
    POST "/v1/triggers/retry-pending": SucceededBy("POST /v1/webhook-endpoints/retry-pending"),
    POST "/v1/triggers/deliveries/{delivery_id}/redeliver":
        SucceededBy("POST /v1/webhook-endpoints/deliveries/{delivery_id}/redeliver"),
    GET "/v1/webhook-deliveries": NotYet,
    GET "/v1/triggers/events": NotYet,
    POST "/v1/triggers/simulate": NotYet,
    // policies
    GET "/v1/policies": NotYet,
    POST "/v1/policies": NotYet,
    GET "/v1/policies/{id}": NotYet,
    DELETE "/v1/policies/{id}": NotYet,
    PATCH "/v1/policies/{id}": NotYet,
    POST "/v1/policies/reorder": NotYet,
    GET "/v1/policy-evaluations": NotYet,
    GET "/v1/evaluations": SucceededBy("GET /v1/policy-evaluations"),
    // consumers
    GET "/v1/consumers": NotYet,
    POST "/v1/consumers": NotYet,
    GET "/v1/consumers/{id}": NotYet,
    PATCH "/v1/consumers/{id}": NotYet,
    GET "/v1/consumers/{consumerId}/fund/{txId}": NotYet,
    // wallets
    POST "/v1/wallets": NotYet,
    POST "/v1/wallets/{id}/ledger": NotYet,
    GET "/v1/wallets/{id}/funding-sources": NotYet,
    POST "/v1/wallets/{id}/funding-sources": NotYet,
    DELETE "/v1/wallets/{id}/funding-sources/{connection_id}/{currency}": NotYet,
    POST "/v1/wallets/{id}/execute": NotYet,
    GET "/v1/wallets/{id}/recon-anomalies": NotYet,
    POST "/v1/wallets/{id}/recon-anomalies/{aid}": NotYet,
    GET "/v1/wallets/{id}/custody": NotYet,
    POST "/v1/wallets/{id}/statement-import": NotYet,
    // agents
    POST "/v1/agents/{did}/revoke": NotYet,
    POST "/v1/agents/{did}/suspend": NotYet,
    POST "/v1/orgs/{orgId}/agents": SucceededBy("POST /v1/agents"),
    POST "/v1/orgs/{orgId}/agents/{agentId}/keys/rotate":
        SucceededBy("POST /v1/agents/{agentId}/keys/rotate"),
    POST "/v1/orgs/{orgId}/agents/{agentId}/keys/{kid}/revoke":
        SucceededBy("POST /v1/agents/{agentId}/keys/{kid}/revoke"),
    POST "/v1/agents/{agentId}/keys/rotate": NotYet,
    POST "/v1/agents/{agentId}/keys/{kid}/revoke": NotYet,
    // account
    GET "/v1/account/balances": NotYet,
    GET "/v1/account/ledger": NotYet,
    GET "/v1/account/summary": NotYet,
    GET "/v1/account/agent-activity": NotYet,
    GET "/v1/account/payments": NotYet,
    POST "/v1/account/fund/sandbox": NotYet,
    POST "/v1/account/fund/sandbox/initial": NotYet,
    GET "/v1/account/sessions": NotYet,
    GET "/v1/onboarding": NotYet,
    GET "/v1/account/test-balance": NotYet,
    POST "/v1/account/fund/sandbox/refill": NotYet,
    // approvals
    GET "/v1/approvals": NotYet,
    POST "/v1/approvals/{id}/decide":
        PeopleOnly("keys and tokens are refused: bearer_token_cannot_decide"),
    GET "/v1/approvals/health": NotYet,
    GET "/v1/approvals/{id}": NotYet,
    GET "/v1/orgs/{orgId}/approvals": SucceededBy("GET /v1/approvals"),
    POST "/v1/orgs/{orgId}/approvals/{id}/decide": SucceededBy("POST /v1/approvals/{id}/decide"),
    GET "/v1/orgs/{orgId}/approvals/{id}": SucceededBy("GET /v1/approvals/{id}"),
    GET "/v1/orgs/{orgId}/approvals/health": SucceededBy("GET /v1/approvals/health"),
    // audit events
    GET "/v1/audit-events/anchors": NotYet,
    GET "/v1/audit/anchors": SucceededBy("GET /v1/audit-events/anchors"),
    POST "/v1/audit-events/anchors/verify": NotYet,
    POST "/v1/audit/anchors/verify": SucceededBy("POST /v1/audit-events/anchors/verify"),
    GET "/v1/audit-events/export": NotYet,
    GET "/v1/audit-events": NotYet,
    GET "/v1/audit-events/health": NotYet,
    POST "/v1/audit-events/verify": NotYet,
    GET "/v1/audit-events/incidents": NotYet,
    POST "/v1/audit-events/incidents/{id}/acknowledge":
        PeopleOnly("keys and tokens are refused: human_session_required"),
    GET "/v1/audit-events/config": NotYet,
    PATCH "/v1/audit-events/config":
        PeopleOnly("keys and tokens are refused: human_session_required"),
    GET "/v1/audit/events": SucceededBy("GET /v1/audit-events"),
    GET "/v1/orgs/{orgId}/audit/export": SucceededBy("GET /v1/audit-events/export"),
    GET "/v1/orgs/{orgId}/audit/health": SucceededBy("GET /v1/audit-events/health"),
    GET "/v1/orgs/{orgId}/audit/incidents": SucceededBy("GET /v1/audit-events/incidents"),
    POST "/v1/orgs/{orgId}/audit/incidents/{id}/acknowledge":
        SucceededBy("POST /v1/audit-events/incidents/{id}/acknowledge"),
    GET "/v1/orgs/{orgId}/audit/config": SucceededBy("GET /v1/audit-events/config"),
    PATCH "/v1/orgs/{orgId}/audit/config": SucceededBy("PATCH /v1/audit-events/config"),
    // bank consents
    GET "/v1/bank-consents": NotYet,
    POST "/v1/bank-consents": NotYet,
    GET "/v1/bank-consents/{id}": NotYet,
    GET "/v1/ofb/consents/{id}": SucceededBy("GET /v1/bank-consents/{id}"),
    POST "/v1/bank-consents/{id}/callback": NotYet,
    POST "/v1/bank-consents/{id}/refresh-statement": NotYet,
    POST "/v1/bank-consents/{id}/revoke": NotYet,
    POST "/v1/ofb/consents": SucceededBy("POST /v1/bank-consents"),
    POST "/v1/ofb/consents/{id}/callback": SucceededBy("POST /v1/bank-consents/{id}/callback"),
    POST "/v1/ofb/consents/{id}/refresh-statement":
        SucceededBy("POST /v1/bank-consents/{id}/refresh-statement"),
    POST "/v1/ofb/consents/{id}/revoke": SucceededBy("POST /v1/bank-consents/{id}/revoke"),
    // fees
    GET "/v1/fees": NotYet,
    GET "/v1/fees/movimentar": NotYet,
    GET "/v1/fees/governar": NotYet,
    // cart
    POST "/v1/cart/meli/connect/start": NotYet,
    POST "/v1/cart/ifood/connect/start": NotYet,
    POST "/v1/cart/sessions": NotYet,
    POST "/v1/cart/checkout": NotYet,
    POST "/v1/cart/nuvemshop/connect/start": NotYet,
    // cards
    GET "/v1/cards": NotYet,
    POST "/v1/cards": NotYet,
    GET "/v1/cards/{id}": NotYet,
    GET "/v1/issuer/cards/{id}": SucceededBy("GET /v1/cards/{id}"),
    POST "/v1/issuer/cards": SucceededBy("POST /v1/cards"),
    // counterparties
    GET "/v1/counterparties/{id}": NotYet,
    GET "/v1/counterparties": NotYet,
    POST "/v1/counterparties": NotYet,
    GET "/v1/commerce-memory/counterparties": SucceededBy("GET /v1/counterparties"),
    POST "/v1/commerce-memory/counterparties": SucceededBy("POST /v1/counterparties"),
    GET "/v1/commerce-memory/counterparties/{id}": SucceededBy("GET /v1/counterparties/{id}"),
    // funding sources
    GET "/v1/funding-sources/{id}": NotYet,
    GET "/v1/consumers/funding-sources": SucceededBy("GET /v1/funding-sources"),
    // consent records
    GET "/v1/consent-records/{id}": NotYet,
    GET "/v1/consumers/consents": SucceededBy("GET /v1/consent-records"),
    // account applications
    POST "/v1/account-applications": NotYet,
    GET "/v1/account-applications/{id}": NotYet,
    POST "/v1/kyc/onboard": SucceededBy("POST /v1/account-applications"),
    GET "/v1/kyc/onboard/{proposalId}/status": SucceededBy("GET /v1/account-applications/{id}"),
    // facilitator
    POST "/v1/facilitator/x402/executions": NotYet,
    GET "/v1/facilitator/x402/executions/{id}": NotYet,
    // events
    GET "/v1/events/summary": NotYet,
    // connections
    GET "/v1/connections/engine/{run_id}/status": NotYet,
    POST "/v1/connections/subaccount/{id}/revoke": NotYet,
    GET "/v1/connections/subaccount/{id}/status": NotYet,
    // commerce memory
    GET "/v1/commerce-memory/interactions": NotYet,
    POST "/v1/commerce-memory/interactions": NotYet,
    GET "/v1/commerce-memory/preferences": NotYet,
    POST "/v1/commerce-memory/preferences": NotYet,
    GET "/v1/commerce-memory/negotiations": NotYet,
    POST "/v1/commerce-memory/negotiations": NotYet,
    GET "/v1/commerce-memory/insights/counterparty-summary": NotYet,
    GET "/v1/commerce-memory/insights/negotiation-stats": NotYet,
    GET "/v1/commerce-memory/insights/top-counterparties": NotYet,
    // consents
    POST "/v1/consents/init": SucceededBy("POST /v1/consents"),
    // mandates
    POST "/v1/consumer-payments/execute-stream": NotYet,
    GET "/v1/consumers/mandates/{id}/receipts": NotYet,
    GET "/v1/consumers/mandates": SucceededBy("GET /v1/mandates"),
    POST "/v1/consumers/mandates/{id}/pause": SucceededBy("POST /v1/mandates/{id}/pause"),
    POST "/v1/consumers/mandates/{id}/resume": SucceededBy("POST /v1/mandates/{id}/resume"),
    POST "/v1/consumers/mandates/{id}/revoke": SucceededBy("POST /v1/mandates/{id}/revoke"),
    // test money
    POST "/v1/charges/{chargeId}/sandbox/pay": SucceededBy("POST /v1/test/charges/{chargeId}/pay"),
    POST "/v1/test/charges/{chargeId}/scenarios": NotYet,
    POST "/v1/consumers/{consumerId}/fund/sandbox": SucceededBy("POST /v1/test/fund"),
    POST "/v1/consumers/{consumerId}/fund/pix-in": SucceededBy("POST /v1/test/pix-in"),
    POST "/v1/consumers/{consumerId}/fund/pix-in/settle":
        SucceededBy("POST /v1/test/settle-pix-in"),
    // collect
    GET "/v1/collect/links": NotYet,
    POST "/v1/collect/links": NotYet,
    GET "/v1/collect/receivers": NotYet,
    GET "/v1/collect/links/stats": NotYet,
    GET "/v1/collect/links/{linkId}": NotYet,
    PATCH "/v1/collect/links/{linkId}": NotYet,
    PUT "/v1/collect/links/{linkId}/draft": NotYet,
    POST "/v1/collect/links/{linkId}/publish": NotYet,
    POST "/v1/collect/links/{linkId}/pause": NotYet,
    POST "/v1/collect/links/{linkId}/resume": NotYet,
    GET "/v1/collect/links/{linkId}/attempts": NotYet,
    POST "/v1/collect/links/{linkId}/attempts": NotYet,
    GET "/v1/collect/links/{linkId}/payments": NotYet,
    POST "/v1/collect/links/{linkId}/archive": NotYet,
    POST "/v1/collect/attempts/{attemptId}/test-pay": NotYet,
    GET "/v1/collect/attempts/{attemptId}/artifact": NotYet,
    GET "/v1/collect/{linkId}": NotYet,
    POST "/v1/collect/{linkId}/attempts": NotYet,
    GET "/v1/collect/links/{linkId}/refunds": NotYet,
    POST "/v1/collect/payments/{paymentId}/honor": NotYet,
    // meters
    GET "/v1/meters": NotYet,
    POST "/v1/meters": NotYet,
    GET "/v1/meters/cycle": NotYet,
    GET "/v1/meters/{meterId}": NotYet,
    GET "/v1/meters/{meterId}/usage": NotYet,
    GET "/v1/meters/{meterId}/events": NotYet,
    POST "/v1/meter-events": NotYet,
    // dda
    GET "/v1/consumers/{consumerId}/dda/subscriptions/{document}": NotYet,
    DELETE "/v1/consumers/{consumerId}/dda/subscriptions/{document}": NotYet,
    GET "/v1/consumers/{consumerId}/dda/boletos": NotYet,
    POST "/v1/consumers/{consumerId}/dda/subscriptions": NotYet,
    // pix
    GET "/v1/consumers/{consumerId}/pix/charges/{reference}": NotYet,
    GET "/v1/consumers/{consumerId}/pix/receivements/{endToEndId}": NotYet,
    // contact verifications
    POST "/v1/consumers/{consumerId}/contact-verifications": NotYet,
    POST "/v1/consumers/{consumerId}/contact-verifications/{id}/verify": NotYet,
    // mcp servers
    POST "/v1/mcp-servers/validate": NotYet,
    GET "/v1/mcp-servers": NotYet,
    POST "/v1/mcp-servers": NotYet,
    GET "/v1/mcp-servers/{id}": NotYet,
    DELETE "/v1/mcp-servers/{id}": NotYet,
    PATCH "/v1/mcp-servers/{id}": NotYet,
    PATCH "/v1/mcp-servers/{id}/tools/{tool}": NotYet,
    POST "/v1/mcp-servers/platform-fees/sweep": NotYet,
    // organizations
    POST "/v1/orgs/{orgId}/data-subjects/{userId}/anonymize": NotYet,
    GET "/v1/orgs/{orgId}/mandates": NotYet,
    POST "/v1/orgs/{orgId}/mandates": NotYet,
    GET "/v1/orgs/{orgId}/mandates/{id}": NotYet,
    POST "/v1/orgs/{orgId}/mandates/{id}/revoke": NotYet,
    GET "/v1/orgs/{orgId}/pause": NotYet,
    POST "/v1/orgs/{orgId}/pause": NotYet,
    // paywalls
    GET "/v1/paywalls": NotYet,
    POST "/v1/paywalls": NotYet,
    GET "/v1/paywalls/{id}": NotYet,
    DELETE "/v1/paywalls/{id}": NotYet,
    PATCH "/v1/paywalls/{id}": NotYet,
    GET "/v1/paywalls/{id}/stats": NotYet,
    GET "/v1/gate/stats": NotYet,
    // payables
    GET "/v1/payables": NotYet,
    POST "/v1/payables/documents": NotYet,
    GET "/v1/payables/counts": NotYet,
    // sellers
    POST "/v1/sellers": NotYet,
    GET "/v1/sellers/{sellerId}": NotYet,
    GET "/v1/sellers/{sellerId}/status": NotYet,
    GET "/v1/sellers/{sellerId}/pending-settlement": NotYet,
    GET "/v1/sellers/{sellerId}/custody": NotYet,
    GET "/v1/sellers/{sellerId}/ledger": NotYet,
    // payment links
    GET "/v1/payment-links": NotYet,
    POST "/v1/payment-links": NotYet,
    GET "/v1/payment-links/stats": NotYet,
    GET "/v1/payment-links/{id}/payments": NotYet,
    GET "/v1/payment-links/{id}": NotYet,
    DELETE "/v1/payment-links/{id}": NotYet,
    PATCH "/v1/payment-links/{id}": NotYet,
    // outside the document
    POST "/v1/sessions/{id}/mcp":
        NotForClients("spoken by clients of the Model Context Protocol: `session.mcp` has the address"),
    POST "/v1/webhooks/{server_id}/{connection_id}": NotForClients("called by providers"),
    GET "/v1/sessions/{id}/connections/{server_id}":
        NotServed("`session.connections` has the row"),
    POST "/v1/sessions/{id}/close": NotServed("`session.close` deletes"),
    GET "/v1/usage": NotServed("named in prose only"),
    GET "/v1/billing": NotServed("named in prose only"),
    GET "/v1/logs/stream": NotServed("planned"),
    GET "/v1/servers/{id}": NotServed("served as /v1/providers/{slug}"),
    GET "/v1/tools": NotServed("`tools.meta` lists meta-tools"),
    GET "/v1/tools/{name}": NotServed("`tools.meta` lists meta-tools"),
};
