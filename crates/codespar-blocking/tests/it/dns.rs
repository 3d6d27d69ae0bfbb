//! Name lookups where no thread is to be had.

use std::{env, thread};

use codespar_engine::driver::TransportErrorKind as Kind;
use testing_support::process::{again, passed};

use crate::support::{OK, Server, answer, fetch, post, transport};

/// Runs itself again with stacks larger than there is room for: then no thread can be made.
#[test]
fn without_a_thread_for_a_lookup_there_is_no_connection_and_no_panic() {
    const SERVER: &str = "TEST_SERVER_PORT";
    const TEST: &str = "without_a_thread_for_a_lookup_there_is_no_connection_and_no_panic";
    if let Ok(port) = env::var(SERVER) {
        thread::Builder::new().spawn(|| ()).expect_err("threads can be had");
        let transport = transport();
        for _ in 0..2 {
            let url = format!("http://localhost:{port}/");
            let error = fetch(&transport, post(&url, "x")).unwrap_err();
            assert_eq!((error.kind(), error.may_have_been_sent()), (Kind::Connect, false));
            assert!(error.to_string().contains("Resource temporarily unavailable"), "{error}");
        }
        // An address needs no lookup.
        let url = format!("http://127.0.0.1:{port}/");
        assert_eq!(fetch(&transport, post(&url, "x")).unwrap().0, 200);
        return;
    }
    let server = Server::new(vec![answer(OK)]);
    let output = again(module_path!(), TEST)
        .env(SERVER, server.address.port().to_string())
        .env("RUST_MIN_STACK", (1_u64 << 47).to_string())
        .output()
        .unwrap();
    passed(&output);
    assert_eq!(server.heard(), ["POST / HTTP/1.1"]);
}
