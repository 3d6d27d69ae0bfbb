//! Settings of a run: of options, else of the environment, else of the profile.

use std::{env, time::Duration};

use clap::ArgMatches;
use codespar_blocking::{Config, upivia};

use crate::{
    outcome::{Exit, Failure},
    profile::{Profile, Profiles},
    rows::Api,
    text::hide,
};

/// What clients are made with.
pub(crate) struct Settings {
    pub(crate) profile_name: String,
    /// The profile as it is in the file, without what a keyring has.
    pub(crate) profile: Profile,
    base_url: Option<String>,
    project: Option<String>,
}

/// A credential of an API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Credential {
    ApiKey,
    UpiviaAgentKey,
    UpiviaPat,
    UpiviaCookie,
}

impl Credential {
    /// Those of Upivia.
    pub(crate) const UPIVIA: [Self; 3] =
        [Self::UpiviaAgentKey, Self::UpiviaPat, Self::UpiviaCookie];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::ApiKey => "api-key",
            Self::UpiviaAgentKey => "agent-key",
            Self::UpiviaPat => "pat",
            Self::UpiviaCookie => "cookie",
        }
    }

    /// The variables that it may be in, the first that is set counts.
    pub(crate) const fn variables(self) -> &'static [&'static str] {
        match self {
            Self::ApiKey => &["CODESPAR_API_KEY"],
            Self::UpiviaAgentKey => &["UPIVIA_API_KEY", "AGENTWALLET_API_KEY"],
            Self::UpiviaPat => &["UPIVIA_PAT"],
            Self::UpiviaCookie => &["UPIVIA_COOKIE"],
        }
    }

    /// Where a profile has it.
    pub(crate) const fn of(self, profile: &mut Profile) -> &mut Option<String> {
        match self {
            Self::ApiKey => &mut profile.api_key,
            Self::UpiviaAgentKey => &mut profile.upivia_api_key,
            Self::UpiviaPat => &mut profile.upivia_pat,
            Self::UpiviaCookie => &mut profile.upivia_cookie,
        }
    }

    /// What of the environment has it.
    pub(crate) fn in_environment(self) -> Option<(&'static str, String)> {
        self.variables().iter().find_map(|name| Some((*name, variable(name)?)))
    }
}

/// A credential, and where it was found.
pub(crate) struct Found {
    pub(crate) credential: Credential,
    pub(crate) secret: String,
    /// The variable; `None` where it is of the profile.
    pub(crate) variable: Option<&'static str>,
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

    /// The same without what the profile has: its address is not for a key used elsewhere.
    pub(crate) fn without_profile(&self) -> Self {
        Self {
            profile_name: self.profile_name.clone(),
            profile: Profile::default(),
            base_url: self.base_url.clone(),
            project: self.project.clone(),
        }
    }

    /// What is no secret.
    fn plain(&self, name: &str) -> Option<String> {
        let profile = &self.profile;
        let (option, kept) = match name {
            "CODESPAR_BASE_URL" => (self.base_url.as_ref(), &profile.base_url),
            "CODESPAR_PROJECT" => (self.project.as_ref(), &profile.project),
            "UPIVIA_BASE_URL" => {
                let old = variable("UPIVIA_BASE_URL").or_else(|| variable("AGENTWALLET_BASE_URL"));
                return self.base_url.clone().or(old).or_else(|| profile.upivia_base_url.clone());
            }
            _ => (None, &None),
        };
        option.cloned().or_else(|| variable(name)).or_else(|| kept.clone())
    }

    /// The address of an API that was said, or is kept.
    pub(crate) fn base_url(&self, api: Api) -> Option<String> {
        self.plain(match api {
            Api::CodeSpar => "CODESPAR_BASE_URL",
            Api::Upivia => "UPIVIA_BASE_URL",
        })
    }

    /// The project that was said, or is kept.
    pub(crate) fn project(&self) -> Option<String> {
        self.plain("CODESPAR_PROJECT")
    }

    /// Which of these there are. A keyring is asked only for what the environment does not have.
    pub(crate) fn found(&self, of: &[Credential]) -> Result<Vec<Found>, Failure> {
        let mut kept: Option<Profile> = None;
        let mut all = Vec::new();
        for credential in of.iter().copied() {
            if let Some((variable, secret)) = credential.in_environment() {
                all.push(Found { credential, secret, variable: Some(variable) });
                continue;
            }
            let profile = match &mut kept {
                Some(profile) => profile,
                none => none.insert(self.profile.unlocked(&self.profile_name)?),
            };
            let secret = credential.of(profile).clone();
            all.extend(secret.map(|secret| Found { credential, secret, variable: None }));
        }
        all.iter().for_each(|found| hide(&found.secret));
        Ok(all)
    }

    /// The settings of a client of CodeSpar.
    pub(crate) fn codespar(&self) -> Result<Configured<Config>, Failure> {
        let Some(key) = self.found(&[Credential::ApiKey])?.pop() else {
            let failure = Failure::new(Exit::NotLoggedIn, "no API key");
            return Err(failure.next("codespar login, or set CODESPAR_API_KEY"));
        };
        let environment = Environment::of(Api::CodeSpar, &key.secret);
        let config = Config::from_vars(|name| match name {
            "CODESPAR_API_KEY" => Some(key.secret.clone()),
            name => self.plain(name),
        });
        let config = config.map_err(|error| Failure::usage(error.to_string()))?;
        Ok(Configured { config, environment })
    }

    /// The settings of a client of Upivia, whose operations take different credentials.
    pub(crate) fn upivia(&self) -> Result<Configured<upivia::Config>, Failure> {
        let found = self.found(&Credential::UPIVIA)?;
        if found.is_empty() {
            let failure = Failure::new(Exit::NotLoggedIn, "no credentials of Upivia");
            return Err(failure.next("codespar upivia login, or set UPIVIA_API_KEY or UPIVIA_PAT"));
        }
        let is_live = |it: &Found| Environment::of(Api::Upivia, &it.secret) == Environment::Live;
        let environment = match found.iter().any(is_live) {
            true => Environment::Live,
            false => Environment::Test,
        };
        let config = found.iter().fold(self.upivia_config(), with_credential);
        Ok(Configured { config, environment })
    }

    /// The settings of a client of Upivia that has no credentials.
    pub(crate) fn upivia_config(&self) -> upivia::Config {
        upivia::Config::new(self.base_url(Api::Upivia).unwrap_or_default())
    }
}

/// The same with a credential more.
pub(crate) fn with_credential(config: upivia::Config, found: &Found) -> upivia::Config {
    let secret = found.secret.as_str();
    match found.credential {
        Credential::UpiviaAgentKey => config.api_key(secret),
        Credential::UpiviaPat => config.pat(secret),
        Credential::UpiviaCookie => config.session_cookie(secret),
        Credential::ApiKey => config,
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
