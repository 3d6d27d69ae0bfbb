//! What selling remembers: links, meters, paywalls, the programs that act for a person.

use crate::store::table::Table;

#[derive(Default)]
pub(crate) struct SellingState {
    pub(crate) collect_links: Table,
    pub(crate) collect_attempts: Table,
    pub(crate) collect_payments: Table,
    pub(crate) collect_refunds: Table,
    pub(crate) meters: Table,
    pub(crate) meter_events: Table,
    pub(crate) payment_links: Table,
    pub(crate) link_payments: Table,
    pub(crate) paywalls: Table,
    /// Paid calls of paywalls.
    pub(crate) sales: Table,
    pub(crate) oauth_clients: Table,
    /// Codes and refresh tokens that may still be exchanged.
    pub(crate) oauth_grants: Table,
    /// Access tokens, which go for keys, and until when.
    pub(crate) access_tokens: Vec<(String, String)>,
    /// What `GET /v1/health` found, by day.
    pub(crate) health: Vec<String>,
}
