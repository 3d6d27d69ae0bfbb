//! Every operation as data: the routes this crate calls, and what codes say about effects.

pub use codespar_engine::{
    Effect, KeyRule,
    kit::{Condition, Route, VerdictRow},
};

#[cfg(feature = "registry")]
use codespar_engine::registry::Operation;
use codespar_engine::{
    Error, Verdict,
    kit::{Case, deciding_row},
};

use crate::{api, client, meta_tools, session};

/// What the API's codes say about effects: the table by which every error and every result of a
/// tool is judged, but for the rows of statuses that follow in it.
pub const fn verdict_rows() -> &'static [VerdictRow] {
    client::verdicts::ROWS
}

/// The row of an operation that makes requests, by its name.
pub fn route(operation: &str) -> Option<&'static Route> {
    routes().find(|route| route.operation == operation)
}

/// Whether a refusal may pass: the same request, under the same key, may go better later, since
/// what it lacked was money, a service, a credential or time. `false` for all that is no refusal.
pub fn is_for_later(error: &Error) -> bool {
    let Some(route) = route(error.operation()).filter(|_| error.verdict() == Verdict::Refused)
    else {
        return false;
    };
    let case = Case {
        operation: route.operation,
        effect: route.effect(),
        key: route.key,
        status: error.status().map(|status| status.as_u16()),
        code: error.code(),
        has_approval: error.approval().is_some(),
    };
    deciding_row(verdict_rows(), &case).is_some_and(client::verdicts::is_for_later)
}

/// The files that have rows, subject by subject.
macro_rules! files {
    ($($($file:ident)::+),+ $(,)?) => {
        /// Every route this crate calls, subject by subject.
        pub fn routes() -> impl Iterator<Item = &'static Route> {
            [$($($file)::+::ROUTES),+].into_iter().flatten()
        }

        /// Every operation that is a row.
        #[cfg(feature = "registry")]
        pub(crate) fn rows() -> impl Iterator<Item = &'static Operation> {
            [$($($file)::+::OPERATIONS),+].into_iter().flatten().copied().flatten()
        }
    };
}

files! {
    client::account,
    client::open_session,
    session,
    session::authorize,
    session::chat,
    session::connections,
    session::execute,
    session::history,
    session::proxy_execute,
    session::status,
    session::tools,
    meta_tools::charge,
    meta_tools::connection_wizard,
    meta_tools::crypto_pay,
    meta_tools::discover,
    meta_tools::invoice,
    meta_tools::issue,
    meta_tools::kyc,
    meta_tools::ledger,
    meta_tools::notify,
    meta_tools::pay,
    meta_tools::ship,
    meta_tools::shop,
    api::agents,
    api::api_keys,
    api::approvals,
    api::charges,
    api::connections,
    api::consent_records,
    api::consents,
    api::consumers,
    api::devolutions,
    api::events,
    api::funding_sources,
    api::mandates,
    api::mandates::spend,
    api::payables::batches,
    api::payables::batches::pay,
    api::payables::documents,
    api::payables::files,
    api::projects,
    api::providers,
    api::sessions,
    api::test_money,
    api::tool_calls,
    api::tools,
    api::wallet::pix_keys,
    api::wallets,
    api::webhook_endpoints,
    api::webhook_endpoints::deliveries,
}
