//! What a transport of your own is made with: requests out, responses in, and the flows between.
//!
//! **Without a transport**, calls are values:
//! [`Call::into_exchange`](crate::Call::into_exchange) gives an `http::Request` to be sent by any
//! HTTP client and a [`Reader`](crate::Reader) of its answer,
//! [`Items::into_exchange`](crate::Items::into_exchange) the same for event streams. Nothing else
//! of this module is needed for that.
//!
//! **With a transport** there is more: retries, waits, lists, time limits. One implements
//! [`BlockingTransport`], [`AsyncTransport`] or, where futures cannot be sent between threads,
//! [`LocalTransport`].
//!
//! **By hand**, a [`Flow`] is driven, as [`Call::into_flow`](crate::Call::into_flow) and
//! [`Items::into_flow`](crate::Items::into_flow) give it away: by [`drive`] and [`drive_local`], or
//! by a loop of one's own.

pub use crate::{
    drive::by_hand::{drive, drive_local},
    flow::{
        BoxFlow, Event, Flow, Key, Step,
        fetch::received::Received,
        tick::{Tick, TickSource},
    },
    http::{
        content::failure::ContentError,
        payload::{
            Payload,
            outgoing::{Next, Outgoing},
        },
    },
    transport::{
        AsyncBody, AsyncTransport, BlockingBody, BlockingTransport, Clock, Connect, Exchange,
        LocalBody, LocalTransport, NoTransport, Transport, TransportError, TransportErrorKind,
        idle::{RecentPeak, keep_alive_timeout},
        proxy::{
            ProxyRules, ProxyTarget,
            connect::{ConnectAnswer, TunnelError},
        },
        ticker::Ticker,
    },
};
