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
    let mut objects = vec![but(json!({})), but(searched), but(child), tools];
    objects.extend(governance());
    objects
}

/// Governed spending.
fn governance() -> Vec<Value> {
    let document = json!({"type": "x", "value": "x", "issuing_country": "BR", "token": "x"});
    let address = json!({"line1": "x", "line2": "x", "street_number": "x", "city": "x",
        "postal_code": "x", "country": "BR"});
    let holder = json!({"full_name": "x", "email": "x", "birthdate": "x",
        "document": document, "address": address, "phone": "x"});
    let authorization = json!({"from": "x", "to": "x", "value": "5", "validAfter": "0",
        "validBefore": "9", "nonce": "x", "token": "x"});
    let domain = json!({"name": "x", "version": "x", "chainId": 1, "verifyingContract": "x",
        "token": "x"});
    let intent = json!({"payee": "x", "resource": "x", "purpose": "x", "max_amount_minor": 5});
    vec![
        json!({"country": "BR", "currency": "BRL", "mandate_id": "x", "holder": holder}),
        holder,
        document,
        address,
        json!({"authorization": authorization, "domain": domain, "signature": "x",
            "intent": intent}),
        authorization,
        domain,
        intent,
        json!({"seller": "x", "resource": "x", "price_minor": 5, "payee": "x"}),
        json!({"type": "agent", "id": "x", "token": "x"}),
        json!({"items_hash": "x", "token": "x"}),
        json!({"bank": "x", "branch": "x", "account": "x", "tax_id": "x", "name": "x"}),
        json!({"anchor_id": "x", "org_id": "x", "head_sequence": 1, "head_hash": "x",
            "anchored_at": "x", "signature": "x"}),
        json!({"from": "x", "to": "x", "token": "x"}),
        json!({"bank_id": "x", "consumer_id": "x", "scopes": [], "redirect_url": "x",
            "token": "x"}),
        json!({"agent_id": "x", "type": "payment", "amount": "5", "currency": "BRL",
            "purposes": [], "expires_at": 5, "token": "x"}),
        json!({"ids": ["x"], "token": "x"}),
    ]
}
