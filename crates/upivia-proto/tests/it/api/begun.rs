//! Conversations that fail, or are stopped, after something was begun on the server.

use codespar_engine::testing::{Recorded, Replay, ReplayBody};
use serde_json::{Value, json};
use std::time::Duration;
use upivia_proto::{
    Call, CancelHandle, Client, Config, Error, ErrorKind, ServiceRequest, Wait,
    driver::{
        BlockingTransport, Clock, Exchange, Tick, Transport, TransportError, TransportErrorKind,
    },
    knowledge::{DocumentAnswer, NewDocument},
    service_requests::Requested,
    storage::{Presigned, Upload},
    workflows::{Run, RunWorkflow},
};

/// Answers from a script; its caller loses patience in the first pause.
#[derive(Clone)]
struct Impatient(Replay);

impl Transport for Impatient {
    type Body = ReplayBody;
}

impl Clock for Impatient {
    fn tick(&self) -> Tick<'_> {
        self.0.tick()
    }
}

impl BlockingTransport for Impatient {
    fn open(&self, exchange: Exchange) -> Result<http::Response<ReplayBody>, TransportError> {
        self.0.open(exchange)
    }

    fn sleep(&self, _: Duration, cancel: Option<&CancelHandle>) {
        cancel.unwrap().cancel();
    }
}

fn client<T: Transport>(transport: T) -> Client<T> {
    let config =
        Config::new("http://replay.test").api_key("agent_key_1").session_cookie("session=1");
    Client::with_transport(config, transport).unwrap()
}

fn requested<T: Transport>(client: &Client<T>) -> Call<T, Requested> {
    let request = ServiceRequest::new("voice_call", "create", &json!({"to": "+55"})).unwrap();
    client.service_requests().create_and_wait(&request, Wait::default())
}

fn run<T: Transport>(client: &Client<T>) -> Call<T, Run> {
    client.workflows().run_and_wait("wf_1", &RunWorkflow::default(), Wait::default())
}

fn taken_in<T: Transport>(client: &Client<T>) -> Call<T, DocumentAnswer> {
    let new = NewDocument::stored("obj_1");
    client.knowledge().documents().create_and_wait("col_1", &new, Wait::default())
}

fn script(answers: &[Value]) -> Replay {
    answers
        .iter()
        .fold(Replay::new(), |replay, body| replay.answer(Recorded::json(200, body.clone())))
}

fn running() -> Value {
    json!({"status": "running", "request_id": "req_1"})
}

fn version() -> Value {
    json!({"versions": [{"id": "v1", "status": "published"}]})
}

fn pending_run() -> Value {
    json!({"run": {"id": "run_1", "status": "pending"}})
}

fn pending_document() -> Value {
    json!({"document": {"id": "doc_1", "status": "pending"}})
}

/// The script ends where no connection to the server comes about any more.
fn unreachable<O: std::fmt::Debug>(
    answers: &[Value],
    make: impl FnOnce(&Client<Replay>) -> Call<Replay, O>,
) -> Error {
    let replay = script(answers).fail(TransportErrorKind::Connect);
    let error = make(&client(replay.clone())).retries(0).send().unwrap_err();
    replay.assert_done();
    assert_eq!(error.kind(), ErrorKind::Connect);
    error
}

#[test]
fn a_look_that_does_not_reach_the_server_says_that_something_was_begun() {
    let error = unreachable(&[running()], requested);
    assert!(error.may_have_been_sent() && error.last::<Requested>().is_some());
    let error = unreachable(&[version(), pending_run()], run);
    assert!(error.may_have_been_sent() && error.last::<Run>().is_some());
    let error = unreachable(&[pending_document()], taken_in);
    assert!(error.may_have_been_sent() && error.last::<DocumentAnswer>().is_some());
    let place = json!({"object": {"id": "obj_1"}, "upload_url": "https://files.example.test/put"});
    let file = Upload::new("a.txt", "hello");
    let error = unreachable(&[place], |client| client.storage().objects().upload_large(&file));
    assert!(error.may_have_been_sent() && error.last::<Presigned>().is_some());
}

