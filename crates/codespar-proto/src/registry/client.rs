//! Operations of a client itself whose methods do more than make one request: those of its
//! subjects are in the files beside this one.

use std::{collections::BTreeMap, time::Duration};

use codespar_engine::{Describe, Json, compositions};
use serde::Deserialize;

use crate::{
    client::Client,
    registry::started::{Start, Started},
    session::{
        create::{CreateSession, Mock, Preset, ServerSpec},
        info::SessionInfo,
    },
};

compositions! {
    pub(super) static OPERATIONS;
    fn start(client: Client) -> Started;
    /// Opens a session on behalf of a user, with servers to run tools of.
    "client.create"(args: Create) -> SessionInfo, of "client.create" =>
        client.create(&args.into());
    /// Takes a session up again by its id; nothing is sent.
    "client.session" {
        /// The id of the session.
        session_id: String,
    } -> SessionInfo => client.session(session_id);
    /// Makes a request to any route of the API.
    "client.request" {
        /// The HTTP method, such as `GET`.
        method: String,
        /// The path, percent-encoded, such as `/v1/fees`.
        path: String,
        /// What goes into the query: texts, numbers, truth values.
        query: Option<BTreeMap<String, Json>>,
        /// What is sent as JSON.
        body: Option<Json>,
        /// Headers besides those of every call.
        headers: Option<BTreeMap<String, String>>,
    } -> Json => {
        let mut request = client.request(method, path);
        if let Some(query) = query {
            request = request.query(&query);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        for (name, value) in headers.unwrap_or_default() {
            request = request.header(&name, &value);
        }
        request.json_value()
    };
}

/// The options of `client.create`.
#[derive(Deserialize, Describe)]
struct Create {
    /// The user of yours that it acts for, 1 to 128 characters.
    user_id: String,
    /// Exactly these servers, besides those of the preset; none at all is possible.
    servers: Option<Vec<String>>,
    /// The servers of a country.
    preset: Option<Preset>,
    /// Notes kept with the session.
    #[serde(default)]
    metadata: Option<BTreeMap<String, String>>,
    /// In test mode: what tools answer, by tool.
    mocks: Option<BTreeMap<String, Mock>>,
    /// The registered agent that acts.
    agent_id: Option<String>,
    /// The project of this session, instead of the client's.
    project_id: Option<String>,
    /// On a self-hosted runtime: servers of your own, by id.
    server_specs: Option<BTreeMap<String, ServerSpec>>,
    /// Whether to wait for connections before the session is handed out.
    manage_connections: Option<ManageConnections>,
}

/// Whether to wait for connections, and for how long: 30 s where nothing is said.
#[derive(Deserialize, Describe)]
struct ManageConnections {
    /// Whether to wait at all.
    #[serde(default)]
    wait_for_connections: bool,
    /// How long at most, in milliseconds.
    #[serde(default = "half_a_minute")]
    #[wire(milliseconds)]
    timeout: u64,
}

const fn half_a_minute() -> u64 {
    30_000
}

impl From<Create> for CreateSession {
    fn from(args: Create) -> Self {
        let mut create = Self::new(args.user_id);
        if let Some(servers) = args.servers {
            create = create.servers(servers);
        }
        if let Some(preset) = args.preset {
            create = create.preset(preset);
        }
        for (name, value) in args.metadata.into_iter().flatten() {
            create = create.metadata(name, value);
        }
        if let Some(mocks) = args.mocks {
            create = create.mocks(mocks);
        }
        if let Some(agent) = args.agent_id {
            create = create.agent(agent);
        }
        if let Some(project) = args.project_id {
            create = create.project(project);
        }
        for (id, spec) in args.server_specs.into_iter().flatten() {
            create = create.server_spec(id, spec);
        }
        match args.manage_connections {
            Some(ManageConnections { wait_for_connections: true, timeout }) => {
                create.wait_for_connections(Duration::from_millis(timeout))
            }
            _ => create,
        }
    }
}
