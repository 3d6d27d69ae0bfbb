//! Everything the sandbox remembers.

use crate::store::{
    books::Books,
    effects::Effects,
    ids::Ids,
    records::{
        audit::AuditLog,
        batch::Batch,
        checkout::Checkout,
        delivery::Delivery,
        idempotency::IdempotentRequest,
        organization::SpendPause,
        payment::{Approval, Attempt},
        session::Session,
        tool_call::ToolCallRecord,
        unanswered::Unanswered,
    },
    selling::SellingState,
    settings::Settings,
    table::Table,
    timers::Timers,
    upivia::UpiviaState,
};

#[derive(Default)]
pub(crate) struct State {
    pub(crate) ids: Ids,
    pub(crate) effects: Effects,
    pub(crate) timers: Timers,
    /// Deliveries whose time has come.
    pub(crate) ready: Vec<Delivery>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) tool_calls: Vec<ToolCallRecord>,
    pub(crate) checkouts: Vec<Checkout>,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) approvals: Vec<Approval>,
    /// Transfers and devolutions that the rail has not answered.
    pub(crate) unanswered: Unanswered,
    /// What was done, as the organization reads it.
    pub(crate) audit: AuditLog,
    /// Whether the organization has stopped all spending.
    pub(crate) pause: SpendPause,
    /// What was done under a key, of operations that honour one.
    pub(crate) idempotent: Vec<IdempotentRequest>,
    pub(crate) batches: Vec<Batch>,
    pub(crate) books: Books,
    pub(crate) account_applications: Table,
    pub(crate) agents: Table,
    pub(crate) anomalies: Table,
    pub(crate) api_keys: Table,
    pub(crate) bank_consents: Table,
    /// What cards are issued by: each has its card once that is there.
    pub(crate) card_issues: Table,
    pub(crate) cards: Table,
    pub(crate) charges: Table,
    pub(crate) connections: Table,
    pub(crate) counterparties: Table,
    pub(crate) consents: Table,
    pub(crate) consent_records: Table,
    pub(crate) consumers: Table,
    pub(crate) contact_verifications: Table,
    pub(crate) dda_subscriptions: Table,
    pub(crate) devolutions: Table,
    pub(crate) deliveries: Table,
    pub(crate) endpoints: Table,
    pub(crate) events: Table,
    pub(crate) files: Table,
    /// Transfers that others signed and the facilitator has carried out.
    pub(crate) foreign_authorizations: Table,
    pub(crate) funding_sources: Table,
    pub(crate) interactions: Table,
    pub(crate) ledger_accounts: Table,
    pub(crate) mandates: Table,
    /// What was paid under mandates, as their ledger has it.
    pub(crate) mandate_debits: Table,
    pub(crate) org_mandates: Table,
    pub(crate) mcp_servers: Table,
    pub(crate) negotiations: Table,
    pub(crate) payables: Table,
    pub(crate) payments: Table,
    pub(crate) pix_codes: Table,
    pub(crate) pix_keys: Table,
    pub(crate) policies: Table,
    pub(crate) policy_evaluations: Table,
    pub(crate) preferences: Table,
    pub(crate) projects: Table,
    pub(crate) receipts: Table,
    pub(crate) sellers: Table,
    pub(crate) selling: SellingState,
    pub(crate) shipments: Table,
    pub(crate) statement_lines: Table,
    pub(crate) wallets: Table,
    pub(crate) wallet_sources: Table,
    pub(crate) upivia: UpiviaState,
}

impl State {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self { upivia: UpiviaState::new(settings), ..Self::default() }
    }
}
