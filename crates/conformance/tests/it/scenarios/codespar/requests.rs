//! Requests to any route: the same credentials, limits, repetitions and errors.

use codespar_proto::{Json, account::Whoami, request::segment};
use codespar_sandbox::{Fault, Sandbox};
use serde_json::{Value, json};
use testing_support::driver::{Driver, TestResult};

use crate::support::codespar::{arrived, client_of, refused, wrong};

testing_support::with_both_drivers! {
    routes_without_a_method_are_called_all_the_same
    errors_are_those_of_every_call
    only_what_is_safe_is_repeated
}

fn routes_without_a_method_are_called_all_the_same<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let body = json!({"consumer_id": "c 1", "name": "Maria"});
    let made: Value = D::finish(client.request("POST", "/v1/consumers").json(&body).read())?;
    assert_eq!(made["id"], "c 1");
    let path = format!("/v1/consumers/{}", segment("c 1")?);
    D::finish(client.request("PATCH", &path).json(&json!({"name": "Ana"})).done())?;
    let seen = D::finish(client.request("GET", &path).json_value())?;
    assert_eq!(seen.to_value()["name"], "Ana");
    let query = json!({"limit": 1, "absent": null});
    let listed = client.request("GET", "/v1/consumers").query(&query).pair("q", "a b");
    let listed = D::finish(listed.read::<Json>())?;
    assert_eq!(listed.to_value()["consumers"].as_array().map(Vec::len), Some(1));
    let asked = arrived(&sandbox, "GET", "/v1/consumers");
    assert_eq!(asked[0].query.as_deref(), Some("limit=1&q=a%20b"));
    assert!(asked[0].header("authorization").is_some());

    let raw = D::finish(client.request("GET", "/v1/whoami").header("x-own", "1").raw())?;
    assert_eq!(raw.status.as_u16(), 200);
    assert!(raw.headers.contains_key("x-request-id"));
    assert_eq!(serde_json::from_slice::<Whoami>(&raw.body)?, D::finish(client.whoami())?);
    assert_eq!(arrived(&sandbox, "GET", "/v1/whoami")[0].header("x-own"), Some("1"));
    Ok(())
}

fn errors_are_those_of_every_call<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let error = D::finish(client.request("GET", "/v1/openapi.json").json_value()).unwrap_err();
    assert_eq!(refused(&error), (501, "not_in_sandbox"));
    assert_eq!(error.operation(), "client.request");
    assert!(error.request_id().is_some());
    let error = D::finish(client.request("GET", "/v1/nowhere").raw()).unwrap_err();
    assert_eq!(refused(&error).0, 404);
    let error = D::finish(client.request("GET", "/v1/whoami").read::<Vec<u8>>()).unwrap_err();
    assert_eq!(error.kind(), codespar_proto::ErrorKind::Decode);

    let sent = sandbox.requests().len();
    for (method, path, field) in [
        ("GET", "v1/whoami", "path"),
        ("GET", "/v1/../x", "path"),
        ("GET", "/v1/x?a=1", "path"),
        ("GET", "/v1/%zz", "path"),
        ("NO GO", "/v1/whoami", "method"),
    ] {
        let error = D::finish(client.request(method, path).done()).unwrap_err();
        assert_eq!(wrong(&error), field, "{method} {path}");
    }
    assert!(segment("..").is_err() && segment("").is_err());
    assert_eq!(sandbox.requests().len(), sent);
    Ok(())
}

fn only_what_is_safe_is_repeated<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let busy = |method: &str| {
        sandbox.inject(Fault::on(method, "/v1/consumers").answer(503, json!({"error": "busy"})));
    };
    busy("GET");
    D::finish(client.request("GET", "/v1/consumers").done())?;
    assert_eq!(arrived(&sandbox, "GET", "/v1/consumers").len(), 2);
    busy("POST");
    let make = || client.request("POST", "/v1/consumers").json(&json!({"name": "Maria"}));
    let error = D::finish(make().done()).unwrap_err();
    assert_eq!((refused(&error), error.attempts()), ((503, "busy"), 1));
    busy("POST");
    D::finish(make().keyed().done())?;
    let posts = arrived(&sandbox, "POST", "/v1/consumers");
    let keys: Vec<_> = posts[1..].iter().map(|it| it.header("idempotency-key").unwrap()).collect();
    assert_eq!((keys.len(), keys[0] == keys[1]), (2, true));
    assert_eq!(posts[0].header("idempotency-key"), None);
    busy("POST");
    D::finish(make().safe().done())?;
    assert_eq!(arrived(&sandbox, "POST", "/v1/consumers").len(), 5);
    Ok(())
}
