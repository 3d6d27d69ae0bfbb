//! Limits of streams that a server announces late, changes, or takes back.

use codespar_async::{Client, Session};
use codespar_proto::{Error, ErrorKind, ToolResult, Verdict};
use futures_util::future::join_all;
use hostile::{
    Act, Gate, Settings, guarded,
    h2::{
        H2Peer, Habits,
        frame::{END_STREAM, code, data, kind, reset, settings as frame_of_settings},
    },
    runtime,
};
use serde_json::json;
use tokio::task::JoinSet;

use crate::support::{
    h2::{
        LONG, SHORT, allowed, allowing, answer, answer_on, charge, client, comes_to, connections,
        open_streams, pending, serve, settings,
    },
    memory,
};

const DONE: &str = "event: done\ndata: {\"reason\":\"terminal\"}\n\n";

async fn charge_in(session: &Session) -> Result<ToolResult, Error> {
    session.execute("codespar_charge", &json!({"amount": 500})).await
}

/// Event streams stay open until the gate opens; an answer to a charge comes after new `SETTINGS`.
fn lowering(to: u32, end: &Gate) -> H2Peer {
    let end = end.clone();
    allowing(100, move |request, stream| match request.number {
        _ if request.target().ends_with("/stream") => {
            let rest = data(stream, END_STREAM, DONE);
            vec![pending(stream), Act::Until(end.clone()), Act::send(rest)]
        }
        5 => vec![Act::send(allowed(to)), Act::Pause, answer(stream)],
        _ => vec![answer(stream)],
    })
}

#[test]
fn a_hostile_h2_limit_that_is_lowered_refuses_nobody_and_ends_no_stream() {
    for to in [0, 1, 5] {
        guarded("lowered", move || {
            let end = Gate::shut();
            let peer = lowering(to, &end);
            let client = client(&peer, LONG);
            runtime().block_on(async {
                let session = client.session("ses_1").unwrap();
                let streams = open_streams(&session, 5).await;
                for _ in 0..4 {
                    charge_in(&session).await.unwrap();
                }
                end.open();
                for mut states in streams {
                    assert!(states.next().await.is_none(), "to {to}");
                }
            });
            // Five streams, and the charge that the server lowered its limit for; then no more.
            assert_eq!(connections(&peer), [0, 0, 0, 0, 0, 0, 1, 1, 1], "to {to}");
            assert_eq!(peer.resets(), [], "to {to}");
        });
    }
}

#[test]
fn a_hostile_h2_limit_that_is_raised_again_lets_those_through_who_wait() {
    guarded("raised", || {
        let raise = Gate::shut();
        let gate = raise.clone();
        let peer = allowing(100, move |request, stream| match request.number {
            0 => vec![pending(stream), Act::Until(gate.clone()), Act::send(allowed(100))],
            1..5 => vec![pending(stream)],
            5 => vec![Act::send(allowed(5)), Act::Pause, answer(stream)],
            _ => vec![answer(stream)],
        });
        let mut settings = settings(&peer.url(), LONG);
        settings.transport.http2_max_connections = 1;
        let client = Client::with_config(settings.codespar()).unwrap();
        runtime().block_on(async {
            let session = client.session("ses_1").unwrap();
            let streams = open_streams(&session, 5).await;
            charge_in(&session).await.unwrap();
            let waiting = (0..10).map(|_| {
                let session = session.clone();
                tokio::spawn(async move { charge_in(&session).await })
            });
            let waiting: Vec<_> = waiting.collect();
            // Given up while it waits: never sent.
            let limit = SHORT / 4;
            assert!(tokio::time::timeout(limit, charge_in(&session)).await.is_err());
            assert_eq!(peer.seen(), 6, "all wait");
            raise.open();
            assert!(join_all(waiting).await.into_iter().all(|call| call.unwrap().is_ok()));
            drop(streams);
        });
        assert_eq!((peer.seen(), peer.connections()), (16, 1));
    });
}

/// A server that says so before it is asked anything.
#[test]
fn a_hostile_h2_server_that_takes_no_requests_at_all_is_sent_none() {
    guarded("none", || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (connector, mut servers) = memory::Connector::new(true);
            let mut settings = Settings::new("https://pool.test", LONG);
            settings.retry.retries = 2;
            let client = memory::client(connector, &settings);
            let serving = tokio::spawn(async move {
                let mut connections = JoinSet::new();
                while let Some(stream) = servers.recv().await {
                    connections.spawn(async {
                        let mut server = memory::Server::greet(stream, &allowed(0)).await;
                        let mut heads = 0;
                        while server.next(kind::HEADERS).await.is_some() {
                            heads += 1;
                        }
                        heads
                    });
                }
                connections.join_all().await
            });
            let calls = (0..10).map(|_| {
                let session = client.session("ses_1").unwrap();
                async move { charge_in(&session).await }
            });
            for result in join_all(calls).await {
                let error = result.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Connect, "{error:?}");
                assert_eq!(error.verdict(), Verdict::NothingSent);
            }
            drop(client);
            let heads = serving.await.unwrap();
            assert!(heads.iter().all(|heads| *heads == 0), "{heads:?}");
            // One for each time that they all try, at most one for each try of each.
            assert!((3..=30).contains(&heads.len()), "{}", heads.len());
        });
    });
}

