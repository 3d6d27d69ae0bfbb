//! What a client is told when it is made.

use std::{fmt, time::Duration};

use codespar_engine::{
    Sensitive, client_settings,
    kit::{ApiKey, BaseUrl, ClientSettings, Error, KeySource, Service},
};
use http::header::{AUTHORIZATION, COOKIE};

use crate::client::{auth::Login, cookies::Jar, dialect::DIALECT};

/// The vendor's own servers, where there is only `https`.
const VENDOR: &str = "upivia.com";

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
    pub(crate) keys: KeySource,
    settings: ClientSettings,
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
        let mut settings = ClientSettings::default();
        settings.retry.retry_after_cap = LONGEST_PAUSE;
        settings.retry.cut_retry_after = true;
        Self {
            base_url: base_url.into(),
            credentials: Secrets::default(),
            elsewhere: false,
            keys: KeySource::default(),
            settings,
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

    /// Another server. One that is spoken to over plain `http` is on this machine or in a private
    /// network, unless [`allow_plain_http`](Self::allow_plain_http) is set.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// The key of an agent. Empty text is none.
    #[must_use]
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.credentials.api_key = non_empty(key.into());
        self
    }

    /// The personal access token of a user. Empty text is none.
    #[must_use]
    pub fn pat(mut self, token: impl Into<String>) -> Self {
        self.credentials.pat = non_empty(token.into());
        self
    }

    /// The cookies of a user's session, as a `Cookie` header spells them:
    /// `next-auth.session-token=…`. What the server sets later is kept beside them.
    #[must_use]
    pub fn session_cookie(mut self, cookies: impl Into<String>) -> Self {
        self.credentials.session_cookie = non_empty(cookies.into());
        self
    }

    /// Lets requests go out that lack a token or cookie, where a transport or proxy adds them.
    /// Without this they are a `Config` error. A missing agent key always is.
    #[must_use]
    pub fn credentials_elsewhere(mut self, elsewhere: bool) -> Self {
        self.elsewhere = elsewhere;
        self
    }

    /// Says how idempotency keys are made, for service requests whose caller gives none: once for
    /// each call, whose repetitions have the same. Unless this is set, they are random UUIDs.
    ///
    /// ```
    /// use std::sync::atomic::{AtomicU64, Ordering};
    /// use upivia_proto::Config;
    ///
    /// let count = AtomicU64::new(0);
    /// let config = Config::new("https://www.upivia.com").idempotency_keys(move || {
    ///     format!("digest-{}", count.fetch_add(1, Ordering::Relaxed))
    /// });
    /// ```
    #[must_use]
    pub fn idempotency_keys(mut self, make: impl Fn() -> String + Send + Sync + 'static) -> Self {
        self.keys = KeySource::made_by(make);
        self
    }

    client_settings!();

    /// How many times a call is repeated at most, where that is safe (reads, and service
    /// requests). Default 2, with pauses of at most 0.5 s and 1 s, or as the server asks, up to
    /// 30 s.
    #[must_use]
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.settings.retry.retries = retries;
        self
    }

    /// The credentials as they were given.
    pub const fn credentials(&self) -> &Secrets {
        &self.credentials
    }

    /// Checks everything and makes the service and its credentials of it.
    pub(crate) fn service(&self) -> Result<(Service, Login), Error> {
        if self.base_url.is_empty() {
            return Err(Error::config(
                "base_url",
                "expected an http or https URL, as in UPIVIA_BASE_URL; it is not set",
            ));
        }
        let base = BaseUrl::parse(&self.base_url)?;
        self.settings.check_address(&base, VENDOR)?;
        let mut login = self.login(&base)?;
        login.elsewhere = self.elsewhere;
        let mut service = Service::new(base, &DIALECT);
        self.settings.apply(&mut service, PRODUCT, |name| match *name {
            // A session cookie: it is in the jar.
            COOKIE => Ok(false),
            AUTHORIZATION => Err("none, but credentials in their own settings"),
            _ => Ok(true),
        })?;
        Ok((service, login))
    }

    fn login(&self, base: &BaseUrl) -> Result<Login, Error> {
        let key = |field, text: &Option<Sensitive>| {
            text.as_ref().map(|text| ApiKey::new(field, text.expose())).transpose()
        };
        let mut jar = Jar::new(&base.uri());
        let given = self.credentials.session_cookie.as_ref().map(Sensitive::expose);
        let headers = self.settings.headers.iter();
        let headers = headers.filter(|(name, _)| name.eq_ignore_ascii_case("cookie"));
        for cookies in headers.map(|(_, value)| value.as_str()).chain(given) {
            jar.put(cookies)?;
        }
        let agent = key("api_key", &self.credentials.api_key)?;
        Ok(Login::new(agent, key("pat", &self.credentials.pat)?, jar))
    }
}

fn non_empty(text: String) -> Option<Sensitive> {
    (!text.is_empty()).then(|| Sensitive::from(text))
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            // Only an address that is one: others may hold a password.
            .field("base_url", &BaseUrl::parse(&self.base_url).ok())
            .field("credentials", &self.credentials)
            .field("keys", &self.keys)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
