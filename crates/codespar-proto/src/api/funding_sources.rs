//! Where money of consumers comes from, and what they consented to (`/v1/funding-sources`,
//! `/v1/consent-records`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Json, Sensitive, Timestamp, driver::Transport,
    endpoints, kit::Response,
};

use crate::{
    api::consents::ConsentRail,
    check::check_range,
    client::Client,
    types::{minor_text::MinorText, money::Currency},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists where money of consumers comes from.
    fn list(; query: &ListFundingSources) -> Vec<FundingSource>:
        "funding_sources.list" GET "/v1/funding-sources", read sources;
    /// Reads one source that money of a consumer comes from.
    fn get(funding_source_id) -> FundingSource:
        "funding_sources.get" GET "/v1/funding-sources/{funding_source_id}",
        scope "consumers:fund";
}

/// Where money of consumers comes from (`/v1/funding-sources`).
#[derive(Handle)]
#[handle(Client.funding_sources)]
pub struct FundingSources<T> {
    client: Client<T>,
}

impl<T: Transport> FundingSources<T> {
    /// Lists where money of consumers comes from (`GET /v1/funding-sources`). There is no cursor:
    /// what is beyond the limit is not listed.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`; `Api` with `invalid_query`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for source in client.funding_sources().list(&Default::default()).send()? {
    ///     println!("{} {:?}", source.id, source.rail);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self, args: &ListFundingSources) -> Call<T, Vec<FundingSource>> {
        self.client().call(list(self.client().service(), args))
    }

    /// One of them (`GET /v1/funding-sources/{funding_source_id}`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `funding_source_id`; `Api` with `not_found`, also for another project's.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let source = client.funding_sources().get("cfs_1").send()?;
    /// println!("{:?} {:?}", source.rail, source.status);
    /// # Ok(()) }
    /// ```
    pub fn get(&self, funding_source_id: &str) -> Call<T, FundingSource> {
        self.client().call(get(self.client().service(), funding_source_id))
    }
}

/// Which sources are listed: all of the project, unless something is set.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListFundingSources {
    /// Of this consumer only.
    pub consumer_id: Option<String>,
    /// How many at most, 1 to 200; 50 unless set.
    pub limit: Option<u32>,
}

impl ListFundingSources {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=200)
    }
}

/// Where money of a consumer comes from.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct FundingSource {
    /// The id of the funding source.
    pub id: String,
    /// The id of the project it belongs to.
    pub project_id: Option<String>,
    /// The id of the consumer whose source it is.
    pub consumer_id: Option<String>,
    /// By which way it pays.
    pub rail: Option<ConsentRail>,
    /// The currency, such as `BRL`.
    pub currency: Option<Currency>,
    /// The provider that holds the source.
    pub provider: Option<String>,
    /// What the consumer calls it.
    #[wire(personal)]
    pub display_label: Option<String>,
    /// The status of the funding source.
    pub status: Option<String>,
    /// The Pix key that pays into it.
    #[wire(personal)]
    pub pix_key: Option<Sensitive>,
    /// The kind of that key.
    pub pix_key_type: Option<String>,
    /// What is in it, in **minor** units; the server does not say it here.
    pub balance_minor: Option<MinorText>,
    /// When the funding source was made (RFC 3339).
    pub created_at: Option<Timestamp>,
    /// Until when it can be used.
    pub expires_at: Option<Timestamp>,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
    /// Metadata of the caller, kept with it as JSON.
    pub metadata: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Sources {
    funding_sources: Vec<FundingSource>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn sources(answer: Response) -> Result<Vec<FundingSource>, Error> {
    let list: Sources = answer.json()?;
    Ok(list.funding_sources)
}
