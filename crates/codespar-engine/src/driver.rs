//! What a transport of your own is made with: requests out, responses in, and the flows between.
//!
//! A transport implements [`BlockingTransport`] or [`AsyncTransport`]; a runtime that has neither
//! drives a [`Flow`] by hand, as [`Call::into_flow`](crate::Call::into_flow) and
//! [`Items::into_flow`](crate::Items::into_flow) give it away.

pub use crate::{
    flow::{
        BoxFlow, Event, Flow, Key, Step,
        tick::{Tick, TickSource},
    },
    http::payload::Payload,
    transport::{
        AsyncBody, AsyncTransport, BlockingBody, BlockingTransport, Clock, Connect, Exchange,
        NoTransport, Ticker, Transport, TransportError, TransportErrorKind,
        idle::{RecentPeak, keep_alive_timeout},
        proxy::{
            ProxyRules, ProxyTarget,
            connect::{ConnectAnswer, TunnelError},
        },
    },
};
