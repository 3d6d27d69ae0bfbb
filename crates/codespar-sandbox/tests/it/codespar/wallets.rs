//! Wallets, what moves in them, and Pix keys.

use std::time::Duration;

use codespar_sandbox::{EffectKind, Sandbox};
use serde_json::{Value, json};

use crate::support::{
    Bench, Reply, bench, books,
    consent::{consent, mandate},
    managed,
};

/// Makes a wallet and gives back its path.
fn wallet(bench: &Bench) -> String {
    let made = bench.post("/v1/wallets", json!({ "display_name": "Main", "currency": "BRL" }));
    assert_eq!(made.status, 201, "{}", made.text);
    format!("/v1/wallets/{}", made.body["id"].as_str().unwrap())
}

/// Posts an entry to a wallet, under this attempt.
fn post(bench: &Bench, path: &str, kind: &str, minor: &str, attempt: &str) -> Reply {
    let id = path.rsplit('/').next().unwrap();
    let entry = json!({
        "wallet_id": id, "org_id": "org_sandbox", "currency": "BRL", "amount_minor": minor,
        "kind": kind, "attempt_id": attempt,
    });
    bench.post(&format!("{path}/ledger"), entry)
}

fn held(bench: &Bench, path: &str) -> (Value, Value) {
    let balance = bench.get(path).body["balances"][0].clone();
    (balance["balance_minor"].clone(), balance["available_minor"].clone())
}

fn code(reply: &Reply) -> (u16, &str) {
    let error = &reply.body["error"];
    (reply.status, error["code"].as_str().or(error.as_str()).unwrap_or_default())
}

#[test]
fn wallets_and_transfers() {
    let bench = managed();
    let path = wallet(&bench);
    assert_eq!(bench.get(&path).body["balances"][0]["balance_minor"], "0");
    let mut body = json!({ "from_currency": "BRL", "to_currency": "USDC", "amount_minor": 500 });
    let plan = bench.post("/v1/consumers/c1/wallet/transfer", body.clone()).body;
    assert_eq!((&plan["converts"], &plan["executable"]), (&json!(true), &json!(true)));
    assert!(bench.sandbox.effects().is_empty());
    body["execute"] = json!(true);
    // The wallet of the path is no consumer: it has no such transfers.
    let other = bench.post(&format!("{path}/transfer"), body.clone());
    assert_eq!(code(&other), (400, "invalid_body"));
    let swap = || bench.post("/v1/consumers/c1/wallet/transfer", body.clone());
    bench.post("/v1/test/fund", json!({ "consumer_id": "c1", "amount_minor": 999 }));
    assert_eq!(swap().body["executed"], true);
    assert_eq!(held(&bench, "/v1/wallets/wal_c1"), (json!("499"), json!("499")));
    assert_eq!(bench.sandbox.effects().count(EffectKind::Payment), 1);
    // Into the same currency nothing is lost.
    let same = json!({
        "from_currency": "BRL", "to_currency": "BRL", "amount_minor": 499, "execute": true,
    });
    assert_eq!(bench.post("/v1/consumers/c1/wallet/transfer", same).status, 200);
    assert_eq!(held(&bench, "/v1/wallets/wal_c1"), (json!("499"), json!("499")));
    // What is lacking comes in first, as test money, into a wallet that need not be there.
    assert_eq!(swap().body["executed"], true);
    assert_eq!(held(&bench, "/v1/wallets/wal_c1"), (json!("0"), json!("0")));
    assert_eq!(bench.post("/v1/consumers/c2/wallet/transfer", body.clone()).status, 200);
    assert_eq!(held(&bench, "/v1/wallets/wal_c2"), (json!("0"), json!("0")));
    let funds = bench.get("/v1/account/ledger?kind=fund").body["entries"].clone();
    let top_up = |row: &Value| (row["test_funding_kind"].clone(), row["amount_minor"].clone());
    let topped = |minor: &str| (json!("payment_top_up"), json!(minor));
    assert_eq!((top_up(&funds[0]), top_up(&funds[1])), (topped("500"), topped("1")));
    books::check(&bench);
    assert_eq!(bench.get("/v1/consumers/nobody/wallet").body["currencies"], json!([]));
}

