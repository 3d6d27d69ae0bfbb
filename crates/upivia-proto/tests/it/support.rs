//! Calls against the recordings, written down.

use codespar_engine::testing::{Offline, Replay};
use upivia_proto::{Call, Client, Config, Object};

pub(crate) const WIRE: &str = include_str!("../../../../fixtures/wire/upivia.jsonl");

/// The credentials of the recordings.
fn config() -> Config {
    Config::new("http://replay.test").api_key("agent_key_wire0001").pat("upivia_pat_wire0001")
}

/// A client whose calls are driven by hand.
pub(crate) fn client() -> Client<Offline> {
    Client::with_transport(config(), Offline::new()).unwrap()
}

/// A client that is answered from a script.
pub(crate) fn on(replay: &Replay) -> Client<Replay> {
    Client::with_transport(config(), replay.clone()).unwrap()
}

/// A client that gets no answers: what it makes is refused before it is sent.
pub(crate) fn on_nothing() -> Client<Replay> {
    let config = Config::new("http://replay.test").pat("upivia_pat_1");
    Client::with_transport(config, Replay::new()).unwrap()
}

/// Makes the call, which must be refused for a field.
pub(crate) fn refused<O: std::fmt::Debug>(field: &str, call: Call<Replay, O>) {
    let error = call.send().unwrap_err();
    assert_eq!(error.field(), Some(field), "{error}");
    assert!(!error.operation().is_empty());
}

pub(crate) fn object(value: serde_json::Value) -> Object {
    Object::of("test", &value).unwrap()
}

/// Makes each call against the recorded exchanges of a case, which it must agree with, and writes
/// down what went to and fro and what came of it.
macro_rules! shown {
    ($client:ident; $($case:literal => $call:expr;)*) => {{
        let mut text = String::new();
        $(
            let $client = crate::support::client();
            let server = codespar_engine::testing::Replay::from_jsonl(crate::support::WIRE, $case);
            let flow = $call.into_flow();
            let conversation = codespar_engine::testing::transcript(flow, server.clone());
            server.assert_done();
            text.push_str(&format!("## {}\n{conversation}", $case));
        )*
        text
    }};
}
pub(crate) use shown;

/// Makes each call against an answer of this status, and writes down what went to and fro and what
/// came of it: for what no recording has.
macro_rules! told {
    ($client:ident; $($name:literal: $status:literal $answer:tt => $call:expr;)*) => {{
        let mut text = String::new();
        $(
            let $client = crate::support::client();
            let answer = serde_json::json!($answer);
            let answer = codespar_engine::testing::Recorded::json($status, answer);
            let server = codespar_engine::testing::Replay::new().answer(answer);
            let flow = $call.into_flow();
            let conversation = codespar_engine::testing::transcript(flow, server.clone());
            server.assert_done();
            text.push_str(&format!("## {}\n{conversation}", $name));
        )*
        text
    }};
}
pub(crate) use told;
