//! The CodeSpar API as values: requests out, typed envelopes in, no I/O.
//!
//! This crate knows what the API takes and gives; a driver crate (`codespar-blocking`,
//! `codespar-async`) carries it over the network. [`Client`] and [`Session`] are the same types
//! in both: each method makes a [`Call`], finished by `.send()?` or `.await?`.
//!
//! Where to find things: [`Client`] opens sessions and has a handle per subject
//! (`client.charges()`), [`Session`] has one method per operation. Arguments and answers are in
//! the module of their subject: [`charges`], [`payables`], [`webhook_endpoints`], …; those of
//! sessions in [`session`], [`chat`] and [`workflow`], those of the tools that sessions run, such
//! as `session.charge`, in [`meta_tools`]. Ids, money and other shared types are in [`types`].
//! The `webhook` and `mandate` modules verify offline what comes from elsewhere.
//!
//! Money: [`Major`] and [`Minor`] are different types, because the API uses both units. Free JSON
//! is [`Json`], kept as it came. Enumerations keep values they do not know, structs keep members
//! they do not know (`extra`).
//!
//! # Any HTTP client, any runtime
//! [`Client::offline`] makes calls without a transport. [`Call::into_exchange`] makes an
//! `http::Request` of one and reads the `http::Response` to it, typed and judged as the drivers do;
//! [`Items::into_exchange`] decodes event streams chunk by chunk. Who brings a transport of their
//! own, which gets retries, waits and lists as well, needs [`driver`].

#![cfg_attr(docsrs, feature(doc_cfg))]
#![warn(clippy::disallowed_methods, clippy::disallowed_types)]

#[cfg(feature = "tools")]
pub mod agent_tools;
mod api;
mod check;
mod client;
pub mod driver;
pub mod meta_tools;
pub mod operations;
#[cfg(feature = "registry")]
pub mod registry;
pub mod session;
pub mod types;
mod verify;

/// The account behind the key: whose it is, whether the service is well, what the account has.
pub mod account {
    #[cfg(feature = "accounts")]
    pub use crate::api::account::*;
    #[cfg(feature = "selling")]
    pub use crate::client::account::manifest::{
        DiscoveryManifest, X402Accept, X402Manifest, X402Resource,
    };
    pub use crate::client::account::{
        Health, HealthAction, HealthAlarms, HealthAttention, HealthCheck, HealthHistory,
        HealthMetrics, HealthSchema, HealthState, HealthStatus, KeyScope, Organization,
        OrganizationAccountType, ProjectName, SpendPause, UptimePoint, User, Whoami,
    };
}

/// What the README shows, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

#[cfg(feature = "metrics")]
pub use codespar_engine::metrics;
#[cfg(feature = "testing")]
pub use codespar_engine::testing;
pub use codespar_engine::{
    Call, CallOptions, CancelHandle, Effect, Error, ErrorKind, Items, Json, KeyRule, KeyUse, Page,
    Reader, Reply, RetryPolicy, Sensitive, Stage, StreamReader, Timestamp, Verdict, redacted,
};

#[cfg(feature = "accounts")]
pub use self::api::{
    account_applications, consent_records, contact_verifications, dda, events, sellers, wallet,
    wallets, webhook_endpoints,
};
#[cfg(feature = "governance")]
pub use self::api::{audit_events, bank_consents, cards, facilitator, organizations, policies};
#[cfg(feature = "commerce")]
pub use self::api::{cart, commerce_memory, counterparties, mcp_servers, payables};
#[cfg(feature = "selling")]
pub use self::api::{collect, fees, gate, meters, oauth, payment_links, paywalls};
#[cfg(feature = "webhook")]
pub use self::verify::webhook;
#[cfg(feature = "mandate")]
pub use self::verify::{mandate, receipt};
pub use self::{
    api::{
        agents, api_keys, approvals, charges, charges::CreateCharge, connections, consents,
        consumers, devolutions, funding_sources, mandates, pix, projects, providers, receipts,
        sessions, test_money, tool_calls, tools,
    },
    client::{Client, config, config::Config, request},
    meta_tools::{Buyer, Charge, ChargeArgs, ChargeMethod},
    session::{
        CreateSession, PaymentState, PaymentStatus, Preset, Reconnect, Session, ToolResult, chat,
        chat::ChatEvent, workflow,
    },
    types::{Currency, Major, Minor},
};
