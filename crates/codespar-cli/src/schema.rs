//! What agents and programs are told of the commands, as JSON.

use clap::{Arg, ArgAction, ArgMatches, Command};
use codespar_blocking::operations::{UntypedRoute, untyped};
use codespar_engine::describe::{SchemaOptions, schema as shape_schema};
use serde_json::{Value, json};

use crate::{
    command::{self, flag},
    options::{OptKind, taken},
    outcome::{self, Failure},
    output::{Format, failed_write, stdout},
    own::{Own, Run},
    rows::{Api, KeySlot, Row, rows},
};

pub(crate) const SCHEMA: Own = Own {
    words: &["schema"],
    about: "Describes commands, arguments, effects, results and exit codes as JSON",
    effect: None,
    options,
    run: Run::Knowing(run),
};

fn options(command: Command) -> Command {
    let untyped = flag("untyped").conflicts_with("operation");
    command
        .arg(
            Arg::new("operation")
                .action(ArgAction::Append)
                .help("One only: an operation, as in charges.create, or a command, as in login"),
        )
        .arg(untyped.help("The routes that no command of their own calls, and why"))
}

/// Writes all commands in short, or one in full, or the routes without one.
fn run(all: &'static [Own], matches: &ArgMatches) -> Result<(), Failure> {
    let words = matches.get_many::<String>("operation").into_iter().flatten();
    let words: Vec<&str> = words.flat_map(|word| word.split('.')).collect();
    let document = match (matches.get_flag("untyped"), words.as_slice()) {
        (true, _) => without_row(),
        (false, []) => json!({
            "operations": rows().map(short).collect::<Vec<_>>(),
            "commands": all.iter().map(own_short).collect::<Vec<_>>(),
            "options_of_every_command": command::options_of_every_command(),
            "exit_codes": outcome::document(),
        }),
        (false, words) => match Own::find(all, words) {
            Some(own) => own_full(own),
            None => full(find(words)?),
        },
    };
    let text = match Format::of(matches) {
        Format::JsonLines => format!("{document}\n"),
        Format::Table | Format::Json => format!("{document:#}\n"),
    };
    stdout(&text).map_err(|error| failed_write(&error, false))
}

/// By name, as in `charges.create`, or by the words of its command, as in `charges create`.
fn find(words: &[&str]) -> Result<Row, Failure> {
    let is_it = |row: &Row| {
        let given = || words.iter().map(|word| word.replace('_', "-"));
        let bare = row.words().skip(usize::from(row.api == Api::Upivia));
        row.words().eq(given()) || bare.eq(given())
    };
    let unknown =
        || Failure::usage(format!("no operation {}", words.join("."))).next("codespar schema");
    rows().find(is_it).ok_or_else(unknown)
}

/// The routes that only `request` reaches.
fn without_row() -> Value {
    let routes = untyped().map(|route| {
        let row = route.successor();
        let operation = row.map(|row| row.operation);
        let command = rows().find(|row| {
            row.api == Api::CodeSpar && operation.is_some_and(|name| row.operation.row == name)
        });
        json!({
            "route": format!("{} {}", route.method, route.path),
            "reason": route.why.as_str(),
            "about": route.why.about(),
            "successor": route.instead(),
            "operation": operation,
            "command": command.map_or_else(|| request(route), Row::command),
        })
    });
    json!({ "untyped": routes.collect::<Vec<_>>(), "reached_by": "codespar request METHOD PATH" })
}

fn request(route: &UntypedRoute) -> String {
    format!("codespar request {} {}", route.method, route.path)
}

fn own_short(own: &Own) -> Value {
    json!({
        "command": format!("codespar {}", own.words.join(" ")),
        "about": own.about,
        "effect": own.effect_word(),
    })
}

fn own_full(own: &Own) -> Value {
    let command = (own.options)(Command::new("codespar"));
    json!({
        "command": format!("codespar {}", own.words.join(" ")),
        "about": own.about,
        "effect": own.effect_word(),
        "options": command.get_arguments().map(command::describe).collect::<Vec<_>>(),
        "options_of_every_command": command::options_of_every_command(),
        "exit_codes": outcome::document(),
    })
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
            "currency": option.fixed_currency(),
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
        "key_rule": row.route().map(|route| route.key.as_str()),
        "repeated": row.route().map(|route| route.retry.as_str()),
        "needs_session": row.is_of_session(),
        "route": row.route().map(|route| format!("{} {}", route.method, route.path)),
        "options": options.collect::<Vec<_>>(),
        "secrets": secrets.collect::<Vec<_>>(),
        "options_of_the_call": options_of_the_call(row),
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

/// What the command takes besides the arguments of its operation.
fn options_of_the_call(row: Row) -> Vec<Value> {
    let command = command::row_command(Command::new("codespar"), row);
    let own = taken(row).options;
    let is_argument = |arg: &Arg| own.iter().any(|it| arg.get_id() == it.name.as_str());
    command.get_arguments().filter(|arg| !is_argument(arg)).map(command::describe).collect()
}
