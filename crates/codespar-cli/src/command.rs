//! The command line: what the program takes. Only the command that was called is built whole.

use std::collections::BTreeMap;

use clap::{Arg, ArgAction, Command, builder::PossibleValue, builder::PossibleValuesParser};
use codespar_engine::describe::Kind;

use crate::{
    options::{Opt, OptKind, taken},
    outcome,
    rows::{KeySlot, Row, rows},
};

/// Options that take a value, so that the words of a command can be told from values.
const WITH_VALUE: &[&str] = &[
    "--base-url",
    "--fields",
    "--output",
    "--output-file",
    "--profile",
    "--project",
    "--retries",
    "--timeout",
];

/// The words that a command line begins with.
pub(crate) fn words(arguments: &[String]) -> Vec<&str> {
    let (mut words, mut rest) = (Vec::new(), arguments.iter());
    while let Some(argument) = rest.next() {
        if !argument.starts_with('-') {
            words.push(argument.as_str());
        } else if WITH_VALUE.contains(&argument.as_str()) {
            rest.next();
        }
    }
    // `codespar help charges create` builds what it tells of.
    if words.first() == Some(&"help") {
        words.remove(0);
    }
    words
}

/// The whole command line, of which only what these words call is there with its options.
pub(crate) fn program(words: &[&str]) -> Command {
    program_of(Some(words))
}

/// The whole command line with all options of all commands.
pub(crate) fn whole_program() -> Command {
    program_of(None)
}

fn program_of(words: Option<&[&str]>) -> Command {
    let all: Vec<(Vec<String>, Row)> = rows().map(|row| (row.words(), row)).collect();
    let mut program = Command::new("codespar")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Every operation of the CodeSpar and Upivia APIs")
        .after_help(outcome::help())
        .arg_required_else_help(true)
        .subcommand_required(true)
        .args(own_options())
        .subcommands(own_commands());
    program = program.subcommands(level(&all, 0, words));
    program
}

/// The row that has these words.
pub(crate) fn row(words: &[&str]) -> Option<Row> {
    rows().find(|row| row.words() == words)
}

/// The commands at one depth: groups, and rows.
fn level(all: &[(Vec<String>, Row)], depth: usize, words: Option<&[&str]>) -> Vec<Command> {
    let mut groups: BTreeMap<&str, Vec<&(Vec<String>, Row)>> = BTreeMap::new();
    for entry in all {
        if let Some(word) = entry.0.get(depth) {
            groups.entry(word.as_str()).or_default().push(entry);
        }
    }
    let is_called = |word: &str| words.is_none_or(|words| words.get(depth).copied() == Some(word));
    let command = |(word, entries): (&str, Vec<&(Vec<String>, Row)>)| {
        let command = Command::new(word.to_owned());
        match entries.as_slice() {
            [(row_words, row)] if row_words.len() == depth + 1 => match is_called(word) {
                true => row_command(command, *row),
                false => command.about(row.operation.about),
            },
            entries => {
                let command = command
                    .about(group_about(word, entries.len()))
                    .subcommand_required(true)
                    .arg_required_else_help(true);
                if !is_called(word) {
                    return command;
                }
                let inner: Vec<_> = entries.iter().map(|entry| (*entry).clone()).collect();
                command.subcommands(level(&inner, depth + 1, words))
            }
        }
    };
    groups.into_iter().map(command).collect()
}

fn group_about(word: &str, count: usize) -> String {
    match word {
        "upivia" => format!("The Upivia API: {count} operations"),
        "session" => format!("In a session (--session): {count} operations"),
        _ => format!("{count} operation{}", if count == 1 { "" } else { "s" }),
    }
}

