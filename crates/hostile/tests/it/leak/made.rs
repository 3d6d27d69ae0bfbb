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
    let draft = json!({"title": "x", "surfaces": ["page"], "due_in_days": 3,
        "items": [{"name": "x", "quantity": 1, "unit_amount_minor": 5}]});
    let link = but(json!({"version": draft}));
    let selling = but(selling(draft));
    let accounts = json!({"seller_id": "x", "transaction_id": "x", "result": "x", "proof": "x",
        "target": "x", "code": "123456", "document": "x", "full_name": "x",
        "document_number": "x", "document_type": "x", "document_tax_type": "x", "mcc": "x",
        "contact": {}, "address": {}, "automatic_transfer_enabled": true,
        "transfer_frequency": "x", "connection_id": "x", "display_name": "x", "recipient": "x",
        "org_id": "x", "source": "x", "provider_event_id": "x",
        "entries": [{"provider_event_id": "x", "amount_minor": 5, "currency": "BRL"}]});
    let mut objects =
        vec![but(json!({})), but(searched), but(child), selling, link, but(accounts), tools];
    let room = json!({"room": {"id": "x", "title": "x", "token": "x"}, "ask_agents": true,
        "agent_ids": ["x", "x"], "rounds": 1});
    objects.extend([but(goods()), but(bill()), but(lines()), but(room)]);
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

/// What selling takes, where the other types do not agree.
fn selling(mut draft: Value) -> Value {
    let more = json!({
        "client_id": "x", "redirect_uris": ["x"], "grant_type": "x", "number": "x", "city": "x",
        "neighborhood": "x", "publicArea": "x", "postalCode": "x", "unit_amount_minor": 5,
        "event_name": "x", "aggregation": "sum", "price": "1", "customer": "x", "event_id": "x",
        "accepts": [{"rail": "pix", "amount": "1"}], "upstream_url": "x", "price_atomic": "5",
        "payto": {"kind": "byo", "address": "x"}, "basis": "x", "base_atomic": "5",
        "min_mult": 1, "max_mult": 2, "units_header": "x"
    });
    let (into, more) = (draft.as_object_mut().unwrap(), more.as_object().unwrap());
    into.extend(more.clone());
    draft
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
