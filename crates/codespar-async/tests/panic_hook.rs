//! A limit on idle connections that stands for none: a panic of the pool's own task would be seen
//! by the hook alone, which is the process's.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "it/support/mod.rs"]
mod support;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use codespar_engine::driver::AsyncTransport;

use support::{SHORT, bounded, direct, get, recording, text, transport};

#[tokio::test]
async fn connections_may_be_kept_for_ever() {
    let overflows = Arc::new(AtomicUsize::new(0));
    let (count, usual) = (Arc::clone(&overflows), std::panic::take_hook());
    std::panic::set_hook(Box::new(move |panic| {
        let overflow = panic.to_string().contains("overflow");
        count.fetch_add(usize::from(overflow), Ordering::SeqCst);
        usual(panic);
    }));
    let (server, _told) = recording().await;
    bounded(async {
        let mut settings = direct();
        settings.pool_idle_timeout = Duration::MAX;
        let transport = transport(&settings, &server.url("/"));
        for _ in 0..2 {
            let mut body = get(&transport, &server.url("/")).await.unwrap().into_body();
            assert_eq!(text(&mut body).await.unwrap(), "ok");
        }
        // The pool's own task has had its turn.
        transport.sleep(SHORT).await;
        assert_eq!(overflows.load(Ordering::SeqCst), 0);
    })
    .await;
}
