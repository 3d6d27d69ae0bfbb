//! The outbox of the program: a file in which every payment with a reference stands before it is
//! sent, so that one whose answer was lost is told or repeated under the same id.

pub(crate) mod items;
pub(crate) mod reconcile;
pub(crate) mod reference;
pub(crate) mod resolve;
mod send;

use std::{env, path::PathBuf, sync::Arc};

use clap::ArgMatches;
use codespar_blocking::{Client, UreqTransport};
use codespar_engine::Effect;
use codespar_outbox::{Outbox, OutboxError, Policy, Row, SqliteStore, State, Stop};
use etcetera::BaseStrategy as _;

use crate::{
    interrupt::call_on_interrupt,
    outcome::{Exit, Failure, unsent},
    profile::private_folder,
    settings::{Settings, seconds},
};

/// An outbox over the program's file.
pub(crate) type FileOutbox = Outbox<UreqTransport, Arc<SqliteStore>>;

/// Operations that a reference is looked for in, where none is named.
const OPERATIONS: [&str; 3] = ["charges.create", "mandates.spend", "session.charge"];

/// Where the file is: in the folder of `CODESPAR_DATA_DIR`, or where data belong on this system.
fn path() -> Result<PathBuf, Failure> {
    let folder = match env::var_os("CODESPAR_DATA_DIR").filter(|it| !it.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => match etcetera::choose_base_strategy() {
            Ok(strategy) => strategy.data_dir().join("codespar"),
            Err(_) => return Err(Failure::usage("no home folder: set CODESPAR_DATA_DIR")),
        },
    };
    private_folder(&folder)
        .map_err(|error| Failure::new(Exit::Failed, format!("{}: {error}", folder.display())))?;
    Ok(folder.join("outbox.sqlite"))
}

/// Opens the outbox for calls of this client. An interrupt ends its waits, and what is in flight is
/// finished.
pub(crate) fn open(client: &Client, matches: &ArgMatches) -> Result<FileOutbox, Failure> {
    let path = path()?;
    let store = SqliteStore::open(&path).map_err(|error| {
        Failure::new(Exit::Failed, format!("{}: {error}, nothing sent", path.display()))
    })?;
    let mut policy = Policy::default();
    if let Some(limit) = seconds(matches, "timeout")? {
        policy = policy.request_limit(limit).lease(limit.saturating_add(limit / 2));
    }
    let stop = Stop::new();
    let outbox = Outbox::builder(client.clone()).policy(policy).stop(&stop);
    let outbox = outbox.open(Arc::new(store)).map_err(before_sending)?;
    call_on_interrupt(move || stop.stop());
    Ok(outbox)
}

/// The same, with a client by the command line.
fn open_by(matches: &ArgMatches) -> Result<FileOutbox, Failure> {
    let config = Settings::of(matches)?.codespar()?.config;
    open(&Client::with_config(config).map_err(unsent)?, matches)
}

/// A failure before anything of the effect was sent.
fn before_sending(error: OutboxError) -> Failure {
    match error {
        OutboxError::Call(error) => unsent(error),
        OutboxError::OtherArguments { .. } | OutboxError::OtherGuarantee { .. } => {
            Failure::usage(format!("{error}, nothing sent"))
        }
        OutboxError::Resolve(_) => Failure::new(Exit::Refused, error.to_string()),
        _ => Failure::new(Exit::Failed, error.to_string()),
    }
}

/// A failure while it was sent: what the store does not say may have happened.
fn while_sending(error: OutboxError) -> Failure {
    match error {
        OutboxError::Store(_) | OutboxError::Unreadable(_) => {
            Failure::new(Exit::Unknown, error.to_string()).next("codespar outbox list")
        }
        OutboxError::Call(error) => Failure::of_error(error, Effect::MovesMoney),
        _ => before_sending(error),
    }
}

/// How a row ended, as the exit code says it.
fn exit(row: &Row) -> Exit {
    match row.state {
        State::Done | State::Issued => Exit::Done,
        State::NotDone => Exit::Refused,
        State::Held => Exit::Held,
        // What is ready is sent later: nobody is to pay it elsewhere meanwhile.
        _ => Exit::Unknown,
    }
}

/// The row of a reference: of the operation that is named, else of the one that has it.
fn find(outbox: &FileOutbox, matches: &ArgMatches) -> Result<Row, Failure> {
    let reference = matches.get_one::<String>("reference").map_or("", String::as_str);
    let named = matches.get_one::<String>("operation").map(String::as_str);
    let mut found = Vec::new();
    for operation in named.as_ref().map_or(&OPERATIONS[..], std::slice::from_ref) {
        match outbox.row(operation, reference) {
            Ok(row) => found.push(row),
            Err(OutboxError::NoSuchRow) => {}
            Err(error) => return Err(before_sending(error)),
        }
    }
    match (found.pop(), found.is_empty()) {
        (Some(row), true) => Ok(row),
        (Some(_), false) => Err(Failure::usage("several operations have it: --operation NAME")),
        (None, _) => Err(Failure::new(Exit::Failed, format!("{reference}: no such reference"))
            .next("codespar outbox list")),
    }
}
