//! What a client is told when it is made.

use std::{fmt, time::Duration};

use codespar_engine::{
    ApiKey, BaseUrl, Error, Limits, RetryPolicy, Sensitive, Service, TransportSettings,
    check_limit, describe::sendable,
};
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE};

use crate::{auth::Login, cookies::Jar, dialect::DIALECT};

const PRODUCT: &str = concat!("upivia-rust/", env!("CARGO_PKG_VERSION"));

/// The longest pause the server may ask for before a repetition; a longer one is cut to it.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Where the API is and who is calling; everything else has a default.
///
/// There are three kinds of credentials, and each endpoint takes some of them (see
/// [`auth`](crate::auth)): the key of an agent, the personal access token of a user, and the
/// cookies of a user's session. Give those you have.
///
/// Nothing is checked before a client is made of it: then the first setting that cannot work is
/// named in a `Config` error, and nothing has been sent.
///
/// ```
/// use std::time::Duration;
/// use upivia_proto::Config;
///
/// let config = Config::new("https://www.upivia.com")
///     .api_key("agent_key_live_0123")
///     .pat("upivia_pat_live_0123")
///     .timeout(Duration::from_secs(20));
/// assert!(!format!("{config:?}").contains("0123"));
/// ```
#[derive(Clone)]
pub struct Config {
    base_url: String,
    credentials: Secrets,
    elsewhere: bool,
    timeout: Option<Duration>,
    idle_timeout: Option<Duration>,
    user_agent: Option<String>,
    headers: Vec<(String, String)>,
    retry: RetryPolicy,
    limits: Limits,
    transport: TransportSettings,
}

/// The credentials of a [`Config`].
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Secrets {
    /// The key of an agent.
    pub api_key: Option<Sensitive>,
    /// The personal access token of a user.
    pub pat: Option<Sensitive>,
    /// The cookies of a user's session: `name=value; name=value`.
    pub session_cookie: Option<Sensitive>,
}

impl Config {
    /// The server at this address, such as `https://www.upivia.com`. There is no default.
    pub fn new(base_url: impl Into<String>) -> Self {
        let mut retry = RetryPolicy::default();
        retry.retry_after_cap = LONGEST_PAUSE;
        retry.cut_retry_after = true;
        Self {
            base_url: base_url.into(),
            credentials: Secrets::default(),
            elsewhere: false,
            timeout: None,
            idle_timeout: None,
            user_agent: None,
            headers: Vec::new(),
            retry,
            limits: Limits::default(),
            transport: TransportSettings::default(),
        }
    }

    /// Takes address and credentials from a lookup, such as the environment. Empty values count
    /// as absent; the first of these names that has a value counts:
    ///
    /// | setting | names |
    /// |---|---|
    /// | address | `UPIVIA_BASE_URL`, `AGENTWALLET_BASE_URL` |
    /// | agent key | `UPIVIA_API_KEY`, `AGENTWALLET_API_KEY` |
    /// | access token | `UPIVIA_PAT` |
    pub fn from_vars(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let first = |names: &[&str]| {
            names.iter().find_map(|name| lookup(name).filter(|value| !value.is_empty()))
        };
        let mut config =
            Self::new(first(&["UPIVIA_BASE_URL", "AGENTWALLET_BASE_URL"]).unwrap_or_default());
        config.credentials.api_key =
            first(&["UPIVIA_API_KEY", "AGENTWALLET_API_KEY"]).map(Sensitive::from);
        config.credentials.pat = first(&["UPIVIA_PAT"]).map(Sensitive::from);
        config
    }

    /// Another server.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// The key of an agent. Empty text is none.
    #[must_use]
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.credentials.api_key = filled(key.into());
        self
    }

    /// The personal access token of a user. Empty text is none.
    #[must_use]
    pub fn pat(mut self, token: impl Into<String>) -> Self {
        self.credentials.pat = filled(token.into());
        self
    }

    /// The cookies of a user's session, as a `Cookie` header spells them:
    /// `next-auth.session-token=…`. What the server sets later is kept beside them.
    #[must_use]
    pub fn session_cookie(mut self, cookies: impl Into<String>) -> Self {
        self.credentials.session_cookie = filled(cookies.into());
        self
    }

    /// Lets requests go out that lack a token or cookie, where a transport or proxy adds them.
    /// Without this they are a `Config` error. A missing agent key always is.
    #[must_use]
    pub fn credentials_elsewhere(mut self, elsewhere: bool) -> Self {
        self.elsewhere = elsewhere;
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

    /// How often calls are repeated where that is safe: reads, and service requests. Default
    /// twice, with pauses of at most 0.5 s and 1 s, or as the server asks, up to 30 s.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How many times a call is repeated at most, where that is safe. Default 2.
    #[must_use]
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.retry.retries = retries;
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

    /// Adds a header to every request. A `Cookie` is a session cookie; credentials and headers
    /// about the body are refused when a client is made.
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

    /// The credentials as they were given.
    pub const fn credentials(&self) -> &Secrets {
        &self.credentials
    }

    /// How calls are repeated.
    pub const fn retry_policy(&self) -> &RetryPolicy {
        &self.retry
    }

    /// The settings of the transport.
    pub const fn transport_settings(&self) -> &TransportSettings {
        &self.transport
    }

    /// Checks everything and makes the service and its credentials of it.
    pub(crate) fn service(&self) -> Result<(Service, Login), Error> {
        if self.base_url.is_empty() {
            return Err(Error::config("base_url", "expected an http or https URL, it is not set"));
        }
        let base = BaseUrl::parse(&self.base_url)?;
        let mut login = self.login(&base)?;
        login.elsewhere = self.elsewhere;
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
        self.common_headers(&mut service)?;
        Ok((service, login))
    }

    fn login(&self, base: &BaseUrl) -> Result<Login, Error> {
        let key = |field, text: &Option<Sensitive>| {
            text.as_ref().map(|text| ApiKey::new(field, text.expose())).transpose()
        };
        let mut jar = Jar::new(&base.uri());
        let given = self.credentials.session_cookie.as_ref().map(Sensitive::expose);
        let headers = self.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("cookie"));
        for cookies in headers.map(|(_, value)| value.as_str()).chain(given) {
            jar.put(cookies)?;
        }
        let agent = key("api_key", &self.credentials.api_key)?;
        Ok(Login::new(agent, key("pat", &self.credentials.pat)?, jar))
    }

    fn common_headers(&self, service: &mut Service) -> Result<(), Error> {
        let wrong = |expected| Error::config("headers", format_args!("expected {expected}"));
        for (name, value) in &self.headers {
            match sendable(name, value).map_err(wrong)? {
                (COOKIE, _) => {}
                (AUTHORIZATION, _) => return Err(wrong("credentials in their own settings")),
                (CONTENT_TYPE, _) => return Err(wrong("headers that are not about the body")),
                (name, value) => {
                    service.headers.append(name, value);
                }
            }
        }
        service.set_user_agent(self.user_agent.as_deref(), PRODUCT)?;
        Ok(())
    }
}

fn filled(text: String) -> Option<Sensitive> {
    (!text.is_empty()).then(|| Sensitive::from(text))
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            // Only an address that is one: others may hold a password.
            .field("base_url", &BaseUrl::parse(&self.base_url).ok())
            .field("credentials", &self.credentials)
            .field("timeout", &self.timeout)
            .field("idle_timeout", &self.idle_timeout)
            .field("user_agent", &self.user_agent)
            .field("retry", &self.retry)
            .field("limits", &self.limits)
            .field("transport", &self.transport)
            .finish_non_exhaustive()
    }
}
