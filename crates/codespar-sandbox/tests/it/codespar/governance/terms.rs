//! What a mandate allows in particular, and how it is read.

use codespar_sandbox::Reconciliation;
use serde_json::{Value, json};

use super::{is, refused, spend, spend_with, text};
use crate::support::{Bench, books, consent::consent_with, managed};

/// Has a consumer agree to this beside the caps, for three days.
fn consented(bench: &Bench, more: &Value) -> String {
    let mut more = more.clone();
    more["mandate_ttl_seconds"] = json!(3 * 24 * 3_600);
    text(&consent_with(bench, &more)["mandate_id"])
}

#[test]
fn a_day_has_its_own_cap() {
    let bench = managed();
    let mandate =
        consented(&bench, &json!({ "periodic_cap": { "window": "day", "cap_minor": 1_000 } }));
    assert_eq!(spend(&bench, &mandate, "att-1", 900).status, 200);
    let over = spend(&bench, &mandate, "att-2", 101);
    assert_eq!(refused(&over), is(403, "policy_denied"));
    assert_eq!(over.body["error"]["details"]["ruleType"], "periodic_cap");
    let read = || bench.get(&format!("/v1/mandates/{mandate}")).body;
    assert_eq!(read()["usage"]["period_spent_minor"], "900");
    assert_eq!(read()["periodic_cap"], json!({ "window": "day", "cap_minor": "1000" }));
    // What fails is free again, and the next day has its own.
    assert_eq!(spend(&bench, &mandate, "att-3", 101).status, 403);
    bench.sandbox.advance(std::time::Duration::from_secs(24 * 3_600));
    assert_eq!(read()["usage"]["period_spent_minor"], "0");
    assert_eq!(refused(&spend(&bench, &mandate, "att-4", 666)), is(502, "psp_dispatch_failed"));
    assert_eq!(read()["usage"]["period_spent_minor"], "0");
    assert_eq!(spend(&bench, &mandate, "att-5", 1_000).status, 200);
}

#[test]
fn a_cap_that_never_binds_is_refused() {
    let bench = managed();
    let intent = json!({
        "purpose": "food", "cap_minor": 1_000, "per_tx_cap_minor": 600, "currency": "BRL",
        "mandate_ttl_seconds": 3_600, "periodic_cap": { "window": "day", "cap_minor": 1_000 },
    });
    let asked = bench.post("/v1/consents", json!({ "agent_id": "ag1", "intent": intent }));
    assert_eq!(refused(&asked), is(400, "periodic_cap_never_binds"));
}

#[test]
fn a_mandate_is_read_with_what_it_allows() {
    let bench = managed();
    let mandate = consented(
        &bench,
        &json!({
            "merchant_allowlist": ["a@b.test"], "merchant_pin_kind": "pix-key",
            "intent_note": "lunch", "display_name": "Lunch",
            "withdrawal_allowlist": ["ted:1:2:3"],
            "slots": [{ "currency": "BRL", "rail": "pix-consent", "cap_minor": 5 }],
        }),
    );
    let read = bench.get(&format!("/v1/mandates/{mandate}")).body;
    assert_eq!((&read["cap_minor"], &read["per_tx_cap_minor"]), (&json!("10000"), &json!("6000")));
    assert_eq!((&read["intent_note"], &read["display_name"]), (&json!("lunch"), &json!("Lunch")));
    assert_eq!(read["slots"][0]["cap_minor"], "5");
    assert_eq!(read["funding"], json!({ "rail": "pix-consent", "currency": "BRL" }));
}

