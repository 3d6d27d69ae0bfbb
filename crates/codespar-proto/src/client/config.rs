//! What a client is told when it is made.

use std::fmt;

use codespar_engine::{
    Error, client_settings,
    kit::{ApiKey, BaseUrl, ClientSettings, Service},
};
pub use codespar_engine::{Identity, Limits, Proxy, RetryPolicy, Roots, TransportSettings};
use http::header::AUTHORIZATION;

use crate::client::{
    dialect::DIALECT,
    project_header::{PROJECT_HEADER, project_header},
};

/// The managed service.
pub const MANAGED_URL: &str = "https://api.codespar.dev";

/// The vendor's own servers: only there keys have a known form, and there is only `https`.
const VENDOR: &str = "codespar.dev";

/// What an API key is given as: any text. It is there for what the compiler says of the rest.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no API key",
    label = "expected a text",
    note = "a client with settings is made by `Client::with_config(config)?`",
    note = "a client of the environment is made by `Client::from_env()?`"
)]
pub trait ApiKeyText {
    /// The key as text.
    fn into_text(self) -> String;
}

#[diagnostic::do_not_recommend]
impl<S: Into<String>> ApiKeyText for S {
    fn into_text(self) -> String {
        self.into()
    }
}

const PRODUCT: &str = concat!("codespar-rust/", env!("CARGO_PKG_VERSION"));

/// The settings of a client: API key, base URL, project, time limits, retries, proxy,
/// certificates, headers. Only the key has no default.
///
/// Settings are checked when a client is made of them (`Client::with_config`): the first one that
/// cannot work is named in a `Config` error, and nothing has been sent.
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
    settings: ClientSettings,
}

impl Config {
    /// Settings for the managed service ([`MANAGED_URL`]) with this API key.
    pub fn new(api_key: impl Into<String>) -> Self {
        Self {
            api_key: api_key.into(),
            base_url: MANAGED_URL.to_owned(),
            project: None,
            settings: ClientSettings::default(),
        }
    }

    /// Reads `CODESPAR_API_KEY`, `CODESPAR_BASE_URL` and `CODESPAR_PROJECT` from a lookup, such as
    /// the environment. Empty values count as absent.
    ///
    /// # Errors
    /// `Config` naming `CODESPAR_API_KEY`, if there is none.
    #[doc(alias = "environment")]
    #[doc(alias = "from_env")]
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

    /// Sets the base URL, for a self-hosted runtime or a sandbox. Plain `http` is for servers on
    /// this machine or in a private network, unless
    /// [`allow_plain_http`](Self::allow_plain_http) is set.
    #[doc(alias = "endpoint")]
    #[doc(alias = "host")]
    #[doc(alias = "self-hosted")]
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// Sets the project that all calls are for (`prj_` and 16 letters or digits). Without it, calls
    /// are for the key's own.
    #[must_use]
    pub fn project(mut self, project: impl Into<String>) -> Self {
        self.project = Some(project.into()).filter(|project| !project.is_empty());
        self
    }

    client_settings!();

    /// Checks everything and makes the service of it.
    pub(crate) fn service(&self) -> Result<Service, Error> {
        let base = BaseUrl::parse(&self.base_url)?;
        self.settings.check_address(&base, VENDOR)?;
        let key = ApiKey::new("api_key", self.api_key.as_str())?;
        if base.is_of(VENDOR) && !key.starts_with("csk_") {
            return Err(Error::config("api_key", "expected a key that begins with csk_"));
        }
        let mut service = Service::new(base, &DIALECT);
        self.settings.apply(&mut service, PRODUCT, |name| match *name {
            AUTHORIZATION => Err("none, but the setting api_key"),
            _ => Ok(true),
        })?;
        service.headers.insert(AUTHORIZATION, key.bearer());
        if let Some(project) = &self.project {
            service.headers.insert(PROJECT_HEADER, project_header(project)?);
        }
        Ok(service)
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            // Only an address that is one: others may hold a password.
            .field("base_url", &BaseUrl::parse(&self.base_url).ok())
            .field("project", &self.project)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_goes_out_in_plain_text_only_nearby_or_where_that_is_allowed() {
        let at = |url: &str| Config::new("csk_live_1").base_url(url);
        for url in ["http://api.codespar.dev", "http://API.codespar.dev.:80", "http://codespar.dev"]
        {
            for config in [at(url), at(url).allow_plain_http()] {
                assert_eq!(config.service().unwrap_err().field(), Some("base_url"), "{url}");
            }
        }
        for url in ["http://203.0.113.7", "http://pay.example"] {
            let error = at(url).service().unwrap_err();
            assert_eq!(error.field(), Some("base_url"));
            assert!(error.message().contains("allow_plain_http"));
            at(url).allow_plain_http().service().unwrap();
        }
        for url in ["http://localhost:8787", "http://runtime:3000", "https://pay.example"] {
            at(url).service().unwrap();
        }
    }

    #[test]
    fn headers_that_look_like_credentials_are_marked() {
        let service = Config::new("csk_test").header("x-api-key", "k").service().unwrap();
        assert!(service.headers.get("x-api-key").unwrap().is_sensitive());
    }

    #[test]
    fn a_header_that_would_break_requests_is_refused() {
        let with = |name: &str, value: &str| Config::new("csk_test").header(name, value).service();
        for (name, value) in
            [("content-length", "5"), ("host", "a"), ("no name", "a"), ("x-a", "a\r\nb: c")]
        {
            assert_eq!(with(name, value).unwrap_err().field(), Some("headers"), "{name}");
        }
        for name in ["accept", "authorization", "user-agent", "idempotency-key"] {
            let error = with(name, "a").unwrap_err();
            assert!(error.message().starts_with(&format!("headers: {name}: expected none")));
        }
        let service = with("cookie", "session=1").unwrap();
        assert!(service.headers.get("cookie").unwrap().is_sensitive());
    }
}
