//! What the outbox knows of single operations: which are safe to repeat, what their answers say,
//! and how to read what has become of them.

use std::time::Duration;

use codespar_engine::{
    Call, Error, ErrorKind, Json, KeyRule, KeyUse, Stage, Verdict,
    driver::Transport,
    kit::{RawAnswer, Request, approval, members, segment},
};
use codespar_proto::{
    Client,
    approvals::{ApprovalRecord, ApprovalState},
    charges::ChargeRecord,
    devolutions::Devolution,
    mandates::Spend,
    operations::is_for_later,
    session::ToolResult,
};
use http::HeaderValue;
use serde_json::{Map, Value};

use crate::{
    observation::Observation,
    plan::Look,
    request::{Carrier, KeptRequest},
};

/// Operations that carry an id which the server is not known to honour.
const NOT_SAFE: [&str; 1] = ["wallets.execute"];

/// Whether the operation's id is an attempt of the payment lifecycle.
pub(crate) fn is_attempt(operation: &str) -> bool {
    matches!(operation, "mandates.spend" | "mandates.execute_payment")
}

/// Says why an operation cannot be done exactly once, if it cannot.
///
/// # Errors
/// `Config` naming `call`.
pub(crate) fn check_safe(operation: &str, rule: KeyRule) -> Result<(), Error> {
    if rule.is_honoured() && rule != KeyRule::Depends && !NOT_SAFE.contains(&operation) {
        return Ok(());
    }
    let why = format!(
        "the server honours no id for {operation} as it is called here, so a repetition after a \
         crash could do it twice; at_most_once sends it once and never again"
    );
    Err(Error::config("call", why))
}

/// The call that presents kept bytes under an id, and what its answer says.
pub(crate) fn present<T: Transport>(
    client: &Client<T>,
    operation: &'static str,
    request: &KeptRequest,
    (first, id): (&str, &str),
    limit: Duration,
) -> Result<Call<T, Observation>, Error> {
    let mut again = client.request_of(operation, &request.path)?.named_by(request.carrier.rule());
    if !request.content_type.is_empty() {
        let kind = HeaderValue::from_str(&request.content_type);
        let kind = kind.map_err(|_| Error::config("content_type", "expected visible ASCII"))?;
        again = again.bytes(kind, request.body_under(first, id));
    }
    let call = again.raw().retries(0).timeout(limit);
    let call = match request.carrier {
        Carrier::Nothing => call,
        Carrier::Header | Carrier::Body => call.idempotency_key(id),
    };
    Ok(call.then(move |outcome| {
        Ok(match outcome {
            Ok(answer) => answered(operation, &answer),
            Err(error) => refused(&error),
        })
    }))
}

/// What an error of a presentation says.
fn refused(error: &Error) -> Observation {
    // What cannot be sent now can never be: a person has to see it.
    let is_wrong = error.kind() == ErrorKind::Config;
    Observation {
        key_use: if is_wrong { KeyUse::PersonDecides } else { error.key_use() },
        is_for_later: is_for_later(error),
        code: error.code().map(str::to_owned).or_else(|| is_wrong.then(|| "config".to_owned())),
        status: error.status().map(|status| status.as_u16()),
        retry_after: error.retry_after(),
        approval: error.approval().map(|approval| approval.id.clone()),
        ..Observation::of_request(error.verdict())
    }
}

/// What a success says.
fn answered(operation: &str, answer: &RawAnswer) -> Observation {
    let body = members(&answer.body).unwrap_or_default();
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let held = approval(&body)
        .filter(|_| !matches!(text("status"), Some("completed" | "sent" | "settled" | "paid")));
    let seen = match held {
        Some(held) => Observation {
            approval: Some(held.id),
            code: Some("approval_required".to_owned()),
            ..Observation::of_effect(Verdict::Held)
        },
        None => read(operation, answer, &body),
    };
    Observation {
        status: Some(answer.status.as_u16()),
        is_replay: body.get("idempotent_replay").and_then(Value::as_bool),
        answer: seen.verdict.is_some_and(Verdict::is_done).then(|| answer.body.to_vec()),
        ..seen
    }
}

