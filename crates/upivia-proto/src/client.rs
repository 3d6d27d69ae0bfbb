//! The client: where everything begins.

pub mod auth;
pub(crate) mod config;
pub(crate) mod cookies;
pub(crate) mod dialect;
pub(crate) mod keys;
pub(crate) mod pages;
pub mod request;

use std::{convert::Infallible, fmt, sync::Arc, time::Duration};

use codespar_engine::{
    Call, Error, Items, Sensitive,
    driver::{Connect, Flow, Transport},
    kit::{Failed, Service},
};

use crate::client::{
    auth::Login,
    config::Config,
    keys::{Keys, WithKey},
};

/// A client of the Upivia API over any transport.
///
/// Each subject has a handle: `client.agents()`, `client.workflows().runs()`. Cloning is cheap;
/// clones share connections and cookies. Threads and tasks may share one.
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
/// let sent = client.service_requests().create(&ServiceRequest::new("email", "send", &email)?).send()?;
/// match &sent.outcome {
///     Outcome::Executed(done) => println!("cost {:?} cents", done.cost_cents),
///     Outcome::ApprovalRequired(parked) => println!("a person decides: {:?}", parked.approval_id),
///     other => println!("{}", other.status()),
/// }
/// # Ok(()) }
/// ```
pub struct Client<T> {
    transport: T,
    core: Arc<Core>,
}

/// What a client knows, whatever its transport.
struct Core {
    service: Arc<Service>,
    login: Arc<Login>,
    keys: Keys,
}

impl<T: Connect> Client<T> {
    /// A client of the server and with the credentials that the environment names: see
    /// [`Config::from_vars`].
    ///
    /// # Errors
    /// `Config` naming the setting that is missing or cannot work.
    pub fn from_env() -> Result<Self, Error> {
        Self::with_config(Config::from_vars(T::variable))
    }

    /// A client as configured.
    ///
    /// # Errors
    /// `Config` naming the first setting that cannot work.
    pub fn with_config(config: Config) -> Result<Self, Error> {
        let (service, login) = config.service()?;
        let transport = T::connect(config.transport_settings(), &service.base.uri())?;
        Ok(Self::assemble(transport, service, login, config.keys))
    }
}

impl<T: Transport> Client<T> {
    /// A client over a transport of the caller's own.
    ///
    /// # Errors
    /// `Config` naming the first setting that cannot work. Transport settings are not looked at.
    pub fn with_transport(config: Config, transport: T) -> Result<Self, Error> {
        let (service, login) = config.service()?;
        Ok(Self::assemble(transport, service, login, config.keys))
    }

    fn assemble(transport: T, mut service: Service, login: Login, keys: Keys) -> Self {
        let login = Arc::new(login);
        service.credentials = Some(Arc::clone(&login) as _);
        Self { transport, core: Arc::new(Core { service: Arc::new(service), login, keys }) }
    }

    /// Makes a call of a flow.
    pub(crate) fn call<O>(
        &self,
        flow: impl Flow<Item = Infallible, Output = O> + 'static,
    ) -> Call<T, O> {
        Call::new(self.transport.clone(), flow)
    }

    /// Makes a call of a flow whose arguments may be wrong: then it fails before anything is
    /// sent.
    pub(crate) fn checked<O: 'static>(
        &self,
        operation: &'static str,
        flow: Result<impl Flow<Item = Infallible, Output = O> + 'static, Error>,
    ) -> Call<T, O> {
        match flow {
            Ok(flow) => self.call(flow),
            Err(error) => self.call(Failed::with(error.at(operation))),
        }
    }

    /// Makes items of a flow whose arguments may be wrong.
    pub(crate) fn checked_items<I: 'static>(
        &self,
        operation: &'static str,
        flow: Result<impl Flow<Item = I, Output = ()> + 'static, Error>,
    ) -> Items<T, I> {
        match flow {
            Ok(flow) => Items::new(self.transport.clone(), flow),
            Err(error) => Items::new(self.transport.clone(), Failed::with(error.at(operation))),
        }
    }

    /// The session's cookies as they stand, to be kept for another client
    /// ([`Config::session_cookie`]). Those that are over, or for a part of the paths only, are
    /// left out.
    pub fn session_cookie(&self) -> Option<Sensitive> {
        self.core.login.cookies(self.transport.tick().wall)
    }
}

impl<T> Client<T> {
    /// The address of the server.
    pub fn base_url(&self) -> &str {
        self.core.service.base.as_str()
    }

    /// How long a call may take, retries included.
    pub fn timeout(&self) -> Duration {
        self.core.service.timeout
    }

    /// The transport.
    pub const fn transport(&self) -> &T {
        &self.transport
    }

    pub(crate) fn service(&self) -> &Arc<Service> {
        &self.core.service
    }

    /// A flow under the next idempotency key, where the caller makes them.
    pub(crate) fn keyed<F: Flow>(&self, flow: F) -> WithKey<F> {
        WithKey { flow, keys: self.core.keys.clone() }
    }

    pub(crate) const fn client(&self) -> &Self {
        self
    }
}

impl<T: Clone> Clone for Client<T> {
    fn clone(&self) -> Self {
        Self { transport: self.transport.clone(), core: Arc::clone(&self.core) }
    }
}

impl<T> fmt::Debug for Client<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base_url", &self.base_url()).finish_non_exhaustive()
    }
}
