//! Payables: files, batches, and rounds of payment.

use codespar_sandbox::EffectKind;
use serde_json::{Value, json};

use crate::support::{Bench, Reply, managed};

fn upload(bench: &Bench, bytes: &[u8]) -> Reply {
    let mut body =
        b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"conta.pdf\"\r\n\
        Content-Type: application/pdf\r\n\r\n"
            .to_vec();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--b--\r\n");
    let media_type = "multipart/form-data; boundary=b";
    bench.send("POST", "/v1/payables/files", Some(body), Some(media_type)).unwrap()
}

fn pix(amount: i64) -> Value {
    json!({ "pix_key": "pessoa@example.com", "amount_minor": amount })
}

fn batch(bench: &Bench, items: Value) -> Value {
    let reply = bench.post("/v1/payables/batches", json!({ "items": items }));
    assert_eq!(reply.status, 201, "{}", reply.text);
    reply.body
}

fn pay(bench: &Bench, batch: &Value) -> Reply {
    let path = format!("/v1/payables/batches/{}/pay", batch["batch_id"].as_str().unwrap());
    bench.post(&path, json!({ "version": batch["version"], "list_hash": batch["list_hash"] }))
}

#[test]
fn files_are_known_by_their_first_bytes() {
    let bench = managed();
    let pdf = upload(&bench, b"%PDF-1.7 x");
    assert_eq!((pdf.status, &pdf.body["kind"]), (201, &json!("pdf")));
    assert_eq!((&pdf.body["size_bytes"], &pdf.body["items_found"]), (&json!(10), &json!(1)));
    let csv = upload(&bench, b"key,amount\nx@y.test,100\n,5\n").body;
    assert_eq!((&csv["items_found"], &csv["unresolved"]), (&json!(2), &json!(1)));
    let table = [
        (b"".as_slice(), 400, "payable_file_empty"),
        (b"plain".as_slice(), 415, "payable_file_type_unsupported"),
    ];
    for (bytes, status, code) in table {
        let reply = upload(&bench, bytes);
        assert_eq!((reply.status, &reply.body["error"]["code"]), (status, &json!(code)));
    }
    assert_eq!(bench.post("/v1/payables/files", json!({})).status, 400);

    let ids = json!({ "file_ids": [pdf.body["file_id"], csv["file_id"]] });
    let batch = bench.post("/v1/payables/batches", ids).body;
    assert_eq!(batch["status"], "reviewing");
    let states: Vec<&Value> =
        batch["items"].as_array().unwrap().iter().map(|item| &item["state"]).collect();
    assert_eq!(states, ["ready", "ready", "needs_complement"]);
    assert_eq!(batch["items"][0]["amount_minor"], 18_990);
    assert_eq!(batch["items"][2]["missing"], json!(["destination"]));
    assert_eq!(bench.post("/v1/payables/batches", json!({ "file_ids": ["x"] })).status, 404);
}

#[test]
fn one_key_makes_one_batch() {
    let bench = managed().with("idempotency-key", "k1");
    let body = json!({ "items": [pix(100)] });
    let first = bench.post("/v1/payables/batches", body.clone());
    assert_eq!((first.status, &first.body["idempotent_replay"]), (201, &json!(false)));
    let second = bench.post("/v1/payables/batches", body);
    assert_eq!((second.status, &second.body["idempotent_replay"]), (200, &json!(true)));
    assert_eq!(second.body["batch_id"], first.body["batch_id"]);
    let other = bench.post("/v1/payables/batches", json!({ "items": [pix(200)] }));
    assert_eq!(other.status, 409);
}

#[test]
fn bad_items_are_refused() {
    let bench = managed();
    let table = [
        (json!({}), 422),
        (json!({ "items": [{}] }), 400),
        (json!({ "items": [{ "pix_key": "x" }] }), 400),
        (json!({ "items": [{ "pix_key": "x", "br_code": "y", "amount_minor": 1 }] }), 400),
        (json!({ "items": [{ "pix_key": "x", "amount_minor": 0 }] }), 400),
        (json!({ "items": [pix(1)], "source": "fax" }), 400),
    ];
    for (body, status) in table {
        assert_eq!(bench.post("/v1/payables/batches", body.clone()).status, status, "{body}");
    }
}

