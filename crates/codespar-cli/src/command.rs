//! The command line: what the program takes. Only the command that was called is built whole.

use std::{borrow::Cow, collections::BTreeMap};

use clap::{Arg, ArgAction, Command, builder::PossibleValue, builder::PossibleValuesParser};
use codespar_engine::describe::Kind;
use serde_json::{Value, json};

use crate::{
    options::{Opt, OptKind, taken},
    outcome,
    own::Own,
    rows::{KeySlot, Row, rows},
};

/// The words that a command line begins with.
pub(crate) fn words(arguments: &[String]) -> Vec<&str> {
    let own = own_options();
    let takes_value = |argument: &str| {
        let name = argument.strip_prefix("--");
        let found = own.iter().find(|option| option.get_long() == name);
        found.is_some_and(|option| option.get_action().takes_values())
    };
    let (mut words, mut rest) = (Vec::new(), arguments.iter());
    while let Some(argument) = rest.next() {
        if !argument.starts_with('-') {
            words.push(argument.as_str());
        } else if takes_value(argument) {
            rest.next();
        }
    }
    // `codespar help charges create` builds what it tells of.
    if words.first() == Some(&"help") {
        words.remove(0);
    }
    words
}

/// The command line as far as these words need it: where they call something, its siblings are not
/// there. What cannot be parsed with it has to be parsed with [`program`], which knows them.
pub(crate) fn called_program(own: &'static [Own], words: &[&str]) -> Command {
    program_of(own, Extent::Called(words))
}

/// The whole command line, of which only what these words call is there with its options.
pub(crate) fn program(own: &'static [Own], words: &[&str]) -> Command {
    program_of(own, Extent::Named(words))
}

/// The whole command line with all options of all commands.
pub(crate) fn whole_program(own: &'static [Own]) -> Command {
    program_of(own, Extent::Whole)
}

/// How much of the command line is built.
#[derive(Clone, Copy)]
enum Extent<'a> {
    /// What these words call.
    Called(&'a [&'a str]),
    /// That with its options, and the names and sentences of all that stands beside it.
    Named(&'a [&'a str]),
    Whole,
}

impl<'a> Extent<'a> {
    fn word(self, depth: usize) -> Option<&'a str> {
        match self {
            Self::Called(words) | Self::Named(words) => words.get(depth).copied(),
            Self::Whole => None,
        }
    }

    fn builds(self, depth: usize, word: &str) -> bool {
        matches!(self, Self::Whole) || self.word(depth) == Some(word)
    }
}

fn program_of(own: &'static [Own], extent: Extent<'_>) -> Command {
    let all: Vec<_> = own.iter().map(Entry::Own).chain(rows().map(Entry::Row)).collect();
    Command::new("codespar")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Every operation of the CodeSpar and Upivia APIs")
        .after_help(outcome::help())
        .arg_required_else_help(true)
        .subcommand_required(true)
        .args(own_options())
        .subcommands(level(&all, 0, extent))
}

/// What a command stands for.
#[derive(Clone, Copy)]
enum Entry {
    Row(Row),
    Own(&'static Own),
}

impl Entry {
    fn about(self) -> &'static str {
        match self {
            Self::Row(row) => row.operation.about,
            Self::Own(own) => own.about,
        }
    }

    fn build(self, command: Command) -> Command {
        match self {
            Self::Row(row) => row_command(command, row),
            Self::Own(own) => (own.options)(command).about(own.about),
        }
    }

    fn word(self, depth: usize) -> Option<Cow<'static, str>> {
        match self {
            Self::Row(row) => row.words().nth(depth),
            Self::Own(own) => own.words.get(depth).map(|word| Cow::Borrowed(*word)),
        }
    }
}

/// The commands at one depth: groups, and commands; the program's own come first.
fn level(all: &[Entry], depth: usize, extent: Extent<'_>) -> Vec<Command> {
    if let (Extent::Called(_), Some(word)) = (extent, extent.word(depth)) {
        let has_it = |entry: &&Entry| entry.word(depth).is_some_and(|it| it == word);
        let called: Vec<_> = all.iter().filter(has_it).copied().collect();
        if !called.is_empty() {
            return vec![named(word, &called, depth, extent)];
        }
    }
    let mut groups: BTreeMap<Cow<'static, str>, Vec<Entry>> = BTreeMap::new();
    for entry in all {
        if let Some(word) = entry.word(depth) {
            groups.entry(word).or_default().push(*entry);
        }
    }
    groups.into_iter().map(|(word, entries)| named(&word, &entries, depth, extent)).collect()
}

