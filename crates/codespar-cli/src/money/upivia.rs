//! `upivia request`, `upivia wait`, `upivia status`: a paid service has something done.

use std::time::Duration;

use clap::{ArgMatches, Command};
use codespar_blocking::Json;

use codespar_engine::Effect;

use crate::{
    arguments::{Members, arguments},
    command::row_command,
    money::{TEN_MINUTES, call_command, row, text, wait_limit},
    options::{Taken, taken},
    outcome::{self, Failure, unsent},
    own::{Own, Run},
    plan::Plan,
    run::Came,
    run::run_words,
    settings::seconds,
};

pub(crate) const REQUEST: Own = Own {
    words: &["upivia", "request"],
    about: "Has a paid service do something, under policy, budget and approval",
    effect: Some(Effect::MovesMoney),
    options: request_options,
    run: Run::Alone(request),
};

pub(crate) const WAIT: Own = Own {
    words: &["upivia", "wait"],
    about: "Waits until a service request that is held or running has come to its end",
    effect: Some(Effect::Reads),
    options: |command| {
        let id = clap::Arg::new("request-id").required(true).value_name("REQUEST_ID");
        let id = id.help("The service request, as `upivia request` shows it");
        command.after_help(outcome::help()).arg(id)
    },
    run: Run::Alone(|matches| {
        let id = matches.get_one::<String>("request-id").cloned().unwrap_or_default();
        follow(matches, &id, seconds(matches, "timeout")?.unwrap_or(TEN_MINUTES), None)
    }),
};

pub(crate) const STATUS: Own = Own {
    words: &["upivia", "status"],
    about: "Says how a service request stands",
    effect: Some(Effect::Reads),
    options: |command| match row(GET) {
        Ok(row) => row_command(command, row),
        // That there is such a row is held by a test.
        Err(_) => command,
    },
    run: Run::Alone(|matches| run_words(GET, matches)),
};

const CREATE: &[&str] = &["upivia", "service-requests", "create"];
const GET: &[&str] = &["upivia", "service-requests", "get"];
const DECIDED: &[&str] = &["upivia", "service-requests", "decided"];

const ABOUT: &str = "Has a paid service do something.\n\n\
    The server honours a key: the same key, the same effect. What a policy holds ends with 5 and \
    what to wait for.\n\nEffect: moves money.";

/// Service and operation are given by their places.
fn taken_of_request() -> Result<Taken, Failure> {
    let mut taken = taken(row(CREATE)?);
    let is_placed = |name: &str| matches!(name, "service" | "operation");
    for option in &mut taken.options {
        option.positional = is_placed(&option.name);
    }
    // Places are counted in this order.
    taken.options.sort_by_key(|option| match option.name.as_str() {
        "service" => 0,
        "operation" => 1,
        _ => 2,
    });
    taken.options.retain(|option| option.name != "request");
    Ok(taken)
}

fn request_options(command: Command) -> Command {
    // That there is such a row is held by a test.
    let Ok(taken) = taken_of_request() else { return command };
    call_command(command, ABOUT, &taken)
}

fn request(matches: &ArgMatches) -> Result<(), Failure> {
    let taken = taken_of_request()?;
    let members = arguments(matches, &taken)?;
    let limit = wait_limit(matches)?;
    let mut plan = Plan::new(row(CREATE)?, taken, members, matches);
    let Came::Result(answer) = plan.send()? else { return Ok(()) };
    let status = text(&answer, "status");
    let is_open = matches!(status.as_deref(), Some("approval_required" | "running"));
    match (limit.filter(|_| is_open), text(&answer, "request_id")) {
        (Some(limit), Some(id)) => {
            plan.lines_instead_of_json();
            // That it is held or goes on is no failure yet.
            plan.show_only(&answer)?;
            follow(matches, &id, limit, Some(&mut plan))
        }
        _ => plan.show(&answer),
    }
}

/// Waits until a request is over, and shows how.
fn follow(
    matches: &ArgMatches,
    id: &str,
    limit: Duration,
    before: Option<&mut Plan<'_>>,
) -> Result<(), Failure> {
    let members = Members::from([
        ("request_id".to_owned(), Json::of(id).map_err(unsent)?),
        ("timeout".to_owned(), Json::of(&limit.as_secs_f64()).map_err(unsent)?),
    ]);
    let mut plan = Plan::new(row(DECIDED)?, Taken::nothing(), members, matches);
    plan.limit = Some(limit);
    plan.waits_for = Some(format!("waiting for service request {id}"));
    plan.again = Some(format!("codespar upivia wait {id}"));
    if let Some(before) = before {
        plan.after_money = true;
        plan.output = before.output.take();
    }
    match plan.send()? {
        Came::Result(result) => plan.show(&result),
        Came::Shown => Ok(()),
    }
}
