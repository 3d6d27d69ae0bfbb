//! `charge`: both kinds, their lost answers, and the wait for their money.

use codespar_sandbox::{EffectKind, Fault, Sandbox};
use serde_json::{Value, json};

use crate::program::{Ended, Home, at, end, program, run};

const BOLETO: &[&str] = &[
    "charge",
    "--amount",
    "150.00BRL",
    "--consumer-id",
    "con_1",
    "--due-date",
    "2030-12-31",
    "--buyer.name",
    "Maria Silva",
    "--buyer.document",
    "11144477735",
    "--output",
    "jsonl",
];
const PIX: &[&str] = &[
    "charge",
    "--amount",
    "150.00BRL",
    "--description",
    "Order 42",
    "--buyer.name",
    "Maria Silva",
    "--output",
    "jsonl",
];

fn with<'a>(arguments: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [arguments, more].concat()
}

/// What never settles by itself.
fn open() -> Sandbox {
    Sandbox::builder().settle_after(std::time::Duration::MAX).start().unwrap()
}

fn lines(ended: &Ended) -> Vec<Value> {
    ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_boleto_whose_answer_is_lost_is_unknown_and_one_under_its_key() {
    let sandbox = open();
    sandbox.inject(Fault::on("POST", "/v1/charges").always().lose_answer());
    let lost = run(&sandbox, &with(BOLETO, &["--retries", "0"]));
    assert_eq!(lost.code, 7, "{lost:?}");
    let (key, error) = (lost.key(), lost.error());
    assert_eq!((&error["verdict"], &error["key"]), (&json!("unknown"), &json!(key)));
    let next = error["next"].as_str().unwrap();
    assert!(next.contains(&format!("the same command with --key {key}")), "{error}");
    assert_eq!(sandbox.effects().count_with_key(&key), 1);

    sandbox.clear_faults();
    let again = run(&sandbox, &with(BOLETO, &["--key", &key]));
    assert_eq!(again.code, 0, "{again:?}");
    assert_eq!(again.key(), key);
    assert_eq!(sandbox.effects().count(EffectKind::Charge), 1);
    // The code came some moments later, and is whole; what else is secret stays so.
    let charge = again.last();
    let code = charge["pix_copy_paste"].as_str().unwrap();
    assert!(code.starts_with("000201") && code.contains("5406150.00"), "{code}");
    assert!(charge["boleto_bank_line"].as_str().unwrap().starts_with("0019"), "{charge}");
    assert_eq!(charge["status"], "PENDING");
    assert!(!again.stdout.contains("Maria") && !again.stderr.contains("Maria"), "{again:?}");
}

#[test]
fn an_immediate_pix_whose_answer_is_lost_is_unknown_without_a_key() {
    let sandbox = open();
    // The session is opened; what is sent in it is lost.
    sandbox.inject(Fault::on("POST", "/v1/sessions/").always().lose_answer());
    let lost = run(&sandbox, PIX);
    assert_eq!(lost.code, 7, "{lost:?}");
    let error = lost.error();
    assert_eq!(error["verdict"], "unknown");
    assert!(error["key"].is_null() && !lost.stderr.contains("key: "), "{lost:?}");
    let next = error["next"].as_str().unwrap();
    assert_eq!(next, "do not repeat; look in codespar tool-calls list");
    assert_eq!(sandbox.effects().count(EffectKind::Charge), 1);
    // What it says to look into shows it.
    sandbox.clear_faults();
    let look = run(&sandbox, &["tool-calls", "list", "--output", "jsonl"]);
    assert!(look.stdout.contains("codespar_charge"), "{look:?}");

    let before = sandbox.request_count();
    let refused = run(&sandbox, &with(PIX, &["--key", "k1"]));
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.stderr.contains("an immediate Pix has no key"), "{refused:?}");
    assert_eq!(sandbox.request_count(), before);
}

