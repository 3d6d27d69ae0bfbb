//! What is checked without asking anyone: mandates and receipts.

mod mandate;
mod receipt;

use clap::ArgMatches;
use codespar_blocking::Json;
use codespar_engine::describe::Shape;
use serde_json::Value;

pub(crate) use self::{mandate::MANDATE_VERIFY, receipt::RECEIPT_VERIFY};
use crate::{
    arguments::content,
    outcome::Failure,
    output::{Output, failed_write},
};

/// The text of `@FILE` or `-`; what is secret does not stand on a command line.
fn file(matches: &ArgMatches, name: &'static str) -> Result<Option<String>, Failure> {
    match matches.get_one::<String>(name) {
        None => Ok(None),
        Some(place) if place == "-" || place.starts_with('@') => {
            content(place, &format!("--{name}")).map(Some)
        }
        Some(_) => Err(Failure::usage(format!("{name}: expected @FILE or -"))),
    }
}

fn write(matches: &ArgMatches, document: Value) -> Result<(), Failure> {
    let mut output = Output::open(matches)?;
    output.show_all();
    let written = output.result(&Json::from(document), Shape::ANY);
    written.map_err(|error| failed_write(&error, false))
}
