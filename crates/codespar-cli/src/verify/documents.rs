//! The documents of checks: what is checked, read from files, and what came of it, written.

use clap::ArgMatches;
use codespar_blocking::Json;
use codespar_engine::describe::Shape;
use serde_json::Value;

use crate::{
    arguments::content,
    outcome::Failure,
    output::{Output, failed_write},
};

/// The text of `@FILE` or `-`; what is secret does not stand on a command line.
pub(super) fn file(matches: &ArgMatches, name: &'static str) -> Result<Option<String>, Failure> {
    match matches.get_one::<String>(name) {
        None => Ok(None),
        Some(place) if place == "-" || place.starts_with('@') => {
            content(place, &format!("--{name}")).map(Some)
        }
        Some(_) => Err(Failure::usage(format!("{name}: expected @FILE or -"))),
    }
}

pub(super) fn write(matches: &ArgMatches, document: Value) -> Result<(), Failure> {
    let mut output = Output::open(matches)?;
    output.show_all();
    let written = output.result(&Json::from(document), Shape::ANY);
    written.map_err(|error| failed_write(&error, false))
}
