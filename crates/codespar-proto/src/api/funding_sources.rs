//! Where money of consumers comes from, and what they consented to (`/v1/funding-sources`,
//! `/v1/consent-records`).

use codespar_engine::{
    Answer, Call, Error, Extra, Handle, Json, Timestamp, driver::Transport, endpoints,
    kit::Response,
};

use crate::{api::consents::ConsentRail, client::Client, types::money::Currency};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists where money of consumers comes from.
    fn list() -> Vec<FundingSource>:
        "funding_sources.list" GET "/v1/funding-sources", read sources;
}

/// Where money of consumers comes from (`/v1/funding-sources`).
#[derive(Handle)]
#[handle(Client.funding_sources)]
pub struct FundingSources<T> {
    client: Client<T>,
}

impl<T: Transport> FundingSources<T> {
    /// Lists where money of consumers comes from (`GET /v1/funding-sources`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for source in client.funding_sources().list().send()? {
    ///     println!("{} {:?}", source.id, source.rail);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self) -> Call<T, Vec<FundingSource>> {
        self.client().call(list(self.client().service()))
    }
}

/// Where money of a consumer comes from.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct FundingSource {
    /// The id of the funding source.
    pub id: String,
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
