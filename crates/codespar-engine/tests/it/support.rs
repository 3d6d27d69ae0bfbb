//! What the tests of conversations share: a small service, its rows, and its answers.

use std::{sync::Arc, time::Duration};

use codespar_engine::{
    Call, Error, Items, Json,
    driver::Transport,
    kit::{
        ApiKey, BaseUrl, Decoded, Dialect, EventDecoder, EventStream, Refusal, RequestBuilder,
        Response, Retry, Route, Service, decode,
    },
    sse::Frame,
    testing::{Offline, Recorded, Replay, transcript},
};
use http::{Method, header::AUTHORIZATION};
use serde_json::{Value, json};

/// The credential of every request here; it must show up nowhere.
pub(crate) const KEY: &str = "csk_test_hunter2";

pub(crate) const fn secs(count: u64) -> Duration {
    Duration::from_secs(count)
}

pub(crate) const fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

static DIALECT: Dialect = Dialect::new(read_refusal);

/// `{"code", "message", "request_id", "retry_after_ms"}`, each of them optional.
fn read_refusal(answer: &Response) -> Refusal {
    let mut refusal = Refusal::default();
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    refusal.code = body["code"].as_str().map(Into::into);
    refusal.message = body["message"].as_str().map(Into::into);
    refusal.request_id = body["request_id"].as_str().map(Into::into);
    refusal.retry_after = body["retry_after_ms"].as_u64().map(Duration::from_millis);
    refusal
}

pub(crate) fn service() -> Service {
    let mut service = Service::new(BaseUrl::parse("https://api.test").unwrap(), &DIALECT);
    service.headers.insert(AUTHORIZATION, ApiKey::new("api_key", KEY).unwrap().bearer());
    service
}

pub(crate) fn shared() -> Arc<Service> {
    Arc::new(service())
}

pub(crate) const READ: Route =
    Route::new("thing.read", Method::GET, "/v1/things/{thing}", Retry::Safe);
pub(crate) const PAY: Route =
    Route::new("thing.pay", Method::POST, "/v1/things/{thing}/pay", Retry::Once);
pub(crate) const BOOK: Route = Route::new("thing.book", Method::POST, "/v1/things", Retry::Keyed);
pub(crate) const WATCH: Route = Route::new("thing.watch", Method::GET, "/v1/watch", Retry::Safe);
pub(crate) const CHAT: Route = Route::new("thing.chat", Method::POST, "/v1/chat", Retry::Once);

/// A row's flow, whose answer is any JSON.
fn flow(service: &Arc<Service>, draft: RequestBuilder) -> codespar_engine::kit::Unary<Value> {
    draft.unary(service, |answer| answer.json())
}

pub(crate) fn read<T>(transport: T, service: &Arc<Service>) -> Call<T, Value> {
    Call::new(transport, flow(service, RequestBuilder::new(&READ, &[("thing", "t1")])))
}

pub(crate) fn pay<T>(transport: T, service: &Arc<Service>) -> Call<T, Value> {
    let draft = RequestBuilder::new(&PAY, &[("thing", "t1")]).json(&json!({"amount": 100}));
    Call::new(transport, flow(service, draft))
}

pub(crate) fn book<T>(transport: T, service: &Arc<Service>) -> Call<T, Value> {
    let draft = RequestBuilder::new(&BOOK, &[]).json(&json!({"seat": "12A"}));
    Call::new(transport, flow(service, draft))
}

pub(crate) fn offline() -> Offline {
    Offline::new()
}

pub(crate) fn raw(text: &str) -> Json {
    Json::parse_str(text).unwrap()
}

/// A value as the whole answer.
pub(crate) fn ok() -> Recorded {
    Recorded::json(200, json!({"ok": true}))
}

/// Runs a call against a script and gives the transcript.
pub(crate) fn told<O: std::fmt::Debug + 'static>(call: Call<Offline, O>, script: Replay) -> String {
    transcript(call.into_flow(), script)
}

/// Reads status events: `state` gives an item, `final` the last one, `done` the end, `more` asks
/// to open again, `failed` is a failure the server reports.
#[derive(Default)]
pub(crate) struct States {
    pub(crate) last: Option<String>,
    pub(crate) may_end: bool,
}

impl EventDecoder for States {
    type Item = String;

    fn event(&mut self, frame: &Frame<'_>) -> Result<Decoded<String>, Error> {
        let name = frame.event();
        if name == "done" {
            return Ok(Decoded::Done);
        }
        let state: Value = decode(frame.data())?;
        let state = state["state"].as_str().unwrap_or_default().to_owned();
        self.last = Some(state.clone());
        Ok(match name {
            "state" => Decoded::Item(state),
            "final" => Decoded::Last(state),
            "more" => Decoded::Reopen,
            "failed" => return Err(Error::stream("the server reports a failure")),
            _ => Decoded::Skip,
        })
    }

    fn may_end(&self) -> bool {
        self.may_end
    }

    fn annotate(&self, error: Error) -> Error {
        match &self.last {
            Some(last) => error.with_last(last.clone()),
            None => error,
        }
    }
}

/// One event as text.
pub(crate) fn event(name: &str, state: &str) -> String {
    format!("event: {name}\ndata: {{\"state\":\"{state}\"}}\n\n")
}

pub(crate) fn stream(service: &Arc<Service>) -> EventStream<States> {
    EventStream::new(service, RequestBuilder::new(&WATCH, &[]), States::default())
}

/// A stream that is not opened again.
pub(crate) fn watch<T: Transport>(transport: T) -> Items<T, String> {
    Items::new(transport, stream(&shared()))
}

/// A stream that is.
pub(crate) fn follow<T: Transport>(transport: T) -> Items<T, String> {
    Items::new(transport, stream(&shared()).reconnecting(true))
}

/// A stream that a POST opens.
pub(crate) fn chat_stream() -> EventStream<States> {
    let draft = RequestBuilder::new(&CHAT, &[]).json(&json!({"message": "hi"}));
    EventStream::new(&shared(), draft, States::default())
}

/// Its items.
pub(crate) fn chat<T: Transport>(transport: T) -> Items<T, String> {
    Items::new(transport, chat_stream())
}
