//! CodeSpar: operations by name through the registry of `codespar-proto`.

use codespar_proto::registry::{self, Started};
use codespar_proto::{
    Client, Config, Error, Json, RetryPolicy, Session, payables::Batch, session::SessionInfo,
};
use serde_json::Value;

use super::drive::{Drive, failure, limit};
use super::guards;
use crate::operations::{Conversation, Failure, Outcome, Setup};
use crate::recording::Call;

/// The user whom the recorded sessions belong to, where the create answer does not say.
const USER: &str = "user_123";

/// One client and one session.
pub(super) struct Codespar<'a, D: Drive> {
    setup: Setup<'a>,
    driver: D,
    client: Option<Client<D::Transport>>,
    session: Option<Session<D::Transport>>,
}

impl<'a, D: Drive> Codespar<'a, D> {
    pub(super) fn new(setup: Setup<'a>) -> Self {
        Self { setup, driver: D::new(), client: None, session: None }
    }

    fn config(&self, args: &Value) -> Result<Config, Error> {
        let args = Json::from(args.clone());
        registry::config(&args, |name| self.setup.recording.env.get(name).cloned())
    }

    /// The client of the recording; errors are never repeated, as there.
    fn client(&mut self) -> Result<Client<D::Transport>, Error> {
        if let Some(client) = &self.client {
            return Ok(client.clone());
        }
        let mut args = self.setup.recording.config.clone().unwrap_or_default();
        if !self.setup.recording.env.contains_key("CODESPAR_BASE_URL") {
            args.entry("base_url").or_insert_with(|| Value::from(self.setup.base_url));
        }
        let config = self.config(&Value::Object(args))?.retry(RetryPolicy::never());
        Ok(self.client.insert(Client::with_config(config)?).clone())
    }

    fn session(&mut self) -> Result<Session<D::Transport>, Error> {
        if let Some(session) = &self.session {
            return Ok(session.clone());
        }
        let Some(mut answer) = self.setup.recording.session.clone() else {
            return Err(Error::config("session", "expected its create answer in the recording"));
        };
        if let Some(members) = answer.as_object_mut() {
            members.entry("user_id").or_insert_with(|| Value::from(USER));
        }
        let info: SessionInfo = Json::from(answer).read()?;
        let session = self.client()?.session_from(info)?;
        Ok(self.session.insert(session).clone())
    }

    /// The settings of a client that is only made.
    fn settings(&self, args: &Value) -> Result<Json, Error> {
        let client = Client::<D::Transport>::with_config(self.config(args)?)?;
        registry::describe_client(&client)
    }

    fn make(&mut self, call: &Call) -> Result<Outcome, Error> {
        let name = call.name();
        let args = Value::Object(arguments(call));
        if name == "client.new" {
            return Ok(Outcome::Value(self.settings(&args)?.to_value()));
        }
        let args = super::arguments::arguments(&args)?;
        if name == guards::CLASSIFY {
            return Ok(Outcome::Value(guards::classify(&args)?));
        }
        let started = match call.on.as_str() {
            "session" => registry::start_on_session(&self.session()?, &name, &args),
            _ => registry::start_on_client(&self.client()?, &name, &args),
        };
        let Some(started) = started else { return Ok(Outcome::Unknown) };
        let mut started = started?;
        if let Some(limit) = limit(call)? {
            started = started.timeout(limit).idle_timeout(limit);
        }
        let outcome = self.finish(started)?;
        Ok(match outcome {
            Outcome::Value(value) => Outcome::Value(as_recorded(&name, value)),
            outcome => outcome,
        })
    }

    fn finish(&mut self, started: Started<D::Transport>) -> Result<Outcome, Error> {
        match started {
            Started::Call(call) => Ok(Outcome::Value(self.driver.send(call)?.to_value())),
            Started::Items(items) => {
                let (items, error) = self.driver.collect(items);
                let items = items.iter().map(Json::to_value).collect();
                Ok(Outcome::Items { items, then: error.as_ref().map(failed) })
            }
            Started::Session(call) => {
                let session = self.driver.send(call)?;
                let described = registry::describe_session(&session)?;
                self.session = Some(session);
                Ok(Outcome::Value(described.to_value()))
            }
            // Something that this program cannot carry out yet.
            _ => Ok(Outcome::Unknown),
        }
    }
}

impl<D: Drive> Conversation for Codespar<'_, D> {
    fn call(&mut self, call: &Call) -> Outcome {
        self.make(call).unwrap_or_else(|error| Outcome::Failed(failed(&error)))
    }
}

/// The result in the shape of the recordings, where ours says more.
fn as_recorded(name: &str, mut value: Value) -> Value {
    match name {
        // Recorded are the servers alone; ours has the tools beside them.
        "session.connections" => value.get_mut("servers").map(Value::take).unwrap_or_default(),
        _ => value,
    }
}

/// The arguments without what only says how they were given.
fn arguments(call: &Call) -> serde_json::Map<String, Value> {
    let mut args = call.args.clone();
    args.remove("as_config");
    // Ours are one struct.
    for group in ["options", "config"] {
        if let Some(Value::Object(members)) = args.remove(group) {
            args.extend(members);
        }
    }
    args
}

fn failed(error: &Error) -> Failure {
    let mut failure =
        Failure { last: registry::last_state(error).map(|last| last.to_value()), ..failure(error) };
    // What the official clients read from a refusal of a batch.
    let batch = Batch::of_error(error).and_then(|batch| Json::of(&batch).ok());
    failure.details.extend(batch.map(|batch| ("batch".to_owned(), batch.to_value())));
    failure
}
