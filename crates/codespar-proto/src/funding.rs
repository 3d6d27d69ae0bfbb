//! Where money of consumers comes from, and what they consented to (`/v1/funding-sources`,
//! `/v1/consent-records`).

use codespar_engine::{Call, Error, Json, Response, Sensitive, Transport, answer, endpoints};

use crate::{Client, ConsentRail, Currency, MinorText, Timestamp, resource::resource};

endpoints! {
    pub(crate) static ROUTES;
    fn funding_sources() -> Vec<FundingSource>: "funding_sources.list" GET "/v1/funding-sources", read sources;
    fn consent_records() -> Vec<ConsentRecord>: "consent_records.list" GET "/v1/consent-records", read records;
}

resource! {
    /// Where money of consumers comes from (`/v1/funding-sources`).
    FundingSources = Client.funding_sources
}

resource! {
    /// What consumers consented to (`/v1/consent-records`).
    ConsentRecords = Client.consent_records
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
    /// # fn example<T: codespar_proto::BlockingTransport>(client: &codespar_proto::Client<T>) -> Result<(), codespar_proto::Error> {
    /// for source in client.funding_sources().list().send()? {
    ///     println!("{} {:?}", source.id, source.rail);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self) -> Call<T, Vec<FundingSource>> {
        self.client().call(funding_sources(self.client().service()))
    }
}

impl<T: Transport> ConsentRecords<T> {
    /// Lists what was consented to (`GET /v1/consent-records`). Amounts are **minor** units.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # fn example<T: codespar_proto::BlockingTransport>(client: &codespar_proto::Client<T>) -> Result<(), codespar_proto::Error> {
    /// for record in client.consent_records().list().send()? {
    ///     println!("{:?} {:?}", record.purpose, record.cap_minor);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self) -> Call<T, Vec<ConsentRecord>> {
        self.client().call(consent_records(self.client().service()))
    }
}

answer! {
    /// Where money of a consumer comes from.
    pub struct FundingSource {
        /// Its id.
        pub id: String,
        /// The consumer.
        pub consumer_id: Option<String>,
        /// By which way it pays.
        pub rail: Option<ConsentRail>,
        /// In which currency.
        pub currency: Option<Currency>,
        /// The provider.
        pub provider: Option<String>,
        /// What the consumer calls it.
        pub display_label: Option<String>,
        /// How it stands.
        pub status: Option<String>,
        /// When it was made.
        pub created_at: Option<Timestamp>,
        /// Until when it can be used.
        pub expires_at: Option<Timestamp>,
        /// When it was taken back.
        pub revoked_at: Option<Timestamp>,
        /// Notes kept with it.
        pub metadata: Option<Json>,
    }

    /// Something that was consented to.
    pub struct ConsentRecord {
        /// Its id.
        pub id: String,
        /// Who consented.
        pub consumer_id: Option<String>,
        /// Where the money comes from.
        pub funding_source_id: Option<String>,
        /// The agent that may spend.
        pub agent_id: Option<String>,
        /// What kind of consent it is.
        pub kind: Option<String>,
        /// The version of the secret it is signed with.
        pub hmac_secret_version: Option<u64>,
        /// How much in all, in **minor** units.
        pub cap_minor: Option<MinorText>,
        /// How much at once, in **minor** units.
        pub per_tx_cap_minor: Option<MinorText>,
        /// In which currency.
        pub currency: Option<Currency>,
        /// What for.
        pub purpose: Option<String>,
        /// Where the person was.
        pub ip_address: Option<Sensitive>,
        /// When.
        pub signed_at: Option<Timestamp>,
        /// Until when.
        pub expires_at: Option<Timestamp>,
        /// Notes kept with it.
        pub metadata: Option<Json>,
    }

    struct Sources {
        funding_sources: Vec<FundingSource>,
    }

    struct Records {
        consents: Vec<ConsentRecord>,
    }
}

fn sources(answer: Response) -> Result<Vec<FundingSource>, Error> {
    let list: Sources = answer.json()?;
    Ok(list.funding_sources)
}

fn records(answer: Response) -> Result<Vec<ConsentRecord>, Error> {
    let list: Records = answer.json()?;
    Ok(list.consents)
}
