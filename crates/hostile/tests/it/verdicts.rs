//! What errors say about money when a server goes away half way, or refuses after something
//! happened: through both drivers, over sockets.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use codespar_blocking::UreqTransport;
use codespar_proto::{
    Minor, RetryPolicy, Verdict,
    mandates::{Spend, SpendArgs},
    payables::{Batch, PayBatch},
    workflow::{Backoff, Workflow, WorkflowStep},
};
use hostile::{Act, Clients, Driver, Peer, Request, Settings, head, ok};
use serde_json::json;
use upivia_proto::{ServiceRequest, Wait, chat::Turn};

const JSON: &str = "application/json";
const LIMIT: Duration = Duration::from_secs(20);

fn answer(status: &str, body: &str) -> Act {
    let length = format!("content-length: {}", body.len());
    let head = head(status, &["content-type: application/json", &length]);
    Act::send([&head[..], body.as_bytes()].concat())
}

fn clients<D: Driver>(peer: &Peer) -> Clients<D> {
    let mut settings = Settings::new(&peer.url(), LIMIT);
    settings.retry = RetryPolicy::never();
    Clients::new(&settings).unwrap()
}

fn a_request_that_runs_is_not_undone_by_a_look_that_is_refused<D: Driver>() {
    let peer = Peer::start(|request: &Request| {
        vec![match request.head.starts_with("POST") {
            true => Act::send(ok(JSON, r#"{"status":"running","request_id":"r1"}"#)),
            false => answer("404 Not Found", "{}"),
        }]
    });
    let pay = ServiceRequest::new("pix", "send", &json!({"amount": 1})).unwrap();
    let wait = Wait::default().every(Duration::from_millis(1));
    let requests = clients::<D>(&peer).upivia.service_requests();
    let error = D::finish(requests.create_and_wait(&pay, wait)).unwrap_err();
    assert!(!error.is_refusal() && error.may_have_been_sent(), "{}: {error}", D::NAME);
    assert_eq!(error.verdict(), Verdict::Unknown, "{}", D::NAME);
    assert_eq!(error.request_verdict(), Verdict::Refused, "{}", D::NAME);
}

fn a_paid_round_is_not_undone_by_one_that_is_refused<D: Driver>() {
    let seen = AtomicUsize::new(0);
    let peer = Peer::start(move |_: &Request| {
        let paid = r#"{"batch_id":"pbat_1","version":1,"status":"executing","items":[
            {"item_id":"a","state":"executed"},{"item_id":"b","state":"ready"}]}"#;
        vec![match seen.fetch_add(1, Ordering::SeqCst) {
            0 => Act::send(ok(JSON, paid)),
            _ => answer("403 Forbidden", "{}"),
        }]
    });
    let args = PayBatch::new(1, "h").pause(Duration::from_millis(1));
    let batches = clients::<D>(&peer).codespar.payables().batches();
    let error = D::finish(batches.pay("pbat_1", &args)).unwrap_err();
    assert!(!error.is_refusal() && error.last::<Batch>().is_some(), "{}: {error}", D::NAME);
    assert_eq!(error.verdict(), Verdict::Unknown, "{}", D::NAME);
}

fn a_step_does_not_deny_its_first_try<D: Driver>(peer: &Peer) {
    let pay = WorkflowStep::new("codespar_pay", &json!({"amount": 1}));
    let pause = Duration::from_millis(5);
    let workflow = Workflow::new().max_retries(1).backoff(Backoff::Linear, pause).step(pay);
    let session = clients::<D>(peer).codespar.session("s").unwrap();
    let done = D::finish(session.run_workflow(workflow)).unwrap();
    let step = &done.results[0];
    let error = step.outcome.as_ref().unwrap_err();
    assert_eq!((peer.seen() > 0, step.tries), (true, 2), "{}", D::NAME);
    assert!(error.may_have_been_sent() && !error.is_refusal(), "{}: {error}", D::NAME);
    assert_eq!((step.verdict(), done.verdict()), (Verdict::Unknown, Verdict::Unknown));
}

fn steps_do_not_deny_their_first_tries<D: Driver>() {
    // It takes the first request and is gone.
    a_step_does_not_deny_its_first_try::<D>(&Peer::until(0, |_: &Request| vec![Act::Close]));
    let seen = AtomicUsize::new(0);
    let refuses = Peer::start(move |_: &Request| {
        vec![match seen.fetch_add(1, Ordering::SeqCst) {
            0 => Act::Close,
            _ => answer("403 Forbidden", "{}"),
        }]
    });
    a_step_does_not_deny_its_first_try::<D>(&refuses);
}

fn a_lost_payment_is_uncertain_whatever_its_code<D: Driver>() {
    for (status, body) in [
        ("504 Gateway Timeout", r#"{"error":"gateway_timeout","message":"upstream timed out"}"#),
        ("502 Bad Gateway", r#"{"error":{"code":"bad_gateway","message":"x"}}"#),
        ("500 Error", r#"{"code":"internal_error","message":"x"}"#),
        ("408 Request Timeout", "{}"),
        ("502 Bad Gateway", "<html>"),
    ] {
        let peer = Peer::start(move |_: &Request| vec![answer(status, body)]);
        let args = SpendArgs::new("att_1", Minor::new(100), "k@example.com");
        let spent = D::finish(clients::<D>(&peer).codespar.mandates().spend("m", &args));
        assert!(Spend::is_uncertain(&spent.unwrap_err()), "{}: {status} {body}", D::NAME);
    }
}

fn a_turn_is_not_repeated_unless_that_is_asked_for<D: Driver>() {
    let peer = Peer::start(|_: &Request| vec![Act::send(head("502 Bad", &["content-length: 0"]))]);
    let clients = clients::<D>(&peer);
    let turn = Turn::new("cs_1").message("pay the rent");
    let (_, error) = D::collect(clients.upivia.chat().turn(&turn));
    assert_eq!((peer.seen(), error.unwrap().verdict()), (1, Verdict::Unknown), "{}", D::NAME);
    let (_, _) = D::collect(clients.upivia.chat().turn(&turn).retries(0));
    assert_eq!(peer.seen(), 2, "{}", D::NAME);
    let (_, _) = D::collect(clients.upivia.chat().turn(&turn).retries(1));
    assert_eq!(peer.seen(), 4, "{}", D::NAME);
}

fn verdicts<D: Driver>() {
    a_request_that_runs_is_not_undone_by_a_look_that_is_refused::<D>();
    a_paid_round_is_not_undone_by_one_that_is_refused::<D>();
    steps_do_not_deny_their_first_tries::<D>();
    a_lost_payment_is_uncertain_whatever_its_code::<D>();
    a_turn_is_not_repeated_unless_that_is_asked_for::<D>();
}

#[test]
fn hostile_answers_undo_nothing_that_the_blocking_driver_has_done() {
    verdicts::<UreqTransport>();
}

#[test]
fn hostile_answers_undo_nothing_that_the_async_driver_has_done() {
    verdicts::<codespar_async::HyperTransport>();
}
