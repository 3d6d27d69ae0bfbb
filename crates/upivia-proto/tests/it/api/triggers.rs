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
    insta::assert_snapshot!(text);
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
    insta::assert_snapshot!(text);
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
