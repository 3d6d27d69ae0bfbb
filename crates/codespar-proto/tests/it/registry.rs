//! Operations by name: arguments are checked before anything is sent, results are JSON.

mod account;
mod accounts;
mod commerce;
mod described;
pub(crate) mod governance;
mod money;
mod selling;
mod shop;

use codespar_proto::{
    Client, Config, Error, ErrorKind, Json, Session,
    registry::{
        Started, config, describe_client, describe_session, last_state, operations,
        start_on_client, start_on_session,
    },
    testing::{Recorded, Replay},
};
use serde_json::{Value, json};

fn client(replay: &Replay) -> Client<Replay> {
    let config = Config::new("csk_test_1").base_url("http://replay.test");
    Client::with_transport(config, replay.clone()).unwrap()
}

fn session(replay: &Replay) -> Session<Replay> {
    client(replay).session("ses_1").unwrap()
}

fn send(started: Option<Result<Started<Replay>, Error>>) -> Result<Value, Error> {
    match started.expect("there is such an operation")? {
        Started::Call(call) => Ok(call.send()?.to_value()),
        Started::Items(items) => {
            Ok(items.map(|item| Ok(item?.to_value())).collect::<Result<Vec<_>, Error>>()?.into())
        }
        Started::Session(call) => Ok(describe_session(&call.send()?)?.to_value()),
        other => panic!("{other:?}"),
    }
}

fn call(replay: &Replay, name: &str, args: Value) -> Result<Value, Error> {
    let args = Json::from(args);
    if name.starts_with("session.") {
        return send(start_on_session(&session(replay), name, &args));
    }
    send(start_on_client(&client(replay), name, &args))
}

#[test]
fn every_name_is_known_to_its_target_alone() {
    let (replay, args) = (Replay::new(), Json::from(json!({})));
    let (client, session) = (client(&replay), session(&replay));
    for operation in operations() {
        let known = [
            start_on_client(&client, operation.name, &args).is_some(),
            start_on_session(&session, operation.name, &args).is_some(),
        ];
        let of_session = operation.name.starts_with("session.");
        assert_eq!(known, [!of_session, of_session], "{}", operation.name);
    }
    assert!(start_on_session(&session, "session.fly", &args).is_none());
    assert!(replay.requests().is_empty());
}

