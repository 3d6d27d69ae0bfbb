//! A small client for the tests.

pub(crate) mod books;
pub(crate) mod consent;
pub(crate) mod devolved;
pub(crate) mod receiver;
pub(crate) mod upivia;

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use codespar_sandbox::{Builder, Sandbox};
use serde_json::{Value, json};

/// A sandbox and a client for it.
pub(crate) struct Bench {
    pub(crate) sandbox: Sandbox,
    agent: ureq::Agent,
    headers: Vec<(String, String)>,
}

pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) text: String,
    pub(crate) body: Value,
}

/// One event of a stream.
#[derive(Debug, PartialEq)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) data: Value,
}

pub(crate) fn managed() -> Bench {
    bench(Sandbox::builder())
}

pub(crate) fn bench(builder: Builder) -> Bench {
    let sandbox = builder.start().unwrap();
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(20)))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .build();
    let key = format!("Bearer {}", sandbox.api_key());
    let headers = vec![("authorization".to_owned(), key)];
    Bench { sandbox, agent: config.into(), headers }
}

impl Bench {
    /// Sends this header with every request from now on.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.call("GET", path, None)
    }

    pub(crate) fn post(&self, path: &str, body: Value) -> Reply {
        self.call("POST", path, Some(body))
    }

    pub(crate) fn patch(&self, path: &str, body: Value) -> Reply {
        self.call("PATCH", path, Some(body))
    }

    pub(crate) fn put(&self, path: &str, body: Value) -> Reply {
        self.call("PUT", path, Some(body))
    }

    pub(crate) fn delete(&self, path: &str) -> Reply {
        self.call("DELETE", path, None)
    }

    pub(crate) fn call(&self, method: &str, path: &str, body: Option<Value>) -> Reply {
        self.try_call(method, path, body).unwrap()
    }

    pub(crate) fn try_call(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Result<Reply, ureq::Error> {
        let bytes = body.as_ref().map(|body| body.to_string().into_bytes());
        self.send(method, path, bytes, body.is_some().then_some("application/json"))
    }

    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        body: Option<Vec<u8>>,
        media_type: Option<&str>,
    ) -> Result<Reply, ureq::Error> {
        self.send_as(&self.headers, method, path, body, media_type)
    }

    /// Sends a request with these headers instead of its own.
    pub(crate) fn send_as(
        &self,
        headers: &[(String, String)],
        method: &str,
        path: &str,
        body: Option<Vec<u8>>,
        media_type: Option<&str>,
    ) -> Result<Reply, ureq::Error> {
        let url = format!("{}{path}", self.sandbox.base_url());
        let mut request = http::Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        if let Some(media_type) = media_type {
            request = request.header("content-type", media_type);
        }
        let answer = match body {
            Some(body) => self.agent.run(request.body(body).unwrap())?,
            None => self.agent.run(request.body(()).unwrap())?,
        };
        let (head, mut body) = answer.into_parts();
        let text = body.read_to_string()?;
        let body = serde_json::from_str(&text).unwrap_or_default();
        Ok(Reply { status: head.status.as_u16(), headers: head.headers, text, body })
    }

    /// Creates a session and gives back its path.
    pub(crate) fn session(&self, body: Value) -> String {
        let reply = self.post("/v1/sessions", body);
        assert_eq!(reply.status, 201, "{}", reply.text);
        format!("/v1/sessions/{}", reply.body["id"].as_str().unwrap())
    }

    pub(crate) fn plain_session(&self) -> String {
        self.session(json!({ "servers": ["asaas"], "user_id": "buyer-1" }))
    }

    pub(crate) fn execute(&self, session: &str, tool: &str, input: Value) -> Reply {
        self.post(&format!("{session}/execute"), json!({ "tool": tool, "input": input }))
    }

    /// Runs a tool that must succeed, and gives back its whole result.
    pub(crate) fn run(&self, session: &str, tool: &str, input: Value) -> Value {
        let reply = self.execute(session, tool, input);
        assert_eq!(reply.status, 200, "{}", reply.text);
        assert_eq!(reply.body["success"], true, "{}", reply.text);
        reply.body
    }

    /// Charges R$ 150,00 by Pix and gives back the id of the tool call.
    pub(crate) fn charge(&self, session: &str) -> String {
        let result = self.run(session, "codespar_charge", charge_input());
        result["tool_call_id"].as_str().unwrap().to_owned()
    }
}

pub(crate) fn charge_input() -> Value {
    json!({
        "amount": 150,
        "currency": "BRL",
        "method": "pix",
        "description": "Pedido 42",
        "buyer": { "name": "Maria Silva" },
    })
}

/// The events of a stream, comments left out.
pub(crate) fn events(text: &str) -> Vec<Event> {
    text.split("\n\n")
        .filter(|frame| !frame.is_empty() && !frame.starts_with(':'))
        .map(|frame| {
            let (name, data) = frame.split_once('\n').unwrap();
            let name = name.strip_prefix("event: ").unwrap().to_owned();
            let data = serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap();
            Event { name, data }
        })
        .collect()
}

pub(crate) fn names(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.name.as_str()).collect()
}

/// Writes a request by hand and reads until the server closes the connection.
pub(crate) fn raw(sandbox: &Sandbox, request: &str) -> Vec<u8> {
    let mut stream = connect(sandbox, request);
    let mut answer = Vec::new();
    // A connection broken on purpose ends in an error or in nothing.
    let _ = stream.read_to_end(&mut answer);
    answer
}

pub(crate) fn connect(sandbox: &Sandbox, request: &str) -> TcpStream {
    let mut stream = TcpStream::connect(sandbox.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

/// A request without a body, as text.
pub(crate) fn bare(sandbox: &Sandbox, method: &str, path: &str) -> String {
    let key = sandbox.api_key();
    format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {key}\r\n\r\n")
}