#[test]
fn a_wire_goes_to_an_account_that_the_mandate_names() {
    let bench = managed();
    let allowing = |allowed: Value| consented(&bench, &json!({ "withdrawal_allowlist": allowed }));
    let named = allowing(json!(["ted:1:2:3X"]));
    let any = allowing(json!(["*"]));
    let (none, nothing) = (allowing(json!([])), consented(&bench, &json!({})));
    let wire = |mandate: &str, account: &str, payee: &str| {
        let ted = json!({
            "bank": "1", "branch": "2", "account": account, "tax_id": "4", "name": "n",
        });
        let body = json!({ "attempt_id": "att-1", "amount_minor": 10, "ted": ted, "payee": payee });
        bench.post(&format!("/v1/consumers/mandates/{mandate}/spend"), body)
    };
    let pin = is(403, "withdrawal_pin");
    let before = books::balances(&bench);
    for mandate in [&named, &any, &none, &nothing] {
        assert_eq!(refused(&wire(mandate, "4", "ted:1:2:4")), pin, "{mandate}");
    }
    for mandate in [&any, &none, &nothing] {
        assert_eq!(refused(&wire(mandate, "3-x", "ted:1:2:3X")), pin, "{mandate}");
    }
    // The mandate is asked about the payee, so the account may be no other.
    for payee in ["ted:1:2:3", "ted:1:2:3x", "TED:1:2:3X", "*", "a@b.test"] {
        assert_eq!(refused(&wire(&named, "3-x", payee)), is(400, "invalid_body"), "{payee}");
    }
    assert_eq!(refused(&wire(&named, "4", "ted:1:2:3X")), is(400, "invalid_body"));
    // What looks like an account is no Pix key.
    let path = format!("/v1/consumers/mandates/{nothing}/spend");
    for payee in ["ted:1:2:3X", "TED:1:2:3X"] {
        let body = json!({ "attempt_id": "att-1", "amount_minor": 10, "payee": payee });
        assert_eq!(refused(&bench.post(&path, body)), is(400, "invalid_body"));
    }
    for lacking in ["bank", "branch", "account", "tax_id", "name"] {
        let mut ted = json!({
            "bank": "1", "branch": "2", "account": "3X", "tax_id": "4", "name": "n",
        });
        ted[lacking] = json!(null);
        let body = json!({
            "attempt_id": "att-1", "amount_minor": 10, "payee": "ted:1:2:3X", "ted": ted,
        });
        let reply = bench.post(&format!("/v1/consumers/mandates/{named}/spend"), body);
        assert_eq!(refused(&reply), is(400, "invalid_body"), "{lacking}");
    }
    assert_eq!(books::balances(&bench), before);
    assert_eq!(refused(&wire(&named, "3-x", "ted:1:2:3X")), is(200, ""));
    books::check(&bench);
}

#[test]
fn a_mandate_pays_the_merchants_that_it_names() {
    let bench = managed();
    let code = bench.post("/v1/test/pix-in", json!({ "consumer_id": "c9", "amount_minor": 10 }));
    let code = text(&code.body["pix_copia_e_cola"]);
    let key = "5a4db0c5-0000-4000-8000-000000000000";
    let pay = |mandate: &str, payee: &str, attempt: &str| {
        let body = json!({ "attempt_id": attempt, "amount_minor": 10, "payee": payee });
        bench.post(&format!("/v1/consumers/mandates/{mandate}/spend"), body)
    };
    let named = consented(&bench, &json!({ "merchant_allowlist": ["a@b.test"] }));
    let before = books::balances(&bench);
    for payee in ["c@d.test", &code] {
        let other = pay(&named, payee, "att-1");
        assert_eq!(refused(&other), is(422, "mandate_verify"), "{payee}");
        assert_eq!(other.body["error"]["details"]["reason"], "merchant_not_allowed");
    }
    assert_eq!(books::balances(&bench), before);
    assert_eq!(refused(&pay(&named, "a@b.test", "att-1")), is(200, ""));
    // A code is allowed by the key in it; other kinds of names say nothing about keys.
    let by_key = consented(&bench, &json!({ "merchant_allowlist": [key] }));
    assert_eq!(refused(&pay(&by_key, &code, "att-2")), is(200, ""));
    let kind = json!({ "merchant_allowlist": ["5812"], "merchant_pin_kind": "mcc" });
    assert_eq!(refused(&pay(&consented(&bench, &kind), "c@d.test", "att-3")), is(200, ""));
    books::check(&bench);
}

