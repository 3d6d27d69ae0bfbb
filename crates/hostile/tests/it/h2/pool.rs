//! Connections that are shared: how many there are, and who stands behind whom.

use codespar_async::Client;
use codespar_proto::{ErrorKind, Verdict};
use futures_util::future::join_all;
use hostile::{Act, Gate, everything, guarded, h2::H2Peer, runtime};
use serde_json::json;

use crate::support::h2::{
    LONG, SHORT, allowing, answer, client, comes_to, connections, open_streams, serve, settings,
};

/// A client that may have so many connections, and is not patient.
fn with_connections(peer: &H2Peer, most: usize) -> Client {
    let mut settings = settings(&peer.url(), LONG);
    settings.transport.http2_max_connections = most;
    Client::with_config(settings.codespar()).unwrap()
}

#[test]
fn a_hostile_h2_limit_of_streams_stops_no_call() {
    guarded("limit", || {
        let peer = allowing(20, serve);
        let client = client(&peer, LONG);
        runtime().block_on(async {
            let session = client.session("ses_1").unwrap();
            let streams = open_streams(&session, 20).await;
            let charge = session.execute("codespar_charge", &json!({"amount": 500}));
            assert_eq!(charge.with_response().await.unwrap().attempts, 1);
            assert_eq!(peer.seen(), 21);
            drop(streams);
        });
        assert_eq!(peer.connections(), 2);
    });
}

#[test]
fn a_hostile_h2_limit_that_calls_have_reached_stops_no_call() {
    guarded("limit", || {
        let gate = Gate::shut();
        let script = gate.clone();
        let peer = allowing(20, move |request, stream| match request.number < 20 {
            true => vec![Act::Until(script.clone()), answer(stream)],
            false => vec![answer(stream)],
        });
        let client = client(&peer, LONG);
        runtime().block_on(async {
            let session = client.session("ses_1").unwrap();
            let charge = || session.execute("codespar_charge", &json!({"amount": 500}));
            let waiting: Vec<_> = (0..20).map(|_| tokio::spawn(charge().into_future())).collect();
            tokio::task::block_in_place(|| assert!(comes_to(|| peer.requests().len() == 20)));
            assert_eq!(peer.connections(), 1);
            charge().await.unwrap();
            assert_eq!((peer.seen(), peer.connections()), (21, 2));
            gate.open();
            assert!(join_all(waiting).await.into_iter().all(|call| call.unwrap().is_ok()));
        });
        let mut expected = vec![0; 20];
        expected.push(1);
        assert_eq!(connections(&peer), expected);
    });
}

#[test]
fn a_hostile_h2_limit_leaves_streams_of_the_only_connection_to_calls() {
    guarded("reserve", || {
        let peer = allowing(20, serve);
        let client = with_connections(&peer, 1);
        runtime().block_on(async {
            let session = client.session("ses_1").unwrap();
            let streams = open_streams(&session, 18).await;
            let more = session.clone();
            let waits = tokio::spawn(async move { open_streams(&more, 1).await });
            for number in 0..10 {
                session.execute("codespar_charge", &json!({"amount": 500})).await.unwrap();
                assert_eq!(peer.seen(), 19 + number, "no stream takes a place of calls");
            }
            drop(streams);
            assert_eq!(waits.await.unwrap().len(), 1);
        });
        assert_eq!((peer.seen(), peer.connections()), (29, 1));
    });
}

#[test]
fn a_hostile_h2_server_whose_streams_are_all_taken_is_an_error_that_says_so() {
    guarded("full", || {
        let gate = Gate::shut();
        let script = gate.clone();
        let peer = allowing(20, move |request, stream| match request.number < 20 {
            true => vec![Act::Until(script.clone()), answer(stream)],
            false => vec![answer(stream)],
        });
        let client = with_connections(&peer, 1);
        runtime().block_on(async {
            let session = client.session("ses_1").unwrap();
            let charge = || session.execute("codespar_charge", &json!({"amount": 500}));
            let waiting: Vec<_> = (0..20).map(|_| tokio::spawn(charge().into_future())).collect();
            tokio::task::block_in_place(|| assert!(comes_to(|| peer.requests().len() == 20)));
            let error = charge().timeout(2 * SHORT).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Connect, "{error:?}");
            assert_eq!(error.attempts(), 2, "the first leaves time for another");
            let words = everything(&error);
            assert!(words.contains("1 with 20 requests"), "{words}");
            assert!(words.contains("http2_max_connections"), "{words}");
            assert!(!error.may_have_been_sent());
            assert_eq!(error.verdict(), Verdict::NothingSent);
            assert_eq!(peer.seen(), 20);
            // A wait that is given up leaves the queue.
            assert!(tokio::time::timeout(SHORT / 10, charge().into_future()).await.is_err());
            gate.open();
            assert!(join_all(waiting).await.into_iter().all(|call| call.unwrap().is_ok()));
            charge().await.unwrap();
        });
        assert_eq!((peer.seen(), peer.connections()), (21, 1), "what was given up was not sent");
    });
}

#[test]
fn hostile_h2_crowds_of_streams_leave_room_for_calls() {
    guarded("crowd", || {
        let peer = allowing(100, serve);
        let client = client(&peer, LONG);
        runtime().block_on(async {
            let session = client.session("ses_1").unwrap();
            let streams = open_streams(&session, 1000).await;
            assert_eq!(peer.seen(), 1000);
            // 90 of each hundred: the others are left to calls.
            assert_eq!(peer.connections(), 12);
            session.payment_status("tc_1").await.unwrap();
            assert_eq!((peer.seen(), peer.connections()), (1001, 12));
            drop(streams);
        });
        let mut on = vec![0; 12];
        connections(&peer).into_iter().for_each(|connection| on[connection] += 1);
        assert!(on.iter().all(|requests| *requests <= 100), "{on:?}");
    });
}
