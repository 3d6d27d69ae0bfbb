//! The CodeSpar API as values: requests out, typed envelopes in, no I/O.
//!
//! This crate knows what the API takes and gives; a driver crate (`codespar-blocking`,
//! `codespar-async`) carries it over the network. [`Client`] and [`Session`] are the same types
//! in both: each method makes a [`Call`], finished by `.send()?` or `.await?`.
//!
//! Where to find things: one file per subject, with its arguments, its answers and its endpoint
//! rows together. [`Session`] has one method per operation, [`Client`] opens sessions.
//!
//! Money: [`Major`] and [`Minor`] are different types, because the API uses both units. Free JSON
//! is [`Json`], kept as it came. Enumerations keep values they do not know, structs keep members
//! they do not know (`extra`).

mod account;
mod args;
mod called;
mod catalog;
mod charge;
mod chat;
mod client;
mod config;
mod connections;
mod create;
mod dialect;
mod governance;
mod hooks;
mod ids;
mod links;
#[cfg(feature = "mandate")]
pub mod mandate;
mod money;
mod pay;
mod projects;
mod refusal;
pub mod request;
pub mod resource;
mod session;
mod sessions;
mod status;
mod time;
mod tool_calls;
mod tools;
#[cfg(feature = "webhook")]
pub mod webhook;

#[cfg(feature = "testing")]
pub use codespar_engine::testing;
pub use codespar_engine::{
    AsyncTransport, BlockingTransport, BoxFlow, Call, CallFuture, CallOptions, CancelHandle,
    Connect, Error, ErrorKind, Event, Exchange, Extra, Flow, Identity, Items, Json, Limits,
    Payload, Proxy, Reply, RetryPolicy, Route, Sensitive, Step, Tick, Transport, TransportError,
    TransportErrorKind, TransportSettings,
};

pub use self::{
    called::Called,
    charge::{Buyer, Charge, ChargeArgs, ChargeMethod},
    chat::{
        AssistantText, CallStatus, ChatEvent, SendResult, ToolCallRecord, ToolOutput, ToolUse,
        TurnError, UserMessage,
    },
    client::Client,
    config::{Config, MANAGED_URL},
    connections::{AuthType, Connections, ConnectionsWait, ServerConnection, Tool},
    create::{CreateSession, Mock, Preset, ServerSpec, SessionStatus},
    ids::{SessionId, ToolCallId},
    money::{Currency, Major, Minor},
    pay::{Pay, PayAction, PayArgs, PayMethod},
    refusal::{ToolOutcome, ToolRefusal},
    session::{Closed, McpConfig, ServerRef, Session, SessionInfo},
    status::{
        PaymentEvent, PaymentState, PaymentStatus, VerificationEvent, VerificationState,
        VerificationStatus,
    },
    time::Timestamp,
    tools::ToolResult,
};

/// Every route this crate calls, subject by subject.
pub fn routes() -> impl Iterator<Item = &'static Route> {
    [
        create::ROUTES,
        session::ROUTES,
        connections::ROUTES,
        tools::ROUTES,
        chat::ROUTES,
        charge::ROUTES,
        pay::ROUTES,
        status::ROUTES,
    ]
    .into_iter()
    .flatten()
}
