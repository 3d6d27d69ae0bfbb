//! `status`, `wait` and `approvals wait`: how something stands that was begun, asked once or until
//! it is over.

use std::time::Duration;

use clap::{Arg, ArgMatches, Command};
use codespar_blocking::Json;

use codespar_engine::Effect;

use crate::{
    arguments::Members,
    command::option,
    money::{TEN_MINUTES, row},
    options::Taken,
    outcome::{self, Failure, unsent},
    own::{Own, Run},
    plan::{Plan, SessionOf},
    run::Came,
    settings::seconds,
};

pub(crate) const STATUS: Own = Own {
    words: &["status"],
    about: "Says how a charge, payment, verification, tool call or approval stands",
    effect: Some(Effect::Reads),
    options: |command| watching(command, &Watched::ALL),
    run: Run::Alone(status),
};

pub(crate) const WAIT: Own = Own {
    words: &["wait"],
    about: "Waits until a charge, payment, verification or approval is settled",
    effect: Some(Effect::Reads),
    options: |command| watching(command, &Watched::WAITED),
    run: Run::Alone(wait),
};

pub(crate) const APPROVALS_WAIT: Own = Own {
    words: &["approvals", "wait"],
    about: "Waits until a person has decided on something held, and says what came of it",
    effect: Some(Effect::Reads),
    options: |command| {
        command.after_help(outcome::help()).arg(id().help("The approval, as an answer names it"))
    },
    run: Run::Alone(|matches| {
        follow(matches, Watched::Approval, &given(matches), limit(matches)?, None)
    }),
};

/// What can be asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Watched {
    Charge,
    Payment,
    Verification,
    Approval,
    ToolCall,
}

impl Watched {
    const WAITED: [Self; 4] = [Self::Charge, Self::Payment, Self::Verification, Self::Approval];
    const ALL: [Self; 5] =
        [Self::Charge, Self::Payment, Self::Verification, Self::Approval, Self::ToolCall];

    const fn word(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Payment => "payment",
            Self::Verification => "verification",
            Self::Approval => "approval",
            Self::ToolCall => "tool-call",
        }
    }

    /// What an id is of: tool calls and approvals have ids of their own kind.
    fn of_id(id: &str) -> Self {
        match id.split_once('_') {
            Some(("tc", _)) => Self::Payment,
            Some(("apv", _)) => Self::Approval,
            _ => Self::Charge,
        }
    }

    /// The row that asks once, and what it calls the id.
    const fn asked(self) -> (&'static [&'static str], &'static str) {
        match self {
            Self::Charge => (&["charges", "get"], "charge_id"),
            Self::Payment => (&["session", "payment-status"], "tool_call_id"),
            Self::Verification => (&["session", "verification-status"], "tool_call_id"),
            Self::Approval => (&["approvals", "status"], "approval_id"),
            Self::ToolCall => (&["tool-calls", "get"], "tool_call_id"),
        }
    }

    /// The row that waits; of a tool call there is no more than its payment.
    const fn waited(self) -> &'static [&'static str] {
        match self {
            Self::Charge => &["charges", "settled"],
            Self::Payment | Self::ToolCall => &["session", "settled"],
            Self::Verification => &["session", "decided"],
            Self::Approval => &["approvals", "decided"],
        }
    }

    /// The command that waits for it.
    pub(crate) fn command(self, id: &str) -> String {
        match self {
            Self::Approval => format!("codespar approvals wait {id}"),
            _ if Self::of_id(id) == self => format!("codespar wait {id}"),
            _ => format!("codespar wait {id} --kind {}", self.word()),
        }
    }

    fn plan<'a>(
        self,
        words: &[&str],
        id: &str,
        matches: &'a ArgMatches,
    ) -> Result<Plan<'a>, Failure> {
        let name = self.asked().1.to_owned();
        let members = Members::from([(name, Json::of(id).map_err(unsent)?)]);
        let mut plan = Plan::new(row(words)?, Taken::nothing(), members, matches);
        plan.session = SessionOf::Any;
        Ok(plan)
    }
}

fn id() -> Arg {
    Arg::new("id").required(true).value_name("ID")
}

fn watching(command: Command, kinds: &[Watched]) -> Command {
    let kind = option("kind", "KIND")
        .value_parser(kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>());
    command
        .after_help(outcome::help())
        .arg(id().help("A charge or its key, a tool call (tc_…), an approval (apv_…)"))
        .arg(kind.help(
            "What the id is of: by itself tc_… is a payment, apv_… an approval, all else a charge",
        ))
}

fn given(matches: &ArgMatches) -> String {
    matches.get_one::<String>("id").cloned().unwrap_or_default()
}

fn watched(matches: &ArgMatches) -> (Watched, String) {
    let id = given(matches);
    let named = matches.get_one::<String>("kind");
    let named = named.and_then(|word| Watched::ALL.into_iter().find(|kind| kind.word() == word));
    (named.unwrap_or_else(|| Watched::of_id(&id)), id)
}

/// How long to wait: the time limit of the command, else ten minutes.
fn limit(matches: &ArgMatches) -> Result<Duration, Failure> {
    Ok(seconds(matches, "timeout")?.unwrap_or(TEN_MINUTES))
}

fn status(matches: &ArgMatches) -> Result<(), Failure> {
    let (watched, id) = watched(matches);
    let mut plan = watched.plan(watched.asked().0, &id, matches)?;
    match plan.send()? {
        Came::Result(result) => plan.show(&result),
        Came::Shown => Ok(()),
    }
}

fn wait(matches: &ArgMatches) -> Result<(), Failure> {
    let (watched, id) = watched(matches);
    follow(matches, watched, &id, limit(matches)?, None)
}

/// Waits until it is over, and shows how. After money was sent, nothing that breaks the wait off is
/// harmless; what it is written to is that of the call before.
pub(crate) fn follow(
    matches: &ArgMatches,
    watched: Watched,
    id: &str,
    limit: Duration,
    before: Option<&mut Plan<'_>>,
) -> Result<(), Failure> {
    let mut plan = watched.plan(watched.waited(), id, matches)?;
    plan.limit = Some(limit);
    plan.waits_for = Some(format!("waiting for {} {id}", watched.word()));
    plan.again = Some(watched.command(id));
    if let Some(before) = before {
        plan.after_money = true;
        plan.output = before.output.take();
    }
    match plan.send()? {
        Came::Result(result) => plan.show(&result),
        Came::Shown => Ok(()),
    }
}
