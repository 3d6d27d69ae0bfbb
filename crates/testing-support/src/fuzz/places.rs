//! Where texts of callers go.

use codespar_engine::{Payload, testing::Offline};
use codespar_proto::{
    Client, Config, Error, Json, Session,
    charges::ListCharges,
    payables::{PayBatch, PayPayable},
};
use http::Request;
use serde_json::{Value, json};
use upivia_proto::{auth, chat::Turn};

use super::{
    conversations::upivia_client,
    requests::{CODESPAR, pairs, parts, segments},
    texts::{Texts, check_refused, first_request},
};

/// A place: what the inputs call it, and how texts get there.
pub(super) type Place = (&'static str, fn(&Texts, Offline));

/// All of them.
pub(super) const PLACES: &[Place] = &[
    ("session", session),
    ("ids", ids),
    ("upivia-ids", upivia_ids),
    ("query", query),
    ("path", path),
    ("upivia-path", upivia_path),
    ("header", header),
    ("file", file),
    ("upivia-file", upivia_file),
    ("config", config),
    ("upivia-config", upivia_config),
    ("turn", turn),
];

type Codespar = Client<Offline>;

fn client(clock: &Offline) -> Codespar {
    Client::with_transport(Config::new("csk_test_fuzz").base_url(CODESPAR), clock.clone()).unwrap()
}

fn unless_refused<T>(made: Result<T, Error>) -> Option<T> {
    made.inspect_err(check_refused).ok()
}

fn body(request: &Request<Payload>) -> Value {
    serde_json::from_slice(&request.body().to_bytes().unwrap()).expect("a body of JSON")
}

/// A path goes out as it was meant: each value is one segment.
fn assert_path(request: &Request<Payload>, expected: &[&str]) {
    let expected: Vec<_> = expected.iter().map(|segment| segment.as_bytes().to_vec()).collect();
    assert_eq!(segments(request), expected);
    assert_eq!(request.uri().query(), None);
}

fn session(texts: &Texts, clock: Offline) {
    let Some(session): Option<Session<_>> = unless_refused(client(&clock).session(texts.at(0)))
    else {
        return;
    };
    let input = json!({ texts.at(1): texts.at(2) });
    let call = session.execute(texts.at(3), &input);
    if let Some(request) = first_request(call.into_flow(), &clock) {
        assert_path(&request, &["v1", "sessions", texts.at(0), "execute"]);
        assert_eq!(body(&request)["input"], input);
        assert_eq!(body(&request)["tool"], texts.at(3));
    }
    let call = session.payment_status(texts.at(1));
    if let Some(request) = first_request(call.into_flow(), &clock) {
        assert_path(&request, &["v1", "tool-calls", texts.at(1), "payment-status"]);
    }
}

fn ids(texts: &Texts, clock: Offline) {
    let client = client(&clock);
    let [first, second] = [texts.at(0), texts.at(1)];
    let calls = [
        (
            first_request(client.organization(first).into_flow(), &clock),
            vec!["v1", "organizations", first],
        ),
        (
            first_request(client.charges().get(first).into_flow(), &clock),
            vec!["v1", "charges", first],
        ),
        (
            first_request(client.consumers().receipt(first).into_flow(), &clock),
            vec!["v1", "consumers", "receipts", first],
        ),
        (
            first_request(client.payables().batches().get(second).into_flow(), &clock),
            vec!["v1", "payables", "batches", second],
        ),
        (
            first_request(
                client.payables().documents().pay(first, &PayPayable::new("m")).into_flow(),
                &clock,
            ),
            vec!["v1", "payables", first, "pay"],
        ),
    ];
    for (request, path) in calls {
        if let Some(request) = request {
            assert_path(&request, &path);
        }
    }
    let pay = PayBatch::new(1, second);
    let pay = client.payables().batches().pay(first, &pay).into_flow();
    if let Some(request) = first_request(pay, &clock) {
        assert_path(&request, &["v1", "payables", "batches", first, "pay"]);
        let key = request.headers().get("idempotency-key").expect("a key");
        assert_eq!(key.as_bytes(), format!("pay:{first}:1:{second}").as_bytes());
    }
}

fn upivia_ids(texts: &Texts, clock: Offline) {
    let Some(client) = upivia_client(&clock) else { return };
    let [first, second] = [texts.at(0), texts.at(1)];
    let skill = client.agents().remove_skill(first, second).into_flow();
    if let Some(request) = first_request(skill, &clock) {
        let path = ["api", "v1", "agents", first, "skills"].map(|name| name.as_bytes().to_vec());
        assert_eq!(segments(&request), path);
        let expected = (b"workflow_id".to_vec(), second.as_bytes().to_vec());
        assert_eq!(pairs(&request), [expected]);
    }
    let document = client.knowledge().documents().get(first, second).into_flow();
    if let Some(request) = first_request(document, &clock) {
        let path = ["api", "v1", "knowledge", "collections", first, "documents", second];
        assert_path(&request, &path);
    }
    let closed = client.chat().sessions().delete(first).into_flow();
    if let Some(request) = first_request(closed, &clock) {
        let expected = (b"session_id".to_vec(), first.as_bytes().to_vec());
        assert_eq!(pairs(&request), [expected]);
    }
}

fn query(texts: &Texts, clock: Offline) {
    let client = client(&clock);
    let list = ListCharges::default().cursor(texts.at(0));
    if let Some(request) = first_request(client.charges().list(&list).into_flow(), &clock) {
        let expected = (b"cursor".to_vec(), texts.at(0).as_bytes().to_vec());
        assert_eq!(pairs(&request), [expected]);
    }
    let request = client.request("GET", "/v1/fees").pair(texts.at(0), texts.at(1));
    let request = request.pair(texts.at(2), texts.at(3)).json_value().into_flow();
    if let Some(request) = first_request(request, &clock) {
        let pair = |n| (texts.at(n).as_bytes().to_vec(), texts.at(n + 1).as_bytes().to_vec());
        assert_eq!(pairs(&request), [pair(0), pair(2)]);
    }
}

fn path(texts: &Texts, clock: Offline) {
    let request = client(&clock).request(texts.at(1), texts.at(0)).raw().into_flow();
    if let Some(request) = first_request(request, &clock) {
        let path = request.uri().path();
        assert_eq!(path.strip_prefix("/below/it"), Some(texts.at(0)));
        assert_eq!(request.method().as_str(), texts.at(1));
    }
}

fn upivia_path(texts: &Texts, clock: Offline) {
    let Some(client) = upivia_client(&clock) else { return };
    let request = client.request("POST", texts.at(0)).auth(auth::SESSION);
    let request = request.pair(texts.at(1), texts.at(2)).done().into_flow();
    if let Some(request) = first_request(request, &clock) {
        let path = request.uri().path();
        assert_eq!(path.strip_prefix("/below/it"), Some(texts.at(0)));
        let pair = (texts.at(1).as_bytes().to_vec(), texts.at(2).as_bytes().to_vec());
        assert_eq!(pairs(&request), [pair]);
    }
}

fn header(texts: &Texts, clock: Offline) {
    let call = client(&clock).whoami().header(texts.at(0), texts.at(1));
    let call = call.header("x-fuzz", texts.at(2));
    if let Some(request) = first_request(call.into_flow(), &clock) {
        let value = |name: &str| request.headers().get(name).map(|value| value.as_bytes());
        if !texts.at(0).eq_ignore_ascii_case("x-fuzz") {
            assert_eq!(value(texts.at(0)), Some(texts.at(1).as_bytes()));
        }
        assert_eq!(value("x-fuzz"), Some(texts.at(2).as_bytes()));
    }
    let call = client(&clock).whoami().idempotency_key(texts.at(0));
    if let Some(request) = first_request(call.into_flow(), &clock) {
        let key = request.headers().get("idempotency-key");
        assert_eq!(key.map(|key| key.as_bytes()), Some(texts.at(0).as_bytes()));
    }
}

fn file(texts: &Texts, clock: Offline) {
    let upload = codespar_proto::payables::Upload::guess(texts.at(0), texts.at(1).to_owned());
    let upload = if texts.at(2).is_empty() { upload } else { upload.typed(texts.at(2)) };
    let upload = client(&clock).payables().files().upload(&upload).into_flow();
    if let Some(request) = first_request(upload, &clock) {
        let parts = parts(&request);
        let [part] = &parts[..] else { panic!("{} parts", parts.len()) };
        check_file(&part.head, "file");
        assert_eq!(part.content, texts.at(1).as_bytes());
    }
}

/// The head of a file's part has two lines, and no name breaks out of its quotes.
fn check_file(head: &[String], name: &str) {
    let [disposition, kind] = head else { panic!("{head:?}") };
    let start = format!("Content-Disposition: form-data; name=\"{name}\"; filename=\"");
    let filename = disposition.strip_prefix(&start).and_then(|rest| rest.strip_suffix('"'));
    assert!(filename.is_some_and(|filename| !filename.contains('"')), "{disposition:?}");
    assert!(kind.starts_with("Content-Type: "), "{kind:?}");
}

fn upivia_file(texts: &Texts, clock: Offline) {
    let Some(client) = upivia_client(&clock) else { return };
    let upload = upivia_proto::storage::Upload::new(texts.at(0), texts.at(1).to_owned());
    let upload = if texts.at(2).is_empty() { upload } else { upload.content_type(texts.at(2)) };
    let upload = client.storage().objects().upload(&upload).into_flow();
    if let Some(request) = first_request(upload, &clock) {
        let parts = parts(&request);
        let file = parts.last().expect("a file");
        check_file(&file.head, "file");
        assert_eq!(file.content, texts.at(1).as_bytes());
        assert_eq!(parts.len(), if texts.at(2).is_empty() { 1 } else { 2 });
    }
}

fn config(texts: &Texts, clock: Offline) {
    let config = Config::new(format!("csk_{}", texts.at(0))).base_url(CODESPAR);
    let config = config.user_agent(texts.at(2)).header(texts.at(3), texts.at(4));
    let config = if texts.at(1).is_empty() { config } else { config.project(texts.at(1)) };
    if let Some(client) = unless_refused(Client::with_transport(config, clock.clone())) {
        let request = first_request(client.whoami().into_flow(), &clock);
        let request = request.expect("a client that was made can call");
        let key = request.headers().get("authorization").map(|value| value.as_bytes());
        assert_eq!(key, Some(format!("Bearer csk_{}", texts.at(0)).as_bytes()));
    }
    let config = Config::new("csk_test_fuzz").base_url(texts.at(5));
    if let Some(client) = unless_refused(Client::with_transport(config, clock)) {
        assert!(texts.at(5).starts_with(client.base_url()), "{}", client.base_url());
    }
}

fn upivia_config(texts: &Texts, clock: Offline) {
    let config = upivia_proto::Config::new("https://api.fuzz.test/below/it");
    let config = config.api_key(texts.at(0)).pat(texts.at(1)).session_cookie(texts.at(2));
    let Some(client) =
        unless_refused(upivia_proto::Client::with_transport(config.clone(), clock.clone()))
    else {
        return;
    };
    // Without any credential there is nothing to call with.
    let Some(request) = first_request(client.agents().list().into_flow(), &clock) else { return };
    let value = |name: &str| request.headers().get(name).map(|value| value.as_bytes());
    let given = [texts.at(0), texts.at(1)].map(|text| format!("Bearer {text}"));
    if let Some(sent) = value("authorization") {
        assert!(given.iter().any(|given| given.as_bytes() == sent));
    }
    let shown = format!("{config:?} {client:?}");
    for secret in (0..3).map(|n| texts.at(n)).filter(|secret| secret.len() > 16) {
        assert!(!shown.contains(secret), "a secret shows");
    }
}

fn turn(texts: &Texts, clock: Offline) {
    let Some(client) = upivia_client(&clock) else { return };
    let turn = Turn::new(texts.at(0)).message(texts.at(1)).instructions(texts.at(2));
    if let Some(request) = first_request(client.chat().turn(&turn).into_flow(), &clock) {
        assert_path(&request, &["api", "v1", "chat", "turn"]);
        let body = body(&request);
        assert_eq!(body["sessionId"], texts.at(0));
        assert_eq!(body["message"], texts.at(1));
        assert_eq!(body["instructions"], texts.at(2));
    }
}
