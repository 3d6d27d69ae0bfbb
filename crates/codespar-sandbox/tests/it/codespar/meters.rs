//! Meters: each event counts once.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Reply, managed};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn code(reply: &Reply) -> (u16, &str) {
    (reply.status, reply.body["error"]["code"].as_str().unwrap_or_default())
}

#[test]
fn an_event_that_was_counted_is_known_when_its_month_is_long_over() {
    let bench = managed();
    let meter = json!({
        "event_name": "tokens", "aggregation": "sum", "channel": "invoice", "price": "0.5",
    });
    let meter = bench.post("/v1/meters", meter).body;
    let now = bench.post(
        "/v1/meter-events",
        json!({
            "event": "tokens", "customer": "c1", "event_id": "e0", "value": 1,
        }),
    );
    let at = now.body["occurred_at"].clone();
    let event = |id: &str, value: i64| {
        let body = json!({
            "event": "tokens", "customer": "c1", "event_id": id, "value": value, "timestamp": at,
        });
        bench.post("/v1/meter-events", body)
    };
    let first = event("e1", 7);
    assert_eq!((first.status, &first.body["duplicate"]), (201, &json!(false)), "{}", first.text);
    let month = first.body["occurred_at"].as_str().unwrap();
    bench.sandbox.advance(70 * DAY);
    let mut again = event("e1", 7);
    assert_eq!((again.status, &again.body["duplicate"]), (200, &json!(true)), "{}", again.text);
    again.body["duplicate"] = json!(false);
    assert_eq!(again.body, first.body);
    assert_eq!(code(&event("e1", 8)), (409, "meter_event_id_conflict"));
    assert_eq!(code(&event("e2", 7)), (400, "meter_event_timestamp_out_of_range"));
    let path = format!("/v1/meters/{}/events", meter["id"].as_str().unwrap());
    let events: Value = bench.get(&path).body["data"].clone();
    assert_eq!(events.as_array().unwrap().len(), 2, "{month} {events}");
}
