//! What a transport of the caller's own builds on: transports, and the flows that they carry out.

pub use codespar_engine::{
    AsyncTransport, BlockingTransport, BoxFlow, CallFuture, Connect, Event, Exchange, Flow, Step,
    Tick, Transport, TransportError, TransportErrorKind, TransportSettings,
};
