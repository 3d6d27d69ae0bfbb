//! Every fault, every kind of operation, both drivers.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use codespar_async::HyperTransport;
use codespar_blocking::UreqTransport;
use codespar_proto::ErrorKind;
use hostile::{
    Act, Again, Driver, Expect, FAULTS, Fault, OPERATIONS, Operation, Peer, client, each,
};

/// A limit that is meant to run out.
const SHORT: Duration = Duration::from_millis(300);
/// A limit that is not.
const LONG: Duration = Duration::from_secs(20);
/// What buffers between client and server may swallow of a flood, whatever the client takes.
const BUFFERS: u64 = 24 << 20;

type Case = (Fault, Operation);

fn cases() -> Vec<Case> {
    let faults = FAULTS.iter().copied();
    faults.flat_map(|fault| OPERATIONS.map(|operation| (fault, operation))).collect()
}

fn name((fault, operation): &Case) -> String {
    format!("{} / {operation:?}", fault.name)
}

fn check<D: Driver>((fault, operation): Case) -> Result<(), String> {
    let well = Arc::new(AtomicBool::new(false));
    let is_well = Arc::clone(&well);
    let peer = Peer::start(move |_| match is_well.load(Ordering::SeqCst) {
        true => vec![Act::send(operation.answer())],
        false => (fault.acts)(operation),
    });
    let limit = if fault.silent { SHORT } else { LONG };
    let client = client::<D>(&peer.url(), limit);
    let outcome = operation.run(&client);
    let (seen, flooded) = (peer.seen(), peer.flooded());
    let say = |what: &str| Err(format!("{what}; the server saw {seen}: {outcome:?}"));
    match (fault.expect(operation.kind()), &outcome.error) {
        (Expect::Fine, None) => {}
        (Expect::Fine, Some(_)) => return say("expected it to go well"),
        (Expect::Fails(..), None) => return say("expected an error"),
        (Expect::Fails(kinds, again), Some(error)) => {
            if !kinds.contains(&error.kind()) {
                return say(&format!("expected {kinds:?}"));
            }
            if error.operation().is_empty() || error.attempts() == 0 {
                return say("expected the operation and the attempts");
            }
            let may_repeat = operation.repeats() && again == Again::Yes;
            // A short limit may run out at any moment: then only what is said must be true.
            let (least, most) = match (fault.silent, may_repeat) {
                (true, _) => (usize::from(error.may_have_been_sent()), 1 + usize::from(may_repeat)),
                (false, true) => (2, 2),
                (false, false) => (1, 1),
            };
            if seen < least || seen > most {
                return say(&format!("expected {least} to {most} requests"));
            }
            if seen > 0 && !error.may_have_been_sent() {
                return say("the server saw it, the error denies it");
            }
        }
        (_, _) => return say("unforeseen"),
    }
    if flooded > BUFFERS {
        return say(&format!("{flooded} bytes were taken"));
    }
    // The client is as good as new: no connection is used that carries what is left of the fault.
    well.store(true, Ordering::SeqCst);
    let again = operation.run(&patient(&client, &peer));
    match again.error {
        None => Ok(()),
        Some(error) => Err(format!("the next call failed: {error:?}")),
    }
}

/// The same client: its connections are what is looked at.
fn patient<D: Driver>(
    client: &codespar_proto::Client<D>,
    peer: &Peer,
) -> codespar_proto::Client<D> {
    let config = hostile::config(&peer.url(), LONG);
    codespar_proto::Client::with_transport(config, client.transport().clone()).unwrap()
}

#[test]
fn hostile_peers_meet_the_blocking_driver() {
    each(cases(), name, check::<UreqTransport>);
}

#[test]
fn hostile_peers_meet_the_async_driver() {
    each(cases(), name, check::<HyperTransport>);
}

fn absent<D: Driver>(operation: Operation) -> Result<(), String> {
    let client = client::<D>(&format!("http://{}", Peer::absent()), LONG);
    let outcome = operation.run(&client);
    match &outcome.error {
        Some(error)
            if error.kind() == ErrorKind::Connect
                && !error.may_have_been_sent()
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
