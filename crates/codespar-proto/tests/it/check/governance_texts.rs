//! Governed spending: texts that may not be empty, each emptied in arguments that are good.

use codespar_proto::{
    Error, ErrorKind, Json,
    registry::{Started, start_on_client},
    testing::Replay,
};
use serde_json::{Value, json};

use crate::support::client;

/// Starts an operation that must be refused; the script is empty, so sending would panic.
fn refusal(operation: &str, args: Value) -> Error {
    let client = client(&Replay::new());
    let started = start_on_client(&client, operation, &Json::from(args));
    match started.unwrap_or_else(|| panic!("no operation {operation}")) {
        Err(error) => error,
        Ok(Started::Call(call)) => call.send().unwrap_err(),
        Ok(Started::Items(mut items)) => items.next().unwrap().unwrap_err(),
        Ok(other) => panic!("{operation}: {other:?}"),
    }
}

/// Empties each of these members by itself, and wants it named.
fn each_is_missed(operation: &str, good: &Value, fields: &[&str]) {
    for field in fields {
        let mut args = good.clone();
        let pointer = format!("/{}", field.replace('.', "/"));
        let member = args.pointer_mut(&pointer);
        *member.unwrap_or_else(|| panic!("{operation} has no {field}")) = json!("");
        let error = refusal(operation, args);
        assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some(*field)), "{error}");
        assert!(!error.may_have_been_sent());
    }
}

#[test]
fn of_payments() {
    let terms = json!({
        "attempt_id": "a", "amount_minor": 1, "payee": "k",
        "quote": { "seller": "s", "resource": "r", "price_minor": 1, "payee": "k" },
        "actor": { "type": "human", "id": "p" },
        "ted": { "bank": "0", "branch": "1", "account": "2", "tax_id": "3", "name": "n" },
    });
    let fields = [
        "attempt_id",
        "payee",
        "quote.seller",
        "quote.resource",
        "quote.payee",
        "actor.type",
        "actor.id",
        "ted.bank",
        "ted.branch",
        "ted.account",
        "ted.tax_id",
        "ted.name",
    ];
    let mut spend = terms.clone();
    spend["mandate_id"] = json!("m");
    each_is_missed("mandates.spend", &spend, &fields);
    let mut payment = terms;
    payment["mandate"] = json!({});
    payment["signature"] = json!("s");
    payment["purpose"] = json!("p");
    let more = [&["signature", "purpose"][..], &fields].concat();
    for operation in ["mandates.execute_payment", "mandates.execute_payment_stream"] {
        each_is_missed(operation, &payment, &more);
    }
}

#[test]
fn of_agents_and_mandates() {
    let agent = json!({ "agent_id": "a", "principal_ref": "p" });
    each_is_missed("agents.register", &agent, &["agent_id", "principal_ref"]);
    let mandate = json!({
        "organization_id": "o", "agent_id": "a", "type": "payment", "amount": "1",
        "currency": "BRL", "purposes": ["p"], "expires_at": 9,
    });
    let fields = ["organization_id", "agent_id", "type", "currency"];
    each_is_missed("organizations.mandates.create", &mandate, &fields);
}

#[test]
fn of_banks_and_anchors() {
    let consent = json!({
        "bank_id": "bb", "consumer_id": "c", "scopes": [], "redirect_url": "https://x.test",
    });
    let fields = ["bank_id", "consumer_id", "redirect_url"];
    each_is_missed("bank_consents.create", &consent, &fields);
    let anchor = json!({
        "anchor_id": "a", "org_id": "o", "head_sequence": 1, "head_hash": "h",
        "anchored_at": "2026-10-01T00:00:00Z", "signature": "s",
    });
    let fields = ["anchor_id", "org_id", "head_hash", "signature"];
    each_is_missed("audit_events.verify_anchor", &anchor, &fields);
}

#[test]
fn of_cards() {
    let card = json!({
        "country": "BR", "currency": "BRL", "mandate_id": "m",
        "holder": {
            "full_name": "Maria", "email": "m@x.test", "birthdate": "1990-12-31",
            "document": { "type": "CPF", "value": "1", "issuing_country": "BR" },
            "address": { "line1": "R", "city": "C", "postal_code": "0", "country": "BR" },
        },
    });
    let fields = [
        "country",
        "currency",
        "mandate_id",
        "holder.full_name",
        "holder.email",
        "holder.birthdate",
        "holder.document.type",
        "holder.document.value",
        "holder.document.issuing_country",
        "holder.address.line1",
        "holder.address.city",
        "holder.address.postal_code",
        "holder.address.country",
    ];
    each_is_missed("cards.create", &card, &fields);
    for (field, wrong) in [("currency", "BR"), ("currency", "brl"), ("country", "BRA")] {
        let mut args = card.clone();
        args[field] = json!(wrong);
        assert_eq!(refusal("cards.create", args).field(), Some(field));
    }
}

#[test]
fn of_transfers() {
    let transfer = json!({
        "authorization": {
            "from": "0x1", "to": "0x2", "value": "5", "validAfter": "0", "validBefore": "9",
            "nonce": "0x3",
        },
        "domain": { "name": "n", "version": "2", "chainId": 1, "verifyingContract": "0x4" },
        "signature": "s",
        "intent": { "payee": "0x2", "resource": "r", "purpose": "p", "max_amount_minor": 1 },
    });
    let fields = [
        "authorization.from",
        "authorization.to",
        "authorization.validAfter",
        "authorization.validBefore",
        "authorization.nonce",
        "domain.name",
        "domain.version",
        "domain.verifyingContract",
        "signature",
        "intent.payee",
        "intent.resource",
        "intent.purpose",
    ];
    each_is_missed("facilitator.execute", &transfer, &fields);
}