/// A lost answer to opening the session is none of money.
#[test]
fn a_session_that_cannot_be_opened_has_moved_nothing() {
    let sandbox = open();
    sandbox.inject(Fault::on("POST", "/v1/sessions").always().lose_answer());
    let lost = run(&sandbox, PIX);
    assert_eq!((lost.code, &lost.error()["verdict"]), (1, &"nothing_sent".into()), "{lost:?}");
    assert!(lost.stderr.contains("no session could be opened"), "{lost:?}");
    assert_eq!(sandbox.effects().len(), 0);
    sandbox.clear_faults();
    // Wrong arguments do not open one either.
    let before = sandbox.request_count();
    for wrong in [&["--country", "BR"][..], &["--input", r#"{"method":"card"}"#]] {
        let ended = run(&sandbox, &with(PIX, wrong));
        assert_eq!(ended.code, 2, "{ended:?}");
    }
    assert_eq!(sandbox.request_count(), before);
    let missing = run(&sandbox, &["charge", "--amount", "1.00BRL"]);
    assert_eq!(missing.code, 2, "{missing:?}");
    assert!(missing.stderr.contains("--description, --buyer, --buyer.name"), "{missing:?}");
}

#[test]
fn a_session_is_closed_again_where_the_charge_failed() {
    let sandbox = open();
    sandbox.inject(Fault::on("POST", "/v1/sessions/").always().lose_answer());
    let lost = run(&sandbox, PIX);
    assert_eq!(lost.code, 7, "{lost:?}");
    assert_eq!(sandbox.requests().pop().unwrap().method, "DELETE");
}

#[test]
fn a_pix_shows_its_code_and_its_qr_code() {
    let sandbox = open();
    let table = run(&sandbox, &with(&PIX[..PIX.len() - 2], &["--qr"]));
    assert_eq!(table.code, 0, "{table:?}");
    let line = table.stdout.lines().find(|line| line.contains("pix_copy_paste")).unwrap();
    let code = &line[line.find("000201").unwrap()..];
    // Its last field is its checksum.
    assert_eq!(code.get(code.len() - 8..code.len() - 4), Some("6304"), "{code}");
    assert!(table.stdout.contains('█'), "{table:?}");
    assert!(table.stderr.contains("codespar wait tc_"), "{table:?}");

    // Of no terminal none is drawn, and of JSON it stays away from standard output.
    let plain = run(&sandbox, &PIX[..PIX.len() - 2]);
    assert!(!plain.stdout.contains('█'), "{plain:?}");
    let json = run(&sandbox, &with(PIX, &["--qr"]));
    assert_eq!(lines(&json).len(), 1, "{json:?}");
    assert!(json.last()["pix_copy_paste"].is_string() && json.stderr.contains('█'), "{json:?}");
    // The sessions that were opened for it are closed.
    let sessions = run(&sandbox, &["sessions", "list", "--output", "jsonl"]);
    assert_eq!(lines(&sessions).len(), 3, "{sessions:?}");
    assert!(lines(&sessions).iter().all(|it| it["status"] == "closed"), "{sessions:?}");
}

#[test]
fn a_charge_is_waited_for_until_it_is_paid() {
    let sandbox =
        Sandbox::builder().settle_after(std::time::Duration::from_secs(2)).start().unwrap();
    for (charge, member, paid) in
        [(PIX, "payment_status", "succeeded"), (BOLETO, "status", "CONFIRMED")]
    {
        let mut charge = with(charge, &["--wait"]);
        // Also where JSON is asked for, the code comes before the payment, in a line.
        charge[PIX.len() - 1] = "json";
        if charge.contains(&"--due-date") {
            charge[BOLETO.len() - 1] = "json";
            charge[PIX.len() - 1] = BOLETO[PIX.len() - 1];
        }
        let ended = run(&sandbox, &charge);
        assert_eq!(ended.code, 0, "{ended:?}");
        let lines = lines(&ended);
        assert_eq!(lines.len(), 2, "{ended:?}");
        assert!(lines[0]["pix_copy_paste"].as_str().unwrap().starts_with("000201"), "{ended:?}");
        assert_eq!(lines[1][member], paid, "{ended:?}");
    }
    let json = with(&PIX[..PIX.len() - 1], &["json", "--fields", "method,payment_status"]);
    let ended = run(&sandbox, &with(&json, &["--wait"]));
    assert_eq!(ended.stdout.lines().count(), 2, "{ended:?}");
}

#[test]
fn a_charge_that_is_not_paid_in_time_ends_with_what_goes_on_with_it() {
    let sandbox = open();
    let ended = run(&sandbox, &with(PIX, &["--wait=0.5"]));
    assert_eq!(ended.code, 6, "{ended:?}");
    let error = ended.error();
    assert_eq!((&error["exit"], &error["verdict"]), (&json!("not_settled"), &json!("unknown")));
    let id = lines(&ended)[0]["tool_call_id"].as_str().unwrap().to_owned();
    assert_eq!(error["next"], format!("codespar wait {id}"));
    assert!(!ended.stdout.contains('\u{1b}') && !ended.stderr.contains('\u{1b}'), "{ended:?}");

    // Whoever pays it, it is seen by that command; one that failed is no success.
    let charge = lines(&ended)[0]["id"].as_str().unwrap().to_owned();
    let wait = ["wait", &id, "--output", "jsonl"];
    assert!(sandbox.pay(&charge));
    let paid = run(&sandbox, &wait);
    assert_eq!((paid.code, &paid.last()["payment_status"]), (0, &json!("succeeded")), "{paid:?}");
    assert!(sandbox.post_event(&id, "commerce.payment.refunded"));
    let back = run(&sandbox, &wait);
    assert_eq!(back.code, 1, "{back:?}");
    assert!(back.stdout.contains("\"refunded\""), "{back:?}");
    // Asked once, it is what it is: a read that worked.
    let status = run(&sandbox, &["status", &id, "--output", "jsonl"]);
    assert_eq!((status.code, &status.last()["payment_status"]), (0, &json!("refunded")));
}

#[test]
fn a_boleto_that_is_called_off_is_no_success() {
    let sandbox = open();
    let made = run(&sandbox, BOLETO).last();
    let id = made["id"].as_str().unwrap();
    let early = run(&sandbox, &["wait", id, "--timeout", "0.3", "--output", "jsonl"]);
    assert_eq!(early.code, 6, "{early:?}");
    assert_eq!(early.error()["next"], format!("codespar wait {id}"));
    assert!(sandbox.post_event(id, "commerce.charge.cancelled"));
    let over = run(&sandbox, &["wait", id, "--output", "jsonl"]);
    assert_eq!((over.code, &over.error()["exit"]), (1, &json!("failed")), "{over:?}");
    assert!(over.stdout.contains("CANCELLED"), "{over:?}");
}

/// Once money was asked for, a wait that breaks off is no failure of a read.
#[test]
fn a_wait_that_breaks_after_money_is_unknown() {
    let sandbox = open();
    sandbox.inject(Fault::on("GET", "/v1/tool-calls/").always().answer(500, json!({})));
    let ended = run(&sandbox, &with(PIX, &["--wait", "--retries", "0"]));
    assert_eq!(ended.code, 7, "{ended:?}");
    let id = lines(&ended)[0]["tool_call_id"].as_str().unwrap().to_owned();
    assert_eq!(ended.error()["next"], format!("codespar wait {id}"), "{ended:?}");
    assert_eq!(ended.error()["verdict"], "unknown");
    // By itself it is one.
    let read = run(&sandbox, &["wait", &id, "--retries", "0"]);
    assert_eq!(read.code, 1, "{read:?}");
}

#[cfg(unix)]
#[test]
fn an_interrupt_or_a_closed_pipe_in_a_wait_after_money_is_unknown() {
    use std::{
        io::{BufRead as _, BufReader},
        process::{Command, Stdio},
    };

    let sandbox = open();
    let home = Home::new();
    for arguments in [with(PIX, &["--wait"]), with(BOLETO, &["--wait"])] {
        let mut command = program(&home);
        at(&mut command, &sandbox).args(&arguments).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        // The charge is there, and its payment is waited for.
        let (mut line, mut rest) = (String::new(), String::new());
        stdout.read_line(&mut line).unwrap();
        let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(kill.success());
        stdout.read_line(&mut rest).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(7), "{line}{rest}");
        let error: Value = serde_json::from_str(&rest).unwrap();
        let next = error["error"]["next"].as_str().unwrap();
        assert!(next.starts_with("codespar wait "), "{rest}");
    }

    // Who reads has seen the charge, and goes before it is paid.
    let mut command = program(&home);
    at(&mut command, &sandbox).args(with(PIX, &["--wait"])).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::null()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    drop(stdout);
    let charge: Value = serde_json::from_str(&line).unwrap();
    assert!(sandbox.pay(charge["id"].as_str().unwrap()));
    assert_eq!(child.wait().unwrap().code(), Some(7));
}