#[test]
fn a_plan_says_whether_a_transfer_would_be_made() {
    let live = bench(Sandbox::builder().test_mode(false));
    let swap = |bench: &Bench, minor: i64, execute: bool| {
        let body = json!({
            "from_currency": "BRL", "to_currency": "USDC", "amount_minor": minor,
            "execute": execute, "agent_id": "ag1",
        });
        bench.post("/v1/consumers/c1/wallet/transfer", body)
    };
    let plan = |bench: &Bench, minor: i64| swap(bench, minor, false).body["executable"].clone();
    assert_eq!((plan(&live, 1), code(&swap(&live, 1, true)).0), (json!(false), 409));
    assert_eq!(live.get("/v1/wallets").body["wallets"], json!([]));
    let charge = json!({
        "amount": 5.0, "currency": "BRL", "method": "boleto", "consumer_id": "c1",
        "due_date": "2030-01-31", "idempotency_key": "order-1",
    });
    assert_eq!(live.post("/v1/charges", charge).status, 200);
    assert!(live.sandbox.pay("order-1"));
    assert_eq!((plan(&live, 500), plan(&live, 501)), (json!(true), json!(false)));
    assert_eq!(code(&swap(&live, 501, true)), (409, "insufficient_funds"));
    assert_eq!(swap(&live, 500, true).status, 200);
    books::check(&live);

    let test = managed();
    let agent = json!({ "agent_id": "ag1", "principal_ref": "user:1" });
    let did = test.post("/v1/agents", agent).body["agent_did"].as_str().unwrap().to_owned();
    assert_eq!(plan(&test, 500), true);
    assert_eq!(test.post(&format!("/v1/agents/{did}/suspend"), json!({})).status, 200);
    assert_eq!((plan(&test, 500), swap(&test, 500, true).status), (json!(false), 403));
    assert!(test.sandbox.resume(&did));
    assert_eq!(test.post("/v1/orgs/org_sandbox/pause", json!({})).status, 200);
    assert_eq!((plan(&test, 500), swap(&test, 500, true).status), (json!(false), 403));
}

#[test]
fn pix_keys() {
    let bench = managed();
    let path = "/v1/consumers/c1/pix-keys";
    let phone = json!({ "key_type": "PHONE", "key": "+5531999123456" });
    assert_eq!(bench.post(path, phone).status, 201);
    let evp = bench.post(path, json!({ "key_type": "EVP" })).body;
    assert_eq!(evp["key"].as_str().unwrap().len(), 36);
    assert_eq!(bench.get(path).body["count"], 2);
    assert_eq!(bench.post(path, json!({ "key_type": "EVP", "key": "x" })).status, 400);
    assert_eq!(bench.post(path, json!({ "key_type": "CPF" })).status, 400);
    let deleted = bench.delete(&format!("{path}/%2B5531999123456")).body;
    assert_eq!((&deleted["deleted"], &deleted["cache_refilled_with"]), (&json!(true), &evp["key"]));
    assert_eq!(bench.delete(&format!("{path}/%2B5531999123456")).status, 404);
    let test_account = "/v1/consumers/sbx_prj_1/pix-keys";
    let refused = bench.post(test_account, json!({ "key_type": "CPF", "key": "11144477735" }));
    assert_eq!(refused.body["error"]["code"], "pix_key_type_unavailable");
}

