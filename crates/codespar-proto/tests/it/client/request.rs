//! Requests to any route.

use codespar_proto::{
    ErrorKind, Json,
    request::Multipart,
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde::Deserialize;
use serde_json::json;

use crate::support::{client, told};

#[derive(Debug, Deserialize)]
struct Fee {
    #[allow(dead_code, reason = "shown by Debug")]
    rail: String,
}

#[test]
fn a_typed_answer() {
    let answer = || Recorded::json(200, json!([{"rail": "pix"}]));
    assert_snapshot!(told(answer(), |client| {
        let query = json!({"currency": "BRL", "rails": ["pix", "ted"], "from": null, "all": true});
        client.request("GET", "/v1/fees").query(&query).pair("note", "a b&c").read::<Vec<Fee>>()
    }), @r#"
    GET /v1/fees?all=true&currency=BRL&rails=pix&rails=ted&note=a%20b%26c
    [
        Fee {
            rail: "pix",
        },
    ]
    "#);
    let answer = Recorded::json(200, json!([{"rail": 7}]));
    assert_snapshot!(told(answer, |client| client.request("get", "/v1/fees").read::<Vec<Fee>>()));
}

#[test]
fn a_json_answer_may_be_missing() {
    let body = json!({"agent_id": "ag1", "principal_ref": "p1"});
    assert_snapshot!(told(Recorded::json(201, json!({"id": 1})), |client| {
        client.request("POST", "/v1/agents").json(&body).json_value()
    }), @r#"
    POST /v1/agents
    {"agent_id":"ag1","principal_ref":"p1"}
    Json(object, 8 bytes)
    "#);
    let replay = Replay::new().answer(Recorded::status(204));
    let nothing = client(&replay).request("DELETE", "/v1/agents/1").json_value().send().unwrap();
    assert!(nothing.is_null());
}

#[test]
fn a_raw_answer() {
    let answer = Recorded::text(200, "text/csv", "a;b\n1;2\n").header("x-rows", "1");
    let replay = Replay::new().answer(answer);
    let call = client(&replay).request(http::Method::GET, "/v1/audit-events/export");
    let raw = call.header("accept", "text/csv").raw().send().unwrap();
    assert_eq!((raw.status.as_u16(), &*raw.body), (200, &b"a;b\n1;2\n"[..]));
    assert_eq!(raw.headers["x-rows"], "1");
    assert_eq!(replay.requests()[0].header("accept"), Some("text/csv"));
    assert_eq!(format!("{raw:?}"), "RawAnswer { status: 200, body_bytes: 8, .. }");
}

#[test]
fn a_form() {
    let form = Multipart::new().file("file", "a.pdf", "application/pdf", "%PDF");
    let replay = Replay::new().answer(Recorded::status(204));
    client(&replay).request("POST", "/v1/payables/documents").form(form).done().send().unwrap();
    let kind = replay.requests()[0].header("content-type").unwrap().to_owned();
    assert!(kind.starts_with("multipart/form-data; boundary="), "{kind}");
}

#[test]
fn errors_are_those_of_every_call() {
    let refusal = Recorded::json(
        403,
        json!({"error": {"code": "insufficient_role", "message": "admins only"}}),
    );
    assert_snapshot!(told(refusal, |client| client.request("POST", "/v1/policies").raw()), @r"
    POST /v1/policies
    api: insufficient_role client.request: admins only (status 403, code insufficient_role)
    ");
    let html = Recorded::text(200, "text/html", "<html>");
    assert_snapshot!(told(html, |client| client.request("GET", "/v1/fees").json_value()), @r"
    GET /v1/fees
    decode: - client.request: the answer is text/html where JSON was promised (status 200)
    ");
}

#[test]
fn writes_are_repeated_only_where_that_is_said_to_be_safe() {
    let busy = || Recorded::json(503, json!({"error": "busy"}));
    let fine = || Recorded::json(200, json!({}));

    let replay = Replay::new().answer(busy());
    client(&replay).request("POST", "/v1/sellers").json_value().send().unwrap_err();

    let replay = Replay::new().answer(busy()).answer(fine());
    client(&replay).request("POST", "/v1/sellers").keyed().json_value().send().unwrap();
    let keys: Vec<_> = replay
        .requests()
        .iter()
        .map(|it| it.header("idempotency-key").map(str::to_owned))
        .collect();
    assert!(keys[0].is_some() && keys[0] == keys[1], "{keys:?}");

    for method in ["PUT", "GET"] {
        let replay = Replay::new().answer(busy()).answer(fine());
        let request = client(&replay).request(method, "/v1/sellers");
        let request = if method == "PUT" { request.safe() } else { request };
        request.read::<Json>().send().unwrap();
        assert!(replay.requests().iter().all(|it| it.header("idempotency-key").is_none()));
        replay.assert_done();
    }
}

#[test]
fn what_cannot_be_sent_is_said_before_anything_is() {
    let paths = [
        "",
        "v1/fees",
        "/v1/fees?a=1",
        "/v1/fees#a",
        "/v1/../oauth",
        "/v1/%2E%2e/oauth",
        "/v1/.",
        "/v1/%2e",
        "/v1/a b",
        "/v1/é",
        "/v1/%zz",
        "/v1/%4",
        "/v1/a\\b",
        "/v1/a\r\nb",
        "https://evil.test/",
    ];
    for path in paths {
        let error = client(&Replay::new()).request("GET", path).raw().send().unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some("path")), "{path:?}");
        assert_eq!(error.operation(), "client.request");
    }
    for method in ["", "GE T", "CONNECT"] {
        let error = client(&Replay::new()).request(method, "/v1/fees").raw().send().unwrap_err();
        assert_eq!(error.field(), Some("method"), "{method:?}");
    }
    let request = || client(&Replay::new()).request("POST", "/v1/fees");
    let fails = [
        (request().query(&json!({"a": {"b": 1}})).raw(), "query"),
        (request().json(&std::collections::BTreeMap::from([(vec![1], 2)])).raw(), "body"),
        (request().header("content-length", "3").raw(), "header"),
        (request().header("a b", "3").raw(), "header"),
    ];
    for (call, field) in fails {
        assert_eq!(call.send().unwrap_err().field(), Some(field));
    }
}

#[test]
fn plain_paths_go_out_as_they_are() {
    let path = "/v1/consumers/%2B55/wallet:x,(y)/~a-b_c.d";
    let replay = Replay::new().answer(Recorded::status(204));
    client(&replay).request("GET", path).done().send().unwrap();
    assert_eq!(replay.requests()[0].uri.path(), path);
    assert_eq!(
        format!("{:?}", client(&replay).request("GET", path)),
        "Request { builder: RequestBuilder { operation: \"client.request\", .. }, .. }"
    );
}

#[test]
fn bytes_that_were_kept_go_out_as_they_did_and_are_judged_as_the_operation() {
    use codespar_proto::{KeyRule, KeyUse, Minor, Verdict, mandates::SpendArgs};
    let args = SpendArgs::new("att_1", Minor::new(100), "k@example.com");
    let refusal = || {
        let conflict = json!({"error": {"code": "psp_attempt_conflict", "message": "no"}});
        Recorded::json(409, conflict)
    };
    let replay = Replay::new().answer(refusal()).answer(refusal());
    let client = client(&replay);
    let first = client.mandates().spend("m 1", &args).send().unwrap_err();
    let (kept, reader) = client.mandates().spend("m 1", &args).into_exchange(0).unwrap();
    assert_eq!(reader.operation(), "mandates.spend");
    assert_eq!(reader.key_rule(), KeyRule::Argument("attempt_id"));
    let again = client.request_of("mandates.spend", kept.uri().path()).unwrap();
    let again = again.named_by(KeyRule::Body);
    let json = http::HeaderValue::from_static("application/json");
    let call = again.bytes(json, kept.body().clone()).raw().idempotency_key("att_1");
    let again = call.send().unwrap_err();
    assert_eq!((first.verdict(), first.key_use()), (Verdict::Refused, KeyUse::Spent));
    assert_eq!((again.verdict(), again.key_use()), (Verdict::Refused, KeyUse::Spent));
    assert_eq!(again.operation(), "mandates.spend");
    let [one, other] = &replay.requests()[..] else { panic!() };
    assert_eq!((one.uri.path(), &one.body), (other.uri.path(), &other.body));
    assert_eq!(other.header("idempotency-key"), None);

    let unknown = client.request_of("mandates.settled", "/v1").map(|_| ()).unwrap_err();
    assert_eq!((unknown.kind(), unknown.field()), (ErrorKind::Config, Some("operation")));
}