/// The server has the request, and takes its time.
#[test]
fn a_time_limit_after_the_first_byte_of_money_is_unknown() {
    use std::time::Duration;

    for (charge, path) in [(PIX, "/v1/sessions/"), (BOLETO, "/v1/charges")] {
        let sandbox = open();
        sandbox.inject(Fault::on("POST", path).always().delay(Duration::from_secs(60)));
        let late = run(&sandbox, &with(charge, &["--timeout", "1"]));
        assert_eq!(late.code, 7, "{late:?}");
        assert_eq!(late.error()["verdict"], "unknown");
        assert_eq!(late.error()["key"].is_string(), path == "/v1/charges", "{late:?}");
    }
}

/// What is interrupted before anything of money was sent is not unknown.
#[cfg(unix)]
#[test]
fn an_interrupt_while_the_session_is_opened_has_sent_nothing() {
    use std::{
        process::{Command, Stdio},
        time::Duration,
    };

    let sandbox = open();
    sandbox.inject(Fault::on("POST", "/v1/sessions").always().delay(Duration::from_secs(60)));
    let home = Home::new();
    let mut command = program(&home);
    at(&mut command, &sandbox).args(PIX).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    while sandbox.request_count() == 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    assert_eq!(sandbox.effects().len(), 0);
}

