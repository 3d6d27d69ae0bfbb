//! `session.charge`: its request and its answer.

use codespar_proto::{Buyer, ChargeArgs};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{session, told, tool};

#[test]
fn a_charge() {
    let answer = tool(json!({"id": "pay_81", "status": "PENDING", "amount": 150.5,
        "currency": "BRL", "method": "pix", "pix_copy_paste": "00020126-secret"}));
    let args = ChargeArgs::pix("150.50".parse().unwrap(), "Order 42", Buyer::new("Maria Silva"));
    let text = told(answer, |client| session(client).charge(&args));
    assert!(!text.contains("secret"));
    assert_snapshot!(text);
}
