//! A key is never shown, whichever value is printed.

use std::{fmt::Debug, sync::Arc};

use bytes::Bytes;
use codespar_engine::{
    Call, CallOptions, CancelHandle, Error, Identity, Items, Json, Limits, Multipart, Page,
    Payload, Proxy, RetryPolicy, Sensitive, TransportSettings,
    driver::{Event, Exchange, Flow as _, ProxyRules, Step, TransportError},
    kit::{ApiKey, RequestBuilder, Response},
    sse::FrameDecoder,
    testing::{AsyncReplay, Expected, Offline, Recorded, Replay, request_text, transcript},
};
use serde_json::{Value, json};

use crate::support::{KEY, READ, ok, pay, read, service, shared, stream, told, watch};

const SECRET: &str = "hunter2";

fn hidden(value: &dyn Debug) {
    let shown = format!("{value:?}\n{value:#?}");
    assert!(!shown.contains(SECRET), "{shown}");
}

fn hidden_error(error: &Error) {
    hidden(error);
    assert!(!error.to_string().contains(SECRET), "{error}");
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        assert!(!error.to_string().contains(SECRET), "{error}");
        hidden(&error);
        cause = error.source();
    }
}

fn options() -> CallOptions {
    let mut options = CallOptions::default();
    options.header("x-secret", SECRET);
    options.header("cookie", SECRET);
    options
}

fn head() -> Box<http::response::Parts> {
    let response = http::Response::builder().header("set-cookie", SECRET);
    Box::new(response.body(()).unwrap().into_parts().0)
}

/// What the service's dialect is handed, on its way out of a call.
fn answer() -> Response {
    let body = json!({"token": SECRET});
    let script = Replay::new().answer(Recorded::json(200, body).header("set-cookie", SECRET));
    let flow = RequestBuilder::new(&READ, &[("thing", "t")]).unary(&shared(), Ok);
    Call::new(script, flow).send().unwrap()
}

#[test]
fn debug_of_every_type_hides_what_is_secret() {
    assert!(KEY.contains(SECRET));
    let service = shared();
    let payload = Payload::from(Bytes::from(SECRET));
    let mut request = http::Request::post(format!("https://api.test/?token={SECRET}"))
        .body(payload.clone())
        .unwrap();
    request.headers_mut().insert("x-secret", SECRET.parse().unwrap());
    let exchange = Exchange::new(request);
    let mut decoder = FrameDecoder::new();
    decoder.push(Bytes::from(format!("id: {SECRET}\ndata: {SECRET}\n\n")));
    let frame = decoder.next_frame().map(|frame| format!("{frame:?}"));
    let mut settings = TransportSettings::default();
    settings.proxy = Proxy::Url(format!("http://user:{SECRET}@proxy.test"));
    settings.identity = Some(Identity::from_pem(SECRET, SECRET));
    settings.extra_roots = vec![Bytes::from_static(b"root")];
    let script = Replay::new().answer(Recorded::text(200, "text/plain", SECRET));
    let reply = {
        let answer = ok().header("set-cookie", SECRET);
        read(Replay::new().answer(answer), &service).with_response().send().unwrap()
    };
    let sent = {
        let script = Replay::new().answer(ok());
        read(script.clone(), &service).header("cookie", SECRET).send().unwrap();
        script.requests()
    };
    let mut extra = codespar_engine::Extra::default();
    extra.insert("token", Json::of(SECRET).unwrap());
    let values: &[&dyn Debug] = &[
        &*service,
        &ApiKey::new("api_key", KEY).unwrap(),
        &Sensitive::from(SECRET),
        &Json::of(SECRET).unwrap(),
        &extra,
        &payload,
        &exchange,
        &Step::<(), ()>::Open(Box::new(exchange.clone())),
        &options(),
        &Event::Start(options()),
        &Event::Head(head()),
        &Event::Chunk(Bytes::from(SECRET)),
        &Event::Failed(TransportError::io("reset")),
        &answer(),
        &RequestBuilder::new(&READ, &[("thing", SECRET)]).pair("token", SECRET),
        &Multipart::new().text("token", SECRET).file("f", "f", "text/plain", SECRET),
        &settings,
        &settings.proxy,
        &settings.identity,
        &FrameDecoder::new(),
        &frame,
        &read(script.clone(), &service).header("x-secret", SECRET),
        &read(AsyncReplay::from(script.clone()), &service).into_future(),
        &watch(script.clone()).header("x-secret", SECRET),
        &script,
        &Recorded::text(200, "text/plain", SECRET).header("set-cookie", SECRET),
        &reply,
        &sent,
        &CancelHandle::new(),
        &Limits::default(),
        &RetryPolicy::default(),
        &Page::<Json>::new(vec![Json::of(SECRET).unwrap()], None),
        &Offline::new(),
    ];
    for value in values {
        hidden(value);
    }
}

