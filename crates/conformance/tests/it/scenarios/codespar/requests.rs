// Requests to any route: the same credentials, limits, repetitions and errors.

use codespar_proto::{Json, Whoami, request::segment};
use codespar_sandbox::{Fault, Sandbox};
use serde_json::{Value, json};

use super::bench::{arrived, client_of, refused, wrong};

scenario! { routes_without_a_method_are_called_all_the_same {
    let sandbox = Sandbox::start()?;
    let client = client_of(&sandbox);
    let body = json!({"consumer_id": "c 1", "name": "Maria"});
    let made: Value = run!(client.request("POST", "/v1/consumers").json(&body).read())?;
    assert_eq!(made["id"], "c 1");
    let path = format!("/v1/consumers/{}", segment("c 1")?);
    run!(client.request("PATCH", &path).json(&json!({"name": "Ana"})).done())?;
    let seen = run!(client.request("GET", &path).json_value())?;
    assert_eq!(seen.to_value()["name"], "Ana");
    let query = json!({"limit": 1, "absent": null});
    let listed = client.request("GET", "/v1/consumers").query(&query).pair("q", "a b");
    let listed = run!(listed.read::<Json>())?;
    assert_eq!(listed.to_value()["consumers"].as_array().map(Vec::len), Some(1));
    let asked = arrived(&sandbox, "GET", "/v1/consumers");
    assert_eq!(asked[0].query.as_deref(), Some("limit=1&q=a%20b"));
    assert!(asked[0].header("authorization").is_some());

    let raw = run!(client.request("GET", "/v1/whoami").header("x-own", "1").raw())?;
    assert_eq!(raw.status.as_u16(), 200);
    assert!(raw.headers.contains_key("x-request-id"));
    assert_eq!(serde_json::from_slice::<Whoami>(&raw.body)?, run!(client.whoami())?);
    assert_eq!(arrived(&sandbox, "GET", "/v1/whoami")[0].header("x-own"), Some("1"));
}}

scenario! { errors_are_those_of_every_call {
    let sandbox = Sandbox::start()?;
    let client = client_of(&sandbox);
    let error = run!(client.request("GET", "/v1/cards").json_value()).unwrap_err();
    assert_eq!(refused(&error), (501, "not_in_sandbox"));
    assert_eq!(error.operation(), "client.request");
    assert!(error.request_id().is_some());
    let error = run!(client.request("GET", "/v1/nowhere").raw()).unwrap_err();
    assert_eq!(refused(&error).0, 404);
    let error = run!(client.request("GET", "/v1/whoami").read::<Vec<u8>>()).unwrap_err();
    assert_eq!(error.kind(), codespar_proto::ErrorKind::Decode);

    let sent = sandbox.requests().len();
    for (method, path, field) in [
        ("GET", "v1/whoami", "path"),
        ("GET", "/v1/../x", "path"),
        ("GET", "/v1/x?a=1", "path"),
        ("GET", "/v1/%zz", "path"),
        ("NO GO", "/v1/whoami", "method"),
    ] {
        let error = run!(client.request(method, path).done()).unwrap_err();
        assert_eq!(wrong(&error), field, "{method} {path}");
    }
    assert!(segment("..").is_err() && segment("").is_err());
    assert_eq!(sandbox.requests().len(), sent);
}}

scenario! { only_what_is_safe_is_repeated {
    let sandbox = Sandbox::start()?;
    let client = client_of(&sandbox);
    let busy = |method: &str| {
        sandbox.inject(Fault::on(method, "/v1/consumers").answer(503, json!({"error": "busy"})));
    };
    busy("GET");
    run!(client.request("GET", "/v1/consumers").done())?;
    assert_eq!(arrived(&sandbox, "GET", "/v1/consumers").len(), 2);
    busy("POST");
    let make = || client.request("POST", "/v1/consumers").json(&json!({"name": "Maria"}));
    let error = run!(make().done()).unwrap_err();
    assert_eq!((refused(&error), error.attempts()), ((503, "busy"), 1));
    busy("POST");
    run!(make().keyed().done())?;
    let posts = arrived(&sandbox, "POST", "/v1/consumers");
    let keys: Vec<_> = posts[1..].iter().map(|it| it.header("idempotency-key").unwrap()).collect();
    assert_eq!((keys.len(), keys[0] == keys[1]), (2, true));
    assert_eq!(posts[0].header("idempotency-key"), None);
    busy("POST");
    run!(make().safe().done())?;
    assert_eq!(arrived(&sandbox, "POST", "/v1/consumers").len(), 5);
}}
