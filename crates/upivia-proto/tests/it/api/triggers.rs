//! Triggers and their signatures.

use std::collections::BTreeMap;

use codespar_engine::testing::{Recorded, Replay};
use serde_json::json;
use upivia_proto::{
    Client, Config,
    triggers::{CreateTrigger, TriggerQuery, UpdateTrigger, sign_trigger, verify_trigger},
};

use crate::support::shown;

const SECRET: &str = "whsec_test_secret";

#[test]
fn triggers() {
    let template = json!({"body": "{{message}}"});
    let webhook = CreateTrigger::webhook("agt_1", "email.send", &template).unwrap();
    let mut patch = UpdateTrigger::default().disabled(true);
    patch.schedule_expr = Some(None);
    let text = shown! { client;
        "triggers.list/all-options" => client.triggers()
            .list_page(&TriggerQuery::default().limit(10).cursor("c1"));
        "triggers.create/webhook" => client.triggers().create(&webhook);
        "triggers.create/cron" => client.triggers()
            .create(&CreateTrigger::cron("agt_1", "email.send", "*/5 * * * *"));
        "triggers.get/typical" => client.triggers().get("trg_1");
        "triggers.update/typical" => client.triggers().update("trg_1", &patch);
        "triggers.delete/typical" => client.triggers().delete("trg_1");
        "triggers.delete/purge" => client.triggers().purge("trg_1");
        "triggers.iter/three-pages" => client.triggers().list(&TriggerQuery::default().limit(2));
    };
    insta::assert_snapshot!(text, @r#"
    ## triggers.list/all-options
    > GET /api/v1/triggers?cursor=c1&limit=10 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"triggers": [], "next_cursor": null}
    = Ok(TriggerList { triggers: [], next_cursor: None, extra: {} })
    ## triggers.create/webhook
    > POST /api/v1/triggers (timeout 60s)
      authorization: Bearer [redacted]
      {
        "agent_id": "agt_1",
        "kind": "webhook",
        "operation": "email.send",
        "payload_template": {
          "body": "{{message}}"
        }
      }
    < 201
      {"trigger": {"id": "trg_1", "kind": "webhook", "operation": "email.send", "disabled": false}, "secret": "whsec_1", "fire_url": "https://x.test/fire"}
    = Ok(CreatedTrigger { trigger: Trigger { id: "trg_1", agent_id: None, kind: Some(Webhook), operation: Some("email.send"), schedule_expr: None, payload_template: None, disabled: Some(false), fire_url: None, extra: {} }, secret: Some([redacted]), fire_url: Some("https://x.test/fire"), extra: {} })
    ## triggers.create/cron
    > POST /api/v1/triggers (timeout 60s)
      authorization: Bearer [redacted]
      {
        "agent_id": "agt_1",
        "kind": "cron",
        "operation": "email.send",
        "schedule_expr": "*/5 * * * *"
      }
    < 201
      {"trigger": {"id": "trg_1", "kind": "webhook", "operation": "email.send", "disabled": false}}
    = Ok(CreatedTrigger { trigger: Trigger { id: "trg_1", agent_id: None, kind: Some(Webhook), operation: Some("email.send"), schedule_expr: None, payload_template: None, disabled: Some(false), fire_url: None, extra: {} }, secret: None, fire_url: None, extra: {} })
    ## triggers.get/typical
    > GET /api/v1/triggers/trg_1 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"trigger": {"id": "trg_1", "kind": "webhook", "operation": "email.send", "disabled": false}}
    = Ok(TriggerAnswer { trigger: Trigger { id: "trg_1", agent_id: None, kind: Some(Webhook), operation: Some("email.send"), schedule_expr: None, payload_template: None, disabled: Some(false), fire_url: None, extra: {} }, extra: {} })
    ## triggers.update/typical
    > PATCH /api/v1/triggers/trg_1 (timeout 60s)
      authorization: Bearer [redacted]
      {
        "disabled": true,
        "schedule_expr": null
      }
    < 200
      {"trigger": {"id": "trg_1", "kind": "webhook", "operation": "email.send", "disabled": false}}
    = Ok(TriggerAnswer { trigger: Trigger { id: "trg_1", agent_id: None, kind: Some(Webhook), operation: Some("email.send"), schedule_expr: None, payload_template: None, disabled: Some(false), fire_url: None, extra: {} }, extra: {} })
    ## triggers.delete/typical
    > DELETE /api/v1/triggers/trg_1 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"disabled": true}
    = Ok(Object(Json(object, 18 bytes)))
    ## triggers.delete/purge
    > DELETE /api/v1/triggers/trg_1?purge=true (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"purged": true}
    = Ok(Object(Json(object, 16 bytes)))
    ## triggers.iter/three-pages
    > GET /api/v1/triggers?limit=2 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"triggers": [{"id": "a"}, {"id": "b"}], "next_cursor": "c2"}
    * Trigger { id: "a", agent_id: None, kind: None, operation: None, schedule_expr: None, payload_template: None, disabled: None, fire_url: None, extra: {} }
    * Trigger { id: "b", agent_id: None, kind: None, operation: None, schedule_expr: None, payload_template: None, disabled: None, fire_url: None, extra: {} }
    > GET /api/v1/triggers?cursor=c2&limit=2 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"triggers": [{"id": "c"}], "next_cursor": "c3"}
    * Trigger { id: "c", agent_id: None, kind: None, operation: None, schedule_expr: None, payload_template: None, disabled: None, fire_url: None, extra: {} }
    > GET /api/v1/triggers?cursor=c3&limit=2 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"triggers": [{"id": "d"}], "next_cursor": null}
    * Trigger { id: "d", agent_id: None, kind: None, operation: None, schedule_expr: None, payload_template: None, disabled: None, fire_url: None, extra: {} }
    = Ok(())
    "#);
}

