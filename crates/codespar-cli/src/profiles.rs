//! `profiles`: what the file of credentials holds, without the secrets.

use clap::ArgMatches;
use codespar_blocking::Json;
use codespar_engine::Describe;
use serde::Serialize;

use crate::{
    outcome::{Failure, unsent},
    output::{Output, failed_write},
    own::{Own, Run},
    profile::{Profile, Profiles},
    rows::Api,
    settings::{Credential, Environment, Settings},
};

pub(crate) const PROFILES: Own = Own {
    words: &["profiles"],
    about: "Lists the profiles that were logged in, without their keys",
    effect: None,
    options: |command| command,
    run: Run::Alone(run),
};

/// A profile, without its secrets.
#[derive(Describe, Serialize)]
struct Listed<'a> {
    /// Its name, for `--profile`.
    profile: &'a str,
    /// Whether it is the one that is used now.
    used: bool,
    /// Whether the API key moves test money or live money.
    environment: Option<&'static str>,
    /// The server of the CodeSpar API; without one the vendor's.
    base_url: Option<&'a str>,
    /// The project that calls are for.
    project: Option<&'a str>,
    /// The kinds of credentials of Upivia, and their environments.
    upivia: Vec<String>,
    /// The server of the Upivia API.
    upivia_base_url: Option<&'a str>,
    /// Where its secrets are; those in the keyring are not looked at here.
    kept_in: &'static str,
}

fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let used = Settings::of(matches)?.profile_name;
    let profiles = Profiles::read()?;
    let mut output = Output::open(matches)?;
    for (name, profile) in profiles.iter() {
        let listed = Json::of(&listed(name, profile, &used)).map_err(unsent)?;
        output.item(&listed, Listed::SHAPE).map_err(|error| failed_write(&error, false))?;
    }
    output.end_of_items().map_err(|error| failed_write(&error, false))
}

fn listed<'a>(name: &'a str, profile: &'a Profile, used: &str) -> Listed<'a> {
    let mut secrets = profile.clone();
    let environment = |key: &String, api| Environment::of(api, key).as_str();
    let upivia = Credential::UPIVIA.into_iter().filter_map(|credential| {
        let secret = credential.of(&mut secrets).clone()?;
        Some(format!("{} ({})", credential.as_str(), environment(&secret, Api::Upivia)))
    });
    Listed {
        profile: name,
        used: name == used,
        upivia: upivia.collect(),
        environment: profile.api_key.as_ref().map(|key| environment(key, Api::CodeSpar)),
        base_url: profile.base_url.as_deref(),
        project: profile.project.as_deref(),
        upivia_base_url: profile.upivia_base_url.as_deref(),
        kept_in: if profile.keyring { "keyring" } else { "file" },
    }
}
