//! `upivia login`, `logout`, `whoami`: the three kinds of credentials that Upivia has.

use clap::{Arg, ArgMatches, Command};
use codespar_blocking::{Error, Json, upivia};
use codespar_engine::{Describe, Effect};
use serde::Serialize;

use crate::{
    command::option,
    import,
    login::{forget, keep, logged_in, login_options, read_secret},
    outcome::{Exit, Failure},
    output::{Output, failed_write},
    own::{Own, Run},
    profile::Profile,
    rows::Api,
    settings::{Credential, Environment, Found, Settings, with_credential},
};

pub(crate) const LOGIN: Own = Own {
    words: &["upivia", "login"],
    about: "Keeps an agent key, a personal access token or a session cookie of Upivia",
    effect: Some(Effect::Reads),
    options: |command| {
        let of = "Takes token and address over from the official program's file \
                  [default: ~/.upivia/config.json]";
        login_options(command.arg(kind()), of)
    },
    run: Run::Alone(login),
};

pub(crate) const LOGOUT: Own = Own {
    words: &["upivia", "logout"],
    about: "Forgets the credentials of Upivia, or those of one kind",
    effect: None,
    options: |command: Command| command.arg(kind()),
    run: Run::Alone(logout),
};

pub(crate) const WHOAMI: Own = Own {
    words: &["upivia", "whoami"],
    about: "Says which credentials of Upivia there are, of which environment, and tries each",
    effect: Some(Effect::Reads),
    options: |command| command,
    run: Run::Alone(whoami),
};

fn kind() -> Arg {
    option("kind", "KIND")
        .help("Which of them; without it a login takes what begins with upivia_pat_ for a token")
        .value_parser(Credential::UPIVIA.map(Credential::as_str))
}

fn kind_of(matches: &ArgMatches) -> Option<Credential> {
    let word = matches.get_one::<String>("kind")?;
    Credential::UPIVIA.into_iter().find(|credential| credential.as_str() == word)
}

fn login(matches: &ArgMatches) -> Result<(), Failure> {
    let settings = Settings::of(matches)?;
    let (secret, credential, base_url) = match matches.get_one::<String>("import") {
        Some(file) => {
            let found = import::upivia(file)?;
            let settings = settings.without_profile();
            let base_url = settings.base_url(Api::Upivia).or(found.base_url);
            (found.pat, Credential::UpiviaPat, base_url)
        }
        None => {
            let prompt = "Agent key, token or cookie: ";
            let secret = read_secret(prompt, matches.get_flag("no-input"))?;
            let guess = match secret.starts_with("upivia_pat_") {
                true => Credential::UpiviaPat,
                false => Credential::UpiviaAgentKey,
            };
            (secret, kind_of(matches).unwrap_or(guess), settings.base_url(Api::Upivia))
        }
    };
    let Some(base_url) = base_url else {
        let failure = Failure::usage("expected the address of the server: it has no default");
        return Err(failure.next("the same with --base-url https://www.upivia.com"));
    };
    let found = Found { credential, secret, variable: None };
    let failed = |error| Failure::of_error(error, Effect::Reads);
    attempt(upivia::Config::new(&base_url), &found).map_err(failed)?;
    let environment = Environment::of(Api::Upivia, &found.secret);
    keep(matches, &settings, |mut profile| {
        *credential.of(&mut profile) = Some(found.secret);
        Profile { upivia_base_url: Some(base_url.clone()), ..profile }
    })?;
    logged_in(environment, &base_url, &settings.profile_name, &[credential])
}

/// Reads something that this kind of credential is taken for.
fn attempt(config: upivia::Config, found: &Found) -> Result<(), Error> {
    let client = upivia::Client::with_config(with_credential(config, found))?;
    match found.credential {
        Credential::UpiviaAgentKey => client.agents().list().send().map(drop),
        _ => client.workspaces().list().send().map(drop),
    }
}

fn logout(matches: &ArgMatches) -> Result<(), Failure> {
    let settings = Settings::of(matches)?;
    match kind_of(matches) {
        Some(credential) => forget(&settings, &[credential]),
        None => forget(&settings, &Credential::UPIVIA),
    }
}

/// A credential that was found.
#[derive(Describe, Serialize)]
struct Known {
    /// Which kind.
    credential: &'static str,
    /// What the server says of it.
    accepted: bool,
    /// Whether it moves test money or live money.
    environment: &'static str,
    /// The server.
    base_url: String,
    /// The variable or the profile that it is from.
    from: String,
}

fn whoami(matches: &ArgMatches) -> Result<(), Failure> {
    let settings = Settings::of(matches)?;
    let found = settings.found(&Credential::UPIVIA)?;
    if found.is_empty() {
        return settings.upivia().map(drop);
    }
    let failed = |error| Failure::of_error(error, Effect::Reads);
    let base_url = settings.base_url(Api::Upivia).unwrap_or_default();
    let (mut output, mut refused) = (Output::open(matches)?, None);
    for found in &found {
        let answer = attempt(settings.upivia_config(), found).map_err(failed);
        let from = found.variable.map_or_else(
            || format!("profile {}", settings.profile_name),
            |variable| format!("environment, {variable}"),
        );
        let accepted = match answer {
            Ok(()) => true,
            Err(failure) if failure.exit == Exit::NotLoggedIn => {
                refused.get_or_insert(failure);
                false
            }
            Err(failure) => return Err(failure),
        };
        let known = Known {
            credential: found.credential.as_str(),
            accepted,
            environment: Environment::of(Api::Upivia, &found.secret).as_str(),
            base_url: base_url.clone(),
            from,
        };
        let known = Json::of(&known).map_err(failed)?;
        output.item(&known, Known::SHAPE).map_err(|error| failed_write(&error, false))?;
    }
    output.end_of_items().map_err(|error| failed_write(&error, false))?;
    refused.map_or(Ok(()), |failure| Err(failure.next("codespar upivia login")))
}
