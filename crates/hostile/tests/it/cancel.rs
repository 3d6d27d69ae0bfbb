//! Futures dropped at each of their awaits: the server sees nothing twice, and the client is as
//! good as new.

use std::{
    collections::HashMap,
    future::poll_fn,
    pin::Pin,
    task::Poll,
    time::{Duration, Instant},
};

use bytes::Bytes;
use codespar_async::{Client, HyperTransport, Session};
use futures_util::{Stream, StreamExt as _};
use hostile::{Act, Operation, Peer, Request, chunk, client, guarded, ok, runtime, stream_head};
use serde_json::json;

/// How many polls a call is given at most.
const POLLS: usize = 40;

/// Polls a future so many times, then drops it; what it gave, if it came to that.
async fn after_polls<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let mut future = Box::pin(future);
    let mut left = polls;
    poll_fn(move |cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Takes items for so many polls, then drops them; how many came, and whether that was all.
async fn items_after_polls<S: Stream>(items: S, polls: usize) -> (usize, bool) {
    let mut items: Pin<Box<S>> = Box::pin(items);
    let mut count = 0;
    let all = after_polls(
        async {
            while items.next().await.is_some() {
                count += 1;
            }
        },
        polls,
    )
    .await;
    (count, all.is_some())
}

/// Answers in pieces, so that there is something to wait for everywhere.
fn piecemeal(request: &Request) -> Vec<Act> {
    if request.target().ends_with("/send") {
        let body = Operation::Chat.body();
        let frames = body.split_inclusive("\n\n");
        let mut acts = vec![Act::send(stream_head())];
        for frame in frames {
            acts.extend([Act::Pause, Act::send(chunk(frame))]);
        }
        acts.extend([Act::Pause, Act::send(chunk(""))]);
        return acts;
    }
    // The answer names the request, so that a wrong one would be seen.
    let mark = mark(request);
    let body = format!(r#"{{"success":true,"tool":"{mark}"}}"#);
    let answer = Bytes::from(ok("application/json", body));
    let (a, b) = (answer.slice(..30), answer.slice(30..70));
    vec![Act::Send(a), Act::Pause, Act::Send(b), Act::Pause, Act::Send(answer.slice(70..))]
}

fn mark(request: &Request) -> String {
    let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    let mark = body["tool"].as_str().or_else(|| body["message"].as_str());
    mark.unwrap().to_owned()
}

async fn call(session: &Session, mark: &str) -> String {
    let result = session.execute(mark, &json!({})).await.unwrap();
    result.tool.unwrap()
}

/// What a server that was left alone comes to: all connections but a few are closed.
fn settles(peer: &Peer) -> bool {
    let until = Instant::now() + hostile::LONG;
    while Instant::now() < until {
        if peer.open() <= 2 {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

#[test]
fn hostile_drops_at_each_await_leave_client_and_server_consistent() {
    guarded("drops", || {
        let peer = Peer::start(piecemeal);
        let client: Client = client::<HyperTransport>(&peer.url(), hostile::LONG);
        let session = client.session("ses_1").unwrap();
        let mut finished = [0, 0];
        runtime().block_on(async {
            for polls in 0..POLLS {
                let name = format!("call-{polls}");
                if let Some(tool) = after_polls(call(&session, &name), polls).await {
                    assert_eq!(tool, name);
                    finished[0] += 1;
                }
                let name = format!("chat-{polls}");
                let (items, all) = items_after_polls(session.send_stream(&name), polls).await;
                if all {
                    assert_eq!(items, 2);
                    finished[1] += 1;
                }
                // The next call gets its own answer, whatever was dropped before.
                let name = format!("next-{polls}");
                assert_eq!(call(&session, &name).await, name);
            }
        });
        assert!(finished.iter().all(|finished| (1..POLLS).contains(finished)), "{finished:?}");
        let mut seen: HashMap<String, usize> = HashMap::new();
        for request in peer.requests() {
            *seen.entry(mark(&request)).or_default() += 1;
        }
        assert!(seen.values().all(|times| *times == 1), "{seen:?}");
        drop((session, client));
        assert!(settles(&peer), "{} connections are left open", peer.open());
    });
}
