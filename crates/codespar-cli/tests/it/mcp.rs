//! `mcp`: the program as the server of a host of agents.

use std::{
    io::{BufRead as _, BufReader, Lines, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use codespar_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::program::{Home, at, end, program, run};

/// A host that cannot ask its user.
struct Host {
    child: Child,
    input: Option<ChildStdin>,
    lines: Lines<BufReader<ChildStdout>>,
    id: u64,
}

impl Host {
    fn of(command: &mut Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let input = child.stdin.take();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut host = Self { child, input, lines, id: 0 };
        let client = json!({ "name": "host", "version": "1" });
        host.ask(
            "initialize",
            json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client }),
        );
        host.say(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        host
    }

    fn say(&mut self, message: &Value) {
        writeln!(self.input.as_mut().unwrap(), "{message}").unwrap();
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.id += 1;
        let id = self.id;
        self.say(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message: Value =
                serde_json::from_str(&self.lines.next().unwrap().unwrap()).unwrap();
            if message["id"] == id {
                return message["result"].clone();
            }
        }
    }

    fn tools(&mut self) -> Vec<String> {
        let listed = self.ask("tools/list", json!({}));
        let tools = listed["tools"].as_array().unwrap().iter();
        tools.map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
    }

    fn charge(&mut self, amount: f64, call: &str) -> Value {
        let arguments = json!({ "amount": amount, "currency": "BRL", "method": "pix",
            "description": "Order 42", "buyer": { "name": "Maria Silva" } });
        let params = json!({ "name": "codespar_charge", "arguments": arguments,
            "_meta": { "claudecode/toolUseId": call } });
        self.ask("tools/call", params)["structuredContent"].clone()
    }

    /// Ends its input, and gives the code it ended with and what it said beside the protocol.
    fn end(mut self) -> (i32, String) {
        drop(self.input.take());
        assert!(self.lines.next().is_none());
        let output = self.child.wait_with_output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    }
}

#[test]
fn a_host_that_cannot_ask_moves_no_money() {
    let (sandbox, home) = (Sandbox::start().unwrap(), Home::new());
    let mut host = Host::of(at(&mut program(&home), &sandbox).arg("mcp"));
    assert!(host.tools().iter().any(|name| name == "codespar_charge"));
    let refused = host.charge(150.5, "toolu_1");
    assert_eq!(refused["verdict"], "refused", "{refused}");
    let (code, said) = host.end();
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("environment: test"), "{said}");
    assert!(!said.contains(sandbox.api_key()), "{said}");
    assert_eq!(sandbox.effects().len(), 0);
    assert!(sandbox.requests().iter().any(|request| request.method == "DELETE"), "left open");
}

#[test]
fn what_is_within_the_limit_is_sent_once_and_what_is_above_it_is_not() {
    let (sandbox, home) = (Sandbox::start().unwrap(), Home::new());
    let limit = ["mcp", "--allow-money", "--max-amount", "200.00BRL"];
    let mut host = Host::of(at(&mut program(&home), &sandbox).args(limit));
    for _ in 0..2 {
        let charged = host.charge(150.5, "toolu_1");
        assert_eq!(charged["verdict"], "done", "{charged}");
    }
    let above = host.charge(200.01, "toolu_2");
    assert_eq!(above["verdict"], "refused", "{above}");
    assert_eq!(host.end().0, 0);
    assert_eq!(sandbox.effects().len(), 1);
}

#[test]
fn without_a_key_the_one_tool_says_how_to_set_it_up() {
    let home = Home::new();
    let mut host = Host::of(program(&home).arg("mcp"));
    assert_eq!(host.tools(), ["codespar_set_up"]);
    assert_eq!(host.end().0, 0);
}

#[test]
fn operations_of_both_apis_are_behind_gates() {
    let (sandbox, home) = (Sandbox::start().unwrap(), Home::new());
    let mut command = program(&home);
    let mut host = Host::of(at(&mut command, &sandbox).args(["mcp", "--operations", "--upivia"]));
    let tools = host.tools();
    for gate in ["find", "describe", "read", "change", "money"] {
        assert!(tools.iter().any(|name| name.contains(gate)), "{gate}: {tools:?}");
    }
    assert_eq!(host.end().0, 0);
}

#[test]
fn options_that_do_not_go_together_are_usage() {
    let sandbox = Sandbox::start().unwrap();
    for arguments in [
        &["mcp", "--allow-money"][..],
        &["mcp", "--max-amount", "200.00BRL"],
        &["mcp", "--allow-money", "--max-amount", "200"],
        &["mcp", "--newest-protocol", "2031-01-01"],
        &["mcp", "--ask", "never"],
        &["mcp", "--timeout", "5"],
    ] {
        let ended = run(&sandbox, arguments);
        assert_eq!(ended.code, 2, "{arguments:?}: {ended:?}");
    }
    assert_eq!(sandbox.request_count(), 0);
}

#[test]
fn an_address_that_others_reach_is_refused() {
    if !cfg!(feature = "mcp-http") {
        return;
    }
    let (sandbox, home) = (Sandbox::start().unwrap(), Home::new());
    let ended = end(at(&mut program(&home), &sandbox).args(["mcp", "--http=0.0.0.0:0"]));
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.stderr.contains("loopback"), "{ended:?}");
}
