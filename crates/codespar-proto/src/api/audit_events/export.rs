//! The audit trail as a file (`/v1/audit-events/export`).

use codespar_engine::{Answer, Args, Call, Extra, Json, Timestamp, driver::Transport, endpoints};

use crate::api::audit_events::AuditEvents;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Exports the audit trail between two times, with a signed manifest.
    fn export(; query: &ExportAudit) -> AuditExport:
        "audit_events.export" GET "/v1/audit-events/export";
}

impl<T: Transport> AuditEvents<T> {
    /// Exports the trail between two times, with a signed manifest (`GET /v1/audit-events/export`).
    /// It is read whole, up to the limit of answers. **This read writes**: the export is itself
    /// recorded in the trail.
    ///
    /// Idempotency: a read, repeated where it fails for a moment. Each attempt is recorded.
    ///
    /// # Errors
    /// `Api` with `invalid_iso_8601`, `from_after_to` (400), `forbidden` (403), `export_too_large`
    /// (413: take a shorter time).
    ///
    /// ```
    /// use codespar_proto::audit_events::ExportAudit;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let day = ExportAudit::new("2026-10-06T00:00:00Z", "2026-10-07T00:00:00Z");
    /// let export = client.audit_events().export(&day).send()?;
    /// println!("{} rows", export.rows.len());
    /// # Ok(()) }
    /// ```
    pub fn export(&self, args: &ExportAudit) -> Call<T, AuditExport> {
        self.client().call(export(self.client().service(), args))
    }
}

/// Which entries are exported.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct ExportAudit {
    /// From when on (RFC 3339).
    #[wire(into)]
    pub from: Timestamp,
    /// Until when (RFC 3339).
    #[wire(into)]
    pub to: Timestamp,
    /// Of this agent only.
    pub agent_id: Option<String>,
}

/// Entries of the audit trail, with a signed manifest.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AuditExport {
    /// The id of the export.
    pub export_id: Option<String>,
    /// The id of the organization.
    pub org_id: Option<String>,
    /// The entries, as JSON.
    #[wire(default)]
    pub rows: Vec<Json>,
    /// What is signed.
    pub manifest: Option<AuditManifest>,
    /// The signature of the manifest, as JSON.
    pub export_signature: Option<Json>,
    /// The id of the key it is signed with.
    pub key_id: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What an export of the audit trail has in it.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AuditManifest {
    /// The id of the export.
    pub export_id: Option<String>,
    /// The id of the organization.
    pub org_id: Option<String>,
    /// Who asked for it.
    pub requested_by: Option<String>,
    /// When it was asked for (RFC 3339).
    pub requested_at: Option<Timestamp>,
    /// Between which times, as JSON.
    pub date_range: Option<Json>,
    /// The version of what may be exported.
    pub scope_version: Option<u32>,
    /// What was left out, as JSON.
    pub filters: Option<Json>,
    /// The hash of the last entry.
    pub final_hash: Option<String>,
    /// How many entries it has.
    pub row_count: Option<u64>,
    /// The digest of all entries.
    pub rows_digest: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}
