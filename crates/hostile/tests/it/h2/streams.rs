//! Calls that share a connection: what happens to one does not happen to the others.

use std::{collections::HashMap, future::poll_fn, task::Poll};

use codespar_async::Session;
use codespar_proto::{Error, ErrorKind};
use futures_util::future::join_all;
use hostile::{
    Act, Request, guarded,
    h2::{
        H2Peer, Habits,
        frame::{END_HEADERS, END_STREAM, code, data, headers, reset},
    },
    runtime,
};
use serde_json::json;

use crate::support::h2::{LONG, client, comes_to};

/// How many calls share the connection.
const CALLS: usize = 60;
/// How many polls a call is given at most.
const POLLS: usize = 40;

/// The mark of a request: its tool.
fn mark(request: &Request) -> String {
    let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    body["tool"].as_str().unwrap().to_owned()
}

/// An answer that names its request, in pieces, so that there is something to wait for everywhere.
fn named(request: &Request, stream: u32) -> Vec<Act> {
    let body = format!(r#"{{"success":true,"tool":"{}"}}"#, mark(request));
    let (a, b) = body.split_at(12);
    let kind = ("content-type", "application/json");
    vec![
        Act::Pause,
        Act::send(headers(stream, END_HEADERS, &[(":status", "200"), kind])),
        Act::Pause,
        Act::send(data(stream, 0, a)),
        Act::Pause,
        Act::send(data(stream, END_STREAM, b)),
    ]
}

async fn call(session: &Session, mark: &str) -> Result<String, Error> {
    let result = session.execute(mark, &json!({})).await?;
    Ok(result.tool.unwrap())
}

fn arrived(peer: &H2Peer) -> HashMap<String, usize> {
    let mut times = HashMap::new();
    for request in peer.requests() {
        *times.entry(mark(&request)).or_default() += 1;
    }
    times
}

#[test]
fn a_hostile_h2_reset_leaves_other_streams_alone() {
    guarded("resets", || {
        let peer = H2Peer::start(Habits::default(), |request, stream| {
            let mut acts = named(request, stream);
            let number = mark(request).len() % 5;
            match number {
                0 => vec![Act::Pause, Act::send(reset(stream, code::REFUSED_STREAM))],
                1 => {
                    acts.truncate(5);
                    acts.push(Act::send(reset(stream, code::INTERNAL_ERROR)));
                    acts
                }
                // An answer that is none, which the client resets.
                2 => vec![Act::send(headers(stream, END_HEADERS, &[("x-note", "a")]))],
                _ => acts,
            }
        });
        let client = client(&peer, LONG);
        let session = client.session("ses_1").unwrap();
        runtime().block_on(async {
            call(&session, "abc").await.unwrap();
            let marks: Vec<_> = (0..CALLS).map(|number| "m".repeat(number + 3)).collect();
            let results = join_all(marks.iter().map(|mark| call(&session, mark))).await;
            for (mark, result) in marks.iter().zip(results) {
                match (mark.len() % 5, result) {
                    (0..=2, Err(error)) => {
                        assert_eq!(error.kind(), ErrorKind::Io, "{error:?}");
                        assert!(error.may_have_been_sent());
                        assert_eq!(error.attempts(), 1);
                    }
                    (3.., Ok(named)) => assert_eq!(named, *mark),
                    (_, result) => panic!("{}: {result:?}", mark.len()),
                }
            }
        });
        assert!(arrived(&peer).values().all(|times| *times == 1));
        assert_eq!((peer.seen(), peer.connections()), (CALLS + 1, 1));
    });
}

#[test]
fn a_hostile_h2_drop_resets_its_own_stream_only() {
    guarded("drops", || {
        let peer = H2Peer::start(Habits::default(), |request, stream| {
            match mark(request).starts_with("never") {
                true => vec![],
                false => named(request, stream),
            }
        });
        let client = client(&peer, LONG);
        let session = client.session("ses_1").unwrap();
        runtime().block_on(async {
            call(&session, "first").await.unwrap();
            let dropped: Vec<_> = (0..10)
                .map(|number| {
                    let session = session.clone();
                    tokio::spawn(async move { call(&session, &format!("never-{number}")).await })
                })
                .collect();
            let others = join_all((0..20).map(|number| {
                let session = session.clone();
                async move { call(&session, &format!("other-{number}")).await }
            }));
            let others = tokio::spawn(others);
            // All are on their way: now these are given up, and those go on.
            tokio::task::block_in_place(|| assert!(comes_to(|| peer.requests().len() == 31)));
            for call in dropped {
                call.abort();
            }
            for (number, other) in others.await.unwrap().into_iter().enumerate() {
                assert_eq!(other.unwrap(), format!("other-{number}"));
            }
            tokio::task::block_in_place(|| assert!(comes_to(|| peer.resets().len() == 10)));
            call(&session, "last").await.unwrap();
        });
        assert!(
            peer.resets()
                .iter()
                .all(|(connection, _, code)| (*connection, *code) == (0, code::CANCEL))
        );
        assert!(arrived(&peer).values().all(|times| *times == 1));
        assert_eq!((peer.seen(), peer.connections(), peer.open()), (32, 1, 1));
    });
}

/// Polls a future so many times, then drops it; what it gave, if it came to that.
async fn after_polls<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let mut future = Box::pin(future);
    let mut left = polls;
    poll_fn(move |cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(cx).map(Some)
    })
    .await
}

#[test]
fn hostile_h2_drops_at_each_await_leave_client_and_server_consistent() {
    guarded("drops", || {
        let peer = H2Peer::start(Habits::default(), named);
        let client = client(&peer, LONG);
        let session = client.session("ses_1").unwrap();
        let mut finished = 0;
        runtime().block_on(async {
            call(&session, "first").await.unwrap();
            for polls in 0..POLLS {
                let name = format!("call-{polls}");
                if let Some(tool) = after_polls(call(&session, &name), polls).await {
                    assert_eq!(tool.unwrap(), name);
                    finished += 1;
                }
                let name = format!("next-{polls}");
                assert_eq!(call(&session, &name).await.unwrap(), name);
            }
        });
        assert!((1..POLLS).contains(&finished), "{finished}");
        assert!(arrived(&peer).values().all(|times| *times == 1));
        assert_eq!((peer.connections(), peer.open()), (1, 1), "all over one connection");
        drop((session, client));
        assert!(comes_to(|| peer.open() == 0), "nothing is left open");
    });
}
