//! Connections that nobody uses: for how long they are kept, and how many. On a clock that runs
//! ahead whenever nothing else is to do.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use codespar_async::{Client, Session};
use futures_util::future::join_all;
use hostile::{LONG, Request, Settings, head};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream},
    sync::mpsc::UnboundedReceiver,
    time::sleep,
};

use crate::support::{h2::ANSWER, memory};

/// Servers on connections of this process, and what they have counted.
#[derive(Clone, Default)]
struct Servers {
    made: Arc<AtomicUsize>,
    closed: Arc<AtomicUsize>,
}

impl Servers {
    fn counts(&self) -> (usize, usize) {
        (self.made.load(Ordering::SeqCst), self.closed.load(Ordering::SeqCst))
    }

    /// Answers requests on every connection, until the client closes it, or the server after so
    /// many.
    fn start(&self, mut servers: UnboundedReceiver<DuplexStream>, line: &str, requests: usize) {
        let (made, closed) = (Arc::clone(&self.made), Arc::clone(&self.closed));
        let length = format!("content-length: {}", ANSWER.len());
        let head = head("200 OK", &["content-type: application/json", &length, line]);
        let answer = Arc::new([&head, ANSWER.as_bytes()].concat());
        tokio::spawn(async move {
            while let Some(mut stream) = servers.recv().await {
                made.fetch_add(1, Ordering::SeqCst);
                let (closed, answer) = (Arc::clone(&closed), Arc::clone(&answer));
                tokio::spawn(async move {
                    for _ in 0..requests {
                        let Ok(_) = Request::receive(&mut stream).await else { break };
                        // All that are sent at once are in flight at once.
                        sleep(Duration::from_millis(10)).await;
                        stream.write_all(&answer).await.unwrap();
                    }
                    // By now it lies in the pool, and nobody is told but who looks.
                    sleep(Duration::from_secs(1)).await;
                    stream.shutdown().await.unwrap();
                    while matches!(stream.read(&mut [0; 64]).await, Ok(1..)) {}
                    closed.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
    }
}

/// A client over such servers, set up like this.
fn started(line: &str, requests: usize, set: fn(&mut Settings)) -> (Client, Session, Servers) {
    let (connector, streams) = memory::Connector::new(false);
    let mut settings = Settings::new("http://pool.test", LONG);
    set(&mut settings);
    let client = memory::client(connector, &settings);
    let session = client.session("ses_1").unwrap();
    let servers = Servers::default();
    servers.start(streams, line, requests);
    (client, session, servers)
}

/// Charges so many times at once.
async fn charge(session: &Session, times: usize) {
    let charge = async || session.execute("codespar_charge", &json!({})).await;
    let charges = join_all((0..times).map(|_| charge())).await;
    assert!(charges.iter().all(Result::is_ok), "{charges:?}");
}

fn ahead_of_the_clock<F: Future>(test: F) -> F::Output {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().start_paused(true).build().unwrap().block_on(test)
}

/// What the server says of it, how it is set, and for how many seconds a connection is kept.
type Kept = (&'static str, fn(&mut Settings), u64);

/// How long an unused connection is kept: as it is set, or less where the server says so.
#[test]
fn unused_connections_are_kept_as_long_as_settings_and_server_say() {
    const NOTHING: &str = "x-note: none";
    let cases: [Kept; 5] = [
        (NOTHING, |_| {}, 65),
        (NOTHING, |settings| settings.transport.pool_idle_timeout = Duration::from_secs(7), 7),
        ("keep-alive: timeout=10, max=1000", |_| {}, 9),
        ("keep-alive: timeout=600", |_| {}, 65),
        ("keep-alive: timeout=1", |_| {}, 0),
    ];
    for (line, set, seconds) in cases {
        ahead_of_the_clock(async {
            let (_client, session, servers) = started(line, usize::MAX, set);
            charge(&session, 1).await;
            let mut made = 1;
            if seconds > 0 {
                sleep(Duration::from_millis(seconds * 1000 - 500)).await;
                charge(&session, 1).await;
                assert_eq!(servers.counts(), (made, 0), "{line}, {seconds}");
            }
            // Used meanwhile: it counts from there. Closed soon after, though nobody calls.
            sleep(Duration::from_millis(seconds * 1000 + 6500)).await;
            assert_eq!(servers.counts(), (made, 1), "{line}, {seconds}");
            made += 1;
            charge(&session, 1).await;
            assert_eq!(servers.counts(), (made, 1), "{line}, {seconds}");
        });
    }
}

/// By default as many are kept as were in use; those that were not needed again grow old.
#[test]
fn unused_connections_are_kept_by_how_many_were_in_use_lately() {
    ahead_of_the_clock(async {
        let (_client, session, servers) = started("x-note: none", usize::MAX, |_| {});
        for _ in 0..3 {
            charge(&session, 300).await;
            assert_eq!(servers.counts(), (300, 0));
        }
        // Ten are in use from here on.
        for _ in 0..10 {
            sleep(Duration::from_secs(10)).await;
            charge(&session, 10).await;
        }
        assert_eq!(servers.counts(), (300, 290));
        charge(&session, 10).await;
        assert_eq!(servers.counts(), (300, 290), "those ten are the ones that were kept");
    });
}

#[test]
fn no_more_unused_connections_are_kept_than_is_set() {
    for most in [0, 2] {
        ahead_of_the_clock(async {
            let set: fn(&mut Settings) = match most {
                0 => |settings| settings.transport.pool_max_idle = Some(0),
                _ => |settings| settings.transport.pool_max_idle = Some(2),
            };
            let (_client, session, servers) = started("x-note: none", usize::MAX, set);
            charge(&session, 10).await;
            sleep(Duration::from_secs(2)).await;
            assert_eq!(servers.counts(), (10, 10 - most));
            charge(&session, 3).await;
            assert_eq!(servers.counts().0, 10 + 3 - most);
        });
    }
}

/// What the server closed is let go of, though nobody calls.
#[test]
fn a_hostile_close_of_unused_connections_is_noticed_without_a_call() {
    ahead_of_the_clock(async {
        let (_client, session, servers) = started("x-note: none", 1, |_| {});
        charge(&session, 20).await;
        sleep(Duration::from_secs(7)).await;
        assert_eq!(servers.counts(), (20, 20));
        charge(&session, 1).await;
        assert_eq!(servers.counts().0, 21);
    });
}
