//! The client: where everything begins.

pub mod account;
pub mod config;
pub(crate) mod dialect;
pub(crate) mod idempotency_key;
pub(crate) mod open_session;
pub(crate) mod project_header;
pub mod request;
pub(crate) mod verdicts;

use std::{fmt, sync::Arc};

use codespar_engine::{
    Call, Error, Items, Page,
    driver::{BoxFlow, Connect, Flow, Transport},
    kit::{ApiKey, Failed, Pages, Service, Unary, check_segment},
};

use crate::{
    client::{config::Config, project_header::PROJECT_HEADER},
    session::{Session, SessionCore, create::CreateSession, info::SessionInfo},
};

/// A client of the CodeSpar API, over any transport: opens sessions, and has a handle for each
/// subject of the account.
///
/// [`create`](Self::create) opens a [`Session`], in which buyers are charged, tools run and agents
/// talked to. `client.charges()`, `client.payables()`, `client.webhook_endpoints()` and the like
/// give what needs no session. Every method returns a [`Call`] or [`Items`]: nothing is sent
/// before `.send()?` or `.await?`.
///
/// Cloning is cheap; clones share connections. Threads and tasks may share one client.
///
/// The driver crates name it without the parameter: `codespar_blocking::Client`,
/// `codespar_async::Client`.
pub struct Client<T> {
    transport: T,
    core: Arc<ClientCore>,
}

/// What a client knows, whatever its transport.
pub(crate) struct ClientCore {
    pub(crate) service: Arc<Service>,
    pub(crate) key: ApiKey,
}

impl<T> Client<T> {
    /// Itself: handles of handles and of clients are declared alike.
    pub(crate) const fn client(&self) -> &Self {
        self
    }

    pub(crate) fn service(&self) -> &Arc<Service> {
        &self.core.service
    }
}

impl<T: Connect> Client<T> {
    /// Makes a client of the managed service with an API key. For other settings see
    /// [`with_config`](Self::with_config).
    ///
    /// # Errors
    /// `Config` naming `api_key`, if it is empty, does not begin with `csk_` or has characters that
    /// no header can carry.
    pub fn new(api_key: impl Into<String>) -> Result<Self, Error> {
        Self::with_config(Config::new(api_key))
    }

    /// Makes a client from the environment variables `CODESPAR_API_KEY`, `CODESPAR_BASE_URL` and
    /// `CODESPAR_PROJECT`.
    ///
    /// # Errors
    /// `Config` naming the variable or setting that is missing or cannot work.
    pub fn from_env() -> Result<Self, Error> {
        Self::with_config(Config::from_vars(T::variable)?)
    }

    /// Makes a client with these settings: base URL, time limits, retries, proxy, certificates.
    ///
    /// # Errors
    /// `Config` naming the first setting that cannot work.
    pub fn with_config(config: Config) -> Result<Self, Error> {
        let (service, key) = config.service()?;
        let transport = T::connect(config.transport_settings(), &service.base.uri())?;
        Ok(Self::assemble(transport, service, key))
    }
}

impl<T: Transport> Client<T> {
    /// Makes a client over a transport of your own, such as one that replays recorded answers.
    ///
    /// # Errors
    /// `Config` naming the first setting that cannot work. Transport settings are not used.
    pub fn with_transport(config: Config, transport: T) -> Result<Self, Error> {
        let (service, key) = config.service()?;
        Ok(Self::assemble(transport, service, key))
    }

    fn assemble(transport: T, service: Service, key: ApiKey) -> Self {
        Self { transport, core: Arc::new(ClientCore { service: Arc::new(service), key }) }
    }

    /// Opens a session (`POST /v1/sessions`). Every call of it opens another one: to go on with one
    /// that is open, keep its id and use [`session`](Self::session).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work, before anything is sent; `Api` with
    /// `unknown_servers`, `mocks_invalid`, `mocks_not_permitted`, `mocks_payload_too_large` and
    /// others as the server says.
    pub fn create(&self, args: &CreateSession) -> Call<T, Session<T>> {
        let transport = self.transport.clone();
        let call = match open_session::prepare(&self.core.service, &self.core.key, args) {
            Ok(flow) => Call::new(self.transport.clone(), flow),
            Err(error) => self.fails(error.at("client.create")),
        };
        call.map(move |core| Session::new(transport, Arc::new(core)))
    }

