//! The routes of both dialects, a row each.

mod accounts;
mod commerce;
mod governance;
pub(super) mod not_here;
mod selling;

use crate::{
    codespar::{
        account, agents, api_keys, collect, consents, health, oauth, receipts,
        routes::row::{NotHere, Row},
        session, sessions, tool_calls, tools,
    },
    server::errors::ErrorShape::{Loose, Nested, Prose, Worded},
};

/// Routes of the managed service that need no key.
#[rustfmt::skip]
pub(super) const PUBLIC: &[Row] = &[
    ("GET",    "/meta-tools.json",                                  Loose,  tools::meta),
    ("GET",    "/v1/meta-tools.json",                               Loose,  tools::meta),
    ("GET",    "/.well-known/codespar-receipt-keys.json",           Loose,  receipts::keys),
    ("GET",    "/v1/consents/{token}",                              Nested, consents::get),
    ("POST",   "/v1/consents/{token}/submit",                       Nested, consents::submit),
    ("GET",    "/v1/agents/{did}/did.json",                         Nested, agents::did_document),
    ("GET",    "/v1/collect/{id}",                                  Nested, collect::pages::get),
    ("POST",   "/v1/collect/{id}/attempts",                         Nested,
        collect::pages::create_attempt),
    ("GET",    "/.well-known/oauth-protected-resource",             Loose,
        oauth::protected_resource),
    ("GET",    "/.well-known/oauth-authorization-server",           Loose,
        oauth::authorization_server),
    ("POST",   "/oauth/register",                                   Loose,  oauth::register),
    ("POST",   "/oauth/token",                                      Loose,  oauth::token),
];

/// Routes of the managed service; of two that fit, the one with fewer parameters answers.
pub(super) const MANAGED: &[&[Row]] =
    &[governance::ROWS, commerce::ROWS, accounts::ROWS, selling::ROWS, SESSIONS];

/// Routes of sessions, and of the account itself.
#[rustfmt::skip]
const SESSIONS: &[Row] = &[
    // Sessions
    ("POST",   "/v1/sessions",                                      Loose,  sessions::create),
    ("GET",    "/v1/sessions",                                      Loose,  sessions::list),
    ("GET",    "/v1/sessions/{id}",                                 Loose,  sessions::get),
    ("DELETE", "/v1/sessions/{id}",                                 Loose,  session::close),
    ("GET",    "/v1/sessions/{id}/mocks",                           Loose,  session::mocks),
    ("GET",    "/v1/sessions/{id}/connections",                     Loose,
        session::connections::list),
    ("GET",    "/v1/sessions/{id}/tools",                           Loose,  session::tools::list),
    ("POST",   "/v1/sessions/{id}/find-tools",                      Loose,  session::tools::search),
    ("POST",   "/v1/sessions/{id}/execute",                         Loose,
        session::execute::execute),
    ("POST",   "/v1/sessions/{id}/proxy_execute",                   Worded,
        session::proxy_execute::execute),
    ("POST",   "/v1/sessions/{id}/send",                            Worded, session::send::send),
    ("GET",    "/v1/sessions/{id}/tool-calls",                      Loose,
        session::tool_calls::list),
    ("POST",   "/v1/sessions/{id}/tool-calls",                      Loose,
        session::tool_calls::record),
    ("PATCH",  "/v1/sessions/{id}/tool-calls/{call}",               Loose,
        session::tool_calls::update),
    ("GET",    "/v1/sessions/{id}/logs",                            Loose,
        session::tool_calls::logs),
    ("GET",    "/v1/tool-calls",                                    Loose,  tool_calls::list),
    ("GET",    "/v1/tool-calls/{call}",                             Loose,  tool_calls::get),
    ("GET",    "/v1/tool-calls/{call}/payment-status",              Loose,
        session::status::payment),
    ("GET",    "/v1/tool-calls/{call}/payment-status/stream",       Loose,
        session::status::payment_stream),
    ("GET",    "/v1/tool-calls/{call}/verification-status",         Loose,
        session::status::verification),
    ("GET",    "/v1/tool-calls/{call}/verification-status/stream",  Loose,
        session::status::verification_stream),
    // The account
    ("GET",    "/v1/whoami",                                        Loose,  account::whoami),
    ("GET",    "/v1/organizations/{id}",                            Loose,  account::organization),
    ("GET",    "/v1/health",                                        Loose,  health::get),
    ("GET",    "/v1/health/history",                                Nested, health::history),
    ("GET",    "/v1/api-keys",                                      Nested, api_keys::list),
    ("POST",   "/v1/api-keys",                                      Nested, api_keys::create),
];

/// Routes that the managed service has and the sandbox has not, by area.
pub(super) const NOT_HERE: &[&[NotHere]] = &[
    governance::NOT_HERE,
    commerce::NOT_HERE,
    accounts::NOT_HERE,
    selling::NOT_HERE,
    not_here::SESSIONS,
    not_here::NOT_CALLED,
];

/// Routes of the self-hosted runtime, which are there with and without `/v1`.
#[rustfmt::skip]
pub(super) const SELF_HOSTED: &[Row] = &[
    ("POST",   "/sessions",                     Prose, sessions::create_self_hosted),
    ("POST",   "/sessions/{id}/execute",        Prose, session::execute::execute),
    ("POST",   "/sessions/{id}/send",           Prose, session::send::send),
    ("GET",    "/sessions/{id}/connections",    Prose, session::connections::list_self_hosted),
    ("DELETE", "/sessions/{id}",                Prose, session::close_self_hosted),
];

/// Routes of the self-hosted runtime that need no token.
pub(super) const SELF_HOSTED_PUBLIC: &[Row] =
    &[("GET", "/health", Prose, account::health_self_hosted)];
