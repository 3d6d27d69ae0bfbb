//! `login` and `logout`: a key is tried before it is kept, and is never an argument.

use std::io::{self, BufRead as _, IsTerminal as _};

use clap::ArgMatches;
use codespar_blocking::{Client, Config};
use codespar_engine::Effect;

use crate::{
    command,
    outcome::{Exit, Failure},
    output::note,
    own::Own,
    profile::{self, Profile, Profiles},
    rows::Api,
    run_row,
    settings::{Environment, Settings, variable},
};

pub(crate) const LOGIN: Own = Own {
    words: &["login"],
    about: "Keeps an API key, which is asked for or read from standard input",
    options: |command| command,
    run: login,
};

pub(crate) const LOGOUT: Own = Own {
    words: &["logout"],
    about: "Forgets the API key of the profile",
    options: |command| command,
    run: logout,
};

/// A short form of `client whoami`.
pub(crate) const WHOAMI: Own = Own {
    words: &["whoami"],
    about: "Says whose key it is, and of which environment",
    options: |command| match command::row(&["client", "whoami"]) {
        Some(row) => command::row_command(command, row),
        None => command,
    },
    run: |matches| run_row(&["client", "whoami"], matches),
};

/// Asks for a key, or reads it from standard input; tries it; keeps it.
fn login(matches: &ArgMatches) -> Result<(), Failure> {
    let settings = Settings::of(matches)?;
    let key = read_key(matches.get_flag("no-input"))?;
    let option = |name: &str, var: &str, kept: &Option<String>| {
        let given = matches.get_one::<String>(name).cloned();
        given.or_else(|| variable(var)).or_else(|| kept.clone())
    };
    let kept = &settings.profile;
    let base_url = option("base-url", "CODESPAR_BASE_URL", &kept.base_url);
    let project = option("project", "CODESPAR_PROJECT", &kept.project);
    let mut config = Config::new(key.as_str());
    if let Some(url) = &base_url {
        config = config.base_url(url);
    }
    if let Some(project) = &project {
        config = config.project(project);
    }
    let failed = |error| Failure::of_error(error, Effect::Reads);
    let client = Client::with_config(config).map_err(failed)?;
    client.whoami().send().map_err(failed)?;
    let environment = Environment::of(Api::CodeSpar, &key);
    let mut profiles = Profiles::read()?;
    let profile = Profile { api_key: Some(key), base_url, project, ..settings.profile };
    profiles.set(&settings.profile_name, profile);
    profiles.write()?;
    note(&format!("logged in: {}, {}", environment.as_str(), client.base_url()));
    note(&format!("profile {} in {}", settings.profile_name, profile::path()?.display()));
    if variable("CODESPAR_API_KEY").is_some() {
        note("CODESPAR_API_KEY is set, too, and comes before the profile");
    }
    Ok(())
}

/// Forgets the key.
fn logout(matches: &ArgMatches) -> Result<(), Failure> {
    let settings = Settings::of(matches)?;
    let mut profiles = Profiles::read()?;
    if settings.profile.api_key.is_none() {
        note("there was no key");
        return Ok(());
    }
    profiles.set(&settings.profile_name, Profile { api_key: None, ..settings.profile });
    profiles.write()?;
    note(&format!(
        "the key of profile {} is forgotten here, and still valid",
        settings.profile_name
    ));
    Ok(())
}

fn read_key(no_input: bool) -> Result<String, Failure> {
    let failed = |error: io::Error| Failure::new(Exit::Failed, format!("no key: {error}"));
    let stdin = io::stdin();
    let text = match stdin.is_terminal() {
        true if no_input => return Err(Failure::usage("expected the key on standard input")),
        true => rpassword::prompt_password("API key: ").map_err(failed)?,
        false => {
            let mut line = String::new();
            stdin.lock().read_line(&mut line).map_err(failed)?;
            line
        }
    };
    match text.trim() {
        "" => Err(Failure::usage("expected a key, on the terminal or on standard input")),
        key => Ok(key.to_owned()),
    }
}
