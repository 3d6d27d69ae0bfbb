//! Which servers a session reaches, and with which tools (`GET /v1/sessions/{id}/connections`).

pub(crate) mod answer;

use std::{sync::Arc, time::Duration};

use codespar_engine::{
    Answer, Call, Error, ErrorKind, Extra,
    driver::{BoxFlow, Transport},
    endpoints,
    kit::{Last, Map, Polls, Ready, Response, Service, check_limit},
};

pub use self::answer::{ConnectionsWait, ServerConnection, SessionConnections, Tool};
use crate::session::Session;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the servers of the session and its tools.
    fn connections(session_id) -> SessionConnections:
        "session.connections" GET "/v1/sessions/{session_id}/connections", scope "sessions:read",
        read read_connections, part of connections;
}

const WAIT: &str = "session.wait_for_connections";

/// How long it waits between two looks.
const PAUSE: Duration = Duration::from_secs(1);

/// The servers and tools of a session, in whichever way the server lists them.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Listed {
    servers: Option<Vec<ServerConnection>>,
    connections: Option<Vec<ServerConnection>>,
    data: Option<Vec<ServerConnection>>,
    #[wire(default)]
    tools: Vec<Tool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn read_connections(answer: Response) -> Result<SessionConnections, Error> {
    let listed: Listed = answer.json()?;
    let servers = listed.servers.or(listed.connections).or(listed.data).unwrap_or_default();
    let (servers, tools) = (servers.into(), listed.tools.into());
    Ok(SessionConnections { servers, tools, extra: listed.extra })
}

/// Looks every second until all are connected or the time is up. A look that fails is a look.
pub(crate) fn wait_until_connected(
    service: &Arc<Service>,
    session: &str,
    limit: Duration,
) -> BoxFlow<ConnectionsWait> {
    let (service, session) = (Arc::clone(service), session.to_owned());
    let ask = move || -> BoxFlow<SessionConnections> { Box::new(connections(&service, &session)) };
    let passes = |error: &Error| error.kind() != ErrorKind::Canceled;
    let polls =
        Polls::new(ask, PAUSE, passes).until(SessionConnections::all_connected).for_at_most(limit);
    let last = Last::new(WAIT, polls, |_| false).timeout_for_each();
    Box::new(Map::outcome(last, |seen| match seen {
        Ok(seen) => Ok(ConnectionsWait::of(Some(seen))),
        Err(error) if error.kind() == ErrorKind::Canceled => Err(error),
        Err(error) => Ok(ConnectionsWait::of(error.last().cloned())),
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
    /// # Errors
    /// As every call; an empty list is never a hidden failure.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// for server in session.connections().send()?.servers.iter() {
    ///     println!("{}: {}", server.id, server.connected);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn connections(&self) -> Call<T, SessionConnections> {
        let core = Arc::clone(self.core());
        self.call(connections(self.service(), self.id())).map(move |connections| {
            *core.last_seen() = Some(connections.clone());
            connections
        })
    }

    /// Waits until all its servers are connected, for at most `limit`; the outcome says whether
    /// they are.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// use std::time::Duration;
    ///
    /// let wait = session.wait_for_connections(Duration::from_secs(30)).send()?;
    /// println!("all connected: {}", wait.all_connected);
    /// # Ok(()) }
    /// ```
    pub fn wait_for_connections(&self, limit: Duration) -> Call<T, ConnectionsWait> {
        let flow = check_limit("limit", limit);
        let flow = flow.map(|()| wait_until_connected(self.service(), self.id(), limit));
        self.api().checked(WAIT, flow)
    }

    /// The tools of the session, with the JSON Schema of what they take where the server gives it:
    /// those seen last, or else asked for once. The list is shared, not copied, however long.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// As [`connections`](Self::connections).
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// for tool in session.tools().send()?.iter() {
    ///     println!("{}", tool.name);
    /// }
    /// # Ok(()) }
    /// ```
    #[doc(alias = "openai")]
    #[doc(alias = "function calling")]
    #[doc(alias = "tool schema")]
    pub fn tools(&self) -> Call<T, Arc<[Tool]>> {
        match self.last_connections() {
            Some(known) => self.call(Ready::with(known.tools)),
            None => self.connections().map(|connections| connections.tools),
        }
    }

    /// Its tools whose name or description holds the text, in any case: copies of those, of the
    /// list
    /// that [`tools`](Self::tools) gives.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// As [`tools`](Self::tools).
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// for tool in session.find_tools("boleto").send()? {
    ///     println!("{}", tool.name);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn find_tools(&self, intent: &str) -> Call<T, Vec<Tool>> {
        let intent = intent.to_lowercase();
        self.tools()
            .map(move |tools| tools.iter().filter(|tool| tool.mentions(&intent)).cloned().collect())
    }
}
