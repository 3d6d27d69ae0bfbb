//! Opening a session (`POST /v1/sessions`).

use std::{collections::BTreeMap, fmt, time::Duration};

use codespar_engine::{Describe, Error, Json, Sensitive, WireEnum, kit::check_limit};
use serde::{Deserialize, Serialize};

use crate::check::check_filled;

/// A ready-made list of servers for a country. It is expanded here; the API knows no presets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Describe)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Preset {
    /// zoop, nuvem-fiscal, melhor-envio, z-api, omie.
    Brazilian,
    /// conekta, facturapi, skydropx.
    Mexican,
    /// The servers of Argentina: afip, andreani.
    Argentinian,
    /// wompi, siigo, coordinadora.
    Colombian,
    /// One or more of each country.
    All,
}

impl Preset {
    /// The servers it stands for.
    pub const fn servers(self) -> &'static [&'static str] {
        match self {
            Self::Brazilian => &["zoop", "nuvem-fiscal", "melhor-envio", "z-api", "omie"],
            Self::Mexican => &["conekta", "facturapi", "skydropx"],
            Self::Argentinian => &["afip", "andreani"],
            Self::Colombian => &["wompi", "siigo", "coordinadora"],
            Self::All => &[
                "zoop",
                "nuvem-fiscal",
                "melhor-envio",
                "z-api",
                "omie",
                "conekta",
                "facturapi",
                "afip",
                "wompi",
            ],
        }
    }
}

/// The servers of a session without a list and without a preset.
const DEFAULT_SERVERS: &[&str] = &["zoop", "nuvem-fiscal"];

/// What a tool answers in test mode instead of reaching its provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Describe)]
#[serde(transparent)]
pub struct Mock(Json);

impl Mock {
    /// The same answer to every call.
    ///
    /// # Errors
    /// `Config` naming `mocks`, when it does not become a JSON object.
    pub fn always<V: Serialize>(answer: &V) -> Result<Self, Error> {
        let json = Json::of(answer)?;
        if json.is_object() { Ok(Self(json)) } else { Err(wrong_mock()) }
    }

    /// One answer per call, in order; after the last one calls fail with `mocks_exhausted`.
    ///
    /// # Errors
    /// `Config` naming `mocks`, when one does not become a JSON object.
    pub fn in_turn<V: Serialize>(answers: &[V]) -> Result<Self, Error> {
        let parts: Vec<_> = answers.iter().map(Json::of).collect::<Result<_, _>>()?;
        if parts.iter().all(Json::is_object) {
            Json::of(&parts).map(Self)
        } else {
            Err(wrong_mock())
        }
    }
}

fn wrong_mock() -> Error {
    Error::config("mocks", "expected JSON objects as answers")
}

/// How a self-hosted runtime starts a server of its own. `Debug` shows the program and the names
/// of the variables: arguments and environments hold keys.
///
/// ```
/// use codespar_proto::session::ServerSpec;
///
/// let mut spec = ServerSpec::stdio(["my-server", "--token", "s3cret"]);
/// spec.env.insert("API_KEY".into(), "s3cret".into());
/// assert!(!format!("{spec:?}").contains("s3cret"));
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize, Describe)]
#[non_exhaustive]
pub struct ServerSpec {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// How it is spoken to: `stdio`.
    pub transport: String,
    /// The environment of the process: variables and their values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, String>,
}

impl ServerSpec {
    /// A program spoken to over its standard input and output.
    pub fn stdio<S: Into<String>>(command: impl IntoIterator<Item = S>) -> Self {
        Self {
            command: command.into_iter().map(Into::into).collect(),
            transport: "stdio".to_owned(),
            env: BTreeMap::new(),
        }
    }
}

impl fmt::Debug for ServerSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerSpec")
            .field("program", &self.command.first())
            .field("transport", &self.transport)
            .field("env", &self.env.keys())
            .finish_non_exhaustive()
    }
}

/// What a session is opened with.
///
/// Servers and a preset add up, without duplicates; with neither, the service's two default
/// servers are taken. An empty list of servers is a list: the session has none.
///
/// ```
/// use codespar_proto::{CreateSession, Preset};
///
/// let args = CreateSession::new("buyer-77").preset(Preset::Brazilian).server("asaas");
/// ```
#[derive(Clone, Debug, PartialEq, Default)]
pub struct CreateSession {
    pub(crate) user_id: Sensitive,
    pub(crate) servers: Option<Vec<String>>,
    pub(crate) preset: Option<Preset>,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) mocks: Option<BTreeMap<String, Mock>>,
    pub(crate) agent_id: Option<String>,
    pub(crate) project: Option<String>,
    pub(crate) server_specs: BTreeMap<String, ServerSpec>,
    pub(crate) wait: Option<Duration>,
}

