//! Every operation as data: the routes this crate calls, and what codes say about effects.

pub use codespar_engine::{
    Effect, KeyRule,
    kit::{Condition, Route, VerdictRow},
};

use crate::{api, client, meta_tools, session};

/// What the API's codes say about effects: the table by which every error and every result of a
/// tool is judged, but for the rows of statuses that follow in it.
pub const fn verdict_rows() -> &'static [VerdictRow] {
    client::verdicts::ROWS
}

/// Every route this crate calls, subject by subject.
pub fn routes() -> impl Iterator<Item = &'static Route> {
    [
        client::account::ROUTES,
        client::open_session::ROUTES,
        session::ROUTES,
        session::authorize::ROUTES,
        session::chat::ROUTES,
        session::connections::ROUTES,
        session::execute::ROUTES,
        session::history::ROUTES,
        session::proxy_execute::ROUTES,
        session::status::ROUTES,
        session::tools::ROUTES,
        meta_tools::charge::ROUTES,
        meta_tools::connection_wizard::ROUTES,
        meta_tools::crypto_pay::ROUTES,
        meta_tools::discover::ROUTES,
        meta_tools::invoice::ROUTES,
        meta_tools::issue::ROUTES,
        meta_tools::kyc::ROUTES,
        meta_tools::ledger::ROUTES,
        meta_tools::notify::ROUTES,
        meta_tools::pay::ROUTES,
        meta_tools::ship::ROUTES,
        meta_tools::shop::ROUTES,
        api::agents::ROUTES,
        api::api_keys::ROUTES,
        api::approvals::ROUTES,
        api::charges::ROUTES,
        api::connections::ROUTES,
        api::consent_records::ROUTES,
        api::consents::ROUTES,
        api::consumers::ROUTES,
        api::events::ROUTES,
        api::funding_sources::ROUTES,
        api::mandates::ROUTES,
        api::mandates::spend::ROUTES,
        api::payables::batches::ROUTES,
        api::payables::batches::pay::ROUTES,
        api::payables::documents::ROUTES,
        api::payables::files::ROUTES,
        api::projects::ROUTES,
        api::providers::ROUTES,
        api::sessions::ROUTES,
        api::test_money::ROUTES,
        api::tool_calls::ROUTES,
        api::tools::ROUTES,
        api::wallet::pix_keys::ROUTES,
        api::wallets::ROUTES,
        api::webhook_endpoints::ROUTES,
        api::webhook_endpoints::deliveries::ROUTES,
    ]
    .into_iter()
    .flatten()
}
