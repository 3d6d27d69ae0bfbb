//! The operations of the registry as tools of a language model.

use codespar_engine::{Call, Error, Stage, driver::Transport, kit::Route, registry::Operation};
use codespar_tools::{
    Arguments, Outcome, ToolSource, ToolSpec,
    operations::{ApiFacts, operation_call, operation_spec, with_key},
};

use crate::{
    agent_tools::decimals,
    client::Client,
    registry::{operations, route, start_on_client, start_on_session},
    session::Session,
};

/// Operations that are no tools, and why.
pub const NOT_OFFERED: &[(&str, &str)] = &[
    ("bank_consents.callback", "a consumer consents at the bank, not a model"),
    ("client.create", "it gives a session, which no model can use"),
    ("client.request", "it reaches any route, past every list of allowed tools"),
    ("client.session", "it gives a session, which no model can use"),
    ("collect.pages.create_attempt", "it is made for browsers: see collect.attempts.create"),
    ("consents.submit", "a consumer consents, not a model"),
    ("mandates.execute_payment_stream", "it hands out events: see mandates.execute_payment"),
    ("mandates.look_up", "it presents a payment again: mandates.spend does under the guard's key"),
    ("mandates.pay", "a payment by two tools would be two: see mandates.spend"),
    ("organizations.anonymize", "it erases a person for good: people decide"),
    ("organizations.mandates.create", "its answer is a credential"),
    ("oauth.register", "a program that asks people for access is registered by a person"),
    ("oauth.token", "its answer is a credential"),
    ("payables.documents.review", "a person decides, not a model: no key of the API may"),
    ("session.execute", "it runs any tool, past every list of allowed tools"),
    ("session.mcp", "its answer is a credential"),
    ("session.payment_status_stream", "it follows events without an end: see session.settled"),
    ("session.proxy_execute", "it reaches any route of a provider"),
    ("session.run_workflow", "it runs any tools, past every list of allowed tools"),
    ("session.send_stream", "it hands out events: see session.send"),
    ("session.verification_status_stream", "it follows events without an end: see session.decided"),
];

const FACTS: ApiFacts =
    ApiFacts::new(decimals).key_depends(is_keyed).stage(stage).known(&["session_id"]);

/// A charge honours a key for a boleto with a due date.
fn is_keyed(arguments: &Arguments) -> bool {
    arguments.text("method") == Some("boleto") && arguments.get("due_date").is_some()
}

fn stage(operation: &Operation) -> Stage {
    match operation.name {
        "cart.checkout"
        | "charges.create"
        | "collect.attempts.create"
        | "collect.links.publish"
        | "session.charge" => Stage::Issued,
        _ => Stage::Dispatched,
    }
}

/// The operations of the registry: those of a client, and those of a session where there is one.
#[derive(Clone, Debug)]
pub struct OperationTools<T> {
    client: Client<T>,
    session: Option<Session<T>>,
}

impl<T: Transport> OperationTools<T> {
    /// The operations of a client.
    pub fn new(client: &Client<T>) -> Self {
        Self { client: client.clone(), session: None }
    }

    /// The same, and those of a session.
    #[must_use]
    pub fn session(mut self, session: &Session<T>) -> Self {
        self.session = Some(session.clone());
        self
    }

    fn offered(&self) -> impl Iterator<Item = (&'static Operation, Option<&'static Route>)> {
        let has_session = self.session.is_some();
        let is_offered = move |operation: &&Operation| {
            let of_session = operation.name.starts_with("session.");
            let is_tool = !NOT_OFFERED.iter().any(|(name, _)| *name == operation.name);
            is_tool && (has_session || !of_session)
        };
        operations().filter(is_offered).map(|operation| (operation, route(operation)))
    }
}

/// What is known of the API; a session's id is its own.
fn facts(operation: &Operation) -> ApiFacts {
    match operation.name.starts_with("session.") {
        true => FACTS,
        false => FACTS.known(&[]),
    }
}

impl<T: Transport + Sync> ToolSource<T> for OperationTools<T> {
    fn tools(&self) -> Vec<ToolSpec> {
        let spec = |(operation, route): (&Operation, Option<&Route>)| {
            operation_spec(operation, route, &facts(operation))
        };
        self.offered().map(spec).collect()
    }

    fn start(
        &self,
        tool: &ToolSpec,
        arguments: &Arguments,
        key: Option<&str>,
    ) -> Result<Call<T, Outcome>, Error> {
        let none = || Error::config("tool", "expected an operation that is offered");
        let known = self.offered().find(|(operation, _)| operation.name == tool.id);
        let (operation, _) = known.ok_or_else(none)?;
        let args = with_key(tool, arguments, key).to_json();
        let started = match &self.session {
            Some(session) if tool.id.starts_with("session.") => {
                start_on_session(session, operation.name, &args)
            }
            _ => start_on_client(&self.client, operation.name, &args),
        };
        let started = started.ok_or_else(none)??;
        let transport = self.client.api().transport();
        operation_call(started, operation, tool.effect.worst(), &facts(operation), transport)
    }
}
