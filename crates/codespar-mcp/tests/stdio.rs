//! A server over standard input and output, in a process of its own: what it writes there is the
//! protocol and nothing else, and it ends with its input.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::{
    env,
    io::{BufRead as _, BufReader, Write as _},
    process::{Command, ExitCode, Stdio},
};

use codespar_async::{Client, Config, CreateSession};
use codespar_mcp::{Options, Server, amount, serve_stdio};
use codespar_sandbox::Sandbox;
use serde_json::{Value, json};

const CHILD: &str = "CODESPAR_MCP_TEST_SERVER";
const NAME: &str = "what_is_written_is_the_protocol_and_it_ends_with_its_input";

fn main() -> ExitCode {
    if env::var_os(CHILD).is_some() {
        return served();
    }
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.iter().any(|word| word == "--list") {
        println!("{NAME}: test");
        return ExitCode::SUCCESS;
    }
    // As the tests of other binaries: those that are not named are passed over.
    let mut named = arguments.iter().filter(|word| !word.starts_with('-')).peekable();
    if named.peek().is_none() || named.any(|word| NAME.contains(word.as_str())) {
        talk();
        println!("test {NAME} ... ok");
    }
    ExitCode::SUCCESS
}

/// The child: serves, and says by its code whether the session was closed at the end.
fn served() -> ExitCode {
    let sandbox = Sandbox::start().unwrap();
    let config = Config::new(sandbox.api_key()).base_url(sandbox.base_url());
    let mut options = Options::new();
    options.allow_money = true;
    options.max_amount = vec![amount("200.00BRL").unwrap()];
    let server = Server::builder(options)
        .codespar(&Client::with_config(config).unwrap(), CreateSession::new("agent-1"))
        .build()
        .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(serve_stdio(server, std::future::pending())).unwrap();
    match sandbox.requests().iter().any(|request| request.method == "DELETE") {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn talk() {
    let mut child = Command::new(env::current_exe().unwrap())
        .env(CHILD, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut say = |message: Value| writeln!(input, "{message}").unwrap();
    // Every line is a message: anything else would end the conversation for a client.
    let mut answer = |id: u64| -> Value {
        loop {
            let line = lines.next().unwrap().unwrap();
            let message: Value = serde_json::from_str(&line).unwrap();
            assert_eq!(message["jsonrpc"], "2.0", "{line}");
            if message["id"] == id {
                return message["result"].clone();
            }
        }
    };
    say(json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": { "name": "host", "version": "1" } } }));
    assert_eq!(answer(1)["protocolVersion"], "2025-11-25");
    say(json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
    say(json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" }));
    assert!(answer(2)["tools"].as_array().unwrap().len() > 15);
    say(json!({ "jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {
        "name": "codespar_charge", "_meta": { "claudecode/toolUseId": "toolu_1" },
        "arguments": { "amount": 150.5, "currency": "BRL", "method": "pix",
            "description": "Order 42", "buyer": { "name": "Maria Silva" } } } }));
    assert_eq!(answer(3)["structuredContent"]["verdict"], "done");
    drop(input);
    assert!(lines.next().is_none());
    assert!(child.wait().unwrap().success());
}
