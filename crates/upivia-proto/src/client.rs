//! The client: where everything begins.

pub mod auth;
pub(crate) mod config;
pub(crate) mod cookies;
pub(crate) mod dialect;
pub(crate) mod pages;
pub mod request;

use std::{fmt, sync::Arc, time::Duration};

use codespar_engine::{
    Sensitive,
    driver::{Clock, Connect, Flow, NoTransport, Transport},
    kit::{ApiClient, Error, IdempotencyKey, KeySource, Service},
};

use crate::client::{auth::Login, config::Config};

/// A client of the Upivia API, over any transport: service requests, approvals, agents, workflows,
/// chat, storage.
///
/// Each subject has a handle: `client.agents()`, `client.workflows().runs()`. Every method returns
/// a [`Call`](crate::Call) or [`Items`](crate::Items): nothing is sent before `.send()?` or
/// `.await?`. Cloning is cheap; clones share connections and cookies. Threads and tasks may share
/// one client.
///
/// The driver crates name it without the parameter: `codespar_blocking::upivia::Client`,
/// `codespar_async::upivia::Client`.
///
/// ```
/// # use upivia_proto::{doctest::Result, driver::{BlockingTransport, Connect}};
/// # fn example<T: BlockingTransport + Connect>() -> Result {
/// use upivia_proto::{Client, Config, Outcome, ServiceRequest};
///
/// let client: Client<T> = Client::with_config(
///     Config::new("https://www.upivia.com").api_key("agent_key_live_0123"),
/// )?;
/// let email = serde_json::json!({"to": "ana@example.com", "subject": "Oi", "body": "Oi."});
/// let request = ServiceRequest::new("email", "send", &email)?;
/// let sent = client.service_requests().create(&request).send()?;
/// match &sent.outcome {
///     Outcome::Executed(done) => println!("cost {:?} cents", done.cost_cents),
///     Outcome::ApprovalRequired(parked) => println!("a person decides: {:?}", parked.approval_id),
///     other => println!("{}", other.status()),
/// }
/// # Ok(()) }
/// ```
pub struct Client<T> {
    pub(crate) api: ApiClient<T>,
    login: Arc<Login>,
    keys: KeySource,
}

impl<T: Connect> Client<T> {
    /// Makes a client from environment variables, the server and credentials among them: see
    /// [`Config::from_vars`].
    ///
    /// # Errors
    /// `Config` naming the setting that is missing or cannot work.
    pub fn from_env() -> Result<Self, Error> {
        Self::with_config(Config::from_vars(T::variable))
    }

    /// Makes a client with these settings.
    ///
    /// # Errors
    /// `Config` naming the first setting that cannot work.
    pub fn with_config(config: Config) -> Result<Self, Error> {
        let (service, login) = config.service()?;
        let transport = T::connect(config.transport_settings(), &service.base.uri())?;
        Ok(Self::assemble(transport, service, login, config.keys))
    }
}

impl Client<NoTransport> {
    /// Makes a client that sends nothing: its calls become `http::Request`s, and their answers are
    /// read, by [`Call::into_exchange`](crate::Call::into_exchange). For programs that have an HTTP
    /// client already, and for targets without sockets. Cookies of a session are kept from answers
    /// that were read, as long as the client lasts.
    ///
    /// # Errors
    /// `Config` naming the first setting that cannot work. Transport settings are not looked at.
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
    /// `Config` naming the first setting that cannot work. Transport settings are not looked at.
    pub fn with_transport(config: Config, transport: T) -> Result<Self, Error> {
        let (service, login) = config.service()?;
        Ok(Self::assemble(transport, service, login, config.keys))
    }

    fn assemble(transport: T, mut service: Service, login: Login, keys: KeySource) -> Self {
        let login = Arc::new(login);
        service.credentials = Some(Arc::clone(&login) as _);
        Self { api: ApiClient::new(transport, service), login, keys }
    }

    /// The session's cookies as they stand, to be kept for another client
    /// ([`Config::session_cookie`]). Those that are over, or for a part of the paths only, are
    /// left out.
    pub fn session_cookie(&self) -> Option<Sensitive>
    where
        T: Clock,
    {
        self.login.cookies(self.transport().tick().wall())
    }
}

impl<T> Client<T> {
    /// The address of the server.
    pub fn base_url(&self) -> &str {
        self.api.service().base.as_str()
    }

    /// How long a call may take, retries included.
    pub fn timeout(&self) -> Duration {
        self.api.service().timeout
    }

    /// The transport that carries the calls of this client.
    pub const fn transport(&self) -> &T {
        self.api.transport()
    }

    /// A flow that is made of its idempotency key: the call's own, or one as the config says.
    pub(crate) fn with_known_key<F: Flow>(
        &self,
        operation: &'static str,
        make: impl FnOnce(&str) -> F + Send + 'static,
    ) -> IdempotencyKey<F> {
        IdempotencyKey::known(operation, self.keys.clone(), make)
    }

    pub(crate) const fn client(&self) -> &Self {
        self
    }
}

impl<T: Clone> Clone for Client<T> {
    fn clone(&self) -> Self {
        Self { api: self.api.clone(), login: Arc::clone(&self.login), keys: self.keys.clone() }
    }
}

impl<T> fmt::Debug for Client<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base_url", &self.base_url()).finish_non_exhaustive()
    }
}
