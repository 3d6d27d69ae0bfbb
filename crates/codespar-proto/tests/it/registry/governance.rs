//! Governed spending: operations by name, with arguments they take.

use codespar_proto::{
    ErrorKind,
    testing::{Recorded, Replay},
};
use serde_json::{Value, json};

/// Operations that take an `idempotency_key` besides.
pub(super) const KEYED: &[&str] = &["cards.create"];

/// The least that answers have which are no objects, or whose members clash with those of others.
pub(super) fn answer(name: &str) -> Option<Value> {
    Some(match name {
        "approvals.list" | "policies.evaluations" | "policies.list" => json!([]),
        "facilitator.execute" => json!({"status": "executed"}),
        "audit_events.health" => json!({"status": "healthy"}),
        _ => return None,
    })
}

/// Every operation with arguments it takes.
pub(super) fn calls() -> Vec<(&'static str, Value)> {
    vec![
        ("approvals.status", json!({"approval_id": "apv_1"})),
        ("approvals.decided", json!({"approval_id": "apv_1"})),
        ("mandates.list", json!({})),
        ("mandates.get", json!({"mandate_id": "m"})),
        ("mandates.pause", json!({"mandate_id": "m"})),
        ("mandates.resume", json!({"mandate_id": "m"})),
        ("mandates.revoke", json!({"mandate_id": "m"})),
        ("mandates.card", json!({"mandate_id": "m"})),
        ("mandates.delete_card", json!({"mandate_id": "m"})),
        (
            "mandates.spend",
            json!({"mandate_id": "m", "attempt_id": "a", "amount_minor": 1, "payee": "k",
                "quote": {"seller": "s", "resource": "r", "price_minor": 1, "payee": "k"},
                "actor": {"type": "agent", "id": "g", "on_behalf_of": "c"},
                "approval": {"items_hash": "0".repeat(64)}, "session_id": "s"}),
        ),
        (
            "mandates.execute_payment",
            json!({"mandate": {}, "signature": "s", "purpose": "p", "attempt_id": "a",
                "amount_minor": 1, "payee": "k"}),
        ),
        ("agents.list", json!({})),
        ("agents.register", json!({"agent_id": "a", "principal_ref": "p"})),
        ("agents.did_document", json!({"did": "did:web:x"})),
        ("mandates.receipts", json!({"mandate_id": "m", "limit": 2})),
        ("agents.suspend", json!({"did": "did:web:x", "reason": "r"})),
        ("agents.revoke", json!({"did": "did:web:x"})),
        ("agents.rotate_key", json!({"agent_id": "a"})),
        ("agents.revoke_key", json!({"agent_id": "a", "kid": "k"})),
        ("approvals.list", json!({"status": "approved,denied"})),
        ("approvals.get", json!({"approval_id": "apv_1"})),
        ("approvals.health", json!({})),
        ("policies.list", json!({})),
        ("policies.create", json!({"name": "n", "type": "deny"})),
        ("policies.get", json!({"policy_id": "p"})),
        ("policies.update", json!({"policy_id": "p", "enabled": false})),
        ("policies.delete", json!({"policy_id": "p"})),
        ("policies.reorder", json!({"ids": ["p"]})),
        ("policies.evaluations", json!({"limit": 2})),
        ("organizations.pause_state", json!({"organization_id": "o"})),
        ("organizations.pause", json!({"organization_id": "o"})),
        ("organizations.anonymize", json!({"organization_id": "o", "user_id": "u"})),
        ("organizations.mandates.list", json!({"organization_id": "o"})),
        (
            "organizations.mandates.create",
            json!({"organization_id": "o", "agent_id": "a", "type": "payment", "amount": "1.50",
                "currency": "BRL", "purposes": ["food"], "expires_at": 1_900_000_000}),
        ),
        ("organizations.mandates.get", json!({"organization_id": "o", "mandate_id": "m"})),
        ("organizations.mandates.revoke", json!({"organization_id": "o", "mandate_id": "m"})),
        ("bank_consents.list", json!({})),
        (
            "bank_consents.create",
            json!({"bank_id": "bb", "consumer_id": "c", "scopes": [],
            "redirect_url": "https://x.test"}),
        ),
        ("bank_consents.get", json!({"bank_consent_id": "b"})),
        ("bank_consents.callback", json!({"bank_consent_id": "b", "auth_code": "c"})),
        ("bank_consents.refresh_statement", json!({"bank_consent_id": "b"})),
        ("bank_consents.revoke", json!({"bank_consent_id": "b"})),
        ("cards.list", json!({})),
        ("cards.create", card()),
        ("cards.get", json!({"card_id": "c"})),
        ("account_applications.create", json!({"buyer": {}})),
        ("account_applications.get", json!({"verification_id": "v", "document_number": "1"})),
        ("facilitator.execute", transfer()),
        ("facilitator.get", json!({"authorization_id": "f"})),
        ("audit_events.list", json!({"event_type": "a."})),
        ("audit_events.list_page", json!({"before_sequence": "7"})),
        ("audit_events.incidents", json!({"status": "all"})),
        ("audit_events.config", json!({})),
        ("audit_events.health", json!({})),
        ("audit_events.anchors", json!({})),
        (
            "audit_events.verify_anchor",
            json!({"anchor_id": "a", "org_id": "o", "head_sequence": 1, "head_hash": "h",
                "anchored_at": "2026-10-07T00:00:00Z", "signature": "s"}),
        ),
        ("audit_events.verify", between()),
        ("audit_events.export", between()),
        ("receipts.keys", json!({})),
    ]
}

