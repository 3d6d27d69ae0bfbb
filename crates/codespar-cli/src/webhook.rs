//! `webhook listen`: events as they are delivered, verified, shown and passed on.

#[cfg(feature = "listen")]
mod endpoints;
mod event;
#[cfg(feature = "listen")]
mod forward;
#[cfg(feature = "listen")]
mod listen;
#[cfg(feature = "listen")]
mod listener;
mod poll;

use clap::{ArgAction, ArgMatches, Command};

use codespar_engine::Effect;

use crate::{
    command::{flag, option},
    outcome::Failure,
    own::{Own, Run},
};

pub(crate) const WEBHOOK_LISTEN: Own = Own {
    words: &["webhook", "listen"],
    about: "Receives events: of a sandbox here, or behind a tunnel of yours",
    effect: Some(Effect::Changes),
    options,
    run: Run::Alone(run),
};

fn options(command: Command) -> Command {
    command
        .long_about(
            "Receives events, verifies their signatures, and prints one a line.\n\nA webhook \
             endpoint is made for each event at the start and deleted at the end, by an interrupt, \
             too. The listener is on this machine only: a sandbox here reaches it; the service \
             does behind a tunnel that you open and name.",
        )
        .args([
            option("event", "NAME")
                .action(ArgAction::Append)
                .default_value("commerce.charge.paid")
                .help("An event, such as commerce.charge.paid; may be repeated"),
            option("public-url", "URL")
                .help("The https address of your tunnel to --port")
                .requires("port"),
            option("port", "PORT")
                .help("The port on 127.0.0.1; a free one if not said")
                .value_parser(clap::value_parser!(u16)),
            option("forward-to", "URL")
                .help("Passes verified deliveries on to this http address of this machine")
                .conflicts_with("poll"),
            option("count", "NUMBER")
                .help("End after so many events")
                .value_parser(clap::value_parser!(u64).range(1..)),
            flag("poll")
                .help("Read the deliveries of endpoints that there are; nothing is verified"),
            option("endpoint", "ID").help("With --poll: of this endpoint only").requires("poll"),
            option("interval", "SECONDS")
                .help("With --poll: how often is asked anew")
                .default_value("3"),
        ])
}

fn run(matches: &ArgMatches) -> Result<(), Failure> {
    if matches.get_flag("poll") {
        return poll::run(matches);
    }
    #[cfg(feature = "listen")]
    return listen::run(matches);
    #[cfg(not(feature = "listen"))]
    Err(Failure::usage("this build has no listener: only --poll"))
}
