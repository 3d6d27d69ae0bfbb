//! Connecting providers step by step (`codespar_manage_connections`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Json, Timestamp, WireEnum, driver::Transport, endpoints,
};

use crate::{
    check::check_filled,
    meta_tools::output::{ToolOutput, tool},
    session::Session,
    types::auth_type::AuthType,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Says which providers are connected, or how a person connects one.
    fn connection_wizard(
        session_id; json(tool("codespar_manage_connections")): &WizardArgs
    ) -> ToolOutput<Wizard>:
        "session.connection_wizard" POST "/v1/sessions/{session_id}/execute";
}

/// What is asked of the connection wizard.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum WizardAction {
    /// Which providers are connected.
    List,
    /// Whether one provider is connected.
    Status,
    /// How to connect one provider.
    Initiate,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Whose money a connection moves.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum WizardEnvironment {
    /// The connection moves real money.
    Live,
    /// The connection moves test money only.
    Test,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Whether a provider can be called.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AuthState {
    /// It is connected.
    Connected,
    /// It must be connected first.
    Disconnected,
    /// It needs no connection.
    NotRequired,
    /// It was connected, and must be again.
    Expired,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How much work connecting a provider is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Difficulty {
    /// Connecting the provider takes little work.
    Easy,
    /// Connecting the provider takes some work.
    Medium,
    /// Connecting the provider takes much work.
    Hard,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What is asked of the connection wizard. Credentials never go this way.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct WizardArgs {
    /// What is asked: the status where a server is named, else the list.
    pub action: Option<WizardAction>,
    /// The provider, such as `asaas`.
    pub server_id: Option<String>,
    /// Only providers of a country, such as `BR`.
    pub country: Option<String>,
    /// Real or play money.
    pub environment: Option<WizardEnvironment>,
    /// Where the dashboard leads afterwards.
    pub return_to: Option<String>,
}

impl WizardArgs {
    /// Asks which providers are connected.
    pub fn list() -> Self {
        Self::default().action(WizardAction::List)
    }

    /// Asks whether a provider is connected.
    pub fn status(server_id: impl Into<String>) -> Self {
        Self::default().action(WizardAction::Status).server_id(server_id)
    }

    /// Asks how to connect a provider.
    pub fn initiate(server_id: impl Into<String>) -> Self {
        Self::default().action(WizardAction::Initiate).server_id(server_id)
    }

    fn check(&self) -> Result<(), Error> {
        let is_about_one =
            matches!(self.action, Some(WizardAction::Status | WizardAction::Initiate));
        match &self.server_id {
            Some(server) => check_filled("server_id", server),
            None if is_about_one => Err(Error::config("server_id", "expected the provider's id")),
            None => Ok(()),
        }
    }
}

/// What the connection wizard says; which part depends on the action.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Wizard {
    /// What was asked.
    pub action: Option<WizardAction>,
    /// The providers, where the list was asked for.
    #[wire(default)]
    pub connections: Vec<WizardConnection>,
    /// The provider, where its status was asked for.
    pub status: Option<WizardConnection>,
    /// How to connect the provider, where that was asked for.
    pub initiate: Option<ConnectSteps>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A provider, and whether it is connected.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct WizardConnection {
    /// The id of the provider, such as `asaas`.
    #[wire(default)]
    pub server_id: String,
    /// Its name for people.
    pub display_name: Option<String>,
    /// How it knows its caller.
    pub auth_type: Option<AuthType>,
    /// Whether it can be called.
    pub status: Option<AuthState>,
    /// How much work connecting it is.
    pub difficulty: Option<Difficulty>,
    /// What is kept with the connection.
    pub connection_metadata: Option<Json>,
    /// Since when it is connected.
    pub connected_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How to connect a provider.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ConnectSteps {
    /// The id of the provider, such as `asaas`.
    #[wire(default)]
    pub server_id: String,
    /// Its name for people.
    pub display_name: Option<String>,
    /// How it knows its caller.
    pub auth_type: Option<AuthType>,
    /// How much work it is.
    pub difficulty: Option<Difficulty>,
    /// Whether it can be called already.
    pub status: Option<AuthState>,
    /// The page where a person connects it.
    pub connect_url: Option<String>,
    /// What that person does, step by step.
    #[wire(default)]
    pub instructions: Vec<String>,
    /// Which secrets that person needs at hand.
    #[wire(default)]
    pub required_secrets: Vec<RequiredSecret>,
    /// What is known to go wrong.
    #[wire(default)]
    pub known_pitfalls: Vec<String>,
    /// What to do afterwards.
    pub next_action: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A secret that connecting takes: its name, never its value.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct RequiredSecret {
    /// The name of the secret, such as `api_key`.
    #[wire(default)]
    pub name: String,
    /// Where to find it.
    pub hint: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl<T: Transport> Session<T> {
    /// Asks which providers are connected, or how to connect one
    /// (`codespar_manage_connections`). Connecting itself is done by a person, on the page that
    /// [`ConnectSteps::connect_url`] names.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `server_id`; `Api` when it was refused.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// use codespar_proto::meta_tools::WizardArgs;
    ///
    /// let answer = session.connection_wizard(&WizardArgs::initiate("z-api")).send()?;
    /// if let Some(steps) = &answer.initiate {
    ///     println!("{}", steps.connect_url.as_deref().unwrap_or("nothing to open"));
    /// }
    /// # Ok(()) }
    /// ```
    pub fn connection_wizard(&self, args: &WizardArgs) -> Call<T, ToolOutput<Wizard>> {
        self.call(connection_wizard(self.service(), self.id(), args))
    }
}
