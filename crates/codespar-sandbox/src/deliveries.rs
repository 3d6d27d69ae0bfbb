//! Deliveries to webhook endpoints. The sandbox really delivers, but only to this machine.

use std::time::Duration;

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::Request;
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::net::TcpStream;

use crate::answer::Answer;
use crate::call::{Call, Outcome};
use crate::errors::{Refusal, error, not_found};
use crate::receipts::hex;
use crate::state::State;
use crate::table::{limit, matches, part, set, text};
use crate::time::Now;
use crate::webhooks;

/// How long a receiver has to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A delivery that has to be made before its request can be answered.
pub(crate) struct Job {
    project: String,
    /// The endpoint, secret included.
    endpoint: Value,
    event: Value,
    delivery_id: String,
    now: Now,
    then: Then,
}

/// What the request wanted to know.
enum Then {
    TestFire,
    Replay { named: bool },
    Redeliver,
}

/// Status of the receiver's answer, or what went wrong.
pub(crate) type Sent = Result<u16, String>;

/// `POST /v1/webhook-endpoints/{id}/test-fire`
pub(crate) fn test_fire(call: &mut Call<'_>) -> Outcome {
    let body = call.maybe_body()?;
    let kind = body.maybe_text("event_type")?.unwrap_or("trigger.test_fire").to_owned();
    let mut data = body.maybe_object("payload")?.unwrap_or_default().value();
    set(&mut data, "test", true);
    let endpoint = webhooks::find(call)?.clone();
    let id = call.state.ids.with("evt");
    let event = json!({
        "id": id,
        "type": kind,
        "source": "sandbox",
        "occurred_at": call.now.text(),
        "test": true,
        "data": data,
    });
    call.state.events.insert(call.project, &id, event.clone());
    Ok(Answer::deliver(job(call, endpoint, event, Then::TestFire)))
}

/// `POST /v1/events/{event_id}/replay`
pub(crate) fn replay(call: &mut Call<'_>) -> Outcome {
    let event = call.state.events.find(call.project, call.id()).ok_or_else(not_found)?.clone();
    let named = call.query("trigger_id").map(str::to_owned);
    let wanted = text(&event, "type");
    let endpoint = match &named {
        Some(id) => {
            let found = call.state.endpoints.find(call.project, id);
            Some(found.ok_or_else(webhooks::missing)?.clone())
        }
        None => {
            let mut rows = call.state.endpoints.list(call.project);
            rows.find(|row| matches(row, "event", Some(wanted))).cloned()
        }
    };
    let Some(endpoint) = endpoint else {
        let body = json!({ "event_id": part(&event, "id"), "dispatched": 0, "trigger_id": null });
        return Ok(Answer::accepted(body));
    };
    if text(&endpoint, "status") != "active" {
        return Err(error(409, "trigger_not_active", "the endpoint is paused").into());
    }
    let test = text(&event, "type") == "trigger.test_fire";
    if text(&endpoint, "event") != wanted && !test {
        return Err(error(400, "trigger_event_mismatch", "not an event of this endpoint").into());
    }
    Ok(Answer::deliver(job(call, endpoint, event, Then::Replay { named: named.is_some() })))
}

/// `POST /v1/webhook-endpoints/deliveries/{delivery_id}/redeliver`
pub(crate) fn redeliver(call: &mut Call<'_>) -> Outcome {
    let old = find(call, call.id())?;
    let endpoint = call.state.endpoints.find(call.project, text(&old, "trigger_id"));
    let endpoint = endpoint.ok_or_else(webhooks::missing)?.clone();
    let event = part(&old, "event").clone();
    Ok(Answer::deliver(job(call, endpoint, event, Then::Redeliver)))
}

/// `POST /v1/webhook-endpoints/retry-pending`: nothing is ever pending here.
pub(crate) fn retry_pending(_: &mut Call<'_>) -> Outcome {
    Ok(Answer::ok(json!({
        "scanned": 0, "redispatched": 0, "delivered": 0, "failed": 0, "dead": 0,
    })))
}

/// `GET /v1/webhook-endpoints/{id}/deliveries`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    rows(call, |_| true)
}

/// `GET /v1/webhook-endpoints/{id}/dlq`
pub(crate) fn dead(call: &mut Call<'_>) -> Outcome {
    rows(call, |row| text(row, "status") == "dead")
}

/// `GET /v1/webhook-endpoints/{id}/deliveries/{delivery_id}`: with request, answer and event.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    webhooks::find(call)?;
    let row = find(call, call.second_id())?;
    if text(&row, "trigger_id") != call.id() {
        return Err(not_found().into());
    }
    Ok(Answer::ok(row))
}

fn rows(call: &mut Call<'_>, keep: impl Fn(&Value) -> bool) -> Outcome {
    webhooks::find(call)?;
    let limit = limit(call, 50, 200)?;
    let rows: Vec<Value> = call
        .state
        .deliveries
        .list(call.project)
        .filter(|row| matches(row, "trigger_id", Some(call.id())) && keep(row))
        .take(limit)
        .map(short)
        .collect();
    Ok(Answer::ok(json!({ "deliveries": rows })))
}

