//! `logs`: the tool calls of the project, oldest first, and with `-f` as they are made.

use std::{collections::BTreeMap, time::Duration};

use clap::{Arg, ArgAction, ArgMatches, Command};
use codespar_blocking::{
    Client, Error, ErrorKind, Items, Json, UreqTransport,
    proto::Timestamp,
    tool_calls::{ListToolCalls, ToolCall},
};
use codespar_engine::{Describe as _, Effect};

use crate::{
    command::option,
    interrupt::{on_interrupt, pause, was_interrupted},
    outcome::{Exit, Failure},
    output::{Format, Output, failed_write, note},
    own::{Own, Run},
    session::{Service, named},
    settings::{retries, seconds},
    text::one_line,
};

/// How long a call is waited for that is said to be running.
const LONGEST: Duration = Duration::from_secs(600);

/// How many calls are looked at for those that are wanted.
const MOST_LOOKED_AT: usize = 1000;

pub(crate) const LOGS: Own = Own {
    words: &["logs"],
    about: "Shows the tool calls of the project, oldest first; -f follows them",
    effect: Some(Effect::Reads),
    options,
    run: Run::Alone(run),
};

fn options(command: Command) -> Command {
    command
        .arg(
            Arg::new("follow")
                .short('f')
                .long("follow")
                .action(ArgAction::SetTrue)
                .help("Go on, until interrupted, with what is called from now on"),
        )
        .args([
            option("limit", "NUMBER")
                .help("How many calls that were made before")
                .default_value("20")
                .value_parser(clap::value_parser!(u32)),
            option("since", "TIME").help("Not those made before (RFC 3339)"),
            option("interval", "SECONDS").help("How often is asked anew").default_value("3"),
            option("session", "ID").help("Of this session only [env: CODESPAR_SESSION]"),
            option("tool", "TEXT").help("Only tools whose name holds this text"),
            option("server", "ID").help("Of this server only"),
            option("status", "STATUS").help("Only these: running, success, error"),
        ])
}

fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let client = Service::of(matches)?.client;
    let mut output = Output::open(matches)?;
    let mut log = Log { client: &client, filter: Filter::of(matches), matches, seen: Seen::new() };
    let since = matches.get_one::<String>("since").map(|text| Timestamp::from(text.as_str()));
    let limit = matches.get_one::<u32>("limit").map_or(0, |limit| *limit as usize);
    let (before, next) = log.before(since, limit)?;
    for call in &before {
        log.show(call, &mut output)?;
    }
    if matches.get_flag("follow") {
        log.follow(next, &mut output)?;
    }
    match output.format {
        Format::Table => {}
        _ => output.end_of_items().map_err(|error| failed_write(&error, false))?,
    }
    output.remark();
    Ok(())
}

/// What was seen of calls at and after the time that is asked for: their status.
type Seen = BTreeMap<String, Option<String>>;

struct Log<'a> {
    client: &'a Client,
    filter: Filter,
    matches: &'a ArgMatches,
    seen: Seen,
}

