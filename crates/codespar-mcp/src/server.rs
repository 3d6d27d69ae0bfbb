//! A server: clients, options, and what it knows while it runs.

use std::{
    fmt,
    sync::{Arc, Mutex as SyncMutex, PoisonError},
    time::{Duration, SystemTime},
};

use codespar_async::{
    Client, CreateSession, Error,
    agent_tools::{CallRecord, LeftOut, MemoryRecord},
    upivia,
};
use rmcp::{RoleServer, service::Peer};
use tokio::sync::{Mutex, watch};

use crate::{
    catalog::{Catalog, Clients},
    chance,
    input::End,
    options::Options,
    record::ServerRecord,
    sealed::Seals,
};

type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// A server of the Model Context Protocol. It is cheap to clone; clones are one server.
///
/// Its calls are written into one record, so that one server is one conversation: repetitions are
/// noticed, and limits counted, over all of its clients.
#[derive(Clone)]
pub struct Server {
    pub(crate) shared: Arc<Shared>,
    /// The end of what this clone's client says.
    pub(crate) end: End,
}

/// A server that is being made.
#[must_use]
pub struct ServerBuilder {
    options: Options,
    clients: Clients,
    record: Arc<dyn CallRecord>,
    clock: Clock,
}

/// What a server knows while it runs.
pub(crate) struct Shared {
    pub(crate) options: Options,
    pub(crate) clients: Clients,
    pub(crate) record: Arc<ServerRecord>,
    pub(crate) seals: Seals,
    /// The conversation of call ids that could be in another one, too.
    pub(crate) conversation: String,
    clock: Clock,
    catalog: Mutex<Option<Arc<Catalog>>>,
    /// Clients that are told when the list has changed, and a count of changes for those that
    /// listen for them.
    peers: SyncMutex<Vec<Peer<RoleServer>>>,
    pub(crate) changes: watch::Sender<u64>,
}

/// What is offered at a time.
pub(crate) enum Offer {
    Tools(Arc<Catalog>),
    /// There is no key that works; what was said of the one there is.
    SetUp(Option<String>),
}

impl Server {
    /// A server with these options, and without clients yet: it offers a tool that says how to set
    /// it up.
    pub fn builder(options: Options) -> ServerBuilder {
        ServerBuilder {
            options,
            clients: Clients::default(),
            record: Arc::new(MemoryRecord::new()),
            clock: Arc::new(SystemTime::now),
        }
    }

    /// The tools that are not offered, and why. It opens the session, if it is not open.
    ///
    /// # Errors
    /// Why the session cannot be opened, or its tools be listed.
    pub async fn left_out(&self) -> Result<Vec<LeftOut>, Error> {
        match self.shared.offer().await? {
            Offer::Tools(catalog) => Ok(catalog.left_out()),
            Offer::SetUp(_) => Ok(Vec::new()),
        }
    }

    /// Asks anew which tools there are, and tells the clients if they are others.
    ///
    /// # Errors
    /// Why they cannot be listed.
    pub async fn refresh(&self) -> Result<(), Error> {
        self.shared.refresh().await
    }

    /// Closes the session, if it is open. It would be opened again by the next call.
    ///
    /// # Errors
    /// Why it could not be closed.
    pub async fn close(&self) -> Result<(), Error> {
        let catalog = self.shared.catalog.lock().await.take();
        if let Some(session) = catalog.as_ref().and_then(|catalog| catalog.session.as_ref()) {
            session.close().await?;
        }
        Ok(())
    }
}

impl ServerBuilder {
    /// The client of CodeSpar, and how its sessions are opened.
    pub fn codespar(mut self, client: &Client, session: CreateSession) -> Self {
        self.clients.codespar = Some((client.clone(), session));
        self
    }

    /// The client of Upivia. Its tools are offered where the options say so.
    pub fn upivia(mut self, client: &upivia::Client) -> Self {
        self.clients.upivia = Some(client.clone());
        self
    }

    /// The record of calls: one that writes to a disk remembers them after a restart. Default: in
    /// memory.
    pub fn record(mut self, record: Arc<dyn CallRecord>) -> Self {
        self.record = record;
        self
    }

