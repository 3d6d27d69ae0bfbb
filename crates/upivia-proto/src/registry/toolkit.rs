//! The toolkit, under the name of the framework that its recordings are of.

use crate::{
    client::Client,
    toolkit::{
        Tool, ToolOperation, Toolkit,
        result::{ToolResult, format_tool_result},
    },
    types::object::Object,
};
use codespar_engine::{
    Call,
    driver::Transport,
    kit::{Error, Ready},
};

operations! {
    client;

    "langgraph.tools" {
        operations: Option<Vec<(String, String, String)>>, offline: Option<bool>,
        fallback: Option<bool>,
    } => match (operations, offline, fallback) {
        (Some(operations), ..) => ready_call(client, toolkit_of(operations)?),
        (None, Some(true), _) => ready_call(client, Toolkit::defaults()),
        (None, _, Some(true)) => client.toolkit_or_defaults(),
        (None, ..) => client.toolkit(),
    }
    .map(|toolkit| toolkit.tools().to_vec());
    "langgraph.call_tool" {
        service: String, operation: String, payload: Object, idempotency_key: Option<String>,
    } => {
        let call = client.call_tool(&tool_of(service, operation)?, &payload);
        match idempotency_key {
            Some(key) => call.idempotency_key(key),
            None => call,
        }
    };
    "langgraph.format_tool_result" { result: ToolResult } =>
        ready_call(client, format_tool_result(&result));
}

/// A call that needs no server.
fn ready_call<T: Transport, O: Send + 'static>(client: &Client<T>, output: O) -> Call<T, O> {
    client.api.call(Ready::with(output))
}

fn toolkit_of(operations: Vec<(String, String, String)>) -> Result<Toolkit, Error> {
    let operation =
        |(service, operation, description)| ToolOperation { service, operation, description };
    Toolkit::of_operations(operations.into_iter().map(operation))
}

fn tool_of(service: String, operation: String) -> Result<Tool, Error> {
    let toolkit =
        Toolkit::of_operations([ToolOperation { service, operation, description: String::new() }])?;
    let tool = toolkit.tools().first().cloned();
    tool.ok_or_else(|| Error::config("operation", "expected an operation"))
}
