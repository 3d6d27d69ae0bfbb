//! What a transport of the caller's own builds on: transports, and the flows that they carry out.

pub use codespar_engine::{
    CallFuture, TransportSettings,
    driver::{
        AsyncBody, AsyncTransport, BlockingBody, BlockingTransport, BoxFlow, Clock, Connect, Event,
        Exchange, Flow, Key, NoTransport, Step, Tick, TickSource, Ticker, Transport,
        TransportError, TransportErrorKind,
    },
};