#[test]
fn a_session_that_is_named_is_used_and_stays_open() {
    let sandbox = open();
    let opened = ["client", "create", "--user-id", "u1", "--output", "jsonl", "--fields", "id"];
    let id = run(&sandbox, &opened).last()["id"].as_str().unwrap().to_owned();
    let home = Home::new();
    let mut command = program(&home);
    let ended = end(at(&mut command, &sandbox).env("CODESPAR_SESSION", &id).args(PIX));
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(!ended.stderr.contains("opened for this"), "{ended:?}");
    let dry = run(&sandbox, &with(PIX, &["--session", &id, "--dry-run"]));
    assert!(dry.last()["request"]["url"].as_str().unwrap().contains(&id), "{dry:?}");
    let sessions = run(&sandbox, &["sessions", "list", "--output", "jsonl"]);
    assert_eq!(lines(&sessions).len(), 1, "{sessions:?}");
    assert_ne!(lines(&sessions)[0]["status"], "closed");
}

#[test]
fn limits_are_those_of_the_row() {
    let sandbox = open();
    for charge in [PIX, BOLETO] {
        let ended = run(&sandbox, &with(charge, &["--max-amount", "149.99BRL"]));
        assert_eq!(ended.code, 4, "{ended:?}");
    }
    assert_eq!(sandbox.request_count(), 0);
}
