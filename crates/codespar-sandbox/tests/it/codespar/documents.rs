//! Bills one by one: read, checked, reviewed by a person, and paid once.

use std::time::Duration;

use codespar_sandbox::{Decision, EffectKind, Reconciliation, Sandbox};
use serde_json::{Value, json};

use crate::support::{Bench, Reply, bench, managed};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A boleto of this many centavos, and of its own for every `tail`.
pub(super) fn line(minor: i64, tail: u8) -> String {
    format!("2379338128600000000030000000{tail:03}0184340000{minor:06}")
}

pub(super) fn bill(minor: i64, tail: u8) -> Value {
    let said = |value: Value| json!({ "value": value, "from": "pessoa" });
    json!({
        "schema_version": "payable.v1",
        "doc_type": "boleto",
        "attribution": { "channel": "structured" },
        "supplier": {
            "name": said("Papelaria Sol".into()), "document": said("12345678000195".into()),
        },
        "totals": { "grand_total_minor": said(minor.into()), "currency": said("BRL".into()) },
        "carriers": { "boleto": line(minor, tail) },
    })
}

pub(super) fn create(bench: &Bench, bill: Value) -> Value {
    let reply = bench.post("/v1/payables", bill);
    assert_eq!(reply.status, 201, "{}", reply.text);
    reply.body
}

pub(super) fn path(bill: &Value) -> String {
    format!("/v1/payables/{}", bill["payable_id"].as_str().unwrap())
}

/// What a person decides, at whose side the request is sent.
pub(super) fn review(bench: &Bench, bill: &Value, resolutions: Value) -> Reply {
    let headers = [
        ("authorization".to_owned(), format!("Bearer {}", bench.sandbox.api_key())),
        ("x-codespar-user-token".to_owned(), bench.sandbox.user_token().to_owned()),
    ];
    let body = json!({ "resolutions": resolutions }).to_string().into_bytes();
    let path = format!("{}/review", path(bill));
    bench.send_as(&headers, "POST", &path, Some(body), Some("application/json")).unwrap()
}

/// A bill that is ready: the first of its supplier, let pass by a person.
pub(super) fn ready(bench: &Bench, minor: i64, tail: u8) -> Value {
    let made = create(bench, bill(minor, tail));
    if made["status"] == "READY" {
        return made;
    }
    let passed = review(bench, &made, json!([]));
    assert_eq!((passed.status, &passed.body["status"]), (200, &json!("READY")), "{}", passed.text);
    passed.body
}

/// A mandate that may pay these boletos.
fn mandate(bench: &Bench, lines: &[String]) -> String {
    let intent = json!({
        "purpose": "bills", "cap_minor": 50_000, "per_tx_cap_minor": 20_000, "currency": "BRL",
        "mandate_ttl_seconds": 3_600_000, "merchant_allowlist": lines,
    });
    let consent = bench.post("/v1/consents", json!({ "agent_id": "ag1", "intent": intent })).body;
    let give = json!({ "consumer_id": "c1", "rail": "pix-consent", "provider_token": "t" });
    let path = format!("/v1/consents/{}/submit", consent["token"].as_str().unwrap());
    bench.post(&path, give).body["mandate_id"].as_str().unwrap().to_owned()
}

fn pay(bench: &Bench, bill: &Value, mandate: &str) -> Reply {
    bench.post(&format!("{}/pay", path(bill)), json!({ "mandate_id": mandate }))
}

pub(super) fn code(reply: &Reply) -> (u16, &str) {
    (reply.status, reply.body["error"]["code"].as_str().unwrap_or_default())
}

/// What has settled under a mandate, in centavos.
fn spent(bench: &Bench, mandate: &str) -> Value {
    bench.get(&format!("/v1/mandates/{mandate}")).body["usage"]["spent_minor"].clone()
}

/// What has left wallets, in centavos.
fn debits(bench: &Bench) -> Vec<Value> {
    let entries = bench.get("/v1/account/ledger?kind=debit").body["entries"].clone();
    entries.as_array().unwrap().iter().map(|entry| entry["amount_minor"].clone()).collect()
}

