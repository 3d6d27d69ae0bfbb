//! Where the money of a wallet comes from (`/v1/wallets/{wallet_id}/funding-sources`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Json, Timestamp,
    driver::Transport,
    endpoints,
    kit::{Response, no_answer},
};

use crate::{
    api::wallets::Wallets,
    check::{check_filled, check_object},
    types::money::Currency,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the connections whose payments fund a wallet.
    fn funding_sources(wallet_id) -> Vec<WalletFundingSource>:
        "wallets.funding_sources" GET "/v1/wallets/{wallet_id}/funding-sources", read sources;
    /// Has what is paid by way of a connection fund a wallet from now on.
    fn add_funding_source(wallet_id; json: &AddFundingSource) -> WalletFundingSource:
        "wallets.add_funding_source" POST "/v1/wallets/{wallet_id}/funding-sources";
    /// Has what is paid by way of a connection fund a wallet no longer.
    fn remove_funding_source(wallet_id, connection_id, currency) -> ():
        "wallets.remove_funding_source"
        DELETE "/v1/wallets/{wallet_id}/funding-sources/{connection_id}/{currency}" Safe,
        read no_answer;
}

impl<T: Transport> Wallets<T> {
    /// The connections whose payments fund a wallet (`GET
    /// /v1/wallets/{wallet_id}/funding-sources`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `wallet_id`; `Api` with `not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for source in client.wallets().funding_sources("wal_1").send()? {
    ///     println!("{:?} {:?}", source.connection_id, source.currency);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn funding_sources(&self, wallet_id: &str) -> Call<T, Vec<WalletFundingSource>> {
        self.client().call(funding_sources(self.client().service(), wallet_id))
    }

    /// Has what is paid by way of a connection fund a wallet (`POST
    /// /v1/wallets/{wallet_id}/funding-sources`): webhooks of the connection become movements of
    /// its ledger. It needs the scope `wallets:admin`.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `wallet_id`, `connection_id`, `currency` or `metadata`; `Api` with
    /// `not_found`.
    ///
    /// ```
    /// use codespar_proto::{Currency, wallets::AddFundingSource};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = AddFundingSource::new("con_1", Currency::BRL);
    /// let source = client.wallets().add_funding_source("wal_1", &args).send()?;
    /// # Ok(()) }
    /// ```
    pub fn add_funding_source(
        &self,
        wallet_id: &str,
        args: &AddFundingSource,
    ) -> Call<T, WalletFundingSource> {
        self.client().call(add_funding_source(self.client().service(), wallet_id, args))
    }

    /// Has what is paid by way of a connection fund a wallet no longer (`DELETE
    /// /v1/wallets/{wallet_id}/funding-sources/{connection_id}/{currency}`). It needs the scope
    /// `wallets:admin`.
    ///
    /// Idempotency: none needed, what is gone stays gone; repeated where it fails for a moment. A
    /// repetition says `not_found` when the first request had come through.
    ///
    /// # Errors
    /// `Config` naming `wallet_id`, `connection_id` or `currency`; `Api` with `not_found`.
    ///
    /// ```
    /// use codespar_proto::Currency;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.wallets().remove_funding_source("wal_1", "con_1", &Currency::BRL).send()?;
    /// # Ok(()) }
    /// ```
    pub fn remove_funding_source(
        &self,
        wallet_id: &str,
        connection_id: &str,
        currency: &Currency,
    ) -> Call<T, ()> {
        let (service, currency) = (self.client().service(), currency.as_str());
        self.client().call(remove_funding_source(service, wallet_id, connection_id, currency))
    }
}

/// A connection that is to fund a wallet.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct AddFundingSource {
    /// The connection that brings the money.
    pub connection_id: String,
    /// The currency that it brings, such as `BRL`.
    #[wire(into)]
    pub currency: Currency,
    /// Metadata of the caller, kept with it as a JSON object.
    #[wire(into)]
    pub metadata: Option<Json>,
}

impl AddFundingSource {
    fn check(&self) -> Result<(), Error> {
        check_filled("connection_id", &self.connection_id)?;
        check_filled("currency", self.currency.as_str())?;
        check_object("metadata", self.metadata.as_ref())
    }
}

/// A connection that funds a wallet.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct WalletFundingSource {
    /// The wallet that is funded.
    pub wallet_id: Option<String>,
    /// The connection that brings the money.
    pub connection_id: Option<String>,
    /// The currency that it brings, such as `BRL`.
    pub currency: Option<Currency>,
    /// Whether it does so now.
    pub enabled: Option<bool>,
    /// When it was bound to the wallet.
    pub created_at: Option<Timestamp>,
    /// Metadata of the caller, kept with it as JSON.
    pub metadata: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct SourcesList {
    funding_sources: Vec<WalletFundingSource>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn sources(answer: Response) -> Result<Vec<WalletFundingSource>, Error> {
    answer.json().map(|list: SourcesList| list.funding_sources)
}
