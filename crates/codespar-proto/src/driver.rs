//! What a transport of the caller's own builds on: transports, and the flows that they carry out.

pub use codespar_engine::{
    AsyncBody, AsyncTransport, BlockingBody, BlockingTransport, BoxFlow, CallFuture, Connect,
    Event, Exchange, Flow, Key, Step, Tick, Ticker, Transport, TransportError, TransportErrorKind,
    TransportSettings,
};
