//! The commerce tools.

use codespar_sandbox::{EffectKind, Sandbox};
use serde_json::{Value, json};

use crate::support::{bench, charge_input, managed};

#[test]
fn a_pix_charge_has_a_code_that_a_bank_would_read() {
    let bench = managed();
    let session = bench.plain_session();
    let result = bench.run(&session, "codespar_charge", charge_input());
    let data = &result["data"];
    assert_eq!(data["status"], "PENDING");
    assert_eq!(data["amount"], json!(150));
    assert_eq!(data["method"], "pix");
    let code = data["pix_copy_paste"].as_str().unwrap();
    assert!(code.contains("br.gov.bcb.pix") && code.contains("5406150.00"), "{code}");
    assert!(data["pix_qr_code"].as_str().unwrap().starts_with("iVBORw0KGgo"));
    assert!(result["tool_call_id"].as_str().unwrap().starts_with("tc_"));
    assert!(data.get("tool_call_id").is_none());

    let effects = bench.sandbox.effects();
    assert_eq!(effects.count(EffectKind::Charge), 1);
    assert_eq!(effects.iter().next().unwrap().amount_minor, Some(15_000));

    // The code can be paid, since its checksum holds; a changed one cannot.
    let pay = |code: &str| {
        let input = json!({
            "action": "pay", "amount": 15_000, "currency": "BRL", "description": "x",
            "copia_e_cola": code,
        });
        bench.run(&session, "codespar_pay", input)["data"].clone()
    };
    assert_eq!(pay(code)["status"], "pending");
    assert_eq!(pay(&code.replace("150.00", "151.00"))["error_code"], "carrier_crc_invalid");
}

#[test]
fn bad_input_is_a_failed_result() {
    let bench = managed();
    let session = bench.plain_session();
    let change = |name: &str, value: Value| {
        let mut input = charge_input();
        input[name] = value;
        input
    };
    let table = [
        ("codespar_charge", json!({}), "invalid_args"),
        ("codespar_charge", change("amount", json!(-1)), "invalid_args"),
        ("codespar_charge", change("amount", json!(0)), "invalid_args"),
        ("codespar_charge", change("amount", json!(1.005)), "invalid_args"),
        ("codespar_charge", change("amount", json!("150")), "invalid_args"),
        ("codespar_charge", change("currency", json!("real")), "invalid_args"),
        ("codespar_charge", change("method", json!("cash")), "invalid_args"),
        ("codespar_charge", change("buyer", json!({})), "invalid_args"),
        ("codespar_pay", json!({ "action": "pay", "amount": 1.5 }), "invalid_args"),
        ("codespar_pay", json!({ "action": "status", "payment_id": "x" }), "payment_not_found"),
        ("codespar_ship", json!({ "action": "track", "tracking_code": "X" }), "tracking_not_found"),
        ("codespar_ship", json!({ "action": "quote" }), "invalid_args"),
        ("codespar_kyc", json!({ "buyer": {}, "check_type": "palm" }), "invalid_args"),
        ("codespar_notify", json!({ "channel": "sms", "to": "+55" }), "invalid_args"),
        ("codespar_ledger", json!({ "action": "entry", "asset": "BRL" }), "invalid_args"),
        ("codespar_issue", json!({ "action": "card-get", "card_id": "x" }), "card_not_found"),
        ("codespar_shop", json!({ "action": "checkout" }), "invalid_args"),
        ("codespar_manage_connections", json!({ "server_id": "nope" }), "unknown_server"),
        ("codespar_discover", json!({}), "invalid_args"),
    ];
    for (tool, input, error) in table {
        let reply = bench.execute(&session, tool, input.clone());
        assert_eq!(reply.status, 200, "{tool} {input}");
        assert_eq!(reply.body["success"], false, "{tool} {input}");
        assert_eq!(reply.body["error"], error, "{tool} {input}");
    }
    assert!(bench.sandbox.effects().is_empty());
}

#[test]
fn tools_that_are_not_there() {
    let bench = managed();
    let session = bench.plain_session();
    let reply = bench.execute(&session, "codespar_nope", json!({}));
    assert_eq!(
        reply.body,
        json!({
            "success": false, "data": null, "error": "Tool not registered: codespar_nope",
            "duration": 0, "server": "", "tool": "codespar_nope",
        })
    );
    assert_eq!(bench.execute(&session, "", json!({})).status, 400);
    assert_eq!(bench.post("/v1/sessions/nope/execute", json!({ "tool": "x" })).status, 404);
}

#[test]
fn params_is_read_when_there_is_no_input() {
    let bench = managed();
    let session = bench.plain_session();
    let body = json!({ "tool": "codespar_charge", "params": charge_input() });
    assert_eq!(bench.post(&format!("{session}/execute"), body).body["success"], true);
}

#[test]
fn shipments_are_quoted_bought_and_tracked() {
    let bench = managed();
    let session = bench.plain_session();
    let mut input = json!({
        "action": "quote",
        "origin": { "postal_code": "01310-100" },
        "destination": { "postal_code": "20040-020" },
        "items": [{ "weight_g": 500, "quantity": 2 }],
    });
    let quote = bench.run(&session, "codespar_ship", input.clone());
    assert_eq!(quote["data"]["cost_minor"], 2_500);
    input["action"] = json!("label");
    input["service_level"] = json!("fastest");
    let label = bench.run(&session, "codespar_ship", input);
    assert_eq!(label["data"]["cost_minor"], 5_000);
    let code = &label["data"]["tracking_code"];
    let track = json!({ "action": "track", "tracking_code": code });
    assert_eq!(bench.run(&session, "codespar_ship", track)["data"]["status"], "in_transit");
    assert_eq!(bench.sandbox.effects().count(EffectKind::Label), 1);
}

