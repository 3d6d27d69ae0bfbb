//! What a client is told when it is made.

use std::{fmt, time::Duration};

use codespar_engine::{
    ApiKey, BaseUrl, Error, Limits, RetryPolicy, Service, TransportSettings, check_limit,
    describe::sendable,
};
use http::header::AUTHORIZATION;

use crate::{dialect::DIALECT, ids};

/// The managed service.
pub const MANAGED_URL: &str = "https://api.codespar.dev";

const PRODUCT: &str = concat!("codespar-rust/", env!("CARGO_PKG_VERSION"));

/// Where the API is and with which key; everything else has a default.
///
/// Nothing is checked before a client is made of it: then the first setting that cannot work is
/// named in a `Config` error, and nothing has been sent.
///
/// ```
/// use std::time::Duration;
/// use codespar_proto::Config;
///
/// let config = Config::new("csk_test_0123")
///     .base_url("http://localhost:3000")
///     .timeout(Duration::from_secs(20));
/// assert!(!format!("{config:?}").contains("csk_test"));
/// ```
#[derive(Clone)]
pub struct Config {
    api_key: String,
    base_url: String,
    project: Option<String>,
    timeout: Option<Duration>,
    idle_timeout: Option<Duration>,
    user_agent: Option<String>,
    headers: Vec<(String, String)>,
    retry: RetryPolicy,
    limits: Limits,
    transport: TransportSettings,
}

impl Config {
    /// The managed service, with this key.
    pub fn new(api_key: impl Into<String>) -> Self {
        Self {
            api_key: api_key.into(),
            base_url: MANAGED_URL.to_owned(),
            project: None,
            timeout: None,
            idle_timeout: None,
            user_agent: None,
            headers: Vec::new(),
            retry: RetryPolicy::default(),
            limits: Limits::default(),
            transport: TransportSettings::default(),
        }
    }

    /// Takes `CODESPAR_API_KEY`, `CODESPAR_BASE_URL` and `CODESPAR_PROJECT` from a lookup, such
    /// as the environment. Empty values count as absent.
    ///
    /// # Errors
    /// `Config` naming `CODESPAR_API_KEY`, when there is none.
    pub fn from_vars(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let var = |name| lookup(name).filter(|value| !value.is_empty());
        let Some(key) = var("CODESPAR_API_KEY") else {
            return Err(Error::config("CODESPAR_API_KEY", "expected an API key, it is not set"));
        };
        let mut config = Self::new(key);
        if let Some(url) = var("CODESPAR_BASE_URL") {
            config = config.base_url(url);
        }
        if let Some(project) = var("CODESPAR_PROJECT") {
            config = config.project(project);
        }
        Ok(config)
    }

    /// Another server: a self-hosted runtime, a sandbox.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// The project all calls are for (`prj_` and 16 letters or digits); without it, the key's own.
    #[must_use]
    pub fn project(mut self, project: impl Into<String>) -> Self {
        self.project = Some(project.into()).filter(|project| !project.is_empty());
        self
    }

    /// How long a call may take, retries included. Default 60 s.
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// How long an event stream may be silent. Default 60 s.
    #[must_use]
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.idle_timeout = Some(limit);
        self
    }

    /// How often calls are repeated where that is safe.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How much is taken from the server.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Names the program in front of this library's own name.
    #[must_use]
    pub fn user_agent(mut self, program: impl Into<String>) -> Self {
        self.user_agent = Some(program.into());
        self
    }

    /// Adds a header to every request.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// How connections are made: proxy, certificates, pool.
    #[must_use]
    pub fn transport(mut self, settings: TransportSettings) -> Self {
        self.transport = settings;
        self
    }

    /// The settings of the transport.
    pub const fn transport_settings(&self) -> &TransportSettings {
        &self.transport
    }

    /// Checks everything and makes the service of it.
    pub(crate) fn service(&self) -> Result<(Service, ApiKey), Error> {
        let base = BaseUrl::parse(&self.base_url)?;
        let key = ApiKey::new("api_key", self.api_key.as_str())?;
        if is_managed(&base) && !key.starts_with("csk_") {
            return Err(Error::config("api_key", "expected a key that begins with csk_"));
        }
        let mut service = Service::new(base, &DIALECT);
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
        self.common_headers(&mut service, &key)?;
        Ok((service, key))
    }

    fn common_headers(&self, service: &mut Service, key: &ApiKey) -> Result<(), Error> {
        for (name, value) in &self.headers {
            let (name, value) = sendable(name, value).map_err(|expected| {
                Error::config("headers", format_args!("expected {expected}"))
            })?;
            service.headers.append(name, value);
        }
        service.set_user_agent(self.user_agent.as_deref(), PRODUCT)?;
        let headers = &mut service.headers;
        headers.insert(AUTHORIZATION, key.bearer());
        if let Some(project) = &self.project {
            headers.insert(ids::PROJECT_HEADER, ids::project_header(project)?);
        }
        Ok(())
    }
}

/// Whether an address is the vendor's own: only there keys have a known form.
fn is_managed(base: &BaseUrl) -> bool {
    let uri = base.uri();
    let host = uri.host().unwrap_or_default().to_ascii_lowercase();
    host == "codespar.dev" || host.ends_with(".codespar.dev")
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            // Only an address that is one: others may hold a password.
            .field("base_url", &BaseUrl::parse(&self.base_url).ok())
            .field("project", &self.project)
            .field("timeout", &self.timeout)
            .field("idle_timeout", &self.idle_timeout)
            .field("user_agent", &self.user_agent)
            .field("retry", &self.retry)
            .field("limits", &self.limits)
            .field("transport", &self.transport)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_would_break_requests_is_refused() {
        let with = |name: &str, value: &str| Config::new("csk_test").header(name, value).service();
        for (name, value) in
            [("content-length", "5"), ("host", "a"), ("no name", "a"), ("x-a", "a\r\nb: c")]
        {
            assert_eq!(with(name, value).unwrap_err().field(), Some("headers"), "{name}");
        }
        let (service, _) = with("cookie", "session=1").unwrap();
        assert!(service.headers.get("cookie").unwrap().is_sensitive());
    }
}