fn find(call: &Call<'_>, id: &str) -> Result<Value, Refusal> {
    if id.is_empty() || id.len() > 19 || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(error(400, "invalid_delivery_id", "at most 19 digits").into());
    }
    call.state.deliveries.find(call.project, id).cloned().ok_or_else(|| not_found().into())
}

/// A row without the request, the answer and the event.
fn short(row: &Value) -> Value {
    let mut row = row.clone();
    if let Some(members) = row.as_object_mut() {
        for name in ["request", "response", "event"] {
            members.remove(name);
        }
    }
    row
}

fn job(call: &mut Call<'_>, endpoint: Value, event: Value, then: Then) -> Job {
    Job {
        project: call.project.to_owned(),
        endpoint,
        event,
        delivery_id: call.state.ids.number().to_string(),
        now: call.now,
        then,
    }
}

/// Makes a delivery.
pub(crate) async fn send(job: &Job) -> Sent {
    let url = text(&job.endpoint, "webhook_url");
    let url: http::Uri = url.parse().map_err(|_| "invalid url".to_owned())?;
    if url.scheme_str() != Some("http") {
        return Err("ssrf_blocked:sandbox".to_owned());
    }
    match tokio::time::timeout(PATIENCE, exchange(address(&url), request(job, &url)?)).await {
        Ok(answer) => answer,
        Err(_) => Err("timeout".to_owned()),
    }
}

/// Host and port; an IPv6 address without its brackets.
fn address(url: &http::Uri) -> (String, u16) {
    let host = url.host().unwrap_or_default().trim_matches(['[', ']']);
    (host.to_owned(), url.port_u16().unwrap_or(80))
}

async fn exchange(address: (String, u16), request: Request<Full<Bytes>>) -> Sent {
    let text = |error: &dyn std::error::Error| error.to_string();
    let stream = TcpStream::connect(address).await.map_err(|error| text(&error))?;
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| text(&error))?;
    tokio::spawn(connection);
    let answer = sender.send_request(request).await.map_err(|error| text(&error))?;
    Ok(answer.status().as_u16())
}

fn request(job: &Job, url: &http::Uri) -> Result<Request<Full<Bytes>>, String> {
    let body = job.event.to_string();
    let secret = text(&job.endpoint, "secret");
    let at = job.now.wall.as_second();
    let path = url.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    Request::post(path)
        .header("host", url.authority().map_or("", http::uri::Authority::as_str))
        .header("content-type", "application/json")
        .header("x-codespar-event", text(&job.event, "type"))
        .header("x-codespar-event-id", text(&job.event, "id"))
        .header("x-codespar-trigger-id", text(&job.endpoint, "id"))
        .header("x-codespar-attempt", "1")
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

/// Writes a delivery down and answers the request that wanted it.
pub(crate) fn finish(state: &mut State, job: Job, sent: Sent) -> Answer {
    let (status, response_status, problem) = match &sent {
        Ok(code @ 200..=299) => ("delivered", Some(*code), None),
        Ok(code) => ("failed", Some(*code), Some(format!("http_{code}"))),
        Err(problem) => ("failed", None, Some(problem.clone())),
    };
    let trigger = text(&job.endpoint, "id");
    let row = json!({
        "id": job.delivery_id,
        "trigger_id": trigger,
        "event_id": part(&job.event, "id"),
        "event_type": part(&job.event, "type"),
        "attempt": 1,
        "status": status,
        "response_status": response_status,
        "error": problem,
        "created_at": job.now.text(),
        "request": { "url": part(&job.endpoint, "webhook_url"), "body": job.event },
        "response": { "status": response_status },
        "event": job.event,
    });
    state.deliveries.insert(&job.project, &job.delivery_id, row);
    if let Some(endpoint) = state.endpoints.find_mut(&job.project, trigger) {
        let runs = part(endpoint, "total_runs").as_u64().unwrap_or_default();
        set(endpoint, "total_runs", runs + 1);
        set(endpoint, "last_run_at", job.now.text());
    }
    match job.then {
        Then::TestFire => Answer::ok(json!({
            "trigger_id": trigger,
            "event_id": part(&job.event, "id"),
            "delivery_id": job.delivery_id,
            "status": status,
            "response_status": response_status,
            "error": problem,
        })),
        Then::Replay { named } => Answer::accepted(json!({
            "event_id": part(&job.event, "id"),
            "dispatched": 1,
            "trigger_id": named.then_some(trigger),
        })),
        Then::Redeliver => Answer::accepted(json!({
            "redelivery_id": job.delivery_id,
            "trigger_id": trigger,
            "event_id": part(&job.event, "id"),
            "trigger_status": part(&job.endpoint, "status"),
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_to_connect_to() {
        for (url, host, port) in [
            ("http://[::1]:8080/hook", "::1", 8080),
            ("http://127.0.0.1/hook", "127.0.0.1", 80),
            ("http://localhost:1", "localhost", 1),
        ] {
            assert_eq!(address(&url.parse().unwrap()), (host.to_owned(), port), "{url}");
        }
    }
}
