//! Where a process or a thread is at its end: no thread to be had, and destructors that make calls.

use std::{cell::RefCell, env, sync::mpsc, thread};

use codespar_engine::TransportErrorKind as Kind;

use crate::support::{OK, PATIENCE, Server, again, answer, fetch, get, passed, post, transport};

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

/// Makes a call when its thread ends.
struct LastCall(mpsc::Sender<(u16, Vec<u8>)>, String);

impl Drop for LastCall {
    fn drop(&mut self) {
        let Self(told, url) = self;
        let answer = fetch(&transport(), get(url)).unwrap();
        told.send(answer).unwrap();
    }
}

thread_local! {
    static LAST: RefCell<Option<LastCall>> = const { RefCell::new(None) };
}

#[test]
fn a_call_from_a_destructor_of_a_thread_is_served() {
    for called_before in [false, true] {
        let server = Server::new((0..2).map(|_| answer(OK)).collect());
        let (tell, told) = mpsc::channel();
        let (first, last) = (server.url("/first"), server.url("/last"));
        let thread = thread::spawn(move || {
            let call = || assert_eq!(fetch(&transport(), get(&first)).unwrap().0, 200);
            // The destructors of a thread run in the order of the first uses, or against it.
            if called_before {
                call();
            }
            LAST.set(Some(LastCall(tell, last)));
            if !called_before {
                call();
            }
        });
        assert_eq!(told.recv_timeout(PATIENCE).unwrap(), (200, b"ok".to_vec()));
        thread.join().unwrap();
    }
}
