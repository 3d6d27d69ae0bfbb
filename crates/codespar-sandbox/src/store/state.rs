//! Everything the sandbox remembers.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{
    builder::Settings,
    codespar::{
        approvals::Approval, idempotency::Keyed, mandates::attempts::Attempt,
        meta_tools::shop::Checkout, payables::Batch, sessions::Session, timers::Agenda,
        tool_calls::ToolCall, webhook_endpoints::deliveries::Job,
    },
    store::{effects::Effects, table::Table, upivia::Books},
};

#[derive(Default)]
pub(crate) struct State {
    pub(crate) ids: Ids,
    pub(crate) effects: Effects,
    pub(crate) agenda: Agenda,
    /// Deliveries whose time has come.
    pub(crate) ready: Vec<Job>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) tool_calls: Vec<ToolCall>,
    pub(crate) checkouts: Vec<Checkout>,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) approvals: Vec<Approval>,
    /// What was done under a key, of operations that honour one.
    pub(crate) keyed: Vec<Keyed>,
    pub(crate) batches: Vec<Batch>,
    pub(crate) agents: Table,
    pub(crate) api_keys: Table,
    pub(crate) cards: Table,
    pub(crate) charges: Table,
    pub(crate) connections: Table,
    pub(crate) consents: Table,
    pub(crate) consent_records: Table,
    pub(crate) consumers: Table,
    pub(crate) devolutions: Table,
    pub(crate) deliveries: Table,
    pub(crate) endpoints: Table,
    pub(crate) events: Table,
    pub(crate) files: Table,
    pub(crate) funding_sources: Table,
    pub(crate) ledger_accounts: Table,
    pub(crate) mandates: Table,
    pub(crate) payments: Table,
    pub(crate) pix_keys: Table,
    pub(crate) projects: Table,
    pub(crate) receipts: Table,
    pub(crate) shipments: Table,
    pub(crate) wallets: Table,
    pub(crate) upivia: Books,
}

impl State {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self { upivia: Books::new(settings), ..Self::default() }
    }
}

/// Makes ids: counted, so that two runs of a test see the same ones.
#[derive(Default)]
pub(crate) struct Ids {
    last: u64,
    last_request: u64,
    last_event: u64,
}

impl Ids {
    pub(crate) fn number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// An id for a request, counted apart: polls must not change the ids of things.
    pub(crate) fn request(&mut self) -> String {
        self.last_request += 1;
        format!("req_{:016}", self.last_request)
    }

    /// The number of an event or of a delivery, counted apart: they come when their time is there,
    /// and must not change the ids of things.
    pub(crate) fn event(&mut self) -> u64 {
        self.last_event += 1;
        self.last_event
    }

    pub(crate) fn event_id(&mut self) -> String {
        format!("evt_{:016}", self.event())
    }

    /// An id with this prefix and sixteen digits after it.
    pub(crate) fn with(&mut self, prefix: &str) -> String {
        format!("{prefix}_{:016}", self.number())
    }

    /// An id in the form of a random UUID.
    pub(crate) fn uuid(&mut self) -> String {
        format!("5a4db0c5-0000-4000-8000-{:012x}", self.number())
    }
}

/// A mutex that outlives a panic of whoever held it.
#[derive(Default)]
pub(crate) struct Locked<T>(Mutex<T>);

impl<T> Locked<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
