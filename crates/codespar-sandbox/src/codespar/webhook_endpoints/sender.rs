//! One delivery on the wire: signed, and to this machine only.

use std::{net::SocketAddr, time::Duration};

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::net::TcpStream;

use crate::{
    server::loopback::loopback,
    store::{
        hex::hex,
        json::{member, set, text},
        raw_json,
        records::delivery::Delivery,
    },
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
}

const SIGNATURE: &str = "X-CodeSpar-Signature";

/// Makes a delivery.
pub(crate) async fn send(delivery: &Delivery) -> Sent {
    let failed = |problem: &str| Sent { at: None, answer: Err(problem.to_owned()) };
    let url = text(&delivery.endpoint, "webhook_url");
    let Ok(url) = url.parse::<http::Uri>() else { return failed("invalid url") };
    let addresses = if url.scheme_str() == Some("http") { loopback(&url) } else { Vec::new() };
    if addresses.is_empty() {
        return failed(BLOCKED);
    }
    // The receiver compares it with the real time, whatever the clock of the sandbox says.
    let at = Timestamp::now().as_second();
    let answer = match request(delivery, &url, at) {
        Err(problem) => Err(problem),
        Ok(request) => match tokio::time::timeout(PATIENCE, exchange(&addresses, request)).await {
            Ok(answer) => answer,
            Err(_) => Err("timeout".to_owned()),
        },
    };
    Sent { at: Some(at), answer }
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

/// What is told of a request afterwards, or before it is sent: without the signature itself.
pub(super) fn told(delivery: &Delivery, at: Option<i64>) -> Value {
    let mut headers = json!({ SIGNATURE: at.map(|at| format!("t={at},v1=[redacted]")) });
    for (name, value) in headers_of(delivery) {
        set(&mut headers, name, value);
    }
    json!({
        "url": member(&delivery.endpoint, "webhook_url"),
        "sent_at_unix": at,
        "headers": headers,
        "body": raw_json::to_text(&delivery.event),
    })
}

/// The headers of a request but for its signatures.
fn headers_of(delivery: &Delivery) -> [(&'static str, String); 5] {
    [
        ("Content-Type", "application/json".to_owned()),
        ("X-CodeSpar-Event", text(&delivery.event, "type").to_owned()),
        ("X-CodeSpar-Event-Id", text(&delivery.event, "id").to_owned()),
        ("X-CodeSpar-Trigger-Id", text(&delivery.endpoint, "id").to_owned()),
        ("X-CodeSpar-Attempt", delivery.attempt.to_string()),
    ]
}

fn request(
    delivery: &Delivery,
    url: &http::Uri,
    at: i64,
) -> Result<http::Request<Full<Bytes>>, String> {
    let body = raw_json::to_text(&delivery.event);
    let secret = text(&delivery.endpoint, "secret");
    let path = url.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let mut request = http::Request::post(path)
        .header("host", url.authority().map_or("", http::uri::Authority::as_str))
        .header(SIGNATURE, format!("t={at},v1={}", sign(secret, &format!("{at}.{body}"))))
        .header("X-CodeSpar-Signature-Legacy", sign(secret, &body));
    for (name, value) in headers_of(delivery) {
        request = request.header(name, value);
    }
    request.body(Full::new(Bytes::from(body))).map_err(|error| error.to_string())
}

/// Hex HMAC-SHA256.
fn sign(secret: &str, message: &str) -> String {
    Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map(|mac| hex(&mac.chain_update(message).finalize().into_bytes()))
        .unwrap_or_default()
}
