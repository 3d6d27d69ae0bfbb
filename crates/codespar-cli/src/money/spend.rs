//! `spend`: spends under a mandate, and waits for a person where a policy holds it.

use std::time::Duration;

use clap::{ArgMatches, Command};

use codespar_engine::Effect;

use crate::{
    arguments::arguments,
    money::{
        call_command, row, wait_limit,
        watch::{Watched, follow},
    },
    options::taken,
    outcome::{Exit, Failure},
    output::note,
    own::{Own, Run},
    plan::Plan,
    run::Came,
};

pub(crate) const SPEND: Own = Own {
    words: &["spend"],
    about: "Spends under a mandate, in minor units of its currency",
    effect: Some(Effect::MovesMoney),
    options,
    run: Run::Alone(run),
};

const WORDS: &[&str] = &["mandates", "spend"];

const ABOUT: &str = "Spends under a mandate.\n\n\
    The key is the attempt_id: the same command with --key is the same payment. What a policy \
    holds ends with 5 and the approval that it waits for; once a person approves, the server pays: \
    nothing has to be sent again, and --wait waits for that.\n\nEffect: moves money.";

fn options(command: Command) -> Command {
    // That there is such a row is held by a test.
    let Ok(row) = row(WORDS) else { return command };
    let command = call_command(command, ABOUT, &taken(row));
    #[cfg(feature = "outbox")]
    let command = crate::outbox::reference::with_reference(command);
    command
}

fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let row = row(WORDS)?;
    let taken = taken(row);
    let members = arguments(matches, &taken)?;
    let limit = wait_limit(matches)?;
    let mut plan = Plan::new(row, taken, members, matches);
    #[cfg(feature = "outbox")]
    {
        plan.reference = crate::outbox::reference::Reference::of(matches);
    }
    match plan.send() {
        Ok(Came::Result(spent)) => plan.show(&spent),
        Ok(Came::Shown) => Ok(()),
        Err(failure) => held(matches, failure, limit, &mut plan),
    }
}

/// Waits for the person who decides about what is held, where that is wanted; any other failure
/// stays what it is.
pub(super) fn held(
    matches: &ArgMatches,
    failure: Failure,
    limit: Option<Duration>,
    plan: &mut Plan<'_>,
) -> Result<(), Failure> {
    match (failure.exit, &failure.approval, limit) {
        (Exit::Held, Some(id), Some(limit)) => {
            note(&format!("held: a person has to decide about approval {id}"));
            follow(matches, Watched::Approval, id, limit, Some(plan))
        }
        _ => Err(failure),
    }
}
