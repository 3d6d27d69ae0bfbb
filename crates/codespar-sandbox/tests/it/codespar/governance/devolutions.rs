//! Pix payments that are given back: out of an account or back into it, and never more than they
//! were.

use std::time::Duration;

use codespar_sandbox::{EffectKind, Reconciliation, Sandbox};
use serde_json::{Value, json};

use super::{ORG, is, refused, spend, text};
use crate::support::{
    Bench, Reply, bench, books,
    consent::{consent_with, mandate},
    devolved::received,
    managed,
};

fn give_back(bench: &Bench, payment: &str, key: &str, more: Value) -> Reply {
    let mut body = json!({ "end_to_end_id": payment, "idempotency_key": key });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    bench.post("/v1/consumers/c1/pix/devolutions", body)
}

fn minor(amount: i64) -> Value {
    json!({ "amount_minor": amount })
}

/// What the wallet of the consumer holds, and what of that is free.
fn held(bench: &Bench) -> (i64, i64) {
    let rows = books::balances(bench);
    let row = rows.into_iter().find(|(wallet, ..)| wallet == "wal_c1");
    row.map_or((0, 0), |(_, _, booked, available)| (booked, available))
}

#[test]
fn what_was_received_goes_back_in_parts_and_no_further() {
    let bench = managed();
    let payment = received(&bench, "c1", 1_000);
    let other = received(&bench, "c1", 5_000);
    let too_much = is(422, "devolution_amount_exceeds_received");
    assert_eq!(refused(&give_back(&bench, &payment, "a", minor(1_001))), too_much);
    assert_eq!(held(&bench), (6_000, 6_000));
    let first = give_back(&bench, &payment, "a", minor(400));
    assert_eq!((first.status, &first.body["wallet_id"]), (201, &json!("wal_c1")));
    assert!(first.body["charge_id"].is_string());
    assert_eq!(held(&bench), (5_600, 5_600));
    // Once more under its key it is the same, and nothing moves.
    assert_eq!(give_back(&bench, &payment, "a", minor(400)).status, 200);
    assert_eq!(refused(&give_back(&bench, &payment, "b", minor(601))), too_much);
    assert_eq!(refused(&give_back(&bench, &payment, "r", minor(666))), too_much);
    assert_eq!(held(&bench), (5_600, 5_600));
    assert_eq!(give_back(&bench, &payment, "b", minor(100)).status, 201);
    // Without an amount it is what is left.
    let rest = give_back(&bench, &payment, "c", json!({}));
    assert_eq!((rest.status, &rest.body["amount_minor"]), (201, &json!(500)));
    assert_eq!(give_back(&bench, &payment, "c", json!({})).body["idempotent_replay"], true);
    let over = is(409, "devolution_already_reversed");
    assert_eq!(refused(&give_back(&bench, &payment, "d", minor(1))), over);
    assert_eq!(refused(&give_back(&bench, &payment, "d", json!({}))), over);
    assert_eq!(held(&bench), (5_000, 5_000));
    // What the rail refuses has not gone, and what it does not answer for may have.
    let refusal = is(422, "devolution_refused");
    assert_eq!(refused(&give_back(&bench, &other, "r", minor(666))), refusal);
    assert_eq!(held(&bench), (5_000, 5_000));
    let uncertain = is(502, "psp_dispatch_uncertain");
    for _ in 0..2 {
        assert_eq!(refused(&give_back(&bench, &other, "u", minor(667))), uncertain);
    }
    assert_eq!(held(&bench), (5_000, 4_333));
    let known = bench.get(&format!("/v1/consumers/c1/pix/receivements/{other}")).body;
    let known = &known["devolutions"][0];
    assert_eq!((&known["status"], &known["amount_minor"]), (&json!("uncertain"), &json!(667)));
    let path = format!("/v1/consumers/c1/pix/devolutions/{}", text(&known["devolution_id"]));
    assert_eq!(bench.get(&path).body["provider_truth"], "unavailable");
    assert_eq!(refused(&give_back(&bench, &other, "e", minor(4_334))), too_much);
    assert_eq!(give_back(&bench, &other, "e", minor(4_333)).status, 201);
    assert_eq!(
        (held(&bench), bench.sandbox.effects().count(EffectKind::Devolution)),
        ((667, 0), 4)
    );
    books::check(&bench);
}

