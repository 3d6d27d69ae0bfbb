//! Every fault of HTTP/2, at every request of every kind of operation.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use codespar_async::HyperTransport;
use codespar_proto::{Error, ErrorKind, Verdict};
use hostile::{
    Act, Clients, Expect, Kind, OPERATIONS, Operation, Outcome, Repeat, Request, Step,
    check_verdict, each,
    h2::{Fate, H2Fault, H2Peer, Habits, Manner, good, h2_faults},
};

use crate::support::h2::{LONG, SHORT, comes_to, settings};

/// What buffers between client and server may swallow of a flood, whatever the client takes.
const BUFFERS: u64 = 24 << 20;

/// A fault, and the request of an operation that meets it.
type Case = (H2Fault, Operation, usize);

/// How many operations of the CodeSpar API there are: they come first.
const CODESPAR: usize = 13;

/// Every fault with every operation of one API and a third of those of the other, which differ in
/// little but their routes; each at one of its requests in turn. Silence takes its time: it meets a
/// quarter of them.
fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (turn, fault) in h2_faults().enumerate() {
        for (index, operation) in OPERATIONS.into_iter().enumerate() {
            let meets = match fault.manner {
                Manner::Silent => index % 4 == turn % 4,
                _ => index < CODESPAR || index % 3 == turn % 3,
            };
            if meets {
                let mute = fault.manner == Manner::Mute;
                let steps = if mute { 1 } else { operation.steps("").len() };
                cases.push((*fault, operation, turn % steps));
            }
        }
    }
    cases
}

fn name((fault, operation, at): &Case) -> String {
    format!("{} / {operation:?} / {at}", fault.name)
}

/// What the server knows: where the operation stands, and whether all is well.
struct Play {
    operation: Operation,
    fault: H2Fault,
    at: usize,
    next: Mutex<usize>,
    well: Arc<AtomicBool>,
    /// The connections on which the fault was met.
    met: Mutex<HashSet<usize>>,
    /// How often it was.
    times: AtomicUsize,
}

impl Play {
    fn answer(&self, request: &Request, stream: u32) -> Vec<Act> {
        let host = request.header("host").unwrap_or_default();
        let steps = self.operation.steps(&format!("https://{host}"));
        let mut next = self.next.lock().unwrap();
        let now = now(&steps, request, *next);
        let step = &steps[now];
        // What is asked for until it goes well meets the fault, repetition included, once.
        let over = step.forgiven && self.times.load(Ordering::SeqCst) == 2;
        let well = self.well.load(Ordering::SeqCst) || now != self.at || over;
        let fine = matches!(self.fault.expect(step.kind), Expect::Fine);
        *next = now + usize::from(well || fine);
        if well {
            return vec![Act::send(good(step, stream))];
        }
        self.met.lock().unwrap().insert(request.connection);
        self.times.fetch_add(1, Ordering::SeqCst);
        (self.fault.acts)(step, stream)
    }

    /// The operation begins anew, and all is well or not.
    fn begin(&self, well: bool) {
        self.well.store(well, Ordering::SeqCst);
        *self.next.lock().unwrap() = 0;
    }
}

/// Which step a request is: the next one, unless it is a straggler, or one is behind it.
fn now(steps: &[Step], request: &Request, next: usize) -> usize {
    let line = format!("{} {}", request.method(), request.target());
    let length = |step: &Step| line.starts_with(step.line).then_some(step.line.len());
    let best = steps.iter().filter_map(length).max();
    let mut fitting = (0..steps.len()).filter(|at| length(&steps[*at]) == best);
    let first = fitting.next().unwrap_or_default();
    if first == next { next } else { fitting.find(|at| *at == next).unwrap_or(first) }
}

