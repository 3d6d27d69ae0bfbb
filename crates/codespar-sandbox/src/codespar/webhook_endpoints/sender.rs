//! One delivery on the wire: signed, and to this machine only.

use std::{net::SocketAddr, time::Duration};

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use sha2::Sha256;
use tokio::net::TcpStream;

use crate::{
    server::loopback::loopback,
    store::{hex::hex, json::text, raw_json, records::delivery::Delivery},
};

/// How long a receiver has to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is wrong with a receiver that is not on this machine.
pub(super) const BLOCKED: &str = "ssrf_blocked:sandbox";

/// Status of the receiver's answer, or what went wrong.
pub(crate) type SendResult = Result<u16, String>;

/// Makes a delivery.
pub(crate) async fn send(delivery: &Delivery) -> SendResult {
    let url = text(&delivery.endpoint, "webhook_url");
    let url: http::Uri = url.parse().map_err(|_| "invalid url".to_owned())?;
    let addresses = if url.scheme_str() == Some("http") { loopback(&url) } else { Vec::new() };
    if addresses.is_empty() {
        return Err(BLOCKED.to_owned());
    }
    match tokio::time::timeout(PATIENCE, exchange(&addresses, request(delivery, &url)?)).await {
        Ok(answer) => answer,
        Err(_) => Err("timeout".to_owned()),
    }
}

async fn exchange(addresses: &[SocketAddr], request: http::Request<Full<Bytes>>) -> SendResult {
    let text = |error: &dyn std::error::Error| error.to_string();
    let stream = TcpStream::connect(addresses).await.map_err(|error| text(&error))?;
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| text(&error))?;
    tokio::spawn(connection);
    let answer = sender.send_request(request).await.map_err(|error| text(&error))?;
    Ok(answer.status().as_u16())
}

fn request(delivery: &Delivery, url: &http::Uri) -> Result<http::Request<Full<Bytes>>, String> {
    let body = raw_json::to_text(&delivery.event);
    let secret = text(&delivery.endpoint, "secret");
    // The receiver compares it with the real time, whatever the clock of the sandbox says.
    let at = Timestamp::now().as_second();
    let path = url.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    http::Request::post(path)
        .header("host", url.authority().map_or("", http::uri::Authority::as_str))
        .header("content-type", "application/json")
        .header("x-codespar-event", text(&delivery.event, "type"))
        .header("x-codespar-event-id", text(&delivery.event, "id"))
        .header("x-codespar-trigger-id", text(&delivery.endpoint, "id"))
        .header("x-codespar-attempt", delivery.attempt)
        .header(
            "x-codespar-signature",
            format!("t={at},v1={}", sign(secret, &format!("{at}.{body}"))),
        )
        .header("x-codespar-signature-legacy", sign(secret, &body))
        .body(Full::new(Bytes::from(body)))
        .map_err(|error| error.to_string())
}

/// Hex HMAC-SHA256.
fn sign(secret: &str, message: &str) -> String {
    Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map(|mac| hex(&mac.chain_update(message).finalize().into_bytes()))
        .unwrap_or_default()
}