    /// The time of day, for tests.
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The server.
    ///
    /// # Errors
    /// `Config`, naming an option that does not go with the others, or if the system has no random
    /// bytes.
    pub fn build(self) -> Result<Server, Error> {
        self.options.check()?;
        if self.options.upivia && self.clients.upivia.is_none() {
            return Err(Error::config("upivia", "expected a client of Upivia"));
        }
        let run = format!("run {}", chance::name()?);
        let named = self.options.conversation.clone();
        let shared = Shared {
            record: Arc::new(ServerRecord::new(self.record, named.clone().unwrap_or_default())),
            seals: Seals::new()?,
            conversation: named.unwrap_or(run),
            options: self.options,
            clients: self.clients,
            clock: self.clock,
            catalog: Mutex::default(),
            peers: SyncMutex::default(),
            changes: watch::Sender::new(0),
        };
        Ok(Server { shared: Arc::new(shared), end: End::never() })
    }
}

impl Shared {
    pub(crate) fn now(&self) -> SystemTime {
        (self.clock)()
    }

    /// Now, in milliseconds since 1970.
    pub(crate) fn milliseconds(&self) -> u64 {
        let since = self.now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    /// What is offered; opens the session when it is needed for the first time.
    pub(crate) async fn offer(&self) -> Result<Offer, Error> {
        let has_upivia = self.options.upivia && self.clients.upivia.is_some();
        if self.clients.codespar.is_none() && !has_upivia {
            return Ok(Offer::SetUp(None));
        }
        let mut current = self.catalog.lock().await;
        if let Some(catalog) = &*current {
            return Ok(Offer::Tools(Arc::clone(catalog)));
        }
        match self.open().await {
            Ok(catalog) => {
                *current = Some(Arc::clone(&catalog));
                Ok(Offer::Tools(catalog))
            }
            Err(error) if is_refused_key(&error) => {
                Ok(Offer::SetUp(Some(error.message().to_owned())))
            }
            Err(error) => Err(error),
        }
    }

    async fn open(&self) -> Result<Arc<Catalog>, Error> {
        let record: Arc<dyn CallRecord> = Arc::clone(&self.record) as _;
        Ok(Arc::new(Catalog::open(&self.clients, &self.options, &record).await?))
    }

    /// Opens another session in place of one that has ended, unless somebody has done so before.
    pub(crate) async fn reopen(&self, ended: &Arc<Catalog>) -> Result<(), Error> {
        let mut current = self.catalog.lock().await;
        let is_current = current.as_ref().is_some_and(|catalog| Arc::ptr_eq(catalog, ended));
        if current.is_some() && !is_current {
            return Ok(());
        }
        let catalog = self.open().await?;
        *current = Some(Arc::clone(&catalog));
        drop(current);
        self.announce(ended, &catalog).await;
        Ok(())
    }

    /// Asks anew which tools there are, in the session that is open.
    pub(crate) async fn refresh(&self) -> Result<(), Error> {
        let mut current = self.catalog.lock().await;
        let Some(before) = current.clone() else { return Ok(()) };
        let record: Arc<dyn CallRecord> = Arc::clone(&self.record) as _;
        let session = before.session.clone();
        let catalog = Catalog::of_session(session, &self.clients, &self.options, &record).await?;
        let catalog = Arc::new(catalog);
        *current = Some(Arc::clone(&catalog));
        drop(current);
        self.announce(&before, &catalog).await;
        Ok(())
    }

    /// Tells the clients of a list that has changed.
    async fn announce(&self, before: &Catalog, after: &Catalog) {
        if before.is_like(after) {
            return;
        }
        self.changes.send_modify(|changes| *changes += 1);
        let peers: Vec<Peer<RoleServer>> = {
            let mut peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
            peers.retain(|peer| !peer.is_transport_closed());
            peers.clone()
        };
        for peer in peers {
            // One that has gone is not told.
            let _ = peer.notify_tool_list_changed().await;
        }
    }

    /// Remembers a client that is told of changes.
    pub(crate) fn remember(&self, peer: Peer<RoleServer>) {
        let mut peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        peers.retain(|peer| !peer.is_transport_closed());
        peers.push(peer);
    }
}

/// Whether the server does not know the key, or does not let it do this.
fn is_refused_key(error: &Error) -> bool {
    error.status().is_some_and(|status| matches!(status.as_u16(), 401 | 403))
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("options", &self.shared.options).finish_non_exhaustive()
    }
}

impl fmt::Debug for ServerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerBuilder").field("options", &self.options).finish_non_exhaustive()
    }
}
