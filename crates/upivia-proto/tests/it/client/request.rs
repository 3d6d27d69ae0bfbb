//! Requests to endpoints that have no method.

use codespar_engine::testing::{Recorded, Replay};
use serde_json::json;
use upivia_proto::{Client, Config, Object, auth};

fn on(replay: &Replay) -> Client<Replay> {
    let config = Config::new("https://upivia.test").pat("pat_1");
    Client::with_transport(config, replay.clone()).unwrap()
}

#[test]
fn an_endpoint_without_a_method_can_be_asked() {
    let replay = Replay::new()
        .answer(Recorded::json(200, json!({"a": 1})))
        .answer(Recorded::status(204))
        .answer(Recorded::status(404));
    let client = on(&replay);
    let request = |path| client.request("PUT", path).auth(auth::SESSION).pair("q", "a b");
    let answer: Object = request("/api/v1/x").json(&json!({"b": 2})).read().send().unwrap();
    assert_eq!(answer.get::<i32>("a").unwrap(), Some(1));
    assert!(request("/api/v1/x").read::<Object>().send().unwrap().names().is_empty());
    assert!(request("/api/v1/x").done().send().is_err());
    assert_eq!(replay.requests()[0].uri, "https://upivia.test/api/v1/x?q=a%20b");
    assert_eq!(replay.requests()[0].json(), json!({"b": 2}));
    assert_eq!(request("x?y").done().send().unwrap_err().field(), Some("path"));
}

#[test]
fn answers_are_read_raw_or_as_json() {
    let replay = Replay::new()
        .answer(Recorded::status(200).header("content-type", "text/csv").chunk("a;b"))
        .answer(Recorded::json(200, json!([1])))
        .answer(Recorded::status(204));
    let client = on(&replay);
    let request = || client.request("GET", "/api/v1/export");
    let raw = request().header("accept", "text/csv").raw().send().unwrap();
    assert_eq!((raw.status.as_u16(), &raw.body[..]), (200, &b"a;b"[..]));
    assert_eq!(raw.headers["content-type"], "text/csv");
    assert!(!format!("{raw:?}").contains("a;b"));
    assert_eq!(request().json_value().send().unwrap().as_str(), "[1]");
    assert!(request().json_value().send().unwrap().is_null());
    assert_eq!(replay.requests()[0].header("accept"), Some("text/csv"));
    // No credentials were named: the agent key, else a token.
    assert_eq!(replay.requests()[1].header("authorization"), Some("Bearer pat_1"));
}

#[test]
fn what_is_no_method_is_refused() {
    let replay = Replay::new();
    for method in ["", "CONNECT", "G ET"] {
        let error = on(&replay).request(method, "/api/v1/x").done().send().unwrap_err();
        assert_eq!(error.field(), Some("method"), "{method:?}");
    }
    let nobody = Client::with_transport(Config::new("https://upivia.test"), replay.clone());
    let request = nobody.unwrap().request("GET", "/api/v1/x");
    assert_eq!(request.done().send().unwrap_err().field(), Some("api_key"));
    assert!(replay.requests().is_empty());
}