/// One that says so after it was asked: what it was asked it refuses, and is not asked for more
/// than once per attempt.
#[test]
fn a_hostile_h2_server_that_refuses_what_came_before_its_settings_is_not_dialed_for_ever() {
    guarded("refused", || {
        let peer = allowing(0, |_, stream| vec![Act::send(reset(stream, code::REFUSED_STREAM))]);
        let client = client(&peer, LONG);
        let error = charge(&client).unwrap_err();
        assert!([ErrorKind::Connect, ErrorKind::Io].contains(&error.kind()), "{error:?}");
        assert!(error.may_have_been_sent() || peer.seen() == 0);
        assert!(peer.connections() <= 2, "{}", peer.connections());
        assert!(comes_to(|| peer.open() == 0), "what takes no requests is closed");
    });
}

/// Whenever it is read that the server takes nothing, between any two steps of a request: the
/// request was not sent, or it is refused; none stays behind a limit that nobody raises.
#[test]
fn a_hostile_h2_limit_that_comes_as_a_request_is_taken_keeps_it_from_nobody() {
    for late in 0..12 {
        guarded("as it is taken", move || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.enable_all().start_paused(true).build().unwrap();
            runtime.block_on(async {
                let (connector, mut servers) = memory::Connector::new(true);
                let client =
                    memory::client(connector.late(late), &Settings::new("https://pool.test", LONG));
                let session = client.session("ses_1").unwrap();
                tokio::spawn(async move {
                    while let Some(stream) = servers.recv().await {
                        let mut server = memory::Server::greet(stream, &allowed(0)).await;
                        while let Some(head) = server.next(kind::HEADERS).await {
                            server.send(reset(head.stream, code::REFUSED_STREAM)).await;
                        }
                    }
                });
                // The clock is turned once nothing else happens. In a task of its own, as tasks
                // take turns.
                let call = tokio::spawn(async move { charge_in(&session).await });
                let error = call.await.unwrap().unwrap_err();
                assert!(
                    [ErrorKind::Connect, ErrorKind::Io].contains(&error.kind()),
                    "{late}: {error:?}"
                );
            });
        });
    }
}

#[test]
fn a_hostile_h2_server_that_names_no_limit_has_none() {
    guarded("no limit", || {
        let mut habits = Habits::default();
        habits.greeting = frame_of_settings(&[]).into();
        let peer = H2Peer::start(habits, serve);
        let client = client(&peer, LONG);
        runtime().block_on(async {
            let session = client.session("ses_1").unwrap();
            let streams = open_streams(&session, 300).await;
            charge_in(&session).await.unwrap();
            drop(streams);
        });
        assert_eq!((peer.seen(), peer.connections(), peer.handshakes()), (301, 1, 1));
    });
}

/// Whether it says nothing yet or allows one: what was said is known before the first answer.
#[test]
fn a_hostile_h2_limit_of_one_lets_nobody_stand_behind_the_first() {
    guarded("one", || {
        let gate = Gate::shut();
        let held = gate.clone();
        let peer = allowing(1, move |request, stream| match request.number {
            0 => vec![Act::Until(held.clone()), answer(stream)],
            _ => vec![answer(stream)],
        });
        let client = client(&peer, LONG);
        runtime().block_on(async {
            let session = client.session("ses_1").unwrap();
            let first = {
                let session = session.clone();
                tokio::spawn(async move { charge_in(&session).await })
            };
            tokio::task::block_in_place(|| assert!(comes_to(|| peer.requests().len() == 1)));
            charge_in(&session).await.unwrap();
            gate.open();
            first.await.unwrap().unwrap();
        });
        assert_eq!(connections(&peer), [0, 1]);
    });
}

#[test]
fn a_hostile_h2_server_that_says_its_limit_late_gets_one_request_before() {
    guarded("late", || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (connector, mut servers) = memory::Connector::new(true);
            let client = memory::client(connector, &Settings::new("https://pool.test", LONG));
            let calls = (0..50).map(|_| {
                let session = client.session("ses_1").unwrap();
                tokio::spawn(async move { charge_in(&session).await })
            });
            let calls: Vec<_> = calls.collect();
            let mut server = memory::Server::greet(servers.recv().await.unwrap(), &[]).await;
            let first = server.next(kind::HEADERS).await.unwrap();
            // Whoever wanted to send more has had every opportunity.
            for _ in 0..1000 {
                tokio::task::yield_now().await;
            }
            server.send(allowed(100)).await;
            let mut before = 1;
            loop {
                let frame = server.frame().await.unwrap();
                match frame.kind {
                    kind::HEADERS => before += 1,
                    // It has read them.
                    kind::SETTINGS if frame.is_ack() => break,
                    _ => {}
                }
            }
            assert_eq!(before, 1);
            server.send(answer_on(first.stream)).await;
            for _ in 1..50 {
                let next = server.next(kind::HEADERS).await.unwrap();
                server.send(answer_on(next.stream)).await;
            }
            assert!(join_all(calls).await.into_iter().all(|call| call.unwrap().is_ok()));
            assert!(servers.try_recv().is_err(), "one connection was enough");
        });
    });
}
