//! Operations of a client.

use std::{collections::BTreeMap, time::Duration};

use serde::Deserialize;

use crate::session::create::{CreateSession, Mock, Preset, ServerSpec};

operations! {
    Client client;

    "client.create" (args: Create) => client.create(&args.into());
    "client.session" { session_id: String } => client.session(session_id);
}

/// The options of `client.create`.
#[derive(Deserialize)]
struct Create {
    user_id: String,
    servers: Option<Vec<String>>,
    preset: Option<Preset>,
    #[serde(default)]
    metadata: Option<BTreeMap<String, String>>,
    mocks: Option<BTreeMap<String, Mock>>,
    agent_id: Option<String>,
    project_id: Option<String>,
    server_specs: Option<BTreeMap<String, ServerSpec>>,
    manage_connections: Option<ManageConnections>,
}

/// Whether to wait for connections, and for how long: 30 s where nothing is said.
#[derive(Deserialize)]
struct ManageConnections {
    #[serde(default)]
    wait_for_connections: bool,
    /// The pause, in milliseconds.
    #[serde(default = "half_a_minute")]
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