#[test]
fn items_are_changed_against_a_version() {
    let bench = managed();
    let first = batch(&bench, json!([pix(100), pix(200)]));
    let path = format!("/v1/payables/batches/{}", first["batch_id"].as_str().unwrap());
    let item = format!("{path}/items/{}", first["items"][0]["item_id"].as_str().unwrap());
    let change = json!({ "expected_version": 1, "amount_minor": 150 });
    let changed = bench.patch(&item, change.clone()).body;
    assert_eq!((&changed["version"], &changed["totals"]["amount_minor"]), (&json!(2), &json!(350)));
    assert_ne!(changed["list_hash"], first["list_hash"]);
    let late = bench.patch(&item, change);
    assert_eq!(
        (late.status, &late.body["error"]["code"]),
        (409, &json!("payable_batch_version_conflict"))
    );
    assert_eq!(late.body["error"]["details"]["batch"], changed);

    let clear = json!({ "expected_version": 2, "amount_minor": null });
    let cleared = bench.patch(&item, clear).body;
    assert_eq!(
        (&cleared["status"], &cleared["items"][0]["missing"]),
        (&json!("reviewing"), &json!(["amount"]))
    );
    let leave_out = json!({ "expected_version": 3, "excluded": true });
    let excluded = bench.patch(&item, leave_out).body;
    assert_eq!(
        (&excluded["status"], &excluded["totals"]["excluded"]),
        (&json!("ready"), &json!(1))
    );
    // What is refused has changed nothing, not even in part.
    let half = json!({ "expected_version": 4, "pix_key": "other@y.test", "amount_minor": -5 });
    assert_eq!(bench.patch(&item, half).status, 400);
    assert_eq!(bench.get(&path).body, excluded);
    let more = json!({ "expected_version": 4, "items": [pix(7)] });
    let more = bench.post(&format!("{path}/items"), more).body;
    assert_eq!((&more["version"], &more["totals"]["items"]), (&json!(5), &json!(3)));
    assert_eq!(bench.get(&path).body, more);
}

#[test]
fn a_batch_is_paid_in_rounds_and_nothing_twice() {
    let bench = managed();
    let list = batch(&bench, json!([pix(1), pix(2), pix(3), pix(4), pix(5)]));
    let statuses: Vec<Value> = (0..4).map(|_| pay(&bench, &list).body["status"].clone()).collect();
    assert_eq!(statuses, ["executing", "executing", "completed", "completed"]);
    assert_eq!(bench.sandbox.effects().count(EffectKind::Payment), 5);
    let done = pay(&bench, &list).body;
    assert_eq!(done["confirmation"]["list_hash"], list["list_hash"]);
    assert_eq!(done["items"][4]["payment"]["state"], "executed");
    let path = format!("/v1/payables/batches/{}/items", list["batch_id"].as_str().unwrap());
    let add = json!({ "expected_version": 1, "items": [pix(1)] });
    assert_eq!(bench.post(&path, add).body["error"]["code"], "payable_batch_not_editable");
}

#[test]
fn all_of_a_batch_is_paid_under_what_was_confirmed() {
    let bench = managed();
    let list = batch(&bench, json!([pix(1), pix(2), pix(3)]));
    let path = format!("/v1/payables/batches/{}/pay", list["batch_id"].as_str().unwrap());
    let pay = |mandate: &str| {
        let body = json!({
            "version": list["version"], "list_hash": list["list_hash"], "mandate_id": mandate,
        });
        bench.post(&path, body).body
    };
    pay("mnd_one");
    let done = pay("mnd_other");
    assert_eq!(done["confirmation"]["mandate_id"], "mnd_one");
    for item in done["items"].as_array().unwrap() {
        let receipt = item["payment"]["receipt_id"].as_str().unwrap();
        let receipt = bench.get(&format!("/v1/consumers/receipts/{receipt}")).body;
        assert_eq!(receipt["mandate"]["id"], "mnd_one", "{receipt}");
    }
}

#[test]
fn a_list_that_has_changed_is_not_paid() {
    let bench = managed();
    let mut list = batch(&bench, json!([pix(1)]));
    list["list_hash"] = json!("old");
    let refused = pay(&bench, &list);
    assert_eq!(
        (refused.status, &refused.body["error"]["code"]),
        (409, &json!("payable_batch_version_mismatch"))
    );
    assert_eq!(refused.body["error"]["details"]["batch"]["status"], "ready");
    assert!(bench.sandbox.effects().is_empty());
}

#[test]
fn an_amount_that_the_bank_refuses() {
    let bench = managed();
    let list = batch(&bench, json!([pix(666), pix(2)]));
    let paid = pay(&bench, &list).body;
    assert_eq!(paid["status"], "partially_completed");
    assert_eq!(paid["items"][0]["payment"]["refusal"]["code"], "rail_refused");
    let alone = batch(&bench, json!([pix(666)]));
    assert_eq!(pay(&bench, &alone).body["status"], "failed");
}

#[test]
fn an_amount_of_which_the_bank_says_nothing() {
    let bench = managed();
    let list = batch(&bench, json!([pix(667), pix(2)]));
    let paid = pay(&bench, &list).body;
    assert_eq!(paid["status"], "partially_completed");
    let uncertain = &paid["items"][0];
    assert_eq!(
        (&uncertain["state"], &uncertain["payment"]["state"]),
        (&json!("uncertain"), &json!("uncertain"))
    );
    assert_eq!(uncertain["payment"]["receipt_id"], Value::Null);
    // It is neither sent again nor counted as sent.
    assert_eq!(pay(&bench, &list).body, paid);
    assert_eq!(bench.sandbox.effects().count(EffectKind::Payment), 1);
    let alone = batch(&bench, json!([pix(667)]));
    assert_eq!(pay(&bench, &alone).body["status"], "partially_completed");
}
