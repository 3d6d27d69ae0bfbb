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

mod agent_requests;
mod agents;
mod approvals;
mod audit_logs;
pub mod auth;
mod balance;
mod budget_check;
mod budget_requests;
mod chat;
mod check;
mod client;
mod config;
mod cookies;
mod delegate;
mod devices;
mod dialect;
mod keys;
mod kind;
mod knowledge;
mod memory;
mod money;
mod object;
mod outcome;
mod pages;
mod platform;
#[cfg(feature = "registry")]
pub mod registry;
mod request;
pub mod resource;
mod scheduled_tasks;
mod service_requests;
mod services;
mod spawn;
mod storage;
mod teams;
mod toolkit;
mod triggers;
mod usage;
mod wait;
mod workflows;
mod workspaces;
mod wrapped;

/// What the README shows, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

pub use codespar_engine::kit::{Condition, VerdictRow};
#[cfg(feature = "testing")]
pub use codespar_engine::testing;
pub use codespar_engine::{
    AsyncTransport, AuthMode, BlockingTransport, BoxFlow, Call, CallFuture, CallOptions,
    CancelHandle, Connect, Effect, Error, ErrorKind, Event, Exchange, Extra, Flow, Identity, Items,
    Json, KeyRule, KeyUse, Limits, Payload, PendingApproval, Proxy, Reply, RetryPolicy, Roots,
    Route, Sensitive, Stage, Step, Tick, Timestamp, Transport, TransportError, TransportErrorKind,
    TransportSettings, Verdict,
};
pub use http::Method;

pub use self::{
    agent_requests::{AgentRequestQuery, AgentRequestType, CreateAgentRequest},
    agents::{Activity, ActivityQuery, AgentList},
    approvals::{Approval, ApprovalList},
    audit_logs::{AuditLog, AuditLogQuery, AuditLogs},
    balance::Balance,
    budget_check::Budget,
    chat::{
        ApprovalAction, ChatSession, ChatSessionList, ChatSessionQuery, Continue,
        CreateChatSession, ModelChosen, TextPiece, ToolPending, Turn, TurnDone, TurnEvent,
        TurnSoFar, TurnStatus,
    },
    client::Client,
    config::{Config, Secrets},
    delegate::{
        DelegateTask, DelegatedTask, DelegatedTaskAnswer, DelegatedTaskQuery, DelegatedTasks,
        Direction,
    },
    devices::CommandStatus,
    kind::{UpiviaError, UpiviaErrorKind},
    knowledge::{
        Collection, CollectionAnswer, CollectionList, CollectionQuery, Document, DocumentAnswer,
        NewDocument,
    },
    memory::{Memories, MemorySearch},
    money::{Cents, Dollars},
    object::Object,
    outcome::{Executed, OtherOutcome, Outcome, Parked, Running, Stopped},
    request::Request,
    scheduled_tasks::{OffsetQuery, ScheduledTask, ScheduledTaskQuery},
    service_requests::{Requested, ServiceRequest},
    services::{Catalogue, CatalogueOperation, CatalogueService},
    spawn::{ServiceNames, SpawnAgent, SpawnEstimate, Spawned, SpawnedAgent},
    storage::{Download, Presigned, Stored, StoredList, StoredObject, StoredQuery, Upload},
    toolkit::{Tool, ToolOperation, ToolResult, Toolkit, format_tool_result},
    triggers::{
        CreateTrigger, CreatedTrigger, Fired, SIGNATURE, Trigger, TriggerAnswer, TriggerKind,
        TriggerList, TriggerQuery, UpdateTrigger, sign_trigger, verify_trigger,
    },
    usage::{Usage, UsageQuery},
    wait::Wait,
    workflows::{
        Run, RunAnswer, RunStatus, RunWorkflow, ShareScope, Workflow, WorkflowAnswer,
        WorkflowVersion,
    },
};

/// What the API's codes say about effects: the table by which every error is judged, but for the
/// rows of statuses that follow in it.
pub const fn verdict_rows() -> &'static [VerdictRow] {
    dialect::VERDICTS
}

/// Every route this crate calls, subject by subject.
pub fn routes() -> impl Iterator<Item = &'static Route> {
    [
        service_requests::ROUTES,
        balance::ROUTES,
        usage::ROUTES,
        approvals::ROUTES,
        audit_logs::ROUTES,
        budget_check::ROUTES,
        agents::ROUTES,
        agents::ACTIVITY_ROUTES,
        spawn::ROUTES,
        delegate::ROUTES,
        memory::ROUTES,
        workflows::ROUTES,
        workflows::RUN_ROUTES,
        workflows::AGENT_ROUTES,
        workflows::TEMPLATE_ROUTES,
        scheduled_tasks::ROUTES,
        agent_requests::ROUTES,
        services::ROUTES,
        teams::ROUTES,
        teams::MEMBER_ROUTES,
        workspaces::ROUTES,
        budget_requests::ROUTES,
        devices::ROUTES,
        devices::SESSION_ROUTES,
        devices::COMMAND_ROUTES,
        platform::ROUTES,
        chat::ROUTES,
        chat::SESSION_ROUTES,
        triggers::ROUTES,
        storage::ROUTES,
        knowledge::ROUTES,
        knowledge::DOCUMENT_ROUTES,
    ]
    .into_iter()
    .flatten()
}
