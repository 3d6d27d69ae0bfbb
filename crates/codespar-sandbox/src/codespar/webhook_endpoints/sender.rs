//! One delivery on the wire: signed, and to this machine only.

use std::{net::SocketAddr, time::Duration};

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use serde_json::{Map, Value};
use sha2::Sha256;
use tokio::net::TcpStream;

use crate::{
    server::loopback::loopback,
    store::{hex::hex, json::text, raw_json, records::delivery::Delivery},
};

/// How long a receiver has to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is kept of a receiver's answer, in characters.
const MOST_KEPT: usize = 16_384;

/// More than that is not read, in bytes.
const MOST_READ: usize = 4 * MOST_KEPT;

/// What is wrong with a receiver that is not on this machine.
pub(super) const BLOCKED: &str = "ssrf_blocked:sandbox";

/// A delivery as it went out, and what came back.
pub(crate) struct Sent {
    /// When it was signed, in seconds since 1970; none where nothing was sent.
    pub(crate) at: Option<i64>,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The bytes that were signed.
    pub(crate) body: String,
    /// The receiver's answer, or what went wrong.
    pub(crate) answer: Result<Answer, String>,
}

/// What a receiver answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    /// Whether it says that it keeps the event.
    pub(crate) is_receipt: bool,
}

impl Sent {
    /// Whether the receiver took it.
    pub(crate) fn is_taken(&self) -> bool {
        self.answer.as_ref().is_ok_and(|answer| (200..=299).contains(&answer.status))
    }

    /// Whether it was not sent at all, because of its address.
    pub(crate) fn is_blocked(&self) -> bool {
        self.answer.as_ref().is_err_and(|problem| problem == BLOCKED)
    }

    pub(crate) fn status(&self) -> Option<u16> {
        self.answer.as_ref().ok().map(|answer| answer.status)
    }

    /// What went wrong.
    pub(crate) fn error(&self) -> Option<String> {
        match &self.answer {
            Ok(_) if self.is_taken() => None,
            Ok(answer) => Some(format!("http_{}", answer.status)),
            Err(problem) => Some(problem.clone()),
        }
    }

    /// The headers as they are told afterwards: without the signature itself.
    pub(crate) fn told_headers(&self) -> Value {
        let told = self.headers.iter().filter(|(name, _)| *name != LEGACY);
        let told = told.map(|(name, value)| {
            let value = match self.at {
                Some(at) if *name == SIGNATURE => format!("t={at},v1=[redacted]"),
                _ => value.clone(),
            };
            ((*name).to_owned(), Value::from(value))
        });
        told.collect::<Map<_, _>>().into()
    }
}

const SIGNATURE: &str = "X-CodeSpar-Signature";
const LEGACY: &str = "X-CodeSpar-Signature-Legacy";

/// Makes a delivery.
pub(crate) async fn send(delivery: &Delivery) -> Sent {
    let body = raw_json::to_text(&delivery.event);
    let mut sent = Sent { at: None, headers: Vec::new(), body, answer: Err(String::new()) };
    let url = text(&delivery.endpoint, "webhook_url");
    let Ok(url) = url.parse::<http::Uri>() else {
        return Sent { answer: Err("invalid url".to_owned()), ..sent };
    };
    let addresses = if url.scheme_str() == Some("http") { loopback(&url) } else { Vec::new() };
    if addresses.is_empty() {
        return Sent { answer: Err(BLOCKED.to_owned()), ..sent };
    }
    // The receiver compares it with the real time, whatever the clock of the sandbox says.
    let at = Timestamp::now().as_second();
    sent.at = Some(at);
    sent.headers = headers(delivery, &sent.body, at);
    sent.answer = match request(&sent, &url) {
        Err(problem) => Err(problem),
        Ok(request) => match tokio::time::timeout(PATIENCE, exchange(&addresses, request)).await {
            Ok(answer) => answer,
            Err(_) => Err("timeout".to_owned()),
        },
    };
    sent
}

async fn exchange(
    addresses: &[SocketAddr],
    request: http::Request<Full<Bytes>>,
) -> Result<Answer, String> {
    let text = |error: &dyn std::error::Error| error.to_string();
    let stream = TcpStream::connect(addresses).await.map_err(|error| text(&error))?;
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| text(&error))?;
    tokio::spawn(connection);
    let answer = sender.send_request(request).await.map_err(|error| text(&error))?;
    let (head, body) = answer.into_parts();
    let is_receipt = head.headers.get("x-codespar-receipt").is_some_and(|value| value == "ack");
    // The status has arrived: what is wrong with the body afterwards does not matter.
    let body = Limited::new(body, MOST_READ).collect().await;
    let body = body.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let body = String::from_utf8_lossy(&body).chars().take(MOST_KEPT).collect();
    Ok(Answer { status: head.status.as_u16(), body, is_receipt })
}

fn headers(delivery: &Delivery, body: &str, at: i64) -> Vec<(&'static str, String)> {
    let secret = text(&delivery.endpoint, "secret");
    vec![
        ("Content-Type", "application/json".to_owned()),
        ("X-CodeSpar-Event", text(&delivery.event, "type").to_owned()),
        ("X-CodeSpar-Event-Id", text(&delivery.event, "id").to_owned()),
        ("X-CodeSpar-Trigger-Id", text(&delivery.endpoint, "id").to_owned()),
        ("X-CodeSpar-Attempt", delivery.attempt.to_string()),
        (SIGNATURE, format!("t={at},v1={}", sign(secret, &format!("{at}.{body}")))),
        (LEGACY, sign(secret, body)),
    ]
}

fn request(sent: &Sent, url: &http::Uri) -> Result<http::Request<Full<Bytes>>, String> {
    let path = url.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let mut request = http::Request::post(path)
        .header("host", url.authority().map_or("", http::uri::Authority::as_str));
    for (name, value) in &sent.headers {
        request = request.header(*name, value);
    }
    let body = Full::new(Bytes::from(sent.body.clone()));
    request.body(body).map_err(|error| error.to_string())
}

/// Hex HMAC-SHA256.
fn sign(secret: &str, message: &str) -> String {
    Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map(|mac| hex(&mac.chain_update(message).finalize().into_bytes()))
        .unwrap_or_default()
}
