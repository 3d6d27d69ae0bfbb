//! Charges whose answer is lost, limits and questions.

use codespar_sandbox::{EffectKind, Fault, Sandbox};
use serde_json::Value;

use crate::program::{Home, at, end, program, run};

const BOLETO: &[&str] = &[
    "charges",
    "create",
    "--amount",
    "150.00BRL",
    "--method",
    "boleto",
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
    "charges",
    "create",
    "--amount",
    "150.00BRL",
    "--method",
    "pix",
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

#[test]
fn a_boleto_whose_answer_is_lost_is_unknown_and_repeated_under_its_key_once() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.inject(Fault::on("POST", "/v1/charges").always().lose_answer());
    let lost = run(&sandbox, &with(BOLETO, &["--retries", "0"]));
    assert_eq!(lost.code, 7, "{lost:?}");
    let key = lost.key();
    let error = lost.error();
    assert_eq!(error["verdict"], "unknown");
    assert_eq!(error["exit_code"], 7);
    assert_eq!(error["key"], key.as_str());
    assert!(error["next"].as_str().unwrap().contains(&format!("--key {key}")), "{error}");
    assert_eq!(sandbox.effects().count_with_key(&key), 1);

    sandbox.clear_faults();
    let again = run(&sandbox, &with(BOLETO, &["--key", &key]));
    assert_eq!(again.code, 0, "{again:?}");
    assert_eq!(again.key(), key);
    assert_eq!(sandbox.effects().count(EffectKind::Charge), 1);
}

#[test]
fn an_immediate_pix_whose_answer_is_lost_is_unknown_without_a_key() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.inject(Fault::on("POST", "/v1/charges").always().lose_answer());
    let lost = run(&sandbox, PIX);
    assert_eq!(lost.code, 7, "{lost:?}");
    let error = lost.error();
    assert_eq!(error["verdict"], "unknown");
    assert!(error["key"].is_null() && !lost.stderr.contains("key: "), "{lost:?}");
    assert!(error["next"].as_str().unwrap().starts_with("do not repeat; look in"), "{error}");
    // It was not repeated by itself either.
    assert_eq!(sandbox.effects().count(EffectKind::Charge), 1);

    let before = sandbox.request_count();
    let refused = run(&sandbox, &with(PIX, &["--key", "k1"]));
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.stderr.contains("--key"), "{refused:?}");
    assert_eq!(sandbox.request_count(), before);
}

#[test]
fn amounts_go_out_exactly_in_the_unit_of_the_request() {
    let sandbox = Sandbox::start().unwrap();
    // More digits than a binary fraction holds.
    let exact = "90071992547409.93";
    let amount = format!("{exact}BRL");
    let mut pix = PIX.to_vec();
    pix[3] = &amount;
    run(&sandbox, &pix);
    let body = sandbox.requests().pop().unwrap().body;
    let body = String::from_utf8(body.to_vec()).unwrap();
    let wanted = format!("\"amount\":{exact},\"currency\":\"BRL\"");
    assert!(body.contains(&wanted), "{body}");

    let pay = ["test-money", "pay-charge", "chg_1", "--amount-minor", "100.5", "--dry-run"];
    let minor = run(&sandbox, &pay);
    assert_eq!(minor.code, 2, "{minor:?}");
    let contradiction = run(&sandbox, &with(PIX, &["--currency", "USD"]));
    assert_eq!(contradiction.code, 2, "{contradiction:?}");
    assert_eq!(sandbox.request_count(), 1);
}

#[test]
fn a_limit_refuses_what_is_above_it_and_what_it_cannot_compare() {
    let sandbox = Sandbox::start().unwrap();
    for (limit, code) in [("149.99BRL", 4), ("1000.00USD", 4), ("150", 2), ("150.00BRL", 0)] {
        let ended = run(&sandbox, &with(PIX, &["--max-amount", limit]));
        assert_eq!(ended.code, code, "{limit}: {ended:?}");
    }
    assert_eq!(sandbox.effects().count(EffectKind::Charge), 1);
    let unknown = [
        "payables",
        "batches",
        "pay",
        "pb_1",
        "--version",
        "1",
        "--list-hash",
        "h",
        "--max-amount",
        "1000.00BRL",
    ];
    let ended = run(&sandbox, &unknown);
    assert_eq!(ended.code, 4, "{ended:?}");
    assert_eq!(sandbox.request_count(), 1);
}

