//! Every fault, at every request of every kind of operation of both APIs, through both drivers.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use codespar_async::HyperTransport;
use codespar_blocking::UreqTransport;
use codespar_proto::{Error, ErrorKind, Verdict};
use hostile::{
    Act, Clients, Driver, Expect, FAULTS, Fault, Kind, LONG, OPERATIONS, Operation, Outcome, Peer,
    Request, Settings, Step, UNREAD, check_verdict, clients, each, head,
};

/// A limit that is meant to run out.
const SHORT: Duration = Duration::from_millis(400);
/// What buffers between client and server may swallow of a flood, whatever the client takes.
const BUFFERS: u64 = 24 << 20;
/// Where no request is.
const NOT_YET: usize = usize::MAX;

/// A fault, and the request of an operation that meets it.
#[derive(Clone, Copy)]
struct Case {
    fault: Fault,
    operation: Operation,
    at: usize,
}

fn places() -> Vec<(Operation, usize)> {
    let steps =
        |operation: Operation| (0..operation.steps("").len()).map(move |at| (operation, at));
    OPERATIONS.into_iter().flat_map(steps).collect()
}

fn cases() -> Vec<Case> {
    let cases = |fault: &Fault| {
        let fault = *fault;
        places().into_iter().map(move |(operation, at)| Case { fault, operation, at })
    };
    FAULTS.iter().flat_map(cases).collect()
}

fn name(case: &Case) -> String {
    format!("{} / {:?} at {}", case.fault.name, case.operation, case.at)
}

/// Where the client found the server.
fn url(request: &Request) -> String {
    format!("http://{}", request.header("host").unwrap())
}

/// What a server does that is in order but for one request, and after `well` for none.
fn serve(case: Case, well: &AtomicUsize, request: &Request) -> Vec<Act> {
    let mut steps = case.operation.steps(&url(request));
    let good = |steps: &[Step], at: usize| vec![Act::send(steps[at.min(steps.len() - 1)].answer())];
    let begin = well.load(Ordering::SeqCst);
    if begin != NOT_YET {
        return good(&steps, request.number - begin);
    }
    let faulty = &steps[case.at];
    let times = case.fault.times(faulty);
    match request.number.checked_sub(case.at) {
        None => good(&steps, request.number),
        Some(since) if since < times || !goes_on(case, faulty) => (case.fault.acts)(faulty),
        // After a failure that is forgiven, the same is asked for again.
        Some(since) if is_forgiven(case, faulty) => good(&steps, case.at + since - times),
        Some(since) => {
            steps.remove(0);
            good(&steps, case.at + since - times)
        }
    }
}

fn is_forgiven(case: Case, step: &Step) -> bool {
    step.forgiven && matches!(case.fault.expect(step), Expect::Fails(..))
}

/// Whether the operation goes on after the fault.
fn goes_on(case: Case, step: &Step) -> bool {
    step.forgiven || matches!(case.fault.expect(step), Expect::Fine | Expect::Unread)
}

/// The requests that the server has to see.
fn lines(case: Case, steps: &[Step]) -> Vec<&'static str> {
    let faulty = &steps[case.at];
    let rest = match (is_forgiven(case, faulty), goes_on(case, faulty)) {
        (true, _) => &steps[case.at..],
        (false, true) => &steps[case.at + 1..],
        (false, false) => &[],
    };
    let before = steps[..case.at].iter().map(|step| step.line);
    let again = std::iter::repeat_n(faulty.line, case.fault.times(faulty));
    before.chain(again).chain(rest.iter().map(|step| step.line)).collect()
}

fn told(steps: &[Step]) -> Vec<&'static str> {
    steps.iter().flat_map(|step| step.tells).copied().collect()
}

