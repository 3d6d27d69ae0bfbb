//! Meters and what they count.

use codespar_proto::{
    meters::{CreateMeter, MeterAggregation, MeterChannel, MeterPeriod, RecordMeterEvent},
    testing::Recorded,
};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::told;

fn meter() -> Value {
    json!({"id": "mtr_1", "object": "meter", "environment": "test", "event_name": "api_call",
        "aggregation": "sum", "price": "0.002500", "currency": "BRL", "per_units": 1000,
        "channel": "invoice", "status": "active", "cycle": {"period": "2026-10", "usage": "12.5",
            "customers": 2, "amount_to_date": "0.031250", "amount_to_date_minor": 3,
            "amount_projected": "0.100000", "amount_projected_minor": 10, "last_event_at": null}})
}

#[test]
fn meters() {
    let args = CreateMeter::new(
        "api_call",
        MeterAggregation::Sum,
        "0.002500".parse().unwrap(),
        MeterChannel::Invoice,
    );
    let args = args.per_units(1_000).unit_label("calls");
    let text = told(Recorded::json(201, meter()), |client| client.meters().create(&args));
    assert_snapshot!(text);
    let month = MeterPeriod::default().period("2026-10");
    let spark = json!([{"day": "2026-10-01", "usage": "1"}]);
    let list = json!({"object": "list", "data": [{"id": "mtr_1", "spark": spark}]});
    let text = told(Recorded::json(200, list), |client| client.meters().list(&month));
    assert_snapshot!(text, @r#"
    GET /v1/meters?period=2026-10
    [
        Meter {
            id: "mtr_1",
            spark: [
                MeterSpark {
                    day: Some("2026-10-01"),
                    usage: Some("1"),
                },
            ],
        },
    ]
    "#);
    let text = told(Recorded::json(200, json!({"id": "mtr_1"})), |client| {
        client.meters().get("mtr_1", &month)
    });
    assert_snapshot!(text, @r#"
    GET /v1/meters/mtr_1?period=2026-10
    Meter {
        id: "mtr_1",
        spark: [],
    }
    "#);
    let usage = json!({"meter_id": "mtr_1", "state": "open", "days": [
        {"day": "2026-10-01", "usage": "1.5", "amount": "0.003750"},
        {"day": "2026-10-31", "usage": null, "amount": null}]});
    let text = told(Recorded::json(200, usage), |client| client.meters().usage("mtr_1", &month));
    assert_snapshot!(text, @r#"
    GET /v1/meters/mtr_1/usage?period=2026-10
    MeterUsage {
        meter_id: Some("mtr_1"),
        state: Some(Open),
        days: [
            MeterDay {
                day: Some("2026-10-01"),
                usage: Some("1.5"),
                amount: Some(0.003750),
            },
            MeterDay {
                day: Some("2026-10-31"),
            },
        ],
    }
    "#);
    let totals = json!({"meters": 1, "amount_to_date": "0.031250", "amount_to_date_minor": 3});
    let cycle = json!({"period": "2026-10", "state": "closed", "days_in_cycle": 31,
        "start": "2026-10-01T03:00:00Z", "active_meters": 1, "totals": totals,
        "by_channel": {"invoice": totals}});
    let text =
        told(Recorded::json(200, cycle), |client| client.meters().cycle(&MeterPeriod::default()));
    assert_snapshot!(text, @r#"
    GET /v1/meters/cycle
    MeterCycleSummary {
        period: Some("2026-10"),
        start: Some(Timestamp("2026-10-01T03:00:00Z")),
        state: Some(Closed),
        days_in_cycle: Some(31),
        active_meters: Some(1),
        totals: Some(
            MeterTotals {
                meters: Some(1),
                amount_to_date: Some(0.031250),
                amount_to_date_minor: Some(Minor(3)),
            },
        ),
        by_channel: Some(
            MeterChannels {
                invoice: Some(
                    MeterTotals {
                        meters: Some(1),
                        amount_to_date: Some(0.031250),
                        amount_to_date_minor: Some(Minor(3)),
                    },
                ),
            },
        ),
    }
    "#);
    let event = json!({"event_id": "req_1", "meter_id": "mtr_1", "customer": "con_1",
        "customer_name": "Maria", "value": "1.5", "occurred_at": "2026-10-01T12:00:00Z"});
    let text = told(Recorded::json(200, json!({"object": "list", "data": [event]})), |client| {
        client.meters().events("mtr_1", Some(50))
    });
    assert_snapshot!(text, @r#"
    GET /v1/meters/mtr_1/events?limit=50
    [
        MeterEvent {
            event_id: Some("req_1"),
            meter_id: Some("mtr_1"),
            customer: Some([redacted]),
            customer_name: Some([redacted]),
            value: Some("1.5"),
            occurred_at: Some(Timestamp("2026-10-01T12:00:00Z")),
        },
    ]
    "#);
    let args = RecordMeterEvent::new("api_call", "con_1", "req_1").value("1.5");
    let args = args.timestamp("2026-10-01T12:00:00Z");
    let recorded = json!({"event": "api_call", "event_id": "req_1", "duplicate": true});
    let text = told(Recorded::json(200, recorded), |client| client.meters().record_event(&args));
    assert_snapshot!(text);
}
