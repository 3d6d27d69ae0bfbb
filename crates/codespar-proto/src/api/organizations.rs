//! An organization: its pause, its people's data (`/v1/orgs`).

pub(crate) mod mandates;

use codespar_engine::{
    Answer, Args, Call, Extra, Handle, Timestamp, WireEnum, driver::Transport, endpoints,
};

pub use self::mandates::{
    CreateOrgMandate, ListOrgMandates, OrgMandate, OrgMandateCreated, OrgMandateKind,
    OrgMandateRevoked, OrgMandateStatus, OrgMandateUse, OrganizationMandates,
};
use crate::client::Client;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Says whether the organization has stopped all spending of its agents.
    fn pause_state(organization_id) -> OrgPause:
        "organizations.pause_state" GET "/v1/orgs/{organization_id}/pause";
    /// Stops all spending of the agents of the organization; only people can let it go on.
    fn pause(organization_id; json: &OrgPauseReason) -> OrgPauseChange:
        "organizations.pause" POST "/v1/orgs/{organization_id}/pause" Safe,
        scope "organizations:pause";
    /// Erases what is known of a person from the audit trail, for good.
    fn anonymize(organization_id, user_id) -> Anonymization:
        "organizations.anonymize"
        POST "/v1/orgs/{organization_id}/data-subjects/{user_id}/anonymize", effect Destroys,
        scope "data-subjects:anonymize";
}

/// The organization as a whole: its pause, its mandates, its people's data (`/v1/orgs`).
#[derive(Handle)]
#[handle(Client.organizations)]
pub struct Organizations<T> {
    client: Client<T>,
}

impl<T: Transport> Organizations<T> {
    /// Whether the organization has stopped all spending of its agents (`GET
    /// /v1/orgs/{organization_id}/pause`). While it has, everything by which agents pay is refused
    /// with `org_paused`; reads, charges that come in, and pausing or revoking a mandate go on.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `organization_id`; `Api` with `not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let state = client.organizations().pause_state("org_1").send()?;
    /// println!("{:?} since {:?}", state.paused, state.paused_at);
    /// # Ok(()) }
    /// ```
    pub fn pause_state(&self, organization_id: &str) -> Call<T, OrgPause> {
        self.client().call(pause_state(self.client().service(), organization_id))
    }

    /// Stops all spending of the agents of the organization, in test and in live projects (`POST
    /// /v1/orgs/{organization_id}/pause`).
    ///
    /// **A key can stop it and cannot let it go on**: people do, in the dashboard. Payments that
    /// hold money already finish, and cards of some issuers have to be frozen there as well.
    ///
    /// Idempotency: none is needed, the same twice is the same once; repeated where it fails for a
    /// moment.
    ///
    /// # Errors
    /// `Config` naming `organization_id`; `Api` with `bearer_token_cannot_decide` (403, for OAuth
    /// tokens), `not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let stopped = client.organizations().pause("org_1", Some("incident 42")).send()?;
    /// println!("{:?}", stopped.changed);
    /// # Ok(()) }
    /// ```
    #[doc(alias = "stop")]
    #[doc(alias = "kill switch")]
    pub fn pause(&self, organization_id: &str, reason: Option<&str>) -> Call<T, OrgPauseChange> {
        let args = OrgPauseReason { reason: reason.map(str::to_owned) };
        self.client().call(pause(self.client().service(), organization_id, &args))
    }

    /// Erases what is known of a person from the audit trail (`POST
    /// /v1/orgs/{organization_id}/data-subjects/{user_id}/anonymize`).
    ///
    /// **It cannot be undone.** What tax law keeps for five years is erased later, and stands in
    /// [`deferred_entries`](Anonymization::deferred_entries).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it. A second call erases nothing twice and is answered with zeros, which does not mean
    /// that there was nothing: the request is recorded each time.
    ///
    /// # Errors
    /// `Config` naming `user_id`; `Api` with `invalid_user_id` (400), `forbidden` (403).
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let erased = client.organizations().anonymize("org_1", "user_77").send()?;
    /// println!("{:?} now, {:?} later", erased.rows_anonymized_immediately, erased.rows_deferred);
    /// # Ok(()) }
    /// ```
    pub fn anonymize(&self, organization_id: &str, user_id: &str) -> Call<T, Anonymization> {
        self.client().call(anonymize(self.client().service(), organization_id, user_id))
    }
}

/// Why the organization is stopped.
#[derive(Args)]
struct OrgPauseReason {
    /// Why, in words for people.
    #[wire(no_setter)]
    reason: Option<String>,
}

/// How it is known who paused an organization.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OrgPauseSource {
    /// By the API key.
    BearerKey,
    /// By the token of a person, which was verified.
    UserTokenVerified,
    /// By the word of the caller alone.
    HeaderAsserted,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Whether an organization has stopped all spending of its agents.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct OrgPause {
    /// The id of the organization.
    pub org_id: Option<String>,
    /// Whether spending is stopped.
    pub paused: Option<bool>,
    /// Since when it is stopped.
    pub paused_at: Option<Timestamp>,
    /// Why it was stopped, in words.
    pub reason: Option<String>,
    /// Who stopped it: the id of a person, or `key:` and that of a key.
    pub paused_by: Option<String>,
    /// How it is known who that was.
    pub paused_by_source: Option<OrgPauseSource>,
    /// When it was let go on last.
    pub resumed_at: Option<Timestamp>,
    /// How often it was stopped or let go on.
    pub generation: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What came of stopping all spending.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct OrgPauseChange {
    /// Whether anything changed; `false` where it was stopped before.
    pub changed: Option<bool>,
    /// How it stands now.
    pub pause: Option<OrgPause>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What was erased of a person, and what will be.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Anonymization {
    /// The id of the request.
    pub dsr_id: Option<String>,
    /// The hash of its entry in the audit trail.
    pub dsr_event_entry_hash: Option<String>,
    /// How many rows were erased.
    pub rows_anonymized_immediately: Option<u64>,
    /// How many rows will be erased later.
    pub rows_deferred: Option<u64>,
    /// Which rows will be erased later.
    #[wire(default)]
    pub deferred_entries: Vec<DeferredErasure>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A row that will be erased later.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct DeferredErasure {
    /// The id of the event.
    pub event_id: Option<String>,
    /// When it will be erased (RFC 3339).
    pub anonymize_after: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}
