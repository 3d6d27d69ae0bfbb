//! Machinery for clients of HTTP APIs that does no I/O of its own.
//!
//! A conversation with a server (one request, a request with retries, a poll, pages, an event
//! stream) is a [`Flow`]: a state machine that is resumed with what happened and answers with
//! what to do next. A driver carries the steps out, blocking or asynchronous; the flow is the
//! same, so the two cannot drift apart.
//!
//! ```text
//!               Event: Start, Head, Chunk, End, Woke, Taken, Failed
//!            ┌───────────────────────────────────────────────────────┐
//!            │                                                       ▼
//!   ┌────────┴────────┐                                      ┌──────────────┐
//!   │ driver          │                                      │ flow         │
//!   │ (ureq, hyper,   │                                      │ no clock,    │
//!   │  your own loop) │                                      │ no socket    │
//!   └─────────────────┘                                      └───────┬──────┘
//!            ▲                                                       │
//!            └───────────────────────────────────────────────────────┘
//!               Step: Open, Read, Wait, Yield, Done
//! ```
//!
//! A walk through a call that is repeated once: `Start` is answered by `Open` with the request;
//! the driver sends it and resumes with `Head` (status 503); the flow asks to `Read` until `End`,
//! sees that the server wants a pause, answers `Wait`; after `Woke` it says `Open` again; this
//! time `Head` is 200, the chunks are collected, and `End` is answered by `Done` with the value.
//!
//! Time and chance come in with each [`Tick`]; there is no other source of them. That is what
//! makes a minute of protocol a millisecond of test.
//!
//! A [`Call`] is a flow with a transport: `.send()?` or `.await?`. [`Items`] is a flow of many
//! items: an iterator or a stream. Either gives its flow away (`into_flow`) to whoever wants to
//! drive it by hand.

mod answer;
mod args;
mod call;
mod cancel;
mod chain;
mod client_settings;
mod compose;
mod credentials;
mod depth;
mod derived;
pub mod describe;
mod drive;
mod endpoint;
mod envelope;
mod error;
mod events;
mod finite;
mod flow;
mod frames;
mod history;
mod incoming;
mod items;
mod json;
pub mod kit;
mod lenient;
mod mend;
mod multipart;
mod number;
mod open_enum;
mod outgoing;
mod pages;
mod path;
mod payload;
mod plain;
mod polls;
mod proxy;
mod raw;
#[cfg(feature = "registry")]
pub mod registry;
mod repeat;
mod resource;
mod retry;
mod rows;
mod secret;
mod service;
mod settings;
pub mod sse;
#[cfg(feature = "testing")]
pub mod testing;
mod time;
mod tracing;
mod transport;
mod tree;
mod unary;
mod verdict;
mod whole;

pub use codespar_derive::{Answer, Args, Describe, Handle, Id, WireEnum};

pub use self::{
    answer::Extra,
    call::{Call, CallFuture, CallOptions, Reply, check_limit},
    cancel::CancelHandle,
    credentials::{AuthMode, Credentials},
    describe::Describe,
    endpoint::{RequestBuilder, Route},
    error::{Error, ErrorKind, PendingApproval},
    flow::{BoxFlow, Event, Flow, Key, Step, Tick},
    items::Items,
    json::{Json, decode, decode_at, encode},
    multipart::Multipart,
    pages::Page,
    payload::Payload,
    proxy::{ConnectAnswer, ProxyRules, ProxyTarget, TunnelError},
    retry::{Retry, RetryPolicy, is_transient, retry_after},
    secret::{ApiKey, Sensitive},
    service::{BaseUrl, Dialect, IDEMPOTENCY_KEY, Limits, Refusal, Response, Service},
    settings::{Identity, Proxy, Roots, TransportSettings},
    time::Timestamp,
    transport::{
        AsyncBody, AsyncTransport, BlockingBody, BlockingTransport, Connect, Exchange, Ticker,
        Transport, TransportError, TransportErrorKind,
    },
    unary::Unary,
    verdict::{Effect, KeyRule, KeyUse, Stage, Verdict},
};
