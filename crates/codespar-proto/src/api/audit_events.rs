//! The audit trail of the organization (`/v1/audit-events`).

pub(crate) mod anchors;
pub(crate) mod export;
pub(crate) mod health;
pub(crate) mod verify;

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Items, Json, Page, Timestamp, WireEnum,
    driver::Transport, endpoints, kit::Response,
};

pub use self::{
    anchors::{
        AnchorDocument, AnchorStatus, AnchorVerdict, AnchorVerification, AuditAnchor, ListAnchors,
    },
    export::{AuditExport, AuditManifest, ExportAudit},
    health::{
        AuditAdvice, AuditCoverage, AuditGap, AuditGapReason, AuditHealth, AuditHealthStatus,
        AuditIncidentCount, AuditLinks, AuditWalk, OpenIncident,
    },
    verify::{
        AuditCheck, AuditInterval, AuditSegment, AuditSequenceRange, AuditVerdict,
        AuditVerification, AuditViolation, VerifyAudit,
    },
};
use crate::{
    api::answer::require_list,
    check::{check_filled, check_range},
    client::Client,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the entries of the audit trail, newest first.
    fn list_page(; query: &ListAuditEvents) -> Page<AuditEvent>:
        "audit_events.list" GET "/v1/audit-events", read page, pages list;
    /// Lists where the audit trail was found to be broken, newest first.
    fn incidents(; query: &ListAuditIncidents) -> Vec<AuditIncident>:
        "audit_events.incidents" GET "/v1/audit-events/incidents", read rows;
    /// Says how closely the audit trail is watched.
    fn config() -> AuditConfig: "audit_events.config" GET "/v1/audit-events/config";
}

/// The audit trail of the organization: entries, each of which has the hash of the one before
/// (`/v1/audit-events`).
#[derive(Handle)]
#[handle(Client.audit_events)]
pub struct AuditEvents<T> {
    client: Client<T>,
}

impl<T: Transport> AuditEvents<T> {
    /// All entries that fit, newest first (`GET /v1/audit-events`), page after page: of the last
    /// seven days unless said otherwise.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// As items: `Config` naming `limit`; `Decode` when the server leads in circles; `Api` with
    /// `invalid_iso_8601`, `from_after_to`, `invalid_actor_kind`, `invalid_project_id`.
    ///
    /// ```
    /// use codespar_proto::audit_events::ListAuditEvents;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = ListAuditEvents::default().event_type("commerce.");
    /// for event in client.audit_events().list(&args) {
    ///     let event = event?;
    ///     println!("{:?} {:?}", event.sequence_number, event.event_type);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self, args: &ListAuditEvents) -> Items<T, AuditEvent> {
        self.client().items(list(self.client().service(), args))
    }

    /// One page of them, and the cursor of the next. The last full page may name a next one, which
    /// is empty.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`.
    ///
    /// ```
    /// use codespar_proto::audit_events::ListAuditEvents;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let page = client.audit_events().list_page(&ListAuditEvents::default().limit(20)).send()?;
    /// let next = page.next.map(|cursor| ListAuditEvents::default().cursor(cursor));
    /// # Ok(()) }
    /// ```
    #[doc(alias = "page")]
    pub fn list_page(&self, args: &ListAuditEvents) -> Call<T, Page<AuditEvent>> {
        self.client().call(list_page(self.client().service(), args))
    }

    /// Lists where the trail was found to be broken, newest first (`GET
    /// /v1/audit-events/incidents`): what is open unless said otherwise, 100 at most. Only people
    /// close one.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `status`; `Api` with `invalid_status`.
    ///
    /// ```
    /// use codespar_proto::audit_events::ListAuditIncidents;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for incident in client.audit_events().incidents(&ListAuditIncidents::default()).send()? {
    ///     println!("{:?} {:?}", incident.detected_at, incident.status);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn incidents(&self, args: &ListAuditIncidents) -> Call<T, Vec<AuditIncident>> {
        self.client().call(incidents(self.client().service(), args))
    }

    /// How closely the trail is watched (`GET /v1/audit-events/config`). Where nothing was set the
    /// times of its making are those of this read. Only people change it.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let config = client.audit_events().config().send()?;
    /// println!("{:?} days", config.verification_window_days);
    /// # Ok(()) }
    /// ```
    pub fn config(&self) -> Call<T, AuditConfig> {
        self.client().call(config(self.client().service()))
    }
}

