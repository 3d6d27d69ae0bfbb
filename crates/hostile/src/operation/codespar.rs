//! The operations of the CodeSpar API.

use std::time::Duration;

use codespar_proto::{
    ChatEvent, Client, CreateSession, Minor, PaymentStatus, Reconnect, Session,
    charges::ListCharges,
    payables::{Batch, CreateBatch, NewItem, PayBatch, Upload},
    session::VerificationStatus,
    workflow::{Workflow, WorkflowResult, WorkflowStep},
};
use serde_json::json;

use testing_support::driver::Driver;

use super::{Operation, Outcome, UNREAD};
use crate::{Expect, Step};

const STATE: &str = "GET /v1/tool-calls/tc_1/payment-status";
const STATES: &str = "GET /v1/tool-calls/tc_1/payment-status/stream";
const VERIFICATION: &str = "GET /v1/tool-calls/tc_1/verification-status/stream";
const SESSIONS: &str = "POST /v1/sessions";
const LOOK: &str = "GET /v1/sessions/ses_1/connections";
const EXECUTE: &str = "POST /v1/sessions/ses_1/execute";
const SEND: &str = "POST /v1/sessions/ses_1/send";
const BATCHES: &str = "POST /v1/payables/batches";
const FILES: &str = "POST /v1/payables/files";
const PAY: &str = "POST /v1/payables/batches/pbat_1/pay";

const DONE: &str = r#"{"success":true,"data":{"id":"pay_1"},"duration":12}"#;
const COMPLETED: &str = r#"{"batch_id":"pbat_1","version":3,"status":"completed","items":[]}"#;

const PENDING: &str = r#"event: snapshot
data: {"payment_status":"pending","events":[]}

"#;

const SUCCEEDED: &str = r#"event: update
data: {"payment_status":"succeeded","events":[]}

event: done
data: {"reason":"terminal"}

"#;

const UPDATED: &str = r#"event: snapshot
data: {"payment_status":"updated","events":[]}

"#;

const STARTED: &str = r#"event: snapshot
data: {"verification_status":"pending","events":[]}

"#;

const APPROVED: &str = r#"event: snapshot
data: {"verification_status":"review","events":[]}

event: update
data: {"verification_status":"approved","events":[]}

event: done
data: {"reason":"terminal"}

"#;

const TURN: &str = r#"data: {"type":"assistant_text","content":"Um momento…","iteration":1}

data: {"type":"done","result":{"message":"Pronto.","tool_calls":[],"iterations":1}}

"#;

/// What names an event of a turn is within its data: where that cannot be read, the event is one
/// that is not known, and is handed out as it came.
const NAMELESS: &[(&str, Expect)] = &[
    ("NUL bytes in the body", Expect::Unread),
    ("bytes that are no UTF-8 outside of a text", Expect::Unread),
];