#[test]
fn a_bill_is_paid_once() {
    let bench = managed();
    let bill = ready(&bench, 12_500, 1);
    assert_eq!(bill["rail_quote"]["amount_minor"], json!({ "value": 12_500, "from": "trilho" }));
    let other = mandate(&bench, &[line(12_500, 2)]);
    assert_eq!(code(&pay(&bench, &bill, "mnd_none")), (404, "mandate_not_found"));
    assert_eq!(code(&pay(&bench, &bill, &other)), (403, "payee_not_allowed"));
    let mandate = mandate(&bench, &[line(12_500, 1)]);
    let paid = pay(&bench, &bill, &mandate);
    assert_eq!((paid.status, &paid.body["status"]), (200, &json!("EXECUTED")), "{}", paid.text);
    let payment = &paid.body["payment"];
    assert_eq!((&payment["state"], &payment["tries"]), (&json!("executed"), &json!(1)));
    assert_eq!(payment["receipt_id"], paid.body["receipt"]["id"]);
    assert_eq!(spent(&bench, &mandate), "12500");
    assert_eq!(debits(&bench), [json!("-12500")]);
    let listed = bench.get(&format!("/v1/account/payments?mandate_id={mandate}")).body;
    let listed = &listed["payments"][0];
    assert_eq!((&listed["amount_minor"], &listed["rail"]), (&json!("12500"), &json!("boleto")));
    assert_eq!((&listed["mandate_id"], &listed["status"]), (&json!(mandate), &json!("settled")));

    let again = pay(&bench, &bill, &mandate);
    assert_eq!(code(&again), (409, "payable_already_paid"));
    assert_eq!(again.body["error"]["details"]["receipt_id"], payment["receipt_id"]);
    assert_eq!(spent(&bench, &mandate), "12500");
    assert_eq!(debits(&bench).len(), 1);
    assert_eq!(bench.sandbox.effects().count(EffectKind::Payment), 1);
    assert_eq!(bench.get(&path(&bill)).body["status"], "EXECUTED");
    assert_eq!(code(&bench.get("/v1/payables/pbl_none")), (404, "not_found"));
}

#[test]
fn a_payment_that_the_rail_refuses_leaves_the_bill_ready() {
    let bench = managed();
    let bill = ready(&bench, 666, 1);
    let mandate = mandate(&bench, &[line(666, 1)]);
    for tries in 1..=2 {
        assert_eq!(code(&pay(&bench, &bill, &mandate)), (502, "psp_dispatch_failed"));
        let read = bench.get(&path(&bill)).body;
        let payment = &read["payment"];
        assert_eq!((&read["status"], &payment["tries"]), (&json!("READY"), &json!(tries)));
        assert_eq!(payment["state"], "released");
        assert_eq!(payment["last_refusal"]["code"], "psp_dispatch_failed");
        assert_eq!(spent(&bench, &mandate), "0");
        assert_eq!(debits(&bench).len(), 0);
    }
    assert_eq!(bench.sandbox.effects().count(EffectKind::Payment), 0);
}

#[test]
fn a_payment_that_nobody_knows_of_is_not_made_again() {
    for (found, status, effects) in
        [(Reconciliation::Moved, "EXECUTED", 1), (Reconciliation::NotMoved, "READY", 0)]
    {
        let bench = managed();
        let bill = ready(&bench, 667, 1);
        let mandate = mandate(&bench, &[line(667, 1)]);
        assert_eq!(code(&pay(&bench, &bill, &mandate)), (502, "psp_dispatch_uncertain"));
        assert_eq!(code(&pay(&bench, &bill, &mandate)), (409, "payable_payment_uncertain"));
        let payment = bench.get(&path(&bill)).body["payment"].clone();
        assert_eq!(payment["uncertain_code"], "psp_dispatch_uncertain");
        // A bill that may have been paid is the same bill still.
        let copy = bench.post("/v1/payables", self::bill(667, 1));
        assert_eq!(code(&copy), (409, "payable_duplicate"));
        assert!(bench.sandbox.reconcile(payment["attempt_id"].as_str().unwrap(), found));
        assert_eq!(bench.get(&path(&bill)).body["status"], status);
        assert_eq!(bench.sandbox.effects().count(EffectKind::Payment), effects);
    }
}

#[test]
fn a_held_payment_is_made_by_its_approval() {
    let bench = bench(Sandbox::builder().approval_above(10_000));
    let bill = ready(&bench, 12_500, 1);
    let mandate = mandate(&bench, &[line(12_500, 1)]);
    let approval = |reply: &Reply| {
        assert_eq!(code(reply), (403, "policy_denied"));
        reply.body["error"]["details"]["approval_id"].as_str().unwrap().to_owned()
    };
    let first = approval(&pay(&bench, &bill, &mandate));
    let waiting = pay(&bench, &bill, &mandate);
    assert_eq!(code(&waiting), (409, "payable_payment_pending_approval"));
    assert_eq!(waiting.body["error"]["details"]["approval_id"], json!(first));
    // What was denied is given back by the next try, which is held anew.
    assert!(bench.sandbox.decide(&first, Decision::Deny));
    let second = approval(&pay(&bench, &bill, &mandate));
    assert_ne!(first, second);
    assert!(bench.sandbox.decide(&second, Decision::Approve));
    let read = bench.get(&path(&bill)).body;
    assert_eq!((&read["status"], &read["payment"]["tries"]), (&json!("EXECUTED"), &json!(2)));
    assert_eq!(code(&pay(&bench, &bill, &mandate)), (409, "payable_already_paid"));
    assert_eq!(spent(&bench, &mandate), "12500");
    assert_eq!(bench.sandbox.effects().count(EffectKind::Payment), 1);
}

#[test]
fn a_boleto_above_the_cap_of_one_payment_waits_for_nobody() {
    let bench = managed();
    let bill = ready(&bench, 20_001, 1);
    let mandate = mandate(&bench, &[line(20_001, 1)]);
    let refused = pay(&bench, &bill, &mandate);
    assert_eq!(code(&refused), (422, "per_tx_cap_exceeded"));
    assert_eq!(refused.body["error"]["details"]["payable_status"], "READY");
    assert_eq!(bench.get(&path(&bill)).body["status"], "READY");
}

