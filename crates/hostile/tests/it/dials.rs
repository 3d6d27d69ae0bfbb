//! Connections in the making, which several callers wait for: what becomes of them when some leave,
//! or when nothing comes of it.

use std::{
    io,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Waker},
};

use codespar_async::{Client, Session};
use codespar_proto::{Error, ErrorKind, Reconnect, ToolResult, Verdict};
use futures_util::{StreamExt as _, future::join_all};
use hostile::{
    Gate, Settings, config, everything, guarded,
    h2::{H2Peer, Habits, frame::kind},
};
use serde_json::json;
use tokio::{
    io::DuplexStream,
    runtime::{Builder, Runtime},
    sync::mpsc::UnboundedReceiver,
};

use crate::support::{
    h2::{LONG, SHORT, allowed, answer_on},
    memory::{self, Pipe},
};

/// A connector that holds its connections back until the gate opens, and then makes them or fails.
#[derive(Clone)]
struct Held {
    inner: memory::Connector,
    gate: Gate,
    fails: bool,
    begun: Arc<AtomicUsize>,
}

impl Held {
    fn new(http2: bool, fails: bool) -> (Self, UnboundedReceiver<DuplexStream>) {
        let (inner, servers) = memory::Connector::new(http2);
        (Self { inner, gate: Gate::shut(), fails, begun: Arc::default() }, servers)
    }

    fn begun(&self) -> usize {
        self.begun.load(Ordering::SeqCst)
    }

    /// A session over it, without repetitions.
    fn session(&self) -> (Client, Session) {
        let mut settings = Settings::new("https://pool.test", LONG);
        settings.retry.retries = 0;
        let transport =
            codespar_async::HyperTransport::from_connector(self.clone(), &settings.transport);
        let client = Client::with_transport(settings.codespar(), transport).unwrap();
        let session = client.session("ses_1").unwrap();
        (client, session)
    }
}

impl tower_service::Service<http::Uri> for Held {
    type Response = Pipe;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Pipe>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: http::Uri) -> Self::Future {
        self.begun.fetch_add(1, Ordering::SeqCst);
        let mut this = self.clone();
        Box::pin(async move {
            this.gate.opened().await;
            match this.fails {
                true => Err(io::ErrorKind::ConnectionRefused.into()),
                false => this.inner.call(to).await,
            }
        })
    }
}

async fn charge(session: Session) -> Result<ToolResult, Error> {
    session.execute("codespar_charge", &json!({"amount": 500})).await
}

/// Answers whatever is asked, over HTTP/2; how many requests there were on each connection.
async fn serve(mut servers: UnboundedReceiver<DuplexStream>) -> Vec<usize> {
    let mut connections = tokio::task::JoinSet::new();
    while let Some(stream) = servers.recv().await {
        connections.spawn(async {
            let mut server = memory::Server::greet(stream, &allowed(100)).await;
            let mut heads = 0;
            while let Some(head) = server.next(kind::HEADERS).await {
                heads += 1;
                server.send(answer_on(head.stream)).await;
            }
            heads
        });
    }
    connections.join_all().await
}

fn alone() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Lets all tasks of this runtime get as far as they can.
async fn settle() {
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
}

/// The first caller, whose dial it is, leaves; and one in the middle.
#[test]
fn who_leaves_while_a_connection_is_made_takes_it_from_nobody() {
    guarded("leaves", || {
        alone().block_on(async {
            let (held, servers) = Held::new(true, false);
            let (client, session) = held.session();
            let serving = tokio::spawn(serve(servers));
            let calls: Vec<_> = (0..10).map(|_| tokio::spawn(charge(session.clone()))).collect();
            settle().await;
            assert_eq!(held.begun(), 1);
            calls[0].abort();
            calls[5].abort();
            settle().await;
            held.gate.open();
            let mut served = 0;
            for (number, call) in calls.into_iter().enumerate() {
                match call.await {
                    Ok(result) => served += usize::from(result.is_ok()),
                    Err(left) => assert!(left.is_cancelled() && [0, 5].contains(&number)),
                }
            }
            assert_eq!((served, held.begun()), (8, 1));
            drop((client, session, held));
            assert_eq!(serving.await.unwrap(), [8]);
        });
    });
}

/// Whoever leaves when the connection is already there for him leaves it to the next.
#[test]
fn a_connection_that_was_made_for_one_who_left_goes_to_the_next() {
    for http2 in [true, false] {
        guarded("left", move || {
            alone().block_on(async {
                let (held, mut servers) = Held::new(http2, false);
                held.gate.open();
                let (_client, session) = held.session();
                {
                    let mut first = pin!(charge(session.clone()));
                    let waker = &mut Context::from_waker(Waker::noop());
                    for _ in 0..5 {
                        assert!(first.as_mut().poll(waker).is_pending());
                    }
                    // The connection is made, and he is not asked again.
                    settle().await;
                    assert_eq!(held.begun(), 1);
                }
                settle().await;
                let next = tokio::spawn(charge(session.clone()));
                settle().await;
                assert_eq!(held.begun(), 1, "over HTTP/2: {http2}");
                next.abort();
                assert!(servers.recv().await.is_some());
            });
        });
    }
}

