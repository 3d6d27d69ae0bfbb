//! Attempts where a thread is at its end: destructors that make calls.

use std::{cell::RefCell, sync::mpsc, thread};

use crate::support::{OK, PATIENCE, Server, answer, fetch, get, transport};

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