#[test]
fn what_the_rail_says_otherwise_goes_back_to_review() {
    let bench = managed();
    let mut made = bill(10_000, 1);
    made["due_date"] = json!({ "value": "2020-01-02", "from": "pessoa" });
    // Long overdue: the rail wants more than the bill says.
    let made = create(&bench, made);
    assert_eq!(made["validation"]["amount_matches_rail"]["outcome"], "needs_review");
    let due = made["rail_quote"]["amount_minor"]["value"].as_i64().unwrap();
    assert!(due > 10_200, "{due}");
    let correction = |minor: i64| {
        let correction = json!({ "field": "totals.grand_total_minor", "value": minor });
        json!([{
            "code": "amount_matches_rail", "resolution": "human_correction",
            "corrections": [correction],
        }])
    };
    let wrong = review(&bench, &made, correction(due + 1));
    assert_eq!(code(&wrong), (409, "payable_correction_did_not_resolve"));
    assert_eq!(code(&review(&bench, &made, json!([]))), (409, "payable_review_incomplete"));
    let passed = review(&bench, &made, correction(due)).body;
    assert_eq!(
        (&passed["status"], &passed["totals"]["grand_total_minor"]["from"]),
        (&json!("READY"), &json!("pessoa"))
    );
    assert_eq!(passed["review"]["resolutions"][0]["fields"], json!(["totals.grand_total_minor"]));

    let mandate = mandate(&bench, &[line(10_000, 1)]);
    bench.sandbox.advance(DAY * 7);
    let diverged = pay(&bench, &made, &mandate);
    assert_eq!(code(&diverged), (409, "payable_quote_diverged"));
    assert_eq!(diverged.body["error"]["details"]["review"]["validation_status"], "NEEDS_REVIEW");
    assert_eq!(code(&pay(&bench, &made, &mandate)), (409, "payable_not_payable"));
    let due = bench.get(&path(&made)).body["rail_quote"]["amount_minor"]["value"].as_i64().unwrap();
    assert_eq!(review(&bench, &made, correction(due)).status, 200);
    let paid = pay(&bench, &made, &mandate);
    assert_eq!((paid.status, &paid.body["payment"]["amount_minor"]), (200, &json!(due)));
}

#[test]
fn only_people_review_and_only_what_is_to_be_reviewed() {
    let bench = managed();
    let mut strange = bill(500, 1);
    strange["carriers"]["boleto"] = json!(line(500, 1).replacen("237", "999", 1));
    let made = create(&bench, strange);
    let path = format!("{}/review", path(&made));
    assert_eq!(code(&bench.post(&path, json!({}))), (403, "bearer_token_cannot_decide"));
    let check = "beneficiary_document_matches_supplier";
    let one = |code: &str, kind: &str| json!({ "code": code, "resolution": kind });
    let confirm = |document: &str| {
        json!([{
            "code": check, "resolution": "confirm_rail_beneficiary",
            "confirmed_beneficiary_document": document,
        }])
    };
    let correct = json!([{
        "code": check, "resolution": "human_correction",
        "corrections": [{ "field": "due_date", "value": "2030-01-01" }],
    }]);
    let table = [
        (json!([one("arithmetic", "reject")]), (422, "payable_check_not_in_review")),
        (json!([one(check, "reject"), one(check, "reject")]), (422, "payable_resolution_repeated")),
        (json!([one(check, "approve")]), (400, "invalid_body")),
        (correct, (422, "payable_resolution_not_allowed")),
        (confirm("***.000.000-**"), (409, "payable_rail_beneficiary_unconfirmed")),
    ];
    for (resolutions, expected) in table {
        let reply = review(&bench, &made, resolutions);
        assert_eq!(code(&reply), expected, "{}", reply.text);
    }
    let masked = made["rail_quote"]["beneficiary_document_masked"]["value"].as_str().unwrap();
    let passed = review(&bench, &made, confirm(masked)).body;
    assert_eq!(
        (&passed["status"], &passed["review"]["confirmed_by"]),
        (&json!("READY"), &json!([check]))
    );
    assert_eq!(code(&review(&bench, &made, json!([]))), (409, "payable_not_reviewable"));

    let second = create(&bench, {
        let mut bill = bill(500, 2);
        bill["totals"]["grand_total_minor"]["value"] = json!(501);
        bill
    });
    let rejected = review(&bench, &second, json!([one("amount_matches_rail", "reject")])).body;
    assert_eq!(
        (&rejected["status"], &rejected["review"]["rejected_by"]),
        (&json!("REJECTED"), &json!(["amount_matches_rail"]))
    );
    assert_eq!(bench.get("/v1/events/summary").body["by_type"]["payable.rejected"], 1);
    // What was rejected may come again.
    assert_eq!(create(&bench, bill(500, 2))["status"], "READY");
}
