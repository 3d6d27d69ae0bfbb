//! Settings of a run: of options, else of the environment, else of the profile.

use std::{env, time::Duration};

use clap::ArgMatches;
use codespar_blocking::{Config, upivia};

use crate::{
    outcome::{Exit, Failure},
    profile::{Profile, Profiles},
    rows::Api,
};

/// What clients are made with.
pub(crate) struct Settings {
    pub(crate) profile_name: String,
    pub(crate) profile: Profile,
    base_url: Option<String>,
    project: Option<String>,
}

/// What kind of money a key moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Environment {
    Test,
    Live,
}

impl Environment {
    /// What a key says of itself. One that does not say that it is for tests is taken for live.
    pub(crate) fn of(api: Api, key: &str) -> Self {
        let is_test = match api {
            Api::CodeSpar => key.starts_with("csk_test_"),
            Api::Upivia => key.contains("_test_"),
        };
        if is_test { Self::Test } else { Self::Live }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Live => "live",
        }
    }
}

/// A client's configuration, and what is shown of it.
pub(crate) struct Configured<C> {
    pub(crate) config: C,
    pub(crate) environment: Environment,
}

/// A variable that is set to something.
pub(crate) fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

impl Settings {
    /// Reads options and profile. A profile that is named has to be there to be used.
    pub(crate) fn of(matches: &ArgMatches) -> Result<Self, Failure> {
        let option = |name: &str| matches.get_one::<String>(name).cloned();
        let profile_name = option("profile").or_else(|| variable("CODESPAR_PROFILE"));
        let profile_name = profile_name.unwrap_or_else(|| "default".to_owned());
        let profile = Profiles::read()?.get(&profile_name);
        let (base_url, project) = (option("base-url"), option("project"));
        Ok(Self { profile_name, profile, base_url, project })
    }

    fn lookup(&self, name: &str) -> Option<String> {
        let profile = &self.profile;
        let (option, kept) = match name {
            "CODESPAR_API_KEY" => (None, &profile.api_key),
            "CODESPAR_BASE_URL" => (self.base_url.as_ref(), &profile.base_url),
            "CODESPAR_PROJECT" => (self.project.as_ref(), &profile.project),
            "UPIVIA_API_KEY" => (None, &profile.upivia_api_key),
            "UPIVIA_PAT" => (None, &profile.upivia_pat),
            "UPIVIA_BASE_URL" => (self.base_url.as_ref(), &profile.upivia_base_url),
            _ => (None, &None),
        };
        option.cloned().or_else(|| variable(name)).or_else(|| kept.clone())
    }

    /// The settings of a client of CodeSpar.
    pub(crate) fn codespar(&self) -> Result<Configured<Config>, Failure> {
        let Some(key) = self.lookup("CODESPAR_API_KEY") else {
            let failure = Failure::new(Exit::NotLoggedIn, "no API key");
            return Err(failure.next("codespar login, or set CODESPAR_API_KEY"));
        };
        let environment = Environment::of(Api::CodeSpar, &key);
        let config = Config::from_vars(|name| self.lookup(name));
        let config = config.map_err(|error| Failure::usage(error.to_string()))?;
        Ok(Configured { config, environment })
    }

    /// The settings of a client of Upivia, whose operations take different credentials.
    pub(crate) fn upivia(&self) -> Result<Configured<upivia::Config>, Failure> {
        let keys = ["UPIVIA_API_KEY", "UPIVIA_PAT", "UPIVIA_COOKIE"].map(|name| self.lookup(name));
        let mut given = keys.iter().flatten();
        let is_live = |key: &String| Environment::of(Api::Upivia, key) == Environment::Live;
        let environment = match given.any(is_live) {
            true => Environment::Live,
            false => Environment::Test,
        };
        let mut config = upivia::Config::from_vars(|name| self.lookup(name));
        let [key, _, cookie] = keys;
        if key.is_none() && self.lookup("UPIVIA_PAT").is_none() && cookie.is_none() {
            let failure = Failure::new(Exit::NotLoggedIn, "no credentials of Upivia");
            return Err(failure.next("set UPIVIA_API_KEY or UPIVIA_PAT"));
        }
        if let Some(cookie) = cookie {
            config = config.session_cookie(cookie);
        }
        Ok(Configured { config, environment })
    }
}

/// A number of seconds, as an option.
pub(crate) fn seconds(matches: &ArgMatches, name: &str) -> Result<Option<Duration>, Failure> {
    let Some(text) = matches.get_one::<String>(name) else { return Ok(None) };
    let limit = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let expected = || Failure::usage(format!("--{name}: expected a number of seconds"));
    limit.map(Some).ok_or_else(expected)
}

/// How often what is safe to repeat is repeated, as an option.
pub(crate) fn retries(matches: &ArgMatches) -> Result<Option<u32>, Failure> {
    let Some(text) = matches.get_one::<String>("retries") else { return Ok(None) };
    let expected = |_| Failure::usage("--retries: expected a whole number");
    text.parse().map(Some).map_err(expected)
}
