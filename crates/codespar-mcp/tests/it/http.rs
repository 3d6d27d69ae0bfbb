//! Over HTTP: who is let in, and what a call comes to.

use std::{fs, path::PathBuf};

use codespar_mcp::{
    Options,
    http::{HttpOptions, HttpServer, serve_http},
};
use codespar_sandbox::Sandbox;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::{allowed, charge, server};

fn token_file(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("codespar-mcp-{}-{name}", std::process::id()))
}

async fn start(sandbox: &Sandbox, options: Options, name: &str) -> HttpServer {
    serve_http(server(sandbox, options), HttpOptions::new(token_file(name))).await.unwrap()
}

fn token(http: &HttpServer) -> String {
    fs::read_to_string(http.token_file()).unwrap().trim().to_owned()
}

/// The head and the body of the answer to a request with these headers.
async fn post(http: &HttpServer, headers: &[(&str, &str)], body: &Value) -> (u16, String) {
    request(http, "POST", "/mcp", headers, body).await
}

async fn request(
    http: &HttpServer,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> (u16, String) {
    let mut stream = TcpStream::connect(http.address()).await.unwrap();
    stream.write_all(written(method, path, headers, body).as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    (status, answer)
}

/// A request as it is written.
fn written(method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> String {
    let body = body.to_string();
    let mut head = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
    head
}

fn initialize() -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": { "name": "host", "version": "1" } } })
}

const ACCEPT: (&str, &str) = ("accept", "application/json, text/event-stream");
const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test]
async fn every_request_needs_the_token_a_host_and_an_origin_of_this_machine() {
    let sandbox = Sandbox::start().unwrap();
    let http = start(&sandbox, Options::new(), "door").await;
    let bearer = format!("Bearer {}", token(&http));
    let host = http.address().to_string();
    let good = [ACCEPT, JSON, ("host", host.as_str()), ("authorization", bearer.as_str())];
    assert_eq!(post(&http, &good, &initialize()).await.0, 200);
    let with = |name: &'static str, value: &'static str| {
        let mut headers: Vec<(&str, &str)> = good.to_vec();
        headers.retain(|(known, _)| *known != name);
        if !value.is_empty() {
            headers.push((name, value));
        }
        headers
    };
    for (name, value, status) in [
        ("authorization", "", 401),
        ("authorization", "Bearer 0000", 401),
        ("authorization", "Basic 0000", 401),
        ("host", "evil.example", 403),
        ("host", "evil.example:80", 403),
        ("origin", "http://evil.example", 403),
        ("origin", "https://127.0.0.1.evil.example", 403),
        ("origin", "null", 403),
        ("origin", "http://localhost:6274", 200),
    ] {
        let (got, answer) = post(&http, &with(name, value), &initialize()).await;
        assert_eq!(got, status, "{name}: {value}: {answer}");
    }
    for method in ["GET", "DELETE", "OPTIONS", "PUT"] {
        let headers = with("authorization", "");
        assert_eq!(request(&http, method, "/mcp", &headers, &json!({})).await.0, 401, "{method}");
    }
    assert_eq!(request(&http, "POST", "/", &good, &initialize()).await.0, 404);
    assert_eq!(request(&http, "OPTIONS", "/mcp", &good, &json!({})).await.0, 405);
    // The token is in no answer.
    let (_, answer) = post(&http, &with("authorization", ""), &initialize()).await;
    assert!(!answer.contains(&token(&http)) && answer.contains("www-authenticate: Bearer"));
    assert_eq!(sandbox.request_count(), 0);
    http.stop().await.unwrap();
}

#[tokio::test]
async fn the_token_is_its_owners_alone_and_goes_with_the_server() {
    let sandbox = Sandbox::start().unwrap();
    let file = token_file("owner");
    fs::write(&file, "an old one, for all to read").unwrap();
    let http = start(&sandbox, Options::new(), "owner").await;
    let first = token(&http);
    assert_eq!(first.len(), 64);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert!(!format!("{http:?}").contains(&first));
    let url = http.url();
    http.stop().await.unwrap();
    assert!(!file.exists() && url.starts_with("http://127.0.0.1:") && url.ends_with("/mcp"));
    let again = start(&sandbox, Options::new(), "owner").await;
    assert_ne!(token(&again), first);
}

#[tokio::test]
async fn it_listens_on_loopback_alone() {
    let sandbox = Sandbox::start().unwrap();
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let mut options = HttpOptions::new(token_file("loopback"));
        options.address = address.parse().unwrap();
        let error = serve_http(server(&sandbox, Options::new()), options).await.unwrap_err();
        assert_eq!(error.field(), Some("address"), "{address}");
    }
    assert!(!token_file("loopback").exists());
}