/// What kind of actor an entry is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AuditActorKind {
    /// A person did something.
    Person,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Which entries are listed.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListAuditEvents {
    /// Only this type; all that begin so, where it ends with a dot.
    pub event_type: Option<String>,
    /// From when on; seven days ago unless said otherwise.
    #[wire(into)]
    pub from: Option<Timestamp>,
    /// Until when; now unless said otherwise.
    #[wire(into)]
    pub to: Option<Timestamp>,
    /// How many a page holds at most, 1 to 200; 50 unless said otherwise.
    pub limit: Option<u32>,
    /// The cursor of the page: `next` of the page before.
    #[serde(rename = "before_sequence")]
    pub cursor: Option<String>,
    /// Only what actors of this kind did.
    pub actor_kind: Option<AuditActorKind>,
    /// Of this project only; entries of the whole organization are left out then.
    pub project_id: Option<String>,
}

impl ListAuditEvents {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=200)
    }
}

/// Which incidents are listed.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListAuditIncidents {
    /// Those with one of these statuses, with commas between them: `open`, `acknowledged`, `all`.
    pub status: Option<String>,
}

impl ListAuditIncidents {
    fn check(&self) -> Result<(), Error> {
        self.status.as_deref().map_or(Ok(()), |status| check_filled("status", status))
    }
}

/// An entry of the audit trail.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AuditEvent {
    /// Its number in the trail.
    pub sequence_number: Option<u64>,
    /// What happened, such as `commerce.organization.paused`.
    pub event_type: Option<String>,
    /// When it happened (RFC 3339).
    pub happened_at: Option<Timestamp>,
    /// What is known of it.
    pub payload: Option<Json>,
    /// The hash of the entry before.
    pub prev_hash: Option<String>,
    /// The hash of this entry.
    pub entry_hash: Option<String>,
    /// The person who did it, if any.
    pub actor_person_id: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Listed {
    events: Vec<AuditEvent>,
    next_before_sequence: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn page(answer: Response) -> Result<Page<AuditEvent>, Error> {
    answer.json().map(|listed: Listed| {
        Page::new(listed.events, listed.next_before_sequence.map(|number| number.to_string()))
    })
}

/// Whether an incident is closed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AuditIncidentStatus {
    /// Nobody has answered for it yet.
    Open,
    /// A person has closed it in writing.
    Acknowledged,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Whether the data protection authority was told.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AuthorityNotice {
    /// It need not be told.
    NotRequired,
    /// It was told.
    Notified,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A place where the audit trail was found to be broken.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AuditIncident {
    /// The id of the incident.
    pub id: Option<String>,
    /// The id of the organization.
    pub org_id: Option<String>,
    /// When it was found.
    pub detected_at: Option<Timestamp>,
    /// The number of the entry at which it was found.
    pub detected_at_sequence: Option<u64>,
    /// The check that found it.
    pub discovered_by_run_id: Option<String>,
    /// Whether it is closed.
    pub status: Option<AuditIncidentStatus>,
    /// When it was closed.
    pub acknowledged_at: Option<Timestamp>,
    /// The person who closed it.
    pub acknowledged_by: Option<String>,
    /// The reference of that person.
    pub incident_reference: Option<String>,
    /// What came of it, in words.
    pub resolution_summary: Option<String>,
    /// Whether the authority (ANPD) was told.
    pub anpd_notification_status: Option<AuthorityNotice>,
    /// Whether data of people was affected.
    pub personal_data_affected: Option<bool>,
    /// The number of the first entry that is affected.
    pub affected_from_sequence: Option<u64>,
    /// The number of the last entry that is affected.
    pub affected_to_sequence: Option<u64>,
    /// The hash of the entry by which it was closed.
    pub ack_event_entry_hash: Option<String>,
    /// When it was written down (RFC 3339).
    pub created_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Rows {
    incidents: Option<Vec<AuditIncident>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn rows(answer: Response) -> Result<Vec<AuditIncident>, Error> {
    let rows: Rows = answer.json()?;
    require_list(&answer, "incidents", rows.incidents)
}

/// How closely the audit trail is watched: the older an entry, the less often it is checked.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AuditConfig {
    /// The id of the organization.
    pub org_id: Option<String>,
    /// How many days back entries are checked.
    #[wire(days)]
    pub verification_window_days: Option<u64>,
    /// How many days an entry is new.
    #[wire(days)]
    pub hot_window_days: Option<u64>,
    /// After how many seconds a new entry is checked again.
    #[wire(seconds)]
    pub hot_max_staleness_seconds: Option<u64>,
    /// How many days an entry is neither new nor old.
    #[wire(days)]
    pub warm_window_days: Option<u64>,
    /// After how many seconds such an entry is checked again.
    #[wire(seconds)]
    pub warm_max_staleness_seconds: Option<u64>,
    /// After how many seconds an old entry is checked again.
    #[wire(seconds)]
    pub cold_max_staleness_seconds: Option<u64>,
    /// When all entries had been checked for the first time.
    pub initial_walk_completed_at: Option<Timestamp>,
    /// When it was set first (RFC 3339).
    pub created_at: Option<Timestamp>,
    /// When it was set last (RFC 3339).
    pub updated_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}
