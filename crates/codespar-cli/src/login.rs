//! `login` and `logout`: a key is tried before it is kept, and is never an argument.

use std::io::{self, BufRead as _, IsTerminal as _};

use clap::{ArgMatches, Command};
use codespar_blocking::{Client, Config};
use codespar_engine::Effect;

use crate::{
    command::{self, flag, option},
    import,
    outcome::{Exit, Failure},
    output::note,
    own::{Own, Run},
    profile::{self, Profile, Profiles},
    rows::{self, Api},
    run::run_words,
    settings::{Credential, Environment, Settings},
};

pub(crate) const LOGIN: Own = Own {
    words: &["login"],
    about: "Keeps an API key, which is asked for or read from standard input",
    effect: Some(Effect::Reads),
    options: |command| {
        let of = "Takes key, project and address over from the official program's file \
                  [default: ~/.codespar/config.json]";
        login_options(command, of)
    },
    run: Run::Alone(login),
};

pub(crate) const LOGOUT: Own = Own {
    words: &["logout"],
    about: "Forgets the API key of the profile",
    effect: None,
    options: |command| command,
    run: Run::Alone(logout),
};

/// A short form of `client whoami`.
pub(crate) const WHOAMI: Own = Own {
    words: &["whoami"],
    about: "Says whose key it is, and of which environment",
    effect: Some(Effect::Reads),
    options: |command| match rows::row(&["client", "whoami"]) {
        Some(row) => command::row_command(command, row),
        None => command,
    },
    run: Run::Alone(|matches| run_words(&["client", "whoami"], matches)),
};

/// What every login takes.
pub(crate) fn login_options(command: Command, import: &'static str) -> Command {
    let import = option("import", "FILE").help(import).num_args(0..=1).default_missing_value("");
    let command = command.arg(import);
    let keyring = flag("keyring").help("Keep it in the keyring of the system instead of a file");
    if cfg!(feature = "keyring") { command.arg(keyring) } else { command }
}

/// Asks for a key, or reads it; tries it; keeps it.
fn login(matches: &ArgMatches) -> Result<(), Failure> {
    let settings = Settings::of(matches)?;
    let (key, base_url, project) = match matches.get_one::<String>("import") {
        Some(file) => {
            let found = import::codespar(file)?;
            let settings = settings.without_profile();
            let base_url = settings.base_url(Api::CodeSpar).or(found.base_url);
            (found.key, base_url, settings.project().or(found.project))
        }
        None => {
            let key = read_secret("API key: ", matches.get_flag("no-input"))?;
            (key, settings.base_url(Api::CodeSpar), settings.project())
        }
    };
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
    keep(matches, &settings, |profile| Profile {
        api_key: Some(key),
        base_url,
        project,
        ..profile
    })?;
    logged_in(environment, client.base_url(), &settings.profile_name, &[Credential::ApiKey])
}

/// Writes a profile that has something new in it.
pub(crate) fn keep(
    matches: &ArgMatches,
    settings: &Settings,
    change: impl FnOnce(Profile) -> Profile,
) -> Result<(), Failure> {
    let name = &settings.profile_name;
    let profile = change(settings.profile.unlocked(name)?);
    let into_keyring = matches.try_get_one::<bool>("keyring").ok().flatten() == Some(&true);
    Profiles::read()?.keep(name, Profile { keyring: profile.keyring || into_keyring, ..profile })
}

/// Says where what was kept is, and what comes before it.
pub(crate) fn logged_in(
    environment: Environment,
    base_url: &str,
    profile: &str,
    credentials: &[Credential],
) -> Result<(), Failure> {
    note(&format!("logged in: {}, {base_url}", environment.as_str()));
    let place = match Profiles::read()?.get(profile).keyring {
        true => "the keyring of the system".to_owned(),
        false => profile::path()?.display().to_string(),
    };
    note(&format!("profile {profile} in {place}"));
    for (name, _) in credentials.iter().filter_map(|it| it.in_environment()) {
        note(&format!("{name} is set, too, and comes before the profile"));
    }
    Ok(())
}

/// Forgets the key.
fn logout(matches: &ArgMatches) -> Result<(), Failure> {
    forget(&Settings::of(matches)?, &[Credential::ApiKey])
}

/// Forgets these credentials of the profile.
pub(crate) fn forget(settings: &Settings, credentials: &[Credential]) -> Result<(), Failure> {
    let name = &settings.profile_name;
    let mut profile = settings.profile.unlocked(name)?;
    let gone = credentials.iter().filter(|it| it.of(&mut profile).take().is_some()).count();
    if gone == 0 {
        note("there was nothing to forget");
        return Ok(());
    }
    Profiles::read()?.keep(name, profile)?;
    let what = if gone == 1 { "one credential" } else { "all credentials" };
    note(&format!("{what} of profile {name} forgotten here, and still valid"));
    Ok(())
}

/// A secret, asked for without an echo, or a line of standard input.
pub(crate) fn read_secret(prompt: &str, no_input: bool) -> Result<String, Failure> {
    let failed = |error: io::Error| Failure::new(Exit::Failed, format!("no key: {error}"));
    let stdin = io::stdin();
    let text = match stdin.is_terminal() {
        true if no_input => return Err(Failure::usage("expected the key on standard input")),
        true => rpassword::prompt_password(prompt).map_err(failed)?,
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
