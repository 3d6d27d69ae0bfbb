//! The session that a command works in: the one that was named, or one of its own.

use clap::{ArgAction, ArgMatches, Command};
use codespar_blocking::{Client, Config};

use crate::{
    command::option,
    outcome::{Failure, unsent},
    plan::{Place, SessionOf},
    settings::{Configured, Settings, variable},
};

/// The client of the settings, and where its calls go.
pub(crate) struct Service {
    pub(crate) client: Client,
    pub(crate) config: Config,
    pub(crate) place: Place,
}

impl Service {
    /// Reads the settings; nothing is connected to yet.
    pub(crate) fn of(matches: &ArgMatches) -> Result<Self, Failure> {
        let Configured { config, environment } = Settings::of(matches)?.codespar()?;
        let client = Client::with_config(config.clone()).map_err(unsent)?;
        let project = client.project().map(str::to_owned);
        let place = Place { environment, host: client.base_url().to_owned(), project };
        Ok(Self { client, config, place })
    }
}

/// The options of commands that work in a session.
pub(crate) fn options(command: Command) -> Command {
    command.args([
        option("session", "ID").help(
            "The session; without one, one is opened and closed again [env: CODESPAR_SESSION]",
        ),
        option("user-id", "ID")
            .help("Of a session that is opened: the user of yours that it acts for")
            .default_value("codespar-cli"),
        option("servers", "ID")
            .action(ArgAction::Append)
            .help("Of a session that is opened: a server that it reaches; may be repeated"),
    ])
}

/// The session that was named.
pub(crate) fn named(matches: &ArgMatches) -> Option<String> {
    matches.get_one::<String>("session").cloned().or_else(|| variable("CODESPAR_SESSION"))
}

/// The same, or one that is opened for the user of the options.
pub(crate) fn named_or_opened(matches: &ArgMatches) -> SessionOf {
    let user = matches.get_one::<String>("user-id").map_or("", String::as_str);
    SessionOf::NamedOrOpened { user_id: user.to_owned() }
}

/// The servers of a session that is opened: of the options, or else this one.
pub(crate) fn servers(matches: &ArgMatches, server: Option<&str>) -> Vec<String> {
    match matches.get_many::<String>("servers") {
        Some(ids) => ids.cloned().collect(),
        None => server.map(str::to_owned).into_iter().collect(),
    }
}
