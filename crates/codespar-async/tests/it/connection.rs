//! Connections: used again, closed, hung up.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use codespar_engine::driver::{AsyncBody, TransportErrorKind};
use tokio::sync::Notify;

use crate::support::{
    BOUND, Server, bounded, direct, get, ok, post, receive, recording, send, text, transport,
    until_closed,
};

#[tokio::test]
async fn connections_are_used_again() {
    let (server, mut told) = recording().await;
    bounded(async {
        let transport = transport(&direct(), &server.url("/"));
        for _ in 0..5 {
            let mut response = post(&transport.clone(), &server.url("/")).await.unwrap();
            assert_eq!(text(response.body_mut()).await.unwrap(), "ok");
            assert_eq!(told.recv().await.unwrap().0, 0);
        }
    })
    .await;
}

/// A server that closes after each answer, whenever it likes: the next request may or may not
/// find out in time. Whatever it says about itself must be true.
#[tokio::test]
async fn a_connection_closed_while_idle_never_doubles_a_request() {
    let requests = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&requests);
    let server = Server::start(move |mut stream, _| {
        let count = Arc::clone(&count);
        async move {
            if receive(&mut stream).await.is_some() {
                count.fetch_add(1, Ordering::SeqCst);
                send(&mut stream, &ok("ok")).await;
            }
        }
    })
    .await;
    bounded(async {
        let transport = transport(&direct(), &server.url("/"));
        for round in 0..200 {
            let before = requests.load(Ordering::SeqCst);
            for _ in 0..round % 7 {
                tokio::task::yield_now().await;
            }
            match post(&transport, &server.url("/")).await {
                Ok(mut response) => {
                    assert_eq!(text(response.body_mut()).await.unwrap(), "ok");
                    assert_eq!(requests.load(Ordering::SeqCst), before + 1);
                }
                Err(error) => {
                    let kind = error.kind();
                    assert_eq!(kind == TransportErrorKind::Io, error.may_have_been_sent());
                    assert!(matches!(kind, TransportErrorKind::Io | TransportErrorKind::Connect));
                    assert_eq!(requests.load(Ordering::SeqCst), before);
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn dropping_the_answer_to_be_hangs_up() {
    let events = Arc::new(Notify::new());
    let tell = Arc::clone(&events);
    let server = Server::start(move |mut stream, _| {
        let tell = Arc::clone(&tell);
        async move {
            receive(&mut stream).await;
            tell.notify_one();
            until_closed(&mut stream).await;
            tell.notify_one();
        }
    })
    .await;
    bounded(async {
        let transport = transport(&direct(), &server.url("/"));
        let url = server.url("/");
        let mut opening = Box::pin(get(&transport, &url));
        tokio::select! {
            _ = &mut opening => panic!("the server does not answer"),
            () = events.notified() => drop(opening),
        }
        events.notified().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dropping_a_body_hangs_up_even_while_it_is_read() {
    let closed = Arc::new(Notify::new());
    let tell = Arc::clone(&closed);
    let server = Server::start(move |mut stream, _| {
        let tell = Arc::clone(&tell);
        async move {
            receive(&mut stream).await;
            send(&mut stream, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
            send(&mut stream, "3\r\none\r\n").await;
            until_closed(&mut stream).await;
            tell.notify_one();
        }
    })
    .await;
    bounded(async {
        let transport = transport(&direct(), &server.url("/"));
        let mut body = get(&transport, &server.url("/")).await.unwrap().into_body();
        assert_eq!(body.chunk(Some(BOUND)).await.unwrap().unwrap(), "one");
        drop(body);
        closed.notified().await;

        let mut body = get(&transport, &server.url("/")).await.unwrap().into_body();
        assert_eq!(body.chunk(Some(BOUND)).await.unwrap().unwrap(), "one");
        let reading = tokio::spawn(async move { body.chunk(Some(BOUND)).await });
        tokio::task::yield_now().await;
        reading.abort();
        closed.notified().await;
    })
    .await;
}

#[tokio::test]
async fn what_comes_after_the_body_spoils_the_connection() {
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    let server = Server::start(move |mut stream, number| {
        count.store(number + 1, Ordering::SeqCst);
        async move {
            receive(&mut stream).await;
            send(&mut stream, &format!("{}{}", ok("ok"), ok("not asked for"))).await;
            until_closed(&mut stream).await;
        }
    })
    .await;
    bounded(async {
        let transport = transport(&direct(), &server.url("/"));
        for round in 1..=3 {
            let mut response = get(&transport, &server.url("/")).await.unwrap();
            assert_eq!(text(response.body_mut()).await.unwrap(), "ok");
            assert_eq!(connections.load(Ordering::SeqCst), round);
        }
    })
    .await;
}
