//! The catalogue and the operations as tools of a model.

use std::time::SystemTime;

use codespar_engine::{
    Effect,
    testing::{Recorded, Replay},
};
use codespar_tools::{
    Dialect, Dispatch, Happened, KeySupport, Moment, ToolAnswer, ToolCall, ToolEffect, ToolSource,
    Toolbox, ToolboxOptions, testing::violations,
};
use serde_json::{Value, json};
use upivia_proto::{
    Client, Config,
    agent_tools::{NOT_OFFERED, OperationTools, ServiceTools},
    registry,
    toolkit::Toolkit,
};

fn client(server: &Replay) -> Client<Replay> {
    let config = Config::new("http://replay.test").api_key("agent_key_1").max_retries(0);
    Client::with_transport(config, server.clone()).unwrap()
}

fn toolbox(source: impl ToolSource<Replay> + 'static) -> Toolbox<Replay> {
    Toolbox::new(vec![Box::new(source)], ToolboxOptions::new())
}

fn services(server: &Replay) -> Toolbox<Replay> {
    toolbox(ServiceTools::new(&client(server), Toolkit::defaults()))
}

fn told(tools: &Toolbox<Replay>, name: &str, id: &str, arguments: &Value) -> ToolAnswer {
    let call = ToolCall::new(name, arguments.to_string()).id(id);
    match tools.dispatch(&call, Moment::new(SystemTime::UNIX_EPOCH)) {
        Dispatch::Call(pending) => pending.into_call().send().unwrap(),
        Dispatch::Answer(answer) => *answer,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_list_is_taken_by_every_provider() {
    let server = Replay::new();
    let operations = toolbox(OperationTools::new(&client(&server)));
    for tools in [services(&server), operations] {
        for dialect in Dialect::ALL {
            let found = violations(dialect, &tools.list(dialect));
            assert!(found.is_empty(), "{dialect:?}: {found:?}");
        }
        assert_eq!(tools.left_out(), []);
    }
    let names = |list: &codespar_engine::Json| -> Vec<String> {
        let list = list.to_value();
        list.as_array()
            .unwrap()
            .iter()
            .map(|tool| tool["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let mut by_hand = names(&Toolkit::defaults().to_anthropic());
    by_hand.sort();
    assert_eq!(by_hand, names(&services(&server).list(Dialect::Anthropic)));
    for (dialect, list) in [
        (Dialect::OpenAiChat, Toolkit::defaults().to_openai()),
        (Dialect::OpenAiResponses, Toolkit::defaults().to_openai_responses()),
        (Dialect::Anthropic, Toolkit::defaults().to_anthropic()),
        (Dialect::Mcp, Toolkit::defaults().to_mcp()),
    ] {
        assert_eq!(violations(dialect, &list), [""; 0], "{dialect:?}");
    }
}

#[test]
fn hints_are_those_of_the_rows() {
    let tools = toolbox(OperationTools::new(&client(&Replay::new())));
    for operation in registry::operations() {
        let is_left_out = NOT_OFFERED.iter().any(|(name, _)| *name == operation.name);
        let tool = tools.tools().find(|tool| tool.spec.id == operation.name);
        assert_eq!(tool.is_none(), is_left_out, "{}", operation.name);
        let Some(tool) = tool else { continue };
        let effect = registry::route(operation).map_or(Effect::Reads, |route| route.effect());
        assert_eq!(tool.spec.effect, ToolEffect::Known(effect), "{}", operation.name);
        assert_eq!(tool.hints.read_only, effect == Effect::Reads, "{}", operation.name);
    }
    // What a person decides or answers, no model does.
    for name in [
        "agent_requests.reject",
        "agent_requests.resolve",
        "approvals.approve",
        "budget_requests.resolve",
        "chat.resolve_approval",
        "human_input.answer",
    ] {
        assert!(!tools.tools().any(|tool| tool.spec.id == name), "{name}");
    }
    for (name, _) in NOT_OFFERED {
        assert!(registry::operations().any(|operation| operation.name == *name), "{name}");
    }
    let services = services(&Replay::new());
    assert!(services.find("platform_check_budget").unwrap().hints.read_only);
    let send = services.find("email_send").unwrap();
    assert!(send.hints.destructive && matches!(send.spec.key, KeySupport::Honoured));
}

#[test]
fn a_service_is_asked_under_a_key_of_the_call_id() {
    let server = Replay::new()
        .answer(Recorded::json(
            200,
            json!({ "status": "executed", "request_id": "req_1",
            "result": { "id": "msg" } }),
        ))
        .answer(Recorded::json(
            200,
            json!({ "status": "approval_required", "approval_id": "apv_1",
            "expires_at": "2027-01-31T00:00:00Z" }),
        ))
        .answer(Recorded::json(
            200,
            json!({ "status": "blocked", "reason_code": "policy_block",
            "message": "no mail" }),
        ))
        .answer(Recorded::json(200, json!({ "status": "failed", "reason_code": "adapter_error" })));
    let tools = services(&server);
    let send = |id: &str, to: &str| told(&tools, "email_send", id, &json!({ "to": to }));
    let done = send("1", "a");
    assert_eq!((done.verdict, &done.data["result"]["id"]), (Happened::Done, &json!("msg")));
    let held = send("2", "b");
    assert_eq!((held.verdict, held.approval.unwrap().id.as_str()), (Happened::Held, "apv_1"));
    let refused = send("3", "c");
    assert_eq!(
        (refused.verdict, refused.code.as_deref()),
        (Happened::Refused, Some("policy_block"))
    );
    assert_eq!(send("4", "d").verdict, Happened::Unknown);
    let sent = server.requests();
    assert_eq!(sent[0].header("idempotency-key"), done.key.as_deref());
    assert!(done.key.unwrap().starts_with("tool-"));
    assert_ne!(sent[0].header("idempotency-key"), sent[1].header("idempotency-key"));
}
