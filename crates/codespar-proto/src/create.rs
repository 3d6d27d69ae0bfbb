//! Opening a session (`POST /v1/sessions`).

use std::{collections::BTreeMap, convert::Infallible, sync::Arc, time::Duration};

use codespar_engine::{
    ApiKey, BoxFlow, CallOptions, Error, Event, Flow, Json, Service, Step, Tick, Unary, answer,
    check_limit, describe::check_segment, endpoints, open_enum,
};
use serde::{Deserialize, Serialize};

use crate::{
    ServerRef, SessionInfo, Timestamp,
    client::ClientCore,
    connections::{self, ConnectionsWait},
    ids::{PROJECT_HEADER, check_filled, project_header},
    session::SessionCore,
};

endpoints! {
    pub(crate) static ROUTES;
    fn create_session(; json: &Body<'_>) -> Created: "client.create" POST "/v1/sessions";
}

/// A ready-made list of servers for a country. It is expanded here; the API knows no presets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Preset {
    /// zoop, nuvem-fiscal, melhor-envio, z-api, omie.
    Brazilian,
    /// conekta, facturapi, skydropx.
    Mexican,
    /// afip, andreani.
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
        if parts.iter().all(Json::is_object) { Json::of(&parts).map(Self) } else { Err(wrong_mock()) }
    }
}

fn wrong_mock() -> Error {
    Error::config("mocks", "expected JSON objects as answers")
}

/// How a self-hosted runtime starts a server of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ServerSpec {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// How it is spoken to: `stdio`.
    pub transport: String,
    /// Its environment.
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
    user_id: String,
    servers: Option<Vec<String>>,
    preset: Option<Preset>,
    metadata: BTreeMap<String, String>,
    mocks: Option<BTreeMap<String, Mock>>,
    agent_id: Option<String>,
    project: Option<String>,
    server_specs: BTreeMap<String, ServerSpec>,
    wait: Option<Duration>,
}

impl CreateSession {
    /// A session on behalf of this user of yours (1 to 128 characters).
    pub fn new(user_id: impl Into<String>) -> Self {
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

    fn check(&self) -> Result<(), Error> {
        check_filled("user_id", &self.user_id)?;
        if self.user_id.chars().count() > 128 {
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
    fn server_list(&self) -> Vec<&str> {
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

#[derive(Serialize)]
struct Body<'a> {
    servers: Vec<&'a str>,
    user_id: &'a str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    metadata: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mocks: Option<&'a BTreeMap<String, Mock>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_id: Option<&'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    server_specs: &'a BTreeMap<String, ServerSpec>,
}

open_enum! {
    /// How a session stands.
    #[derive(Default)]
    pub enum SessionStatus {
        /// It is being made.
        Pending = "pending",
        /// It takes calls; also where the server does not say.
        #[default]
        Active = "active",
        /// It is over.
        Closed = "closed",
        /// It failed for good.
        Error = "error",
    }
}

answer! {
    /// The answer to creating a session; a self-hosted runtime sends `id` and `status` only.
    struct Created {
        id: String,
        org_id: Option<String>,
        project_id: Option<String>,
        user_id: Option<String>,
        servers: Option<Vec<ServerRef>>,
        status: Option<SessionStatus>,
        created_at: Option<Timestamp>,
        closed_at: Option<Timestamp>,
    }
}

/// Checks the arguments and makes the flow of them.
pub(crate) fn prepare(client: &ClientCore, args: &CreateSession) -> Result<Opening, Error> {
    args.check()?;
    let service = match &args.project {
        None => Arc::clone(&client.service),
        Some(project) => {
            let mut service = Service::clone(&client.service);
            service.headers.insert(PROJECT_HEADER, project_header(project)?);
            Arc::new(service)
        }
    };
    let servers = args.server_list();
    let body = Body {
        servers: servers.clone(),
        user_id: &args.user_id,
        metadata: &args.metadata,
        mocks: args.mocks.as_ref(),
        agent_id: args.agent_id.as_deref(),
        server_specs: &args.server_specs,
    };
    Ok(Opening {
        inner: Stage::Creating(create_session(&service, &body)),
        asked: Asked {
            user_id: args.user_id.clone(),
            servers: servers.into_iter().map(ServerRef::from).collect(),
        },
        key: client.key.clone(),
        service,
        wait: args.wait,
        made: None,
        options: CallOptions::default(),
    })
}

/// What was asked for, where the answer does not say.
struct Asked {
    user_id: String,
    servers: Vec<ServerRef>,
}

/// Creates the session, then waits for its connections if that was asked for.
pub(crate) struct Opening {
    inner: Stage,
    asked: Asked,
    service: Arc<Service>,
    key: ApiKey,
    wait: Option<Duration>,
    made: Option<SessionInfo>,
    options: CallOptions,
}

enum Stage {
    Creating(Unary<Created>),
    Waiting(BoxFlow<ConnectionsWait>),
}

impl Flow for Opening {
    type Item = Infallible;
    type Output = SessionCore;

    fn resume(&mut self, tick: Tick, event: Event) -> Step<Self::Item, SessionCore> {
        if let Event::Start(options) = &event {
            self.options = options.clone();
        }
        match &mut self.inner {
            Stage::Creating(flow) => match flow.resume(tick, event).or_done() {
                Ok(step) => step,
                Err(Err(error)) => Step::Done(Err(error)),
                Err(Ok(created)) => self.created(tick, created),
            },
            Stage::Waiting(flow) => match flow.resume(tick, event).or_done() {
                Ok(step) => step,
                // The session exists: a wait that failed must not lose it.
                Err(outcome) => self.finish(Some(outcome)),
            },
        }
    }
}

impl Opening {
    fn created(&mut self, tick: Tick, created: Created) -> Step<Infallible, SessionCore> {
        let info = SessionInfo::of_creation(
            created.id,
            created.user_id.unwrap_or_else(|| self.asked.user_id.clone()),
            created.servers.unwrap_or_else(|| std::mem::take(&mut self.asked.servers)),
        );
        let info = SessionInfo {
            org_id: created.org_id,
            project_id: created.project_id,
            status: created.status.unwrap_or(SessionStatus::Active),
            created_at: created.created_at,
            closed_at: created.closed_at,
            extra: created.extra,
            ..info
        };
        if check_segment("id", &info.id).is_err() {
            let error = Error::decode("id: expected an id that can stand in a path");
            return Step::Done(Err(error.at("client.create").maybe_sent(true)));
        }
        self.made = Some(info);
        let Some(limit) = self.wait else { return self.finish(None) };
        let id = self.made.as_ref().map_or("", |info| info.id.as_str());
        let mut flow = connections::wait_until_connected(&self.service, id, limit);
        let mut options = self.options.clone();
        options.idempotency_key = None;
        let step = flow.resume(tick, Event::Start(options));
        self.inner = Stage::Waiting(flow);
        match step.or_done() {
            Ok(step) => step,
            Err(outcome) => self.finish(Some(outcome)),
        }
    }

    fn finish(
        &mut self,
        waited: Option<Result<ConnectionsWait, Error>>,
    ) -> Step<Infallible, SessionCore> {
        let Some(info) = self.made.take() else {
            return Step::Done(Err(Error::stream("the session was made already")));
        };
        let waited = waited.map(|outcome| outcome.unwrap_or_default());
        Step::Done(Ok(SessionCore::made(Arc::clone(&self.service), self.key.clone(), info, waited)))
    }
}
