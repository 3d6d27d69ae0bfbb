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

/// The files that have rows, subject by subject, and which of them are there with a feature only.
macro_rules! files {
    ($($(#[$only:meta])* $($file:ident)::+),+ $(,)?) => {
        /// Every route this crate calls, subject by subject.
        pub fn routes() -> impl Iterator<Item = &'static Route> {
            [$($(#[$only])* $($file)::+::ROUTES),+].into_iter().flatten()
        }

        /// Every operation that is a row.
        #[cfg(feature = "registry")]
        pub(crate) fn rows() -> impl Iterator<Item = &'static Operation> {
            [$($(#[$only])* $($file)::+::OPERATIONS),+].into_iter().flatten().copied().flatten()
        }
    };
}

files! {
    client::account,
    client::account::health,
    #[cfg(feature = "selling")]
    client::account::manifest,
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
    #[cfg(feature = "accounts")]
    api::account,
    #[cfg(feature = "accounts")]
    api::account::ledger,
    #[cfg(feature = "accounts")]
    api::account::payments,
    #[cfg(feature = "accounts")]
    api::account::sessions,
    #[cfg(feature = "accounts")]
    api::account::summary,
    #[cfg(feature = "accounts")]
    api::account::test_balance,
    #[cfg(feature = "accounts")]
    api::account_applications,
    api::agents,
    api::api_keys,
    api::approvals,
    #[cfg(feature = "governance")]
    api::audit_events,
    #[cfg(feature = "governance")]
    api::audit_events::anchors,
    #[cfg(feature = "governance")]
    api::audit_events::export,
    #[cfg(feature = "governance")]
    api::audit_events::health,
    #[cfg(feature = "governance")]
    api::audit_events::verify,
    #[cfg(feature = "governance")]
    api::bank_consents,
    #[cfg(feature = "governance")]
    api::cards,
    #[cfg(feature = "commerce")]
    api::cart,
    api::charges,
    #[cfg(feature = "selling")]
    api::collect,
    #[cfg(feature = "selling")]
    api::collect::attempts,
    #[cfg(feature = "selling")]
    api::collect::links,
    #[cfg(feature = "selling")]
    api::collect::pages,
    #[cfg(feature = "selling")]
    api::collect::payments,
    #[cfg(feature = "selling")]
    api::collect::refunds,
    #[cfg(feature = "commerce")]
    api::commerce_memory,
    #[cfg(feature = "commerce")]
    api::commerce_memory::insights,
    #[cfg(feature = "commerce")]
    api::commerce_memory::interactions,
    #[cfg(feature = "commerce")]
    api::commerce_memory::negotiations,
    #[cfg(feature = "commerce")]
    api::commerce_memory::preferences,
    api::connections,
    api::connections::engine,
    api::connections::subaccount,
    #[cfg(feature = "accounts")]
    api::consent_records,
    api::consents,
    api::consumers,
    api::consumers::delivery,
    api::consumers::record,
    #[cfg(feature = "accounts")]
    api::contact_verifications,
    #[cfg(feature = "commerce")]
    api::counterparties,
    #[cfg(feature = "accounts")]
    api::dda,
    #[cfg(feature = "accounts")]
    api::dda::subscriptions,
    api::devolutions,
    #[cfg(feature = "accounts")]
    api::events,
    #[cfg(feature = "governance")]
    api::facilitator,
    #[cfg(feature = "selling")]
    api::fees,
    api::funding_sources,
    #[cfg(feature = "selling")]
    api::gate,
    api::mandates,
    api::mandates::card,
    api::mandates::execute_stream,
    api::mandates::spend,
    #[cfg(feature = "commerce")]
    api::mcp_servers,
    #[cfg(feature = "selling")]
    api::meters,
    #[cfg(feature = "selling")]
    api::meters::cycle,
    #[cfg(feature = "selling")]
    api::meters::events,
    #[cfg(feature = "selling")]
    api::oauth,
    #[cfg(feature = "governance")]
    api::organizations,
    #[cfg(feature = "governance")]
    api::organizations::mandates,
    #[cfg(feature = "commerce")]
    api::payables::batches,
    #[cfg(feature = "commerce")]
    api::payables::batches::pay,
    #[cfg(feature = "commerce")]
    api::payables::documents,
    #[cfg(feature = "commerce")]
    api::payables::files,
    #[cfg(feature = "selling")]
    api::payment_links,
    #[cfg(feature = "selling")]
    api::payment_links::payments,
    #[cfg(feature = "selling")]
    api::paywalls,
    api::pix,
    #[cfg(feature = "governance")]
    api::policies,
    api::projects,
    api::providers,
    api::receipts,
    #[cfg(feature = "accounts")]
    api::sellers,
    #[cfg(feature = "accounts")]
    api::sellers::balances,
    api::sessions,
    api::test_money,
    api::tool_calls,
    api::tools,
    #[cfg(feature = "accounts")]
    api::wallet::pix_keys,
    #[cfg(feature = "accounts")]
    api::wallets,
    #[cfg(feature = "accounts")]
    api::wallets::execute,
    #[cfg(feature = "accounts")]
    api::wallets::funding_sources,
    #[cfg(feature = "accounts")]
    api::wallets::ledger,
    #[cfg(feature = "accounts")]
    api::wallets::reconciliation,
    #[cfg(feature = "accounts")]
    api::webhook_endpoints,
    #[cfg(feature = "accounts")]
    api::webhook_endpoints::deliveries,
    #[cfg(feature = "accounts")]
    api::webhook_endpoints::events,
}
