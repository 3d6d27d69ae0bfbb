//! One function per target; each may be given any bytes and must not panic.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use codespar_engine::{
    sse::{FrameDecoder, FrameError},
    testing::{Recorded, Replay},
};
use codespar_proto::{
    Client, Config, Error, ErrorKind,
    mandate::{
        DidDocument, Keys, MandateToken, PublicKey, ReceiptKeys, SignedReceipt,
        reconstruct_signing_string, verify_ed25519, verify_mandate_token, verify_receipt,
    },
    webhook::{DeliveryHeaders, Event, SIGNATURE, SIGNATURE_LEGACY, Verifier},
};
use http::{HeaderMap, HeaderValue};

use crate::answers::{codespar_answers, codespar_arguments, webhook_answers};

/// A target: its name, and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const ALL: [Target; 5] = [
    ("sse", sse),
    ("refusals", refusals),
    ("answers", answers),
    ("mandates", mandates),
    ("webhooks", webhooks),
];

/// The small limit makes large frames come up.
const FRAME_LIMIT: usize = 512;

#[derive(Debug, PartialEq)]
struct Owned {
    event: String,
    data: Vec<u8>,
    id: Option<String>,
    comment: bool,
    complete: bool,
}

fn frames<'a>(chunks: impl Iterator<Item = &'a [u8]>) -> (Vec<Owned>, Option<FrameError>) {
    let mut decoder = FrameDecoder::new().with_limit(FRAME_LIMIT);
    let mut frames = Vec::new();
    let own = |frame: codespar_engine::sse::Frame<'_>| Owned {
        event: frame.event().to_owned(),
        data: frame.data().to_vec(),
        id: frame.id().map(str::to_owned),
        comment: frame.is_comment(),
        complete: frame.is_complete(),
    };
    for chunk in chunks {
        decoder.push(Bytes::copy_from_slice(chunk));
        loop {
            match decoder.next_frame() {
                Ok(Some(frame)) => frames.push(own(frame)),
                Ok(None) => break,
                Err(error) => return (frames, Some(error)),
            }
        }
    }
    match decoder.finish() {
        Ok(Some(frame)) => frames.push(own(frame)),
        Ok(None) => {}
        Err(error) => return (frames, Some(error)),
    }
    (frames, None)
}

/// An event stream is the same however it is cut: the first byte says how.
pub fn sse(data: &[u8]) {
    let Some((cut, stream)) = data.split_first() else { return };
    let whole = frames(std::iter::once(stream));
    let size = usize::from(*cut).max(1);
    assert_eq!(whole, frames(stream.chunks(size)), "in chunks of {size}");
    assert!(whole.0.iter().all(|frame| frame.data.len() <= FRAME_LIMIT));
}

fn check(error: &Error) {
    let shown = error.to_string();
    assert!(!shown.contains('\n') && !shown.chars().any(char::is_control), "{shown:?}");
    assert!(shown.chars().count() < 2000, "{shown}");
    assert!(!format!("{error:?}").is_empty());
    if let Some(code) = error.code() {
        let fine = |letter: char| letter.is_ascii_alphanumeric() || "_.-".contains(letter);
        assert!(!code.is_empty() && code.chars().all(fine), "{code:?}");
    }
    assert!(matches!(error.kind(), ErrorKind::Api | ErrorKind::Decode | ErrorKind::Stream));
    assert!(error.may_have_been_sent());
    // Reading the body again must not panic either.
    let _ = error.json().map(|json| (json.to_value(), json.member("error")));
}

/// What a server says with a refusal, or with what should have been an answer: the first two bytes
/// are the status and the media type.
pub fn refusals(data: &[u8]) {
    let [status, kind, body @ ..] = data else { return };
    let status = 200 + u16::from(*status) * 2 % 400;
    let kind = ["application/json", "text/html", "text/event-stream", "application/problem+json"]
        [usize::from(*kind) % 4];
    let answer = || Recorded::status(status).header("content-type", kind).chunk(body.to_vec());
    let script = (0..3).fold(Replay::new(), |script, _| script.answer(answer()));
    let Ok(client) = Client::with_transport(Config::new("csk_test_fuzz"), script) else { return };
    let Ok(session) = client.session("ses_1") else { return };
    let errors = [
        session.execute("t", &serde_json::json!({})).retries(0).send().err(),
        session.payment_status("tc_1").retries(0).send().err(),
        session.send_stream("hi").filter_map(Result::err).next(),
    ];
    errors.iter().flatten().for_each(check);
}

/// Every type that is read from JSON: what is read can be shown, written and read again.
pub fn answers(data: &[u8]) {
    for readers in [codespar_answers(), webhook_answers(), codespar_arguments()] {
        for (_, read) in readers {
            read(data);
        }
    }
}

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_799_950_000)
}

/// Mandate tokens, receipts, keys and DID documents, none of which is signed by the keys at hand.
pub fn mandates(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(key) = PublicKey::from_hex(KEY) else { return };
    if let Ok(token) = MandateToken::decode(text) {
        assert!(!format!("{token:?}").is_empty() && !token.signing_string().is_empty());
    }
    let keys = Keys::new().agent_key(key).and_then(|keys| keys.issuer_key(key));
    if let Ok(keys) = keys {
        assert!(verify_mandate_token(text, &keys, now()).is_err());
    }
    // None of these is more than read.
    let _ = reconstruct_signing_string(text);
    let _ = DidDocument::from_json(text);
    let _ = PublicKey::from_jwk(text);
    let _ = PublicKey::from_base64url(text);
    if let Ok(receipt) = SignedReceipt::from_json(text) {
        assert!(receipt.verify(&ReceiptKeys::new()).is_err());
    }
    assert!(!verify_ed25519("message", text, &key));
    assert!(verify_receipt("rcpt_1", "9f3c", text, &key).is_err());
}

/// A point of the curve.
const KEY: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

/// Webhook headers and bodies: the first line is the header.
pub fn webhooks(data: &[u8]) {
    let mut lines = data.splitn(2, |byte| *byte == b'\n');
    let (Some(line), Some(body)) = (lines.next(), lines.next()) else { return };
    let Ok(value) = HeaderValue::from_bytes(line) else { return };
    let Ok(verifier) =
        Verifier::new("3f9a1c0e5b7d2468ace013579bdf02468ace13579bdf02468ace13579bdf0246")
    else {
        return;
    };
    for (name, verifier) in [
        (SIGNATURE, verifier.clone()),
        (SIGNATURE_LEGACY, verifier.clone().accept_legacy()),
        (codespar_proto::webhook::ATTEMPT, verifier),
    ] {
        let headers = HeaderMap::from_iter([(name, value.clone())]);
        // Nobody has the secret but by trying.
        let _ = verifier.verify(&headers, body, now());
        let _ = DeliveryHeaders::from_headers(&headers);
    }
    let _ = Event::from_slice(body);
}
