//! Service requests and the toolkit, which is called as the framework that its recordings are of.

use codespar_engine::{
    Call, compositions,
    describe::{Describe, Shape},
    driver::Transport,
    kit::{Error, Ready},
};
use serde::Deserialize;

use crate::{
    api::service_requests::{Requested, ServiceRequest},
    client::Client,
    registry::started::{Start, Started, Waiting},
    toolkit::{
        Tool, ToolOperation, Toolkit,
        result::{ToolResult, format_tool_result},
    },
    types::{object::Object, outcome::Outcome},
};

compositions! {
    pub(super) static OPERATIONS;
    fn start(client: Client) -> Started;

    /// Has a paid service do something, under policy, budget and approval.
    "service_requests.create"(request: ServiceRequest) -> Requested, of "service_requests.create" =>
        client.service_requests().create(&request);
    /// Has a paid service do something, and waits until it is over or waits for a person.
    "service_requests.create_and_wait"(request: ServiceRequest, wait: Waiting) -> Requested,
        of "service_requests.create" =>
        client.service_requests().create_and_wait(&request, wait.read()?);
    /// Waits until a service request that is parked or running has come to its end.
    "service_requests.decided"(request_id; wait: Waiting) -> Outcome, of "service_requests.get" =>
        client.service_requests().decided(&request_id, wait.read()?);

    /// Gives the operations of the platform as tools of a language model.
    "langgraph.tools" {
        /// These operations only, each as service, operation and description; nothing is sent.
        operations: Option<Vec<Chosen>>,
        /// Those that every workspace has; nothing is sent.
        offline: Option<bool>,
        /// Those that every workspace has, where the server does not say.
        fallback: Option<bool>,
    } -> Vec<Tool>, of "services.list" => match (operations, offline, fallback) {
        (Some(operations), ..) => ready_call(client, toolkit_of(operations)?),
        (None, Some(true), _) => ready_call(client, Toolkit::defaults()),
        (None, _, Some(true)) => client.toolkit_or_defaults(),
        (None, ..) => client.toolkit(),
    }
    .map(|toolkit| toolkit.tools().to_vec());
    /// Carries a tool call out, as a service request, which may be charged.
    "langgraph.call_tool" {
        /// The service of the tool.
        service: String,
        /// The operation of the tool.
        operation: String,
        /// What it is given.
        #[wire(personal)]
        payload: Object,
    } -> ToolResult, of "service_requests.create" =>
        client.call_tool(&tool_of(service, operation)?, &payload);
    /// Gives what a tool call came to as text for a model; nothing is sent.
    "langgraph.format_tool_result" {
        /// What it came to.
        result: ToolResult,
    } -> String => ready_call(client, format_tool_result(&result));
}

/// A call that needs no server.
fn ready_call<T: Transport, O: Send + 'static>(client: &Client<T>, output: O) -> Call<T, O> {
    client.api.call(Ready::with(output))
}

/// Service, operation and description.
#[derive(Deserialize)]
struct Chosen(String, String, String);

impl Describe for Chosen {
    const SHAPE: &'static Shape = &Shape::List(Shape::TEXT);
}

fn toolkit_of(operations: Vec<Chosen>) -> Result<Toolkit, Error> {
    let operation =
        |Chosen(service, operation, description)| ToolOperation { service, operation, description };
    Toolkit::of_operations(operations.into_iter().map(operation))
}

fn tool_of(service: String, operation: String) -> Result<Tool, Error> {
    let toolkit =
        Toolkit::of_operations([ToolOperation { service, operation, description: String::new() }])?;
    let tool = toolkit.tools().first().cloned();
    tool.ok_or_else(|| Error::config("operation", "expected an operation"))
}