#[test]
fn wrong_arguments_are_named_and_nothing_is_sent() {
    let charge = |change: Value| {
        let mut args = json!({
            "amount": 125, "currency": "BRL", "method": "pix", "description": "x",
            "buyer": { "name": "Maria" },
        });
        for (name, value) in change.as_object().unwrap() {
            args[name] = value.clone();
        }
        args
    };
    let table = [
        ("session.charge", charge(json!({ "buyer": { "nome": "x", "name": "y" } })), "buyer.nome"),
        ("session.charge", charge(json!({ "buyer": {} })), "buyer.name"),
        ("session.charge", charge(json!({ "amount": -1 })), "amount"),
        ("session.charge", charge(json!({ "amuont": 1 })), "amuont"),
        ("session.charge", charge(json!({ "description": 7 })), "description"),
        ("session.charge", json!({}), "amount"),
        ("session.charge", json!("text"), "arguments"),
        ("session.execute", json!({ "tool_name": "a/b", "params": [] }), "input"),
        ("session.execute", json!({ "params": {} }), "tool_name"),
        ("session.payment_status", json!({ "tool_call_id": ".." }), "tool_call_id"),
        ("session.close", json!({ "now": true }), "now"),
        ("client.create", json!({ "user_id": "u", "server": ["zoop"] }), "server"),
        ("client.create", json!({ "user_id": "u", "preset": "chilean" }), "preset"),
        ("client.session", json!({ "session_id": "" }), "session_id"),
    ];
    for (name, args, field) in table {
        let replay = Replay::new();
        let error = call(&replay, name, args.clone()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{name} {args}: {error}");
        assert_eq!(error.field(), Some(field), "{name} {args}: {error}");
        assert_eq!(error.operation(), name);
        assert!(replay.requests().is_empty());
    }
}

#[test]
fn a_call_gives_its_answer_with_everything_in_it() {
    let answer = json!({ "success": true, "tool_call_id": "tc_1", "server": "asaas",
        "data": { "id": "pay_1", "amount": 99.90, "pix_copy_paste": "00020126", "new": [1] } });
    let replay = Replay::new().answer(Recorded::json(200, answer));
    let args = json!({ "amount": 99.90, "currency": "BRL", "method": "pix", "description": "x",
        "buyer": { "name": "Maria" } });
    let result = call(&replay, "session.charge", args).unwrap();
    assert_eq!(result["tool_call_id"], "tc_1");
    assert_eq!(result["amount"], 99.9);
    assert_eq!(result["pix_copy_paste"], "00020126");
    assert_eq!(result["new"], json!([1]));
    replay.assert_done();
}

#[test]
fn free_json_goes_through_as_it_is() {
    let replay = Replay::new().answer(Recorded::json(200, json!({ "success": true })));
    let params = json!({ "any": { "thing": [1, null, "x"] } });
    let args = json!({ "tool_name": "a/b", "params": params });
    assert_eq!(call(&replay, "session.execute", args).unwrap()["tool"], "a/b");
    assert_eq!(replay.requests()[0].json(), json!({ "tool": "a/b", "input": params }));
}

#[test]
fn a_session_is_described_with_where_its_tools_are() {
    let replay = Replay::new().answer(Recorded::json(201, json!({ "id": "ses_9" })));
    let made = call(&replay, "client.create", json!({ "user_id": "u", "servers": ["omie"] }));
    let made = made.unwrap();
    assert_eq!(made["id"], "ses_9");
    assert_eq!(made["servers"], json!(["omie"]));
    assert_eq!(made["mcp"]["url"], "http://replay.test/v1/sessions/ses_9/mcp");
    assert_eq!(made["mcp"]["headers"]["Authorization"], "Bearer csk_test_1");
}

#[test]
fn settings_come_from_arguments_before_variables() {
    let of = |args: Value, url: Option<&'static str>| {
        let config = config(&Json::from(args), |name| {
            url.filter(|_| name == "CODESPAR_BASE_URL").map(str::to_owned)
        })?;
        let client = Client::with_transport(config, Replay::new())?;
        Ok::<_, Error>(describe_client(&client)?.to_value())
    };
    let key = json!({ "api_key": "csk_1" });
    let url = |made: Result<Value, Error>| made.unwrap()["base_url"].clone();
    assert_eq!(url(of(key.clone(), None)), "https://api.codespar.dev");
    assert_eq!(url(of(key.clone(), Some("http://a.test/"))), "http://a.test");
    let both = json!({ "api_key": "csk_1", "base_url": "http://b.test" });
    assert_eq!(url(of(both, Some("http://a.test"))), "http://b.test");
    for (name, value) in [
        ("timeout", json!(0)),
        ("timeout", json!("30")),
        ("project_id", json!("")),
        ("x", json!(1)),
    ] {
        let mut args = key.clone();
        args[name] = value;
        let error = of(args.clone(), None).unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some(name)), "{args}");
    }
}

#[test]
fn an_error_keeps_the_last_state() {
    let stream = "event: snapshot\ndata: {\"payment_status\":\"pending\"}\n\n";
    let replay = Replay::new().answer(Recorded::events([stream]));
    let args = json!({ "tool_call_id": "tc_1" });
    let error = call(&replay, "session.payment_status_stream", args).unwrap_err();
    let last = last_state(&error).expect("a state").to_value();
    assert_eq!(last["payment_status"], "pending");
    assert_eq!(last["tool_call_id"], "tc_1");
}
