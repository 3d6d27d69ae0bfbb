//! Checks that a call that is made into a request, without a driver, is the call that a driver
//! makes: the same request, and the same reading of the same answer.

mod repetition;

use std::{collections::BTreeSet, fmt::Debug};

use bytes::Bytes;
use codespar_engine::{
    Error, ErrorKind, Json,
    describe::{Kind, Scalar, Shape, Unit},
    driver::{NoTransport, TransportError, TransportErrorKind},
    registry::{Operation, Started},
    testing::{Recorded, Replay, Sent},
};
use http::{HeaderMap, Method, Request, Response, Uri};
use serde_json::{Map, Value, json};

use crate::described;

/// The noise that a replay hands out with its first tick, of which it makes keys.
const NOISE: u128 = 1 << 127 | 1;

/// An operation that is begun, unless its arguments are wrong.
type Begun<T, S> = Result<Started<T, S>, Error>;

/// How operations are begun by name, over either transport.
#[allow(clippy::exhaustive_structs, reason = "every test of an API says all of it")]
pub struct Api<A, B> {
    /// All operations.
    pub operations: Vec<&'static Operation>,
    /// Begins one over a replay.
    pub replayed: fn(&Replay, &str, &Json) -> Begun<Replay, A>,
    /// Begins one over no transport.
    pub offline: fn(&str, &Json) -> Begun<NoTransport, B>,
    /// Puts right what cannot be made up from the description of the arguments.
    pub arguments: fn(&str, &mut Map<String, Value>),
}

/// What was seen of all operations.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Seen {
    /// Those whose requests and answers were compared.
    pub compared: BTreeSet<&'static str>,
    /// Those whose answer was read as a success.
    pub read: BTreeSet<&'static str>,
    /// Event streams that were compared.
    pub streams: BTreeSet<&'static str>,
    /// Those that are no single exchange.
    pub several: BTreeSet<&'static str>,
    refused: Vec<(&'static str, String)>,
}

