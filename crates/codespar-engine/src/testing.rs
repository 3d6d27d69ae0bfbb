//! For tests: transports that replay recorded answers in virtual time, and readable transcripts.
//!
//! Nothing here sleeps, listens or draws lots: a minute of protocol takes a millisecond, and the
//! same test gives the same text each time.
//!
//! - [`Replay`] blocks and [`AsyncReplay`] is asynchronous: they answer from a script, made by
//!   hand or read from recordings ([`Replay::from_jsonl`]), and keep what was sent.
//! - [`Recorder`] makes recordings of what goes over another transport, without secrets, and a
//!   [`Cassette`] says when; [`Matcher`] how closely requests have to agree with them.
//! - [`fake`] makes an answer of JSON, and [`refusal`] an error, for fakes behind a trait of your
//!   own.
//! - [`Offline`] is neither: for taking a flow out of a call and driving it by hand.
//! - [`check_transport`] checks a transport of your own.
//! - [`transcript`] runs a flow against a script and writes down every step;
//!   [`request_text`] writes down one request. Both hide credentials.
//!
//! ```
//! use codespar_engine::{Payload, driver::{BlockingBody, BlockingTransport, Exchange}};
//! use codespar_engine::testing::{Recorded, Replay};
//! use serde_json::json;
//!
//! let replay = Replay::new().answer(Recorded::json(200, json!({"id": "ses_1"})));
//! let request = http::Request::get("http://replay.test/v1/sessions/ses_1")
//!     .body(Payload::default())?;
//! let mut answer = replay.open(Exchange::new(request)).map_err(|error| error.to_string())?;
//! assert_eq!(answer.status(), 200);
//! let body = answer.body_mut().chunk(None).map_err(|error| error.to_string())?;
//! assert_eq!(body.ok_or("no body")?, r#"{"id":"ses_1"}"#);
//! assert_eq!(replay.requests()[0].uri.path(), "/v1/sessions/ses_1");
//! replay.assert_done();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A request that does not fit the script fails the test: these transports panic, where others
//! give an error.

mod cassette;
pub mod check_transport;
mod clock;
mod fake;
mod matcher;
mod placeholders;
mod recorded;
mod recorder;
mod recording;
mod redaction;
mod replay;
mod script;
mod sent_body;
mod tables;
mod tape;
mod text;
mod transcript;

pub use self::{
    cassette::{Cassette, RecordMode},
    clock::Offline,
    fake::{fake, refusal},
    matcher::Matcher,
    recorded::Recorded,
    recorder::{Recorder, RecorderBody},
    replay::{AsyncReplay, AsyncReplayBody, Replay, ReplayBody},
    script::{Expected, Sent},
    tables::{operations_table, verdicts_table},
    text::request_text,
    transcript::transcript,
};
