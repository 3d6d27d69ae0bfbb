//! Amounts, answers and arguments in other formats than JSON, and where serde looks at a value
//! before it knows what it is: what is written can be read.
#![cfg(feature = "testing")]

use std::fmt::Debug;

use codespar_proto::{
    Buyer, Charge, ChargeArgs, ChargeMethod, Currency, Json, Major, Minor, PaymentStatus,
};
use proptest::prelude::*;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use testing_support::formats::survives;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Row<T> {
    m: T,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    n: Option<Minor>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Tagged<T> {
    Row(Row<T>),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged<T> {
    Row(Row<T>),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Flat<T> {
    id: u8,
    #[serde(flatten)]
    row: Row<T>,
}

/// The value by itself, and as a part of what serde reads in two steps.
fn survives_everywhere<T>(value: &T)
where
    T: Clone + Serialize + DeserializeOwned + PartialEq + Debug,
{
    let row = || Row { m: value.clone(), n: Some(Minor::new(12_550)) };
    survives(&row());
    survives(&Tagged::Row(row()));
    survives(&Untagged::Row(row()));
    survives(&Flat { id: 1, row: row() });
}

fn major(text: &str) -> Major {
    text.parse().unwrap()
}

#[test]
fn amounts_survive_every_format() {
    for text in ["125.50", "0", "150", "-0.01", "1.005", "1500.0", "99999999999.99"] {
        survives_everywhere(&major(text));
    }
    for units in [0, 12_550, -1, i64::MAX, i64::MIN] {
        survives_everywhere(&Minor::new(units));
    }
    survives_everywhere(&Currency::BRL);
}

#[test]
fn amounts_survive_a_format_that_does_not_say_what_comes() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Plain {
        m: Major,
        n: Minor,
    }
    for text in ["125.50", "12345678901234567.89", "-0.01"] {
        let plain = Plain { m: major(text), n: Minor::new(-7) };
        let bytes = postcard::to_allocvec(&plain).unwrap();
        assert_eq!(postcard::from_bytes::<Plain>(&bytes).unwrap(), plain);
    }
}

#[test]
fn an_amount_is_a_number_in_json_and_a_text_elsewhere() {
    let row = Row { m: major("12345678901234567.89"), n: None };
    assert_eq!(serde_json::to_string(&row).unwrap(), r#"{"m":12345678901234567.89}"#);
    assert_eq!(serde_norway::to_string(&row).unwrap(), "m: '12345678901234567.89'\n");
    assert_eq!(toml::to_string(&row).unwrap(), "m = \"12345678901234567.89\"\n");
    let toml: Row<Major> = toml::from_str(&toml::to_string(&row).unwrap()).unwrap();
    assert_eq!(toml, row);
    // Numbers are taken from any.
    assert_eq!(serde_norway::from_str::<Row<Major>>("m: 125.5").unwrap().m, major("125.5"));
    assert_eq!(toml::from_str::<Row<Major>>("m = 125").unwrap().m, major("125"));
    assert!(serde_norway::from_str::<Row<Major>>("m: .nan").is_err());
    assert!(serde_norway::from_str::<Row<Major>>("m: [1]").is_err());
    assert!(serde_norway::from_str::<Row<Major>>("m: {a: 1}").is_err());
}

proptest! {
    #[test]
    fn any_amount_survives(units in any::<i64>(), exponent in 0_u32..6) {
        let amount = Minor::new(units % 1_000_000_000_000_000).to_major(exponent).unwrap();
        survives_everywhere(&amount);
    }
}

#[test]
fn answers_and_arguments_survive_every_format() {
    let args = ChargeArgs::new(
        major("125.50"),
        Currency::BRL,
        ChargeMethod::Pix,
        "Order 42",
        Buyer::new("Maria Silva"),
    );
    survives_everywhere(&args);
    let charge: Charge = serde_json::from_str(
        r#"{"id":"pay_1","amount":125.50,"currency":"BRL","method":"pix","status":"PENDING",
            "charge_url":"https://x","pix_qr_code":"QR","pix_copy_paste":"0002",
            "raw":{"value":125.5,"list":[1,{"a":"b"}],"ok":true},"new":[1.5,"x"]}"#,
    )
    .unwrap();
    survives_everywhere(&charge);
    let bare: Charge = serde_json::from_str(r#"{"id":"pay_1","amount":1e2}"#).unwrap();
    survives_everywhere(&bare);
    let status: PaymentStatus = serde_json::from_str(
        r#"{"tool_call_id":"tc_1","payment_status":"succeeded","idempotency_key":"k",
            "original_status":"success","events":[{"event_type":"commerce.payment.succeeded",
            "received_at":"2026-10-02T13:05:11Z","provider":"asaas","provider_action":"x",
            "payment_id":"pay_1","paid":{"minor":7}}]}"#,
    )
    .unwrap();
    survives_everywhere(&status);
}

#[test]
fn free_json_is_a_tree_elsewhere() {
    let json =
        Json::parse_str(r#"{ "a" : [1, 2.50, "x", true], "b": {"c": {}}, "d": [] }"#).unwrap();
    survives_everywhere(&json);
    let row = Row { m: Json::parse_str(r#"{"n":null,"v":125.50}"#).unwrap(), n: None };
    assert_eq!(serde_json::to_string(&row).unwrap(), r#"{"m":{"n":null,"v":125.50}}"#);
    assert_eq!(serde_norway::to_string(&row).unwrap(), "m:\n  n: null\n  v: 125.5\n");
    // What the format cannot say is an error, and is not left out.
    assert!(serde_norway::from_str::<Json>(".inf").is_err());
    // TOML has no `null`.
    assert!(toml::to_string(&row).is_err());
    // A number that no float holds is a text in it.
    let row = Row { m: Json::parse_str("[1e400, 12345678901234567890123]").unwrap(), n: None };
    let yaml = serde_norway::to_string(&row).unwrap();
    let read: Row<Json> = serde_norway::from_str(&yaml).unwrap();
    assert_eq!(read.m.as_str(), r#"["1e400","12345678901234567890123"]"#);
}
