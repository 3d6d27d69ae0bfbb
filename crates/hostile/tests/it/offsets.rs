//! Conversations cut at every offset: nothing that was whole is lost, nothing is made up.

use std::time::Duration;

use codespar_async::HyperTransport;
use codespar_blocking::UreqTransport;
use codespar_engine::testing::{Recorded, Replay};
use codespar_proto::{
    ChatEvent, Client, Config, Error, ErrorKind, PaymentState, PaymentStatus, Reconnect,
    payables::{Batch, PayBatch},
    session::VerificationStatus,
};
use hostile::{
    Act, Driver, LONG, Operation, Peer, chunk, client, clients, each, recorded, stream_head,
};
/// How many events with one of these names are whole in the first bytes of a stream. Any name
/// will do where none is given.
fn whole(body: &[u8], names: &[&str]) -> usize {
    let text = String::from_utf8_lossy(body);
    let frames = text.split_inclusive("\n\n").filter(|frame| frame.ends_with("\n\n"));
    let named = |frame: &str| names.iter().any(|name| frame.contains(&format!("event: {name}\n")));
    frames.filter(|frame| names.is_empty() || named(frame)).count()
}

/// Checks what a stream handed out before it was cut against what came whole. Without a blank line
/// at its end, an event may still be read when the stream ended in good order.
fn is_kept(items: usize, came: usize, broke: bool) -> bool {
    items == came || (!broke && items == came + 1)
}

fn replayed(body: &[u8], broke: bool) -> Client<Replay> {
    let answer = Recorded::events([body.to_vec()]);
    let replay = Replay::new().answer(if broke { answer.broken() } else { answer });
    Client::with_transport(Config::new("csk_test_replay"), replay).unwrap()
}

fn taken<I>(items: impl Iterator<Item = Result<I, Error>>) -> (Vec<I>, Option<Error>) {
    let mut all = Vec::new();
    for item in items {
        match item {
            Ok(item) => all.push(item),
            Err(error) => return (all, Some(error)),
        }
    }
    (all, None)
}

const STATES: [&str; 2] = ["snapshot", "update"];

#[test]
fn hostile_cuts_of_a_payment_stream_lose_nothing() {
    for case in ["typical", "two-updates", "split-frames", "data-on-two-lines"] {
        let body = recorded(&format!("session.payment_status_stream/{case}")).remove(0);
        for (cut, broke) in (0..body.len()).flat_map(|cut| [(cut, true), (cut, false)]) {
            let came = whole(&body[..cut], &STATES);
            let session = replayed(&body[..cut], broke).session("ses_1").unwrap();
            let (items, error) = taken(session.payment_status_stream("tc_42", Reconnect::Never));
            assert!(
                is_kept(items.len(), came, broke),
                "{case} at {cut}: {} of {came}",
                items.len()
            );
            let Some(error) = error else {
                // Only the blank line behind `done` is missing.
                assert!(!broke && cut + 2 >= body.len(), "{case} at {cut}: no error");
                continue;
            };
            assert_eq!(error.last::<PaymentStatus>(), items.last(), "{case} at {cut}");
            assert!(matches!(error.kind(), ErrorKind::Io | ErrorKind::Stream), "{error:?}");
        }
    }
}

#[test]
fn hostile_cuts_of_a_verification_lose_nothing() {
    let body = recorded("session.verification_status_stream/two-updates").remove(0);
    for cut in 0..body.len() {
        let came = whole(&body[..cut], &STATES);
        let session = replayed(&body[..cut], true).session("ses_1").unwrap();
        let (items, error) = taken(session.verification_status_stream("tc_99", Reconnect::Never));
        assert_eq!(items.len(), came, "at {cut}");
        assert_eq!(error.unwrap().last::<VerificationStatus>(), items.last(), "at {cut}");
    }
}

#[test]
fn hostile_cuts_of_a_wait_keep_the_last_state() {
    let body = recorded("session.payment_status_stream/two-updates").remove(0);
    for cut in 0..body.len() {
        let came = whole(&body[..cut], &STATES);
        let answer = || Recorded::events([body[..cut].to_vec()]).broken();
        // The first time and five reconnects.
        let replay = (0..6).fold(Replay::new(), |replay, _| replay.answer(answer()));
        let client = Client::with_transport(Config::new("csk_test_replay"), replay).unwrap();
        let result = client.session("ses_1").unwrap().settled(&"tc_42".into()).send();
        match (came, result) {
            (3, Ok(status)) => assert_eq!(status.payment_status, PaymentState::Succeeded),
            (0, Err(error)) => assert_eq!(error.last::<PaymentStatus>(), None),
            (1 | 2, Err(error)) => {
                let last = error.last::<PaymentStatus>().unwrap();
                let expected =
                    if came == 1 { PaymentState::Pending } else { PaymentState::Updated };
                assert_eq!(last.payment_status, expected, "at {cut}");
            }
            (came, result) => panic!("at {cut}, after {came} states: {result:?}"),
        }
    }
}

