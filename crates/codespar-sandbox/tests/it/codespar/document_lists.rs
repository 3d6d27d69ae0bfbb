//! Bills as they come in: known again, refused, listed, read from documents.

use std::time::Duration;

use serde_json::{Value, json};

use super::documents::{bill, code, create, ready};
use crate::support::managed;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[test]
fn bills_are_known_by_their_key_and_by_what_they_are() {
    let bench = managed().with("idempotency-key", "inv-7");
    let first = create(&bench, bill(12_500, 1));
    assert_eq!(
        (&first["idempotent_replay"], &first["status"]),
        (&json!(false), &json!("NEEDS_REVIEW"))
    );
    assert_eq!(first["review"]["review_triggers"], json!(["new_supplier"]));
    let again = bench.post("/v1/payables", bill(12_500, 1));
    assert_eq!((again.status, &again.body["idempotent_replay"]), (200, &json!(true)));
    assert_eq!(again.body["payable_id"], first["payable_id"]);
    assert_eq!(code(&bench.post("/v1/payables", bill(1, 1))), (409, "idempotency_key_conflict"));
    let bench = bench.without("idempotency-key");
    let copy = bench.post("/v1/payables", bill(12_500, 1));
    assert_eq!(code(&copy), (409, "payable_duplicate"));
    let details = &copy.body["error"]["details"];
    assert_eq!(
        (&details["existing_payable_id"], &details["axes"]),
        (&first["payable_id"], &json!(["boleto"]))
    );
}

#[test]
fn bills_that_cannot_be_are_refused() {
    let bench = managed();
    let with = |change: fn(&mut Value)| {
        let mut bill = bill(100, 1);
        change(&mut bill);
        bill
    };
    let table = [
        (with(|it| it["rail_quote"] = json!({})), (400, "payable_rail_quote_not_writable")),
        (
            with(|it| it["attribution"]["channel"] = json!("upload")),
            (422, "payable_channel_unsupported"),
        ),
        (
            with(|it| it["attribution"]["credential_id"] = json!("key_other")),
            (422, "payable_attribution_mismatch"),
        ),
        (with(|it| it["carriers"]["boleto"] = json!("123")), (422, "payable_carrier_malformed")),
        (with(|it| it["carriers"] = json!({})), (422, "payable_no_duplicate_key")),
        (
            with(|it| it["due_date"] = json!({ "value": "31/12/2026", "from": "pessoa" })),
            (400, "invalid_body"),
        ),
        (with(|it| it["totals"]["grand_total_minor"] = json!(100)), (400, "invalid_body")),
        (with(|it| it["supplier"]["name"]["from"] = json!("me")), (400, "invalid_body")),
    ];
    for (bill, expected) in table {
        assert_eq!(code(&bench.post("/v1/payables", bill.clone())), expected, "{bill}");
    }
    assert_eq!(bench.get("/v1/payables").body["payables"], json!([]));
}

#[test]
fn bills_are_listed_by_the_day_and_counted() {
    let bench = managed();
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(-3)));
    let today = today.date();
    let on = |tail: u8, day: Option<jiff::civil::Date>| {
        let mut bill = bill(100, tail);
        if let Some(day) = day {
            bill["due_date"] = json!({ "value": day.to_string(), "from": "pessoa" });
        }
        bill
    };
    ready(&bench, 100, 1);
    let late = today.saturating_add(jiff::ToSpan::days(30));
    create(&bench, on(2, Some(late)));
    create(&bench, on(3, Some(today)));
    let days = |query: &str| -> Vec<Value> {
        let page = bench.get(&format!("/v1/payables{query}")).body;
        page["payables"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["due_date"]["value"].clone())
            .collect()
    };
    assert_eq!(days(""), [json!(today.to_string()), json!(late.to_string()), json!(null)]);
    let page = bench.get("/v1/payables?limit=2").body;
    let next = page["next_before"].as_str().unwrap();
    assert_eq!(days(&format!("?limit=2&before={next}")), [json!(null)]);
    assert_eq!(days("?status=REJECTED,EXPIRED").len(), 0);
    assert_eq!(code(&bench.get("/v1/payables?status=LOST")), (400, "invalid_query"));
    assert!(page["payables"][0]["due_date_effective"].is_string());
    let counts = bench.get("/v1/payables/counts").body;
    assert_eq!((&counts["ready"], &counts["overdue"]), (&json!(3), &json!(0)));
    bench.sandbox.advance(DAY * 5);
    let counts = bench.get("/v1/payables/counts").body;
    assert_eq!((&counts["due_this_week"], &counts["overdue"]), (&json!(0), &json!(1)));
}

#[test]
fn documents_are_read_and_told_apart() {
    let bench = managed();
    let upload = |name: &str, bytes: &[u8]| {
        let mut body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"conta.pdf\"\r\n\
             Content-Type: application/pdf\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(
            b"\r\n--b\r\nContent-Disposition: form-data; name=\"actor\"\r\n\r\nmaria\r\n--b--\r\n",
        );
        let media_type = "multipart/form-data; boundary=b";
        bench.send("POST", "/v1/payables/documents", Some(body), Some(media_type)).unwrap()
    };
    let first = upload("document", b"%PDF-1.7 x");
    assert_eq!(first.status, 201, "{}", first.text);
    assert_eq!(first.body["attribution"]["actor"], "maria");
    assert_eq!(first.body["totals"]["grand_total_minor"]["from"], "modelo");
    assert_eq!(first.body["validation"]["amount_matches_rail"]["outcome"], "ok");
    assert_eq!(upload("document", b"%PDF-1.7 y").status, 201);
    let copy = upload("document", b"%PDF-1.7 x");
    assert_eq!(code(&copy), (409, "payable_duplicate"));
    assert_eq!(copy.body["error"]["details"]["axes"], json!(["document_hash", "boleto"]));
    assert_eq!(code(&upload("file", b"%PDF-1.7 z")), (400, "payable_document_required"));
    assert_eq!(code(&upload("document", b"plain")), (415, "payable_document_type_unsupported"));
}
