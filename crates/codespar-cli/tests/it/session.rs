//! Tools of a session: listed, run, and a turn of its agent.

use codespar_sandbox::{EffectKind, Fault, Sandbox};
use serde_json::{Value, json};

use crate::{
    program::{Ended, Home, at, end, program, run},
    running::Running,
};

const CHARGE: &str = r#"{"amount":150.00,"currency":"BRL","method":"pix","description":"Order 42",
    "buyer":{"name":"Maria Silva"}}"#;

fn execute(sandbox: &Sandbox, tool: &str, input: &str, more: &[&str]) -> Ended {
    let given = ["execute", tool, "--input", input, "--output", "jsonl"];
    run(sandbox, &[&given, more].concat())
}

/// What was asked of the server, without queries.
fn asked(sandbox: &Sandbox) -> Vec<String> {
    let line = |path: &str| path.split("ses_").next().unwrap_or_default().to_owned();
    let requests = sandbox.requests();
    requests.iter().map(|it| format!("{} {}", it.method, line(&it.path))).collect()
}

fn rows(ended: &Ended) -> Vec<Value> {
    ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn tools_are_listed_with_what_they_do() {
    let sandbox = Sandbox::start().unwrap();
    let all = run(&sandbox, &["tools", "--output", "jsonl"]);
    assert_eq!(all.code, 0, "{all:?}");
    let all = rows(&all);
    let of = |name: &str| all.iter().find(|row| row["name"] == name).unwrap();
    assert_eq!(of("codespar_charge")["effect"], "moves money");
    assert_eq!(of("codespar_pay")["only_reads_with"], "action=status");
    assert_eq!(of("codespar_discover")["effect"], "reads");
    assert_eq!(of("codespar_notify")["effect"], "changes");
    for row in &all {
        assert!(row["effect"].is_string() && row["input_schema"].is_object(), "{row}");
        assert!(!row["description"].as_str().unwrap().is_empty(), "{row}");
    }

    let open = ["client", "create", "--user-id", "u1", "--output", "jsonl", "--fields", "id"];
    let id = run(&sandbox, &open).last()["id"].as_str().unwrap().to_owned();
    let list = json!({ "servers": [], "tools": [{ "name": "asaas/create_payment" }] });
    sandbox.inject(Fault::on("GET", "/v1/sessions/").answer(200, list));
    let own = run(&sandbox, &["tools", "--session", &id]);
    assert_eq!(own.code, 0, "{own:?}");
    let words = own.stdout.lines().next().unwrap();
    assert!(words.starts_with("asaas/create_payment"), "{own:?}");
    assert!(words.ends_with("not known: counts as money"), "{own:?}");
    let some = run(&sandbox, &["tools", "--search", "PARCEL", "--output", "jsonl"]);
    assert!(rows(&some).len() < all.len(), "{some:?}");

    // The group of that name has its operations all the same.
    let plan = run(&sandbox, &["tools", "search", "--intent", "charge", "--output", "jsonl"]);
    assert_eq!(plan.code, 0, "{plan:?}");
}

#[test]
fn a_tool_is_run_in_a_session_of_its_own_that_is_closed() {
    let sandbox = Sandbox::start().unwrap();
    let done = execute(&sandbox, "codespar_charge", CHARGE, &[]);
    assert_eq!(done.code, 0, "{done:?}");
    assert_eq!(done.last()["success"], true);
    assert!(!done.stdout.contains("Maria"), "{done:?}");
    let wanted = ["POST /v1/sessions", "POST /v1/sessions/", "DELETE /v1/sessions/"];
    assert_eq!(asked(&sandbox), wanted);
    // Numbers go out as they were written.
    let body = sandbox.requests()[1].body.clone();
    assert!(String::from_utf8(body.to_vec()).unwrap().contains("\"amount\":150.00"));

    // One that was named stays open.
    let open = ["client", "create", "--user-id", "u1", "--output", "jsonl", "--fields", "id"];
    let id = run(&sandbox, &open).last()["id"].as_str().unwrap().to_owned();
    let before = sandbox.request_count();
    assert_eq!(execute(&sandbox, "codespar_charge", CHARGE, &["--session", &id]).code, 0);
    assert_eq!(sandbox.request_count(), before + 1);
}

#[test]
fn a_lost_answer_of_a_tool_is_unknown_has_no_key_and_is_not_repeated() {
    let sandbox = Sandbox::start().unwrap();
    let keyed = execute(&sandbox, "codespar_charge", CHARGE, &["--key", "k1"]);
    assert_eq!((keyed.code, sandbox.request_count()), (2, 0), "{keyed:?}");
    assert!(keyed.stderr.contains("honours none"), "{keyed:?}");

    sandbox.inject(Fault::on("POST", "/v1/sessions/").always().lose_answer());
    let lost = execute(&sandbox, "codespar_charge", CHARGE, &[]);
    assert_eq!(lost.code, 7, "{lost:?}");
    let error = lost.error();
    assert_eq!(error["verdict"], "unknown");
    assert!(error["key"].is_null(), "{error}");
    assert_eq!(error["next"], "do not repeat; look in codespar tool-calls list");
    assert_eq!(sandbox.effects().count(EffectKind::Charge), 1);
    assert_eq!(asked(&sandbox).last().unwrap(), "DELETE /v1/sessions/");

    // What only reads cannot have done anything.
    let read = execute(&sandbox, "codespar_discover", r#"{"use_case":"x"}"#, &["--retries", "0"]);
    assert_eq!(read.code, 1, "{read:?}");
}

#[test]
fn results_of_tools_have_their_codes() {
    let sandbox = Sandbox::builder().payment_limit(10_000).start().unwrap();
    let home = Home::new();
    let pay = home.0.join("pay.json");
    let input = r#"{"action":"pay","amount":15000,"currency":"BRL","recipient":"a@b.c"}"#;
    std::fs::write(&pay, input).unwrap();
    let pay = format!("@{}", pay.display());
    let denied = execute(&sandbox, "codespar_pay", &pay, &[]);
    assert_eq!((denied.code, &denied.error()["exit"]), (4, &"refused".into()), "{denied:?}");
    let failed = json!({ "success": false, "error": "provider_down: try later", "data": null });
    sandbox.inject(Fault::on("POST", "/v1/sessions/").times(2).answer(200, failed));
    let read = execute(&sandbox, "codespar_discover", r#"{"use_case":"x"}"#, &[]);
    assert_eq!(read.code, 1, "{read:?}");
    assert!(read.stderr.contains("provider_down"), "{read:?}");
    let money = execute(&sandbox, "codespar_pay", &pay, &[]);
    assert_eq!(money.code, 7, "{money:?}");
}

#[test]
fn a_tool_counts_as_money_unless_it_is_known_to_read() {
    let sandbox = Sandbox::builder().any_api_key().start().unwrap();
    let home = Home::new();
    let live = |tool: &str, input: &str, more: &[&str]| {
        let mut command = program(&home);
        at(&mut command, &sandbox).env("CODESPAR_API_KEY", ["csk", "live", "1"].join("_"));
        end(command.args(["execute", tool, "--input", input]).args(more))
    };
    for (tool, input) in [
        ("codespar_charge", CHARGE),
        ("asaas/create_payment", "{}"),
        ("codespar_pay", r#"{"action":"pay"}"#),
        ("codespar_pay", "{}"),
    ] {
        let refused = live(tool, input, &[]);
        assert_eq!((refused.code, sandbox.request_count()), (2, 0), "{tool}: {refused:?}");
        assert!(refused.stderr.contains("--yes"), "{refused:?}");
    }
    // Of two members of one name nobody knows which one counts.
    let twice = live("codespar_pay", r#"{"action":"pay","action":"status"}"#, &[]);
    assert_eq!((twice.code, sandbox.request_count()), (2, 0), "{twice:?}");
    let read = live("codespar_pay", r#"{"action":"status","payment_id":"p"}"#, &[]);
    assert!(!read.stderr.contains("--yes") && sandbox.request_count() > 0, "{read:?}");

    let sandbox = Sandbox::start().unwrap();
    for (tool, input, limit, code) in [
        ("codespar_charge", CHARGE, "149.99BRL", 4),
        ("codespar_charge", CHARGE, "1000.00USD", 4),
        ("asaas/create_payment", r#"{"value":1}"#, "1000.00BRL", 4),
        ("codespar_charge", CHARGE, "150.00BRL", 0),
    ] {
        let before = sandbox.request_count();
        let ended = execute(&sandbox, tool, input, &["--max-amount", limit]);
        assert_eq!(ended.code, code, "{tool} {limit}: {ended:?}");
        assert_eq!(sandbox.request_count() > before, code == 0);
    }
    let before = sandbox.request_count();
    let dry = execute(&sandbox, "codespar_charge", CHARGE, &["--dry-run"]);
    assert_eq!(dry.code, 0, "{dry:?}");
    assert_eq!(dry.last()["request"]["body"]["tool"], "codespar_charge");
    assert_eq!(sandbox.request_count(), before);
}

#[test]
fn a_secret_of_a_tool_is_no_argument() {
    let sandbox = Sandbox::start().unwrap();
    let input = r#"{"channel":"whatsapp","to":"+5511999999999","message":"hi"}"#;
    let refused = execute(&sandbox, "codespar_notify", input, &[]);
    assert_eq!((refused.code, sandbox.request_count()), (2, 0), "{refused:?}");
    assert!(!refused.stderr.contains("+55"), "{refused:?}");
    let list = execute(&sandbox, "codespar_notify", "[]", &[]);
    assert_eq!((list.code, sandbox.request_count()), (2, 0), "{list:?}");
}

#[test]
fn a_turn_is_shown_as_it_happens_and_its_events_are_lines() {
    let sandbox = Sandbox::start().unwrap();
    let turn = ["send", "charge R$ 150,00 by pix"];
    let words = run(&sandbox, &turn);
    assert_eq!(words.code, 0, "{words:?}");
    let lines: Vec<&str> = words.stdout.lines().collect();
    assert_eq!(lines[0], "Creating the charge.");
    assert_eq!(lines[1], "[tool] calls codespar_charge");
    assert!(lines[2].starts_with("[tool] codespar_charge success tc_"), "{words:?}");
    assert_eq!(lines[3], "The charge is there and waits for its payment.");
    assert_eq!(asked(&sandbox).last().unwrap(), "DELETE /v1/sessions/");

    let events = run(&sandbox, &[&turn[..], &["--output", "jsonl"]].concat());
    let kinds: Vec<_> = rows(&events).iter().map(|row| row["type"].clone()).collect();
    let text = "assistant_text";
    assert_eq!(kinds, ["user_message", text, "tool_use", "tool_result", text, "done"]);
    assert!(!events.stdout.contains("Maria Silva"), "{events:?}");

    let limited = run(&sandbox, &[&turn[..], &["--max-amount", "1000.00BRL"]].concat());
    assert_eq!(limited.code, 4, "{limited:?}");
}

#[test]
fn a_turn_that_breaks_off_is_unknown() {
    let sandbox = Sandbox::start().unwrap();
    let fault = || Fault::on("POST", "/v1/sessions/").always();
    sandbox.inject(fault().cut_after_frames(4));
    let cut = run(&sandbox, &["send", "charge R$ 150,00 by pix", "--output", "jsonl"]);
    assert_eq!((cut.code, cut.stdout.lines().count()), (7, 5), "{cut:?}");
    assert_eq!(cut.error()["next"], "do not repeat; look in codespar tool-calls list");
    assert_eq!(sandbox.effects().count(EffectKind::Charge), 1);

    sandbox.clear_faults();
    let event = "event: error\ndata: {\"type\":\"error\",\"error\":\"chat_loop_failed\"}\n\n";
    sandbox.inject(fault().answer_text(200, Some("text/event-stream"), event));
    let failed = run(&sandbox, &["send", "hello"]);
    assert_eq!(failed.code, 1, "{failed:?}");
    assert!(failed.stderr.contains("chat_loop_failed"), "{failed:?}");
}

/// That the turn is over says nothing of what its tools did.
#[test]
fn a_turn_with_a_payment_that_is_unknown_or_held_is_no_success() {
    let sandbox = Sandbox::start().unwrap();
    let call = |tool: &str, rest: &str| {
        let call = format!(r#"{{"id":"tc_1","tool_name":"{tool}","server_id":"s",{rest}}}"#);
        format!("event: tool_result\ndata: {{\"type\":\"tool_result\",\"tool_call\":{call}}}\n\n")
    };
    let done = "event: done\ndata: {\"type\":\"done\",\"result\":{\"message\":\"over\"}}\n\n";
    let broke = "event: error\ndata: {\"type\":\"error\",\"error\":\"chat_loop_failed\"}\n\n";
    let lost = r#""status":"error","error_code":"timeout""#;
    let held =
        r#""status":"error","error_code":"approval_required","output":{"approval_id":"apv_1"}"#;
    for (tool, rest, end, code) in [
        ("codespar_pay", lost, done, 7),
        ("codespar_pay", held, done, 5),
        ("codespar_pay", r#""status":"success""#, done, 0),
        ("codespar_discover", lost, done, 0),
        // Not all servers tell that a tool is called before they tell what came of it.
        ("codespar_pay", r#""status":"success""#, broke, 7),
    ] {
        let events = call(tool, rest) + end;
        let fault = Fault::on("POST", "/v1/sessions/").always();
        sandbox.clear_faults();
        sandbox.inject(fault.answer_text(200, Some("text/event-stream"), events.clone()));
        let turn = run(&sandbox, &["send", "hello"]);
        assert_eq!(turn.code, code, "{events} {turn:?}");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_turn_has_shown_what_came_and_closes_its_session() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.inject(Fault::on("POST", "/v1/sessions/").always().stall_after_frames(4));
    let home = Home::new();
    let mut command = program(&home);
    at(&mut command, &sandbox).args(["send", "charge R$ 150,00 by pix"]);
    let mut turn = Running::start(&mut command);
    assert_eq!(turn.line(), "Creating the charge.");
    assert_eq!(turn.line(), "[tool] calls codespar_charge");
    turn.signal("INT");
    assert_eq!(turn.end(), 7);
    assert_eq!(asked(&sandbox).last().unwrap(), "DELETE /v1/sessions/");
}
