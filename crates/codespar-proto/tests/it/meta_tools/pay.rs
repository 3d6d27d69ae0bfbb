//! `session.pay`: its request and its answer.

use codespar_proto::{Currency, Minor, meta_tools::PayArgs};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{session, told, tool};

#[test]
fn a_payment() {
    let answer = tool(json!({"id": "po_1", "status": "rejected", "amount": 15000,
        "currency": "BRL", "error_code": "limit"}));
    let args = PayArgs::to("maria@example.com", Minor::new(15_000), Currency::BRL, "Refund 42");
    assert_snapshot!(told(answer, |client| session(client).pay(&args)));
}