impl<A, B: 'static> Api<A, B> {
    /// Compares every operation.
    ///
    /// # Panics
    /// Where the two differ.
    pub fn compare(&self) -> Seen {
        let mut seen = Seen::default();
        for operation in &self.operations {
            self.compare_one(operation, &mut seen);
        }
        assert!(seen.refused.is_empty(), "{:#?}", seen.refused);
        let all = seen.compared.len() + seen.streams.len() + seen.several.len();
        assert_eq!(all, self.operations.len());
        seen
    }

    fn compare_one(&self, operation: &'static Operation, seen: &mut Seen) {
        let name = operation.name;
        let args = Json::from(Value::Object(self.arguments_of(operation)));
        match self.started(name, &args) {
            Ok(Started::Call(call)) => match call.into_exchange(NOISE) {
                Ok((request, reader)) => {
                    drop(reader);
                    seen.compared.insert(name);
                    self.compare_call(operation, &args, &request, seen);
                }
                Err(error) => self.not_one(name, error, seen),
            },
            Ok(Started::Session(call)) => match call.into_exchange(NOISE) {
                Ok((request, reader)) => {
                    let answer = json!({"id": "ses_1", "status": "active"});
                    let replay = Replay::new().answer(Recorded::json(201, answer.clone()));
                    let Ok(Started::Session(call)) = (self.replayed)(&replay, name, &args) else {
                        panic!("{name}")
                    };
                    assert!(call.send().is_ok() && reader.read(response(201, &answer)).is_ok());
                    same_request(name, &replay.requests(), &request);
                    seen.compared.insert(name);
                    seen.read.insert(name);
                }
                Err(error) => self.not_one(name, error, seen),
            },
            Ok(Started::Items(items)) => match items.into_exchange(NOISE) {
                Ok((request, _)) => {
                    seen.streams.insert(name);
                    self.compare_stream(name, &args, &request);
                }
                Err(error) => self.not_one(name, error, seen),
            },
            Ok(_) => panic!("{name}"),
            Err(error) => seen.refused.push((name, error.to_string())),
        }
    }

    fn started(&self, name: &str, args: &Json) -> Result<Started<NoTransport, B>, Error> {
        (self.offline)(name, args)
    }

    fn not_one(&self, name: &'static str, error: Error, seen: &mut Seen) {
        assert_eq!(error.kind(), ErrorKind::Config, "{name}: {error}");
        if error.field() == Some("into_exchange") {
            let is_named = !error.operation().is_empty();
            assert!(is_named || error.message().contains("makes a request"), "{name}: {error}");
            seen.several.insert(name);
        } else {
            seen.refused.push((name, error.to_string()));
        }
    }

    fn arguments_of(&self, operation: &Operation) -> Map<String, Value> {
        let mut args = Map::new();
        // A session knows its own id.
        let is_own = |name: &str| name == "session_id" && operation.name.starts_with("session.");
        for name in operation.path.iter().filter(|name| !is_own(name)) {
            args.insert((*name).to_owned(), "id-1".into());
        }
        match operation.input.and_then(|input| Some((input.argument?, input.shape))) {
            Some((name, shape)) => drop(args.insert(name.to_owned(), sample(name, shape, false))),
            None => {
                for member in described::arguments(operation).iter().filter(|it| it.required) {
                    args.insert(member.name.to_owned(), sample(member.name, member.shape, false));
                }
            }
        }
        (self.arguments)(operation.name, &mut args);
        args
    }

    /// The same request, and the same output or error for each of several answers.
    fn compare_call(
        &self,
        operation: &'static Operation,
        args: &Json,
        request: &Request<Bytes>,
        seen: &mut Seen,
    ) {
        let name = operation.name;
        let refusal = json!({"error": "no", "code": "insufficient_funds", "message": "no"});
        for (status, body) in [
            (200, sample("", operation.output, true)),
            (200, json!({"success": true, "data": sample("", operation.output, true)})),
            (202, json!({"approval_id": "apr_1", "status": "approval_required"})),
            (404, json!({"error": "not_found"})),
            (422, refusal),
            (503, json!({})),
        ] {
            let replay = Replay::new().answer(Recorded::json(status, body.clone()));
            let driven = self.drive(&replay, name, args);
            same_request(name, &replay.requests(), request);
            let read = self.read(name, args, |reader| reader.read(response(status, &body)));
            if driven.is_ok() && status == 200 {
                seen.read.insert(name);
            }
            same(name, &driven, &read);
        }
        for kind in [TransportErrorKind::Io, TransportErrorKind::Connect] {
            let driven = self.drive(&Replay::new().fail(kind), name, args);
            let read = self.read(name, args, |reader| {
                reader.lost(match kind {
                    TransportErrorKind::Connect => TransportError::connect("lost"),
                    _ => TransportError::io("lost"),
                })
            });
            assert!(driven.is_err(), "{name}");
            same(name, &driven, &read);
        }
    }

    fn drive(&self, replay: &Replay, name: &str, args: &Json) -> Result<Json, Error> {
        match (self.replayed)(replay, name, args)?.retries(0) {
            Started::Call(call) => call.send(),
            other => panic!("{other:?}"),
        }
    }

    fn read(
        &self,
        name: &str,
        args: &Json,
        read: impl FnOnce(codespar_engine::Reader<Json>) -> Result<Json, Error>,
    ) -> Result<Json, Error> {
        match self.started(name, args)? {
            Started::Call(call) => read(call.into_exchange(NOISE)?.1),
            other => panic!("{other:?}"),
        }
    }

    fn compare_stream(&self, name: &str, args: &Json, request: &Request<Bytes>) {
        let chunks = ["event: done\nda", "ta: {\"type\":\"done\"}\n\n", "event: x\n"];
        for whole in [true, false] {
            let answer = match whole {
                true => Recorded::events(chunks),
                false => Recorded::json(422, json!({"error": "no"})),
            };
            let replay = Replay::new().answer(answer);
            let started = (self.replayed)(&replay, name, args).map(|it| it.retries(0));
            let Ok(Started::Items(items)) = started else { panic!("{name}") };
            let driven: Vec<_> = items.take(4).map(told).collect();
            same_request(name, &replay.requests()[..1], request);
            let Ok(Started::Items(items)) = self.started(name, args) else { panic!("{name}") };
            let (_, mut reader) = items.into_exchange(NOISE).unwrap();
            let mut read = Vec::new();
            if whole {
                let mut head = Response::new(());
                let kind = http::HeaderValue::from_static("text/event-stream");
                head.headers_mut().insert("content-type", kind);
                reader.head(head.into_parts().0);
                for chunk in chunks {
                    reader.chunk(chunk);
                    read.extend((&mut reader).map(told));
                }
            } else {
                let (head, body) = response(422, &json!({"error": "no"})).into_parts();
                reader.head(head);
                reader.chunk(body);
            }
            reader.end();
            read.extend((&mut reader).map(told));
            // A stream of a driver is opened again where that is safe; this one is not.
            if replay.left() == 0 && replay.requests().len() == 1 {
                assert_eq!(driven, read, "{name}");
            }
            assert!(reader.is_over(), "{name}");
        }
    }
}

