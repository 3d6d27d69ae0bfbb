//! `outbox list` and `outbox show`: what is not final, and what has happened to one of them.

use clap::{Arg, ArgMatches, Command};
use codespar_blocking::Json;
use codespar_engine::{Describe, Effect};
use codespar_outbox::{Entry, Row};
use serde::Serialize;

use crate::{
    command::option,
    outbox::{before_sending, find, open_by},
    outcome::{Failure, unsent},
    output::{Output, failed_write},
    own::{Own, Run},
};

pub(crate) const OUTBOX_LIST: Own = Own {
    words: &["outbox", "list"],
    about: "Lists what was begun under a reference and is not final, oldest first",
    effect: Some(Effect::Reads),
    options: |command| command.long_about(LIST),
    run: Run::Alone(list),
};

pub(crate) const OUTBOX_SHOW: Own = Own {
    words: &["outbox", "show"],
    about: "Shows what was done under a reference, and what has happened to it",
    effect: Some(Effect::Reads),
    options,
    run: Run::Alone(show),
};

const LIST: &str = "Lists what was begun under a reference and is not final, oldest first: of \
    every server and project that the file has been used for, each with its own. show, resolve and \
    reconcile find only what is of the server and the project of the key.";

fn options(command: Command) -> Command {
    command.args(of_reference())
}

/// Which row is meant.
pub(crate) fn of_reference() -> [Arg; 2] {
    let reference = Arg::new("reference").value_name("REFERENCE").required(true);
    let operation = option("operation", "NAME");
    [
        reference.help("What it was called by --reference"),
        operation.help(
            "The operation that has this reference: mandates.spend; needed where several have it",
        ),
    ]
}

/// A row, without what it holds of a person.
#[derive(Describe, Serialize)]
pub(crate) struct Item<'a> {
    /// What it was called.
    pub(crate) reference: &'a str,
    /// What is done.
    pub(crate) operation: &'a str,
    /// How far it has come.
    pub(crate) state: &'static str,
    /// How long ago it was begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) age_seconds: Option<u64>,
    /// The code of the last refusal.
    pub(crate) code: Option<&'a str>,
    /// The HTTP status of the last answer.
    pub(crate) status: Option<u16>,
    /// How many times it was presented under the id that counts.
    pub(crate) presentations: u32,
    /// The approval that it waits for.
    pub(crate) approval_id: Option<&'a str>,
    /// The server's name for what was made.
    pub(crate) resource: Option<&'a str>,
    /// What its receipt says.
    pub(crate) evidence: Option<&'a str>,
    /// The id under which it is presented.
    pub(crate) key: String,
    /// What is promised of it.
    pub(crate) guarantee: &'static str,
    /// When it was begun, in milliseconds since 1970.
    pub(crate) created_at: i64,
    /// When it is gone on with, in milliseconds since 1970.
    pub(crate) next_at: Option<i64>,
    /// The project that it is for.
    pub(crate) project: &'a str,
    /// The server that it is sent to.
    pub(crate) origin: &'a str,
    /// Every step, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) history: Vec<Line>,
}

impl<'a> Item<'a> {
    pub(crate) fn of(row: &'a Row) -> Self {
        Self {
            reference: &row.name.reference,
            operation: &row.name.operation,
            state: row.state.as_str(),
            age_seconds: None,
            code: row.code.as_deref(),
            status: row.status,
            presentations: row.presentations,
            approval_id: row.approval.as_deref(),
            resource: row.resource.as_deref(),
            evidence: row.evidence.as_deref(),
            key: row.key(),
            guarantee: row.guarantee.as_str(),
            created_at: row.created_at,
            next_at: row.next_at,
            project: &row.name.project,
            origin: &row.name.origin,
            history: Vec::new(),
        }
    }
}

/// A step of a row.
#[derive(Describe, Serialize)]
pub(crate) struct Line {
    /// When, in milliseconds since 1970.
    at: i64,
    /// The state that it got.
    state: &'static str,
    /// Which of its ids counted.
    generation: u32,
    /// The code of the answer.
    code: Option<String>,
    /// The HTTP status of the answer.
    status: Option<u16>,
    /// The person who decided it.
    who: Option<String>,
    /// Why: the evidence.
    why: Option<String>,
}

impl Line {
    fn of(entry: Entry) -> Self {
        let (who, why) = entry.note.map(|note| (note.who, note.why)).unzip();
        let Entry { at, state, generation, code, status, .. } = entry;
        Self { at, state: state.as_str(), generation, code, status, who, why }
    }
}

fn list(matches: &ArgMatches) -> Result<(), Failure> {
    let mut output = Output::open(matches)?;
    for open in open_by(matches)?.open_items().map_err(before_sending)? {
        let item = Item { age_seconds: Some(open.age.as_secs()), ..Item::of(&open.row) };
        let item = Json::of(&item).map_err(unsent)?;
        output.item(&item, Item::SHAPE).map_err(|error| failed_write(&error, false))?;
    }
    output.end_of_items().map_err(|error| failed_write(&error, false))
}

fn show(matches: &ArgMatches) -> Result<(), Failure> {
    let mut output = Output::open(matches)?;
    let outbox = open_by(matches)?;
    let row = find(&outbox, matches)?;
    let history = outbox.history(&row.name.operation, &row.name.reference);
    let history = history.map_err(before_sending)?.into_iter().map(Line::of).collect();
    let shown = Json::of(&Item { history, ..Item::of(&row) }).map_err(unsent)?;
    output.result(&shown, Item::SHAPE).map_err(|error| failed_write(&error, false))
}
