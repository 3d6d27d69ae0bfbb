//! Sign-ups at providers that the service carries out in a browser.

use codespar_engine::{Answer, Call, Extra, Json, WireEnum, driver::Transport, endpoints};

use crate::api::connections::Connections;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Says how a sign-up at a provider stands that the service carries out.
    fn engine_status(run_id) -> EngineRun:
        "connections.engine_status" GET "/v1/connections/engine/{run_id}/status";
}

impl<T: Transport> Connections<T> {
    /// How a sign-up at a provider stands that the service carries out in a browser (`GET
    /// /v1/connections/engine/{run_id}/status`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `run_id`; `Api` with `not_found`, or `run_stale` (410), when it was given
    /// up.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let run = client.connections().engine_status("run_1").send()?;
    /// println!("{:?} {:?}", run.status, run.prompt);
    /// # Ok(()) }
    /// ```
    pub fn engine_status(&self, run_id: impl AsRef<str>) -> Call<T, EngineRun> {
        self.client().call(engine_status(self.client().service(), run_id.as_ref()))
    }
}

/// How a sign-up at a provider stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EngineStatus {
    /// It is under way.
    Running,
    /// A person has to enter a code or follow a link.
    NeedsVerification,
    /// The account is there and connected.
    Provisioned,
    /// The sign-up has failed.
    Failed,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How a person verifies a sign-up.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum EngineMechanism {
    /// By a code.
    Code,
    /// By a link.
    Link,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What a person has to do for a sign-up to go on.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct EngineVerification {
    /// By what it is verified.
    pub mechanism: Option<EngineMechanism>,
    /// Whether it can be sent again.
    pub resend: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A sign-up at a provider that the service carries out in a browser.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct EngineRun {
    /// How the sign-up stands.
    pub status: Option<EngineStatus>,
    /// What to ask the person.
    pub prompt: Option<String>,
    /// What the person has to do.
    pub verification: Option<EngineVerification>,
    /// What trying the account came to.
    pub probe_result: Option<Json>,
    /// The connection, once there is one.
    pub connection_id: Option<String>,
    /// Why it failed, such as `flow_failed` or `drive_stalled`.
    pub code: Option<String>,
    /// The step that failed.
    pub failed_step_id: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}