fn check((fault, operation, at): Case) -> Result<(), String> {
    let well = Arc::new(AtomicBool::new(false));
    let next = Mutex::new(0);
    let play = Arc::new(Play {
        operation,
        fault,
        at,
        next,
        well: Arc::clone(&well),
        met: Mutex::default(),
        times: AtomicUsize::new(0),
    });
    let mut habits = Habits::default();
    habits.mute_until = (fault.manner == Manner::Mute).then_some(well);
    let playing = Arc::clone(&play);
    let peer = H2Peer::start(habits, move |request, stream| playing.answer(request, stream));
    let silent = fault.manner == Manner::Silent;
    // A request that meets the end of a connection is not sent, but counts as tried.
    let mut patient = settings(&peer.url(), LONG);
    patient.retry.retries = 3;
    patient.limits.reconnects = 4;
    let mut clients: Clients<HyperTransport> = Clients::new(&settings(&peer.url(), LONG)).unwrap();
    if silent {
        // The connection is there, so that a short limit runs out on the answer.
        play.begin(true);
        goes_well(operation, &clients)?;
        play.begin(false);
        clients = Clients::over(&settings(&peer.url(), SHORT), clients.transport()).unwrap();
    }
    let before = peer.seen();
    let outcome = operation.run(&clients);
    let requests = peer.requests().split_off(before);
    let seen = requests.len();
    let step = operation.steps("").swap_remove(at);
    // The one time that a stream is opened again has been when its second answer is awaited.
    let may_repeat = step.repeats && (step.kind == Kind::Unary || at == 0);
    look(fault, at, &step, may_repeat, seen, &outcome)
        .map_err(|words| format!("{words}; the server saw {seen}: {outcome:?}"))?;
    let changes = requests.iter().filter(|request| request.method() != "GET").count();
    check_effects((fault, operation, at), changes, &outcome)
        .map_err(|words| format!("{words}; the server saw {seen}: {outcome:?}"))?;
    if peer.flooded() > BUFFERS && !silent {
        return Err(format!("{} bytes were taken", peer.flooded()));
    }
    if fault.fate == Fate::Gone && outcome.error.is_none() {
        // All was said before the connection closed: what comes next must not overtake the close.
        comes_to(|| peer.open() == 0);
    }
    // The same connections, or rather: not those that carry what is left of the fault.
    let before = peer.requests().len();
    play.begin(true);
    let patient = Clients::over(&patient, clients.transport()).unwrap();
    let first = operation.run(&patient).error;
    // A request may be written just as the connection closes. One that must not be repeated then
    // fails, and says so; the next goes well.
    let crossed = |error: &Error| error.kind() == ErrorKind::Io && error.may_have_been_sent();
    match first {
        Some(error) if fault.fate != Fate::Kept && crossed(&error) => {
            play.begin(true);
            goes_well(operation, &patient)?;
        }
        Some(error) => return Err(format!("a good call failed: {error:?}")),
        None => {}
    }
    let met = play.met.lock().unwrap();
    let again = peer.requests().split_off(before);
    let again = again.iter().any(|request| met.contains(&request.connection));
    match fault.fate {
        Fate::Kept if peer.connections() != 1 => Err("one connection was enough".to_owned()),
        Fate::Gone if again => Err("the connection was used again".to_owned()),
        _ => Ok(()),
    }
}

/// What the error says of effects, against what arrived: a short limit may run out before anything
/// does, and what has not arrived may have been sent all the same.
fn check_effects(
    (fault, operation, at): Case,
    changes: usize,
    outcome: &Outcome,
) -> Result<(), String> {
    let Some(error) = &outcome.error else { return Ok(()) };
    // Each step of a workflow has an error of its own, of that step alone.
    let changes = if operation == Operation::Workflow { changes - at } else { changes };
    let steps = operation.steps("");
    let refused = fault.manner == Manner::Refuses && steps[at].changes();
    let may_change = steps.iter().any(Step::changes);
    match error.verdict() {
        Verdict::Unknown if changes == 0 && may_change => Ok(()),
        _ => check_verdict(error, changes, refused),
    }
}

fn goes_well(operation: Operation, clients: &Clients<HyperTransport>) -> Result<(), String> {
    match operation.run(clients).error {
        None => Ok(()),
        Some(error) => Err(format!("a good call failed: {error:?}")),
    }
}

/// Whether what came of it is what has to.
fn look(
    fault: H2Fault,
    at: usize,
    step: &Step,
    may_repeat: bool,
    seen: usize,
    outcome: &Outcome,
) -> Result<(), String> {
    match (fault.expect(step.kind), &outcome.error) {
        (Expect::Fine, None) => Ok(()),
        (Expect::Fine, Some(_)) => Err("expected it to go well".to_owned()),
        (Expect::Fails(..), None) if step.forgiven => Ok(()),
        (Expect::Fails(..), None) => Err("expected an error".to_owned()),
        (Expect::Fails(kinds, again), Some(error)) => {
            let repeated = may_repeat && again == Repeat::Yes;
            // What was sent again may have met the end of the connection: then it was not sent.
            let spared = repeated && fault.fate == Fate::Gone && error.kind() == ErrorKind::Connect;
            if !kinds.contains(&error.kind()) && !spared {
                return Err(format!("expected {kinds:?}"));
            }
            if error.operation().is_empty() || error.attempts() == 0 {
                return Err("expected the operation and the attempts".to_owned());
            }
            let most = at + 1 + usize::from(repeated);
            // A short limit may run out at any moment: then only what is said must be true.
            let least = match fault.manner {
                Manner::Silent => 0,
                _ => most - usize::from(spared),
            };
            if seen < least || seen > most {
                return Err(format!("expected {least} to {most} requests"));
            }
            if seen > at && !error.may_have_been_sent() {
                return Err("the server saw it, the error denies it".to_owned());
            }
            Ok(())
        }
        (_, _) => Err("unforeseen".to_owned()),
    }
}

#[test]
fn hostile_h2_peers_meet_the_async_driver() {
    each(cases(), name, check);
}
