//! Payments with a reference: lost answers, kills, and what a person decides.

use std::{process::Stdio, time::SystemTime};

use codespar_blocking::{Client, Config};
use codespar_outbox::{Clock, Outbox, SqliteStore};
use codespar_sandbox::{EffectKind, Fault, Sandbox};
use serde_json::{Value, json};

use crate::program::{Ended, Home, at, end, program};

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
    "--reference",
    "invoice-42",
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
    "--reference",
    "order-42",
    "--output",
    "jsonl",
];

/// What never settles by itself.
fn open() -> Sandbox {
    Sandbox::builder().settle_after(std::time::Duration::MAX).start().unwrap()
}

fn run(home: &Home, sandbox: &Sandbox, arguments: &[&str]) -> Ended {
    end(at(&mut program(home), sandbox).env("USER", "ana").args(arguments))
}

fn with<'a>(arguments: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [arguments, more].concat()
}

fn show(home: &Home, sandbox: &Sandbox, reference: &str) -> Value {
    let shown = run(home, sandbox, &["outbox", "show", reference, "--output", "jsonl"]);
    assert_eq!(shown.code, 0, "{shown:?}");
    shown.last()
}

#[test]
fn a_charge_with_a_reference_is_made_once_and_told_again() {
    let (sandbox, home) = (open(), Home::new());
    sandbox.inject(Fault::on("POST", "/v1/charges").lose_answer());
    let first = run(&home, &sandbox, &with(BOLETO, &["--retries", "0"]));
    assert_eq!(first.code, 7, "{first:?}");
    let (key, error) = (first.key(), first.error());
    assert_eq!((&error["verdict"], &error["key"]), (&json!("unknown"), &json!(key)));
    assert_eq!(error["next"], "codespar outbox reconcile");
    assert!(key.starts_with("cso_"));
    let listed = run(&home, &sandbox, &["outbox", "list", "--output", "jsonl"]);
    let row = listed.last();
    assert_eq!((&row["reference"], &row["state"]), (&json!("invoice-42"), &json!("unknown")));
    assert!(!listed.stdout.contains("Maria") && !listed.stdout.contains("11144477735"));

    // With patience it is asked for under the same id.
    let again = run(&home, &sandbox, BOLETO);
    assert_eq!((again.code, again.key()), (0, key.clone()), "{again:?}");
    let code = again.last()["pix_copy_paste"].as_str().unwrap().to_owned();
    assert!(code.starts_with("000201"), "{code}");
    let once_more = run(&home, &sandbox, BOLETO);
    assert_eq!(once_more.code, 0, "{once_more:?}");
    assert_eq!(sandbox.effects().count_with_key(&key), 1);
    assert_eq!(sandbox.effects().count(EffectKind::Charge), 1);
    let row = show(&home, &sandbox, "invoice-42");
    let history = row["history"].as_array().unwrap().clone();
    let states: Vec<_> = history.iter().map(|line| line["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["ready", "sent", "unknown", "sent", "issued"]);

    let other: Vec<_> = BOLETO.iter().map(|it| it.replace("150.00BRL", "151.00BRL")).collect();
    let other: Vec<_> = other.iter().map(String::as_str).collect();
    let other = run(&home, &sandbox, &other);
    assert_eq!(other.code, 2, "{other:?}");
    assert!(other.stderr.contains("stands for another request"), "{other:?}");
    let both = run(&home, &sandbox, &with(BOLETO, &["--key", "k1"]));
    assert_eq!(both.code, 2, "{both:?}");
    assert_eq!(sandbox.effects().count(EffectKind::Charge), 1);

    // It is paid, and known to be by the next reconcile that is due.
    let reconciled = run(&home, &sandbox, &["outbox", "reconcile", "--output", "jsonl"]);
    assert_eq!(reconciled.code, 0, "{reconciled:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let file = home.0.join(".local/share/codespar/outbox.sqlite");
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_program_that_is_killed_on_the_way_has_charged_once() {
    let (sandbox, home) = (open(), Home::new());
    sandbox.inject(Fault::on("POST", "/v1/charges").stall_after_bytes(10));
    let mut command = program(&home);
    at(&mut command, &sandbox).args(BOLETO).args(["--timeout", "2"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while sandbox.effects().count(EffectKind::Charge) == 0 {
        assert_eq!(child.try_wait().unwrap(), None, "it ended by itself");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(show(&home, &sandbox, "invoice-42")["state"], "sent");
    // As long as somebody may be at it, it is left to them; then it is asked for under its id.
    let again = run(&home, &sandbox, &with(BOLETO, &["--timeout", "2"]));
    assert_eq!(again.code, 0, "{again:?}");
    assert_eq!(sandbox.effects().count(EffectKind::Charge), 1);
    assert_eq!(sandbox.effects().count_with_key(&again.key()), 1);
    assert_eq!(show(&home, &sandbox, "invoice-42")["state"], "issued");
}

#[test]
fn what_has_no_key_is_sent_once_and_is_for_a_person_then() {
    let (sandbox, home) = (open(), Home::new());
    let refused = run(&home, &sandbox, PIX);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.stderr.contains("--at-most-once"), "{refused:?}");
    assert_eq!(sandbox.request_count(), 0);

    let once = with(PIX, &["--at-most-once"]);
    // The session is opened; what is sent in it is lost.
    sandbox.inject(Fault::on("POST", "/v1/sessions/").always().lose_answer());
    let lost = run(&home, &sandbox, &once);
    assert_eq!(lost.code, 7, "{lost:?}");
    assert_eq!(lost.error()["next"], "codespar outbox show order-42", "{lost:?}");
    sandbox.clear_faults();
    let again = run(&home, &sandbox, &once);
    assert_eq!(again.code, 7, "{again:?}");
    let reconciled = run(&home, &sandbox, &["outbox", "reconcile", "--output", "jsonl"]);
    assert_eq!(reconciled.code, 7, "{reconciled:?}");
    assert!(reconciled.stderr.contains("needs a person"), "{reconciled:?}");
    assert_eq!(sandbox.effects().count(EffectKind::Charge), 1);

    let resolve = |outcome: &str, evidence: &str| {
        let arguments = ["outbox", "resolve", "order-42", "--as", outcome, "--evidence", evidence];
        run(&home, &sandbox, &with(&arguments, &["--output", "jsonl"]))
    };
    // It may still be on its way; and nothing is known of its last id.
    assert_eq!(resolve("not-done", "not in the list").code, 4);
    assert_eq!(resolve("next-generation", "not in the list").code, 4);
    assert_eq!(resolve("done", " ").code, 2);
    let done = resolve("done", "codespar tool-calls list has it");
    assert_eq!((done.code, &done.last()["state"]), (0, &json!("done")), "{done:?}");
    let row = show(&home, &sandbox, "order-42");
    let last = row["history"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["who"], "ana");
    assert_eq!(last["why"], "codespar tool-calls list has it");
    assert_eq!(resolve("not-done", "changed my mind").code, 4);
    let purged =
        run(&home, &sandbox, &["outbox", "purge", "--older-than", "0", "--output", "jsonl"]);
    assert_eq!((purged.code, &purged.last()["purged"]), (0, &json!(1)), "{purged:?}");
    assert_eq!(run(&home, &sandbox, &["outbox", "show", "none"]).code, 1);
}

#[test]
fn a_tool_that_says_it_failed_has_not_done_it() {
    let (sandbox, home) = (open(), Home::new());
    let failed = json!({"success": false, "error": "invalid_args: no", "tool": "codespar_charge"});
    sandbox.inject(Fault::on("POST", "/v1/sessions/").answer(200, failed));
    let ended = run(&home, &sandbox, &with(PIX, &["--at-most-once"]));
    assert_ne!(ended.code, 0, "{ended:?}");
    assert_ne!(show(&home, &sandbox, "order-42")["state"], "done");
}

#[test]
fn what_is_refused_for_now_is_told_as_what_will_be_sent_again() {
    let (sandbox, home) = (open(), Home::new());
    let broke = json!({"error": {"code": "insufficient_funds", "message": "no"}});
    sandbox.inject(Fault::on("POST", "/v1/charges").answer(409, broke));
    let ended = run(&home, &sandbox, &with(BOLETO, &["--retries", "0"]));
    assert_eq!(show(&home, &sandbox, "invoice-42")["state"], "ready");
    assert_eq!(ended.code, 7, "{ended:?}");
    assert!(ended.stderr.contains("will be sent again"), "{ended:?}");
    assert_eq!(ended.error()["next"], "codespar outbox reconcile");
    // And so it is.
    let again = run(&home, &sandbox, BOLETO);
    assert_eq!(again.code, 0, "{again:?}");
    assert_eq!(sandbox.effects().count(EffectKind::Charge), 1);
}

#[test]
fn a_charge_that_cannot_be_read_now_is_told_as_it_was_answered() {
    let (sandbox, home) = (open(), Home::new());
    let first = run(&home, &sandbox, BOLETO);
    assert_eq!(first.code, 0, "{first:?}");
    let gone = json!({"error": {"code": "charge_not_found", "message": "no"}});
    sandbox.inject(Fault::on("GET", "/v1/charges/").always().answer(404, gone));
    // A day later.
    let day = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis();
    let day = i64::try_from(day).unwrap() + 24 * 60 * 60 * 1000;
    let file = home.0.join(".local/share/codespar/outbox.sqlite");
    let store = SqliteStore::open_with(file, Clock::new(move || day)).unwrap();
    let config = Config::new(sandbox.api_key()).base_url(sandbox.base_url());
    let client = Client::with_config(config).unwrap();
    let totals = Outbox::builder(client).open(store).unwrap().reconcile().unwrap();
    assert_eq!(totals.worked_on(), 1);
    assert_eq!(show(&home, &sandbox, "invoice-42")["status"], 404);
    sandbox.clear_faults();
    let again = run(&home, &sandbox, BOLETO);
    assert_eq!((again.code, &again.last()["id"]), (0, &first.last()["id"]), "{again:?}");
    assert_eq!(sandbox.effects().count(EffectKind::Charge), 1);
}

#[test]
fn a_spend_with_a_reference_is_paid_once_held_or_not() {
    let (sandbox, home) = (open(), Home::new());
    let mandate = crate::held::mandate(&sandbox);
    let spend = |reference: &str, minor: &str| {
        let arguments = [
            "spend",
            &mandate,
            "--amount-minor",
            minor,
            "--payee",
            "shop@pix.test",
            "--reference",
            reference,
            "--output",
            "jsonl",
        ];
        run(&home, &sandbox, &arguments)
    };
    let paid = spend("a", "500");
    assert_eq!(paid.code, 0, "{paid:?}");
    assert_eq!(paid.last()["attempt_id"], json!(paid.key()));
    let again = spend("a", "500");
    assert_eq!((again.code, again.key()), (0, paid.key()), "{again:?}");
    // The server has shown that it honours attempts: a lost answer is asked for.
    let path = format!("/v1/consumers/mandates/{mandate}/spend");
    sandbox.inject(Fault::on("POST", path.as_str()).lose_answer());
    let lost = spend("b", "500");
    assert_eq!(lost.code, 0, "{lost:?}");
    let held = spend("c", "6001");
    assert_eq!(held.code, 5, "{held:?}");
    assert!(held.error()["approval_id"].is_string(), "{held:?}");
    assert_eq!(show(&home, &sandbox, "c")["state"], "held");
    assert_eq!(spend("a", "501").code, 2);
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 2);
}

/// How many sessions were opened.
fn sessions(sandbox: &Sandbox) -> usize {
    let sent = sandbox.requests();
    sent.iter().filter(|it| it.method == "POST" && it.path == "/v1/sessions").count()
}

#[test]
fn what_is_sent_once_in_a_session_of_its_own_is_told_again_and_is_no_other() {
    let (sandbox, home) = (open(), Home::new());
    let once = with(PIX, &["--at-most-once"]);
    let first = run(&home, &sandbox, &once);
    assert_eq!(first.code, 0, "{first:?}");
    // The same answer, from the file, with its code.
    let again = run(&home, &sandbox, &once);
    assert_eq!((again.code, again.last()), (0, first.last()), "{again:?}");
    let other: Vec<_> = once.iter().map(|it| it.replace("150.00BRL", "999.00BRL")).collect();
    let other: Vec<_> = other.iter().map(String::as_str).collect();
    let other = run(&home, &sandbox, &other);
    assert_eq!(other.code, 2, "{other:?}");
    assert!(other.stderr.contains("stands for another request"), "{other:?}");
    // Once its request is gone it is still not sent again, and nobody says that it was this one.
    let purged = run(&home, &sandbox, &["outbox", "purge", "--older-than", "0"]);
    assert_eq!(purged.code, 0, "{purged:?}");
    let known = run(&home, &sandbox, &once);
    assert_eq!(known.code, 0, "{known:?}");
    assert!(known.stderr.contains("nobody can tell whether it was this one"), "{known:?}");
    assert_eq!((sessions(&sandbox), sandbox.effects().count(EffectKind::Charge)), (1, 1));
}

#[test]
fn what_was_not_done_goes_on_in_the_session_that_was_opened_for_it() {
    let (sandbox, home) = (open(), Home::new());
    let once = with(PIX, &["--at-most-once"]);
    let broke = json!({"error": {"code": "insufficient_funds", "message": "no"}});
    sandbox.inject(Fault::on("POST", "/v1/sessions/").answer(409, broke));
    let refused = run(&home, &sandbox, &with(&once, &["--retries", "0"]));
    assert_eq!(show(&home, &sandbox, "order-42")["state"], "ready", "{refused:?}");
    let again = run(&home, &sandbox, &once);
    assert_eq!(again.code, 0, "{again:?}");
    assert!(again.stderr.contains("that of an earlier run"), "{again:?}");
    assert_eq!((sessions(&sandbox), sandbox.effects().count(EffectKind::Charge)), (1, 1));
}

#[test]
fn a_program_that_is_killed_has_sent_at_most_once_in_a_session_of_its_own() {
    let (sandbox, home) = (open(), Home::new());
    let once = with(PIX, &["--at-most-once", "--timeout", "1"]);
    sandbox.inject(Fault::on("POST", "/v1/sessions/").stall_after_bytes(10));
    let mut command = program(&home);
    at(&mut command, &sandbox).args(&once);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while sandbox.effects().count(EffectKind::Charge) == 0 {
        assert_eq!(child.try_wait().unwrap(), None, "it ended by itself");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // On its way, and then with a person; never sent again, by whichever command.
    loop {
        let again = run(&home, &sandbox, &once);
        assert_eq!(again.code, 7, "{again:?}");
        assert_eq!(run(&home, &sandbox, &["outbox", "reconcile"]).code, 7);
        if show(&home, &sandbox, "order-42")["state"] == "needs_person" {
            break;
        }
    }
    assert_eq!(run(&home, &sandbox, &once).code, 7);
    assert_eq!((sessions(&sandbox), sandbox.effects().count(EffectKind::Charge)), (1, 1));
}

#[test]
fn of_two_runs_at_once_the_later_tells_what_the_earlier_did() {
    let (sandbox, home) = (open(), Home::new());
    let once = with(PIX, &["--at-most-once"]);
    // The first to open its session is the last to have one.
    let late = Fault::on("POST", "/v1/sessions");
    sandbox.inject(late.delay(std::time::Duration::from_secs(5)));
    let mut command = program(&home);
    at(&mut command, &sandbox).args(&once);
    let slow = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while sessions(&sandbox) == 0 {
        std::thread::yield_now();
    }
    let fast = run(&home, &sandbox, &once);
    assert_eq!(fast.code, 0, "{fast:?}");
    let slow = slow.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&slow.stdout);
    assert_eq!(slow.status.code(), Some(0), "{}", String::from_utf8_lossy(&slow.stderr));
    let told: Value = serde_json::from_str(told.lines().last().unwrap()).unwrap();
    assert_eq!(told, fast.last());
    assert_eq!(sandbox.effects().count(EffectKind::Charge), 1);
}

#[test]
fn the_help_of_resolve_says_what_is_refused_and_until_when() {
    let home = Home::new();
    let help = end(program(&home).args(["outbox", "resolve", "--help"]));
    assert_eq!(help.code, 0, "{help:?}");
    let words = help.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for said in [
        "refused while a request may still be on its way",
        "unless the last answer said that nothing happened under the last id",
        "at most eight ids",
        "ends with 4",
    ] {
        assert!(words.contains(said), "{said}: {words}");
    }
}
