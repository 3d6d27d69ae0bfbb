//! `execute`: runs a tool of a session.

use clap::{Arg, ArgMatches, Command};
use codespar_blocking::{Json, agent_tools::Arguments, proto, registry};

use crate::{
    arguments::{Members, read_input},
    command::{self, flag, option},
    dry_run,
    options::{Taken, taken},
    outcome::{Exit, Failure},
    output::Output,
    own::Own,
    plan::{Plan, unsent},
    run::known,
    session::{self, Service, in_session, named},
    tools,
};

pub(crate) const EXECUTE: Own = Own {
    words: &["execute"],
    about: "Runs a tool of a session; it counts as money unless it is known to read only",
    options,
    run,
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
    let row = command::row(&["session", "execute"]).ok_or_else(missing)?;
    let tool = matches.get_one::<String>("tool").map_or("", String::as_str);
    let input = input(tool, matches)?;
    let service = Service::of(matches)?;
    let spec = tools::called(&service, tool, &input)?;
    let mut members = Members::new();
    members.insert("tool_name".to_owned(), Json::of(tool).map_err(unsent)?);
    members.insert("params".to_owned(), input.to_json());
    let plan = Plan {
        row,
        taken: Taken { options: Vec::new(), secrets: Vec::new() },
        members,
        effect: spec.effect.worst(),
        key: None,
        told: Some(spec.money.amounts(&input)),
        matches,
    };
    perform(plan, &service, tool.split_once('/').map(|(server, _)| server))
}

fn perform(mut plan: Plan<'_>, service: &Service, server: Option<&str>) -> Result<(), Failure> {
    let name = plan.row.operation.name;
    let done = (|| {
        // There is no key; one that was given is refused in the same words as everywhere.
        plan.make_key(|_| None)?;
        if plan.matches.get_flag("dry-run") {
            let offline = proto::Client::offline(service.config.clone()).map_err(unsent)?;
            let id = named(plan.matches).unwrap_or_else(|| "SESSION".to_owned());
            let session = offline.session(id).map_err(unsent)?;
            return dry_run::print(&plan, &service.place, |args| {
                registry::start_on_session(&session, name, args)
            });
        }
        plan.allow(&service.place)?;
        let mut output = Output::open(plan.matches)?;
        in_session(service, plan.matches, server, |session| {
            let started = known(registry::start_on_session(session, name, &plan.args()?))?;
            let info = |session: proto::Session<_>| Json::of(session.info());
            plan.carry_out(started, info, &mut output)
        })
    })();
    done.map_err(|failure| plan.explain(failure))
}

/// What the tool is given. What is secret of it is no argument, as far as that is known.
fn input(tool: &str, matches: &ArgMatches) -> Result<Arguments, Failure> {
    let Some(text) = matches.get_one::<String>("input") else { return Ok(Arguments::default()) };
    let word = tool.strip_prefix("codespar_").unwrap_or_default().replace('_', "-");
    let typed = command::row(&["session", &word]).map(taken);
    let members = read_input(text, &typed.unwrap_or(Taken { options: vec![], secrets: vec![] }))?;
    let json = Json::of(&members).map_err(unsent)?;
    Arguments::read(json.as_str()).map_err(|why| Failure::usage(format!("--input: {why}")))
}