/// What a person reads of an amount is in whole units, whatever the request counts in.
#[test]
fn amounts_in_minor_units_are_told_in_whole_ones() {
    let sandbox = Sandbox::start().unwrap();
    let pay = ["pay", "--amount", "15.00BRL", "--description", "x", "--recipient", "k"];
    let ended = run(&sandbox, &with(&pay, &["--max-amount", "14.99BRL"]));
    assert_eq!(ended.code, 4, "{ended:?}");
    assert!(ended.stderr.contains("amount 15.00 BRL is more"), "{ended:?}");
    // What is refused is refused by a trial, too.
    let trial = run(&sandbox, &with(&pay, &["--max-amount", "14.99BRL", "--dry-run"]));
    assert_eq!(trial.code, 4, "{trial:?}");
    assert_eq!(sandbox.request_count(), 0);
}

/// Whoever is told that there is no key believes that a repetition is another payment.
#[test]
fn a_key_that_is_wrong_is_not_taken_for_one_that_does_not_exist() {
    let sandbox = Sandbox::start().unwrap();
    for wrong in ["", "a b", "a\nb", "é"] {
        let ended = run(&sandbox, &with(BOLETO, &["--key", wrong]));
        assert_eq!(ended.code, 2, "{ended:?}");
        assert!(ended.stderr.contains("idempotency_key"), "{ended:?}");
        assert!(!ended.stderr.contains("honours none"), "{ended:?}");
    }
    assert_eq!(sandbox.request_count(), 0);
}

#[test]
fn a_live_key_needs_a_yes_where_nobody_can_be_asked() {
    let sandbox = Sandbox::builder().any_api_key().start().unwrap();
    let home = Home::new();
    let live = |more: &[&str]| {
        let mut command = program(&home);
        at(&mut command, &sandbox).env("CODESPAR_API_KEY", ["csk", "live", "1"].join("_"));
        end(command.args(PIX).args(more))
    };
    let refused = live(&[]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.stderr.contains("--yes"), "{refused:?}");
    assert_eq!(sandbox.request_count(), 0);
    let done = live(&["--yes"]);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.stderr.contains("environment: live"), "{done:?}");
}

#[test]
fn a_dry_run_shows_the_request_and_sends_nothing() {
    let sandbox = Sandbox::start().unwrap();
    let ended = run(&sandbox, &with(BOLETO, &["--dry-run"]));
    assert_eq!(ended.code, 0, "{ended:?}");
    let shown = ended.last();
    assert_eq!(shown["request"]["method"], "POST");
    assert_eq!(shown["request"]["headers"]["authorization"], "[redacted]");
    assert_eq!(shown["request"]["body"]["buyer"]["name"], "[redacted]");
    assert_eq!(shown["request"]["body"]["currency"], "BRL");
    assert_eq!(shown["request"]["body"]["idempotency_key"], shown["key"]);
    assert!(!ended.stdout.contains("Maria") && !ended.stdout.contains(sandbox.api_key()));
    let ended = run(&sandbox, &with(PIX, &["--dry-run", "--output", "json"]));
    assert_eq!(ended.code, 2, "an option twice: {ended:?}");
    assert_eq!((sandbox.request_count(), sandbox.connections()), (0, 0));
}

#[test]
fn requests_of_ones_own_count_as_money_unless_they_read() {
    let sandbox = Sandbox::start().unwrap();
    let read =
        run(&sandbox, &["request", "GET", "/v1/whoami", "--output", "jsonl", "--show-secrets"]);
    assert_eq!(read.code, 0, "{read:?}");
    assert!(read.last()["organization"].is_object() || read.last()["key"].is_object());
    sandbox.inject(Fault::on("POST", "/v1/charges").always().lose_answer());
    let body = r#"{"amount":1.00,"currency":"BRL","method":"pix"}"#;
    let lost = run(&sandbox, &["request", "POST", "/v1/charges", "--body", body]);
    assert_eq!(lost.code, 7, "{lost:?}");
}

#[test]
fn a_session_is_opened_used_and_its_refusals_have_their_code() {
    let sandbox = Sandbox::builder().payment_limit(10_000).start().unwrap();
    let open = ["client", "create", "--user-id", "u1", "--output", "jsonl", "--fields", "id"];
    let opened = run(&sandbox, &open);
    assert_eq!(opened.code, 0, "{opened:?}");
    let id = opened.last()["id"].as_str().unwrap().to_owned();
    let charge = [
        "session",
        "charge",
        "--session",
        &id,
        "--amount",
        "150.00BRL",
        "--method",
        "pix",
        "--description",
        "Order",
        "--buyer.name",
        "Maria",
        "--output",
        "jsonl",
    ];
    let charged = run(&sandbox, &charge);
    assert_eq!(charged.code, 0, "{charged:?}");
    assert!(!charged.stdout.contains("br.gov.bcb"), "{charged:?}");
    let shown = run(&sandbox, &with(&charge, &["--show-secrets"]));
    assert!(shown.stdout.contains("br.gov.bcb"), "{shown:?}");
    let unasked = run(&sandbox, &["session", "charge", "--session", &id]);
    assert_eq!(unasked.code, 2, "{unasked:?}");
    let missing = run(&sandbox, &["session", "connections", "--output", "jsonl"]);
    assert_eq!((missing.code, &missing.error()["exit"]), (2, &"usage".into()), "{missing:?}");
}