/// The command of a row.
pub(crate) fn row_command(command: Command, row: Row) -> Command {
    let taken = taken(row);
    let mut about = format!("{}\n\nEffect: {}.", row.operation.about, row.effect(None).as_str());
    about += match row.key_slot() {
        KeySlot::None if row.effect(None).is_change() => {
            " The server honours no key: when the answer is lost, look before it is repeated."
        }
        KeySlot::None => "",
        KeySlot::Depends => " The server honours a key for some arguments only.",
        KeySlot::Call | KeySlot::Argument(_) => {
            " The server honours a key: the same key, the same effect."
        }
    };
    for (path, required) in &taken.secrets {
        let mark = if *required { " (required)" } else { "" };
        about += &format!("\nSecret, by --input @FILE or -: {}{mark}", path.join("."));
    }
    let mut command = command
        .about(row.operation.about)
        .long_about(about)
        .after_help(outcome::help())
        .args(taken.options.iter().map(argument))
        .next_help_heading("Options of the call")
        .arg(option("input", "JSON").help("Arguments as JSON, @FILE or - (options win)"))
        .arg(option("key", "KEY").help("The idempotency key of an earlier attempt, or your own"))
        .arg(flag("yes").help("Do not ask before money moves"))
        .arg(option("max-amount", "AMOUNT").help("Refuse more than this, as in 200.00BRL"))
        .arg(flag("dry-run").help("Print the request and send nothing"));
    if row.is_of_session() {
        let help = "The session, as `codespar client create` gives it [env: CODESPAR_SESSION]";
        command = command.arg(option("session", "ID").help(help));
    }
    command
}

fn argument(opt: &Opt) -> Arg {
    let arg = Arg::new(opt.name.clone()).help(opt.help()).allow_hyphen_values(true);
    if opt.positional {
        return arg.value_name(opt.name.to_uppercase()).allow_hyphen_values(false);
    }
    let arg = arg.long(opt.name.clone()).action(ArgAction::Set);
    match opt.kind {
        OptKind::Scalar(Kind::Boolean) => {
            let arg = arg.num_args(0..=1).require_equals(true).default_missing_value("true");
            arg.value_parser(["true", "false"])
        }
        OptKind::Scalar(Kind::Integer) => arg.value_name("INTEGER"),
        OptKind::Scalar(Kind::Number) => arg.value_name("NUMBER"),
        OptKind::Scalar(_) => arg.value_name("TEXT"),
        OptKind::Choice(choice) if choice.is_open => arg.value_name("VALUE"),
        OptKind::Choice(choice) => {
            let values = choice.values.iter().map(|it| PossibleValue::new(it.text).help(it.about));
            arg.value_name("VALUE").value_parser(PossibleValuesParser::new(values))
        }
        OptKind::Items(_) => arg.value_name("ITEM").action(ArgAction::Append),
        OptKind::Pairs(_) => arg.value_name("NAME=VALUE").action(ArgAction::Append),
        OptKind::Money(..) => arg.value_name("AMOUNT"),
        OptKind::Bytes => arg.value_name("@FILE"),
        OptKind::Json(_) => arg.value_name("JSON"),
    }
}

fn option(name: &'static str, value: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value)
}

fn flag(name: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue)
}

/// What every command takes.
fn own_options() -> [Arg; 10] {
    [
        option("profile", "NAME")
            .help("The profile of the credentials file [env: CODESPAR_PROFILE]"),
        option("base-url", "URL").help("Another server"),
        option("project", "ID").help("The project that calls are for"),
        option("output", "FORMAT")
            .help("How results are written")
            .value_parser(["table", "json", "jsonl"])
            .default_value("table"),
        option("fields", "PATHS").help("These members only, as in id,buyer.name"),
        flag("show-secrets").help("Show secrets and personal data"),
        option("output-file", "FILE")
            .help("Write the whole result, secrets too, to a new file that only you can read"),
        option("timeout", "SECONDS").help("The time limit of the call"),
        option("retries", "NUMBER").help("How often what is safe to repeat is repeated"),
        Arg::new("no-input").long("no-input").action(ArgAction::SetTrue).help("Never ask"),
    ]
    .map(|arg| arg.global(true).help_heading("Options of every command"))
}

