//! `pay`: sends money, and waits for it if that is wanted.

use clap::{ArgMatches, Command};
use codespar_blocking::Json;

use codespar_engine::Effect;

use crate::{
    arguments::{Members, arguments},
    money::{
        call_command, row, session_of, session_options,
        spend::held,
        text, wait_limit,
        watch::{Watched, follow},
    },
    options::{Taken, taken},
    outcome::{Exit, Failure, unsent},
    output::note,
    own::{Own, Run},
    plan::Plan,
    run::Came,
};

pub(crate) const PAY: Own = Own {
    words: &["pay"],
    about: "Pays a Pix key, a Pix code or a boleto, in a session",
    effect: Some(Effect::MovesMoney),
    options,
    run: Run::Alone(run),
};

const ABOUT: &str = "Pays a Pix key, a Pix code or a boleto.\n\n\
    The server honours no key: when the answer is lost, look before it is repeated. What a policy \
    holds ends with 5 and the approval that it waits for.\n\nEffect: moves money.";

/// Arguments that are of looking at a payment.
const OTHER: &[&str] = &["action", "currency", "payment_id"];

fn taken_of_payment() -> Result<Taken, Failure> {
    let mut taken = taken(row(&["session", "pay"])?);
    taken.options.retain(|it| !it.path.iter().any(|name| OTHER.contains(name)));
    for option in &mut taken.options {
        option.required = matches!(option.path.as_slice(), ["amount" | "description"]);
    }
    Ok(taken)
}

fn options(command: Command) -> Command {
    // That there is such a row is held by a test.
    let Ok(taken) = taken_of_payment() else { return command };
    call_command(command, ABOUT, &taken).args(session_options())
}

fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let taken = taken_of_payment()?;
    let mut members: Members = arguments(matches, &taken)?;
    members.insert("action".to_owned(), Json::of("pay").map_err(unsent)?);
    let mut plan = Plan::new(row(&["session", "pay"])?, taken, members, matches);
    plan.session = session_of(matches);
    let limit = wait_limit(matches)?;
    let paid = match plan.send() {
        Ok(Came::Result(paid)) => paid,
        Ok(Came::Shown) => return Ok(()),
        Err(failure) => return held(matches, failure, limit, &mut plan),
    };
    if limit.is_some() {
        plan.lines_instead_of_json();
    }
    plan.show(&paid)?;
    plan.close_session();
    let is_settled = paid.member("settled").is_some_and(|it| it.as_str() == "true");
    match (limit, text(&paid, "tool_call_id")) {
        _ if is_settled => Ok(()),
        (Some(limit), Some(id)) => follow(matches, Watched::Payment, &id, limit, Some(&mut plan)),
        (Some(_), None) => {
            let said = "it was sent, and the server gave no id to wait for";
            Err(plan.explain(Failure::new(Exit::Unknown, said)))
        }
        (None, Some(id)) => {
            note(&format!("to wait until it is settled: codespar wait {id}"));
            Ok(())
        }
        (None, None) => Ok(()),
    }
}