/// The server has the request, and takes its time.
#[cfg(unix)]
#[test]
fn an_interrupt_after_the_first_byte_of_money_is_unknown() {
    use std::{
        process::{Command, Stdio},
        time::Duration,
    };

    let sandbox = Sandbox::start().unwrap();
    sandbox.inject(Fault::on("POST", "/v1/charges").always().delay(Duration::from_secs(60)));
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
    assert_eq!(output.status.code(), Some(7), "{output:?}");
    assert!(String::from_utf8(output.stdout).unwrap().contains("\"verdict\":\"unknown\""));
}

/// Who cannot see the key could not repeat under it.
#[cfg(unix)]
#[test]
fn nothing_is_sent_before_the_key_is_out() {
    let sandbox = Sandbox::start().unwrap();
    let home = Home::new();
    let (reader, writer) = std::os::unix::net::UnixStream::pair().unwrap();
    drop(reader);
    let mut command = program(&home);
    at(&mut command, &sandbox).args(BOLETO).stderr(std::os::fd::OwnedFd::from(writer));
    let output = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    let output = output.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(sandbox.request_count(), 0);
}

/// A result that arrived may say that nothing was done, or not yet.
#[test]
fn results_have_their_codes_too() {
    let sandbox = Sandbox::start().unwrap();
    let executed = ("executed", 0, "");
    let others =
        [("blocked", 4, "refused"), ("approval_required", 5, "held"), ("failed", 7, "unknown")];
    for (state, code, word) in [executed].into_iter().chain(others) {
        let metadata = format!(r#"{{"sandbox":"{state}"}}"#);
        let payload = r#"{"to":"a@example.com","subject":"s","body":"b"}"#;
        let request = [
            "upivia",
            "service-requests",
            "create",
            "--service",
            "email",
            "--operation",
            "send",
            "--payload",
            payload,
            "--metadata",
            &metadata,
            "--output",
            "jsonl",
        ];
        let ended = run(&sandbox, &request);
        assert_eq!(ended.code, code, "{state}: {ended:?}");
        // The result comes first, the document last.
        assert!(ended.stdout.contains(&format!("\"status\":\"{state}\"")), "{ended:?}");
        assert!(!ended.key().is_empty());
        if code != 0 {
            assert_eq!(ended.error()["exit"], word, "{ended:?}");
            assert_eq!(ended.error()["key"], ended.key().as_str(), "{ended:?}");
        }
    }
}

/// What the API moves in one currency only needs no member for it, and takes no other.
#[test]
fn a_currency_that_is_known_is_not_asked_for() {
    let sandbox = Sandbox::start().unwrap();
    let fund = |more: &[&str]| {
        let fund = ["test-money", "fund", "--consumer-id", "con_1", "--dry-run"];
        run(&sandbox, &[&fund[..], &["--output", "jsonl"], more].concat())
    };
    for amount in ["1.50BRL", "1.50"] {
        let ended = fund(&["--amount", amount]);
        assert_eq!(ended.code, 0, "{ended:?}");
        let body = &ended.last()["request"]["body"];
        assert_eq!((&body["amount_minor"], &body["currency"]), (&150.into(), &Value::Null));
    }
    for wrong in ["1.50USD", "1.505BRL"] {
        assert_eq!(fund(&["--amount", wrong]).code, 2, "{wrong}");
    }
    // The currency may be a member of another name.
    let transfer =
        ["consumers", "transfer", "con_1", "--to-currency", "USDC", "--amount", "2.00BRL"];
    let dry = ["--dry-run", "--output", "jsonl", "--max-amount", "3.00BRL"];
    let ended = run(&sandbox, &[&transfer[..], &dry].concat());
    assert_eq!(ended.code, 0, "{ended:?}");
    let body = &ended.last()["request"]["body"];
    assert_eq!((&body["amount_minor"], &body["from_currency"]), (&200.into(), &"BRL".into()));
    // Limits compare it, too.
    let refund = [
        "devolutions",
        "create",
        "con_1",
        "--end-to-end-id",
        "E1",
        "--payment-direction",
        "inbound",
        "--amount",
        "2.00BRL",
    ];
    let ended = run(&sandbox, &[&refund[..], &["--max-amount", "1.99BRL"]].concat());
    assert_eq!(ended.code, 4, "{ended:?}");
    assert_eq!(sandbox.request_count(), 0);
}