/// What the operation handed out, against what it was told.
fn check_items(case: Case, steps: &[Step], outcome: &Outcome) -> Result<(), String> {
    let faulty = &steps[case.at];
    let items: Vec<&str> = outcome.items.iter().map(String::as_str).collect();
    let before = told(&steps[..case.at]);
    let mut all = if goes_on(case, faulty) { told(steps) } else { before.clone() };
    if matches!(case.fault.expect(faulty), Expect::Unread) {
        all[before.len()] = UNREAD;
    }
    let all = if case.operation.hands_out() { all } else { Vec::new() };
    let fine = match items.strip_prefix(&*all) {
        Some([]) => true,
        // A stream hands out what was whole of it, each time it is opened.
        Some(more) if !goes_on(case, faulty) && faulty.kind == Kind::Stream => {
            case.operation.hands_out()
                && more.len() <= case.fault.times(faulty)
                && more.iter().all(|item| *item == faulty.tells[0])
        }
        _ => false,
    };
    if fine { Ok(()) } else { Err(format!("expected {all:?}")) }
}

/// What the error remembers, against what the operation was told.
fn check_last(case: Case, steps: &[Step], outcome: &Outcome) -> Result<(), String> {
    if !case.operation.remembers() || outcome.error.is_none() {
        return Ok(());
    }
    let faulty = &steps[case.at];
    let before = told(&steps[..case.at]).last().copied();
    let last = outcome.last.as_deref();
    let from_stream = faulty.kind == Kind::Stream && last == Some(faulty.tells[0]);
    let handed_out = outcome.items.last().map(String::as_str);
    let fine = match case.operation.hands_out() {
        true => last == handed_out,
        false => last == before || from_stream,
    };
    if fine { Ok(()) } else { Err(format!("expected the error to hold {before:?}")) }
}

/// What the server saw, request by request.
fn check_requests(lines: &[&str], steps: &[Step], requests: &[Request]) -> Result<(), String> {
    let line = |request: &Request| format!("{} {}", request.method(), request.target());
    let seen: Vec<String> = requests.iter().map(line).collect();
    if seen != lines {
        return Err(format!("expected {lines:?}, the server saw {seen:?}"));
    }
    let keyed =
        |request: &&Request| steps.iter().any(|step| step.keyed && step.line == line(request));
    let (under_key, others): (Vec<_>, Vec<_>) = requests.iter().partition(keyed);
    let key = under_key.first().and_then(|request| request.header("idempotency-key"));
    let same = under_key.iter().all(|request| request.header("idempotency-key") == key);
    let none = others.iter().all(|request| request.header("idempotency-key").is_none());
    if (key.is_some() || under_key.is_empty()) && same && none {
        return Ok(());
    }
    Err("expected one key, and none where there is none".to_owned())
}

fn check_error(expect: Expect, forgiven: bool, error: Option<&Error>) -> Result<(), String> {
    match (expect, error) {
        (Expect::Fine | Expect::Ends | Expect::Unread, None) => Ok(()),
        (Expect::Fails(..), None) if forgiven => Ok(()),
        (Expect::Fails(kinds, _), Some(error)) if !forgiven => {
            if !kinds.contains(&error.kind()) {
                return Err(format!("expected {kinds:?}"));
            }
            if error.operation().is_empty() || error.attempts() == 0 {
                return Err("expected the operation and the attempts".to_owned());
            }
            match error.may_have_been_sent() {
                true => Ok(()),
                false => Err("the server saw it, the error denies it".to_owned()),
            }
        }
        _ => Err(format!("expected {expect:?}, forgiven: {forgiven}")),
    }
}

/// What the error says of effects, against what the server saw and said.
fn check_effects(case: Case, steps: &[Step], outcome: &Outcome, seen: usize) -> Result<(), String> {
    let Some(error) = &outcome.error else { return Ok(()) };
    let attempts = usize::try_from(error.attempts()).unwrap();
    if attempts > seen {
        return Err(format!("expected at most {seen} attempts"));
    }
    let faulty = &steps[case.at];
    let earlier = &steps[..own(case.operation, case.at)];
    let before = earlier.iter().filter(|step| step.changes()).count();
    let now = if faulty.changes() { case.fault.times(faulty) } else { 0 };
    check_verdict(error, before + now, faulty.changes() && case.fault.refuses)
}

/// How many of the requests before are those of the call that fails: each step of a workflow has an
/// error of its own, of that step alone.
fn own(operation: Operation, before: usize) -> usize {
    if operation == Operation::Workflow { 0 } else { before }
}

/// Settings under which a stream may break off once more than it has to before the fault.
fn settings(case: Case, peer: &Peer, limit: Duration) -> Settings {
    let mut settings = Settings::new(&peer.url(), limit);
    settings.limits.reconnects = 1 + u32::try_from(case.at).unwrap();
    settings
}

