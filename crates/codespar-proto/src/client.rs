//! The client: where everything begins.

pub(crate) mod account;
pub mod config;
pub(crate) mod dialect;
pub(crate) mod open_session;
pub(crate) mod project_header;
pub(crate) mod verdicts;
pub(crate) mod without_key;

/// Requests to any route of the API, for those that have no method of their own.
pub mod request {
    pub use codespar_engine::{
        Multipart, Payload,
        kit::{RawAnswer, Request, segment},
    };
}

use std::{convert::Infallible, fmt, sync::Arc};

use codespar_engine::{
    Call, Error, Items, Sensitive,
    driver::{BoxFlow, Connect, Flow, NoTransport, Transport},
    kit::{ApiClient, Request, Service, check_segment},
};

use crate::{
    client::{
        config::{ApiKeyText, Config},
        open_session::OpenSession,
        project_header::{PROJECT_HEADER, project_header},
    },
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
    api: ApiClient<T>,
}

impl<T> Client<T> {
    /// Itself: handles of handles and of clients are declared alike.
    pub(crate) const fn client(&self) -> &Self {
        self
    }

    pub(crate) const fn api(&self) -> &ApiClient<T> {
        &self.api
    }

    pub(crate) const fn service(&self) -> &Arc<Service> {
        self.api.service()
    }
}

impl<T: Connect> Client<T> {
    /// Makes a client of the managed service with an API key. For other settings see
    /// [`with_config`](Self::with_config).
    ///
    /// # Errors
    /// `Config` naming `api_key`, if it is empty, does not begin with `csk_` or has characters that
    /// no header can carry.
    pub fn new(api_key: impl ApiKeyText) -> Result<Self, Error> {
        Self::with_config(Config::new(api_key.into_text()))
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
        let service = config.service()?;
        let transport = T::connect(config.transport_settings(), &service.base.uri())?;
        Ok(Self { api: ApiClient::new(transport, service) })
    }
}

impl Client<NoTransport> {
    /// Makes a client that sends nothing: its calls become `http::Request`s, and their answers are
    /// read, by [`Call::into_exchange`]. For programs that have an HTTP client already, and for
    /// targets without sockets.
    ///
    /// # Errors
    /// `Config` naming the first setting that cannot work. Transport settings are not used.
    ///
    /// ```
    /// use codespar_proto::{Client, Config};
    ///
    /// let client = Client::offline(Config::new("csk_test_0123"))?;
    /// let noise = 0x5eed; // 128 bits of your system's randomness, new for each call
    /// let (request, reader) = client.charges().get("chg_1").into_exchange(noise)?;
    /// assert_eq!(request.uri(), "https://api.codespar.dev/v1/charges/chg_1");
    /// // … sent by an HTTP client of your own:
    /// let answer = http::Response::new(r#"{"charge_id":"chg_1","status":"paid"}"#);
    /// println!("{:?}", reader.read(answer)?.status);
    /// # Ok::<_, codespar_proto::Error>(())
    /// ```
    #[doc(alias = "sans-io")]
    #[doc(alias = "embedding")]
    pub fn offline(config: Config) -> Result<Self, Error> {
        Self::with_transport(config, NoTransport)
    }
}

impl<T: Transport> Client<T> {
    /// Makes a client over a transport of your own, such as one that replays recorded answers.
    ///
    /// # Errors
    /// `Config` naming the first setting that cannot work. Transport settings are not used.
    pub fn with_transport(config: Config, transport: T) -> Result<Self, Error> {
        Ok(Self { api: ApiClient::new(transport, config.service()?) })
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
        let api = args.check().and_then(|()| self.in_project(args.project.as_deref()));
        match api {
            Ok(api) => {
                let call = api.call(OpenSession::of(api.service(), args));
                call.map(move |core| Session::new(api, Arc::new(core)))
            }
            Err(error) => self.api.fails("client.create", error),
        }
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
        let info = SessionInfo::of_creation(id, Sensitive::default(), Vec::new());
        Ok(Session::new(self.api.clone(), Arc::new(SessionCore::new(info, None))))
    }

    /// Takes up a session from what [`Session::info`] gave, stored and read again. Sends nothing.
    ///
    /// # Errors
    /// `Config` naming `id`, if it is empty, `.` or `..`.
    #[doc(alias = "resume")]
    pub fn session_from(&self, info: SessionInfo) -> Result<Session<T>, Error> {
        check_segment("id", &info.id)?;
        Ok(Session::new(self.api.clone(), Arc::new(SessionCore::new(info, None))))
    }

    /// The base URL of the server.
    pub fn base_url(&self) -> &str {
        self.service().base.as_str()
    }

    /// The project that all calls are for, if one was set.
    pub fn project(&self) -> Option<&str> {
        self.service().headers.get(PROJECT_HEADER)?.to_str().ok()
    }

    /// The transport that this client sends its requests over.
    pub const fn transport(&self) -> &T {
        self.api.transport()
    }

    /// A request to any route, such as those of the API that have no method here.
    ///
    /// The path begins with `/` and is written as it is sent, percent-encoded: values go in by
    /// [`segment`](crate::request::segment). The query is set with [`Request::query`] or
    /// [`Request::pair`].
    ///
    /// # Errors
    /// When the call is made: `Config` naming `method` or `path`, when it cannot be one.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, Json, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let fees: Json = client.request("GET", "/v1/fees").pair("currency", "BRL").read().send()?;
    /// # let _ = fees; Ok(()) }
    /// ```
    pub fn request(&self, method: impl AsRef<str>, path: impl AsRef<str>) -> Request<T> {
        let transport = self.transport().clone();
        Request::new(transport, self.service(), method.as_ref(), path.as_ref())
    }

    /// The same client, for another project where one is named.
    fn in_project(&self, project: Option<&str>) -> Result<ApiClient<T>, Error> {
        let Some(project) = project else { return Ok(self.api.clone()) };
        let mut service = Service::clone(self.service());
        service.headers.insert(PROJECT_HEADER, project_header(project)?);
        Ok(ApiClient::new(self.transport().clone(), service))
    }

    pub(crate) fn call<O>(
        &self,
        flow: impl Flow<Item = Infallible, Output = O> + 'static,
    ) -> Call<T, O> {
        self.api.call(flow)
    }

    pub(crate) fn boxed_call<O>(&self, flow: BoxFlow<O>) -> Call<T, O> {
        self.api.boxed_call(flow)
    }

    pub(crate) fn items<I>(&self, flow: impl Flow<Item = I, Output = ()> + 'static) -> Items<T, I> {
        self.api.items(flow)
    }
}

impl<T: Clone> Clone for Client<T> {
    fn clone(&self) -> Self {
        Self { api: self.api.clone() }
    }
}

impl<T> fmt::Debug for Client<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.service().base.as_str())
            .finish_non_exhaustive()
    }
}