#[test]
fn what_does_not_begin_is_safe_to_repeat() {
    assert!(!unreachable(&[], requested).may_have_been_sent());
    assert!(!unreachable(&[], run).may_have_been_sent());
    assert!(!unreachable(&[], taken_in).may_have_been_sent());
}

/// The call is canceled in its first pause.
fn canceled<O: std::fmt::Debug>(
    answers: &[Value],
    make: impl FnOnce(&Client<Impatient>) -> Call<Impatient, O>,
) -> Error {
    let replay = script(answers);
    let mut call = make(&client(Impatient(replay.clone())));
    let _handle = call.cancel_handle();
    let error = call.send().unwrap_err();
    replay.assert_done();
    assert_eq!(error.kind(), ErrorKind::Canceled, "{error}");
    assert!(error.may_have_been_sent());
    assert!(!error.operation().is_empty());
    error
}

#[test]
fn a_call_that_is_canceled_in_a_pause_says_so_and_keeps_what_was_seen() {
    let error = canceled(&[running()], requested);
    assert!(error.last::<Requested>().unwrap().is_running());
    let error = canceled(&[version(), pending_run()], run);
    assert_eq!(error.last::<Run>().unwrap().id, "run_1");
    let error = canceled(&[pending_document()], taken_in);
    assert_eq!(error.last::<DocumentAnswer>().unwrap().document.id, "doc_1");
    // Between the blocks that are hashed.
    let place = json!({"object": {"id": "obj_1"}, "upload_url": "https://files.example.test/put"});
    let file = Upload::new("zeros", vec![0; 20 << 20]);
    let error =
        canceled(&[place, json!({})], |client| client.storage().objects().upload_large(&file));
    assert_eq!(error.last::<Presigned>().unwrap().object.id, "obj_1");
}

#[test]
fn a_document_that_is_waited_for_in_vain_names_the_operation() {
    let replay = script(&[pending_document(), pending_document()]);
    let wait = Wait::default().at_most(Duration::from_secs(1));
    let documents = client(replay).knowledge().documents();
    let error = documents.wait("col_1", "doc_1", wait).send().unwrap_err();
    assert_eq!(error.operation(), "knowledge.documents.wait");
}

#[test]
fn keys_are_made_as_the_caller_says_once_for_each_call() {
    let count = std::sync::atomic::AtomicU32::new(1);
    let next =
        move || format!("digest-{}", count.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
    let executed = || Recorded::json(200, json!({"status": "executed"}));
    let replay = Replay::new()
        .answer(Recorded::status(503))
        .answer(executed())
        .answer(executed())
        .answer(executed())
        .answer(executed());
    let config = Config::new("http://replay.test").api_key("agent_key_1").idempotency_keys(next);
    let client = Client::with_transport(config, replay.clone()).unwrap();
    let request = ServiceRequest::new("email", "send", &json!({})).unwrap();
    let requests = client.service_requests();
    assert_eq!(requests.create(&request).send().unwrap().idempotency_key, "digest-1");
    requests.create_and_wait(&request, Wait::default()).send().unwrap();
    requests.create(&request).idempotency_key("own").send().unwrap();
    let toolkit = upivia_proto::toolkit::Toolkit::defaults();
    let nothing = upivia_proto::Object::empty();
    client.call_tool(&toolkit.tools()[0], &nothing).send().unwrap();

    let sent = replay.requests();
    let keys: Vec<_> = sent.iter().map(|sent| sent.header("idempotency-key").unwrap()).collect();
    assert_eq!(keys, ["digest-1", "digest-1", "digest-2", "own", "digest-3"]);
    for sent in &sent {
        assert_eq!(sent.json()["idempotency_key"], sent.header("idempotency-key").unwrap());
    }
}

#[test]
fn a_key_that_cannot_be_sent_is_refused() {
    let config = Config::new("http://replay.test").api_key("k").idempotency_keys(String::new);
    let client = Client::with_transport(config, Replay::new()).unwrap();
    let request = ServiceRequest::new("email", "send", &json!({})).unwrap();
    let error = client.service_requests().create(&request).send().unwrap_err();
    assert_eq!(error.field(), Some("idempotency_key"));
}