#[test]
fn firing() {
    let text = shown! { client;
        "triggers.fire/typical" =>
            client.triggers().fire("trg_1", SECRET, &json!({"a": 1, "b": "x"}));
        "triggers.fire/null-payload" => client.triggers().fire("trg_1", SECRET, &());
        "triggers.fire/rejected-downstream" => client.triggers()
            .fire("trg_1", SECRET, &json!({"a": 1}));
        "triggers.fire/401" => client.triggers().fire("trg_1", SECRET, &json!({"a": 1}));
        "triggers.fire/not-retried" => client.triggers().fire("trg_1", SECRET, &json!({"a": 1}));
    };
    insta::assert_snapshot!(text, @r#"
    ## triggers.fire/typical
    > POST /api/v1/triggers/trg_1/fire (timeout 60s)
      x-agentwallet-signature: [redacted]
      {
        "a": 1,
        "b": "x"
      }
    < 202
      {"accepted": true, "dispatch_status": "executed"}
    = Ok(Fired { accepted: Some(true), dispatch_status: Some("executed"), reason_code: None, extra: {} })
    ## triggers.fire/null-payload
    > POST /api/v1/triggers/trg_1/fire (timeout 60s)
      x-agentwallet-signature: [redacted]
      {}
    < 202
      {"accepted": true, "dispatch_status": "executed"}
    = Ok(Fired { accepted: Some(true), dispatch_status: Some("executed"), reason_code: None, extra: {} })
    ## triggers.fire/rejected-downstream
    > POST /api/v1/triggers/trg_1/fire (timeout 60s)
      x-agentwallet-signature: [redacted]
      {
        "a": 1
      }
    < 202
      {"accepted": true, "dispatch_status": "blocked", "reason_code": "policy_block"}
    = Ok(Fired { accepted: Some(true), dispatch_status: Some("blocked"), reason_code: Some("policy_block"), extra: {} })
    ## triggers.fire/401
    > POST /api/v1/triggers/trg_1/fire (timeout 60s)
      x-agentwallet-signature: [redacted]
      {
        "a": 1
      }
    < 401
      {"error": {"code": "invalid_signature", "message": "bad signature"}}
    = Err(api) triggers.fire: bad signature (status 401, code invalid_signature)
    ## triggers.fire/not-retried
    > POST /api/v1/triggers/trg_1/fire (timeout 60s)
      x-agentwallet-signature: [redacted]
      {
        "a": 1
      }
    < 503
      {"error": {"code": "unavailable", "message": "later"}}
    = Err(api) triggers.fire: later (status 503, code unavailable, it may have happened)
    "#);
}

#[test]
fn the_signature_is_of_the_bytes_that_are_sent_and_nothing_else_goes_along() {
    let config = Config::new("http://replay.test")
        .api_key("agent_key_1")
        .pat("upivia_pat_1")
        .session_cookie("session=1");
    let payloads = [
        json!({}),
        json!({"z": [1, 2.5, null, true], "a": {"y": 1, "x": {}}}),
        json!({"mensagem": "ação – 🙂", "quote": "\"\\/\n\t\u{7f}"}),
    ];
    for payload in payloads {
        let server = Replay::new().answer(Recorded::json(202, json!({"accepted": true})));
        let client = Client::with_transport(config.clone(), server.clone()).unwrap();
        client.triggers().fire("trg_1", "clé-Ω", &payload).send().unwrap();
        let sent = &server.requests()[0];
        let signature = sent.header("x-agentwallet-signature").unwrap();
        assert_eq!(signature, sign_trigger("clé-Ω", &sent.body).unwrap());
        verify_trigger("clé-Ω", &sent.body, signature).unwrap();
        assert_eq!(sent.json(), payload);
        assert_eq!((sent.header("authorization"), sent.header("cookie")), (None, None));
    }
}

#[test]
fn a_struct_of_the_callers_is_signed_in_its_own_order() {
    #[derive(serde::Serialize)]
    struct Order {
        order: u32,
        note: &'static str,
    }
    let server = Replay::new().answer(Recorded::json(202, json!({"accepted": true})));
    let client = Client::with_transport(Config::new("http://replay.test"), server.clone()).unwrap();
    let order = Order { order: 7, note: "ok" };
    client.triggers().fire("trg_1", "whsec_demo_1", &order).send().unwrap();
    let sent = &server.requests()[0];
    assert_eq!(&sent.body[..], br#"{"order":7,"note":"ok"}"#);
    assert_eq!(
        sent.header("x-agentwallet-signature"),
        Some("sha256=c84d478d63e05d9b4a50e0beb8df4f336c693cc85b9600d586538a0f5b1029ca"),
    );
}

#[test]
fn what_cannot_be_signed_is_not_sent() {
    let server = Replay::new();
    let client = Client::with_transport(Config::new("http://replay.test"), server.clone()).unwrap();
    let not_a_number = BTreeMap::from([("amount", f64::NAN)]);
    let triggers = client.triggers();
    for (call, field) in [
        (triggers.fire("trg_1", "", &json!({})), "secret"),
        (triggers.fire("trg_1", SECRET, &not_a_number), "payload"),
        (triggers.fire("trg_1", SECRET, &[1]), "payload"),
        (triggers.fire("trg_1", SECRET, &"text"), "payload"),
        (triggers.fire("..", SECRET, &json!({})), "trigger_id"),
    ] {
        let error = call.send().unwrap_err();
        assert_eq!(error.field(), Some(field), "{error}");
        assert!(!format!("{error:?}").contains(SECRET));
    }
    assert!(server.requests().is_empty());
}

#[test]
fn a_trigger_that_stands_bare_is_read_too() {
    let server = Replay::new().answer(Recorded::json(200, json!({"id": "trg_1", "new": 1})));
    let config = Config::new("http://replay.test").pat("upivia_pat_1");
    let client = Client::with_transport(config, server).unwrap();
    let trigger = client.triggers().get("trg_1").send().unwrap().trigger;
    assert_eq!((trigger.id.as_str(), trigger.extra.get("new").unwrap().as_str()), ("trg_1", "1"));
}
