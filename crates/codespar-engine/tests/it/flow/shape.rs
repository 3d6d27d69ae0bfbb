//! What the types promise the compiler.

use codespar_engine::{
    Call, CallFuture, Error, ErrorKind, Items, Reply,
    driver::Step,
    kit::Service,
    testing::{AsyncReplay, Replay},
};
use serde_json::Value;

use crate::support::{ok, read, shared, watch};

fn is_send<T: Send + 'static>(value: T) -> T {
    value
}

const fn is_send_sync<T: Send + Sync + 'static>() {}

#[test]
fn an_error_is_one_word_wide() {
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    assert_eq!(size_of::<Result<(), Error>>(), size_of::<usize>());
}

#[test]
fn values_can_be_shared_between_threads() {
    is_send_sync::<Error>();
    is_send_sync::<Service>();
    is_send_sync::<Reply<Value>>();
    is_send_sync::<Replay>();
    is_send_sync::<AsyncReplay>();
    is_send_sync::<codespar_engine::CancelHandle>();
    is_send_sync::<codespar_engine::Json>();
}

#[test]
fn calls_and_streams_can_be_sent_to_another_thread() {
    let call: Call<Replay, Value> = is_send(read(Replay::new().answer(ok()), &shared()));
    let answer = std::thread::Builder::new().spawn(move || call.send()).unwrap().join().unwrap();
    assert!(answer.is_ok());
    let _: Items<Replay, String> = is_send(watch(Replay::new()));
    let _: Items<AsyncReplay, String> = is_send(watch(AsyncReplay::new()));
}

/// A future that is stored under its name.
struct Stored {
    future: CallFuture<Value>,
}

#[test]
fn futures_have_a_name() {
    let stored = Stored { future: read(AsyncReplay::new().answer(ok()), &shared()).into_future() };
    let mut future = is_send(stored.future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let polled = std::pin::Pin::new(&mut future).poll(&mut context);
    assert!(matches!(polled, std::task::Poll::Ready(Ok(_))));
}

#[test]
fn a_step_stays_small_enough_to_be_moved() {
    assert!(size_of::<Step<(), ()>>() <= 512, "{}", size_of::<Step<(), ()>>());
}

#[test]
fn kinds_have_words() {
    assert_eq!(ErrorKind::Canceled.as_str(), "canceled");
}