#[test]
fn hostile_cuts_of_a_chat_lose_nothing() {
    for case in ["all-kinds", "all-kinds-named-too"] {
        let body = recorded(&format!("session.send_stream/{case}")).remove(0);
        let full = taken(replayed(&body, false).session("ses_1").unwrap().send_stream("hi"));
        assert!(full.1.is_none(), "{case}: {full:?}");
        for (cut, broke) in (0..body.len()).flat_map(|cut| [(cut, true), (cut, false)]) {
            let session = replayed(&body[..cut], broke).session("ses_1").unwrap();
            let (items, error) = taken(session.send_stream("hi"));
            // What was handed out is the beginning of what would have been.
            assert_eq!(items[..], full.0[..items.len()], "{case} at {cut}");
            let comments = String::from_utf8_lossy(&body[..cut]).matches("\n\n:").count()
                + usize::from(body.starts_with(b":"));
            let came = whole(&body[..cut], &[]).saturating_sub(comments);
            assert!(items.len() >= came.min(full.0.len()), "{case} at {cut}: lost an event");
            let done = matches!(items.last(), Some(ChatEvent::Done(_)));
            assert_eq!(error.is_none(), done, "{case} at {cut}: {error:?}");
            if let Some(error) = error {
                assert!(error.may_have_been_sent());
                assert!(matches!(error.kind(), ErrorKind::Io | ErrorKind::Stream), "{error:?}");
            }
        }
    }
}

#[test]
fn hostile_cuts_of_paid_rounds_keep_the_last_batch() {
    let rounds = recorded("payables.batches.pay/three-rounds");
    let batches: Vec<Batch> =
        rounds.iter().map(|round| serde_json::from_slice(round).unwrap()).collect();
    for (round, body) in rounds.iter().enumerate() {
        for cut in 0..body.len() {
            let answer = |body: &[u8]| {
                Recorded::text(200, "application/json", std::str::from_utf8(body).unwrap())
            };
            let before = rounds[..round]
                .iter()
                .fold(Replay::new(), |replay, body| replay.answer(answer(body)));
            let replay = before.answer(answer(&body[..cut]).broken());
            let client = Client::with_transport(Config::new("csk_test_replay"), replay).unwrap();
            let pay = PayBatch::new(3, "hash_v3").pause(Duration::from_millis(1));
            let call = client.payables().batches().pay("pbat_1", &pay).retries(0);
            let error = call.send().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Io, "round {round} at {cut}: {error:?}");
            assert!(error.may_have_been_sent());
            let expected = round.checked_sub(1).map(|last| &batches[last]);
            assert_eq!(error.last::<Batch>(), expected, "round {round} at {cut}");
        }
    }
}

/// Every cut of a whole answer, head and all, over a socket.
fn cut_answer<D: Driver>((operation, cut): (Operation, usize)) -> Result<(), String> {
    let answer = operation.answer();
    let peer = Peer::start(move |_| vec![Act::send(&answer[..cut]), Act::Close]);
    let outcome = operation.run(&clients::<D>(&peer.url(), LONG));
    let expected = if operation.repeats() { 2 } else { 1 };
    match outcome.error {
        Some(error)
            if error.kind() == ErrorKind::Io
                && error.may_have_been_sent()
                && peer.seen() == expected =>
        {
            Ok(())
        }
        other => Err(format!("{} requests, {other:?}", peer.seen())),
    }
}

fn cuts() -> Vec<(Operation, usize)> {
    use Operation::{Get, Keyed, Post, UpiviaDelete, UpiviaGet, UpiviaKeyed, UpiviaPost};
    let operations = [Get, Post, Keyed, UpiviaGet, UpiviaPost, UpiviaKeyed, UpiviaDelete];
    operations.into_iter().flat_map(|op| (0..op.answer().len()).map(move |cut| (op, cut))).collect()
}

#[test]
fn hostile_cuts_of_an_answer_are_errors_to_the_blocking_driver() {
    each(cuts(), |(op, cut)| format!("{op:?} at {cut}"), cut_answer::<UreqTransport>);
}

#[test]
fn hostile_cuts_of_an_answer_are_errors_to_the_async_driver() {
    each(cuts(), |(op, cut)| format!("{op:?} at {cut}"), cut_answer::<HyperTransport>);
}

/// A sample of cuts of a recorded stream, over a socket.
fn cut_stream<D: Driver>(cut: usize) -> Result<(), String> {
    let body = recorded("session.payment_status_stream/two-updates").remove(0);
    let came = whole(&body[..cut], &STATES);
    let bytes = [stream_head(), chunk(&body[..cut])].concat();
    let peer = Peer::start(move |_| vec![Act::send(&bytes), Act::Close]);
    let session = client::<D>(&peer.url(), LONG).session("ses_1").unwrap();
    let (items, error) = D::collect(session.payment_status_stream("tc_42", Reconnect::Never));
    let last = error.as_ref().and_then(Error::last::<PaymentStatus>);
    if items.len() == came && error.is_some() && last == items.last() {
        return Ok(());
    }
    Err(format!("{} of {came}, {error:?}", items.len()))
}

#[test]
fn hostile_cuts_of_a_stream_lose_nothing_over_sockets() {
    let cuts: Vec<usize> =
        (1..recorded("session.payment_status_stream/two-updates")[0].len()).step_by(23).collect();
    each(cuts.clone(), |cut| format!("blocking at {cut}"), cut_stream::<UreqTransport>);
    each(cuts, |cut| format!("async at {cut}"), cut_stream::<HyperTransport>);
}
