//! Amounts and outcomes in other formats than JSON, and where serde looks at a value before it
//! knows what it is: what is written can be read.
#![allow(missing_docs, clippy::unwrap_used, reason = "a test fails by panicking")]

use serde::{Deserialize, Serialize};
use testing_support::formats::survives;
use upivia_proto::{Cents, Dollars, Outcome};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Row {
    cents: Cents,
    dollars: Dollars,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    Row(Row),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Row(Row),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Flat {
    id: u8,
    #[serde(flatten)]
    row: Row,
}

#[test]
fn amounts_survive_every_format() {
    for (cents, dollars) in [("150", "1.50"), ("0.25", "-0.01"), ("0", "1000000"), ("2.5", "1.005")]
    {
        let row = || Row { cents: cents.parse().unwrap(), dollars: dollars.parse().unwrap() };
        survives(&row());
        survives(&Tagged::Row(row()));
        survives(&Untagged::Row(row()));
        survives(&Flat { id: 1, row: row() });
        let bytes = postcard::to_allocvec(&row()).unwrap();
        assert_eq!(postcard::from_bytes::<Row>(&bytes).unwrap(), row());
    }
}

#[test]
fn an_amount_is_a_number_in_json_and_a_text_elsewhere() {
    let row = Row { cents: Cents::new(2350), dollars: "12345678901234567.89".parse().unwrap() };
    let json = serde_json::to_string(&row).unwrap();
    assert_eq!(json, r#"{"cents":2350,"dollars":12345678901234567.89}"#);
    assert_eq!(
        toml::to_string(&row).unwrap(),
        "cents = \"2350\"\ndollars = \"12345678901234567.89\"\n"
    );
    assert_eq!(serde_norway::from_str::<Cents>("2350.0").unwrap(), Cents::new(2350));
}

#[test]
fn outcomes_survive_every_format() {
    let outcome: Outcome = serde_json::from_str(
        r#"{"status":"executed","request_id":"req_1","result":{"id":"msg_1","n":1.5},
            "cost_cents":2350.0,"estimated_cost_cents":1,"new":[1]}"#,
    )
    .unwrap();
    survives(&outcome);
}
