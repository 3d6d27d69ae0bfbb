//! The operations of the Upivia API.

use std::time::Duration;

use codespar_proto::ErrorKind;
use serde_json::json;
use upivia_proto::{
    Client, ServiceRequest, Wait,
    audit_logs::AuditLogQuery,
    chat::{Turn, TurnEvent, TurnSoFar},
    service_requests::Requested,
    storage::{Presigned, Upload},
    workflows::{Run, RunWorkflow},
};

use testing_support::driver::Driver;

use super::{Operation, Outcome};
use crate::{Expect, Repeat, Step};

const REQUESTS: &str = "POST /api/v1/service-requests";
const REQUEST: &str = "GET /api/v1/service-requests/req_1";
const OBJECTS: &str = "POST /api/v1/storage/objects";
const RUN: &str = "GET /api/v1/workflows/wf_1/runs/run_1";

const EXECUTED: &str = r#"{"status":"executed","request_id":"req_1","cost_cents":3}"#;
const STORED: &str = r#"{"object":{"id":"obj_1"}}"#;

const TURN: &str = r#"event: message_delta
data: {"delta":"Oi"}

event: done
data: {"ok":true}

"#;

/// An empty success is an answer, where nothing in it is needed.
const MAY_BE_EMPTY: &[(&str, Expect)] = &[("an empty answer", Expect::Ends)];

/// There is nothing to run in an empty workflow.
const NOTHING_TO_RUN: &[(&str, Expect)] =
    &[("an empty answer", Expect::Fails(&[ErrorKind::Api], Repeat::No))];

/// The answer to an upload is not read.
const UNREAD: &[(&str, Expect)] = &[
    ("a length that is too short", Expect::Fine),
    ("a length that is too short, then silence", Expect::Fine),
    ("no length, cut", Expect::Fine),
    ("an empty answer", Expect::Fine),
    ("another media type", Expect::Fine),
    ("a compressed body nobody asked for", Expect::Fine),
    ("NUL bytes in the body", Expect::Fine),
    ("bytes that are no UTF-8 outside of a text", Expect::Fine),
    ("deep JSON", Expect::Fine),
];

/// The redirect is the answer, and its URL is all that is read of it.
const REDIRECT: &[(&str, Expect)] =
    &[("a redirect to another host", Expect::Fine), ("deep JSON", Expect::Fine)];

/// Data that is no JSON is text. An empty 400 is the whim of a proxy, and forgiven twice; after any
/// other refusal, empty or not, the turn may have begun.
const TEXT: &[(&str, Expect)] = &[
    ("NUL bytes in the body", Expect::Fine),
    ("bytes that are no UTF-8 outside of a text", Expect::Fine),
    ("a refusal of no words", Expect::Fails(&[ErrorKind::Api], Repeat::Times(3))),
];

/// A wait of short pauses.
fn soon() -> Wait {
    Wait::default().every(Duration::from_millis(1)).at_most(Duration::from_secs(20))
}

