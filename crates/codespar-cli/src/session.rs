//! The session that a command works in: the one that was named, or one of its own.

use std::time::Duration;

use clap::{ArgAction, ArgMatches, Command};
use codespar_blocking::{Client, Config, CreateSession, UreqTransport, proto::Session};
use codespar_engine::Effect;

use crate::{
    command::option,
    interrupt::cancel_on_interrupt,
    outcome::Failure,
    output::note,
    plan::{Place, unsent},
    settings::{Configured, Settings, variable},
};

/// How long closing a session may take.
const CLOSING: Duration = Duration::from_secs(10);

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

/// Works in the session that was named, or in one that is opened for it and closed in any case.
pub(crate) fn in_session<R>(
    service: &Service,
    matches: &ArgMatches,
    server: Option<&str>,
    work: impl FnOnce(&Session<UreqTransport>) -> Result<R, Failure>,
) -> Result<R, Failure> {
    if let Some(id) = named(matches) {
        return work(&service.client.session(id).map_err(unsent)?);
    }
    let user = matches.get_one::<String>("user-id").map_or("", String::as_str);
    let mut args = CreateSession::new(user);
    if let Some(ids) = matches.get_many::<String>("servers") {
        args = args.servers(ids.cloned());
    } else if let Some(server) = server {
        args = args.server(server);
    }
    let mut opening = service.client.create(&args);
    cancel_on_interrupt(opening.cancel_handle());
    // Whether it was opened or not, nothing has moved.
    let session = opening.send().map_err(|error| Failure::of_error(error, Effect::Reads))?;
    let done = work(&session);
    if let Err(error) = session.close().timeout(CLOSING).send() {
        note(&format!("session {} is still open: {error}", session.id()));
    }
    done
}
