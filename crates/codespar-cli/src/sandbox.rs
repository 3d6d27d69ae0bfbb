//! `sandbox`: the loopback server as a subcommand.

use std::time::Duration;

use clap::{ArgMatches, Command};
use codespar_sandbox::Sandbox;

use crate::{
    command::option,
    outcome::{Exit, Failure},
    output::{failed_write, stdout},
    own::{Own, Run},
};

pub(crate) const SANDBOX: Own = Own {
    words: &["sandbox"],
    about: "Serves both APIs on this machine, for trials",
    effect: None,
    options,
    run: Run::Alone(run),
};

fn options(command: Command) -> Command {
    command.args([
        option("port", "PORT")
            .help("The port on 127.0.0.1, 0 for a free one")
            .default_value("8787")
            .value_parser(clap::value_parser!(u16)),
        option("settle-after", "SECONDS")
            .help("How long payments stay pending")
            .default_value("2")
            .value_parser(clap::value_parser!(u64)),
    ])
}

/// Serves until it is killed.
fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let port = matches.get_one::<u16>("port").copied().unwrap_or_default();
    let settle = matches.get_one::<u64>("settle-after").copied().unwrap_or_default();
    let builder = Sandbox::builder().port(port).settle_after(Duration::from_secs(settle));
    let failed = |error| Failure::new(Exit::Failed, format!("port {port}: {error}"));
    let sandbox = builder.start().map_err(failed)?;
    let lines = [
        ("CODESPAR_BASE_URL", sandbox.base_url()),
        ("CODESPAR_API_KEY", sandbox.api_key().to_owned()),
        ("UPIVIA_BASE_URL", sandbox.upivia_url()),
        ("UPIVIA_API_KEY", sandbox.upivia_agent_key().to_owned()),
        ("UPIVIA_PAT", sandbox.upivia_pat().to_owned()),
        ("UPIVIA_COOKIE", sandbox.upivia_session_cookie().to_owned()),
    ];
    let text: String = lines.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
    stdout(&text).map_err(|error| failed_write(&error, false))?;
    loop {
        std::thread::park();
    }
}