#[test]
fn a_wallet_holds_what_its_books_say() {
    let bench = managed();
    let path = wallet(&bench);
    let first = post(&bench, &path, "fund", "1000", "in-1");
    assert_eq!((first.status, &first.body["amount_minor"]), (201, &json!("1000")));
    let again = post(&bench, &path, "fund", "2000", "in-1");
    assert_eq!((again.status, &again.body), (200, &first.body));
    assert_eq!(post(&bench, &path, "hold", "-300", "out-1").status, 201);
    assert_eq!(held(&bench, &path), (json!("1000"), json!("700")));
    assert_eq!(post(&bench, &path, "release", "300", "out-1").status, 201);
    assert_eq!(post(&bench, &path, "fee", "-1", "out-1").status, 201);
    assert_eq!(held(&bench, &path), (json!("999"), json!("999")));
    for (kind, minor) in [("fund", "-1"), ("debit", "1"), ("gift", "1"), ("fund", "1.5")] {
        assert_eq!(code(&post(&bench, &path, kind, minor, "x")), (400, "invalid_body"), "{kind}");
    }
    let ledger = format!("{path}/ledger");
    let page = bench.get(&format!("{ledger}?limit=3")).body;
    let kinds = |page: &Value| -> Vec<Value> {
        page["entries"].as_array().unwrap().iter().map(|entry| entry["kind"].clone()).collect()
    };
    assert_eq!(kinds(&page), ["fee", "release", "hold"]);
    let next = page["next_before"].as_str().unwrap();
    let rest = bench.get(&format!("{ledger}?before_id={next}")).body;
    assert_eq!((kinds(&rest), &rest["next_before"]), (vec![json!("fund")], &Value::Null));
    assert_eq!(kinds(&bench.get(&format!("{ledger}?kind=fee")).body), ["fee"]);
    assert_eq!(code(&bench.get(&format!("{ledger}?kind=gift"))), (400, "invalid_query"));
    assert_eq!(bench.get("/v1/wallets/wal_none/ledger").body, json!({ "error": "not_found" }));
    let none = post(&bench, "/v1/wallets/wal_none", "fund", "1", "in-2");
    assert_eq!((none.status, &none.body), (404, &json!({ "error": "not_found" })));

    let live = crate::support::bench(Sandbox::builder().test_mode(false));
    let path = wallet(&live);
    let made_up = post(&live, &path, "fund", "1", "in-1");
    assert_eq!(code(&made_up), (409, "fund_requires_test_project"));
}

#[test]
fn a_transfer_takes_what_is_there() {
    let bench = managed();
    let path = wallet(&bench);
    let out = |minor: i64, key: &str| {
        let body = json!({
            "currency": "BRL", "to_address": "a@b.test", "amount_minor": minor,
            "idempotency_key": key,
        });
        bench.post(&format!("{path}/transfer"), body)
    };
    assert_eq!(code(&out(500, "k")), (409, "insufficient_funds"));
    assert!(bench.sandbox.effects().is_empty());
    post(&bench, &path, "fund", "2000", "in-1");
    let sent = out(500, "k");
    assert_eq!((sent.status, held(&bench, &path).0), (201, json!("1500")));
    assert_eq!(code(&out(666, "f")), (502, "send_failed"));
    assert_eq!(held(&bench, &path), (json!("1500"), json!("1500")));
    assert_eq!(code(&out(667, "u")), (502, "withdrawal_dispatch_uncertain"));
    assert_eq!(held(&bench, &path), (json!("1500"), json!("833")));
    // What was sent is sent, whatever is there by now.
    post(&bench, &path, "debit", "-1500", "out-1");
    assert_eq!(out(500, "k").body, sent.body);
    let missing = json!({ "currency": "BRL", "to_address": "a@b.test", "amount_minor": 1 });
    assert_eq!(code(&bench.post("/v1/wallets/wal_none/transfer", missing)), (404, "not_found"));
}