fn between() -> Value {
    json!({"from": "2026-10-06T00:00:00Z", "to": "2026-10-07T00:00:00Z"})
}

/// A card with all that it needs.
pub(crate) fn card() -> Value {
    let document = json!({"type": "CPF", "value": "1", "issuing_country": "BR"});
    let address = json!({"line1": "R", "city": "C", "postal_code": "0", "country": "BR"});
    json!({"country": "BR", "currency": "BRL", "mandate_id": "m",
        "holder": {"full_name": "M", "email": "m@x.test", "birthdate": "1990-12-31",
            "document": document, "address": address}})
}

/// A transfer that somebody else signed.
pub(crate) fn transfer() -> Value {
    json!({
        "authorization": {"from": "0x1", "to": "0x2", "value": "5", "validAfter": "0",
            "validBefore": "9", "nonce": "0x3"},
        "domain": {"name": "USD Coin", "version": "2", "chainId": 8453, "verifyingContract": "0x4"},
        "signature": "s",
        "intent": {"payee": "0x2", "resource": "r", "purpose": "p", "max_amount_minor": 1},
    })
}

/// A governed payment ends with one document, whatever became of it: programs read its verdict.
#[test]
fn what_became_of_a_governed_payment_is_one_document() {
    let mandate = || {
        let record = json!({"id": "m", "status": "active", "org_paused": false});
        Replay::new().answer(Recorded::json(200, record))
    };
    let refused = |status, code: &str| Recorded::json(status, json!({"error": {"code": code}}));
    let spent = |is_replay: bool| {
        let payment = json!({"transactionId": "tx_1"});
        Recorded::json(
            200,
            json!({"status": "completed", "payment": payment, "receipt": {"id": "rcpt_1"},
                "idempotent_replay": is_replay}),
        )
    };
    let receipt = || Recorded::json(200, json!({"receipt_id": "rcpt_1"}));
    let held = json!({"error": "approval_required", "approval_id": "apv_1"});
    let args = |change: Value| {
        let mut args = json!({"mandate_id": "m", "attempt_id": "a", "amount_minor": 1,
            "payee": "k", "honours_attempts": true});
        for (name, value) in change.as_object().unwrap() {
            args[name] = value.clone();
        }
        args
    };
    let told = |name: &str, replay: &Replay, args: Value| {
        let told = super::call(replay, name, args).unwrap();
        replay.assert_done();
        assert_eq!(told["attempt_id"], "a");
        let words = ["outcome", "verdict", "key_use", "reason_code"];
        words.map(|word| told[word].as_str().unwrap_or("-").to_owned()).join(" ")
    };
    let pay = |replay: &Replay| told("mandates.pay", replay, args(json!({})));
    assert_eq!(pay(&mandate().answer(spent(false)).answer(receipt())), "settled settled same -");
    assert_eq!(pay(&mandate().answer(spent(true)).answer(receipt())), "replayed settled same -");
    let replay = mandate().answer(refused(422, "psp_refused"));
    assert_eq!(pay(&replay), "not_moved refused same psp_refused");
    let replay = mandate().answer(refused(409, "psp_attempt_conflict"));
    assert_eq!(pay(&replay), "not_moved refused spent psp_attempt_conflict");
    let replay = mandate().answer(refused(409, "attempt_id_conflict"));
    assert_eq!(pay(&replay), "unknown unknown person_decides attempt_id_conflict");
    let replay = mandate().answer(refused(502, "psp_dispatch_uncertain"));
    assert_eq!(pay(&replay), "unknown unknown same psp_dispatch_uncertain");
    let replay = mandate().answer(Recorded::json(403, held.clone()));
    let document = super::call(&replay, "mandates.pay", args(json!({}))).unwrap();
    assert_eq!((&document["verdict"], &document["approval_id"]), (&json!("held"), &json!("apv_1")));

    // A person said no: nothing moved, though the payment was presented before.
    let denied = json!({"approval_id": "apv_1", "approval_status": "denied"});
    let replay = mandate().answer(Recorded::json(403, held)).answer(Recorded::json(200, denied));
    let patient = args(json!({"patience": 60}));
    assert_eq!(told("mandates.pay", &replay, patient), "not_moved refused same denied");

    // A look-up presents, and looks at no mandate before.
    let look_up = |replay: &Replay| told("mandates.look_up", replay, args(json!({})));
    let replay = Replay::new().answer(spent(true)).answer(receipt());
    assert_eq!(look_up(&replay), "settled settled same -");
    let replay = Replay::new().answer(refused(403, "policy_denied"));
    assert_eq!(look_up(&replay), "unknown unknown same policy_denied");
    let replay = Replay::new().answer(spent(true)).answer(refused(404, "receipt_not_found"));
    let document = super::call(&replay, "mandates.look_up", args(json!({}))).unwrap();
    assert_eq!(document["spend"]["payment"]["transactionId"], "tx_1");
    assert!(document["receipt_error"].as_str().unwrap().contains("receipt_not_found"));

    // What was not presented is an error, and not an outcome.
    let unsaid = args(json!({"honours_attempts": null}));
    let error = super::call(&Replay::new(), "mandates.look_up", unsaid).unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some("honours_attempts")));
}
