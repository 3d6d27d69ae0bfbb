//! Triggers: signed, filled in and fired.

use codespar_sandbox::{EffectKind, Verdict};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::{
    Reply,
    upivia::{As, Upivia, id, refused, upivia},
};

fn trigger(upivia: &Upivia, operation: &str, template: Value) -> (String, String) {
    let made = upivia.made(
        As::Session,
        "/triggers",
        json!({
            "agent_id": upivia.sandbox().upivia_agent_id(),
            "kind": "webhook",
            "operation": operation,
            "payload_template": template,
        }),
    );
    let trigger = id(&made, "trigger").to_owned();
    let url = format!("{}/api/v1/triggers/{trigger}/fire", upivia.sandbox().upivia_url());
    assert_eq!(made["fire_url"], url);
    (trigger, made["secret"].as_str().unwrap().to_owned())
}

fn fire(upivia: &Upivia, trigger: &str, secret: &str, body: &str) -> Reply {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    let code = mac.chain_update(body).finalize().into_bytes();
    let hex: String = code.iter().map(|byte| format!("{byte:02x}")).collect();
    let signature = format!("sha256={hex}");
    let headers = [("x-agentwallet-signature", signature.as_str())];
    let path = format!("/triggers/{trigger}/fire");
    let body = Some(body.as_bytes().to_vec());
    upivia.send(As::Nobody, "POST", &path, body, Some("application/json"), &headers)
}

#[test]
fn a_trigger_is_signed_filled_and_fired() {
    let upivia = upivia();
    let template = json!({ "to": "ops@example.com", "body": "{{ text }}: {{n}}{{none}}" });
    let (trigger, secret) = trigger(&upivia, "email.send", template);
    let fired = fire(&upivia, &trigger, &secret, "{ \"text\": \"olá\", \"n\": 7 }");
    assert_eq!(fired.status, 202);
    assert_eq!(fired.body, json!({ "accepted": true, "dispatch_status": "executed" }));
    assert_eq!(upivia.sandbox().effects().count(EffectKind::ServiceCall), 1);
    for (secret, signed) in [("whsec_other", "{}"), ("", "{}")] {
        let wrong = fire(&upivia, &trigger, secret, signed);
        assert_eq!(refused(&wrong), (401, "invalid_signature"));
    }
    let bare = upivia.post(As::Session, &format!("/triggers/{trigger}/fire"), json!({}));
    assert_eq!(refused(&bare), (401, "invalid_signature"));
    upivia.sandbox().upivia_decide("email.send", Verdict::Blocked);
    let blocked = fire(&upivia, &trigger, &secret, "{}");
    assert_eq!((blocked.status, &blocked.body["reason_code"]), (202, &json!("policy_block")));
}

#[test]
fn triggers_change_and_end() {
    let upivia = upivia();
    let (first, secret) = trigger(&upivia, "sms.send", json!({}));
    let fired = fire(&upivia, &first, &secret, "{}").body;
    assert_eq!(fired["dispatch_status"], "failed", "the template lacks what an SMS needs");
    let path = format!("/triggers/{first}");
    let kept = upivia.patch(As::Session, &path, json!({ "kind": "cron" }));
    assert_eq!(refused(&kept), (400, "invalid_request"));
    let changed = upivia.patch(
        As::Session,
        &path,
        json!({ "payload_template": { "to": "+1", "body": "x" } }),
    );
    assert!(changed.body["trigger"]["secret"].is_null());
    assert_eq!(fire(&upivia, &first, &secret, "{}").body["dispatch_status"], "executed");
    assert_eq!(upivia.delete(As::Session, &path).body, json!({ "disabled": true }));
    assert_eq!(fire(&upivia, &first, &secret, "{}").body["reason_code"], "trigger_disabled");
    trigger(&upivia, "email.send", json!({}));
    let page = upivia.read(As::Session, "/triggers?limit=1");
    let next = format!("/triggers?limit=1&cursor={}", page["next_cursor"].as_str().unwrap());
    assert_eq!(upivia.read(As::Session, &next)["triggers"][0]["id"], first.as_str());
    assert_eq!(upivia.delete(As::Session, &format!("{path}?purge=true")).status, 200);
    assert_eq!(upivia.get(As::Session, &path).status, 404);
    let cron = json!({
        "agent_id": upivia.sandbox().upivia_agent_id(), "kind": "cron", "operation": "email.send",
    });
    assert_eq!(refused(&upivia.post(As::Session, "/triggers", cron)), (400, "invalid_request"));
}
