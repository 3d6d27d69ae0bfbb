//! `tools`: the tools of a session, or those that every session has, with what they do.

use std::sync::Arc;

use clap::{ArgMatches, Command};
use codespar_blocking::{
    Json,
    agent_tools::{Arguments, READ_ACTIONS, SessionTools, ToolEffect, ToolSource as _, ToolSpec},
    proto::{self, driver::NoTransport, session::Tool},
};
use codespar_engine::{Effect, describe::Shape};
use serde_json::{Map, Value, json};

use crate::{
    command::{flag, option},
    interrupt::on_interrupt,
    outcome::{Failure, unsent},
    output::{Format, Output, failed_write},
    own::{Own, Run},
    session::{Service, named},
    settings::{retries, seconds},
    text::one_line,
};

pub(crate) const TOOLS: Own = Own {
    words: &["tools"],
    about: "Lists the tools of a session, or those that every session has, with what they do",
    effect: Some(Effect::Reads),
    options,
    run: Run::Alone(run),
};

fn options(command: Command) -> Command {
    command.args([
        option("session", "ID").help("The session whose tools are listed [env: CODESPAR_SESSION]"),
        option("search", "TEXT").help("Only tools whose name or description holds this text"),
        flag("schemas").help("Show what each takes, as JSON Schema (always so in JSON)"),
    ])
}

fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let service = Service::of(matches)?;
    let mut output = Output::open(matches)?;
    // What tools are called and take is nobody's secret.
    output.show_all();
    let tools = listed(&service, matches)?;
    let text = matches.get_one::<String>("search").map(|text| text.to_lowercase());
    let fits = |tool: &&Tool| {
        let holds = |text: &String| {
            tool.name.to_lowercase().contains(text)
                || tool.description.to_lowercase().contains(text)
        };
        text.as_ref().is_none_or(holds)
    };
    let with_schema = output.format != Format::Table || matches.get_flag("schemas");
    let failed = |error| failed_write(&error, false);
    for tool in tools.iter().filter(fits) {
        let row = Json::from(described(tool, &specs(&service, tool)?, with_schema));
        output.event(&row, Shape::ANY, &words(&row)).map_err(failed)?;
    }
    match output.format {
        Format::Table => Ok(()),
        _ => output.end_of_items().map_err(failed),
    }
}

/// A tool for people: its name, what it does to the world, what it is for.
fn words(row: &Json) -> String {
    let row = row.to_value();
    let text = |name: &str| row.get(name).and_then(Value::as_str).map(one_line);
    let mut words = format!("{:<28}", text("name").unwrap_or_default());
    words += &text("effect").unwrap_or_default();
    if let Some(reads) = text("only_reads_with") {
        words += &format!("; {reads} only reads");
    }
    let about = text("description").unwrap_or_default();
    let about: Vec<&str> = about.split_whitespace().collect();
    words += &format!("\n    {}\n", about.join(" "));
    match row.get("input_schema") {
        Some(schema) => words + &format!("    {}\n", one_line(&schema.to_string())),
        None => words,
    }
}

/// The tools of the session that was named, or else those of the service itself.
fn listed(service: &Service, matches: &ArgMatches) -> Result<Arc<[Tool]>, Failure> {
    let failed = |error| Failure::of_error(error, Effect::Reads);
    let (limit, retries) = (seconds(matches, "timeout")?, retries(matches)?);
    match named(matches) {
        Some(id) => {
            let mut call = service.client.session(id).map_err(unsent)?.tools();
            call = limit.into_iter().fold(call, |call, limit| call.timeout(limit));
            call = retries.into_iter().fold(call, |call, retries| call.retries(retries));
            on_interrupt(call.cancel_handle())?;
            call.send().map_err(failed)
        }
        None => {
            let mut call = service.client.tools().meta();
            call = limit.into_iter().fold(call, |call, limit| call.timeout(limit));
            call = retries.into_iter().fold(call, |call, retries| call.retries(retries));
            on_interrupt(call.cancel_handle())?;
            let tool = |meta: proto::tools::MetaTool| {
                let schema = meta.input_schema.map(|schema| schema.to_value());
                tool(json!({
                    "name": meta.name, "description": meta.description, "input_schema": schema,
                }))
            };
            call.send().map_err(failed)?.into_iter().map(tool).collect()
        }
    }
}

fn tool(value: Value) -> Result<Tool, Failure> {
    Json::from(value).read().map_err(unsent)
}

/// A tool as it is known here: as two where some of its actions only read.
fn specs(service: &Service, tool: &Tool) -> Result<Vec<ToolSpec>, Failure> {
    let offline = proto::Client::offline(service.config.clone()).map_err(unsent)?;
    let session: proto::Session<NoTransport> = offline.session("none").map_err(unsent)?;
    let tools: Arc<[Tool]> = [tool.clone()].into();
    Ok(SessionTools::new(&session, &tools).tools())
}

/// What a call of a tool of this name does with these arguments: the worst where it is not known.
pub(crate) fn called(
    service: &Service,
    name: &str,
    arguments: &Arguments,
) -> Result<ToolSpec, Failure> {
    let mut specs = specs(service, &tool(json!({ "name": name }))?)?;
    let reads = READ_ACTIONS.iter().any(|row| {
        let action = arguments.text(row.argument);
        row.tool == name && action.is_some_and(|action| row.values.contains(&action))
    });
    match specs.iter().position(|spec| reads && spec.effect.only_reads()) {
        Some(at) => Ok(specs.swap_remove(at)),
        None => {
            Ok(specs.pop().unwrap_or_else(|| ToolSpec::new(name, "session", ToolEffect::Unknown)))
        }
    }
}

/// A tool as it is shown.
fn described(tool: &Tool, specs: &[ToolSpec], with_schema: bool) -> Value {
    let mut row = Map::new();
    row.insert("name".to_owned(), tool.name.as_str().into());
    // The last is the one that does what it does; one that only reads stands before it.
    if let Some(spec) = specs.last() {
        let effect = match spec.effect {
            ToolEffect::Unknown => "not known: counts as money",
            effect => effect.worst().as_str(),
        };
        row.insert("effect".to_owned(), effect.into());
        let reads = READ_ACTIONS.iter().find(|row| row.tool == tool.name);
        let reads = reads.map(|row| format!("{}={}", row.argument, row.values.join("|")));
        row.insert("only_reads_with".to_owned(), reads.into());
        // Of the two it is told which is which; here they are one.
        let about = spec.description.split(" To read only (").next().unwrap_or_default();
        row.insert("description".to_owned(), about.into());
        if with_schema {
            let schema = tool.input_schema.as_ref().map(Json::to_value);
            row.insert("input_schema".to_owned(), schema.or_else(|| whole(specs)).into());
        }
    }
    row.into()
}

/// What it takes, as this program knows it.
fn whole(specs: &[ToolSpec]) -> Option<Value> {
    specs.last()?.input_schema.clone()
}
