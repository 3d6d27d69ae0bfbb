//! Answers of shapes that no document shows, but that are no reason to lose what was done.

use codespar_engine::testing::{Recorded, Replay};
use serde_json::{Value, json};
use upivia_proto::{
    Client, Config, ErrorKind, Outcome, ServiceRequest,
    spawn::SpawnAgent,
    toolkit::{ToolOperation, Toolkit, format_tool_result},
    triggers::{CreateTrigger, UpdateTrigger},
};

fn answering(body: Value) -> Client<Replay> {
    on(Recorded::json(200, body))
}

fn on(answer: Recorded) -> Client<Replay> {
    let config =
        Config::new("http://replay.test").api_key("agent_key_1").session_cookie("session=1");
    Client::with_transport(config, Replay::new().answer(answer)).unwrap()
}

#[test]
fn an_outcome_without_a_status_is_an_outcome() {
    let check = ServiceRequest::new("platform", "check_budget", &json!({"agent_id": "a"})).unwrap();
    for status in [json!({}), json!({"status": null})] {
        let mut body = json!({"remaining_dollars": 5.0, "org_balance": 50.0});
        body.as_object_mut().unwrap().extend(status.as_object().unwrap().clone());
        let made = answering(body).service_requests().create(&check).send().unwrap();
        let Outcome::Other(other) = &made.outcome else { panic!("{made:?}") };
        assert_eq!((made.status(), other.status.as_deref()), ("unknown", None));
        assert_eq!(other.extra.get("remaining_dollars").unwrap().as_str(), "5.0");
        let written = serde_json::to_value(&made.outcome).unwrap();
        assert_eq!(written, json!({"remaining_dollars": 5.0, "org_balance": 50.0}));
    }
    // What the request came to is not known when nothing is said about it.
    for nothing in [Recorded::status(204), Recorded::json(200, json!({}))] {
        let error = on(nothing).service_requests().create(&check).send().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.message().starts_with("status: "), "{error}");
        assert!(error.may_have_been_sent() && error.idempotency_key().is_some());
    }
}

#[test]
fn a_decision_that_is_answered_with_nothing_was_made() {
    let decided = on(Recorded::status(204)).approvals().approve("appr_1").send().unwrap();
    assert_eq!((decided.status(), decided.is_known()), ("unknown", false));
    let decided = answering(json!({"ok": true})).approvals().reject("appr_1").send().unwrap();
    assert!(!decided.is_known());
}

#[test]
fn a_tool_whose_answer_has_no_status_is_shown_whole() {
    let operation = ToolOperation::new("platform", "check_budget", "");
    let toolkit = Toolkit::of_operations([operation]).unwrap();
    let arguments = upivia_proto::Object::of("test", &json!({"agent_id": "agt_1"})).unwrap();
    let client = answering(json!({"remaining_dollars": 5.5}));
    let result = client.call_tool(&toolkit.tools()[0], &arguments).send().unwrap();
    assert_eq!(format_tool_result(&result), "STATUS: unknown\n{\"remaining_dollars\": 5.5}");
}

#[test]
fn the_id_that_was_asked_about_stands_in_for_one_that_is_not_said() {
    let patch = UpdateTrigger::default().disabled(true);
    let updated = on(Recorded::status(204)).triggers().update("trg_1", &patch).send().unwrap();
    assert_eq!(updated.trigger.id, "trg_1");
    let updated = answering(json!({"ok": true})).triggers().update("trg_1", &patch).send().unwrap();
    assert_eq!(updated.trigger.id, "trg_1");
    assert_eq!(updated.trigger.extra.get("ok").unwrap().as_str(), "true");
    let within = json!({"trigger": {"disabled": true, "id": null}, "more": 1});
    let updated = answering(within).triggers().update("trg_1", &patch).send().unwrap();
    assert_eq!((updated.trigger.id.as_str(), updated.trigger.disabled), ("trg_1", Some(true)));
    assert!(updated.extra.get("more").is_some());
    // One that is said counts.
    let said = answering(json!({"id": "trg_9"})).triggers().get("trg_1").send().unwrap();
    assert_eq!(said.trigger.id, "trg_9");

    let ok = || answering(json!({"ok": true}));
    assert_eq!(ok().storage().objects().get("obj_1").send().unwrap().object.id, "obj_1");
    assert_eq!(ok().storage().objects().restore("obj_1").send().unwrap().object.id, "obj_1");
    assert_eq!(ok().storage().objects().confirm("obj_1", None).send().unwrap().object.id, "obj_1");
    let collection = ok().knowledge().collections().get("col_1").send().unwrap();
    assert_eq!(collection.collection.id, "col_1");
    let document = ok().knowledge().documents().get("col_1", "doc_1").send().unwrap();
    assert_eq!(document.document.id, "doc_1");

    let error = answering(json!([1])).triggers().get("trg_1").send().unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Decode, "triggers.get"));
    assert_eq!(error.status().unwrap(), 200);
}

#[test]
fn what_is_said_once_only_is_found_wherever_it_stands() {
    let webhook = CreateTrigger::webhook("agt_1", "email.send", &json!({})).unwrap();
    let bare = json!({"id": "trg_1", "secret": "whsec_1", "fire_url": "https://x.test/fire"});
    for body in [bare.clone(), json!({"trigger": bare})] {
        let made = answering(body).triggers().create(&webhook).send().unwrap();
        assert_eq!(made.secret.as_ref().unwrap().expose(), "whsec_1");
        assert_eq!(made.fire_url.as_deref(), Some("https://x.test/fire"));
        assert!(made.trigger.extra.is_empty());
    }
    let body = json!({"agent": {"name": "child"}, "api_key": "agent_key_child"});
    let child = SpawnAgent::new("child", ["email.send"]);
    let spawned = answering(body).spawn().create(&child).send().unwrap();
    assert!(spawned.agent.is_some() && spawned.member("api_key").is_some());
}

#[test]
fn a_run_may_stand_bare() {
    let client = answering(json!({"id": "run_1", "status": "pending"}));
    let run = client.workflows().runs().create("wf_1", &json!({})).send().unwrap().run;
    assert_eq!(run.id, "run_1");
}
