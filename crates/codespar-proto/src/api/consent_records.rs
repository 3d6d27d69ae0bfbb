//! Consents that were given, as they are on record (`/v1/consent-records`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Json, Sensitive, Timestamp, driver::Transport,
    endpoints, kit::Response,
};

use crate::{
    check::check_range,
    client::Client,
    types::{minor_text::MinorText, money::Currency},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists what consumers consented to, with amounts in minor units.
    fn list(; query: &ListConsentRecords) -> Vec<ConsentRecord>:
        "consent_records.list" GET "/v1/consent-records", read records;
    /// Reads something that a consumer consented to, with amounts in minor units.
    fn get(consent_record_id) -> ConsentRecord:
        "consent_records.get" GET "/v1/consent-records/{consent_record_id}",
        scope "consents:read";
}

/// What consumers consented to (`/v1/consent-records`).
#[derive(Handle)]
#[handle(Client.consent_records)]
pub struct ConsentRecords<T> {
    client: Client<T>,
}

impl<T: Transport> ConsentRecords<T> {
    /// Lists what was consented to in the organization, newest first (`GET /v1/consent-records`).
    /// Amounts are **minor** units. There is no cursor: what is beyond the limit is not listed.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`; `Api` with `invalid_query`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for record in client.consent_records().list(&Default::default()).send()? {
    ///     println!("{:?} {:?}", record.purpose, record.cap_minor);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self, args: &ListConsentRecords) -> Call<T, Vec<ConsentRecord>> {
        self.client().call(list(self.client().service(), args))
    }

    /// One of them, also of another project of the organization
    /// (`GET /v1/consent-records/{consent_record_id}`). Amounts are **minor** units.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `consent_record_id`; `Api` with `not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let record = client.consent_records().get("ccsnt_1").send()?;
    /// println!("{:?} {:?}", record.kind, record.signed_at);
    /// # Ok(()) }
    /// ```
    pub fn get(&self, consent_record_id: &str) -> Call<T, ConsentRecord> {
        self.client().call(get(self.client().service(), consent_record_id))
    }
}

/// Which records are listed: all of the organization, unless something is set.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListConsentRecords {
    /// Of this consumer only.
    pub consumer_id: Option<String>,
    /// How many at most, 1 to 200; 50 unless set.
    pub limit: Option<u32>,
}

impl ListConsentRecords {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=200)
    }
}

/// Something that was consented to.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ConsentRecord {
    /// The id of the consent record.
    pub id: String,
    /// The id of the consumer who consented.
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
    /// The currency of the amount, such as `BRL`.
    pub currency: Option<Currency>,
    /// What the money may be spent on.
    pub purpose: Option<String>,
    /// Where the person was.
    #[wire(personal)]
    pub ip_address: Option<Sensitive>,
    /// When the consumer signed the consent (RFC 3339).
    pub signed_at: Option<Timestamp>,
    /// Until when the consent is valid (RFC 3339).
    pub expires_at: Option<Timestamp>,
    /// Metadata of the caller, kept with it as JSON.
    pub metadata: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Records {
    consents: Vec<ConsentRecord>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn records(answer: Response) -> Result<Vec<ConsentRecord>, Error> {
    let list: Records = answer.json()?;
    Ok(list.consents)
}