/// The command that all of these have this word of.
fn named(word: &str, entries: &[Entry], depth: usize, extent: Extent<'_>) -> Command {
    let is_called = extent.builds(depth, word);
    let is_own = entries.iter().all(|entry| matches!(entry, Entry::Own(_)));
    let command = Command::new(word.to_owned()).display_order(if is_own { 0 } else { 1 });
    // A command of the program's own may have others below it.
    let itself = entries.iter().find(|entry| entry.word(depth + 1).is_none());
    let command = match itself {
        Some(entry) if is_called => entry.build(command),
        Some(entry) => command.about(entry.about()),
        None => command
            .about(group_about(word, entries.len()))
            .subcommand_required(true)
            .arg_required_else_help(true),
    };
    if !is_called || (itself.is_some() && entries.len() == 1) {
        return command;
    }
    let command = command.args_conflicts_with_subcommands(itself.is_some());
    command.subcommands(level(entries, depth + 1, extent))
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
        .args(call_options());
    if row.is_of_session() {
        command = command.arg(session_option());
    }
    command
}

/// What every call of an operation takes.
pub(crate) fn call_options() -> [Arg; 5] {
    [
        option("input", "JSON").help("Arguments as JSON, @FILE or - (options win)"),
        option("key", "KEY").help("The idempotency key of an earlier attempt, or your own"),
        flag("yes").help("Do not ask before money moves"),
        option("max-amount", "AMOUNT").help("Refuse more than this, as in 200.00BRL"),
        flag("dry-run").help("Print the request and send nothing"),
    ]
}

/// Which session an operation is of.
pub(crate) fn session_option() -> Arg {
    let help = "The session, as `codespar client create` gives it [env: CODESPAR_SESSION]";
    option("session", "ID").help(help)
}

/// An option of an operation.
pub(crate) fn argument(opt: &Opt) -> Arg {
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

pub(crate) fn option(name: &'static str, value: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value)
}

pub(crate) fn flag(name: &'static str) -> Arg {
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

/// The same for programs.
pub(crate) fn options_of_every_command() -> Vec<Value> {
    own_options().iter().map(describe).collect()
}

/// An option or an argument, for programs.
pub(crate) fn describe(arg: &Arg) -> Value {
    let typed = match (arg.get_long(), arg.get_value_names()) {
        (Some(name), _) => format!("--{name}"),
        (None, Some([name, ..])) => format!("<{name}>"),
        (None, _) => format!("<{}>", arg.get_id().as_str().to_uppercase()),
    };
    let takes_value = arg.get_action().takes_values();
    let name = arg.get_value_names().and_then(<[_]>::first).filter(|_| takes_value);
    let values: Vec<_> =
        arg.get_possible_values().iter().map(|it| it.get_name().to_owned()).collect();
    let defaults = arg.get_default_values().first().filter(|_| takes_value);
    json!({
        "option": typed,
        "about": arg.get_help().map(ToString::to_string),
        "required": arg.is_required_set(),
        "value": name.map(|it| it.as_str()),
        "values": Some(values).filter(|values| takes_value && !values.is_empty()),
        "default": defaults.map(|it| it.to_string_lossy()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows;

    /// Grows with the API: no row is left out.
    #[test]
    fn every_row_is_a_command_with_what_it_requires() {
        for row in rows() {
            let words: Vec<_> = row.words().collect();
            let words: Vec<&str> = words.iter().map(|word| &**word).collect();
            let program = program(&[], &words);
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

    /// What an option of every command takes is no word of a command.
    #[test]
    fn values_of_options_are_no_words() {
        for option in own_options() {
            let Some(name) = option.get_long() else { continue };
            let line = [format!("--{name}"), "value".to_owned(), "charges".to_owned()];
            let expected: &[&str] = match option.get_action().takes_values() {
                true => &["charges"],
                false => &["value", "charges"],
            };
            assert_eq!(words(&line), expected, "{name}");
        }
    }

    /// Of every command that no words call, only name and sentence are there.
    #[test]
    fn only_what_is_called_is_built() {
        let program = program(&[], &["charges", "create"]);
        let of = |path: &[&str]| {
            path.iter().fold(&program, |it, word| it.find_subcommand(word).unwrap()).clone()
        };
        assert!(of(&["charges", "create"]).get_arguments().count() > 5);
        assert_eq!(of(&["charges", "list"]).get_arguments().count(), 0);
        assert_eq!(of(&["upivia"]).get_subcommands().count(), 0);
    }

    /// What is built at first is what is called alone; words that call nothing leave all in place.
    #[test]
    fn siblings_of_what_is_called_are_left_out_at_first() {
        let count = |words: &[&str]| called_program(&[], words).get_subcommands().count();
        assert_eq!(count(&["charges", "create"]), 1);
        assert_eq!(count(&["charge"]), program(&[], &[]).get_subcommands().count());
        let charges = called_program(&[], &["charges", "creat"]);
        let charges = charges.find_subcommand("charges").unwrap();
        assert!(charges.find_subcommand("create").is_some());
    }

    #[test]
    fn own_names_are_reserved() {
        let command = row_command(Command::new("x"), rows::row(&["charges", "create"]).unwrap());
        let own = own_options();
        let own = own.iter().chain(command.get_arguments()).filter_map(Arg::get_long);
        let options = taken(rows::row(&["charges", "create"]).unwrap()).options;
        for name in own.filter(|name| options.iter().all(|option| option.name != *name)) {
            assert!(crate::options::OWN.contains(&name), "{name}");
        }
    }
}
