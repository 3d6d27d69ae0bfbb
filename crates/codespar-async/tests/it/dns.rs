//! Name lookups: shared, and where no thread is to be had.

use std::{env, thread};

use codespar_engine::driver::TransportErrorKind;
use testing_support::process::{again, passed};

use crate::support::{
    Server, bounded, direct, everything, ok, post, receive, send, text, transport,
};

/// Runs itself again with stacks larger than there is room for: then no thread can be made.
#[test]
fn without_a_thread_for_a_lookup_there_is_no_connection_and_no_panic() {
    const SERVER: &str = "TEST_SERVER_PORT";
    const TEST: &str = "without_a_thread_for_a_lookup_there_is_no_connection_and_no_panic";
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    if let Ok(port) = env::var(SERVER) {
        thread::Builder::new().spawn(|| ()).expect_err("threads can be had");
        return runtime.block_on(bounded(async {
            let transport = transport(&direct(), "http://localhost/");
            for _ in 0..2 {
                let url = format!("http://localhost:{port}/");
                let error = post(&transport, &url).await.unwrap_err();
                assert_eq!(error.kind(), TransportErrorKind::Connect);
                assert!(!error.may_have_been_sent());
                let said = everything(&error);
                assert!(said.contains("Resource temporarily unavailable"), "{said}");
            }
            // An address needs no lookup.
            let url = format!("http://127.0.0.1:{port}/");
            let mut answer = post(&transport, &url).await.unwrap();
            assert_eq!(text(answer.body_mut()).await.unwrap(), "ok");
        }));
    }
    runtime.block_on(bounded(async {
        let server = Server::start(|mut stream, _| async move {
            receive(&mut stream).await;
            send(&mut stream, &ok("ok")).await;
        })
        .await;
        let mut child = again(module_path!(), TEST);
        child
            .env(SERVER, server.addr.port().to_string())
            .env("RUST_MIN_STACK", (1_u64 << 47).to_string());
        let (tell, told) = tokio::sync::oneshot::channel();
        thread::spawn(move || tell.send(child.output().unwrap()));
        let output = told.await.unwrap();
        passed(&output);
    }));
}

#[tokio::test]
async fn names_are_looked_up_by_all_who_ask_at_once() {
    let server = Server::start(|mut stream, _| async move {
        receive(&mut stream).await;
        send(&mut stream, &ok("ok")).await;
    })
    .await;
    bounded(async {
        let url = format!("http://localhost:{}/", server.addr.port());
        let transport = transport(&direct(), &url);
        let tasks: Vec<_> = (0..50)
            .map(|_| {
                let (transport, url) = (transport.clone(), url.clone());
                tokio::spawn(async move { post(&transport, &url).await.unwrap().status() })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.unwrap(), 200);
        }
        let url = "http://no-such-host.invalid/";
        for _ in 0..2 {
            let error = post(&transport, url).await.unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::Connect);
        }
    })
    .await;
}
