//! Anchors of the audit trail, by which others can check it (`/v1/audit-events/anchors`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Sensitive, Timestamp, WireEnum, driver::Transport, endpoints,
    kit::Response,
};

use crate::{
    api::{answer::require_list, audit_events::AuditEvents},
    check::{check_filled, check_range},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the anchors of the audit trail, newest first.
    fn anchors(; query: &ListAnchors) -> Vec<AuditAnchor>:
        "audit_events.anchors" GET "/v1/audit-events/anchors", read rows;
    /// Compares an anchor that was kept with what the server has.
    fn verify_anchor(; json: &AnchorDocument) -> AnchorVerification:
        "audit_events.verify_anchor" POST "/v1/audit-events/anchors/verify" Safe, effect Reads;
}

impl<T: Transport> AuditEvents<T> {
    /// Lists the anchors of the trail, newest first (`GET /v1/audit-events/anchors`): 50 unless
    /// said otherwise, 200 at most, and there is no next page.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`; `Api` with `invalid_query`.
    ///
    /// ```
    /// use codespar_proto::audit_events::ListAnchors;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for anchor in client.audit_events().anchors(&ListAnchors::default()).send()? {
    ///     println!("{:?} {:?}", anchor.head_sequence, anchor.target_status);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn anchors(&self, args: &ListAnchors) -> Call<T, Vec<AuditAnchor>> {
        self.client().call(anchors(self.client().service(), args))
    }

    /// Compares an anchor that was kept with what the server has (`POST
    /// /v1/audit-events/anchors/verify`). A signature that does not hold is no error: read
    /// [`verdict`](AnchorVerification::verdict).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming the field that is empty; `Api` with `cross_org_verify_denied` (403),
    /// `anchor_secret_unconfigured` (503).
    ///
    /// ```
    /// use codespar_proto::audit_events::AnchorDocument;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(
    /// #     client: &Client<T>, hash: &str, signature: &str,
    /// # ) -> Result<(), Error> {
    /// let at = "2026-10-07T00:00:00Z";
    /// let kept = AnchorDocument::new("anc_1", "org_1", 42_u64, hash, at, signature);
    /// let checked = client.audit_events().verify_anchor(&kept).send()?;
    /// println!("{:?}", checked.verdict);
    /// # Ok(()) }
    /// ```
    pub fn verify_anchor(&self, args: &AnchorDocument) -> Call<T, AnchorVerification> {
        self.client().call(verify_anchor(self.client().service(), args))
    }
}

/// How far an anchor has come.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AnchorStatus {
    /// It is not sent yet.
    Pending,
    /// An outside witness has it.
    Sent,
    /// There is no outside witness, and there will be none.
    LocalOnly,
    /// It could not be sent.
    Failed,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Which anchors are listed.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListAnchors {
    /// Only anchors with this status.
    pub status: Option<AnchorStatus>,
    /// How many at most, 1 to 200; 50 unless said otherwise.
    pub limit: Option<u32>,
}

impl ListAnchors {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=200)
    }
}

/// An anchor as it was kept.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct AnchorDocument {
    /// The id of the anchor.
    pub anchor_id: String,
    /// The id of the organization.
    pub org_id: String,
    /// The number of the last entry it is about.
    pub head_sequence: u64,
    /// The hash of that entry.
    pub head_hash: String,
    /// When it was made (RFC 3339).
    #[wire(into)]
    pub anchored_at: Timestamp,
    /// What it is signed with.
    pub signature: Sensitive,
    /// How it is signed; `HMAC-SHA256` unless said otherwise.
    #[serde(default = "algorithm")]
    pub signature_alg: String,
    /// The version of the form; 1 unless said otherwise.
    #[serde(default = "version")]
    pub version: u32,
}

fn algorithm() -> String {
    "HMAC-SHA256".to_owned()
}

fn version() -> u32 {
    1
}

impl AnchorDocument {
    fn check(&self) -> Result<(), Error> {
        check_filled("anchor_id", &self.anchor_id)?;
        check_filled("org_id", &self.org_id)?;
        check_filled("head_hash", &self.head_hash)?;
        check_filled("signature", self.signature.expose())
    }
}

/// An anchor of the audit trail: the hash of its head, signed and kept elsewhere.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AuditAnchor {
    /// The id of the anchor.
    pub id: Option<String>,
    /// The number of the last entry it is about.
    pub head_sequence: Option<u64>,
    /// The hash of that entry.
    pub head_hash: Option<String>,
    /// What it is signed with.
    pub signature: Option<Sensitive>,
    /// How it is signed.
    pub signature_alg: Option<String>,
    /// Who keeps it.
    pub target: Option<String>,
    /// How far it has come.
    pub target_status: Option<AnchorStatus>,
    /// What the keeper answered.
    pub target_response: Option<String>,
    /// How often it was sent.
    pub delivery_attempts: Option<u32>,
    /// When it was made (RFC 3339).
    pub anchored_at: Option<Timestamp>,
    /// When the keeper had it.
    pub delivered_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What came of comparing an anchor.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AnchorVerdict {
    /// The signature holds, and the server has the same.
    Verified,
    /// The signature holds, and the server has none.
    SignatureOkButNoLocalRecord,
    /// The signature holds, and the server has another.
    LocalRecordDiverges,
    /// The signature does not hold.
    SignatureInvalid,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What came of comparing an anchor with what the server has.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AnchorVerification {
    /// The id of the anchor.
    pub anchor_id: Option<String>,
    /// The id of the organization.
    pub org_id: Option<String>,
    /// The number of the last entry it is about.
    pub head_sequence: Option<u64>,
    /// Whether the signature holds.
    pub signature_valid: Option<bool>,
    /// Whether the server has an anchor with this id.
    pub persisted_locally: Option<bool>,
    /// Whether that is the same.
    pub persisted_matches: Option<bool>,
    /// What follows from it.
    pub verdict: Option<AnchorVerdict>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Rows {
    anchors: Option<Vec<AuditAnchor>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn rows(answer: Response) -> Result<Vec<AuditAnchor>, Error> {
    let rows: Rows = answer.json()?;
    require_list(&answer, "anchors", rows.anchors)
}