#[test]
fn a_key_that_cannot_be_sent_is_not_in_the_error() {
    for key in [format!("{SECRET}\n"), format!("{SECRET} x"), format!("{SECRET}é"), String::new()]
    {
        hidden_error(&ApiKey::new("api_key", key).unwrap_err());
    }
    hidden_error(&pay(Replay::new(), &shared()).idempotency_key("a b").send().unwrap_err());
    let bad = pay(Replay::new(), &shared()).header("x", &format!("{SECRET}\n"));
    hidden_error(&bad.send().unwrap_err());
}

#[test]
fn a_bad_proxy_or_address_is_not_in_the_error() {
    let url = format!("http://user:{SECRET}@proxy.test:port");
    let rules = ProxyRules::new(&Proxy::Url(url), |_| None);
    match rules {
        Ok(rules) => hidden(&rules),
        Err(error) => hidden_error(&error),
    }
    let url = format!("https://user:{SECRET}@api.test");
    hidden_error(&codespar_engine::kit::BaseUrl::parse(&url).unwrap_err());
}

#[test]
fn errors_hide_what_the_server_sent() {
    let answers = [
        Recorded::json(200, json!({"a": 1})).header("set-cookie", SECRET),
        Recorded::text(200, "application/json", &format!("[\"{SECRET}\"")),
        Recorded::text(500, "text/html", SECRET),
        Recorded::json(403, json!({"token": SECRET})),
    ];
    for answer in answers {
        let flow = RequestBuilder::new(&READ, &[("thing", "t")])
            .unary(&shared(), |answer| answer.json::<Vec<u32>>());
        let call = Call::new(Replay::new().answer(answer), flow);
        hidden_error(&call.send().unwrap_err());
    }
    let stream = Recorded::events([format!("event: state\ndata: {SECRET}\n\n")]);
    for item in watch(Replay::new().answer(stream)) {
        hidden_error(&item.unwrap_err());
    }
}

#[test]
fn transcripts_and_request_texts_hide_the_key() {
    let text = told(pay(Offline::new(), &shared()), Replay::new().answer(ok()));
    assert!(text.contains("authorization: Bearer [redacted]") && !text.contains(SECRET), "{text}");
    let (mut flow, options) = read(Offline::new(), &shared()).into_flow();
    let start = Event::Start(options);
    let Step::Open(exchange) =
        flow.resume(codespar_engine::driver::Clock::tick(&Offline::new()), start)
    else {
        panic!("no request");
    };
    assert!(!request_text(&exchange.request).contains(SECRET));
    let items: Items<Offline, String> = watch(Offline::new());
    let script = Replay::new().answer(Recorded::events(["event: done\ndata:\n\n"]));
    assert!(!transcript(items.into_flow(), script).contains(SECRET));
    let _: (Arc<codespar_engine::kit::Service>, Value) = (Arc::new(service()), Value::Null);
    hidden(&Expected::new(http::Method::GET, "/").header("x-trace", "t"));
    drop(stream(&shared()));
}
