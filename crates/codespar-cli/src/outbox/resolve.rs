//! `outbox resolve`: what a person decides about what no program can tell.

use std::env;

use clap::{ArgMatches, Command};
use codespar_blocking::Json;
use codespar_engine::{Describe, Effect};
use codespar_outbox::{Note, Resolution};

use crate::{
    command::option,
    outbox::{
        before_sending, find,
        items::{Item, of_reference},
        open_by,
    },
    outcome::{Failure, unsent},
    output::{Output, failed_write},
    own::{Own, Run},
};

pub(crate) const OUTBOX_RESOLVE: Own = Own {
    words: &["outbox", "resolve"],
    about: "Writes down what a person found out about what needs one, with the evidence",
    effect: Some(Effect::Reads),
    options,
    run: Run::Alone(run),
};

const ABOUT: &str = "Writes down what a person found out about what needs one.\n\n\
    done: it happened, as the evidence shows. not-done: it did not, and shall not under this \
    reference. next-generation: it did not, and is sent under another id by the next reconcile or \
    the next run of its command; at most eight ids. The last two are refused while a request may \
    still be on its way: until its lease and the time limit of a request are over. \
    next-generation is refused, too, unless the last answer said that nothing happened under the \
    last id.\n\nOnly what needs a person is decided about, and once: all else is refused and ends \
    with 4. Who decided, when and why stay in its history. Nothing is sent by this.";

fn options(command: Command) -> Command {
    command
        .long_about(ABOUT)
        .args(of_reference())
        .arg(
            option("as", "OUTCOME")
                .required(true)
                .value_parser(["done", "not-done", "next-generation"])
                .help("What happened, or is to be tried once more"),
        )
        .arg(option("evidence", "TEXT").required(true).help("Where it was seen"))
        .arg(option("who", "NAME").help("Who decides, instead of the user of this system"))
}

fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let text = |name: &str| matches.get_one::<String>(name).filter(|it| !it.trim().is_empty());
    let resolution = match text("as").map(String::as_str) {
        Some("done") => Resolution::Done,
        Some("next-generation") => Resolution::NextGeneration,
        _ => Resolution::NotDone,
    };
    let why = text("evidence").ok_or_else(|| Failure::usage("--evidence: expected a text"))?;
    let user = || ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|name| env::var(name).ok());
    let who = text("who").cloned().or_else(user).filter(|who| !who.is_empty());
    let who = who.ok_or_else(|| Failure::usage("nobody knows who decides: --who NAME"))?;
    let mut output = Output::open(matches)?;
    let outbox = open_by(matches)?;
    let name = find(&outbox, matches)?.name;
    let row = outbox.resolve(&name.operation, &name.reference, resolution, Note::new(who, why));
    let row = row.map_err(before_sending)?;
    let shown = Json::of(&Item::of(&row)).map_err(unsent)?;
    output.result(&shown, Item::SHAPE).map_err(|error| failed_write(&error, true))
}
