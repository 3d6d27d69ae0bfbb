//! `connect`: lets a person connect a provider, and waits until that is so.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use clap::{Arg, ArgMatches, Command};
use codespar_blocking::{
    Client, Error, Json,
    connections::{Connection, ConnectionStatus, ListConnections, StartConnection},
};
use codespar_engine::{Describe as _, Effect, describe::Shape};
use serde_json::json;

use crate::{
    command::{self, option},
    interrupt::{on_interrupt, pause, was_interrupted},
    outcome::{Exit, Failure, unsent},
    output::{Output, failed_write, note},
    own::{Own, Run},
    rows,
    run::run_words,
    session::Service,
    settings::{retries, seconds},
    text::one_line,
};

pub(crate) const CONNECT: Own = Own {
    words: &["connect"],
    about: "Prints the address where a person connects a provider; `connect list` lists",
    effect: Some(Effect::Changes),
    options,
    run: Run::Alone(run),
};

/// A short form of `connections list`.
pub(crate) const CONNECT_LIST: Own = Own {
    words: &["connect", "list"],
    about: "Lists the connections of the project's users to providers",
    effect: Some(Effect::Reads),
    options: |command| match rows::row(&["connections", "list"]) {
        Some(row) => command::row_command(command, row),
        None => command,
    },
    run: Run::Alone(|matches| run_words(&["connections", "list"], matches)),
};

fn options(command: Command) -> Command {
    let server = Arg::new("server").value_name("SERVER").required(true);
    command.arg(server.help("The provider, such as mercadopago")).args([
        option("user-id", "ID").help("The user of yours whose account it is").required(true),
        option("redirect-uri", "URL")
            .help("Where the browser returns to; an https address of yours")
            .required(true),
        option("scopes", "TEXT").help("What is asked for, in the provider's words"),
        option("wait", "SECONDS")
            .help("Wait until it is connected, ten minutes if not said")
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("600"),
        option("interval", "SECONDS").help("How often is looked while waiting").default_value("2"),
    ])
}

/// What was connected before: its id, and since when.
type Connected = BTreeSet<(String, Option<String>)>;

fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let text = |name: &str| matches.get_one::<String>(name).map_or("", String::as_str);
    let (server, user) = (text("server"), text("user-id"));
    let wait = seconds(matches, "wait")?;
    let interval = seconds(matches, "interval")?.unwrap_or(Duration::from_secs(2));
    let service = Service::of(matches)?;
    let mut output = Output::open(matches)?;
    note(&service.place.line());
    let looked_for = ListConnections::default().user_id(user).server_id(server);
    let look = Look {
        client: &service.client,
        args: looked_for.status(ConnectionStatus::Connected),
        matches,
    };
    let before = match wait {
        Some(_) => look.at_connected()?.iter().map(name).collect(),
        None => Connected::new(),
    };
    let mut args = StartConnection::new(server, user, text("redirect-uri"));
    args.scopes = matches.get_one::<String>("scopes").cloned();
    let mut call = service.client.connections().start(&args);
    if let Some(limit) = seconds(matches, "timeout")? {
        call = call.timeout(limit);
    }
    on_interrupt(call.cancel_handle())?;
    let link = call.send().map_err(|error| failed(error, server))?;
    let missing = || Failure::new(Exit::Failed, "the answer has no address to go to");
    let address = link.authorize_url.as_ref().ok_or_else(missing)?.expose();
    // The address is what was asked for; who has it can connect in this person's name.
    output.show_all();
    let until = link.expires_at.as_ref().map(|at| at.as_str());
    let row = json!({ "server_id": server, "authorize_url": address, "expires_at": until });
    let line = format!("{}\n", one_line(address));
    let written = output.event(&Json::from(row), Shape::ANY, &line);
    written.map_err(|error| failed_write(&error, false))?;
    note(&format!("for this person only, until {}", until.unwrap_or("it runs out")));
    if let Some(limit) = wait {
        let connection = look.wait(&before, limit, interval)?;
        let line = format!("connected: {}\n", one_line(&connection.id));
        let json = Json::of(&connection).map_err(unsent)?;
        let written = Output::open(matches)?.event(&json, Connection::SHAPE, &line);
        written.map_err(|error| failed_write(&error, false))?;
    }
    Ok(())
}

/// An error of starting. Providers that know their callers by a key have no such page.
fn failed(error: Error, server: &str) -> Failure {
    let has_no_page = error.code() == Some("server_oauth_not_configured");
    let failure = Failure::of_error(error, Effect::Changes);
    match has_no_page {
        true => failure.next(format!(
            "codespar connections create --server-id {server} --input @FILE, with its secret"
        )),
        false => failure,
    }
}

fn name(connection: &Connection) -> (String, Option<String>) {
    let since = connection.connected_at.as_ref().map(|at| at.as_str().to_owned());
    (connection.id.clone(), since)
}

/// Looking for connections.
struct Look<'a> {
    client: &'a Client,
    args: ListConnections,
    matches: &'a ArgMatches,
}

impl Look<'_> {
    fn at_connected(&self) -> Result<Vec<Connection>, Failure> {
        let mut call = self.client.connections().list(&self.args);
        if let Some(retries) = retries(self.matches)? {
            call = call.retries(retries);
        }
        on_interrupt(call.cancel_handle())?;
        let listed = call.send().map_err(|error| Failure::of_error(error, Effect::Reads))?;
        let is_connected = |it: &Connection| it.status == Some(ConnectionStatus::Connected);
        Ok(listed.into_iter().filter(is_connected).collect())
    }

    /// Waits for a connection that was not there before.
    fn wait(
        &self,
        before: &Connected,
        limit: Duration,
        interval: Duration,
    ) -> Result<Connection, Failure> {
        let begun = Instant::now();
        loop {
            // A look that fails is a look.
            let listed = self.at_connected().unwrap_or_default();
            if let Some(new) = listed.into_iter().find(|it| !before.contains(&name(it))) {
                return Ok(new);
            }
            let is_over = begun.elapsed() >= limit;
            if is_over || was_interrupted() || pause(interval.min(limit)).is_err() {
                let why = if is_over { "not connected in time" } else { "interrupted" };
                let failure = Failure::new(Exit::NotSettled, format!("{why}: it may yet be"));
                return Err(failure.next("codespar connect list"));
            }
        }
    }
}
