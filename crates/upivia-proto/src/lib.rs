//! The Upivia API as values: requests out, typed answers in, no I/O.
//!
//! This crate knows what the API takes and gives; a driver crate (`codespar-blocking`,
//! `codespar-async`, feature `upivia`) carries it over the network. [`Client`] is the same type in
//! both: each method makes a [`Call`], finished by `.send()?` or `.await?`.
//!
//! Where to find things: one file per subject, with its arguments, its answers and its endpoint
//! rows together. Each subject has a handle: `client.agents().reset_key(id)`,
//! `client.workflows().runs().create(…)`.
//!
//! Money: [`Cents`] on the wire, [`Dollars`] where people say them; both are exact. Answers are
//! typed where the API's documents show their members, and keep what they do not know (`extra`);
//! where nothing is documented, they are an [`Object`], to be read as a struct of the caller's.
//! An answer about one thing that does not say its id has the id that was asked about.
//! Enumerations keep values they do not know.
//!
//! Credentials: each endpoint says in its row what it takes, see [`auth`].

#![cfg_attr(docsrs, feature(doc_cfg))]
#![warn(clippy::disallowed_methods, clippy::disallowed_types)]

#[cfg(feature = "tools")]
pub mod agent_tools;
mod api;
pub mod chat;
mod client;
#[cfg(feature = "registry")]
pub mod registry;
mod routes;
pub mod settings;
pub mod toolkit;
mod types;
pub mod verdicts;

/// What the README shows, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

#[cfg(feature = "metrics")]
pub use codespar_engine::metrics;
#[cfg(feature = "testing")]
pub use codespar_engine::testing;
pub use codespar_engine::{
    Call, CallFuture, CallOptions, CancelHandle, ErrorKind, Items, Json, PendingApproval, Reader,
    Reply, Sensitive, StreamReader, Timestamp, Verdict, driver,
    kit::{Error, Extra, Route},
    redacted,
};

pub use self::{
    api::{
        agent_requests, agents, approvals, audit_logs, balance, budget_check, budget_requests,
        delegate, devices, human_input, knowledge, memory, ops, platform, rooms, scheduled_tasks,
        service_requests, services, simulations, spawn, storage, swarms, teams, triggers, usage,
        workflows, workspaces,
    },
    client::{Client, auth, config::Config, request},
    routes::routes,
    service_requests::ServiceRequest,
    types::{
        error_kind::{UpiviaError, UpiviaErrorKind},
        money::{Cents, Dollars},
        object::Object,
        outcome::{self, Outcome},
        wait::Wait,
    },
};

/// What the examples of this crate's documentation stand in.
#[doc(hidden)]
pub mod doctest {
    pub use crate::{Client, Error, driver::BlockingTransport};

    pub type Result = std::result::Result<(), Error>;
}