/// Reads on until a message of the event stream fits.
async fn event(stream: &mut TcpStream, fits: impl Fn(&Value) -> bool) -> Value {
    let mut read = String::new();
    loop {
        let messages = read.lines().filter_map(|line| line.strip_prefix("data: "));
        let mut messages = messages.filter_map(|data| serde_json::from_str::<Value>(data).ok());
        if let Some(message) = messages.find(&fits) {
            return message;
        }
        let mut bytes = [0; 4096];
        let length = stream.read(&mut bytes).await.unwrap();
        assert!(length > 0, "the stream ended: {read}");
        read.push_str(&String::from_utf8_lossy(&bytes[..length]));
    }
}

#[tokio::test]
async fn a_question_within_a_call_comes_on_its_stream() {
    let sandbox = Sandbox::start().unwrap();
    let http = start(&sandbox, Options::new(), "question").await;
    let bearer = format!("Bearer {}", token(&http));
    let host = http.address().to_string();
    let base = [ACCEPT, JSON, ("host", host.as_str()), ("authorization", bearer.as_str())];
    let mut begin = initialize();
    begin["params"]["capabilities"] = json!({ "elicitation": {} });
    let (_, begun) = post(&http, &base, &begin).await;
    let session = begun.lines().find_map(|line| line.strip_prefix("mcp-session-id: "));
    let session = session.unwrap().trim().to_owned();
    let mut headers = base.to_vec();
    headers.extend([("mcp-session-id", session.as_str()), ("mcp-protocol-version", "2025-11-25")]);
    let call = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {
        "name": "codespar_charge", "arguments": charge(1.0) } });
    let mut stream = TcpStream::connect(http.address()).await.unwrap();
    stream.write_all(written("POST", "/mcp", &headers, &call).as_bytes()).await.unwrap();
    let asked = event(&mut stream, |message| message["method"] == "elicitation/create").await;
    assert_eq!(sandbox.effects().len(), 0);
    let yes = json!({ "jsonrpc": "2.0", "id": asked["id"],
        "result": { "action": "accept", "content": { "confirm": true } } });
    assert_eq!(post(&http, &headers, &yes).await.0, 202);
    let done = event(&mut stream, |message| message["id"] == 2).await;
    assert_eq!(done["result"]["structuredContent"]["verdict"], "done", "{done}");
    assert_eq!(sandbox.effects().len(), 1);
    http.stop().await.unwrap();
}

/// What is in the events of an answer, or in its body.
fn result(answer: &str) -> Value {
    let events = answer.lines().filter_map(|line| line.strip_prefix("data: "));
    let messages = events.filter_map(|data| serde_json::from_str::<Value>(data).ok());
    let mut messages = messages.filter(|message| message.get("result").is_some());
    let found = messages.next_back();
    let whole = || {
        let body = answer.split("\r\n\r\n").nth(1)?;
        let (start, end) = (body.find('{')?, body.rfind('}')?);
        serde_json::from_str(&body[start..=end]).ok()
    };
    found.or_else(whole).unwrap_or_else(|| panic!("no result: {answer}"))["result"].clone()
}

#[tokio::test]
async fn a_call_of_either_generation_is_answered() {
    let sandbox = Sandbox::start().unwrap();
    let http = start(&sandbox, allowed(), "call").await;
    let bearer = format!("Bearer {}", token(&http));
    let host = http.address().to_string();
    let base = [ACCEPT, JSON, ("host", host.as_str()), ("authorization", bearer.as_str())];
    let call = |meta: Value, amount: f64| {
        json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {
            "name": "codespar_charge", "arguments": charge(amount), "_meta": meta } })
    };
    // The older generation: a session, by header.
    let (_, begun) = post(&http, &base, &initialize()).await;
    let session = begun.lines().find_map(|line| line.strip_prefix("mcp-session-id: "));
    let session = session.unwrap().trim().to_owned();
    let version = ("mcp-protocol-version", "2025-11-25");
    let mut headers = base.to_vec();
    headers.extend([("mcp-session-id", session.as_str()), version]);
    let initialized = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    assert_eq!(post(&http, &headers, &initialized).await.0, 202);
    let meta = json!({ "claudecode/toolUseId": "toolu_1" });
    let (_, answer) = post(&http, &headers, &call(meta, 1.0)).await;
    assert_eq!(result(&answer)["structuredContent"]["verdict"], "done", "{answer}");
    // The newer one: everything with each request.
    let mut headers = base.to_vec();
    headers.extend([
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/call"),
        ("mcp-name", "codespar_charge"),
    ]);
    let meta = json!({ "claudecode/toolUseId": "toolu_2",
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "host", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": { "elicitation": { "form": {} } } });
    let (_, answer) = post(&http, &headers, &call(meta.clone(), 2.0)).await;
    assert_eq!(result(&answer)["structuredContent"]["verdict"], "done", "{answer}");
    // Above the limit the question is the answer.
    let mut other = meta;
    other["claudecode/toolUseId"] = json!("toolu_3");
    let (_, answer) = post(&http, &headers, &call(other, 500.0)).await;
    assert_eq!(result(&answer)["resultType"], "input_required", "{answer}");
    assert_eq!(sandbox.effects().len(), 2);
    http.stop().await.unwrap();
}
