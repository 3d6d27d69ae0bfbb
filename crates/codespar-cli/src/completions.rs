//! `completions`: what shells complete, written for the shell that asks.

use clap::{Arg, ArgMatches, Command};
use clap_complete::Shell;

use crate::{
    command,
    outcome::{Exit, Failure},
    output::{failed_write, stdout},
    own::{Own, Run},
};

pub(crate) const COMPLETIONS: Own = Own {
    words: &["completions"],
    about: "Writes the completions of a shell, to be put where it reads them",
    effect: None,
    options,
    run: Run::Knowing(run),
};

fn options(command: Command) -> Command {
    let shell = Arg::new("shell").required(true).help("The shell that completes");
    command.arg(shell.value_parser(clap::value_parser!(Shell)))
}

fn run(all: &'static [Own], matches: &ArgMatches) -> Result<(), Failure> {
    let missing = || Failure::new(Exit::Internal, "no shell");
    let shell = *matches.get_one::<Shell>("shell").ok_or_else(missing)?;
    let mut script = Vec::new();
    clap_complete::generate(
        shell,
        &mut command::whole_program(all).disable_help_subcommand(true),
        "codespar",
        &mut script,
    );
    let script = String::from_utf8_lossy(&script);
    stdout(&script).map_err(|error| failed_write(&error, false))
}