#[test]
fn what_is_given_back_belongs_to_the_day_on_which_it_was_taken() {
    let bench = managed();
    let daily = json!({ "periodic_cap": { "window": "day", "cap_minor": 1_000 } });
    let mandate = consented(&bench, &daily);
    let spent = || {
        let read = bench.get(&format!("/v1/mandates/{mandate}")).body;
        read["usage"]["period_spent_minor"].clone()
    };
    // Of R$ 6,67 nobody hears again, until an operator looks.
    let uncertain = is(502, "psp_dispatch_uncertain");
    assert_eq!(refused(&spend(&bench, &mandate, "att-1", 667)), uncertain);
    bench.sandbox.advance(std::time::Duration::from_secs(24 * 3_600));
    assert_eq!(spend(&bench, &mandate, "att-2", 900).status, 200);
    assert!(bench.sandbox.reconcile("att-1", Reconciliation::NotMoved));
    assert_eq!(spent(), "900");
    assert_eq!(refused(&spend(&bench, &mandate, "att-3", 101)), is(403, "policy_denied"));
    assert_eq!(spend(&bench, &mandate, "att-4", 100).status, 200);
    // On the same day it is free again.
    bench.sandbox.advance(std::time::Duration::from_secs(24 * 3_600));
    assert_eq!(refused(&spend(&bench, &mandate, "att-5", 667)), uncertain);
    assert_eq!(spent(), "667");
    assert!(bench.sandbox.reconcile("att-5", Reconciliation::NotMoved));
    assert_eq!(spent(), "0");
    books::check(&bench);
}

#[test]
fn mandates_are_listed_by_status_and_expire() {
    let bench = managed();
    let (first, second) = (consented(&bench, &json!({})), consented(&bench, &json!({})));
    let listed = |query: &str| {
        let rows = bench.get(&format!("/v1/mandates?{query}")).body["mandates"].clone();
        rows.as_array().unwrap().iter().map(|row| text(&row["id"])).collect::<Vec<_>>()
    };
    let act = |id: &str, verb: &str| {
        bench.post(&format!("/v1/mandates/{id}/{verb}"), json!({ "reason": "test" }))
    };
    assert_eq!(act(&first, "pause").status, 200);
    assert_eq!(
        (listed("status=paused"), listed("limit=1")),
        (vec![first.clone()], vec![second.clone()])
    );
    assert_eq!(refused(&bench.get("/v1/mandates?status=gone")), is(400, "invalid_query"));
    bench.sandbox.advance(std::time::Duration::from_secs(4 * 24 * 3_600));
    assert_eq!(listed("status=expired"), [second.clone(), first.clone()]);
    for verb in ["pause", "revoke"] {
        let late = act(&second, verb);
        assert_eq!(refused(&late), is(409, "invalid_transition"));
        assert_eq!(late.body["error"]["details"]["from"], "expired");
    }
    // It resumes, and buys nothing.
    assert_eq!(act(&first, "resume").body["changed"], true);
    assert_eq!(refused(&spend(&bench, &first, "att-1", 1)), is(403, "policy_denied"));
    let old = bench.post(&format!("/v1/consumers/mandates/{second}/revoke"), json!({}));
    assert_eq!(refused(&old), is(409, "invalid_transition"));
}

#[test]
fn what_was_approved_has_the_form_of_a_hash() {
    let bench = managed();
    let mandate = consented(&bench, &json!({}));
    let good = "0a".repeat(32);
    let with = |attempt: &str, approval: Value| {
        let body = json!({ "attempt_id": attempt, "amount_minor": 1, "approval": approval });
        refused(&spend_with(&bench, &mandate, body))
    };
    for wrong in [
        json!("0a"),
        json!({}),
        json!({ "items_hash": "0a" }),
        json!({ "items_hash": good.to_uppercase() }),
        json!({ "items_hash": good, "batch_hash": "0a" }),
        json!({ "items_hash": good, "other": good }),
    ] {
        assert_eq!(with("att-1", wrong), is(400, "invalid_approval_hash"));
    }
    let prefixed = json!({ "items_hash": format!("sha256:{good}"), "batch_hash": good });
    assert_eq!(with("att-1", prefixed), is(200, ""));
    assert_eq!(with("att-1", json!({ "items_hash": good })), is(409, "attempt_id_conflict"));
    let quote =
        json!({ "seller": "s", "resource": "r", "price_minor": 1, "payee": "k", "at": "x" });
    let body = json!({ "attempt_id": "att-2", "amount_minor": 1, "quote": quote });
    let reply = spend_with(&bench, &mandate, body);
    assert_eq!(refused(&reply), is(400, "invalid_receipt_timestamp"));
}
