//! The program `codespar`: every operation of the CodeSpar and Upivia APIs from a terminal.
//!
//! Commands are made of the registries' rows, with their arguments as typed options; see
//! `codespar --help` and, for programs, `codespar schema`. This library is what the program is
//! made of, and promises nothing but [`main`].

#![cfg_attr(docsrs, feature(doc_cfg))]

/// The examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod arguments;
mod command;
mod commands;
mod completions;
mod connect;
mod dry_run;
mod execute;
mod import;
mod init;
mod interrupt;
mod judge;
mod keyring;
mod login;
mod logs;
mod man;
#[cfg(feature = "mcp")]
mod mcp;
mod money;
mod options;
#[cfg(feature = "outbox")]
mod outbox;
mod outcome;
mod output;
mod own;
mod plan;
mod profile;
mod profiles;
mod progress;
mod request;
mod rows;
mod run;
#[cfg(feature = "sandbox")]
mod sandbox;
mod schema;
mod send;
mod session;
mod settings;
mod table;
mod text;
mod tools;
mod upivia_login;
mod verify;
mod webhook;

use std::{env, process::ExitCode};

use clap::{ArgMatches, error::ErrorKind};

use crate::{
    commands::OWN,
    outcome::{Exit, Failure},
    output::{failed_write, note, stdout},
    own::{Own, Run},
};

/// Does what the command line says, and tells how it ended.
pub fn main() -> ExitCode {
    let arguments: Option<Vec<String>> =
        env::args_os().skip(1).map(|argument| argument.into_string().ok()).collect();
    let (ended, is_json) = match arguments {
        None => (Err(Failure::usage("arguments are not UTF-8")), false),
        Some(arguments) => (execute(&arguments), wants_json(&arguments)),
    };
    let Err(failure) = ended else { return ExitCode::SUCCESS };
    if failure.exit == Exit::Done {
        return ExitCode::SUCCESS;
    }
    note(&failure.line());
    if is_json {
        // Who reads the document may be gone: the exit code stays what it is.
        let _ = stdout(&format!("{}\n", failure.document()));
    }
    ExitCode::from(failure.exit.code())
}

/// Whether failures are wanted as documents, also where the rest cannot be understood.
fn wants_json(arguments: &[String]) -> bool {
    let is_json = |format: &str| format == "json" || format == "jsonl";
    let mut rest = arguments.iter().map(String::as_str);
    while let Some(argument) = rest.next() {
        let format = match argument.strip_prefix("--output") {
            Some("") => rest.next(),
            Some(format) => format.strip_prefix('='),
            None => None,
        };
        if format.is_some_and(is_json) {
            return true;
        }
    }
    false
}

fn execute(arguments: &[String]) -> Result<(), Failure> {
    let words = command::words(arguments);
    let whole = || std::iter::once("codespar").chain(arguments.iter().map(String::as_str));
    let matches = command::called_program(OWN, &words)
        .try_get_matches_from(whole())
        // What stands beside it may have been meant: help and suggestions name it.
        .or_else(|_| command::program(OWN, &words).try_get_matches_from(whole()));
    match matches {
        Ok(matches) => dispatch(&matches),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                let text = error.render().to_string();
                stdout(&text).map_err(|error| failed_write(&error, false))
            }
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                note(&error.render().to_string());
                Err(Failure::usage("expected a command"))
            }
            _ => Err(Failure::usage(wrong_usage(&error.render().to_string()))),
        },
    }
}

/// What the parser says of a mistake, in one line and without what the help says.
fn wrong_usage(text: &str) -> String {
    let said = text.split("\nUsage:").next().unwrap_or_default();
    let said = said.split("\nFor more information").next().unwrap_or_default();
    let lines = said.trim_start_matches("error: ").lines().map(str::trim);
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ")
}

fn dispatch(matches: &ArgMatches) -> Result<(), Failure> {
    let (mut words, mut leaf) = (Vec::new(), matches);
    while let Some((word, inner)) = leaf.subcommand() {
        words.push(word);
        leaf = inner;
    }
    match Own::find(OWN, &words).map(|own| &own.run) {
        Some(Run::Alone(run)) => run(leaf),
        Some(Run::Knowing(run)) => run(OWN, leaf),
        None => run::run_words(&words, leaf),
    }
}
