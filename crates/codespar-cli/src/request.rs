//! `request METHOD PATH`: any route of the CodeSpar API, also one without an operation.

use clap::{Arg, ArgAction, ArgMatches, Command};
use codespar_blocking::Json;

use codespar_engine::Effect;

use crate::{
    arguments::{self, Members},
    command::{flag, option},
    options::taken,
    outcome::{Exit, Failure, unsent},
    own::{Own, Run},
    rows,
    run::perform,
};

pub(crate) const REQUEST: Own = Own {
    words: &["request"],
    about: "Makes a request to any route of the CodeSpar API; all but GET count as money",
    effect: Some(Effect::MovesMoney),
    options,
    run: Run::Alone(run),
};

fn options(command: Command) -> Command {
    command
        .arg(Arg::new("method").required(true).value_name("METHOD").help("GET, POST, …"))
        .arg(Arg::new("path").required(true).value_name("PATH").help("As in /v1/whoami"))
        .arg(option("body", "JSON").help("What is sent: JSON, or @FILE"))
        .arg(
            option("query", "NAME=VALUE")
                .help("Of the query; once for each")
                .action(ArgAction::Append),
        )
        .arg(option("key", "KEY").help("An idempotency key; what it does is not promised"))
        .arg(option("max-amount", "AMOUNT").help("Refuses: amounts are not known").hide(true))
        .arg(flag("yes").help("Do not ask before money moves"))
        .arg(flag("dry-run").help("Print the request and send nothing"))
}

fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let missing = || Failure::new(Exit::Internal, "there is no client.request");
    let row = rows::row(&["client", "request"]).ok_or_else(missing)?;
    let taken = taken(row);
    let mut members = Members::new();
    for (argument, name) in [("method", "method"), ("path", "path")] {
        let text = matches.get_one::<String>(argument).map_or("", String::as_str);
        members.insert(name.to_owned(), Json::of(text).map_err(unsent)?);
    }
    if let Some(body) = matches.get_one::<String>("body") {
        members.insert("body".to_owned(), arguments::json_or_file("--body", body)?);
    }
    if let Some(pairs) = matches.get_many::<String>("query") {
        let mut query = Members::new();
        for pair in pairs {
            let expected = || Failure::usage("--query: expected NAME=VALUE");
            let (name, value) = pair.split_once('=').ok_or_else(expected)?;
            query.insert(name.to_owned(), Json::of(value).map_err(unsent)?);
        }
        members.insert("query".to_owned(), Json::of(&query).map_err(unsent)?);
    }
    perform(row, taken, members, matches)
}
