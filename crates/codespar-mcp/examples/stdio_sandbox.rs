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
//! into that file and the URL on standard error.

use std::{env, error::Error};

use codespar_async::{Client, Config, CreateSession, upivia};
use codespar_mcp::{Ask, Options, Results, Server, amount, serve_stdio};
use codespar_sandbox::Sandbox;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start()?;
    let mut options = Options::new();
    let mut http = None;
    for word in env::args().skip(1) {
        match word.as_str() {
            "operations" => options.operations = true,
            "upivia" => options.upivia = true,
            "ask-always" => options.ask = Ask::Always,
            "text" => options.results = Results::Text,
            "structured" => options.results = Results::Structured,
            "both" => options.results = Results::Both,
            version if version.starts_with("20") && version.contains('-') => {
                options.newest_protocol = version.parse()?;
            }
            word => match word.strip_prefix("http=") {
                Some(file) => http = Some(file.to_owned()),
                None => {
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
        Some(file) => over_http(server, &file).await,
        None => Ok(serve_stdio(server, std::future::pending()).await?),
    }
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
