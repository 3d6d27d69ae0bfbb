//! Many calls at once where there is no connection yet: no more are made than are needed.

use codespar_async::{Client, HyperTransport, Session};
use futures_util::future::join_all;
use hostile::{
    Act, Gate, Peer, Request, guarded,
    h2::{H2Peer, Habits},
    ok, runtime,
};
use serde_json::json;

use crate::support::h2::{ANSWER, LONG, allowed, answer, client, comes_to, connections, settings};

/// Charges so many times at once; lets the server answer once it has seen them all.
fn burst(session: &Session, calls: usize, seen: impl Fn() -> usize, gate: &Gate) {
    let before = seen();
    runtime().block_on(async {
        let charge = || session.execute("codespar_charge", &json!({"amount": 500}));
        let charges: Vec<_> = (0..calls).map(|_| tokio::spawn(charge().into_future())).collect();
        tokio::task::block_in_place(|| assert!(comes_to(|| seen() == before + calls)));
        gate.open();
        assert!(join_all(charges).await.into_iter().all(|call| call.unwrap().is_ok()));
    });
}

/// Holds the answers of each burst back until its gate opens.
fn holding<const N: usize>(
    gates: &[Gate; N],
    calls: usize,
) -> impl Fn(&Request, u32) -> Vec<Act> + Send + Sync + 'static {
    let gates = gates.clone();
    move |request, stream| {
        let answer = match stream {
            0 => Act::send(ok("application/json", ANSWER)),
            stream => answer(stream),
        };
        vec![Act::Until(gates[request.number / calls].clone()), answer]
    }
}

#[test]
fn a_cold_burst_over_h2_makes_as_many_connections_as_the_limit_of_streams_needs() {
    for (limit, needed) in [(1000, 1), (100, 10)] {
        guarded("burst", move || {
            let gates = [Gate::shut()];
            let mut habits = Habits::default();
            habits.greeting = allowed(limit).into();
            let peer = H2Peer::start(habits, holding(&gates, 1000));
            let client = client(&peer, LONG);
            let session = client.session("ses_1").unwrap();
            burst(&session, 1000, || peer.requests().len(), &gates[0]);
            assert_eq!((peer.connections(), peer.handshakes()), (needed, needed), "{limit}");
            assert_eq!(peer.seen(), 1000);
        });
    }
}

/// What a server speaks is found out by one connection; then each call gets its own.
#[test]
fn a_cold_burst_over_tls_without_h2_makes_a_connection_per_call() {
    guarded("burst", || {
        let gates = [Gate::shut(), Gate::shut()];
        let mut habits = Habits::default();
        habits.protocols = vec!["http/1.1"];
        habits.speaks_http1 = true;
        let peer = H2Peer::start(habits, holding(&gates, 100));
        let client = client(&peer, LONG);
        let session = client.session("ses_1").unwrap();
        burst(&session, 100, || peer.requests().len(), &gates[0]);
        assert_eq!((peer.connections(), peer.handshakes()), (100, 100));
        // All of them are kept for the next one.
        burst(&session, 100, || peer.requests().len(), &gates[1]);
        assert_eq!(peer.connections(), 100);
        let mut used = connections(&peer);
        used.sort_unstable();
        assert_eq!(used, (0..200).map(|number| number / 2).collect::<Vec<_>>());
    });
}

/// As many are kept as were in use, round after round.
#[test]
fn bursts_without_tls_make_a_connection_per_call_in_flight_once() {
    const CALLS: usize = 300;
    guarded("burst", || {
        let gates = [Gate::shut(), Gate::shut(), Gate::shut()];
        let script = holding(&gates, CALLS);
        let peer = Peer::start(move |request| script(request, 0));
        let client: Client = hostile::client::<HyperTransport>(&peer.url(), LONG);
        let session = client.session("ses_1").unwrap();
        for gate in &gates {
            burst(&session, CALLS, || peer.seen(), gate);
            assert_eq!(peer.connections(), CALLS);
        }
        assert_eq!((peer.seen(), peer.open()), (3 * CALLS, CALLS));
    });
}

#[test]
fn ten_servers_at_once_get_their_own_requests_over_a_connection_each() {
    guarded("servers", || {
        let peers: Vec<_> = (0..10)
            .map(|_| H2Peer::start(Habits::default(), |_, stream| vec![answer(stream)]))
            .collect();
        let transport = client(&peers[0], LONG).transport().clone();
        runtime().block_on(async {
            let calls = peers.iter().enumerate().flat_map(|(number, peer)| {
                let config = settings(&peer.url(), LONG).codespar();
                let client = Client::with_transport(config, transport.clone()).unwrap();
                let session = client.session(format!("ses_{number}")).unwrap();
                let charge = move |_| session.execute("codespar_charge", &json!({"amount": 5}));
                (0..50).map(charge).map(IntoFuture::into_future).map(tokio::spawn)
            });
            let calls: Vec<_> = calls.collect();
            assert!(join_all(calls).await.into_iter().all(|call| call.unwrap().is_ok()));
        });
        for (number, peer) in peers.iter().enumerate() {
            assert_eq!((peer.seen(), peer.connections()), (50, 1));
            let own = format!("ses_{number}");
            assert!(peer.requests().iter().all(|request| request.target().contains(&own)));
        }
    });
}
