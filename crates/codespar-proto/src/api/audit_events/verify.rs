//! Checks of the audit trail by the server (`/v1/audit-events/verify`).

use codespar_engine::{
    Answer, Args, Call, Extra, Timestamp, WireEnum, driver::Transport, endpoints,
};

use crate::api::audit_events::{AuditEvents, health::AuditGapReason};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Checks the entries of the audit trail between two times.
    fn verify(; json: &VerifyAudit) -> AuditVerification:
        "audit_events.verify" POST "/v1/audit-events/verify" Safe, effect Reads;
}

impl<T: Transport> AuditEvents<T> {
    /// Checks the entries between two times (`POST /v1/audit-events/verify`), 50000 at most.
    /// `unverified` is neither good nor bad: there was nothing to check by.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `invalid_iso_8601`, `from_after_to` (400), `interval_too_large` (413),
    /// `interval_empty` (422).
    ///
    /// ```
    /// use codespar_proto::audit_events::VerifyAudit;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let day = VerifyAudit::new("2026-10-06T00:00:00Z", "2026-10-07T00:00:00Z");
    /// let checked = client.audit_events().verify(&day).send()?;
    /// println!("{:?} {:?}", checked.status, checked.first_violation);
    /// # Ok(()) }
    /// ```
    pub fn verify(&self, args: &VerifyAudit) -> Call<T, AuditVerification> {
        self.client().call(verify(self.client().service(), args))
    }
}

/// Which entries are checked.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct VerifyAudit {
    /// From when on, that time included (RFC 3339).
    #[wire(into)]
    pub from: Timestamp,
    /// Until when, that time included (RFC 3339).
    #[wire(into)]
    pub to: Timestamp,
}

/// What came of checking entries.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AuditVerdict {
    /// They are whole.
    Verified,
    /// There was nothing to check a part of them by.
    Unverified,
    /// They are broken.
    Broken,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What was found wrong with an entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AuditCheck {
    /// It does not follow from the one before.
    ChainLinkBreakDetected,
    /// It is not what its hash says.
    ChainIntegrityBreakDetected,
    /// It was erased, and nothing says why.
    TombstoneWitnessMissing,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What came of checking entries of the audit trail.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AuditVerification {
    /// What came of it.
    pub status: Option<AuditVerdict>,
    /// Between which times.
    pub interval: Option<AuditInterval>,
    /// Between which numbers.
    pub sequence_range: Option<AuditSequenceRange>,
    /// How many entries there are.
    pub events_in_interval: Option<u64>,
    /// How many entries were looked at.
    pub events_walked: Option<u64>,
    /// How many entries are whole.
    pub events_verified: Option<u64>,
    /// The number of the entry up to which all are whole.
    pub verified_through_sequence: Option<u64>,
    /// The first entry with which something is wrong.
    pub first_violation: Option<AuditViolation>,
    /// Parts that cannot be checked, 20 at most.
    #[wire(default)]
    pub unverified_segments: Vec<AuditSegment>,
    /// How many such parts there are.
    pub unverified_segment_count: Option<u64>,
    /// When it was checked (RFC 3339).
    pub checked_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Between which times entries were checked.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AuditInterval {
    /// From when on (RFC 3339).
    pub from: Option<Timestamp>,
    /// Until when (RFC 3339).
    pub to: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Between which numbers entries were checked.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AuditSequenceRange {
    /// The number of the first entry.
    pub from: Option<u64>,
    /// The number of the last entry.
    pub to: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// An entry with which something is wrong.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AuditViolation {
    /// The number of the entry.
    pub sequence_number: Option<u64>,
    /// What is wrong with it.
    pub check: Option<AuditCheck>,
    /// More about it, in words.
    pub detail: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A part of the entries that cannot be checked.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AuditSegment {
    /// The number of its first entry.
    pub from_sequence: Option<u64>,
    /// The number of its last entry.
    pub to_sequence: Option<u64>,
    /// Why it cannot be checked.
    pub reason: Option<AuditGapReason>,
    /// More about it, in words.
    pub detail: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}
