//! Money by short commands: rows of both APIs, put together as people use them daily. Keys, limits,
//! questions and exit codes are those of the rows.

pub(crate) mod charge;
mod code;
pub(crate) mod pay;
pub(crate) mod spend;
pub(crate) mod upivia;
pub(crate) mod watch;

use std::time::Duration;

use clap::{Arg, ArgMatches, Command};
use codespar_blocking::Json;

use crate::{
    command::{argument, call_options, option, session_option},
    options::Taken,
    outcome::{self, Exit, Failure},
    plan::SessionOf,
    rows::{self, Row},
    settings::seconds,
};

/// How long is waited where nobody says.
const TEN_MINUTES: Duration = Duration::from_secs(600);

/// The row that has these words.
fn row(words: &[&str]) -> Result<Row, Failure> {
    let missing = || Failure::new(Exit::Internal, format!("there is no {}", words.join(" ")));
    rows::row(words).ok_or_else(missing)
}

/// A command with these options of operations, and those of every call.
fn call_command(command: Command, about: &str, taken: &Taken) -> Command {
    command
        .long_about(about.to_owned())
        .after_help(outcome::help())
        .args(taken.options.iter().map(argument))
        .next_help_heading("Options of the call")
        .args(call_options())
        .arg(wait_option())
}

/// The session of a call that opens one where none is named.
fn session_options() -> [Arg; 2] {
    let user = "Whom a session is opened for, where --session names none";
    [session_option(), option("user-id", "ID").help(user).default_value("codespar-cli")]
}

fn session_of(matches: &ArgMatches) -> SessionOf {
    let user_id = matches.get_one::<String>("user-id").cloned().unwrap_or_default();
    SessionOf::NamedOrOpened { user_id }
}

fn wait_option() -> Arg {
    option("wait", "SECONDS")
        .num_args(0..=1)
        .require_equals(true)
        .default_missing_value("600")
        .help("Wait until it is settled, ten minutes unless it says more: --wait=3600")
}

/// How long to wait, where that is wanted.
fn wait_limit(matches: &ArgMatches) -> Result<Option<Duration>, Failure> {
    seconds(matches, "wait")
}

/// A text that a result has.
fn text(result: &Json, name: &str) -> Option<String> {
    result.member(name)?.read().ok()
}
