//! Thousands at once: event streams over HTTP/2 with calls among them, and waits that look again
//! and again.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "it/support/h2.rs"]
#[allow(dead_code, reason = "each test program uses a part of it")]
mod h2;

use std::time::Duration;

use codespar_async::{Client, Session};
use futures_util::{StreamExt as _, future::join_all, stream};
use hostile::{
    Act, Peer, Settings, guarded,
    h2::{
        H2Peer, Habits,
        frame::{setting, settings as frame_of_settings},
    },
    ok, runtime,
};
use serde_json::json;

use h2::{States, open_streams, serve, settings};

const STREAMS: usize = 10_000;
const CALLS: usize = 1_000;
/// What a server allows on a connection.
const ALLOWED: u32 = 100;
/// How many of those event streams take.
const TAKEN: usize = 90;
/// Far beyond what anything takes here.
const LONG: Duration = Duration::from_secs(300);

fn peer() -> H2Peer {
    let mut habits = Habits::default();
    let window = (setting::INITIAL_WINDOW_SIZE, 1 << 24);
    let allowed = (setting::MAX_CONCURRENT_STREAMS, ALLOWED);
    habits.greeting = frame_of_settings(&[allowed, window]).into();
    H2Peer::start(habits, serve)
}

/// Opens them a few hundred at a time, as tasks: those would all be polled whenever one is ready.
async fn open_many(session: &Session, count: usize) -> Vec<States> {
    let tasks = (0..count / 100).map(|_| {
        let session = session.clone();
        async move { tokio::spawn(async move { open_streams(&session, 100).await }).await }
    });
    stream::iter(tasks)
        .buffer_unordered(5)
        .flat_map(|opened| stream::iter(opened.unwrap()))
        .collect()
        .await
}

/// The default of `http2_max_connections` lets them all through; none ends while the calls go on.
#[test]
fn hostile_h2_crowds_of_ten_thousand_streams_leave_room_for_calls() {
    guarded("streams", || {
        let peer = peer();
        let client = Client::with_config(settings(&peer.url(), LONG).codespar()).unwrap();
        let session = client.session("ses_1").unwrap();
        runtime().block_on(async {
            let streams = open_many(&session, STREAMS).await;
            assert_eq!((streams.len(), peer.seen()), (STREAMS, STREAMS));
            let needed = STREAMS.div_ceil(TAKEN);
            assert_eq!(peer.connections(), needed);
            // All at once: a hundred connections have ten places left each, which are used in turn.
            let charge = || session.execute("codespar_charge", &json!({"amount": 500}));
            let calls = (0..CALLS).map(|_| tokio::spawn(charge().into_future()));
            let calls: Vec<_> = calls.collect();
            assert!(join_all(calls).await.into_iter().all(|call| call.unwrap().is_ok()));
            assert_eq!((peer.seen(), peer.connections()), (STREAMS + CALLS, needed));
            assert_eq!(peer.resets(), [], "all streams are still open");
            drop(streams);
        });
    });
}

/// Looks that take their turns share what connections there are.
#[test]
fn a_thousand_waits_make_at_most_a_connection_each() {
    const LOOKS: usize = 3;
    const PENDING: &str = r#"{"servers":[{"id":"s","name":"s","connected":false}],"tools":[]}"#;
    rlimit::increase_nofile_limit(u64::MAX).unwrap();
    guarded("waits", || {
        let peer = Peer::start(|_| vec![Act::Send(ok("application/json", PENDING).into())]);
        let client: Client =
            Client::with_config(Settings::new(&peer.url(), LONG).codespar()).unwrap();
        let session = client.session("ses_1").unwrap();
        runtime().block_on(async {
            let limit = Duration::from_millis(1000 * LOOKS as u64 - 500);
            let waits =
                (0..CALLS).map(|_| tokio::spawn(session.wait_for_connections(limit).into_future()));
            let waits: Vec<_> = waits.collect();
            for wait in join_all(waits).await {
                assert!(!wait.unwrap().unwrap().all_connected);
            }
        });
        assert!(peer.seen() >= 2 * CALLS, "{}", peer.seen());
        assert!(peer.connections() <= CALLS, "{}", peer.connections());
    });
}
