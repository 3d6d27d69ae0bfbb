//! Ten thousand payments followed at once, in one process.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::{net::SocketAddr, sync::Arc, time::Duration};

use codespar_async::{Client, HyperTransport};
use codespar_proto::{Config, PaymentState, Reconnect};
use futures_util::{StreamExt as _, stream};
use hostile::{chunk, config, stream_head};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
};

const MOST: u64 = 10_000;
/// Files that are open besides.
const OTHERS: u64 = 100;

const SNAPSHOT: &str = "event: snapshot\ndata: {\"payment_status\":\"pending\"}\n\n";
const REST: &str = "event: update\ndata: {\"payment_status\":\"succeeded\"}\n\n\
                    event: done\ndata: {\"reason\":\"terminal\"}\n\n";

/// How many streams this process may hold, both ends of each.
fn allowed() -> usize {
    let wanted = 2 * MOST + OTHERS;
    let limit = rlimit::increase_nofile_limit(wanted).unwrap_or(1024);
    let streams = MOST.min(limit.saturating_sub(OTHERS) / 2);
    if streams < MOST {
        println!("{streams} streams instead of {MOST}: this process may open {limit} files");
    }
    usize::try_from(streams).unwrap()
}

/// Sends a snapshot; the rest when it is told to.
async fn follow(mut stream: TcpStream, mut settled: watch::Receiver<bool>) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    stream.write_all(&[stream_head(), chunk(SNAPSHOT)].concat()).await?;
    // The sender outlives all streams.
    let _ = settled.wait_for(|settled| *settled).await;
    stream.write_all(&[chunk(REST), chunk("")].concat()).await
}

async fn serve(settled: watch::Receiver<bool>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(follow(stream, settled.clone()));
        }
    });
    address
}

async fn all_at_once(streams: usize) {
    let (settle, settled) = watch::channel(false);
    let address = serve(settled).await;
    let limit = Duration::from_secs(120);
    let config: Config = config(&format!("http://{address}"), limit);
    let client: Client = codespar_proto::Client::<HyperTransport>::with_config(config).unwrap();
    let session = Arc::new(client.session("ses_1").unwrap());
    let opening = stream::iter(0..streams).map(|number| {
        let session = Arc::clone(&session);
        tokio::spawn(async move {
            let mut states =
                session.payment_status_stream(format!("tc_{number}"), Reconnect::Never);
            let first = states.next().await.unwrap().unwrap();
            (first.payment_status, states)
        })
    });
    // A listener takes only so many at a time; those beyond would wait for seconds.
    let open: Vec<_> = opening.buffer_unordered(100).collect().await;
    // All of them are open now, and none of them has been told more than the first state.
    settle.send(true).unwrap();
    let mut ended = 0;
    for opened in open {
        let (first, mut states) = opened.unwrap();
        assert_eq!(first, PaymentState::Pending);
        assert_eq!(states.next().await.unwrap().unwrap().payment_status, PaymentState::Succeeded);
        assert!(states.next().await.is_none());
        ended += 1;
    }
    assert_eq!(ended, streams);
}

#[test]
fn hostile_crowds_of_streams_are_all_served() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let streams = allowed();
    runtime.block_on(async {
        tokio::time::timeout(Duration::from_secs(300), all_at_once(streams)).await.unwrap();
    });
}
