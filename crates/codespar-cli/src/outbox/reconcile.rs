//! `outbox reconcile` and `outbox purge`: what runs now and then, by a timer.

use std::time::Duration;

use clap::{ArgMatches, Command};
use codespar_blocking::Json;
use codespar_engine::{Describe, Effect};
use codespar_outbox::State;
use serde::Serialize;

use crate::{
    command::option,
    outbox::{before_sending, open_by, while_sending},
    outcome::{Exit, Failure, unsent},
    output::{Output, failed_write, note},
    own::{Own, Run},
};

pub(crate) const OUTBOX_RECONCILE: Own = Own {
    words: &["outbox", "reconcile"],
    about: "Goes on with what is due: sends what was not, finds out about what is unknown",
    effect: Some(Effect::MovesMoney),
    options: reconcile_options,
    run: Run::Alone(reconcile),
};

pub(crate) const OUTBOX_PURGE: Own = Own {
    words: &["outbox", "purge"],
    about: "Removes requests and answers of what is final; nothing can happen again by that",
    effect: Some(Effect::Reads),
    options: purge_options,
    run: Run::Alone(purge),
};

const ABOUT: &str = "Goes on with what is due, of the server and the project of the key: sends \
    what was not sent, presents again under the same id what has no answer, reads what was issued \
    and asks about what is held.\n\nAn id is presented again for a day, and that of a spend only \
    where the server honours it; after that what became of it is read, and what cannot be read \
    needs a person. What is sent at most once is never presented again: without an answer it \
    needs a person at once.\n\nEach once a run; what is not final then has another time to go on \
    at, so that this is to be run by a timer. It ends with 7 as long as anything in the file is \
    unknown, on its way or needs a person, of whichever project, or cannot be read.\n\n\
    Effect: moves money, which was agreed to when it was begun.";

const PURGE: &str = "Removes requests and answers of what is final, of every project in the file. \
    Reference, id, hash and outcome stay, so that nothing can happen again by that; the answer \
    cannot be told again.\n\nOf what was sent at most once in a session that was opened for it, \
    nobody can tell any more whether the same command means the same: it is not sent again.";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn reconcile_options(command: Command) -> Command {
    command.long_about(ABOUT)
}

fn purge_options(command: Command) -> Command {
    let help = "Of what was written last more than so many days ago";
    command.long_about(PURGE).arg(option("older-than", "DAYS").required(true).help(help))
}

/// What a run came to.
#[derive(Describe, Serialize)]
struct Reconciled {
    /// How many were gone on with.
    worked_on: u64,
    /// How many happened.
    done: u64,
    /// How many did not happen, and will not.
    not_done: u64,
    /// How many are taken, and not final.
    issued: u64,
    /// How many wait for an approval.
    held: u64,
    /// How many are to be sent later.
    ready: u64,
    /// How many may have happened.
    unknown: u64,
    /// How many need a person, from earlier runs, too.
    needs_person: u64,
}

fn reconcile(matches: &ArgMatches) -> Result<(), Failure> {
    let mut output = Output::open(matches)?;
    let outbox = open_by(matches)?;
    let totals = outbox.reconcile().map_err(while_sending)?;
    for (id, why) in &totals.unreadable {
        note(&format!("{id}: {why}"));
    }
    let open = outbox.open_items().map_err(while_sending)?;
    let are = |state| open.iter().filter(|item| item.row.state == state).count();
    let needs_person = u64::try_from(are(State::NeedsPerson)).unwrap_or(u64::MAX);
    let is_unknown = are(State::Unknown) + are(State::Sent) > 0;
    let reconciled = Reconciled {
        worked_on: totals.worked_on(),
        done: totals.count(State::Done),
        not_done: totals.count(State::NotDone),
        issued: totals.count(State::Issued),
        held: totals.count(State::Held),
        ready: totals.count(State::Ready),
        unknown: totals.count(State::Unknown),
        needs_person,
    };
    let reconciled = Json::of(&reconciled).map_err(unsent)?;
    output.result(&reconciled, Reconciled::SHAPE).map_err(|error| failed_write(&error, true))?;
    let unknown = |said: &str| Err(Failure::new(Exit::Unknown, said).next("codespar outbox list"));
    match (needs_person, is_unknown || !totals.unreadable.is_empty()) {
        (0, false) => Ok(()),
        (0, true) => unknown("something is not known yet"),
        _ => unknown("something needs a person"),
    }
}

/// What was removed.
#[derive(Describe, Serialize)]
struct Purged {
    /// Of how many requests and answers were removed.
    purged: u64,
}

fn purge(matches: &ArgMatches) -> Result<(), Failure> {
    let text = matches.get_one::<String>("older-than").map_or("", String::as_str);
    let days: Option<u32> = text.parse().ok();
    let days = days.ok_or_else(|| Failure::usage("--older-than: expected a number of days"))?;
    let mut output = Output::open(matches)?;
    let purged = open_by(matches)?.purge(DAY.saturating_mul(days)).map_err(before_sending)?;
    let purged = Json::of(&Purged { purged }).map_err(unsent)?;
    output.result(&purged, Purged::SHAPE).map_err(|error| failed_write(&error, false))
}
