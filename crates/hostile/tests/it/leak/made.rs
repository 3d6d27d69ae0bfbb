//! Objects of the types that are in no recording.

use serde_json::{Map, Value, json};

/// All members that a type may need, as far as the types agree on what they are.
const ALL: &str = r#"{
    "id": "x", "name": "x", "type": "x", "kind": "x", "status": "x", "state": "x", "action": "x",
    "amount": 5, "amount_minor": 5, "currency": "BRL", "method": "GET", "server": "x", "tool": "x",
    "tool_name": "x", "path": "/x", "query": "x", "url": "x", "user_id": "x", "session_id": "x",
    "agent_id": "x", "request_id": "req_1", "operation": "x", "service": "x", "description": "x",
    "message": "x", "objective": "x", "version": 1, "list_hash": "x", "account": "x",
    "quantity": 1, "weight_g": 1, "cpf": "x", "pix_key": "x", "token": "x", "secret": "x",
    "email": "x", "phone": "x", "full_key": "x", "mandate_id": "x", "batch_id": "x",
    "file_id": "x", "cep": "x", "channel": "x", "mandate": "x", "attempt_id": "x",
    "server_id": "x", "consumer_id": "x", "from_currency": "BRL", "to_currency": "BRL",
    "event": "x", "use_case": "x", "endpoint": "/x", "principal_ref": "x", "purpose": "x",
    "rail": "pix", "window": "day", "command": ["x"], "slug": "x", "variant_id": "x",
    "country": "BR", "request_type": "x", "q": "x", "payload": {"token": "x"}, "services": ["x"],
    "buyer": {"name": "x", "document": "x"}, "servers": [],
    "hits": [{"tool_name": "x", "token": "x"}],
    "end_to_end_id": "x", "payment_direction": "inbound", "idempotency_key": "x",
    "run": {"id": "x"}, "redirect_uri": "x", "signature": "x", "payee": "x", "cap_minor": 5,
    "per_tx_cap_minor": 5, "mandate_ttl_seconds": 5, "check_type": "x", "to": "x",
    "provider_token": "x", "webhook_url": "x", "transport": "x", "collection": {"id": "x"},
    "document": {"id": "x"}, "body": "x", "to_address": "x", "approval_status": "x",
    "intent": {
        "purpose": "x", "cap_minor": 5, "per_tx_cap_minor": 5, "currency": "BRL",
        "mandate_ttl_seconds": 5, "operation": "x", "country": "BR"
    }
}"#;

pub(crate) fn made() -> Vec<Value> {
    let all: Map<String, Value> = serde_json::from_str(ALL).unwrap();
    let but = |changes: Value| {
        let mut object = all.clone();
        object.extend(changes.as_object().cloned().unwrap_or_default());
        Value::Object(object)
    };
    let searched = json!({"intent": "x"});
    let tools = json!([{"tool_name": "x", "secret": "x", "server_id": "x", "name": "x"}]);
    let child = json!({"body": {"token": "x"}});
    vec![but(json!({})), but(searched), but(child), tools, but(goods()), but(bill()), but(lines())]
}

/// What is bought and sold, and what is remembered of it.
fn goods() -> Value {
    json!({
        "merchant": "x", "merchant_domain": "x", "items": [{"variant_id": "x", "quantity": 1}],
        "counterparty_id": "x", "preference_key": "x", "value": "x", "item": "x",
        "upstream_url": "x", "tools": [{"tool_name": "x", "price": "1"}], "price": "1",
        "header": "x", "field": "x", "op": "x", "all": [], "event_type": "x",
        "action": {"kind": "x"}, "page": 1, "excerpt": "x", "from": "x",
    })
}

/// A bill to be paid.
fn bill() -> Value {
    let text = json!({"value": "x", "from": "x"});
    json!({
        "payable_id": "x", "doc_type": "x", "supplier": {"name": text},
        "totals": {"grand_total_minor": {"value": 1, "from": "x"}, "currency": text},
        "model": "x", "model_version": "x", "input_tokens": 1, "output_tokens": 1, "code": "x",
        "resolution": "x",
    })
}

/// What a bill is made of.
fn lines() -> Value {
    let (text, number) = (json!({"value": "x", "from": "x"}), json!({"value": 1, "from": "x"}));
    json!({
        "name": text, "document": text, "currency": text, "description": text, "quantity": number,
        "unit_amount_minor": number, "total_amount_minor": number, "grand_total_minor": number,
        "value": 1, "from": "x",
    })
}
