//! The catalogue of services, and the operations of the API, as tools of a language model.
//!
//! [`ServiceTools`] are the operations of services that an agent may ask for, [`OperationTools`]
//! the operations of the registry. Both are sources of a [`Toolbox`], which gives them names,
//! schemas and hints, and guards their calls. By hand it is the
//! [`Toolkit`].
//!
//! ```
//! use codespar_tools::{Dialect, Toolbox, ToolboxOptions};
//! use upivia_proto::agent_tools::ServiceTools;
//!
//! # use upivia_proto::doctest::*;
//! # fn example<T: BlockingTransport + Sync>(client: &Client<T>) -> Result {
//! let tools = ServiceTools::new(client, client.toolkit().send()?);
//! let toolbox = Toolbox::new(vec![Box::new(tools)], ToolboxOptions::new());
//! println!("{}", toolbox.list(Dialect::OpenAiChat).as_str());
//! # Ok(()) }
//! ```

use codespar_engine::{
    Call, Effect, Json, Stage,
    driver::Transport,
    kit::{Error, Route},
    registry::Operation,
};
use codespar_tools::operations::{
    ApiFacts, operation_call, operation_spec, outcome_of_reply, with_key,
};

pub use codespar_tools::*;

use crate::{
    api::service_requests::ServiceRequest,
    client::Client,
    registry::{operations, route, start},
    toolkit::Toolkit,
};

/// Operations that are no tools, and why.
pub const NOT_OFFERED: &[(&str, &str)] = &[
    ("agent_requests.reject", "a person decides it, not who asked"),
    ("agent_requests.resolve", "a person decides it, not who asked"),
    ("approvals.approve", "a person decides it, not who asked"),
    ("budget_requests.resolve", "a person decides it, not who asked"),
    ("chat.resolve_approval", "a person decides it, not who asked"),
    ("chat.turn", "it hands out events"),
    ("human_input.answer", "a person answers it, not who asked"),
    ("langgraph.call_tool", "it calls any service, past every list of allowed tools"),
    ("langgraph.format_tool_result", "it is no operation of the platform"),
    ("langgraph.tools", "it lists tools, which a toolbox does"),
];

/// Amounts are in cents of a currency that the platform does not name.
const FACTS: ApiFacts = ApiFacts::new(|_| None).stage(|_| Stage::Completed);

/// The operations of services that an agent may ask for: each a service request, under a key that
/// the platform honours.
#[derive(Clone, Debug)]
pub struct ServiceTools<T> {
    client: Client<T>,
    toolkit: Toolkit,
}

impl<T: Transport> ServiceTools<T> {
    /// The operations of a toolkit, asked for by this client: see [`Client::toolkit`].
    pub fn new(client: &Client<T>, toolkit: Toolkit) -> Self {
        Self { client: client.clone(), toolkit }
    }
}

impl<T: Transport + Sync> ToolSource<T> for ServiceTools<T> {
    fn tools(&self) -> Vec<ToolSpec> {
        self.toolkit.tools().iter().map(crate::toolkit::Tool::spec).collect()
    }

    fn start(
        &self,
        tool: &ToolSpec,
        arguments: &Arguments,
        key: Option<&str>,
    ) -> Result<Call<T, Outcome>, Error> {
        let known = self.toolkit.tools().iter().find(|known| known.spec().id == tool.id);
        let none = || Error::config("tool", "expected an operation of the catalogue");
        let known = known.ok_or_else(none)?;
        let request = ServiceRequest::new(&known.service, &known.operation, &arguments.to_json())?;
        let call = self.client.service_requests().create(&request);
        let call = match key {
            Some(key) => call.idempotency_key(key),
            None => call,
        };
        let effect = tool.effect.worst();
        let call = call.and_then(|made| Json::of(&made)).with_response();
        Ok(call.map(move |reply| outcome_of_reply(reply, effect, Stage::Completed)))
    }
}

/// The operations of the registry, asked for by a client.
#[derive(Clone, Debug)]
pub struct OperationTools<T> {
    client: Client<T>,
}

impl<T: Transport> OperationTools<T> {
    /// The operations of a client.
    pub fn new(client: &Client<T>) -> Self {
        Self { client: client.clone() }
    }
}

fn offered() -> impl Iterator<Item = (&'static Operation, Option<&'static Route>)> {
    let is_offered =
        |operation: &&Operation| !NOT_OFFERED.iter().any(|(name, _)| *name == operation.name);
    operations().filter(is_offered).map(|operation| (operation, route(operation)))
}

impl<T: Transport + Sync> ToolSource<T> for OperationTools<T> {
    fn tools(&self) -> Vec<ToolSpec> {
        let spec = |(operation, route): (&Operation, Option<&Route>)| {
            operation_spec(operation, route, &FACTS)
        };
        offered().map(spec).collect()
    }

    fn start(
        &self,
        tool: &ToolSpec,
        arguments: &Arguments,
        key: Option<&str>,
    ) -> Result<Call<T, Outcome>, Error> {
        let none = || Error::config("tool", "expected an operation that is offered");
        let (operation, _) =
            offered().find(|(operation, _)| operation.name == tool.id).ok_or_else(none)?;
        let args = with_key(tool, arguments, key).to_json();
        let started = start(&self.client, operation.name, &args).ok_or_else(none)??;
        let effect: Effect = tool.effect.worst();
        operation_call(started, operation, effect, &FACTS, self.client.api.transport())
    }
}
