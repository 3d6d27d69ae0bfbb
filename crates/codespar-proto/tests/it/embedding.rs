//! Calls without a driver: every operation makes the request that a driver sends, and reads the
//! answer alike.

use codespar_proto::{
    Client, Config, Error, Json,
    driver::Transport,
    registry::{Started, operations, start_on_client, start_on_session},
};
use serde_json::{Map, Value, json};
use testing_support::embedding::Api;

fn started<T: Transport>(client: &Client<T>, name: &str, args: &Json) -> Result<Started<T>, Error> {
    match start_on_client(client, name, args) {
        Some(started) => started,
        None => start_on_session(&client.session("ses_1")?, name, args).expect(name),
    }
}

fn config() -> Config {
    Config::new("csk_test_1").base_url("http://replay.test")
}

/// What cannot be made up from the description of the arguments.
fn arguments(name: &str, args: &mut Map<String, Value>) {
    let address = json!({"postal_code": "01310-100"});
    let leg = json!([{"account": "@a", "amount": 1}]);
    let more = match name {
        "client.request" => json!({"method": "GET", "path": "/v1/fees"}),
        "connections.start" | "session.authorize" => {
            json!({"redirect_uri": "https://x.test/", "user_id": "u"})
        }
        "devolutions.create" => json!({"end_to_end_id": "E0000000020261002130500000000001"}),
        "payables.batches.add_items" => json!({"items": [{"boleto_line": "1"}]}),
        "payables.files.upload" => json!({"file": {"$bytes_base64": "aGVsbG8="}}),
        "projects.update" => json!({"name": "x"}),
        "session.issue" => json!({"cardholder_id": "x1", "program_id": "x1"}),
        "session.ledger" => json!({"asset": "BRL", "source": leg, "destination": leg}),
        "session.notify" => json!({"message": "x"}),
        "session.pay" => {
            json!({"amount": 1, "currency": "BRL", "description": "x", "recipient": "x"})
        }
        "session.ship" => {
            json!({"origin": address, "destination": address, "items": [{"weight_g": 1}]})
        }
        "session.shop" => json!({"action": "search", "query": "x"}),
        "session.shop_checkout" => json!({"url": "https://x.test/"}),
        "session.update_tool_call" => json!({"status": "success"}),
        "tools.plan" => json!({"description": "x"}),
        "wallet.pix_keys.delete" => json!({"confirm": true}),
        "webhook_endpoints.update" => json!({"name": "x"}),
        _ => return,
    };
    if let Value::Object(more) = more {
        args.extend(more);
    }
    if name == "tools.plan" {
        args.remove("intent");
    }
}

/// Operations that make no request, or may make several.
const SEVERAL: [&str; 14] = [
    "approvals.decided",
    "charges.list",
    "charges.settled",
    "client.session",
    "payables.batches.pay",
    "session.decided",
    "session.mcp",
    "session.run_workflow",
    "session.settled",
    "session.shop_checkout_end",
    "session.wait_for_connections",
    "sessions.list",
    "tool_calls.list",
    "webhook_endpoints.list",
];

/// Event streams.
const STREAMS: [&str; 3] =
    ["session.payment_status_stream", "session.send_stream", "session.verification_status_stream"];

#[test]
fn every_operation_is_the_same_without_a_driver() {
    let api = Api {
        operations: operations().collect(),
        replayed: |replay, name, args| {
            started(&Client::with_transport(config(), replay.clone())?, name, args)
        },
        offline: |name, args| started(&Client::offline(config())?, name, args),
        arguments,
    };
    let seen = api.compare();
    assert_eq!(seen.several.into_iter().collect::<Vec<_>>(), SEVERAL);
    assert_eq!(seen.streams.into_iter().collect::<Vec<_>>(), STREAMS);
    assert!(seen.read.len() >= 90, "{:?}", seen.compared.difference(&seen.read));
}