#[test]
fn money_goes_back_out_of_the_account_that_it_touched() {
    let bench = managed();
    let payment = received(&bench, "c1", 1_000);
    let unknown = is(404, "devolution_source_not_found");
    let strange = format!("E{}", "9".repeat(31));
    assert_eq!(refused(&give_back(&bench, &strange, "a", minor(1))), unknown);
    let body = json!({ "end_to_end_id": payment, "idempotency_key": "a", "amount_minor": 1 });
    let others = bench.post("/v1/consumers/c2/pix/devolutions", body);
    assert_eq!(refused(&others), unknown);
    // It may have been spent meanwhile.
    let mandate = mandate(&bench);
    let spent = spend(&bench, &mandate, "att-1", 900);
    assert_eq!(held(&bench), (100, 100));
    let short = is(409, "insufficient_funds");
    assert_eq!(refused(&give_back(&bench, &payment, "a", minor(101))), short);
    assert_eq!(held(&bench), (100, 100));
    // What was spent comes back, at most all of it; how much has to be said.
    let paid = text(&spent.body["payment"]["endToEndId"]);
    let back = |key: &str, minor: Option<i64>| {
        let more = json!({ "payment_direction": "outbound", "amount_minor": minor });
        give_back(&bench, &paid, key, more)
    };
    assert_eq!(refused(&back("b", None)), is(400, "amount_required"));
    assert_eq!(refused(&back("b", Some(901))), is(422, "devolution_amount_exceeds_received"));
    let came = back("b", Some(800));
    let transaction = &spent.body["payment"]["transactionId"];
    assert_eq!((came.status, &came.body["original_payment_id"]), (201, transaction));
    assert_eq!(held(&bench), (900, 900));
    // The wrong direction moves money the wrong way, and no further.
    assert_eq!(refused(&give_back(&bench, &paid, "c", json!({}))), is(400, "amount_required"));
    assert_eq!(give_back(&bench, &paid, "c", minor(100)).status, 201);
    assert_eq!(held(&bench), (800, 800));
    assert_eq!(refused(&back("d", Some(1))), is(409, "devolution_already_reversed"));
    books::check(&bench);
}

#[test]
fn a_pause_stops_what_goes_out_and_not_what_comes_back() {
    let bench = managed();
    let payment = received(&bench, "c1", 1_000);
    let spent = spend(&bench, &mandate(&bench), "att-1", 300).body;
    let first = give_back(&bench, &payment, "a", minor(100)).body;
    bench.post(&format!("{ORG}/pause"), json!({}));
    assert_eq!(refused(&give_back(&bench, &payment, "b", minor(100))), is(403, "org_paused"));
    assert_eq!(held(&bench), (600, 600));
    let again = give_back(&bench, &payment, "a", minor(100));
    assert_eq!((again.status, &again.body["devolution_id"]), (200, &first["devolution_id"]));
    let paid = text(&spent["payment"]["endToEndId"]);
    let more = json!({ "payment_direction": "outbound", "amount_minor": 300 });
    assert_eq!(give_back(&bench, &paid, "c", more).status, 201);
    assert_eq!(held(&bench), (900, 900));
    assert!(bench.sandbox.resume("org_sandbox"));
    assert_eq!(give_back(&bench, &payment, "b", minor(100)).status, 201);
    books::check(&bench);
}

/// Has a collect link of a consumer receive so much; gives what the link says of the payment.
fn collected(bench: &Bench, consumer: &str, minor: i64) -> Value {
    let version = json!({
        "title": "Order 42", "surfaces": ["whatsapp"], "due_in_days": 3,
        "items": [{ "name": "Cake", "quantity": 1, "unit_amount_minor": minor }],
    });
    let body = json!({ "consumer_id": consumer, "version": version, "payer": { "name": "Ana" } });
    let path =
        format!("/v1/collect/links/{}", text(&bench.post("/v1/collect/links", body).body["id"]));
    assert_eq!(bench.post(&format!("{path}/publish"), json!({})).body["changed"], true);
    let made = bench.post(&format!("{path}/attempts"), json!({})).body;
    bench.sandbox.advance(Duration::from_secs(2));
    assert!(bench.sandbox.pay(&text(&made["id"])));
    bench.get(&format!("{path}/payments")).body["data"][0].clone()
}