pub(super) fn steps(operation: Operation, url: &str) -> Vec<Step> {
    match operation {
        Operation::UpiviaGet => {
            vec![
                Step::unary("GET /api/v1/balance", r#"{"amount_cents":1200,"currency":"USD"}"#)
                    .but(MAY_BE_EMPTY),
            ]
        }
        Operation::UpiviaKeyed => vec![Step::unary(REQUESTS, EXECUTED).keyed()],
        Operation::UpiviaDelete => {
            vec![
                Step::unary("DELETE /api/v1/storage/objects/obj_1", r#"{"deleted":true}"#)
                    .but(MAY_BE_EMPTY),
            ]
        }
        Operation::UpiviaUpload => vec![Step::unary(OBJECTS, STORED)],
        Operation::UpiviaLarge => vec![
            Step::unary(OBJECTS, presigned(url)).tells(&["obj_1"]),
            Step::unary("PUT /bucket/obj_1", r#"{"etag":"e1"}"#).repeated().but(UNREAD),
            Step::unary("POST /api/v1/storage/objects/obj_1/confirm", STORED).but(MAY_BE_EMPTY),
        ],
        Operation::UpiviaDownload => vec![
            Step::unary(
                "GET /api/v1/storage/objects/obj_1/download",
                r#"{"url":"https://files.example/obj_1"}"#,
            )
            .but(REDIRECT),
        ],
        Operation::UpiviaChat => {
            vec![
                Step::stream("POST /api/v1/chat/turn", TURN)
                    .tells(&["message_delta", "done"])
                    .but(TEXT),
            ]
        }
        Operation::UpiviaPages => vec![
            page("GET /api/v1/audit-logs", r#"[{"id":"a1"},{"id":"a2"}]"#, r#""c1""#)
                .tells(&["a1", "a2"]),
            page("GET /api/v1/audit-logs?cursor=c1", r#"[{"id":"a3"}]"#, r#""c2""#).tells(&["a3"]),
            page("GET /api/v1/audit-logs?cursor=c2", r#"[{"id":"a4"}]"#, "null").tells(&["a4"]),
        ],
        Operation::UpiviaWait => vec![
            Step::unary(REQUESTS, running(1)).keyed().tells(&["1"]),
            Step::unary(REQUEST, running(2)).tells(&["2"]),
            Step::unary(REQUEST, EXECUTED).tells(&["3"]),
        ],
        Operation::UpiviaRun => vec![
            Step::unary(
                "GET /api/v1/workflows/wf_1",
                r#"{"workflow":{"id":"wf_1"},"versions":[{"id":"v2","status":"published"}]}"#,
            )
            .but(NOTHING_TO_RUN),
            run_is("POST /api/v1/workflows/wf_1/runs", "pending").tells(&["pending"]),
            run_is(RUN, "running").tells(&["running"]),
            run_is(RUN, "completed").tells(&["completed"]),
        ],
        _ => vec![Step::unary("POST /api/v1/approvals/appr_1/approve", EXECUTED).but(MAY_BE_EMPTY)],
    }
}

fn running(cents: u32) -> String {
    format!(r#"{{"status":"running","request_id":"req_1","initial_cost_cents":{cents}}}"#)
}

fn run_is(line: &'static str, status: &str) -> Step {
    Step::unary(line, format!(r#"{{"run":{{"id":"run_1","status":"{status}"}}}}"#))
}

fn presigned(url: &str) -> String {
    format!(r#"{{"object":{{"id":"obj_1"}},"upload_url":"{url}/bucket/obj_1"}}"#)
}

fn page(line: &'static str, rows: &str, next: &str) -> Step {
    Step::unary(line, format!(r#"{{"logs":{rows},"next_cursor":{next}}}"#)).but(MAY_BE_EMPTY)
}

pub(super) fn run<D: Driver>(operation: Operation, client: &Client<D>) -> Outcome {
    let objects = client.storage().objects();
    let requests = client.service_requests();
    let file = Upload::new("tour.mp4", vec![b'%'; 100_000]).content_type("video/mp4");
    let email = ServiceRequest::new("email", "send", &json!({"to": "ana@example.com"})).unwrap();
    match operation {
        Operation::UpiviaGet => Outcome::of(D::finish(client.balance().get())),
        Operation::UpiviaKeyed => Outcome::of(D::finish(requests.create(&email))),
        Operation::UpiviaDelete => Outcome::of(D::finish(objects.delete("obj_1"))),
        Operation::UpiviaUpload => Outcome::of(D::finish(objects.upload(&file))),
        Operation::UpiviaLarge => {
            let id = |place: &Presigned| place.object.id.clone();
            Outcome::of(D::finish(objects.upload_large(&file))).keeping(id)
        }
        Operation::UpiviaDownload => Outcome::of(D::finish(objects.download("obj_1", None))),
        Operation::UpiviaChat => {
            let turn = D::collect(client.chat().turn(&Turn::new("cs_1").message("Oi")));
            Outcome::items(turn, said).keeping(so_far)
        }
        Operation::UpiviaPages => {
            let logs = D::collect(client.audit_logs().list(&AuditLogQuery::default()));
            Outcome::items(logs, |log| log.id.clone().unwrap_or_default())
        }
        Operation::UpiviaWait => {
            Outcome::of(D::finish(requests.create_and_wait(&email, soon()))).keeping(cents)
        }
        Operation::UpiviaRun => {
            let call = client.workflows().run_and_wait("wf_1", &RunWorkflow::default(), soon());
            let status =
                |run: &Run| run.status.as_ref().map_or("", |status| status.as_str()).to_owned();
            Outcome::of(D::finish(call)).keeping(status)
        }
        _ => Outcome::of(D::finish(client.approvals().approve("appr_1"))),
    }
}

fn said(event: &TurnEvent) -> String {
    event.name().to_owned()
}

/// The name of the last event, where it was a piece of text.
fn so_far(turn: &TurnSoFar) -> String {
    if turn.text.is_empty() { String::new() } else { "message_delta".to_owned() }
}

fn cents(made: &Requested) -> String {
    match &made.outcome {
        upivia_proto::Outcome::Running(running) => {
            running.initial_cost_cents.map(|cents| cents.to_string()).unwrap_or_default()
        }
        outcome => outcome.status().to_owned(),
    }
}
