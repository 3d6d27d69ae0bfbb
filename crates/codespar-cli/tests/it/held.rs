//! What a person has to decide about: spends, payments and service requests that are held.

use codespar_sandbox::{Decision, EffectKind, Fault, Sandbox};
use serde_json::{Value, json};

use crate::program::{Ended, run};

/// A mandate, of which a person has to approve what is above 60.00.
pub(crate) fn mandate(sandbox: &Sandbox) -> String {
    let request = |path: &str, body: Value| {
        let body = body.to_string();
        let common = ["request", "POST", path, "--body", &body];
        let ended = run(sandbox, &[&common[..], &["--output", "jsonl", "--show-secrets"]].concat());
        assert_eq!(ended.code, 0, "{ended:?}");
        ended.last()
    };
    let intent = json!({
        "purpose": "food", "cap_minor": 10_000, "per_tx_cap_minor": 6_000,
        "currency": "BRL", "mandate_ttl_seconds": 3_600,
    });
    let consent = request("/v1/consents", json!({ "agent_id": "ag1", "intent": intent }));
    let path = format!("/v1/consents/{}/submit", consent["token"].as_str().unwrap());
    let give = json!({ "consumer_id": "c1", "rail": "pix-consent", "provider_token": "t" });
    request(&path, give)["mandate_id"].as_str().unwrap().to_owned()
}

fn spend(sandbox: &Sandbox, mandate: &str, minor: &str, more: &[&str]) -> Ended {
    let spend = ["spend", mandate, "--amount-minor", minor, "--payee", "a@b.test"];
    run(sandbox, &[&spend[..], &["--output", "jsonl"], more].concat())
}

#[test]
fn a_spend_is_one_under_its_attempt() {
    let sandbox = Sandbox::start().unwrap();
    let mandate = mandate(&sandbox);
    sandbox.inject(Fault::on("POST", "/v1/consumers/mandates").lose_answer());
    let lost = spend(&sandbox, &mandate, "5000", &[]);
    assert_eq!(lost.code, 7, "{lost:?}");
    let key = lost.key();
    assert_eq!(lost.error()["next"], format!("the same command with --key {key}"));
    let again = spend(&sandbox, &mandate, "5000", &["--key", &key]);
    assert_eq!(again.code, 0, "{again:?}");
    assert_eq!(again.last()["attempt_id"], key.as_str());
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 1);
    let half = spend(&sandbox, &mandate, "50.5", &[]);
    assert_eq!(half.code, 2, "{half:?}");
}

#[test]
fn a_held_spend_says_what_it_waits_for_and_is_waited_for() {
    let sandbox = Sandbox::start().unwrap();
    let mandate = mandate(&sandbox);
    let held = spend(&sandbox, &mandate, "6001", &[]);
    assert_eq!(held.code, 5, "{held:?}");
    let error = held.error();
    assert_eq!((&error["exit"], &error["verdict"]), (&json!("held"), &json!("held")));
    let approval = error["approval_id"].as_str().unwrap().to_owned();
    assert_eq!(error["next"], format!("codespar approvals wait {approval}"));
    assert_eq!(sandbox.effects().len(), 0);

    // Nobody has decided yet.
    let wait = ["approvals", "wait", &approval, "--output", "jsonl"];
    let early = run(&sandbox, &[&wait[..], &["--timeout", "0.3"]].concat());
    assert_eq!(early.code, 6, "{early:?}");
    assert_eq!(early.error()["next"], format!("codespar approvals wait {approval}"));
    let early = spend(&sandbox, &mandate, "6001", &["--key", &held.key(), "--wait=0.3"]);
    assert_eq!(early.code, 6, "{early:?}");

    assert!(sandbox.decide(&approval, Decision::Approve));
    let done = run(&sandbox, &wait);
    assert_eq!((done.code, &done.last()["approval_status"]), (0, &json!("approved")), "{done:?}");
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 1);
}

#[test]
fn what_a_person_decides_has_its_code() {
    for (decision, code, word) in [
        (Decision::Deny, 4, "denied"),
        (Decision::Expire, 4, "expired"),
        (Decision::ApproveAndFail, 7, "execution_failed"),
    ] {
        let sandbox = Sandbox::start().unwrap();
        let held = spend(&sandbox, &mandate(&sandbox), "6001", &[]);
        let approval = held.error()["approval_id"].as_str().unwrap().to_owned();
        assert!(sandbox.decide(&approval, decision));
        let ended = run(&sandbox, &["approvals", "wait", &approval, "--output", "jsonl"]);
        assert_eq!(ended.code, code, "{ended:?}");
        assert!(ended.stdout.contains(&format!("\"approval_status\":\"{word}\"")), "{ended:?}");
    }
}

