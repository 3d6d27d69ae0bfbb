//! Clients of both APIs, with small limits.

use std::time::Duration;

use codespar_proto::{
    Client, Config, Error, RetryPolicy,
    config::{Limits, Proxy, TransportSettings},
};
use testing_support::driver::Driver;

/// What clients are told when they are made: one repetition, next to no pauses, 64 KiB.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// Where the server is.
    pub url: String,
    /// How long a call may take, and a stream be silent.
    pub limit: Duration,
    /// How often calls are repeated.
    pub retry: RetryPolicy,
    /// How much is taken.
    pub limits: Limits,
    /// How connections are made.
    pub transport: TransportSettings,
}

impl Settings {
    /// For a server at this address.
    pub fn new(url: &str, limit: Duration) -> Self {
        let mut retry = RetryPolicy::default();
        retry.retries = 1;
        retry.base = Duration::from_millis(2);
        retry.cap = Duration::from_secs(5);
        let mut limits = Limits::default();
        limits.body_bytes = 64 << 10;
        limits.frame_bytes = 64 << 10;
        limits.reconnects = 1;
        Self { url: url.to_owned(), limit, retry, limits, transport: settings() }
    }

    /// The configuration of a client of CodeSpar.
    pub fn codespar(&self) -> Config {
        Config::new("csk_test_hostile")
            .base_url(&self.url)
            .timeout(self.limit)
            .idle_timeout(self.limit)
            .retry(self.retry.clone())
            .limits(self.limits.clone())
            .transport(self.transport.clone())
    }

    /// The configuration of a client of Upivia.
    pub fn upivia(&self) -> upivia_proto::Config {
        upivia_proto::Config::new(&self.url)
            .api_key("agent_key_hostile")
            .pat("upivia_pat_hostile")
            .session_cookie("session=hostile")
            .timeout(self.limit)
            .idle_timeout(self.limit)
            .retry(self.retry.clone())
            .limits(self.limits.clone())
            .transport(self.transport.clone())
    }
}

/// A client of each API, over the same connections.
#[derive(Debug)]
#[non_exhaustive]
pub struct Clients<D> {
    /// Of CodeSpar.
    pub codespar: Client<D>,
    /// Of Upivia.
    pub upivia: upivia_proto::Client<D>,
}

impl<D: Driver> Clients<D> {
    /// Clients with these settings.
    ///
    /// # Errors
    /// `Config` naming the first setting that cannot work.
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        let codespar = Client::<D>::with_config(settings.codespar())?;
        Self::over(settings, codespar.transport().clone())
    }

    /// Clients with other settings over connections that are there.
    ///
    /// # Errors
    /// `Config` naming the first setting that cannot work.
    pub fn over(settings: &Settings, transport: D) -> Result<Self, Error> {
        Ok(Self {
            codespar: Client::with_transport(settings.codespar(), transport.clone())?,
            upivia: upivia_proto::Client::with_transport(settings.upivia(), transport)?,
        })
    }

    /// Their connections.
    pub fn transport(&self) -> D {
        self.codespar.transport().clone()
    }
}

/// Settings with small limits: straight to the server, heads of 16 KiB.
pub fn settings() -> TransportSettings {
    let mut settings = TransportSettings::default();
    settings.proxy = Proxy::Direct;
    settings.max_header_bytes = 16 << 10;
    settings
}

/// The configuration of a client of CodeSpar with small limits: see [`Settings`].
pub fn config(url: &str, limit: Duration) -> Config {
    Settings::new(url, limit).codespar()
}

/// A client of CodeSpar with small limits.
pub fn client<D: Driver>(url: &str, limit: Duration) -> Client<D> {
    Client::with_config(config(url, limit)).unwrap()
}

/// Clients of both APIs with small limits.
pub fn clients<D: Driver>(url: &str, limit: Duration) -> Clients<D> {
    Clients::new(&Settings::new(url, limit)).unwrap()
}