/// A batch that is being paid, as it stands in this version.
fn executing(version: u32) -> String {
    let item = r#"{"item_id":"a","state":"ready"}"#;
    format!(r#"{{"batch_id":"pbat_1","version":{version},"status":"executing","items":[{item}]}}"#)
}

pub(super) fn steps(operation: Operation) -> Vec<Step> {
    let followed = || {
        vec![Step::stream(STATES, [PENDING, SUCCEEDED].concat()).tells(&["pending", "succeeded"])]
    };
    let broken_off = || {
        vec![
            Step::stream(STATES, PENDING).tells(&["pending"]),
            Step::stream(STATES, [UPDATED, SUCCEEDED].concat()).tells(&["updated", "succeeded"]),
        ]
    };
    match operation {
        Operation::Get => {
            vec![Step::unary(STATE, r#"{"payment_status":"pending","events":[]}"#)]
        }
        Operation::Keyed => vec![Step::unary(BATCHES, COMPLETED).keyed()],
        Operation::Upload => {
            vec![Step::unary(FILES, r#"{"file_id":"pfile_1","size_bytes":4}"#)]
        }
        Operation::Chat => vec![Step::stream(SEND, TURN).tells(&["text", "done"]).but(NAMELESS)],
        Operation::Status | Operation::Settled => followed(),
        Operation::Reopened | Operation::Resettled => broken_off(),
        Operation::Decided => vec![
            Step::stream(VERIFICATION, STARTED).tells(&["pending"]),
            Step::stream(VERIFICATION, APPROVED).tells(&["review", "approved"]),
        ],
        Operation::Pages => vec![
            page("GET /v1/charges", r#"[{"id":"p1"},{"id":"p2"}]"#, r#""c1""#).tells(&["p1", "p2"]),
            page("GET /v1/charges?cursor=c1", r#"[{"id":"p3"}]"#, r#""c2""#).tells(&["p3"]),
            page("GET /v1/charges?cursor=c2", r#"[{"id":"p4"}]"#, "null").tells(&["p4"]),
        ],
        Operation::Pay => vec![
            Step::unary(PAY, executing(1)).keyed().tells(&["1"]),
            Step::unary(PAY, executing(2)).keyed().tells(&["2"]),
            Step::unary(PAY, COMPLETED).keyed().tells(&["3"]),
        ],
        Operation::Opening => vec![
            Step::unary(SESSIONS, r#"{"id":"ses_1","servers":["asaas"]}"#).tells(&["ses_1"]),
            Step::unary(LOOK, r#"{"servers":[{"id":"asaas","connected":true}],"tools":[]}"#)
                .tells(&["connected"])
                .forgiven(),
        ],
        Operation::Workflow => vec![
            Step::unary(EXECUTE, DONE).tells(&["0"]),
            Step::unary(EXECUTE, DONE).tells(&["1"]),
            Step::unary(EXECUTE, DONE).tells(&["2"]),
        ],
        _ => vec![Step::unary(EXECUTE, DONE)],
    }
}

fn page(line: &'static str, rows: &str, next: &str) -> Step {
    Step::unary(line, format!(r#"{{"data":{rows},"next_cursor":{next}}}"#))
}

pub(super) fn run<D: Driver>(operation: Operation, client: &Client<D>) -> Outcome {
    let session: Session<D> = client.session("ses_1").unwrap();
    let batches = client.payables().batches();
    match operation {
        Operation::Get => Outcome::of(D::finish(session.payment_status("tc_1"))),
        Operation::Keyed => {
            let bill = NewItem::pix_key("landlord@example.com", Minor::new(185_000));
            let args = CreateBatch::default().items(vec![bill]);
            Outcome::of(D::finish(batches.create(&args)))
        }
        Operation::Upload => {
            let upload = Upload::guess("bills.pdf", vec![b'%'; 100_000]);
            Outcome::of(D::finish(client.payables().files().upload(&upload)))
        }
        Operation::Chat => Outcome::items(D::collect(session.send_stream("hi")), said),
        Operation::Status | Operation::Reopened => {
            let states = D::collect(session.payment_status_stream("tc_1", Reconnect::UntilOver));
            Outcome::items(states, state).keeping(state)
        }
        Operation::Settled | Operation::Resettled => {
            Outcome::of(D::finish(session.settled(&"tc_1".into()))).keeping(state)
        }
        Operation::Decided => {
            let state =
                |status: &VerificationStatus| status.verification_status.as_str().to_owned();
            Outcome::of(D::finish(session.decided(&"tc_1".into()))).keeping(state)
        }
        Operation::Pages => {
            let charges = D::collect(client.charges().list(&ListCharges::default()));
            Outcome::items(charges, |charge| charge.id.clone().unwrap_or_default())
        }
        Operation::Pay => {
            let pay = PayBatch::new(3, "hash_v3").pause(Duration::from_millis(1));
            let version = |batch: &Batch| batch.version.unwrap_or_default().to_string();
            Outcome::of(D::finish(batches.pay("pbat_1", &pay))).keeping(version)
        }
        Operation::Opening => opening(client),
        Operation::Workflow => workflow(&session),
        _ => {
            let input = json!({"amount": 500});
            Outcome::of(D::finish(session.execute("codespar_charge", &input)))
        }
    }
}

fn state(status: &PaymentStatus) -> String {
    status.payment_status.as_str().to_owned()
}

fn said(event: &ChatEvent) -> String {
    let name = match event {
        ChatEvent::Done(_) => "done",
        ChatEvent::AssistantText(text) if text.content == "Um momento…" => "text",
        ChatEvent::Other { .. } => UNREAD,
        _ => "another",
    };
    name.to_owned()
}

/// The session, and whether its servers were connected in the end.
fn opening<D: Driver>(client: &Client<D>) -> Outcome {
    let args = CreateSession::new("user_1").server("asaas");
    let args = args.wait_for_connections(Duration::from_secs(20));
    match D::finish(client.create(&args)) {
        Ok(session) => {
            let waited = session.connections_wait().is_some_and(|wait| wait.all_connected);
            let waited = waited.then(|| "connected".to_owned());
            Outcome {
                items: [session.id().to_owned()].into_iter().chain(waited).collect(),
                ..Outcome::default()
            }
        }
        Err(error) => Outcome::of::<()>(Err(error)),
    }
}

/// The steps that went well, and the error of the one that did not.
fn workflow<D: Driver>(session: &Session<D>) -> Outcome {
    let step = || WorkflowStep::new("codespar_charge", &json!({"amount": 500}));
    let workflow = Workflow::new().max_retries(0).step(step()).step(step()).step(step());
    let done: WorkflowResult = match D::finish(session.run_workflow(workflow)) {
        Ok(done) => done,
        Err(error) => return Outcome::of::<()>(Err(error)),
    };
    let mut outcome = Outcome::default();
    for step in done.results {
        match step.outcome {
            Ok(_) => outcome.items.push(step.index.to_string()),
            Err(error) => outcome.error = Some(error),
        }
    }
    outcome
}