#[test]
fn what_a_collect_link_received_goes_back() {
    let bench = bench(Sandbox::builder().settle_after(Duration::from_secs(24 * 3_600)));
    let payment = collected(&bench, "c1", 900);
    let id = text(&payment["end_to_end_id"]);
    assert_eq!(held(&bench), (900, 900));
    let body = json!({ "end_to_end_id": id, "idempotency_key": "a", "amount_minor": 1 });
    let others = bench.post("/v1/consumers/c2/pix/devolutions", body);
    assert_eq!(refused(&others), is(404, "devolution_source_not_found"));
    let part = give_back(&bench, &id, "a", minor(400));
    assert_eq!((part.status, &part.body["charge_id"]), (201, &payment["charge_id"]));
    let rest = give_back(&bench, &id, "b", json!({}));
    assert_eq!((rest.status, &rest.body["amount_minor"]), (201, &json!(500)));
    assert_eq!(
        refused(&give_back(&bench, &id, "c", minor(1))),
        is(409, "devolution_already_reversed")
    );
    assert_eq!(held(&bench), (0, 0));
    books::check(&bench);
}

/// Takes so much back by an entry that is posted.
fn reverse(bench: &Bench, minor: i64, attempt: Option<&str>, reference: Option<&str>) -> u16 {
    let entry = json!({
        "wallet_id": "wal_c1", "org_id": "org_sandbox", "currency": "BRL", "kind": "reverse",
        "amount_minor": minor.to_string(), "attempt_id": attempt, "external_ref": reference,
    });
    bench.post("/v1/wallets/wal_c1/ledger", entry).status
}

#[test]
fn what_was_taken_back_by_hand_is_not_given_back_as_well() {
    let bench = managed();
    let (one, other) = (received(&bench, "c1", 1_000), received(&bench, "c1", 1_000));
    let too_much = is(422, "devolution_amount_exceeds_received");
    // By hand first, and then by a devolution.
    assert_eq!(reverse(&bench, -600, None, Some(&one)), 201);
    assert_eq!(refused(&give_back(&bench, &one, "a", minor(401))), too_much);
    assert_eq!(give_back(&bench, &one, "a", json!({})).body["amount_minor"], 400);
    let over = is(409, "devolution_already_reversed");
    assert_eq!(refused(&give_back(&bench, &one, "b", minor(1))), over);
    // And the other way round.
    let part = give_back(&bench, &other, "c", minor(400)).body;
    assert_eq!(reverse(&bench, -601, None, Some(&other)), 400);
    assert_eq!(held(&bench), (600, 600));
    let entries = bench.get("/v1/account/ledger?kind=reverse").body["entries"].clone();
    let (devolved, by_hand) = (&entries[0], &entries[2]);
    assert_eq!(devolved["external_ref"], part["return_identification"]);
    assert!(devolved["reverses"].is_string() && devolved["reverses"] != by_hand["reverses"]);
    assert_eq!(reverse(&bench, -600, None, Some(&other)), 201);
    assert_eq!(held(&bench), (0, 0));

    // What was spent, and a direction that is wrong.
    let mandate = mandate(&bench);
    for (attempt, direction) in [("att-1", "outbound"), ("att-2", "inbound")] {
        received(&bench, "c1", 2_000);
        let paid = spend(&bench, &mandate, attempt, 1_000).body;
        let paid = text(&paid["payment"]["endToEndId"]);
        let back = |key: &str, minor: i64| {
            let key = format!("{attempt}-{key}");
            let more = json!({ "payment_direction": direction, "amount_minor": minor });
            give_back(&bench, &paid, &key, more)
        };
        assert_eq!(back("d", 300).status, 201);
        assert_eq!(reverse(&bench, 701, Some(attempt), None), 400, "{direction}");
        assert_eq!(reverse(&bench, 200, Some(attempt), None), 201, "{direction}");
        assert_eq!(refused(&back("e", 501)), too_much, "{direction}");
        assert_eq!(back("e", 500).status, 201);
        assert_eq!(refused(&back("f", 1)), over, "{direction}");
    }
    assert_eq!(held(&bench), (2_000 + 400, 2_000 + 400));
}

