//! HTTP/2 connections that fall silent, on a clock that runs ahead whenever nothing else is to do.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use codespar_async::{Client, Session};
use codespar_proto::{ErrorKind, Reconnect};
use hostile::{
    Settings,
    h2::frame::{END_STREAM, frame, kind, settings as frame_of_settings},
};
use serde_json::json;
use tokio::{
    io::DuplexStream,
    time::{Instant, sleep, timeout},
};

use crate::support::{
    h2::{answer_on, pending_on},
    memory,
};

/// Nothing that ends here ends by a limit of the call.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What the server has counted on a connection, and whether that still answers.
#[derive(Clone, Default)]
struct Watch {
    pings: Arc<AtomicUsize>,
    heads: Arc<AtomicUsize>,
    dead: Arc<AtomicBool>,
}

impl Watch {
    fn pings(&self) -> usize {
        self.pings.load(Ordering::SeqCst)
    }

    fn heads(&self) -> usize {
        self.heads.load(Ordering::SeqCst)
    }

    fn die(&self) {
        self.dead.store(true, Ordering::SeqCst);
    }

    /// Opens an event stream for what has no body, answers the rest; while it is not dead.
    async fn serve(self, stream: DuplexStream) {
        let mut server = memory::Server::greet(stream, &frame_of_settings(&[])).await;
        while let Some(read) = server.frame().await {
            let is_ping = read.kind == kind::PING && !read.is_ack();
            self.pings.fetch_add(usize::from(is_ping), Ordering::SeqCst);
            if self.dead.load(Ordering::SeqCst) {
                continue;
            }
            match read.kind {
                kind::PING if is_ping => server.send(frame(kind::PING, 1, 0, read.payload)).await,
                kind::SETTINGS if !read.is_ack() => {
                    server.send(frame(kind::SETTINGS, 1, 0, "")).await;
                }
                kind::HEADERS => {
                    self.heads.fetch_add(1, Ordering::SeqCst);
                    match read.flags & END_STREAM {
                        0 => server.send(answer_on(read.stream)).await,
                        _ => server.send(pending_on(read.stream)).await,
                    }
                }
                _ => {}
            }
        }
    }
}

/// The connections of a server, in the order in which they came.
#[derive(Clone, Default)]
struct Connections(Arc<Mutex<Vec<Watch>>>);

impl Connections {
    fn all(&self) -> Vec<Watch> {
        self.0.lock().unwrap().clone()
    }

    fn watch(&self) -> Watch {
        let watch = Watch::default();
        self.0.lock().unwrap().push(watch.clone());
        watch
    }
}

/// A session whose limits never run out, and its server.
fn started() -> (Client, Session, Connections) {
    let (connector, mut streams) = memory::Connector::new(true);
    let mut settings = Settings::new("https://pool.test", DAY);
    settings.limits.reconnects = 0;
    let client = memory::client(connector, &settings);
    let session = client.session("ses_1").unwrap();
    let connections = Connections::default();
    let served = connections.clone();
    tokio::spawn(async move {
        while let Some(stream) = streams.recv().await {
            tokio::spawn(served.watch().serve(stream));
        }
    });
    (client, session, connections)
}

async fn charge(session: &Session) {
    session.execute("codespar_charge", &json!({})).await.unwrap();
}

fn ahead_of_the_clock<F: Future>(test: F) -> F::Output {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().start_paused(true).build().unwrap().block_on(test)
}

#[test]
fn a_silent_h2_stream_is_asked_for_signs_of_life_and_goes_on() {
    ahead_of_the_clock(async {
        let (_client, session, connections) = started();
        let mut states = session.payment_status_stream("tc_1", Reconnect::Never);
        states.next().await.unwrap().unwrap();
        let watch = connections.all().swap_remove(0);
        // Whether or not somebody waits for the next event.
        assert!(timeout(Duration::from_secs(305), states.next()).await.is_err());
        assert_eq!(watch.pings(), 10);
        sleep(Duration::from_secs(300)).await;
        assert_eq!(watch.pings(), 20);
        charge(&session).await;
        assert_eq!((watch.heads(), connections.all().len()), (2, 1), "it is the same connection");
    });
}

#[test]
fn a_hostile_h2_connection_that_died_ends_its_streams_and_is_left() {
    ahead_of_the_clock(async {
        let (_client, session, connections) = started();
        let mut states = session.payment_status_stream("tc_1", Reconnect::Never);
        states.next().await.unwrap().unwrap();
        let watch = connections.all().swap_remove(0);
        watch.die();
        let before = Instant::now();
        let error = states.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "{error:?}");
        // On this clock: asked after 30 s, given up 20 s later.
        assert_eq!((before.elapsed().as_secs(), watch.pings()), (50, 1));
        charge(&session).await;
        assert_eq!((watch.heads(), connections.all().len()), (1, 2));
    });
}

/// One on which nothing is open is asked too: a call gets a connection that is alive.
#[test]
fn a_hostile_h2_connection_that_died_while_idle_gets_no_call() {
    ahead_of_the_clock(async {
        let (_client, session, connections) = started();
        for number in 0..3 {
            charge(&session).await;
            let all = connections.all();
            assert_eq!(all.len(), number + 1);
            all[number].die();
            sleep(Duration::from_secs(55)).await;
            assert_eq!((all[number].heads(), all[number].pings()), (1, 1));
        }
    });
}
