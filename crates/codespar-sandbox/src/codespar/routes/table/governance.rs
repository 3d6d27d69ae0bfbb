//! Routes of governed spending.

use crate::{
    codespar::{
        agents, approvals,
        mandates::{self, spend},
        routes::row::Row,
    },
    server::errors::ErrorShape::{Loose, Nested},
};

/// The rows; of two that fit, the first answers.
#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    ("GET",    "/v1/consumers/mandates",                            Nested, mandates::list),
    ("GET",    "/v1/consumers/mandates/{id}",                       Nested, mandates::get),
    ("POST",   "/v1/consumers/mandates/{id}/pause",                 Nested, mandates::pause),
    ("POST",   "/v1/consumers/mandates/{id}/resume",                Nested, mandates::resume),
    ("POST",   "/v1/consumers/mandates/{id}/revoke",                Nested, mandates::revoke),
    ("POST",   "/v1/consumers/mandates/{id}/spend",                 Nested, spend::spend),
    ("POST",   "/v1/consumer-payments/execute",                     Nested, spend::execute),
    ("POST",   "/v1/consumer-payments/execute-stream",              Nested, spend::execute_stream),
    ("GET",    "/v1/approvals/{id}/status",                         Loose,  approvals::status),
    ("GET",    "/v1/mandates",                                      Nested, mandates::list),
    ("GET",    "/v1/mandates/{id}",                                 Nested, mandates::get),
    ("POST",   "/v1/mandates/{id}/pause",                           Nested, mandates::pause),
    ("POST",   "/v1/mandates/{id}/resume",                          Nested, mandates::resume),
    ("POST",   "/v1/mandates/{id}/revoke",                          Nested, mandates::revoke),
    ("GET",    "/v1/agents",                                        Nested, agents::list),
    ("POST",   "/v1/agents",                                        Nested, agents::register),
    ("POST",   "/v1/agents/{did}/revoke",                           Nested, agents::revoke),
];
