//! What agents and programs are told of the commands, as JSON.

use clap::{Arg, ArgMatches};
use codespar_engine::describe::{SchemaOptions, schema as shape_schema};
use serde_json::{Value, json};

use crate::{
    options::{OptKind, taken},
    outcome::{self, Failure},
    output::{Format, failed_write, stdout},
    own::Own,
    rows::{Api, KeySlot, Row, rows},
};

pub(crate) const SCHEMA: Own = Own {
    words: &["schema"],
    about: "Describes operations, arguments, effects, results and exit codes as JSON",
    options: |command| {
        command.arg(Arg::new("operation").help("One operation only, as in charges.create"))
    },
    run,
};

/// Writes all operations in short, or one in full.
fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let document = match matches.get_one::<String>("operation") {
        None => json!({
            "operations": rows().map(short).collect::<Vec<_>>(),
            "exit_codes": outcome::document(),
        }),
        Some(name) => full(find(name)?),
    };
    let text = match Format::of(matches) {
        Format::JsonLines => format!("{document}\n"),
        Format::Table | Format::Json => format!("{document:#}\n"),
    };
    stdout(&text).map_err(|error| failed_write(&error, false))
}

/// By name, as in `charges.create` or `upivia.agents.list`; the first API comes first.
fn find(name: &str) -> Result<Row, Failure> {
    let api = |row: &Row| name.strip_prefix("upivia.").is_none() || row.api == Api::Upivia;
    let bare = name.strip_prefix("upivia.").unwrap_or(name);
    let found = rows().filter(api).find(|row| row.operation.name == bare);
    let unknown = || Failure::usage(format!("no operation {name}")).next("codespar schema");
    found.ok_or_else(unknown)
}

fn short(row: Row) -> Value {
    json!({
        "operation": name(row),
        "command": row.command(),
        "about": row.operation.about,
        "effect": row.effect(None).as_str(),
        "key": key(row),
    })
}

fn name(row: Row) -> String {
    match row.api {
        Api::CodeSpar => row.operation.name.to_owned(),
        Api::Upivia => format!("upivia.{}", row.operation.name),
    }
}

fn key(row: Row) -> &'static str {
    match row.key_slot() {
        KeySlot::None => "none",
        KeySlot::Call | KeySlot::Argument(_) => "--key",
        KeySlot::Depends => "--key, for some arguments",
    }
}

fn full(row: Row) -> Value {
    let taken = taken(row);
    let options = taken.options.iter().map(|option| {
        let values = match option.kind {
            OptKind::Choice(choice) => {
                json!(choice.values.iter().map(|value| value.text).collect::<Vec<_>>())
            }
            _ => Value::Null,
        };
        json!({
            "option": option.typed(),
            "argument": option.path.join("."),
            "about": option.help(),
            "required": option.required,
            "values": values,
            "unit": option.unit.map(|unit| unit.as_str()),
        })
    });
    let secrets = taken.secrets.iter().map(|(path, required)| {
        json!({ "argument": path.join("."), "required": required, "by": "--input @FILE or -" })
    });
    let input = row.operation.input;
    json!({
        "operation": name(row),
        "command": row.command(),
        "about": row.operation.about,
        "effect": row.effect(None).as_str(),
        "key": key(row),
        "needs_session": row.is_of_session(),
        "route": row.route().map(|route| format!("{} {}", route.method, route.path)),
        "options": options.collect::<Vec<_>>(),
        "secrets": secrets.collect::<Vec<_>>(),
        "input": {
            "path": row.operation.path,
            "argument": input.and_then(|input| input.argument),
            "schema": input.map(|input| {
                shape_schema(input.shape, SchemaOptions::new().closed()).to_value()
            }),
        },
        "result": shape_schema(row.operation.output, SchemaOptions::new()).to_value(),
        "exit_codes": outcome::document(),
    })
}