fn read(operation: &str, answer: &RawAnswer, body: &Map<String, Value>) -> Observation {
    match operation {
        "charges.create" => typed(answer, charge),
        "devolutions.create" => typed(answer, devolution),
        _ if is_attempt(operation) => typed(answer, spend),
        "wallets.transfer" => Observation {
            resource: body.get("withdrawal_id").and_then(Value::as_str).map(str::to_owned),
            ..Observation::of_effect(Verdict::Done(Stage::Dispatched))
        },
        // What a tool says of itself is in a success, too.
        _ if operation.starts_with("session.") => {
            typed(answer, |result: &ToolResult| Observation {
                code: result.error.as_deref().and_then(code),
                ..Observation::of_effect(result.verdict())
            })
        }
        _ => Observation::of_effect(Verdict::Done(Stage::Completed)),
    }
}

/// The code in a tool's error, before its words.
fn code(error: &str) -> Option<String> {
    let code = error.split_once(": ").map_or(error, |(code, _)| code);
    codespar_engine::kit::is_code(code).then(|| code.to_owned())
}

/// What a success says that has a type; one that cannot be read leaves it open.
fn typed<O: codespar_engine::kit::serde::de::DeserializeOwned>(
    answer: &RawAnswer,
    read: fn(&O) -> Observation,
) -> Observation {
    match codespar_engine::kit::decode(&answer.body) {
        Ok(output) => read(&output),
        Err(_) => Observation {
            code: Some("unreadable_answer".to_owned()),
            ..Observation::of_request(Verdict::Unknown)
        },
    }
}

fn charge(charge: &ChargeRecord) -> Observation {
    let is_open = charge.id.is_none() || charge.issuance_unconfirmed == Some(true);
    let verdict = match is_open {
        true => Verdict::Unknown,
        false if charge.is_paid() => Verdict::Done(Stage::Settled),
        false if charge.is_over() => Verdict::Refused,
        false => Verdict::Done(Stage::Issued),
    };
    let code = is_open.then(|| "issuance_unconfirmed".to_owned());
    Observation { code, resource: charge.id.clone(), ..Observation::of_effect(verdict) }
}

fn devolution(devolution: &Devolution) -> Observation {
    let resource = devolution.devolution_id.clone();
    Observation { resource, ..Observation::of_effect(devolution.verdict()) }
}

fn spend(spend: &Spend) -> Observation {
    let receipt = spend.receipt.as_ref().and_then(|receipt| receipt.id.clone());
    Observation { receipt, ..Observation::of_effect(spend.verdict()) }
}

/// The call that reads what has become of a row, and what it says: below the path of its request,
/// and on the page of this cursor, where there are several.
pub(crate) fn look<T: Transport>(
    client: &Client<T>,
    look: &Look,
    (path, page): (&str, Option<&str>),
    limit: Duration,
) -> Result<Call<T, Observation>, Error> {
    let raw = |request: Request<T>| request.raw().timeout(limit);
    Ok(match look {
        Look::Charge(reference) => {
            let path = format!("/v1/charges/{}", segment(reference)?);
            told(raw(client.request_of("charges.get", &path)?), |body| typed(body, charge))
        }
        Look::Devolution(id) => {
            let path = format!("{path}/{}", segment(id)?);
            told(raw(client.request_of("devolutions.get", &path)?), |body| typed(body, devolution))
        }
        Look::Approval(id) => {
            let status = client.approvals().status(id).timeout(limit);
            status
                .then(|outcome| Ok(outcome.map_or_else(|error| unread(&error), |of| decided(&of))))
        }
        Look::Attempt(id) => {
            let id = id.clone();
            let list = client.request("GET", "/v1/account/payments").pair("limit", "200");
            let list = match page {
                Some(cursor) => list.pair("before", cursor),
                None => list,
            };
            let list = list.read::<Json>().timeout(limit);
            list.then(move |outcome| {
                Ok(outcome.map_or_else(|error| unread(&error), |list| attempt(&list, &id)))
            })
        }
    })
}

