//! Upivia: operations by name through the registry of `upivia-proto`.

use serde_json::{Map, Value};
use upivia_proto::registry::{self, Started};
use upivia_proto::{Client, Config, Error, Json};

use super::drive::{Drive, failure, limit};
use crate::operations::{Conversation, Failure, Outcome, Setup};
use crate::recording::Call;

/// What stands in for the key generator of the recordings.
const GENERATED_KEY: &str = "idem-generated-0001";

/// One client.
pub(super) struct Upivia<'a, D: Drive> {
    setup: Setup<'a>,
    driver: D,
    client: Option<Client<D::Transport>>,
}

impl<'a, D: Drive> Upivia<'a, D> {
    pub(super) fn new(setup: Setup<'a>) -> Self {
        Self { setup, driver: D::new(), client: None }
    }

    fn config(&self, args: Map<String, Value>) -> Result<Config, Error> {
        let args = Json::from(Value::Object(args));
        registry::config(&args, |name| self.setup.recording.env.get(name).cloned())
    }

    /// The client of the recording. As there, what is missing besides an agent key may come from
    /// somewhere on the way.
    fn client(&mut self) -> Result<Client<D::Transport>, Error> {
        if let Some(client) = &self.client {
            return Ok(client.clone());
        }
        let mut args = self.setup.recording.config.clone().unwrap_or_default();
        args.remove("default_key_generator");
        args.entry("base_url").or_insert_with(|| Value::from(self.setup.base_url));
        let config = self.config(args)?.credentials_elsewhere(true);
        Ok(self.client.insert(Client::with_config(config)?).clone())
    }

    /// The settings of a client that is only made.
    fn settings(&self, args: &Map<String, Value>) -> Result<Json, Error> {
        let config = self.config(args.clone())?;
        let client = Client::<D::Transport>::with_config(config.clone())?;
        registry::describe(&client, &config)
    }

    fn make(&mut self, call: &Call) -> Result<Outcome, Error> {
        let name = call.name();
        if name == "client.new" {
            return Ok(Outcome::Value(self.settings(&call.args)?.to_value()));
        }
        let args = super::arguments::arguments(&Value::Object(self.arguments(call)))?;
        let Some(started) = registry::start(&self.client()?, &name, &args) else {
            return Ok(Outcome::Unknown);
        };
        let mut started = started?;
        if let Some(limit) = limit(call)? {
            started = started.timeout(limit);
        }
        match started {
            Started::Call(call) => Ok(Outcome::Value(self.driver.send(call)?.to_value())),
            Started::Items(items) => {
                let (items, error) = self.driver.collect(items);
                let items = items.iter().map(Json::to_value).collect();
                Ok(Outcome::Items { items, then: error.as_ref().map(failed) })
            }
            // Something that this program cannot carry out yet.
            _ => Ok(Outcome::Unknown),
        }
    }

    /// The arguments, with the key that the recorded generator gave.
    fn arguments(&self, call: &Call) -> Map<String, Value> {
        let mut args = call.args.clone();
        let config = self.setup.recording.config.as_ref();
        let own = config.is_some_and(|config| config.contains_key("default_key_generator"));
        let makes_requests = call.on == "service_requests" && call.method.starts_with("create")
            || call.name() == "langgraph.call_tool";
        // The recorded toolkit always falls back to the defaults; ours does so when asked.
        if call.name() == "langgraph.tools" {
            args.insert("fallback".to_owned(), Value::Bool(true));
        }
        if makes_requests && !own {
            args.entry("idempotency_key").or_insert_with(|| Value::from(GENERATED_KEY));
        }
        args
    }
}

impl<D: Drive> Conversation for Upivia<'_, D> {
    fn call(&mut self, call: &Call) -> Outcome {
        self.make(call).unwrap_or_else(|error| Outcome::Failed(failed(&error)))
    }
}

fn failed(error: &Error) -> Failure {
    Failure { last: registry::last_state(error).map(|last| last.to_value()), ..failure(error) }
}