#[test]
fn a_payment_is_sent_once_and_waited_for() {
    let sandbox = Sandbox::start().unwrap();
    let pay = ["pay", "--amount", "15.00BRL", "--description", "Refund 42", "--recipient"];
    let pay = [&pay[..], &["maria@example.com", "--output", "jsonl"]].concat();
    let paid = run(&sandbox, &[&pay[..], &["--wait"]].concat());
    assert_eq!(paid.code, 0, "{paid:?}");
    assert_eq!(paid.last()["payment_status"], "succeeded");
    assert!(!paid.stdout.contains("maria@"), "{paid:?}");
    assert_eq!(sandbox.effects().iter().next().unwrap().amount_minor, Some(1_500));

    sandbox.inject(Fault::on("POST", "/v1/sessions/").always().lose_answer());
    let lost = run(&sandbox, &pay);
    assert_eq!(lost.code, 7, "{lost:?}");
    assert_eq!(lost.error()["next"], "do not repeat; look in codespar tool-calls list");
    let key = run(&sandbox, &[&pay[..], &["--key", "k1"]].concat());
    assert_eq!(key.code, 2, "{key:?}");
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 2);
}

#[test]
fn a_verification_is_waited_for() {
    let sandbox = Sandbox::builder().settle_after(std::time::Duration::MAX).start().unwrap();
    let open = ["client", "create", "--user-id", "u1", "--output", "jsonl", "--fields", "id"];
    let session = run(&sandbox, &open).last()["id"].as_str().unwrap().to_owned();
    let kyc = ["session", "kyc", "--session", &session, "--check-type", "identity"];
    let kyc =
        run(&sandbox, &[&kyc[..], &["--buyer", r#"{"name":"A"}"#, "--output", "jsonl"]].concat());
    assert_eq!(kyc.code, 0, "{kyc:?}");
    let call = kyc.last()["tool_call_id"].as_str().unwrap().to_owned();
    let kind = ["--kind", "verification", "--output", "jsonl"];
    let status = run(&sandbox, &[&["status", &call][..], &kind].concat());
    assert_eq!((status.code, &status.last()["verification_status"]), (0, &json!("pending")));
    let early = run(&sandbox, &[&["wait", &call, "--timeout", "0.3"][..], &kind].concat());
    assert_eq!(early.code, 6, "{early:?}");
    let next = format!("codespar wait {call} --kind verification");
    assert_eq!(early.error()["next"], next.as_str());
    for (event, code) in [("commerce.kyc.rejected", 4), ("commerce.kyc.approved", 0)] {
        assert!(sandbox.post_event(&call, event), "{event}");
        let ended = run(&sandbox, &[&["wait", &call][..], &kind].concat());
        assert_eq!(ended.code, code, "{ended:?}");
    }
    let call = run(&sandbox, &["status", &call, "--kind", "tool-call", "--output", "jsonl"]);
    assert_eq!(call.last()["tool_name"], "codespar_kyc", "{call:?}");
}

#[test]
fn a_service_request_is_waited_for() {
    let sandbox = Sandbox::start().unwrap();
    let payload = r#"{"to":"a@example.com","subject":"s","body":"b"}"#;
    let request = |state: &str, more: &[&str]| {
        let metadata = format!(r#"{{"sandbox":"{state}"}}"#);
        let common = ["upivia", "request", "email", "send", "--payload", payload];
        let rest = ["--metadata", &metadata, "--output", "jsonl"];
        run(&sandbox, &[&common[..], &rest, more].concat())
    };
    let done = request("executed", &["--wait"]);
    assert_eq!((done.code, done.stdout.lines().count()), (0, 1), "{done:?}");
    assert_eq!(request("blocked", &["--wait"]).code, 4);

    let running = request("running", &[]);
    assert_eq!(running.code, 7, "{running:?}");
    let next = running.error()["next"].as_str().unwrap().to_owned();
    let id = next.strip_prefix("codespar upivia wait ").unwrap();
    let status = run(&sandbox, &["upivia", "status", id, "--output", "jsonl"]);
    assert_eq!(status.code, 0, "{status:?}");
    let waited = request("running", &["--wait=20"]);
    assert_eq!((waited.code, waited.stdout.lines().count()), (0, 2), "{waited:?}");
    assert_eq!(waited.last()["status"], "executed");

    let held = request("approval_required", &[]);
    assert_eq!(held.code, 5, "{held:?}");
    let error = held.error();
    assert!(error["approval_id"].is_string(), "{error}");
    let next = error["next"].as_str().unwrap();
    let id = next.strip_prefix("codespar upivia wait ").unwrap();
    let early = run(&sandbox, &["upivia", "wait", id, "--timeout", "0.3", "--output", "jsonl"]);
    assert_eq!((early.code, &early.error()["next"]), (6, &json!(next)), "{early:?}");
    let early = request("approval_required", &["--wait=0.3"]);
    assert_eq!(early.code, 6, "{early:?}");
    assert!(early.error()["next"].as_str().unwrap().starts_with("codespar upivia wait "));
}

/// A payment with all that belongs to it, by name: its exit code is the verdict.
#[test]
fn a_governed_payment_ends_as_the_payment_did() {
    let sandbox = Sandbox::start().unwrap();
    let mandate = mandate(&sandbox);
    let governed = |verb: &str, minor: &str, more: &[&str]| {
        let words = ["mandates", verb, &mandate, "--amount-minor", minor, "--payee", "a@b.test"];
        run(&sandbox, &[&words[..], &["--output", "jsonl"], more].concat())
    };
    let paid = governed("pay", "1000", &["--key", "invoice-42"]);
    assert_eq!(paid.code, 0, "{paid:?}");
    let document = paid.last();
    assert_eq!(
        (&document["outcome"], &document["verdict"]),
        (&json!("settled"), &json!("settled"))
    );
    assert!(document["receipt"]["receipt_id"].is_string(), "{document}");
    // Once for its key.
    let again = governed("pay", "1000", &["--key", "invoice-42"]);
    assert_eq!((again.code, &again.last()["outcome"]), (0, &json!("replayed")), "{again:?}");
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 1);
    let other = governed("pay", "900", &["--key", "invoice-42"]);
    assert_eq!((other.code, &other.error()["verdict"]), (7, &json!("unknown")), "{other:?}");
    assert_eq!(other.error()["next"], "do not repeat; a person has to look first");
    assert!(other.stderr.contains("attempt_id_conflict"), "{other:?}");
    // Who paid again would be told of the mandate as it is now, and not of the payment.
    let lost = governed("pay", "667", &["--key", "invoice-44"]);
    let next = lost.error()["next"].as_str().unwrap().to_owned();
    assert_eq!(lost.code, 7, "{lost:?}");
    assert_eq!(next, "codespar mandates look-up, with the same arguments and --key invoice-44");
    let refused = governed("pay", "666", &[]);
    assert_eq!((refused.code, &refused.error()["verdict"]), (4, &json!("refused")), "{refused:?}");
    let held = governed("pay", "6001", &["--key", "invoice-43"]);
    assert_eq!(held.code, 5, "{held:?}");
    let approval = held.error()["approval_id"].as_str().unwrap().to_owned();
    assert_eq!(held.error()["next"], format!("codespar approvals wait {approval}"));

    // What is looked up was presented under its key: none is made up.
    let honours: &[&str] = &["--honours-attempts"];
    let keyless = governed("look-up", "1000", honours);
    assert_eq!(keyless.code, 2, "{keyless:?}");
    assert!(keyless.stderr.contains("expected also --key"), "{keyless:?}");
    let unsaid = governed("look-up", "1000", &["--key", "invoice-42"]);
    assert_eq!((unsaid.code, &unsaid.error()["field"]), (2, &json!("honours_attempts")));
    let requests = sandbox.request_count();
    assert_eq!(governed("look-up", "1000", &[&["--dry-run"], honours].concat()).code, 2);
    assert_eq!(sandbox.request_count(), requests);
    let found = governed("look-up", "1000", &[&["--key", "invoice-42"], honours].concat());
    assert_eq!((found.code, &found.last()["verdict"]), (0, &json!("settled")), "{found:?}");
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 1);
    let waits = [&["--key", "invoice-43", "--patience", "20"], honours].concat();
    assert!(sandbox.decide(&approval, Decision::Deny));
    let denied = governed("look-up", "6001", &waits);
    assert_eq!(denied.code, 4, "{denied:?}");
    // Nothing moved under it and nothing will: another may be drawn.
    assert!(denied.stdout.contains(r#""key_use":"spent""#), "{denied:?}");
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 1);
    let help = run(&sandbox, &["mandates", "look-up", "--help"]);
    for word in ["Exit codes", "--patience", "--honours-attempts", "--key"] {
        assert!(help.stdout.contains(word), "{word}: {help:?}");
    }
}