#[test]
fn the_ledger_balances() {
    let bench = managed();
    let session = bench.plain_session();
    let entry = |fee: i64| {
        json!({
            "action": "entry", "asset": "BRL",
            "source": [{ "account": "@a", "amount": 5_000 }],
            "destination": [
                { "account": "@b", "amount": 4_900 },
                { "account": "@fee", "amount": fee },
            ],
        })
    };
    let unequal = bench.execute(&session, "codespar_ledger", entry(99));
    assert_eq!(unequal.body["error"], "unbalanced_entry");
    bench.run(&session, "codespar_ledger", entry(100));
    let balance = json!({ "action": "balance", "account": "@b" });
    let balances = bench.run(&session, "codespar_ledger", balance)["data"]["balances"].clone();
    assert_eq!(balances, json!([{ "asset": "BRL", "available": 4_900, "on_hold": 0 }]));
    let receipt = json!({ "action": "receipt", "receipt_id": "rcpt_9" });
    let data = bench.run(&session, "codespar_ledger", receipt)["data"].clone();
    assert_eq!(data, json!({ "found": false, "receipt_id": "rcpt_9" }));
}

#[test]
fn cards_are_issued_frozen_and_shown() {
    let bench = managed();
    let session = bench.plain_session();
    let card = json!({ "action": "card-virtual", "cardholder_id": "usr_1", "program_id": "prg_1" });
    let id = bench.run(&session, "codespar_issue", card)["data"]["id"].clone();
    let freeze = json!({ "action": "card-control", "card_id": id, "control": "freeze" });
    assert_eq!(bench.run(&session, "codespar_issue", freeze)["data"]["status"], "BLOCKED");
    let show = json!({ "action": "card-get", "card_id": id });
    assert_eq!(bench.run(&session, "codespar_issue", show)["data"]["status"], "BLOCKED");
}

#[test]
fn discovery_names_a_tool_of_the_catalog() {
    let bench = managed();
    let session = bench.plain_session();
    let found =
        bench.run(&session, "codespar_discover", json!({ "use_case": "send a pix payment" }));
    let data = &found["data"];
    assert_eq!(data["search_strategy"], "trigram");
    assert!(data["recommended"]["server_id"].is_string());
    assert!(!data["related"].as_array().unwrap().is_empty());
    let nothing = bench.run(&session, "codespar_discover", json!({ "use_case": "teleport" }));
    assert_eq!(nothing["data"]["recommended"], json!(null));
    assert_eq!(nothing["data"]["search_strategy"], "empty");
}

#[test]
fn proxied_calls_are_mocked() {
    let bench = managed();
    let session = bench.plain_session();
    let path = format!("{session}/proxy_execute");
    let body = json!({
        "server": "asaas", "endpoint": "/v3/payments", "method": "GET",
        "body": null, "params": null, "headers": null,
    });
    let reply = bench.post(&path, body.clone());
    assert_eq!((reply.status, &reply.body["status"]), (200, &json!(200)));
    assert_eq!(reply.body["headers"]["x-codespar-mock"], "true");
    assert_eq!(reply.body["data"]["mocked"], true);
    let table = [
        ("server", json!("zoop"), "server_not_connected"),
        ("endpoint", json!("http://x"), "invalid_body"),
        ("method", json!("HEAD"), "invalid_body"),
    ];
    for (name, value, code) in table {
        let mut body = body.clone();
        body[name] = value;
        let reply = bench.post(&path, body);
        assert_eq!((reply.status, &reply.body["error"]), (400, &json!(code)), "{name}");
    }
}

#[test]
fn a_checkout_that_nobody_knows_has_a_status_too() {
    let bench = managed();
    let session = bench.plain_session();
    let ask = json!({ "action": "checkout_status", "checkout_session_id": "cks_none" });
    let result = bench.run(&session, "codespar_shop", ask);
    assert_eq!(
        result["data"],
        json!({
            "checkout_session_id": "cks_none", "status": "canceled", "error": "checkout_not_found",
        })
    );
}

#[test]
fn a_policy_denies_above_its_limit() {
    let bench = bench(Sandbox::builder().payment_limit(1_000));
    let session = bench.plain_session();
    let pay = |amount: i64| {
        let input: Value = json!({
            "action": "pay", "amount": amount, "currency": "BRL", "description": "x",
            "recipient": "a@b.test",
        });
        bench.execute(&session, "codespar_pay", input)
    };
    assert_eq!(pay(1_000).status, 200);
    let denied = pay(1_001);
    assert_eq!(denied.status, 403);
    assert_eq!(denied.body["ruleType"], "amount_limit");
    assert!(denied.body.get("error").is_none() && denied.body.get("code").is_none());
    let said = bench.post(&format!("{session}/send"), json!({ "message": "pay R$ 20,00 to Ana" }));
    let call = &said.body["tool_calls"][0];
    assert_eq!(
        (&call["server_id"], &call["error_code"]),
        (&json!("agentgate"), &json!("policy_denied"))
    );
}
