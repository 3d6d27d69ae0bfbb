//! Credentials that depend on the endpoint, and what comes back of them.

use std::{
    sync::{Arc, Mutex},
    time::SystemTime,
};

use codespar_engine::{
    Call, Error, ErrorKind, endpoints,
    kit::{AuthMode, Credentials, Dialect, Refusal, Response, Service, envelope, is_code},
    testing::{Recorded, Replay},
};
use http::{
    HeaderMap, HeaderValue,
    header::{AUTHORIZATION, SET_COOKIE},
};
use serde_json::{Value, json};

use crate::support::service;

const BADGE: AuthMode = AuthMode::new("badge");
const DOOR: AuthMode = AuthMode::new("door");

endpoints! {
    static ROUTES, OPERATIONS;

    /// Is open to everybody.
    fn open() -> Value: "thing.open" GET "/v1/open";
    /// Wants a badge.
    fn badge() -> Value: "thing.badge" GET "/v1/badge", auth BADGE;
    /// Wants the key of a door.
    fn door() -> Value: "thing.door" POST "/v1/door" Safe, auth DOOR, read whole;
}

fn whole(answer: Response) -> Result<Value, Error> {
    answer.json()
}

/// Has a badge and no key to the door; keeps what it is handed.
#[derive(Default)]
struct Pocket {
    handed: Mutex<Vec<String>>,
}

impl Credentials for Pocket {
    fn authorize(
        &self,
        mode: AuthMode,
        path: &str,
        headers: &mut HeaderMap,
        _: SystemTime,
    ) -> Result<(), Error> {
        match mode {
            BADGE => {
                headers.insert(AUTHORIZATION, HeaderValue::from_str(path).unwrap());
                Ok(())
            }
            DOOR => Err(Error::config("door_key", "expected a key, none is set")),
            _ => Ok(()),
        }
    }

    fn answered(&self, mode: AuthMode, headers: &HeaderMap, _: SystemTime) {
        let handed = headers.get(SET_COOKIE).map_or("", |value| value.to_str().unwrap());
        self.handed.lock().unwrap().push(format!("{} {handed}", mode.as_str()));
    }
}

fn with_pocket() -> (Arc<Service>, Arc<Pocket>) {
    let pocket = Arc::new(Pocket::default());
    let mut service = service();
    service.headers.clear();
    service.credentials = Some(Arc::clone(&pocket) as _);
    (Arc::new(service), pocket)
}

#[test]
fn rows_say_what_they_ask_of_their_caller() {
    let modes: Vec<_> = ROUTES.iter().map(|route| route.auth.as_str()).collect();
    assert_eq!(modes, ["", "badge", "door"]);
}

#[test]
fn each_request_carries_what_its_row_asks_for() {
    let (service, pocket) = with_pocket();
    let replay = Replay::new()
        .answer(Recorded::json(200, json!({})))
        .answer(Recorded::json(200, json!({})).header("set-cookie", "a=b"));
    Call::new(replay.clone(), open(&service)).send().unwrap();
    Call::new(replay.clone(), badge(&service)).send().unwrap();
    let carried: Vec<_> = replay
        .requests()
        .iter()
        .map(|sent| sent.header("authorization").map(str::to_owned))
        .collect();
    assert_eq!(carried, [None, Some("/v1/badge".to_owned())]);
    assert_eq!(*pocket.handed.lock().unwrap(), [" ", "badge a=b"]);
}

#[test]
fn a_missing_credential_is_told_before_anything_is_sent() {
    let (service, _) = with_pocket();
    let error = Call::new(Replay::new(), door(&service)).send().unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some("door_key")));
    assert!(!error.may_have_been_sent());
}

#[test]
fn a_credential_of_the_call_counts_instead() {
    let (service, _) = with_pocket();
    let replay = Replay::new().answer(Recorded::json(200, json!({})));
    let call = Call::new(replay.clone(), door(&service)).header("authorization", "Bearer mine");
    call.send().unwrap();
    assert_eq!(replay.requests()[0].header("authorization"), Some("Bearer mine"));
}

#[test]
fn a_dialect_may_say_what_nothing_stands_for() {
    static SPARSE: Dialect = Dialect::new(|_| Refusal::default()).with_nothing("{}");
    let read = |dialect, answer: Recorded| {
        let mut service = service();
        service.dialect = dialect;
        Call::new(Replay::new().answer(answer), open(&Arc::new(service))).send()
    };
    for answer in [Recorded::status(204), Recorded::status(200).chunk(" null\n")] {
        assert_eq!(read(&SPARSE, answer).unwrap(), json!({}));
    }
    assert!(read(&SPARSE, Recorded::status(404)).is_err());
    let strict = service().dialect;
    assert_eq!(read(strict, Recorded::status(204)).unwrap_err().kind(), ErrorKind::Decode);
}

#[test]
fn envelopes_are_read_from_the_outside_in() {
    let read = |body: Value| {
        let refusal = envelope(body.as_object().unwrap());
        (refusal.code.unwrap_or_default(), refusal.message.unwrap_or_default())
    };
    let is = |code: &str, message: &str| (code.to_owned(), message.to_owned());
    let both = json!({"code": "outer", "error": {"code": "inner", "message": "words"}});
    assert_eq!(read(both), is("outer", "words"));
    assert_eq!(read(json!({"error": "not_found"})), is("not_found", "not_found"));
    assert_eq!(read(json!({"error": "Not found"})), is("", "Not found"));
    assert_eq!(read(json!({"code": "Prose here", "reason": "why"})), is("", "why"));
    assert_eq!(read(json!({"code": 7, "message": null})), is("", ""));
    assert!(is_code("mcp.close_failed-2") && !is_code("") && !is_code("Ähm"));
}
