//! `execute`: runs a tool of a session.

use clap::{Arg, ArgMatches, Command};
use codespar_blocking::{Json, agent_tools::Arguments};

use codespar_engine::Effect;

use crate::{
    arguments::{Members, read_input},
    command::{flag, option},
    options::{Taken, taken},
    outcome::{Exit, Failure, unsent},
    own::{Own, Run},
    plan::Plan,
    rows,
    session::{self, Service},
    tools,
};

pub(crate) const EXECUTE: Own = Own {
    words: &["execute"],
    about: "Runs a tool of a session; it counts as money unless it is known to read only",
    effect: Some(Effect::MovesMoney),
    options,
    run: Run::Alone(run),
};

fn options(command: Command) -> Command {
    let tool = Arg::new("tool").value_name("TOOL").required(true);
    let command = command
        .arg(tool.help("A tool: server/tool, or one such as codespar_charge"))
        .arg(option("input", "JSON").help("What the tool is given: an object, @FILE or -"))
        .arg(option("key", "KEY").help("Refused: the server honours no key for tools"))
        .arg(flag("yes").help("Do not ask before money moves"))
        .arg(option("max-amount", "AMOUNT").help("Refuse more than this, as in 200.00BRL"))
        .arg(flag("dry-run").help("Print the request and send nothing"));
    session::options(command)
}

fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let missing = || Failure::new(Exit::Internal, "there is no session.execute");
    let row = rows::row(&["session", "execute"]).ok_or_else(missing)?;
    let tool = matches.get_one::<String>("tool").map_or("", String::as_str);
    let input = input(tool, matches)?;
    let service = Service::of(matches)?;
    let spec = tools::called(&service, tool, &input)?;
    let mut members = Members::new();
    members.insert("tool_name".to_owned(), Json::of(tool).map_err(unsent)?);
    members.insert("params".to_owned(), input.to_json());
    let taken = Taken { options: Vec::new(), secrets: Vec::new() };
    let mut plan = Plan::new(row, taken, members, matches);
    plan.effect = spec.effect.worst();
    plan.told = Some(spec.money.amounts(&input));
    plan.session = session::named_or_opened(matches);
    plan.servers = session::servers(matches, tool.split_once('/').map(|(server, _)| server));
    let done = plan.perform();
    plan.close_session();
    done
}

/// What the tool is given. What is secret of it is no argument, as far as that is known.
fn input(tool: &str, matches: &ArgMatches) -> Result<Arguments, Failure> {
    let Some(text) = matches.get_one::<String>("input") else { return Ok(Arguments::default()) };
    let word = tool.strip_prefix("codespar_").unwrap_or_default().replace('_', "-");
    let typed = rows::row(&["session", &word]).map(taken);
    let members = read_input(text, &typed.unwrap_or(Taken { options: vec![], secrets: vec![] }))?;
    let json = Json::of(&members).map_err(unsent)?;
    Arguments::read(json.as_str()).map_err(|why| Failure::usage(format!("--input: {why}")))
}
