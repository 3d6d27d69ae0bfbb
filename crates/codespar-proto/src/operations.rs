//! Every operation as data: the routes this crate calls, and what codes say about effects.

mod untyped;

pub use codespar_engine::{
    Effect, KeyRule,
    kit::{Condition, Route, VerdictRow},
};

pub use self::untyped::{Untyped, UntypedRoute, untyped};

#[cfg(feature = "registry")]
use codespar_engine::registry::Operation;
use codespar_engine::{
    Error, Verdict,
    driver::Transport,
    kit::{Case, Request, deciding_row},
};

use crate::{api, client, client::Client, meta_tools, session};

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

impl<T: Transport> Client<T> {
    /// The request of an operation whose path and body are written already, such as one that was
    /// kept to be sent again byte for byte. The answer is judged as the operation's.
    ///
    /// # Errors
    /// `Config` naming `operation`, where no request goes by that name; when the call is made,
    /// `Config` naming `path`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>, kept: Vec<u8>) -> Result<(), Error> {
    /// let again = client.request_of("mandates.spend", "/v1/consumers/mandates/mnd_1/spend")?;
    /// let json = http::HeaderValue::from_static("application/json");
    /// let answer = again.bytes(json, kept.into()).raw().send()?;
    /// # let _ = answer; Ok(()) }
    /// ```
    #[doc(alias = "replay")]
    #[doc(alias = "resend")]
    pub fn request_of(&self, operation: &str, path: &str) -> Result<Request<T>, Error> {
        let unknown = || Error::config("operation", "expected one that makes a request");
        let row = route(operation).ok_or_else(unknown)?;
        Ok(Request::of_row(self.transport().clone(), self.service(), row, path))
    }
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
    client::account::health,
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
    api::account,
    api::account::ledger,
    api::account::payments,
    api::account::sessions,
    api::account::summary,
    api::account::test_balance,
    api::account_applications,
    api::agents,
    api::api_keys,
    api::approvals,
    api::audit_events,
    api::audit_events::anchors,
    api::audit_events::export,
    api::audit_events::health,
    api::audit_events::verify,
    api::bank_consents,
    api::cards,
    api::cart,
    api::charges,
    api::collect,
    api::collect::attempts,
    api::collect::links,
    api::collect::pages,
    api::collect::payments,
    api::collect::refunds,
    api::commerce_memory,
    api::commerce_memory::insights,
    api::commerce_memory::interactions,
    api::commerce_memory::negotiations,
    api::commerce_memory::preferences,
    api::connections,
    api::connections::engine,
    api::connections::subaccount,
    api::consent_records,
    api::consents,
    api::consumers,
    api::consumers::delivery,
    api::consumers::record,
    api::contact_verifications,
    api::counterparties,
    api::dda,
    api::dda::subscriptions,
    api::devolutions,
    api::events,
    api::facilitator,
    api::fees,
    api::funding_sources,
    api::gate,
    api::mandates,
    api::mandates::card,
    api::mandates::execute_stream,
    api::mandates::spend,
    api::mcp_servers,
    api::meters,
    api::meters::cycle,
    api::meters::events,
    api::oauth,
    api::organizations,
    api::organizations::mandates,
    api::payables::batches,
    api::payables::batches::pay,
    api::payables::documents,
    api::payables::files,
    api::payment_links,
    api::payment_links::payments,
    api::paywalls,
    api::pix,
    api::policies,
    api::projects,
    api::providers,
    api::receipts,
    api::sellers,
    api::sellers::balances,
    api::sessions,
    api::test_money,
    api::tool_calls,
    api::tools,
    api::wallet::pix_keys,
    api::wallets,
    api::wallets::execute,
    api::wallets::funding_sources,
    api::wallets::ledger,
    api::wallets::reconciliation,
    api::webhook_endpoints,
    api::webhook_endpoints::deliveries,
    api::webhook_endpoints::events,
}
