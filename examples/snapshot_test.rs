//! How a program that uses this library is tested against recorded answers: no network, no
//! sandbox, no waiting.
//!
//! `cargo run --example snapshot_test`, or as the tests they are:
//! `cargo test -p codespar-blocking --example snapshot_test`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // as in any test

use codespar_blocking::{
    Buyer, ChargeArgs, Config, CreateSession, Error, PaymentState, Session,
    driver::BlockingTransport,
    proto::Client,
    testing::{Recorded, Replay},
};
use serde_json::json;

/// The code under test. It takes any transport that blocks, so a test can hand it recorded
/// answers; the real program hands it a `Session`, which is one over ureq.
fn sell<T: BlockingTransport>(session: &Session<T>) -> Result<&'static str, Error> {
    let order = ChargeArgs::pix("125.00".parse()?, "Order 42", Buyer::new("Maria Silva"));
    let charge = session.charge(&order).send()?;
    let payment = session.settled(charge.call_id()?).send()?;
    Ok(match payment.payment_status {
        PaymentState::Succeeded => "sold",
        _ => "not sold",
    })
}

/// A session whose server answers from a script.
fn session_on(replay: &Replay) -> Result<Session<Replay>, Error> {
    let config = Config::new("local").base_url("http://replay.test");
    let client = Client::with_transport(config, replay.clone())?;
    client.create(&CreateSession::new("buyer-77")).send()
}

fn opened() -> Recorded {
    Recorded::json(201, json!({ "id": "ses_1", "status": "active" }))
}

fn charged() -> Recorded {
    Recorded::json(
        200,
        json!({
            "success": true,
            "data": { "id": "ch_1", "status": "PENDING", "amount": 125, "currency": "BRL" },
            "tool_call_id": "tc_42",
        }),
    )
}

fn status(event: &str, state: &str) -> String {
    format!(
        "event: {event}\ndata: {{\"tool_call_id\":\"tc_42\",\"payment_status\":\"{state}\"}}\n\n"
    )
}

#[cfg_attr(test, test)]
fn a_payment_that_settles_is_a_sale() {
    let stream = [status("snapshot", "pending"), status("update", "succeeded")];
    let replay = Replay::new().answer(opened()).answer(charged()).answer(Recorded::events(stream));
    let session = session_on(&replay).unwrap();
    assert_eq!(sell(&session).unwrap(), "sold");

    // What was sent, as a snapshot: `cargo insta review` shows what changed.
    insta::assert_json_snapshot!(replay.requests()[1].json(), @r#"
    {
      "input": {
        "amount": 125,
        "buyer": {
          "name": "Maria Silva"
        },
        "currency": "BRL",
        "description": "Order 42",
        "method": "pix"
      },
      "tool": "codespar_charge"
    }
    "#);
    replay.assert_done();
}

#[cfg_attr(test, test)]
fn a_refusal_is_told_with_its_code() {
    let refused = json!({ "code": "policy_denied", "rule_id": "r1", "message": "above limit" });
    let replay = Replay::new().answer(opened()).answer(Recorded::json(403, refused));
    let error = sell(&session_on(&replay).unwrap()).unwrap_err();
    insta::assert_snapshot!(error, @"session.charge: above limit (status 403, code policy_denied)");
}

fn main() {
    a_payment_that_settles_is_a_sale();
    a_refusal_is_told_with_its_code();
    println!("both stories hold");
}
