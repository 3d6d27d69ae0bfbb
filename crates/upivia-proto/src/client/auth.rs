//! Who may call what, and how a client says who it is.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use codespar_engine::{
    Sensitive,
    kit::{ApiKey, Credentials, Error},
};
use http::{
    HeaderMap,
    header::{AUTHORIZATION, COOKIE, SET_COOKIE},
};

pub use codespar_engine::kit::AuthMode;

use crate::client::cookies::Jar;

/// The agent key, and nothing else.
pub const AGENT: AuthMode = AuthMode::new("agent");
/// A personal access token or a session cookie; both go out where both are there.
pub const WORKSPACE: AuthMode = AuthMode::new("workspace");
/// As [`WORKSPACE`], but documented for a session cookie: a token is sent and may be ignored.
pub const SESSION: AuthMode = AuthMode::new("session");
/// As [`WORKSPACE`], but the server rejects tokens: only a session cookie gets in.
pub const SESSION_ONLY: AuthMode = AuthMode::new("session-only");
/// The agent key, else a token or cookie.
pub const ANY: AuthMode = AuthMode::new("any");
/// Nothing; a session cookie goes along where there is one, and may show more.
pub const OPEN: AuthMode = AuthMode::new("open");
/// Nothing at all, not even a cookie: the request is signed, or goes somewhere else.
pub const NOBODY: AuthMode = AuthMode::new("nobody");

/// The credentials of a client.
pub(crate) struct Login {
    pub(crate) agent: Option<ApiKey>,
    pub(crate) token: Option<ApiKey>,
    /// Whether something on the way adds what is missing here.
    pub(crate) elsewhere: bool,
    jar: Mutex<Jar>,
}

impl Login {
    pub(crate) fn new(agent: Option<ApiKey>, token: Option<ApiKey>, jar: Jar) -> Self {
        Self { agent, token, elsewhere: false, jar: Mutex::new(jar) }
    }

    /// The cookies as a browser would send them at this time.
    pub(crate) fn cookies(&self, wall: SystemTime) -> Option<Sensitive> {
        let value = self.jar().header("/", wall)?;
        value.to_str().ok().map(Sensitive::from)
    }

    fn jar(&self) -> MutexGuard<'_, Jar> {
        self.jar.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds the cookies; whether there were any.
    fn add_cookies(&self, path: &str, headers: &mut HeaderMap, wall: SystemTime) -> bool {
        let cookies = self.jar().header(path, wall);
        cookies.is_some_and(|cookies| {
            headers.insert(COOKIE, cookies);
            true
        })
    }

    /// Token and cookies, as far as they are there.
    fn workspace(&self, path: &str, headers: &mut HeaderMap, wall: SystemTime) -> bool {
        if let Some(token) = &self.token {
            headers.insert(AUTHORIZATION, token.bearer());
        }
        self.add_cookies(path, headers, wall) || self.token.is_some()
    }
}

impl Credentials for Login {
    fn authorize(
        &self,
        mode: AuthMode,
        path: &str,
        headers: &mut HeaderMap,
        wall: SystemTime,
    ) -> Result<(), Error> {
        let agent = self.agent.as_ref().filter(|_| matches!(mode, AGENT | ANY));
        if let Some(key) = agent {
            headers.insert(AUTHORIZATION, key.bearer());
            return Ok(());
        }
        let (field, expected) = match mode {
            AGENT => return Err(Error::config("api_key", "expected an agent key, none is set")),
            WORKSPACE | SESSION | ANY | SESSION_ONLY if self.workspace(path, headers, wall) => {
                return Ok(());
            }
            ANY => ("api_key", "an agent key, an access token or a session cookie"),
            WORKSPACE | SESSION => ("pat", "an access token or a session cookie"),
            SESSION_ONLY => ("session_cookie", "a session cookie"),
            OPEN => {
                self.add_cookies(path, headers, wall);
                return Ok(());
            }
            _ => return Ok(()),
        };
        if self.elsewhere {
            return Ok(());
        }
        Err(Error::config(field, format_args!("expected {expected}, none is set")))
    }

    fn answered(&self, mode: AuthMode, headers: &HeaderMap, wall: SystemTime) {
        if mode == NOBODY || !headers.contains_key(SET_COOKIE) {
            return;
        }
        let mut jar = self.jar();
        for line in headers.get_all(SET_COOKIE) {
            if let Ok(line) = line.to_str() {
                jar.set(line, wall);
            }
        }
    }
}