#[test]
fn dollars_that_were_spent_do_not_come_back_as_reais() {
    let bench = managed();
    let given = consent_with(&bench, &json!({ "currency": "USD" }));
    let spent = spend(&bench, &text(&given["mandate_id"]), "att-1", 900).body;
    let before = books::balances(&bench);
    let paid = text(&spent["payment"]["endToEndId"]);
    let more = json!({ "payment_direction": "outbound", "amount_minor": 900 });
    let unknown = is(404, "devolution_source_not_found");
    assert_eq!(refused(&give_back(&bench, &paid, "a", more)), unknown);
    assert_eq!(books::balances(&bench), before);
    books::check(&bench);
}

/// How a devolution stands.
fn standing(bench: &Bench, payment: &str) -> Value {
    let known = bench.get(&format!("/v1/consumers/c1/pix/receivements/{payment}")).body;
    let id = text(&known["devolutions"][0]["devolution_id"]);
    bench.get(&format!("/v1/consumers/c1/pix/devolutions/{id}")).body
}

#[test]
fn an_operator_says_what_became_of_a_devolution() {
    let bench = managed();
    let uncertain = is(502, "psp_dispatch_uncertain");
    let moved = received(&bench, "c1", 1_000);
    assert_eq!(refused(&give_back(&bench, &moved, "m", minor(667))), uncertain);
    // What it holds is not freed by hand, nor the payment taken back.
    let wallet = |kind: &str, minor: &str, reference: Option<&str>| {
        let entry = json!({
            "wallet_id": "wal_c1", "org_id": "org_sandbox", "currency": "BRL", "kind": kind,
            "amount_minor": minor, "external_ref": reference,
        });
        bench.post("/v1/wallets/wal_c1/ledger", entry).status
    };
    assert_eq!(wallet("release", "667", None), 400);
    assert_eq!(wallet("reverse", "-334", Some(&moved)), 400);
    assert_eq!(held(&bench), (1_000, 333));
    assert!(bench.sandbox.reconcile("m", Reconciliation::Moved));
    assert!(!bench.sandbox.reconcile("m", Reconciliation::Moved));
    assert_eq!(held(&bench), (333, 333));
    let row = standing(&bench, &moved);
    assert_eq!((&row["status"], &row["provider_truth"]), (&json!("settled"), &json!("statement")));
    assert!(row["settled_at"].is_string() && row["return_identification"].is_string());
    let again = give_back(&bench, &moved, "m", minor(667));
    assert_eq!((again.status, &again.body["devolution_id"]), (200, &row["devolution_id"]));
    assert_eq!(give_back(&bench, &moved, "n", json!({})).body["amount_minor"], 333);
    books::check(&bench);

    let stayed = received(&bench, "c1", 1_000);
    assert_eq!(refused(&give_back(&bench, &stayed, "s", minor(667))), uncertain);
    let id = text(&standing(&bench, &stayed)["devolution_id"]);
    assert!(bench.sandbox.reconcile(&id, Reconciliation::NotMoved));
    assert_eq!(held(&bench), (1_000, 1_000));
    let row = standing(&bench, &stayed);
    assert_eq!((&row["status"], row["failure_reason"].is_string()), (&json!("failed"), true));
    let used_up = is(409, "devolution_failed");
    assert_eq!(refused(&give_back(&bench, &stayed, "s", minor(667))), used_up);
    assert_eq!(give_back(&bench, &stayed, "t", json!({})).body["amount_minor"], 1_000);
    books::check(&bench);

    // What may have come back holds nothing, and comes in once it is known.
    let paid = spend(&bench, &mandate(&bench), "att-1", 900).body;
    let paid = text(&paid["payment"]["endToEndId"]);
    let more = json!({ "payment_direction": "outbound", "amount_minor": 667 });
    assert_eq!(refused(&give_back(&bench, &paid, "o", more)), uncertain);
    assert_eq!(held(&bench), (0, 0));
    assert_eq!(reverse(&bench, 234, Some("att-1"), None), 400);
    assert!(bench.sandbox.reconcile("o", Reconciliation::Moved));
    assert_eq!(held(&bench), (667, 667));
    books::check(&bench);
}