#[test]
fn a_consumers_wallet_needs_a_mandate() {
    let bench = managed();
    let given = consent(&bench);
    bench.post("/v1/test/fund", json!({ "consumer_id": "c1", "amount_minor": 9_000 }));
    let out = |change: Value| {
        let mut body = json!({
            "currency": "BRL", "to_address": "a@b.test", "amount_minor": 500,
            "mandate": given["mandate"], "signature": given["signature"], "agent_id": "ag1",
            "purpose": "food",
        });
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        bench.post("/v1/wallets/wal_c1/transfer", body)
    };
    let table = [
        (json!({ "mandate": null }), 403, "mandate_required"),
        (json!({ "mandate": { "id": "mnd_none" } }), 401, "mandate_proof_invalid"),
        (json!({ "signature": "00" }), 401, "bad_signature"),
        (json!({ "agent_id": "other" }), 403, "agent_mismatch"),
        (json!({ "purpose": "rent" }), 403, "purpose_mismatch"),
        (json!({ "currency": "USD" }), 403, "mandate_currency_mismatch"),
        (json!({ "amount_minor": 6_001 }), 403, "per_tx_cap_exceeded"),
        (json!({}), 403, "withdrawal_destination_unpinned"),
    ];
    for (change, status, wanted) in table {
        assert_eq!(code(&out(change.clone())), (status, wanted), "{change}");
    }
    assert_eq!(held(&bench, "/v1/wallets/wal_c1").0, "9000");
}

#[test]
fn each_outcome_of_an_execution_is_a_result() {
    let bench = managed();
    let path = wallet(&bench);
    let mandate = mandate(&bench);
    post(&bench, &path, "fund", "7000", "in-1");
    let pay = |amount: f64, mandate: &str, attempt: &str| {
        let body = json!({
            "amount": amount, "currency": "BRL", "recipient": "shop@pix.test",
            "description": "Order 42", "mandate_id": mandate, "attempt_id": attempt,
        });
        bench.post(&format!("{path}/execute"), body)
    };
    let outcome = |reply: Reply| (reply.status, reply.body["status"].clone());
    let done = pay(12.5, &mandate, "a");
    assert_eq!((done.status, &done.body["wallet"]["debitId"]), (200, &json!("3")));
    // What the service does with an id that it has seen is not known: here it pays again.
    let again = pay(12.5, &mandate, "a");
    assert_eq!((again.status, &again.body["wallet"]["debitId"]), (200, &json!("5")));
    assert_eq!(held(&bench, &path), (json!("4500"), json!("4500")));
    assert_eq!(outcome(pay(1.0, "mnd_none", "b")), (403, json!("denied")));
    assert_eq!(outcome(pay(60.01, &mandate, "c")), (402, json!("requires-approval")));
    let short = pay(60.0, &mandate, "d");
    assert_eq!(short.body["wallet"]["insufficientFunds"], true);
    assert_eq!(outcome(short), (422, json!("failed")));
    assert_eq!(outcome(pay(6.66, &mandate, "e")), (422, json!("failed")));
    assert_eq!(code(&pay(6.67, &mandate, "f")), (502, "psp_dispatch_uncertain"));
    assert_eq!(code(&pay(6.67, &mandate, "f")), (502, "psp_dispatch_uncertain"));
    assert_eq!(held(&bench, &path), (json!("4500"), json!("3166")));
    assert_eq!(bench.sandbox.effects().count(EffectKind::Payment), 2);
    books::check(&bench);
}

#[test]
fn a_connection_funds_a_wallet_until_it_is_taken_away() {
    let bench = managed();
    let path = format!("{}/funding-sources", wallet(&bench));
    let add = |connection: &str| {
        bench.post(&path, json!({ "connection_id": connection, "currency": "BRL" }))
    };
    assert_eq!(code(&add("con_none")), (404, "not_found"));
    let made = bench.post("/v1/connections", json!({ "server_id": "zoop", "secret": "zk-1" }));
    let connection = made.body["id"].as_str().unwrap();
    let source = add(connection);
    assert_eq!((source.status, &source.body["enabled"]), (201, &json!(true)));
    assert_eq!(add(connection).body, source.body);
    assert_eq!(bench.get(&path).body["funding_sources"], json!([source.body]));
    assert_eq!(bench.delete(&format!("{path}/{connection}/BRL")).status, 204);
    assert_eq!(bench.delete(&format!("{path}/{connection}/BRL")).status, 404);
    assert_eq!(bench.get(&path).body["funding_sources"], json!([]));
}

