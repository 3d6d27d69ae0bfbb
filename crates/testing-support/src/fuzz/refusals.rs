//! What a server says with a refusal, or with what should have been an answer.

use codespar_engine::testing::{Recorded, Replay};
use codespar_proto::{Client, Config, Error, ErrorKind};

use super::errors;

const KINDS: [&str; 4] =
    ["application/json", "text/html", "text/event-stream", "application/problem+json"];

/// More than any of the calls asks for.
const ANSWERS: usize = 8;

/// The first two bytes are the status and the media type; the upper half of the latter is Upivia's.
pub fn refusals(data: &[u8]) {
    let [status, kind, body @ ..] = data else { return };
    let (is_upivia, kind) = (*kind >= 0x80, usize::from(*kind & 3));
    let status = 200 + u16::from(*status) * 2 % 400;
    let Some(kind) = KINDS.get(kind) else { return };
    let answer = Recorded::status(status).header("content-type", kind).chunk(body.to_vec());
    let script = (0..ANSWERS).fold(Replay::new(), |script, _| script.answer(answer.clone()));
    let errors = if is_upivia { upivia(script) } else { codespar(script) };
    for error in errors.into_iter().flatten().flatten() {
        errors::check(&error);
        assert!(matches!(error.kind(), ErrorKind::Api | ErrorKind::Decode | ErrorKind::Stream));
        assert!(error.may_have_been_sent());
    }
}

fn codespar(script: Replay) -> Option<[Option<Error>; 3]> {
    let client = Client::with_transport(Config::new("csk_test_fuzz"), script).ok()?;
    let session = client.session("ses_1").ok()?;
    Some([
        session.execute("t", &serde_json::json!({})).retries(0).send().err(),
        session.payment_status("tc_1").retries(0).send().err(),
        session.send_stream("hi").filter_map(Result::err).next(),
    ])
}

fn upivia(script: Replay) -> Option<[Option<Error>; 3]> {
    use upivia_proto::{Client, Config, ServiceRequest, chat::Turn};

    let config =
        Config::new("https://upivia.test").api_key("agent_key_fuzz").pat("upivia_pat_fuzz");
    let client = Client::with_transport(config, script).ok()?;
    let request = ServiceRequest::new("email", "send", &serde_json::json!({})).ok()?;
    Some([
        client.service_requests().create(&request).retries(0).send().err(),
        client.agents().list().retries(0).send().err(),
        client.chat().turn(&Turn::new("cs_1").message("hi")).filter_map(Result::err).next(),
    ])
}