/// A read that gives an answer to keep.
fn told<T: Transport>(
    call: Call<T, RawAnswer>,
    read: fn(&RawAnswer) -> Observation,
) -> Call<T, Observation> {
    call.then(move |outcome| {
        Ok(match outcome {
            Err(error) => unread(&error),
            Ok(answer) => {
                let seen = read(&answer);
                let is_done = seen.verdict.is_some_and(Verdict::is_done);
                let verdict = seen.verdict.filter(|verdict| *verdict != Verdict::Unknown);
                let answer = is_done.then(|| answer.body.to_vec());
                Observation { verdict, answer, is_read: true, ..seen }
            }
        })
    })
}

/// A read that failed has told nothing, unless the reference names several charges.
fn unread(error: &Error) -> Observation {
    let is_ambiguous = error.code() == Some("charge_reference_ambiguous");
    Observation {
        verdict: is_ambiguous.then_some(Verdict::Unknown),
        key_use: if is_ambiguous { KeyUse::PersonDecides } else { KeyUse::Same },
        code: error.code().map(str::to_owned),
        status: error.status().map(|status| status.as_u16()),
        retry_after: error.retry_after(),
        is_read: true,
        ..Observation::NOTHING
    }
}

fn decided(approval: &ApprovalRecord) -> Observation {
    let says = |verdict, code: &str| Observation {
        code: Some(code.to_owned()),
        is_read: true,
        ..Observation::of_effect(verdict)
    };
    match approval.approval_status {
        // The server carries it out by itself; the same id tells what came of it.
        ApprovalState::Approved => says(Verdict::Unknown, "approved"),
        ApprovalState::ExecutionFailed => says(Verdict::Unknown, "execution_failed"),
        ApprovalState::Denied => says(Verdict::Refused, "approval_denied"),
        ApprovalState::Expired => says(Verdict::Refused, "approval_expired"),
        _ => Observation { is_read: true, ..Observation::NOTHING },
    }
}

/// What a page of the list of attempts says of one.
fn attempt(list: &Json, id: &str) -> Observation {
    let list = list.to_value();
    let rows = list.get("payments").or_else(|| list.get("data")).and_then(Value::as_array);
    let is_it = |row: &&Value| row.get("attempt_id").and_then(Value::as_str) == Some(id);
    let row = rows.and_then(|rows| rows.iter().find(is_it));
    let text = |name: &str| row.and_then(|row| row.get(name)?.as_str());
    let verdict = match text("status") {
        Some("settled") => Some(Verdict::Done(Stage::Settled)),
        Some("failed") => Some(Verdict::Refused),
        _ => None,
    };
    let next_page = list.get("next_before").and_then(Value::as_str);
    let next_page = next_page.filter(|cursor| row.is_none() && !cursor.is_empty());
    Observation {
        verdict,
        is_final_word: true,
        is_read: true,
        next_page: next_page.map(str::to_owned),
        receipt: text("receipt_id").map(str::to_owned),
        code: text("failure_code").map(str::to_owned),
        ..Observation::NOTHING
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_is_not_known_to_be_honoured_makes_nothing_safe() {
        let attempt = KeyRule::Argument("attempt_id");
        assert!(check_safe("mandates.spend", attempt).is_ok());
        assert!(check_safe("wallets.transfer", KeyRule::Body).is_ok());
        for (operation, rule) in [
            ("wallets.execute", attempt),
            ("charges.create", KeyRule::None),
            ("charges.create", KeyRule::Depends),
            ("client.request", KeyRule::Unpromised),
        ] {
            let error = check_safe(operation, rule).unwrap_err();
            assert_eq!(error.field(), Some("call"));
            assert!(error.to_string().contains(operation));
        }
    }

    #[test]
    fn the_list_of_attempts_tells_what_has_become_of_one() {
        let list = |status: &str| {
            let row = format!(r#"{{"attempt_id":"cso_1","status":"{status}","failure_code":"x"}}"#);
            Json::from_slice(format!(r#"{{"payments":[{row}],"next_before":null}}"#).as_bytes())
        };
        let told = |status, id| attempt(&list(status).unwrap(), id).verdict;
        assert_eq!(told("settled", "cso_1"), Some(Verdict::Done(Stage::Settled)));
        assert_eq!(told("failed", "cso_1"), Some(Verdict::Refused));
        for open in ["claimed", "dispatching", "dispatched", "settle_failed", "uncertain", "new"] {
            assert_eq!(told(open, "cso_1"), None);
        }
        assert_eq!(told("settled", "cso_2"), None);
    }
}
