//! Codes that show that an address is a consumer's own:
//! `/v1/consumers/{id}/contact-verifications`. Nothing is sent: every code is [`CODE`].

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    server::{
        errors::{Refusal, error, not_found},
        json_object::{JsonObject, issue},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::later,
        json::{matches, member, set, text},
    },
};

/// The code of every verification.
const CODE: &str = "123456";

/// How long a code is good for.
const LIFETIME: Duration = Duration::from_secs(10 * 60);

/// How often a code may be tried.
const TRIES: u64 = 5;

/// How many codes go to one address within [`WINDOW`].
const SENDS: usize = 5;

const WINDOW: Duration = Duration::from_secs(60 * 60);

/// `POST …/contact-verifications`: the code before it to the same address is good no longer.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let channel = body.choice("channel", &["email", "phone"])?;
    let target = body.text("target")?;
    let fits = if channel == "email" { is_email(target) } else { is_phone(target) };
    if !fits {
        let message = "an address, or a number with its country code";
        return Err(error(400, "invalid_target", message).into());
    }
    let of_target = |row: &&mut Value| matches(row, "target", Some(target));
    let (now, wall) = (req.now.rfc3339(), req.now.wall);
    let recent = |row: &Value| {
        let sent: Option<Timestamp> = text(row, "sent_at").parse().ok();
        sent.is_some_and(|at| later(at, WINDOW) > wall)
    };
    let rows = req.state.contact_verifications.list_mut(req.project).filter(of_target);
    let (mut sends, mut live) = (0, Vec::new());
    for row in rows {
        sends += usize::from(recent(row));
        if text(row, "expires_at") > &*now && member(row, "verified_at").is_null() {
            live.push(row);
        }
    }
    if sends >= SENDS {
        let refusal = error(429, "too_many_requests", "too many codes to this address");
        let refusal = refusal.with("window_seconds", WINDOW.as_secs()).with("max_sends", SENDS);
        return Err(refusal.into());
    }
    live.into_iter().for_each(|row| set(row, "expires_at", &*now));
    let id = req.state.ids.uuid();
    let row = json!({
        "id": id,
        "consumer_id": req.id(),
        "channel": channel,
        "target": target,
        "sent_at": now,
        "expires_at": req.now.rfc3339_after(LIFETIME),
        "attempts_left": TRIES,
        "verified_at": null,
    });
    let row = req.state.contact_verifications.insert(req.project, &id, row);
    Ok(Response::created(json!({
        "id": id,
        "channel": channel,
        "target_masked": masked(target),
        "provider": "dev",
        "expires_at": member(&row, "expires_at"),
        "status": "sent",
    })))
}

/// `POST …/contact-verifications/{id}/verify`: one that was verified stays so.
pub(crate) fn verify(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let code = code(&body)?;
    let target = body.maybe_text("target")?;
    let now = req.now.rfc3339();
    let (consumer, id) = (req.id().to_owned(), req.second_id().to_owned());
    let found = req.state.contact_verifications.find_mut(req.project, &id);
    let found = found.filter(|row| matches(row, "consumer_id", Some(&consumer)));
    let row = found.ok_or_else(not_found)?;
    if !member(row, "verified_at").is_null() {
        return Ok(verified(row));
    }
    if text(row, "expires_at") <= &*now {
        return Err(error(410, "verification_expired", "this code is good no longer").into());
    }
    let left = member(row, "attempts_left").as_u64().unwrap_or_default();
    let Some(left) = left.checked_sub(1) else {
        return Err(error(429, "too_many_attempts", "this code was tried too often").into());
    };
    let refused = if target.is_some_and(|target| text(row, "target") != target) {
        Some(not_found())
    } else {
        (code != CODE).then(|| error(400, "invalid_code", "not the code"))
    };
    if let Some(refused) = refused {
        set(row, "attempts_left", left);
        return Err(refused.with("attempts_left", left).into());
    }
    set(row, "verified_at", now);
    Ok(verified(row))
}

fn verified(row: &Value) -> Response {
    Response::ok(json!({
        "id": member(row, "id"),
        "status": "verified",
        "verified_at": member(row, "verified_at"),
    }))
}

fn code(body: &JsonObject) -> Result<&str, Refusal> {
    let code = body.text("code")?;
    let fits = (4..=8).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit());
    if fits { Ok(code) } else { Err(issue("code", "4 to 8 digits").into()) }
}

fn is_email(target: &str) -> bool {
    target
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'))
}

fn is_phone(target: &str) -> bool {
    target.strip_prefix('+').is_some_and(|number| {
        (8..=15).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The first and the last character, and the host of an address.
fn masked(target: &str) -> String {
    let (name, host) = match target.split_once('@') {
        Some((name, host)) => (name, format!("@{host}")),
        None => (target, String::new()),
    };
    let first: String = name.chars().take(1).collect();
    let last: String = name.chars().skip(1).last().into_iter().collect();
    format!("{first}••••{last}{host}")
}
