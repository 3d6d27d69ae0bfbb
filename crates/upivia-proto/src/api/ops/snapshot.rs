//! How agents, runs, blockers and money of a workspace stand at a moment.

use codespar_engine::{Answer, Extra};

use crate::types::money::Cents;

/// How everything stands at this moment.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct OpsSnapshot {
    /// What is at work.
    pub fleet: Option<OpsFleet>,
    /// What waits for a person, or is broken.
    pub blockers: Option<OpsBlockers>,
    /// What there is to spend, and what was.
    pub spend: Option<OpsSpend>,
    /// How what happens by itself is doing.
    pub automation: Option<OpsAutomation>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What is at work: agents, rooms, runs.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct OpsFleet {
    /// How many agents may act.
    pub agents_active: Option<u64>,
    /// How many agents there are.
    pub agents_total: Option<u64>,
    /// How many rooms are open.
    pub rooms_active: Option<u64>,
    /// How many runs of workflows are under way.
    pub workflow_runs_running: Option<u64>,
    /// How many runs of workflows wait for somebody.
    pub workflow_runs_paused: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What waits for a person, or is broken.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct OpsBlockers {
    /// How many approvals are waited for.
    pub pending_approvals: Option<u64>,
    /// How many answers of people are waited for.
    pub pending_human_inputs: Option<u64>,
    /// How many incidents there are.
    pub active_incidents: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What there is to spend, and what was spent.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct OpsSpend {
    /// What there is to spend, in cents.
    pub balance_cents: Option<Cents>,
    /// What was spent this month, in cents.
    pub month_spend_cents: Option<Cents>,
    /// What will have been spent this month, in cents, as the platform guesses.
    pub forecast_month_cents: Option<Cents>,
    /// In how many days nothing will be left, as the platform guesses.
    #[wire(days)]
    pub days_until_balance_exhausted: Option<f64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How what happens by itself is doing.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct OpsAutomation {
    /// The schedulers, and when each was last heard of.
    #[wire(default)]
    pub scheduler_leases: Vec<SchedulerLease>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A scheduler of the platform.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct SchedulerLease {
    /// What it schedules.
    pub subsystem: Option<String>,
    /// Whether it was heard of lately.
    pub healthy: Option<bool>,
    /// How long ago it was last heard of, in seconds.
    #[wire(seconds)]
    pub heartbeat_age_s: Option<f64>,
    /// Members this version has no field for.
    pub extra: Extra,
}
