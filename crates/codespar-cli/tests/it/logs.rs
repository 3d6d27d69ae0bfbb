//! The tool calls of a project, and following them.

use codespar_sandbox::{Fault, Sandbox};
use serde_json::{Value, json};

use crate::{
    program::{Home, at, program, run},
    running::Running,
};

fn call(sandbox: &Sandbox, tool: &str) {
    let input = r#"{"use_case":"x"}"#;
    run(sandbox, &["execute", tool, "--input", input, "--yes"]);
}

fn names(sandbox: &Sandbox, more: &[&str]) -> Vec<Value> {
    let ended = run(sandbox, &[&["logs", "--output", "jsonl"], more].concat());
    assert_eq!(ended.code, 0, "{ended:?}");
    let row = |line: &str| serde_json::from_str::<Value>(line).unwrap()["tool_name"].clone();
    ended.stdout.lines().map(row).collect()
}

#[test]
fn calls_are_shown_oldest_first_and_filtered() {
    let sandbox = Sandbox::start().unwrap();
    for tool in ["codespar_discover", "codespar_list_tools", "codespar_discover"] {
        call(&sandbox, tool);
    }
    let (discover, list) = (json!("codespar_discover"), json!("codespar_list_tools"));
    assert_eq!(names(&sandbox, &[]), [discover.clone(), list.clone(), discover.clone()]);
    assert_eq!(names(&sandbox, &["--limit", "2"]), [list.clone(), discover.clone()]);
    assert_eq!(names(&sandbox, &["--limit", "1", "--tool", "list"]), [list]);
    assert_eq!(names(&sandbox, &["--status", "error"]), Vec::<Value>::new());
    let words = run(&sandbox, &["logs", "--limit", "1"]);
    assert!(words.stdout.contains("success  codespar_discover"), "{words:?}");
}

#[cfg(unix)]
#[test]
fn following_shows_what_is_called_from_now_on_until_it_is_interrupted() {
    let sandbox = Sandbox::start().unwrap();
    call(&sandbox, "codespar_discover");
    let home = Home::new();
    let mut command = program(&home);
    let follow = ["logs", "-f", "--limit", "0", "--interval", "0.02", "--retries", "0"];
    at(&mut command, &sandbox).args(follow).args(["--output", "jsonl"]);
    let before = sandbox.request_count();
    let mut log = Running::start(&mut command);
    while sandbox.request_count() < before + 3 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    // What fails for a moment is asked again.
    sandbox.inject(Fault::on("GET", "/v1/tool-calls").answer(503, json!({ "error": "no" })));
    log.note("asked again later");
    call(&sandbox, "codespar_list_tools");
    let line: Value = serde_json::from_str(&log.line()).unwrap();
    assert_eq!(line["tool_name"], "codespar_list_tools", "{line}");
    let after = sandbox.request_count();
    while sandbox.request_count() < after + 3 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    log.signal("INT");
    assert_eq!(log.end(), 0);
    assert_eq!(log.rest(), Vec::<String>::new());
    // It asked for what is new, not for all.
    let last = sandbox.requests().into_iter().rev().find(|it| it.path.contains("tool-calls"));
    assert!(last.unwrap().query.unwrap().contains("since="));
}

/// A call is shown when it begins, and again when something has become of it.
#[cfg(unix)]
#[test]
fn what_becomes_of_a_running_call_is_shown_too() {
    let sandbox = Sandbox::start().unwrap();
    let (early, late) = ("2026-10-02T13:00:00Z", "2026-10-02T13:00:05Z");
    let row = |id: &str, status: &str, at: &str| {
        let tool = "t";
        json!({ "id": id, "tool_name": tool, "status": status, "called_at": at })
    };
    let rows = |first: &str| {
        let rows = [row("tc_2", "success", late), row("tc_1", first, early)];
        json!({ "tool_calls": rows })
    };
    let answer = |rows: Value| Fault::on("GET", "/v1/tool-calls").answer(200, rows);
    let (running, over) = (rows("running"), rows("error"));
    sandbox.inject(answer(running.clone()));
    sandbox.inject(answer(running));
    sandbox.inject(answer(over).always());
    let home = Home::new();
    let mut command = program(&home);
    at(&mut command, &sandbox).args(["logs", "-f", "--interval", "0.02"]);
    let mut log = Running::start(&mut command);
    for (status, id) in [("running", "tc_1"), ("success", "tc_2"), ("error", "tc_1")] {
        let line = log.line();
        assert!(line.contains(status) && line.contains(id), "{line}");
    }
    // From the one that was running on, and once it is over from the newest on.
    let asked = || sandbox.requests().into_iter().filter_map(|it| it.query).collect::<Vec<_>>();
    while !asked().last().unwrap().contains("13%3A00%3A05") {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(asked().iter().any(|query| query.contains("13%3A00%3A00")), "{:?}", asked());
    log.signal("TERM");
    assert_eq!(log.end(), 0);
    assert_eq!(log.rest(), Vec::<String>::new());
}

#[test]
fn what_will_not_pass_ends_it() {
    let sandbox = Sandbox::start().unwrap();
    let fault = Fault::on("GET", "/v1/tool-calls").skip(1).always();
    sandbox.inject(fault.answer(401, json!({ "error": "unauthorized" })));
    let ended = run(&sandbox, &["logs", "-f", "--interval", "0.01", "--output", "jsonl"]);
    assert_eq!(ended.code, 3, "{ended:?}");
}
