//! The server over an embedded sandbox, for clients that are not ours.
//!
//! `GET /v1/whoami` is slow, and so is the first charge of a seller. At the end, what has happened
//! is printed on the error output: a line of JSON with the effects and the requests.

use std::{error::Error, future::pending, time::Duration};

use codespar_async::{Client, Config, CreateSession};
use codespar_mcp::{Options, Server, serve_stdio};
use codespar_sandbox::{Fault, Sandbox};
use serde_json::{Value, json};

const SLOW: Duration = Duration::from_secs(600);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start()?;
    sandbox.inject(Fault::on("GET", "/v1/whoami").delay(SLOW).always());
    sandbox.inject(Fault::on("POST", "/v1/charges").delay(SLOW));
    let config = Config::new(sandbox.api_key()).base_url(sandbox.base_url());
    let mut options = Options::new();
    options.operations = true;
    let server = Server::builder(options)
        .codespar(&Client::with_config(config)?, CreateSession::new("agent-1"))
        .build()?;
    serve_stdio(server, pending()).await?;
    eprintln!("{}", happened(&sandbox));
    Ok(())
}

fn happened(sandbox: &Sandbox) -> Value {
    let effects = sandbox.effects();
    let effect = |it: &codespar_sandbox::Effect| {
        json!({ "kind": format!("{:?}", it.kind), "key": it.key, "amount_minor": it.amount_minor })
    };
    let requests = sandbox.requests();
    let request = |it: &codespar_sandbox::ReceivedRequest| format!("{} {}", it.method, it.path);
    json!({
        "effects": effects.iter().map(effect).collect::<Vec<_>>(),
        "requests": requests.iter().map(request).collect::<Vec<_>>(),
    })
}
