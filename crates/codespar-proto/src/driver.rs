//! What a transport of the caller's own builds on: transports, and the flows they carry out.
//!
//! With an HTTP client of your own none of it is needed:
//! [`Client::offline`](crate::Client::offline) makes calls that become an `http::Request` and a
//! reader of its answer, by [`Call::into_exchange`](crate::Call::into_exchange). Transports are for
//! whoever wants retries, waits, lists and time limits, too.

pub use codespar_engine::{
    CallFuture, LocalCallFuture, LocalItems, TransportSettings,
    driver::{
        AsyncBody, AsyncTransport, BlockingBody, BlockingTransport, BoxFlow, Clock, Connect, Event,
        Exchange, Flow, Key, LocalBody, LocalTransport, NoTransport, Step, Tick, TickSource,
        Ticker, Transport, TransportError, TransportErrorKind, drive, drive_local,
    },
};