    /// Takes up a session that is open already, by its id. Sends nothing, so a session that is not
    /// there shows at the first call.
    ///
    /// # Errors
    /// `Config` naming `session_id`, if it is empty, `.` or `..`.
    #[doc(alias = "resume")]
    #[doc(alias = "reopen")]
    pub fn session(&self, id: impl Into<String>) -> Result<Session<T>, Error> {
        let id = id.into();
        check_segment("session_id", &id)?;
        let info = SessionInfo::of_creation(id, String::new(), Vec::new());
        let core =
            SessionCore::new(Arc::clone(&self.core.service), self.core.key.clone(), info, None);
        Ok(Session::new(self.transport.clone(), Arc::new(core)))
    }

    /// Takes up a session from what [`Session::info`] gave, stored and read again. Sends nothing.
    ///
    /// # Errors
    /// `Config` naming `id`, if it is empty, `.` or `..`.
    #[doc(alias = "resume")]
    pub fn session_from(&self, info: SessionInfo) -> Result<Session<T>, Error> {
        check_segment("id", &info.id)?;
        let core =
            SessionCore::new(Arc::clone(&self.core.service), self.core.key.clone(), info, None);
        Ok(Session::new(self.transport.clone(), Arc::new(core)))
    }

    /// The base URL of the server.
    pub fn base_url(&self) -> &str {
        self.core.service.base.as_str()
    }

    /// The project that all calls are for, if one was set.
    pub fn project(&self) -> Option<&str> {
        self.core.service.headers.get(PROJECT_HEADER)?.to_str().ok()
    }

    /// The transport that this client sends its requests over.
    pub const fn transport(&self) -> &T {
        &self.transport
    }

    /// Makes a call, unless its arguments cannot work.
    pub(crate) fn checked<O: 'static>(
        &self,
        operation: &'static str,
        check: Result<(), Error>,
        flow: impl FnOnce(&Arc<Service>) -> Unary<O>,
    ) -> Call<T, O> {
        match check {
            Ok(()) => self.call(flow(self.service())),
            Err(error) => self.fails(error.at(operation)),
        }
    }

    /// Makes items of a list in pages, unless its arguments cannot work; `ask` makes the
    /// question for the page at a cursor.
    pub(crate) fn paged<I: Send + 'static>(
        &self,
        operation: &'static str,
        check: Result<(), Error>,
        ask: impl Fn(&Arc<Service>, Option<&str>) -> Unary<Page<I>> + Send + 'static,
    ) -> Items<T, I> {
        if let Err(error) = check {
            return self.items(Failed::with(error.at(operation)));
        }
        let service = Arc::clone(self.service());
        let limits = service.limits.clone();
        let ask =
            move |cursor: Option<&str>| -> BoxFlow<Page<I>> { Box::new(ask(&service, cursor)) };
        self.items(Pages::new(operation, limits.pages, ask).within(limits.list_time))
    }

    /// Makes a call of a flow.
    pub(crate) fn call<O>(
        &self,
        flow: impl Flow<Item = std::convert::Infallible, Output = O> + 'static,
    ) -> Call<T, O> {
        Call::new(self.transport.clone(), flow)
    }

    /// Makes items of a flow.
    pub(crate) fn items<I>(&self, flow: impl Flow<Item = I, Output = ()> + 'static) -> Items<T, I> {
        Items::new(self.transport.clone(), flow)
    }

    /// A call that fails before anything is sent.
    pub(crate) fn fails<O: 'static>(&self, error: Error) -> Call<T, O> {
        self.call(Failed::with(error))
    }
}

impl<T: Clone> Clone for Client<T> {
    fn clone(&self) -> Self {
        Self { transport: self.transport.clone(), core: Arc::clone(&self.core) }
    }
}

impl<T> fmt::Debug for Client<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.core.service.base.as_str())
            .finish_non_exhaustive()
    }
}
