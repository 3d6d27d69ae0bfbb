//! Tools of a session: what their codes say about effects.

use codespar_engine::{
    Verdict::{Refused, Unknown},
    kit::VerdictRow,
};

use crate::client::verdicts::words::{CONNECT, CORRECT, LATER, row};

pub(super) const ROWS: &[VerdictRow] = &[
    row("tool_not_registered", Refused, "use a tool that is there"),
    row("tool_not_mocked", Refused, "mock the tool"),
    row("mocks_exhausted", Refused, "mock more answers"),
    row("mocks_engine_error", Refused, LATER),
    row("mocks_not_permitted", Refused, "use a test project"),
    row("session_not_active", Refused, "open another session"),
    row("credentials_unavailable", Refused, CONNECT),
    row("connection_expired", Refused, CONNECT),
    row("server_not_connected", Refused, CONNECT),
    row("not_connected", Refused, CONNECT),
    row("shared_sandbox_operation_refused", Refused, CONNECT),
    row("shared_sandbox_credential_not_test", Refused, CONNECT),
    row("shared_sandbox_live_project_refused", Refused, CONNECT),
    row("anthropic_not_configured", Refused, "configure a model"),
    row("mcp.unknown_server", Refused, "use a server that is there"),
    row("mcp.timeout", Unknown, "look first"),
    row("mcp.child_exit", Unknown, "look first"),
    row("mcp.parse_error", Unknown, "look first"),
    row("mcp.unknown_response_shape", Unknown, "look first"),
    // What its tools did before it failed stands, and so may what went to a provider.
    row("chat_loop_failed", Unknown, "look at what its tools have done: it stands"),
    row("proxy_upstream_error", Unknown, "ask the provider if it has arrived"),
    row("invalid_args", Refused, CORRECT),
    row("items_required", Refused, CORRECT),
    row("meli_url_required", Refused, CORRECT),
    row("nl_unavailable", Refused, CORRECT),
    row("eligibility_empty", Refused, CORRECT),
];
