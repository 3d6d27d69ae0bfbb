//! Whether the audit trail is whole (`/v1/audit-events/health`).

use codespar_engine::{Answer, Call, Extra, Timestamp, WireEnum, driver::Transport, endpoints};

use crate::api::audit_events::AuditEvents;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Says whether the audit trail is whole; a break that is found is written down.
    fn health() -> AuditHealth: "audit_events.health" GET "/v1/audit-events/health";
}

impl<T: Transport> AuditEvents<T> {
    /// Whether the trail is whole (`GET /v1/audit-events/health`). Go by
    /// [`actionable_status`](AuditHealth::actionable_status): `status` is `healthy` also while
    /// entries are still to be checked.
    ///
    /// **This read writes**: where it finds a break it opens an incident, one however often it is
    /// asked.
    ///
    /// Idempotency: a read, repeated where it fails for a moment; a break is written down once.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let health = client.audit_events().health().send()?;
    /// println!("{:?}: {:?}", health.actionable_status, health.detail);
    /// # Ok(()) }
    /// ```
    pub fn health(&self) -> Call<T, AuditHealth> {
        self.client().call(health(self.client().service()))
    }
}

/// Whether the audit trail is whole, roughly.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AuditHealthStatus {
    /// No break is known; it may not all be checked.
    Healthy,
    /// A break is known, or it is not checked in time.
    Degraded,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Whether the audit trail is whole, as precisely as is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AuditAdvice {
    /// All entries are being checked for the first time.
    Verifying,
    /// It is whole.
    Healthy,
    /// New entries are still to be checked.
    CatchingUp,
    /// A part of it cannot be checked.
    LinkUnverifiable,
    /// It is not checked in time.
    Degraded,
    /// It is broken.
    Broken,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Whether the audit trail is whole.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AuditHealth {
    /// Whether it is whole, roughly.
    pub status: Option<AuditHealthStatus>,
    /// Whether it is whole, as precisely as is known.
    pub actionable_status: Option<AuditAdvice>,
    /// The number of the last entry.
    pub last_sequence_number: Option<u64>,
    /// When it was checked last.
    pub last_checked_at: Option<Timestamp>,
    /// More about it, in words.
    pub detail: Option<String>,
    /// How much of it was checked.
    pub verification: Option<AuditCoverage>,
    /// Where it was found to be broken.
    pub incidents: Option<AuditIncidentCount>,
    /// How far the first check of all entries has come.
    pub initial_walk: Option<AuditWalk>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How much of the audit trail was checked.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AuditCoverage {
    /// How many days back entries are checked.
    #[wire(days)]
    pub window_days: Option<u64>,
    /// The number of the entry up to which all were checked.
    pub watermark_sequence: Option<u64>,
    /// When that entry was checked.
    pub watermark_at: Option<Timestamp>,
    /// The hash of that entry.
    pub watermark_entry_hash: Option<String>,
    /// Which part was checked, from 0 to 1.
    pub coverage_ratio: Option<f64>,
    /// When the new entry was checked that was not checked for longest.
    pub hot_bucket_oldest_verified_at: Option<Timestamp>,
    /// After how many seconds a new entry is checked again.
    #[wire(seconds)]
    pub hot_bucket_max_staleness_seconds: Option<u64>,
    /// Whether the end of the trail was found whole.
    pub writer_tip_check_passed: Option<bool>,
    /// When the end of the trail was checked.
    pub writer_tip_check_at: Option<Timestamp>,
    /// What is known of the links between entries.
    pub chain_link_check: Option<AuditLinks>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What is known of the links between entries.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AuditLinks {
    /// How many parts cannot be checked.
    pub unverifiable_segments: Option<u64>,
    /// The oldest part that cannot be checked.
    pub oldest_unverifiable_segment: Option<AuditGap>,
    /// Whether the end of the trail cannot be checked.
    pub writer_tip_link_unverifiable: Option<bool>,
    /// The break that checks do not get past; the API does not say if that is the number of an
    /// entry.
    #[wire(undocumented)]
    pub watermark_pinned_by_break_at: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Why a part of the audit trail cannot be checked.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AuditGapReason {
    /// Numbers are missing.
    SequenceGap,
    /// There is nothing to check it by.
    NoAnchor,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A part of the audit trail that cannot be checked.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AuditGap {
    /// The number of its first entry.
    pub from_sequence: Option<u64>,
    /// The number of its last entry.
    pub to_sequence: Option<u64>,
    /// Why it cannot be checked.
    pub reason: Option<AuditGapReason>,
    /// When that was found first.
    pub first_detected_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Where the audit trail was found to be broken.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AuditIncidentCount {
    /// How many incidents are open.
    pub open_count: Option<u64>,
    /// How many were closed in the last thirty days.
    pub acknowledged_count_30d: Option<u64>,
    /// Whether there are more open ones than are listed.
    pub open_truncated: Option<bool>,
    /// Five of those that are open, at most.
    #[wire(default)]
    pub open: Vec<OpenIncident>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// An incident that is open, in short.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct OpenIncident {
    /// The id of the incident.
    pub id: Option<String>,
    /// When it was found.
    pub detected_at: Option<Timestamp>,
    /// The number of the entry at which it was found.
    pub detected_at_sequence: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How far the first check of all entries has come.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AuditWalk {
    /// Whether it is under way.
    pub in_progress: Option<bool>,
    /// When it was begun.
    pub started_at: Option<Timestamp>,
    /// How many entries were checked.
    pub events_processed: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}
