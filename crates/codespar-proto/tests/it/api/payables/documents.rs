//! Documents that are read and paid one by one.

use codespar_proto::{
    Json,
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, sent};

#[test]
fn single_documents() {
    let ok = || Recorded::json(200, json!({"id": "pay_1"}));
    let replay = Replay::new().answer(ok()).answer(ok()).answer(ok()).answer(ok());
    let documents = client(&replay).payables().documents();
    let free = Json::parse_str(r#"{"free":1}"#).unwrap();
    documents.create(&free).send().unwrap();
    documents.get("pay_1").send().unwrap();
    documents.review("pay_1", &free).send().unwrap();
    documents.pay("pay_1", &free).send().unwrap();
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>(), @r#"
    POST /v1/payables
    {"free":1}
    GET /v1/payables/pay_1
    POST /v1/payables/pay_1/review
    {"free":1}
    POST /v1/payables/pay_1/pay
    {"free":1}
    "#);
}