fn once<D: Driver>(case: Case, limit: Duration) -> Result<(), String> {
    let well = Arc::new(AtomicUsize::new(NOT_YET));
    let is_well = Arc::clone(&well);
    let peer = Peer::start(move |request| serve(case, &is_well, request));
    let steps = case.operation.steps(&peer.url());
    let faulty = &steps[case.at];
    let clients = Clients::<D>::new(&settings(case, &peer, limit)).unwrap();
    let outcome = case.operation.run(&clients);
    let requests = peer.requests();
    let forgiven = is_forgiven(case, faulty);
    check_error(case.fault.expect(faulty), forgiven, outcome.error.as_ref())
        .and_then(|()| check_requests(&lines(case, &steps), &steps, &requests))
        .and_then(|()| check_items(case, &steps, &outcome))
        .and_then(|()| check_last(case, &steps, &outcome))
        .and_then(|()| check_effects(case, &steps, &outcome, requests.len()))
        .map_err(|complaint| format!("{complaint}; saw {}: {outcome:?}", requests.len()))?;
    if peer.flooded() > BUFFERS {
        return Err(format!("{} bytes were taken", peer.flooded()));
    }
    // The clients are as good as new: no connection is used that carries what is left of the fault.
    well.store(peer.seen(), Ordering::SeqCst);
    let clients = Clients::over(&settings(case, &peer, LONG), clients.transport()).unwrap();
    let again = case.operation.run(&clients);
    if again.error.is_none() && peer.seen() == requests.len() + steps.len() {
        return Ok(());
    }
    Err(format!("the next call failed: {again:?}"))
}

fn check<D: Driver>(case: Case) -> Result<(), String> {
    if !case.fault.silent {
        return once::<D>(case, LONG);
    }
    // On a machine that is busy with something else, a short limit may run out before the server
    // has had its say: only what comes of a longer one, too, is a fault of the client's.
    once::<D>(case, SHORT)
        .or_else(|_| once::<D>(case, SHORT * 20))
        .or_else(|_| once::<D>(case, SHORT * 75))
}

#[test]
fn hostile_peers_meet_the_blocking_driver() {
    each(cases(), name, check::<UreqTransport>);
}

#[test]
fn hostile_peers_meet_the_async_driver() {
    each(cases(), name, check::<HyperTransport>);
}

/// Where a request that changes something is repeated once after a fault.
fn repeated() -> Vec<Case> {
    let is_repeated = |case: &Case| {
        let step = &case.operation.steps("")[case.at];
        let fails = matches!(case.fault.expect(step), Expect::Fails(..));
        fails && !case.fault.silent && step.changes() && case.fault.times(step) == 2
    };
    cases().into_iter().filter(is_repeated).collect()
}

/// A server that meets the first try with a fault and refuses the second: that it did nothing then
/// says nothing of the first.
fn refused_later<D: Driver>(case: Case) -> Result<(), String> {
    let peer = Peer::start(move |request| {
        let steps = case.operation.steps(&url(request));
        match request.number.checked_sub(case.at) {
            None => vec![Act::send(steps[request.number].answer())],
            Some(0) => (case.fault.acts)(&steps[case.at]),
            Some(_) => vec![Act::send(head("422 No", &["content-length: 0"]))],
        }
    });
    let outcome = case.operation.run(&clients::<D>(&peer.url(), LONG));
    let Some(error) = &outcome.error else { return Err("expected an error".to_owned()) };
    let seen = peer.seen();
    if error.kind() != ErrorKind::Api || seen != case.at + 2 {
        return Err(format!("expected a refusal after {} requests: {outcome:?}", case.at + 2));
    }
    let fine = error.verdict() == Verdict::Unknown
        && error.request_verdict() == Verdict::Refused
        && !error.is_refusal()
        && error.may_have_been_sent();
    if fine { Ok(()) } else { Err(format!("expected it to be unknown: {outcome:?}")) }
}

#[test]
fn hostile_refusals_of_a_repetition_undo_nothing() {
    assert!(repeated().len() > 100, "{}", repeated().len());
    each(repeated(), name, refused_later::<UreqTransport>);
    each(repeated(), name, refused_later::<HyperTransport>);
}