/// Commands that are no rows.
fn own_commands() -> Vec<Command> {
    let mut commands = vec![
        Command::new("login")
            .about("Keeps an API key, which is asked for or read from standard input"),
        Command::new("completions")
            .about("Writes the completions of a shell, to be put where it reads them")
            .arg(
                Arg::new("shell")
                    .required(true)
                    .value_parser(clap::value_parser!(clap_complete::Shell)),
            ),
        Command::new("logout").about("Forgets the API key of the profile"),
        whoami(),
        Command::new("schema")
            .about("Describes operations, arguments, effects, results and exit codes as JSON")
            .arg(Arg::new("operation").help("One operation only, as in charges.create")),
        Command::new("request")
            .about("Makes a request to any route of the CodeSpar API; all but GET count as money")
            .arg(Arg::new("method").required(true).value_name("METHOD"))
            .arg(Arg::new("path").required(true).value_name("PATH"))
            .arg(option("body", "JSON").help("What is sent: JSON, or @FILE"))
            .arg(option("query", "NAME=VALUE").action(ArgAction::Append))
            .arg(option("key", "KEY").help("An idempotency key; what it does is not promised"))
            .arg(option("max-amount", "AMOUNT").hide(true))
            .arg(flag("yes").help("Do not ask before money moves"))
            .arg(flag("dry-run").help("Print the request and send nothing")),
    ];
    if cfg!(feature = "sandbox") {
        let sandbox = Command::new("sandbox").about("Serves both APIs on this machine, for trials");
        commands.push(
            sandbox.args([
                option("port", "PORT")
                    .help("The port on 127.0.0.1, 0 for a free one")
                    .default_value("8787")
                    .value_parser(clap::value_parser!(u16)),
                option("settle-after", "SECONDS")
                    .help("How long payments stay pending")
                    .default_value("2")
                    .value_parser(clap::value_parser!(u64)),
            ]),
        );
    }
    commands
}

/// A short form of `client whoami`.
fn whoami() -> Command {
    let command = Command::new("whoami");
    let command = match row(&["client", "whoami"]) {
        Some(row) => row_command(command, row),
        None => command,
    };
    command.about("Says whose key it is, and of which environment")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Grows with the API: no row is left out.
    #[test]
    fn every_row_is_a_command_with_what_it_requires() {
        for row in rows() {
            let words = row.words();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let program = program(&words);
            let mut command = &program;
            for word in &words {
                let found = command.find_subcommand(word);
                command = found.unwrap_or_else(|| panic!("{} has no command", row.operation.name));
            }
            let taken = taken(row);
            let path = row
                .operation
                .path
                .iter()
                .filter(|it| !(row.is_of_session() && **it == "session_id"));
            for name in path {
                let is_option = taken.options.iter().any(|it| it.path == [*name]);
                let is_secret = taken.secrets.iter().any(|(path, _)| path == &[*name]);
                assert!(is_option || is_secret, "{}: {name}", row.operation.name);
            }
            for option in &taken.options {
                let arg = command.get_arguments().find(|it| it.get_id() == option.name.as_str());
                let arg = arg.unwrap_or_else(|| panic!("{words:?} has no {}", option.name));
                let help = arg.get_help().unwrap().to_string();
                assert_eq!(help.contains("(required)"), option.required, "{words:?} {help}");
            }
            command.clone().debug_assert();
        }
    }

    /// Of every command that no words call, only name and sentence are there.
    #[test]
    fn only_what_is_called_is_built() {
        let program = program(&["charges", "create"]);
        let of = |path: &[&str]| {
            path.iter().fold(&program, |it, word| it.find_subcommand(word).unwrap()).clone()
        };
        assert!(of(&["charges", "create"]).get_arguments().count() > 5);
        assert_eq!(of(&["charges", "list"]).get_arguments().count(), 0);
        assert_eq!(of(&["upivia"]).get_subcommands().count(), 0);
    }

    #[test]
    fn own_names_are_reserved() {
        let command = row_command(Command::new("x"), row(&["charges", "create"]).unwrap());
        let own = own_options();
        let own = own.iter().chain(command.get_arguments()).filter_map(Arg::get_long);
        let options = taken(row(&["charges", "create"]).unwrap()).options;
        for name in own.filter(|name| options.iter().all(|option| option.name != *name)) {
            assert!(crate::options::OWN.contains(&name), "{name}");
        }
        let own: Vec<String> = own_commands().iter().map(|it| it.get_name().to_owned()).collect();
        for row in rows() {
            assert!(
                row.words().first().is_none_or(|word| !own.contains(word)),
                "{:?}",
                row.words()
            );
        }
    }
}
