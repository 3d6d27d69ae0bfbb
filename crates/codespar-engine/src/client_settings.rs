//! The settings that clients of any API have in common.

use std::{fmt, time::Duration};

use http::{
    HeaderName, HeaderValue,
    header::{ACCEPT, CONTENT_TYPE, USER_AGENT},
};

use crate::{
    call::options::{check_limit, sendable},
    error::Error,
    http::{
        IDEMPOTENCY_KEY,
        base_url::BaseUrl,
        retry::RetryPolicy,
        service::{Limits, Service},
    },
    transport::settings::TransportSettings,
};

/// What every client can be told, whatever the API. An API's own `Config` holds one and offers
/// its methods by [`client_settings!`](crate::client_settings).
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct ClientSettings {
    /// How long a call may take.
    pub timeout: Option<Duration>,
    /// How long an event stream may be silent.
    pub idle_timeout: Option<Duration>,
    /// The program in front of the library.
    pub user_agent: Option<String>,
    /// Headers of every request, as they were given.
    pub headers: Vec<(String, String)>,
    /// How often calls are repeated.
    pub retry: RetryPolicy,
    /// How much is taken from the server.
    pub limits: Limits,
    /// How connections are made.
    pub transport: TransportSettings,
    /// Whether keys may go out in plain text to servers beyond private networks.
    pub plain_http: bool,
}

impl ClientSettings {
    /// Refuses an address to which a key would go out in plain text: plain `http` to a server of
    /// the `vendor`'s domain always, to others beyond private networks unless that is allowed.
    ///
    /// # Errors
    /// `Config` naming `base_url`.
    pub fn check_address(&self, base: &BaseUrl, vendor: &str) -> Result<(), Error> {
        if base.is_of(vendor) && !base.is_secure() {
            return Err(Error::config("base_url", "expected https: this server has no other"));
        }
        base.check_plain(self.plain_http)
    }

    /// Puts everything into a service. `admit` says of each header whether it is sent, or why it
    /// cannot be.
    ///
    /// # Errors
    /// `Config` naming the first setting that cannot work.
    pub fn apply(
        &self,
        service: &mut Service,
        library: &str,
        admit: impl Fn(&HeaderName) -> Result<bool, &'static str>,
    ) -> Result<(), Error> {
        for (field, limit, slot) in [
            ("timeout", self.timeout, &mut service.timeout),
            ("idle_timeout", self.idle_timeout, &mut service.idle_timeout),
        ] {
            if let Some(limit) = limit {
                check_limit(field, limit)?;
                *slot = limit;
            }
        }
        check_limit("connect_timeout", self.transport.connect_timeout)?;
        service.retry = self.retry.clone();
        service.limits = self.limits.clone();
        let wrong = |expected| Error::config("headers", format_args!("expected {expected}"));
        for (name, value) in &self.headers {
            let (name, value) = sendable(name, value).map_err(wrong)?;
            let wrong =
                |expected| Error::config("headers", format_args!("{name}: expected {expected}"));
            match &name {
                &(ACCEPT | CONTENT_TYPE) => {
                    return Err(wrong("none, as each operation has its own"));
                }
                &USER_AGENT => return Err(wrong("none, but the setting user_agent")),
                name if name == IDEMPOTENCY_KEY => {
                    return Err(wrong("none, as each effect has its own"));
                }
                _ => {}
            }
            if admit(&name).map_err(wrong)? {
                service.headers.append(name, value);
            }
        }
        let agent = match &self.user_agent {
            Some(program) => format!("{program} {library}"),
            None => library.to_owned(),
        };
        let agent = HeaderValue::try_from(agent)
            .map_err(|_| Error::config("user_agent", "expected visible ASCII"))?;
        service.headers.insert(USER_AGENT, agent);
        Ok(())
    }
}

/// Without the headers, which may be credentials.
impl fmt::Debug for ClientSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientSettings")
            .field("timeout", &self.timeout)
            .field("idle_timeout", &self.idle_timeout)
            .field("user_agent", &self.user_agent)
            .field("retry", &self.retry)
            .field("limits", &self.limits)
            .field("transport", &self.transport)
            .field("plain_http", &self.plain_http)
            .finish_non_exhaustive()
    }
}

/// The methods that set [`ClientSettings`], for a `Config` that holds them in `self.settings`.
#[macro_export]
macro_rules! client_settings {
    () => {
        /// Sets the time limit of a call, retries and pauses included. Default 60 s, at most 24
        /// hours.
        #[doc(alias = "deadline")]
        #[must_use]
        pub fn timeout(mut self, limit: ::std::time::Duration) -> Self {
            self.settings.timeout = Some(limit);
            self
        }

        /// Sets how long an event stream may be silent. Default 60 s; heartbeats count as life.
        #[must_use]
        pub fn idle_timeout(mut self, limit: ::std::time::Duration) -> Self {
            self.settings.idle_timeout = Some(limit);
            self
        }

        /// Sets how often and how patiently calls are retried, where repeating is safe.
        #[doc(alias = "retries")]
        #[doc(alias = "backoff")]
        #[must_use]
        pub fn retry(mut self, policy: $crate::RetryPolicy) -> Self {
            self.settings.retry = policy;
            self
        }

        /// Sets how much is taken from the server: size of bodies, depth of JSON, pages of a list.
        #[must_use]
        pub fn limits(mut self, limits: $crate::Limits) -> Self {
            self.settings.limits = limits;
            self
        }

        /// Sets the `User-Agent`: the name of the program, in front of this library's own.
        #[must_use]
        pub fn user_agent(mut self, program: impl Into<String>) -> Self {
            self.settings.user_agent = Some(program.into());
            self
        }

        /// Allows plain `http`, with keys in plain text, where the base URL is of a server beyond
        /// this machine and private networks (addresses such as `10.0.0.1` and `fd00::1`; names
        /// without a dot and those below `localhost`, `test`, `local`, `internal` and
        /// `home.arpa`). Without this such an address is a `Config` error; the vendor's own
        /// servers are never spoken to like that.
        #[must_use]
        pub fn allow_plain_http(mut self) -> Self {
            self.settings.plain_http = true;
            self
        }

        /// Adds an HTTP header to every request. One that cannot be sent, media types and
        /// `Idempotency-Key` are refused when a client is made. Values of headers whose names
        /// speak of credentials, such as `X-Api-Key`, are marked as such. Credentials and the user
        /// agent have settings of their own.
        #[must_use]
        pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
            self.settings.headers.push((name.into(), value.into()));
            self
        }

        /// Sets how connections are made: proxy, certificates, connection pool.
        #[doc(alias = "proxy")]
        #[doc(alias = "certificate")]
        #[must_use]
        pub fn transport(mut self, settings: $crate::TransportSettings) -> Self {
            self.settings.transport = settings;
            self
        }

        /// How calls are retried.
        pub const fn retry_policy(&self) -> &$crate::RetryPolicy {
            &self.settings.retry
        }

        /// The settings of the transport.
        pub const fn transport_settings(&self) -> &$crate::TransportSettings {
            &self.settings.transport
        }
    };
}
