//! What a driver has to know: transports, and the conversations that they carry.
//!
//! Whoever calls the API through `codespar-blocking` or `codespar-async` needs none of this.
//! [`Call::into_flow`](crate::Call::into_flow) and [`Items::into_flow`](crate::Items::into_flow)
//! give a call as a [`Flow`], to be driven by a loop of your own.

pub use codespar_engine::{
    AsyncBody, AsyncTransport, BlockingBody, BlockingTransport, BoxFlow, CallFuture, Connect,
    Event, Exchange, Flow, Payload, Step, Tick, Ticker, Transport, TransportError,
    TransportErrorKind, TransportSettings,
};
