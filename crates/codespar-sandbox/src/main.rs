//! The sandbox as a program: prints where it listens and which key it takes, and runs until killed.

#![forbid(unsafe_code)]

use std::process::ExitCode;
use std::time::Duration;

use codespar_sandbox::{Builder, Dialect, Sandbox};
use lexopt::prelude::*;

const USAGE: &str = "\
A loopback server that speaks the CodeSpar and Upivia APIs in test mode.

Usage: codespar-sandbox [options]

  --port PORT             port on 127.0.0.1 (default 8787, 0 for a free one)
  --dialect DIALECT       managed (default) or self-hosted
  --settle-after TIME     how long payments stay pending, as in 2s or 500ms (default 2s)
  --heartbeat TIME        time between heartbeats of status streams (default 15s)
  --engine-token TOKEN    the only bearer the self-hosted dialect accepts
  --any-key               accept every key that begins with csk_
  --server ID             add a server to the catalog, as often as needed
  --live                  behave like a live project: mocks are refused
  -h, --help              this text
";

fn main() -> ExitCode {
    match parse(lexopt::Parser::from_env()) {
        Ok(None) => {
            print!("{USAGE}");
            ExitCode::SUCCESS
        }
        Ok(Some(builder)) => run(builder),
        Err(error) => fail(&error.to_string()),
    }
}

fn parse(mut arguments: lexopt::Parser) -> Result<Option<Builder>, lexopt::Error> {
    let mut builder = Sandbox::builder().port(8787).settle_after(Duration::from_secs(2));
    while let Some(argument) = arguments.next()? {
        builder = match argument {
            Long("port") => builder.port(arguments.value()?.parse()?),
            Long("dialect") => builder.dialect(arguments.value()?.parse_with(dialect)?),
            Long("settle-after") => builder.settle_after(arguments.value()?.parse_with(duration)?),
            Long("heartbeat") => builder.heartbeat(arguments.value()?.parse_with(duration)?),
            Long("engine-token") => builder.engine_token(arguments.value()?.string()?),
            Long("any-key") => builder.any_api_key(),
            Long("server") => builder.server(arguments.value()?.string()?),
            Long("live") => builder.test_mode(false),
            Short('h') | Long("help") => return Ok(None),
            other => return Err(other.unexpected()),
        };
    }
    Ok(Some(builder))
}

fn dialect(text: &str) -> Result<Dialect, String> {
    match text {
        "managed" => Ok(Dialect::Managed),
        "self-hosted" => Ok(Dialect::SelfHosted),
        _ => Err("neither managed nor self-hosted".to_owned()),
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let span: jiff::SignedDuration = text.parse().map_err(|error| format!("{error}"))?;
    Duration::try_from(span).map_err(|_| "a time cannot be negative".to_owned())
}

fn run(builder: Builder) -> ExitCode {
    let sandbox = match builder.start() {
        Ok(sandbox) => sandbox,
        Err(error) => return fail(&error.to_string()),
    };
    println!("CODESPAR_BASE_URL={}", sandbox.base_url());
    println!("CODESPAR_API_KEY={}", sandbox.api_key());
    println!("UPIVIA_BASE_URL={}", sandbox.upivia_url());
    println!("UPIVIA_API_KEY={}", sandbox.upivia_agent_key());
    println!("UPIVIA_PAT={}", sandbox.upivia_pat());
    println!("UPIVIA_COOKIE={}", sandbox.upivia_session_cookie());
    loop {
        std::thread::park();
    }
}

fn fail(reason: &str) -> ExitCode {
    eprintln!("codespar-sandbox: {reason}");
    ExitCode::from(2)
}
