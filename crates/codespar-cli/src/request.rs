//! `request METHOD PATH`: any route of the CodeSpar API, also one without an operation.

use clap::ArgMatches;
use codespar_blocking::Json;

use crate::{
    arguments::{self, Members},
    command,
    options::taken,
    outcome::{Exit, Failure},
    plan::unsent,
    run::perform,
};

/// Makes the request.
pub(crate) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let missing = || Failure::new(Exit::Internal, "there is no client.request");
    let row = command::row(&["client", "request"]).ok_or_else(missing)?;
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
