//! HTTP/2 connections that fall silent, on a clock that runs ahead whenever nothing else is to do.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use codespar_proto::ErrorKind;
use futures_util::StreamExt as _;
use hostile::{
    Act, Settings,
    h2::frame::{frame, kind, settings as frame_of_settings},
};
use serde_json::json;
use tokio::{
    io::DuplexStream,
    time::{Instant, sleep},
};

use crate::support::{
    h2::{answer_on, pending},
    memory,
};

/// Nothing that ends here ends by a limit of the call.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What a server has counted, and whether it still answers.
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

    /// Opens an event stream for the first request, answers the others; while it is not dead.
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
                kind::HEADERS => match self.heads.fetch_add(1, Ordering::SeqCst) {
                    0 => {
                        let Act::Send(begin) = pending(read.stream) else { return };
                        server.send(begin).await;
                    }
                    _ => server.send(answer_on(read.stream)).await,
                },
                _ => {}
            }
        }
    }
}

fn ahead_of_the_clock<F: Future>(test: F) -> F::Output {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().start_paused(true).build().unwrap().block_on(test)
}

#[test]
fn a_silent_h2_stream_is_asked_for_signs_of_life_and_goes_on() {
    ahead_of_the_clock(async {
        let (connector, mut servers) = memory::Connector::new(true);
        let client = memory::client(connector, &Settings::new("https://pool.test", DAY));
        let watch = Watch::default();
        let session = client.session("ses_1").unwrap();
        let mut states = session.payment_status_stream("tc_1", false);
        let first = states.next();
        let (first, server) = tokio::join!(first, async {
            tokio::spawn(watch.clone().serve(servers.recv().await.unwrap()))
        });
        first.unwrap().unwrap();
        // Whether or not somebody waits for the next event.
        for (quiet, pings) in [(false, 10), (true, 20)] {
            let pause = sleep(Duration::from_secs(305));
            match quiet {
                true => pause.await,
                false => {
                    let silent = tokio::time::timeout(Duration::from_secs(305), states.next());
                    assert!(silent.await.is_err());
                }
            }
            assert!((pings - 1..=pings + 1).contains(&watch.pings()), "{}", watch.pings());
        }
        // And it is still the same connection.
        session.execute("codespar_charge", &json!({})).await.unwrap();
        assert!(servers.try_recv().is_err());
        assert!(!server.is_finished());
    });
}

#[test]
fn a_hostile_h2_connection_that_died_ends_its_streams_and_is_left() {
    ahead_of_the_clock(async {
        let (connector, mut servers) = memory::Connector::new(true);
        let mut settings = Settings::new("https://pool.test", DAY);
        settings.limits.reconnects = 0;
        let client = memory::client(connector, &settings);
        let watch = Watch::default();
        let session = client.session("ses_1").unwrap();
        let mut states = session.payment_status_stream("tc_1", false);
        let (first, _) = tokio::join!(states.next(), async {
            tokio::spawn(watch.clone().serve(servers.recv().await.unwrap()))
        });
        first.unwrap().unwrap();
        watch.dead.store(true, Ordering::SeqCst);
        let before = Instant::now();
        let error = states.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "{error:?}");
        // On this clock: asked after 30 s, given up 20 s later.
        assert_eq!(before.elapsed().as_secs(), 50);
        assert_eq!(watch.pings(), 1);
        let again = Watch::default();
        again.heads.store(1, Ordering::SeqCst);
        let (charged, _) =
            tokio::join!(async { session.execute("codespar_charge", &json!({})).await }, async {
                tokio::spawn(again.clone().serve(servers.recv().await.unwrap()))
            },);
        charged.unwrap();
    });
}

/// One on which nothing is open is asked too: a call gets a connection that is alive.
#[test]
fn a_hostile_h2_connection_that_died_while_idle_gets_no_call() {
    ahead_of_the_clock(async {
        let (connector, mut servers) = memory::Connector::new(true);
        let client = memory::client(connector, &Settings::new("https://pool.test", DAY));
        let session = client.session("ses_1").unwrap();
        let charge = async || session.execute("codespar_charge", &json!({})).await;
        let mut watches = Vec::new();
        for _ in 0..2 {
            let watch = Watch::default();
            watch.heads.store(1, Ordering::SeqCst);
            let (charged, _) = tokio::join!(charge(), async {
                tokio::spawn(watch.clone().serve(servers.recv().await.unwrap()))
            });
            charged.unwrap();
            watch.dead.store(true, Ordering::SeqCst);
            watches.push(watch);
            sleep(Duration::from_secs(55)).await;
        }
        let heads = |watch: &Watch| watch.heads.load(Ordering::SeqCst);
        assert!(watches.iter().all(|watch| heads(watch) == 2 && watch.pings() == 1));
    });
}