impl Log<'_> {
    /// Calls since a time that are looked at, newest first.
    fn calls(&self, since: Option<Timestamp>) -> Result<Items<UreqTransport, ToolCall>, Failure> {
        let mut args = ListToolCalls::default();
        args.since = since;
        let mut calls = self.client.tool_calls().list(&args);
        if let Some(limit) = seconds(self.matches, "timeout")? {
            calls = calls.timeout(limit);
        }
        if let Some(retries) = retries(self.matches)? {
            calls = calls.retries(retries);
        }
        on_interrupt(calls.cancel_handle())?;
        Ok(calls)
    }

    /// Calls that were made before, oldest first, and since when is asked after them.
    fn before(
        &mut self,
        since: Option<Timestamp>,
        most: usize,
    ) -> Result<(Vec<ToolCall>, Option<Timestamp>), Failure> {
        let (mut found, mut looked_at) = (Vec::new(), Vec::<ToolCall>::new());
        for call in self.calls(since.clone())? {
            let call = call.map_err(|error| Failure::of_error(error, Effect::Reads))?;
            // Those of the same moment as the newest are given again when it is asked anew.
            let is_as_new = looked_at.first().is_none_or(|first| first.called_at == call.called_at);
            if found.len() >= most && !is_as_new {
                break;
            }
            if looked_at.len() >= MOST_LOOKED_AT {
                note(&format!("looked at the last {MOST_LOOKED_AT} calls only: see --since"));
                break;
            }
            match found.len() < most && self.filter.wants(&call) {
                true => found.push(call.clone()),
                false => drop(self.seen.insert(call.id.as_str().to_owned(), status(&call))),
            }
            looked_at.push(call);
        }
        found.reverse();
        Ok((found, next(&looked_at, since)))
    }

    /// Asks anew until interrupted. What fails for a moment is asked again.
    fn follow(&mut self, since: Option<Timestamp>, output: &mut Output) -> Result<(), Failure> {
        let usual = seconds(self.matches, "interval")?.unwrap_or(Duration::from_secs(3));
        let (mut since, mut wait) = (since, usual);
        while pause(wait).is_ok() {
            wait = usual;
            let Ok(calls) = self.calls(since.clone()) else { break };
            let calls = match calls.collect::<Result<Vec<_>, _>>() {
                Ok(calls) => calls,
                Err(_) if was_interrupted() => break,
                Err(error) => {
                    wait = usual.max(error.retry_after().unwrap_or_default());
                    pass_over(Failure::of_error(error, Effect::Reads))?;
                    continue;
                }
            };
            for call in calls.iter().rev() {
                self.show(call, output)?;
            }
            self.seen.retain(|id, _| calls.iter().any(|call| call.id.as_str() == id));
            since = next(&calls, since);
        }
        Ok(())
    }

    /// Shows a call that was not shown yet, or of which something has become.
    fn show(&mut self, call: &ToolCall, output: &mut Output) -> Result<(), Failure> {
        let before = self.seen.insert(call.id.as_str().to_owned(), status(call));
        if before == Some(status(call)) || !self.filter.wants(call) {
            return Ok(());
        }
        let json =
            Json::of(call).map_err(|error| Failure::new(Exit::Internal, error.to_string()))?;
        let written = output.event(&json, ToolCall::SHAPE, &line(call));
        written.map_err(|error| failed_write(&error, false))
    }
}

/// Whether following goes on after this error.
pub(crate) fn pass_over(failure: Failure) -> Result<(), Failure> {
    let is_of_moment = |error: &Error| {
        let status = error.status().map(|status| status.as_u16());
        let may_pass = status.is_none_or(|status| status == 429 || status >= 500);
        may_pass && error.kind() != ErrorKind::Config
    };
    match failure.error.as_ref().is_some_and(is_of_moment) {
        true => note(&format!("asked again later: {}", failure.message)),
        false => return Err(failure),
    }
    Ok(())
}

fn status(call: &ToolCall) -> Option<String> {
    call.status.as_ref().map(|status| status.as_str().to_owned())
}

/// Since when is asked after these calls, which are newest first: from the newest on, or from one
/// that is still running, for what becomes of it.
fn next(calls: &[ToolCall], before: Option<Timestamp>) -> Option<Timestamp> {
    let at = |call: &ToolCall| call.called_at.clone();
    let newest = calls.iter().find_map(at).or(before);
    let earliest = newest.as_ref().and_then(|newest| newest.to_system_time()?.checked_sub(LONGEST));
    let is_under_way = |call: &&ToolCall| {
        let is_recent = at(call).and_then(|at| at.to_system_time()) >= earliest;
        status(call).as_deref() == Some("running") && is_recent
    };
    calls.iter().rev().find(is_under_way).and_then(at).or(newest)
}

/// A call in a line.
fn line(call: &ToolCall) -> String {
    let mut line = String::new();
    let duration = call.duration_ms.map(|it| format!("{it} ms"));
    let words = [
        call.called_at.as_ref().map(Timestamp::as_str),
        call.status.as_ref().map(|status| status.as_str()),
        call.tool_name.as_deref(),
        call.server_id.as_deref(),
        duration.as_deref(),
        Some(call.id.as_str()),
        call.error_code.as_deref(),
    ];
    for word in words.into_iter().flatten() {
        line += if line.is_empty() { "" } else { "  " };
        line += &one_line(word);
    }
    line + "\n"
}

/// Which calls are shown.
struct Filter {
    session: Option<String>,
    tool: Option<String>,
    server: Option<String>,
    status: Option<String>,
}

impl Filter {
    fn of(matches: &ArgMatches) -> Self {
        let option = |name: &str| matches.get_one::<String>(name).cloned();
        Self {
            session: named(matches),
            tool: option("tool"),
            server: option("server"),
            status: option("status"),
        }
    }

    fn wants(&self, call: &ToolCall) -> bool {
        let is = |wanted: &Option<String>, is: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| is == Some(wanted))
        };
        let holds = |text: &String| call.tool_name.as_ref().is_some_and(|it| it.contains(text));
        is(&self.session, call.session_id.as_ref().map(|id| id.as_str()))
            && is(&self.server, call.server_id.as_deref())
            && is(&self.status, call.status.as_ref().map(|status| status.as_str()))
            && self.tool.as_ref().is_none_or(holds)
    }
}
