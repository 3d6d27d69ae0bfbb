//! A server that offers HTTP/2 and then wants HTTP/1.1 (`HTTP_1_1_REQUIRED`).

use codespar_async::Client;
use codespar_proto::{
    ErrorKind, Minor, Verdict,
    payables::{CreateBatch, NewItem},
};
use futures_util::future::join_all;
use hostile::{
    Act, Driver as _, everything, guarded,
    h2::{
        H2Peer, Habits,
        frame::{code, go_away, reset},
    },
    ok, runtime,
};

use crate::support::h2::{ANSWER, LONG, allowed, charge, client};

/// How it says so.
const WAYS: [fn(u32) -> Vec<u8>; 2] =
    [|stream| reset(stream, code::HTTP_1_1_REQUIRED), |_| go_away(0, code::HTTP_1_1_REQUIRED, "")];

fn requiring(way: fn(u32) -> Vec<u8>) -> H2Peer {
    requiring_with(Habits::default(), way)
}

fn requiring_with(mut habits: Habits, way: fn(u32) -> Vec<u8>) -> H2Peer {
    habits.protocols = vec!["h2", "http/1.1"];
    habits.speaks_http1 = true;
    H2Peer::start(habits, move |_, stream| match stream {
        0 => vec![Act::send(ok("application/json", ANSWER))],
        stream => vec![Act::send(way(stream))],
    })
}

/// Over which protocol each request came.
fn versions(peer: &H2Peer) -> Vec<String> {
    let version = |head: &str| head.lines().next()?.split(' ').nth(2).map(str::to_owned);
    peer.requests().iter().map(|request| version(&request.head).unwrap()).collect()
}

/// Later calls do not try it again: one connection, on which HTTP/2 was not even offered.
fn goes_on_over_http1(client: &Client, peer: &H2Peer) {
    for _ in 0..3 {
        charge(client).unwrap();
    }
    assert_eq!(versions(peer)[1..], ["HTTP/1.1"; 4][..peer.requests().len() - 1]);
    assert_eq!(peer.offers(), [vec!["h2", "http/1.1"], vec!["http/1.1"]]);
}

#[test]
fn a_hostile_h2_server_that_wants_http1_gets_a_read_over_it() {
    for way in WAYS {
        guarded("read", move || {
            let peer = requiring(way);
            let client = client(&peer, LONG);
            let session = client.session("ses_1").unwrap();
            let look = session.payment_status("tc_1").with_response().into_future();
            assert_eq!(runtime().block_on(look).unwrap().attempts, 2);
            goes_on_over_http1(&client, &peer);
            assert_eq!(peer.requests().len(), 5);
        });
    }
}

#[test]
fn a_hostile_h2_server_that_wants_http1_gets_a_keyed_write_over_it() {
    for way in WAYS {
        guarded("keyed", move || {
            let peer = requiring(way);
            let client = client(&peer, LONG);
            let bill = NewItem::pix_key("bill@example.com", Minor::new(100));
            let args = CreateBatch::default().items(vec![bill]);
            let create = client.payables().batches().create(&args);
            // Whatever is made of the answer, it was given over HTTP/1.1.
            drop(codespar_async::HyperTransport::finish(create));
            let requests = peer.requests();
            let keys: Vec<_> = requests.iter().map(|seen| seen.header("idempotency-key")).collect();
            assert_eq!(keys.len(), 2);
            assert!(keys[0].is_some() && keys[0] == keys[1], "{keys:?}");
            goes_on_over_http1(&client, &peer);
        });
    }
}

#[test]
fn a_hostile_h2_server_that_wants_http1_does_not_get_a_charge_twice() {
    for way in WAYS {
        guarded("charge", move || {
            let peer = requiring(way);
            let client = client(&peer, LONG);
            let error = charge(&client).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Io, "{error:?}");
            assert_eq!((error.attempts(), error.verdict()), (1, Verdict::Unknown));
            assert!(everything(&error).contains("HTTP/1.1"), "{error:?}");
            assert_eq!(peer.requests().len(), 1);
            goes_on_over_http1(&client, &peer);
        });
    }
}

/// Those that are being made for HTTP/2 when the server says so are not used for it.
#[test]
fn a_hostile_h2_server_that_wants_http1_while_connections_are_made_is_asked_over_it() {
    guarded("burst", || {
        let mut habits = Habits::default();
        habits.greeting = allowed(1).into();
        let peer = requiring_with(habits, WAYS[0]);
        let client = client(&peer, LONG);
        let session = client.session("ses_1").unwrap();
        runtime().block_on(async {
            let looks =
                (0..100).map(|_| tokio::spawn(session.payment_status("tc_1").into_future()));
            let looks: Vec<_> = looks.collect();
            for look in join_all(looks).await {
                // One repetition is all that each has.
                look.unwrap().unwrap();
            }
        });
        let over_http2 = versions(&peer).iter().filter(|version| *version == "HTTP/2").count();
        assert!(over_http2 < 50, "{over_http2}");
    });
}
