//! Which servers a session reaches, and with which tools (`GET /v1/sessions/{id}/connections`).

use std::{sync::Arc, time::Duration};

use codespar_engine::{
    BoxFlow, Call, Error, Json, Response, Service, Transport, answer, check_limit, endpoints,
    kit::{Next, Ready, Repeat},
    open_enum,
};
use serde::Serialize;

use crate::Session;

endpoints! {
    pub(crate) static ROUTES;
    fn connections(session) -> Connections: "session.connections" GET "/v1/sessions/{session}/connections", read one_shape;
}

/// How long it waits between two looks.
const PAUSE: Duration = Duration::from_secs(1);

open_enum! {
    /// How a provider knows its caller.
    pub enum AuthType {
        /// Not at all.
        None = "none",
        /// A key.
        ApiKey = "api_key",
        /// Secrets within the path.
        PathSecret = "path_secret",
        /// OAuth.
        Oauth = "oauth",
        /// A client certificate.
        Cert = "cert",
        /// Requests signed with a shared secret.
        HmacSigned = "hmac_signed",
        /// A token signed with a key pair.
        JwtEcdsa = "jwt_ecdsa",
        /// Two headers.
        TwoHeader = "two_header",
        /// Coinbase's developer platform.
        Cdp = "cdp",
    }
}

answer! {
    /// A server of a session.
    pub struct ServerConnection {
        /// The id, such as `asaas`.
        pub id: String,
        /// The name for people.
        pub name: Option<String>,
        /// What it is for, such as `payments`.
        pub category: Option<String>,
        /// The country, such as `BR`.
        pub country: Option<String>,
        /// How it knows its caller, where the server says so.
        pub auth_type: Option<AuthType>,
        /// Whether it is connected. The managed service says `false` throughout today.
        pub connected: bool = default,
    }

    /// A tool that can be called by its name.
    pub struct Tool {
        /// The name: `codespar_charge`, `asaas/create_payment`.
        pub name: String = default,
        /// What it does.
        pub description: String = default,
        /// What it takes, as a JSON schema.
        pub input_schema: Option<Json>,
        /// The server it belongs to.
        pub server: Option<String>,
    }

    /// The servers and tools of a session, in whichever way the server lists them.
    struct Listed {
        servers: Option<Vec<ServerConnection>>,
        connections: Option<Vec<ServerConnection>>,
        data: Option<Vec<ServerConnection>>,
        tools: Vec<Tool> = default,
    }

    /// The servers and tools of a session.
    #[derive(Default)]
    pub struct Connections {
        /// The servers.
        pub servers: Vec<ServerConnection> = default,
        /// The tools. A self-hosted runtime lists none.
        pub tools: Vec<Tool> = default,
    }
}

impl Connections {
    /// Whether there are servers and all of them are connected.
    pub fn all_connected(&self) -> bool {
        !self.servers.is_empty() && self.servers.iter().all(|server| server.connected)
    }
}

impl Tool {
    /// Whether its name or description holds a text, which is lower case.
    pub(crate) fn mentions(&self, text: &str) -> bool {
        self.name.to_lowercase().contains(text) || self.description.to_lowercase().contains(text)
    }
}

/// How waiting for connections ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ConnectionsWait {
    /// Whether every server was connected when it ended.
    pub all_connected: bool,
    /// The list as it was last seen; `None` when it could not be read even once.
    pub connections: Option<Connections>,
}

fn one_shape(answer: Response) -> Result<Connections, Error> {
    let listed: Listed = answer.json()?;
    let servers = listed.servers.or(listed.connections).or(listed.data).unwrap_or_default();
    Ok(Connections { servers, tools: listed.tools, extra: listed.extra })
}

/// Looks every second until all are connected or the time is up. A look that fails is a look.
pub(crate) fn wait_until_connected(
    service: &Arc<Service>,
    session: &str,
    limit: Duration,
) -> BoxFlow<ConnectionsWait> {
    let (service, session) = (Arc::clone(service), session.to_owned());
    let ask = move || -> BoxFlow<Connections> { Box::new(connections(&service, &session)) };
    let mut last = None;
    Box::new(Repeat::new(ask, move |answer, spent| {
        match answer {
            Ok(seen) => last = Some(seen),
            Err(error) if error.kind() == codespar_engine::ErrorKind::Canceled => {
                return Next::Done(Err(error));
            }
            Err(_) => {}
        }
        let all_connected = last.as_ref().is_some_and(Connections::all_connected);
        if all_connected || spent >= limit {
            return Next::Done(Ok(ConnectionsWait { all_connected, connections: last.take() }));
        }
        Next::Again(PAUSE.min(limit - spent))
    }))
}

impl<T: Transport> Session<T> {
    /// Its servers and whether they are connected, and its tools
    /// (`GET /v1/sessions/{id}/connections`).
    ///
    /// On the managed service `connected` is `false` throughout today.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # fn example<T: codespar_proto::BlockingTransport>(session: &codespar_proto::Session<T>) -> Result<(), codespar_proto::Error> {
    /// for server in &session.connections().send()?.servers {
    ///     println!("{}: {}", server.id, server.connected);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As every call; an empty list is never a hidden failure.
    pub fn connections(&self) -> Call<T, Connections> {
        let core = Arc::clone(self.core());
        self.call(connections(self.service(), self.id())).map(move |connections| {
            *core.remembered() = Some(connections.clone());
            connections
        })
    }

    /// Waits until all its servers are connected, for at most `limit`; the outcome says whether
    /// they are.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # fn example<T: codespar_proto::BlockingTransport>(session: &codespar_proto::Session<T>) -> Result<(), codespar_proto::Error> {
    /// use std::time::Duration;
    ///
    /// let wait = session.wait_for_connections(Duration::from_secs(30)).send()?;
    /// println!("all connected: {}", wait.all_connected);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `Config` naming `limit`.
    pub fn wait_for_connections(&self, limit: Duration) -> Call<T, ConnectionsWait> {
        if let Err(error) = check_limit("limit", limit) {
            return self.fails(error.at("session.wait_for_connections"));
        }
        self.call(wait_until_connected(self.service(), self.id(), limit))
    }

    /// Its tools: those seen last, or else asked for once.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # fn example<T: codespar_proto::BlockingTransport>(session: &codespar_proto::Session<T>) -> Result<(), codespar_proto::Error> {
    /// for tool in session.tools().send()? {
    ///     println!("{}", tool.name);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`connections`](Self::connections).
    pub fn tools(&self) -> Call<T, Vec<Tool>> {
        match self.last_connections() {
            Some(known) => self.call(Ready::with(known.tools)),
            None => self.connections().map(|connections| connections.tools),
        }
    }

    /// Its tools whose name or description holds the text, in any case.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # fn example<T: codespar_proto::BlockingTransport>(session: &codespar_proto::Session<T>) -> Result<(), codespar_proto::Error> {
    /// for tool in session.find_tools("boleto").send()? {
    ///     println!("{}", tool.name);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`tools`](Self::tools).
    pub fn find_tools(&self, intent: &str) -> Call<T, Vec<Tool>> {
        let intent = intent.to_lowercase();
        self.tools()
            .map(move |tools| tools.into_iter().filter(|tool| tool.mentions(&intent)).collect())
    }
}