fn told(item: Result<Json, Error>) -> String {
    match item {
        Ok(item) => item.as_str().to_owned(),
        Err(error) => error_told(&error),
    }
}

/// What an error says, its cause and time aside.
fn error_told(error: &Error) -> String {
    format!(
        "{error} {:?} {:?} {:?} {:?} {:?} {:?} {} {:?}",
        error.kind(),
        error.verdict(),
        error.key_use(),
        error.status(),
        error.idempotency_key(),
        error.operation(),
        error.attempts(),
        error.may_have_been_sent(),
    )
}

fn same<O: PartialEq + Debug>(name: &str, driven: &Result<O, Error>, read: &Result<O, Error>) {
    match (driven, read) {
        (Ok(driven), Ok(read)) => assert_eq!(driven, read, "{name}"),
        (Err(driven), Err(read)) => {
            // A replay's failures have words of their own.
            let words = |error: &Error| error_told(error).replace("lost", "a recorded failure");
            assert_eq!(words(driven), words(read), "{name}");
        }
        _ => panic!("{name}: {driven:?}, but {read:?}"),
    }
}

fn same_request(name: &str, sent: &[Sent], request: &Request<Bytes>) {
    let [sent] = sent else { panic!("{name}: {} requests", sent.len()) };
    let parts = |method: &Method, uri: &Uri, headers: &HeaderMap, body: &Bytes| {
        (method.clone(), uri.clone(), headers.clone(), body.clone())
    };
    assert_eq!(
        parts(&sent.method, &sent.uri, &sent.headers, &sent.body),
        parts(request.method(), request.uri(), request.headers(), request.body()),
        "{name}"
    );
}

fn response(status: u16, body: &Value) -> Response<Bytes> {
    let response = Response::builder().status(status).header("content-type", "application/json");
    response.body(Bytes::from(body.to_string())).unwrap()
}

/// A value that looks like the shape.
fn sample(name: &str, shape: &Shape, all: bool) -> Value {
    match shape {
        Shape::Null => Value::Null,
        Shape::Scalar(scalar) => scalar_sample(name, *scalar),
        Shape::Nullable(inner) => sample(name, inner, all),
        Shape::List(inner) => json!([sample(name, inner, all)]),
        Shape::Page(inner) => json!({"data": [sample(name, inner, all)], "has_more": false}),
        Shape::Map(inner) => json!({"k": sample(name, inner, all)}),
        Shape::Choice(choice) => choice.values.first().map_or("x", |value| value.text).into(),
        Shape::Object(object) => {
            let members = object()
                .members
                .iter()
                .filter(|it| it.required || all && it.shape.scalar().is_some());
            members.map(|it| (it.name.to_owned(), sample(it.name, it.shape, all))).collect()
        }
        Shape::AllOf(parts) => {
            let mut whole = Map::new();
            for part in *parts {
                if let Value::Object(members) = sample(name, part, all) {
                    whole.extend(members);
                }
            }
            Value::Object(whole)
        }
        Shape::OneOf(one_of) => {
            let one_of = one_of();
            let Some(first) = one_of.variants.first() else { return Value::Null };
            let mut value = sample(name, first.shape, all);
            if let (Some(tag), Value::Object(members)) = (one_of.tag, &mut value) {
                members.insert(tag.to_owned(), first.name.into());
            }
            value
        }
        _ => json!({"k": "v"}),
    }
}

fn scalar_sample(name: &str, scalar: Scalar) -> Value {
    match (scalar.kind, scalar.unit) {
        (Kind::Text, Some(Unit::Day)) => "2027-01-31".into(),
        (Kind::Text, Some(Unit::Timestamp)) => "2027-01-31T00:00:00Z".into(),
        (Kind::Text, Some(_)) => "100".into(),
        (Kind::Text, None) => match name {
            "currency" => "BRL",
            "$bytes_base64" => "aGVsbG8=",
            _ if name.ends_with("url") => "https://example.test/x",
            _ if name.ends_with("email") => "ana@example.test",
            _ => "x1",
        }
        .into(),
        (Kind::Boolean, _) => true.into(),
        _ => 1.into(),
    }
}