#[test]
fn a_statement_is_held_against_the_books() {
    let bench = bench(Sandbox::builder());
    let path = wallet(&bench);
    post(&bench, &path, "fund", "2000", "in-1");
    let out = |minor: i64| {
        let body = json!({ "currency": "BRL", "to_address": "a@b.test", "amount_minor": minor });
        bench.post(&format!("{path}/transfer"), body).body["tx_hash"].clone()
    };
    let (known, unknown) = (out(500), out(400));
    let import = json!({ "source": "bank", "entries": [
        { "provider_event_id": known, "amount_minor": -500, "currency": "BRL" },
        { "provider_event_id": "E-other", "amount_minor": 70, "currency": "BRL" },
    ] });
    let first = bench.post(&format!("{path}/statement-import"), import.clone());
    let counts = |reply: &Reply| (reply.body["imported"].clone(), reply.body["duplicates"].clone());
    assert_eq!((first.status, counts(&first)), (202, (json!(2), json!(0))));
    let again = bench.post(&format!("{path}/statement-import"), import);
    assert_eq!(counts(&again), (json!(0), json!(2)));
    let wrong = json!({ "source": "bank", "entries": [
        { "provider_event_id": "E-new", "amount_minor": 1, "currency": "BRL" }, {},
    ] });
    let wrong = bench.post(&format!("{path}/statement-import"), wrong);
    assert_eq!(code(&wrong), (400, "invalid_body"));

    let anomalies = format!("{path}/recon-anomalies");
    assert_eq!(bench.get(&anomalies).body["anomalies"], json!([]));
    bench.sandbox.advance(Duration::from_secs(60));
    let found = bench.get(&anomalies).body["anomalies"].clone();
    let told: Vec<_> = found.as_array().unwrap().iter().collect();
    let told: Vec<_> = told.iter().map(|row| (&row["kind"], &row["external_ref"])).collect();
    let expected = [
        (&json!("debit_without_receipt"), &unknown),
        (&json!("receipt_without_debit"), &json!("E-other")),
    ];
    assert_eq!(told, expected);
    let entries = bench.get(&format!("{path}/ledger?kind=debit")).body["entries"].clone();
    assert!(entries[0]["reconciled_at"].is_null() && entries[1]["reconciled_at"].is_string());

    let one = format!("{anomalies}/{}", found[0]["id"].as_str().unwrap());
    let resolved = bench.post(&one, json!({ "status": "resolved", "note": "the bank was late" }));
    assert_eq!(resolved.body["resolution_note"], "the bank was late");
    let again = bench.post(&one, json!({ "status": "dismissed" }));
    assert_eq!(again.body, resolved.body);
    assert_eq!(bench.get(&anomalies).body["anomalies"].as_array().unwrap().len(), 1);
    assert_eq!(
        code(&bench.post(&format!("{anomalies}/anm_none"), json!({"status": "resolved"}))),
        (404, "not_found")
    );
}

#[test]
fn no_wallet_has_an_address_on_a_chain() {
    let bench = managed();
    let path = wallet(&bench);
    let there = bench.get(&format!("{path}/receive?currency=brl")).body;
    assert_eq!((&there["rail"], &there["address"]), (&json!("pix"), &Value::Null));
    assert_eq!(bench.get(&format!("{path}/receive?currency=XYZ")).body["rail"], "unknown");
    assert_eq!(code(&bench.get(&format!("{path}/receive"))), (409, "no_onchain_address"));
    assert_eq!(code(&bench.get(&format!("{path}/custody"))), (409, "no_onchain_address"));
    let other = bench.get(&format!("{path}/custody?currency=BRL"));
    assert_eq!(code(&other), (409, "no_custody_view"));
}
