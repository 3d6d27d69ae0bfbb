//! `--reference`: what the caller calls an effect that goes by way of the outbox.

use clap::{Arg, ArgMatches, Command};

use crate::{
    command::{flag, option},
    outcome::Failure,
};

/// What the caller calls the effect, and whether it is one that is sent at most once.
#[derive(Clone)]
pub(crate) struct Reference {
    pub(crate) text: String,
    pub(crate) at_most_once: bool,
}

/// Adds what names an effect.
pub(crate) fn with_reference(command: Command) -> Command {
    let help = "Your own name for it, such as invoice-42: under one name it happens once, however \
                often this is run; with other arguments the name is refused";
    let once = "With --reference, where the server honours no key: it is sent once and never \
                again, and without an answer it needs a person: see codespar outbox resolve";
    let at_most_once: Arg = flag("at-most-once").help(once).requires("reference");
    command.arg(option("reference", "REFERENCE").help(help).conflicts_with("key")).arg(at_most_once)
}

impl Reference {
    /// The one of the command line.
    pub(crate) fn of(matches: &ArgMatches) -> Option<Self> {
        let text = matches.get_one::<String>("reference")?.clone();
        Some(Self { text, at_most_once: matches.get_flag("at-most-once") })
    }

    /// Fails where only at most once can be had, and was not asked for.
    pub(crate) fn check_unsafe(&self) -> Result<(), Failure> {
        match self.at_most_once {
            true => Ok(()),
            false => Err(Failure::usage(
                "--reference: the server honours no key for this, so that a repetition could do it \
                 twice; with --at-most-once it is sent once and never again",
            )),
        }
    }
}