/// A request that waits has not been sent, whichever of its limits runs out.
#[test]
fn a_request_whose_limit_runs_out_while_a_connection_is_made_was_not_sent() {
    guarded("limit", || {
        alone().block_on(async {
            let (held, servers) = Held::new(true, false);
            let (client, session) = held.session();
            let call = session.execute("codespar_charge", &json!({"amount": 500}));
            let error = call.timeout(SHORT / 4).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
            assert_eq!(error.verdict(), Verdict::NothingSent);
            let states = session.payment_status_stream("tc_1", Reconnect::Never).timeout(SHORT / 4);
            let error = std::pin::pin!(states).next().await.unwrap().unwrap_err();
            assert!(!error.may_have_been_sent(), "{error:?}");
            // The connection is still in the making, and serves whoever comes.
            assert_eq!(held.begun(), 1);
            held.gate.open();
            let serving = tokio::spawn(serve(servers));
            charge(session.clone()).await.unwrap();
            drop((client, session, held));
            assert_eq!(serving.await.unwrap(), [1]);
        });
    });
}

#[test]
fn a_dial_that_fails_is_one_attempt_at_the_server_for_all_who_wait() {
    guarded("fails", || {
        alone().block_on(async {
            let (held, _servers) = Held::new(true, true);
            let (_client, session) = held.session();
            let calls: Vec<_> = (0..100).map(|_| tokio::spawn(charge(session.clone()))).collect();
            settle().await;
            assert_eq!(held.begun(), 1);
            held.gate.open();
            for call in calls {
                let error = call.await.unwrap().unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Connect, "{error:?}");
                assert_eq!((error.attempts(), error.verdict()), (1, Verdict::NothingSent));
                assert!(everything(&error).contains("connection refused"), "{error:?}");
            }
            assert_eq!(held.begun(), 1, "nobody tried on his own");
            // It is no state of the pool: who comes next tries anew.
            assert!(charge(session).await.is_err());
            assert_eq!(held.begun(), 2);
        });
    });
}

#[test]
fn a_certificate_that_is_refused_is_one_handshake_for_all_who_wait() {
    guarded("refused", || {
        let peer = H2Peer::start(Habits::default(), |_, _| vec![]);
        // With the roots of nobody in particular.
        let client: Client = Client::with_config(config(&peer.url(), LONG)).unwrap();
        let session = client.session("ses_1").unwrap();
        // A runtime that looks at its sockets only after all have asked.
        let runtime = Builder::new_current_thread().event_interval(10_000).enable_all().build();
        let runtime = runtime.unwrap();
        runtime.block_on(async {
            let calls: Vec<_> = (0..50).map(|_| tokio::spawn(charge(session.clone()))).collect();
            for error in join_all(calls).await {
                let error = error.unwrap().unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Connect, "{error:?}");
                assert_eq!((error.attempts(), error.verdict()), (1, Verdict::NothingSent));
            }
        });
        assert_eq!((peer.connections(), peer.handshakes(), peer.seen()), (1, 0, 0));
        // The next one tries anew, and may be in luck.
        assert!(runtime.block_on(charge(session)).is_err());
        assert_eq!(peer.connections(), 2);
    });
}

/// Whoever waited is told, and who comes later does not wait for what was given up.
#[test]
fn a_runtime_that_ends_while_a_connection_is_made_takes_nobody_with_it() {
    guarded("ends", || {
        let (held, servers) = Held::new(true, false);
        let (client, session) = held.session();
        let first = alone();
        let left = first.spawn(charge(session.clone()));
        first.block_on(settle());
        assert_eq!(held.begun(), 1);
        // Somebody on another runtime waits for the same connection.
        let second = alone();
        let waits = second.spawn(charge(session.clone()));
        second.block_on(settle());
        assert_eq!(held.begun(), 1);
        drop(first);
        second.block_on(async {
            let error = waits.await.unwrap().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Connect, "{error:?}");
            assert_eq!(error.verdict(), Verdict::NothingSent);
            assert!(left.is_finished());
            held.gate.open();
            let serving = tokio::spawn(serve(servers));
            charge(session.clone()).await.unwrap();
            assert_eq!(held.begun(), 2);
            drop((client, session, held));
            assert_eq!(serving.await.unwrap(), [1]);
        });
    });
}
