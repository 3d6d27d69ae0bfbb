//! Clients and sessions themselves as JSON.

use std::{collections::BTreeMap, time::Duration};

use codespar_engine::{Describe, Error, Json, Sensitive, registry::arguments};
use serde::{Deserialize, Serialize};

use crate::{
    client::{Client, config::Config},
    session::{Session, connections::answer::ConnectionsWait, info::SessionInfo},
};

/// Reads a configuration: `api_key`, `base_url`, `project_id` and `timeout` (seconds). What is not
/// given comes from the variables that [`Config::from_vars`] reads.
///
/// # Errors
/// `Config` naming the setting that cannot work; whatever takes a server to know comes up when a
/// client is made.
pub fn config(args: &Json, lookup: impl Fn(&str) -> Option<String>) -> Result<Config, Error> {
    #[derive(Deserialize, Describe)]
    struct Settings {
        api_key: Option<String>,
        base_url: Option<String>,
        project_id: Option<String>,
        timeout: Option<f64>,
    }
    let Settings { api_key, base_url, project_id, timeout } = arguments(args)?;
    let mut config = match api_key {
        Some(key) => Config::from_vars(|name| match name {
            // An empty key is a wrong one, not an absent one.
            "CODESPAR_API_KEY" => Some(key.clone()).filter(|key| !key.is_empty()),
            name => lookup(name),
        })?,
        None => Config::from_vars(lookup)?,
    };
    if let Some(url) = base_url {
        config = config.base_url(url);
    }
    match project_id.as_deref() {
        Some("") => return Err(Error::config("project_id", "expected a project, it is empty")),
        Some(project) => config = config.project(project),
        None => {}
    }
    if let Some(timeout) = timeout {
        config = config.timeout(seconds("timeout", timeout)?);
    }
    Ok(config)
}

/// A time limit in seconds.
fn seconds(field: &str, seconds: f64) -> Result<Duration, Error> {
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| Error::config(field, "expected a number of seconds, more than zero"))
}

/// The settings of a client, without its key.
///
/// # Errors
/// None that this version knows.
pub fn describe_client<T: codespar_engine::driver::Transport>(
    client: &Client<T>,
) -> Result<Json, Error> {
    #[derive(Serialize)]
    struct Settings<'a> {
        base_url: &'a str,
        project_id: Option<&'a str>,
    }
    Json::of(&Settings { base_url: client.base_url(), project_id: client.project() })
}

/// What is known of a session, where its tools are reached, and how waiting for its connections
/// went. The API key is in it.
///
/// # Errors
/// None that this version knows.
pub fn describe_session<T>(session: &Session<T>) -> Result<Json, Error> {
    #[derive(Serialize)]
    struct Described<'a> {
        #[serde(flatten)]
        info: &'a SessionInfo,
        mcp: Mcp<'a>,
        connections_wait: Option<Wait<'a>>,
    }
    let mcp = session.mcp();
    let wait = session.connections_wait().map(|wait| {
        let ConnectionsWait { all_connected, connections } = wait;
        Wait { all_connected: *all_connected, connections: connections.as_ref() }
    });
    Json::of(&Described { info: session.info(), mcp: Mcp::of(&mcp), connections_wait: wait })
}

#[derive(Serialize)]
struct Wait<'a> {
    all_connected: bool,
    connections: Option<&'a crate::session::connections::SessionConnections>,
}

/// Where the tools of a session are reached: headers as an object, which is how other languages
/// want them.
#[derive(Serialize, Describe)]
pub(super) struct Mcp<'a> {
    /// The URL of the session's MCP endpoint.
    url: &'a str,
    /// The headers it wants, the key among them.
    headers: BTreeMap<&'a str, &'a Sensitive>,
}

impl<'a> Mcp<'a> {
    pub(super) fn of(config: &'a crate::session::McpConfig) -> Self {
        let headers = config.headers.iter().map(|(name, value)| (name.as_str(), value));
        Self { url: &config.url, headers: headers.collect() }
    }
}