/// A flood of interim answers. ureq keeps what comes before an answer, up to the limit of a head;
/// hyper takes one head after another, until the time is up.
fn interim_flood<D: Driver>(limit: Duration, kind: ErrorKind, requests: usize) {
    let peer = Peer::start(|_| vec![Act::flood("HTTP/1.1 100 Continue\r\n\r\n")]);
    let outcome = Operation::Get.run(&clients::<D>(&peer.url(), limit));
    let error = outcome.error.unwrap();
    assert_eq!((error.kind(), peer.seen()), (kind, requests), "{error:?}");
    assert!(error.may_have_been_sent());
}

#[test]
fn hostile_floods_of_interim_answers_end() {
    interim_flood::<UreqTransport>(LONG, ErrorKind::Io, 2);
    interim_flood::<HyperTransport>(SHORT * 5, ErrorKind::Timeout, 1);
}

fn absent<D: Driver>(operation: Operation) -> Result<(), String> {
    let absent = Peer::absent();
    let outcome = operation.run(&clients::<D>(&format!("http://{}", absent.address()), LONG));
    match &outcome.error {
        Some(error)
            if error.kind() == ErrorKind::Connect
                && !error.may_have_been_sent()
                && error.verdict() == Verdict::NothingSent
                && error.attempts() == 2 =>
        {
            Ok(())
        }
        _ => Err(format!("{outcome:?}")),
    }
}

#[test]
fn a_hostile_peer_that_refuses_has_seen_nothing() {
    each(OPERATIONS, |op| format!("{op:?}, blocking"), absent::<UreqTransport>);
    each(OPERATIONS, |op| format!("{op:?}, async"), absent::<HyperTransport>);
}

/// The places behind the first request, where a failure is one of the operation.
fn later() -> Vec<(Operation, usize)> {
    let is_later =
        |&(operation, at): &(Operation, usize)| at > 0 && !operation.steps("")[at].forgiven;
    places().into_iter().filter(is_later).collect()
}

/// A server that takes no more connections after an answer: what went before was seen.
fn gone<D: Driver>((operation, at): (Operation, usize)) -> Result<(), String> {
    let peer = Peer::until(at - 1, move |request| {
        let steps = operation.steps(&url(request));
        let step = &steps[request.number];
        // No connection is kept that could be used when no new one is to be had.
        let kind = format!("content-type: {}", step.media_type());
        let head = head("200 OK", &[&kind, "connection: close"]);
        vec![Act::send([&head, step.body.as_bytes()].concat()), Act::Close]
    });
    let steps = operation.steps(&peer.url());
    let outcome = operation.run(&clients::<D>(&peer.url(), LONG));
    let Some(error) = &outcome.error else { return Err("expected an error".to_owned()) };
    let lines: Vec<&str> = steps[..at].iter().map(|step| step.line).collect();
    check_requests(&lines, &steps, &peer.requests())?;
    let before = &steps[..own(operation, at)];
    check_verdict(error, before.iter().filter(|step| step.changes()).count(), false)
        .map_err(|complaint| format!("{complaint}: {outcome:?}"))?;
    let told = told(&steps[..at]);
    let last = if operation.remembers() { told.last().copied() } else { None };
    let handed_out = if operation.hands_out() { told } else { Vec::new() };
    // Each step of a workflow has an error of its own, of that step alone.
    let fine = error.kind() == ErrorKind::Connect
        && error.may_have_been_sent() == (operation != Operation::Workflow)
        && outcome.items == handed_out
        && outcome.last.as_deref() == last;
    if fine { Ok(()) } else { Err(format!("{outcome:?}")) }
}

#[test]
fn a_hostile_peer_that_goes_away_has_seen_what_went_before() {
    let name = |(operation, at): &(Operation, usize)| format!("{operation:?} at {at}");
    each(later(), name, gone::<UreqTransport>);
    each(later(), name, gone::<HyperTransport>);
}

#[test]
fn hostile_exceptions_are_of_faults_that_exist() {
    for step in OPERATIONS.iter().flat_map(|operation| operation.steps("")) {
        for (name, _) in step.other {
            assert!(FAULTS.iter().any(|fault| fault.name == *name), "{name}");
        }
    }
}
