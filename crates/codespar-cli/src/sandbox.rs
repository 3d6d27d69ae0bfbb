//! `sandbox`: the loopback server as a subcommand.

use std::time::Duration;

use clap::ArgMatches;
use codespar_sandbox::Sandbox;

use crate::{
    outcome::{Exit, Failure},
    output::{failed_write, stdout},
};

/// Serves until it is killed.
pub(crate) fn run(matches: &ArgMatches) -> Result<(), Failure> {
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