impl CreateSession {
    /// A session on behalf of this user of yours (1 to 128 characters).
    pub fn new(user_id: impl Into<Sensitive>) -> Self {
        Self { user_id: user_id.into(), ..Self::default() }
    }

    /// Exactly these servers; none at all is possible.
    #[must_use]
    pub fn servers<S: Into<String>>(mut self, servers: impl IntoIterator<Item = S>) -> Self {
        self.servers = Some(servers.into_iter().map(Into::into).collect());
        self
    }

    /// One server more.
    #[must_use]
    pub fn server(mut self, server: impl Into<String>) -> Self {
        self.servers.get_or_insert_default().push(server.into());
        self
    }

    /// The servers of a country.
    #[must_use]
    pub fn preset(mut self, preset: Preset) -> Self {
        self.preset = Some(preset);
        self
    }

    /// A note kept with the session.
    #[must_use]
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.insert(name.into(), value.into());
        self
    }

    /// In test mode: what a tool (`server/tool`) answers. Names go to the server as they are.
    #[doc(alias = "fixture")]
    #[must_use]
    pub fn mock(mut self, tool: impl Into<String>, mock: Mock) -> Self {
        self.mocks.get_or_insert_default().insert(tool.into(), mock);
        self
    }

    /// In test mode: all answers at once. An empty table is sent too, and mocks nothing.
    #[must_use]
    pub fn mocks(mut self, mocks: BTreeMap<String, Mock>) -> Self {
        self.mocks = Some(mocks);
        self
    }

    /// The registered agent that acts.
    #[must_use]
    pub fn agent(mut self, agent_id: impl Into<String>) -> Self {
        self.agent_id = Some(agent_id.into());
        self
    }

    /// The project of this session, instead of the client's. An empty one changes nothing.
    #[must_use]
    pub fn project(mut self, project: impl Into<String>) -> Self {
        self.project = Some(project.into()).filter(|project| !project.is_empty());
        self
    }

    /// On a self-hosted runtime: starts a server of your own under this id.
    #[must_use]
    pub fn server_spec(mut self, id: impl Into<String>, spec: ServerSpec) -> Self {
        self.server_specs.insert(id.into(), spec);
        self
    }

    /// Waits until all servers are connected, for at most `limit`, before the session is handed
    /// out. [`Session::connections_wait`](crate::Session::connections_wait) says how it went.
    #[must_use]
    pub fn wait_for_connections(mut self, limit: Duration) -> Self {
        self.wait = Some(limit);
        self
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        check_filled("user_id", self.user_id.expose())?;
        if self.user_id.expose().chars().count() > 128 {
            return Err(Error::config("user_id", "expected at most 128 characters"));
        }
        for server in self.servers.iter().flatten() {
            check_filled("servers", server)?;
        }
        if let Some(agent) = &self.agent_id {
            check_filled("agent_id", agent)?;
        }
        if let Some(limit) = self.wait {
            check_limit("wait_for_connections", limit)?;
        }
        for (id, spec) in &self.server_specs {
            check_filled("server_specs", id)?;
            if spec.command.is_empty() {
                return Err(Error::config("server_specs", "expected a command"));
            }
        }
        Ok(())
    }

    /// The list that is sent: explicit servers, then the preset's, each once.
    pub(crate) fn server_list(&self) -> Vec<&str> {
        let mut list: Vec<&str> = self.servers.iter().flatten().map(String::as_str).collect();
        let more = match (self.preset, &self.servers) {
            (Some(preset), _) => preset.servers(),
            (None, None) => DEFAULT_SERVERS,
            (None, Some(_)) => &[],
        };
        list.extend(more);
        let mut seen = std::collections::HashSet::new();
        list.retain(|server| seen.insert(*server));
        list
    }
}

/// How a session stands.
#[derive(Default, Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum SessionStatus {
    /// It is being made.
    Pending,
    /// It takes calls; also where the server does not say.
    #[default]
    Active,
    /// It is over.
    Closed,
    /// It failed for good.
    Error,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}
