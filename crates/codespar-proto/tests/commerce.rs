//! Commerce in a session: what each operation sends, and what it makes of an answer.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "commerce/bad_input.rs"]
mod bad_input;
#[path = "commerce/basics.rs"]
mod basics;
#[path = "commerce/books.rs"]
mod books;
#[path = "commerce/meta_tools.rs"]
mod meta_tools;
#[path = "commerce/names.rs"]
mod names;
#[path = "commerce/providers.rs"]
mod providers;
#[path = "commerce/records.rs"]
mod records;
#[path = "commerce/shopping.rs"]
mod shopping;
#[path = "account/support.rs"]
mod support;
#[path = "commerce/workflows.rs"]
mod workflows;

use codespar_proto::{
    Client, Session,
    session::SessionInfo,
    testing::{Recorded, Replay},
};
use serde_json::{Value, json};

/// A session of `user_1` whose requests are answered by the client's script.
fn session(client: &Client<Replay>) -> Session<Replay> {
    let info: SessionInfo =
        serde_json::from_value(json!({"id": "ses_1", "user_id": "user_1", "status": "active"}))
            .unwrap();
    client.session_from(info).unwrap()
}

/// A tool's answer.
fn tool(data: Value) -> Recorded {
    Recorded::json(
        200,
        json!({"success": true, "data": data, "error": null, "duration": 42, "server": "asaas",
            "tool_call_id": "tc_1", "called_at": "2026-10-02T13:06:00Z"}),
    )
}
