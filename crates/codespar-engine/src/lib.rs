//! Machinery for clients of HTTP APIs that does no I/O of its own.
//!
//! A conversation with a server (one request, a request with retries, a poll, pages, an event
//! stream) is a [`Flow`](driver::Flow): a state machine that is resumed with what happened and
//! answers with what to do next. A driver carries the steps out, blocking or asynchronous; the flow
//! is the same, so the two cannot drift apart.
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
//! Time and chance come in with each [`Tick`](driver::Tick); there is no other source of them. That
//! is what makes a minute of protocol a millisecond of test.
//!
//! A [`Call`] is a flow with a transport: `.send()?` or `.await?`. [`Items`] is a flow of many
//! items: an iterator or a stream. Either gives its flow away (`into_flow`) to whoever wants to
//! drive it by hand.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![warn(clippy::disallowed_methods, clippy::disallowed_types)]

mod api_client;
mod call;
mod check;
mod client_settings;
mod derived;
pub mod describe;
mod drive;
pub mod driver;
mod endpoints;
mod error;
mod flow;
mod http;
mod json;
pub mod kit;
#[cfg(feature = "metrics")]
pub mod metrics;
#[cfg(feature = "registry")]
pub mod registry;
mod secret;
pub mod sse;
#[cfg(feature = "testing")]
pub mod testing;
mod time;
mod transport;
mod verdict;

/// What the README shows, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

pub use codespar_derive::{Answer, Args, Describe, Handle, Id, Setters, WireEnum};

pub use self::{
    call::{
        Call, CallFuture,
        cancel::CancelHandle,
        exchange::{Reader, StreamReader},
        items::Items,
        local::{LocalCallFuture, LocalItems},
        options::CallOptions,
        reply::Reply,
    },
    describe::{Describe, redacted},
    error::{Error, ErrorKind, PendingApproval},
    flow::{
        fetch::{FileContent, incoming::FilePiece},
        pages::Page,
    },
    http::{
        content::{Content, Progress},
        multipart::Multipart,
        payload::Payload,
        retry::RetryPolicy,
        service::Limits,
    },
    json::{Json, members::Extra},
    secret::Sensitive,
    time::Timestamp,
    transport::settings::{Identity, Proxy, Roots, TransportSettings},
    verdict::{Effect, KeyRule, KeyUse, Stage, Verdict},
};
