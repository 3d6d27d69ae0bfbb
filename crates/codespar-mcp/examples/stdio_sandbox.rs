//! A server over standard input and output, on a sandbox within the program: for trying out hosts
//! and clients. Nothing leaves this machine, and no money moves.
//!
//! ```sh
//! npx @modelcontextprotocol/inspector cargo run -q -p codespar-mcp --example stdio_sandbox
//! ```
//!
//! Words that it takes: `operations`, `upivia`, `ask-always`, `text`, `structured`, `both`, an
//! amount such as `200.00BRL` that may move without a question, a version such as `2025-11-25` that
//! is the newest. With `http=FILE` (feature `http`) it serves on loopback, and writes the token
//! into that file and the URL on standard error. With `slow`, `GET /v1/whoami` and the first
//! `POST /v1/charges` take ten minutes. With `report=FILE` it writes at the end what has happened:
//! effects and requests, as JSON.

use std::{env, error::Error, fs, time::Duration};

use codespar_async::{Client, Config, CreateSession, upivia};
use codespar_mcp::{Ask, Options, Results, Server, amount, serve_stdio};
use codespar_sandbox::{Fault, Sandbox};
use serde_json::{Value, json};

const SLOW: Duration = Duration::from_secs(600);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start()?;
    let mut options = Options::new();
    let (mut http, mut report) = (None, None);
    for word in env::args().skip(1) {
        match word.as_str() {
            "operations" => options.operations = true,
            "upivia" => options.upivia = true,
            "ask-always" => options.ask = Ask::Always,
            "text" => options.results = Results::Text,
            "structured" => options.results = Results::Structured,
            "both" => options.results = Results::Both,
            "slow" => {
                sandbox.inject(Fault::on("GET", "/v1/whoami").delay(SLOW).always());
                sandbox.inject(Fault::on("POST", "/v1/charges").delay(SLOW));
            }
            version if version.starts_with("20") && version.contains('-') => {
                options.newest_protocol = version.parse()?;
            }
            word => match word.split_once('=') {
                Some(("http", file)) => http = Some(file.to_owned()),
                Some(("report", file)) => report = Some(file.to_owned()),
                _ => {
                    options.allow_money = true;
                    options.max_amount.push(amount(word)?);
                }
            },
        }
    }
    let config = Config::new(sandbox.api_key()).base_url(sandbox.base_url());
    let upivia = upivia::Config::new(sandbox.upivia_url()).api_key(sandbox.upivia_agent_key());
    let server = Server::builder(options)
        .codespar(&Client::with_config(config)?, CreateSession::new("agent-1"))
        .upivia(&upivia::Client::with_config(upivia)?)
        .build()?;
    match http {
        Some(file) => over_http(server, &file).await?,
        None => serve_stdio(server, std::future::pending()).await?,
    }
    if let Some(file) = report {
        // Whole as soon as it is there.
        let unfinished = format!("{file}.unfinished");
        fs::write(&unfinished, happened(&sandbox).to_string())?;
        fs::rename(unfinished, file)?;
    }
    Ok(())
}

fn happened(sandbox: &Sandbox) -> Value {
    let effects = sandbox.effects();
    let effects = effects.iter().map(|it| {
        json!({ "kind": format!("{:?}", it.kind), "key": it.key, "amount_minor": it.amount_minor })
    });
    let requests = sandbox.requests();
    let requests = requests.iter().map(|it| format!("{} {}", it.method, it.path));
    json!({ "effects": effects.collect::<Vec<_>>(), "requests": requests.collect::<Vec<_>>() })
}

#[cfg(feature = "http")]
async fn over_http(server: Server, file: &str) -> Result<(), Box<dyn Error>> {
    use codespar_mcp::http::{HttpOptions, serve_http};
    let http = serve_http(server, HttpOptions::new(file)).await?;
    eprintln!("{}", http.url());
    // Until standard input ends.
    let end =
        tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
    end.await??;
    Ok(http.stop().await?)
}

#[cfg(not(feature = "http"))]
async fn over_http(_: Server, _: &str) -> Result<(), Box<dyn Error>> {
    Err("the feature http is not on".into())
}
