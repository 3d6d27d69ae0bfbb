//! Consumers themselves: the holders of the money (`/v1/consumers`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Json, Sensitive, Timestamp, WireEnum, driver::Transport,
    endpoints, kit::Response,
};

use crate::{
    api::consumers::Consumers,
    check::{check_object, check_range},
    types::{
        money::{Currency, Minor},
        patch::Patch,
    },
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the consumers of the organization, the holders of the money.
    fn list(; query: &ListConsumers) -> Vec<Consumer>:
        "consumers.list" GET "/v1/consumers", read consumers;
    /// Makes a consumer who is not verified, without a document.
    fn create(; json: &CreateConsumer) -> Consumer: "consumers.create" POST "/v1/consumers";
    /// Reads a consumer, with the ids of what the consumer has.
    fn get(consumer_id) -> Consumer: "consumers.get" GET "/v1/consumers/{consumer_id}";
    /// Changes the name, the metadata or the kind of taxpayer of a consumer.
    fn update(consumer_id; json: &UpdateConsumer) -> Consumer:
        "consumers.update" PATCH "/v1/consumers/{consumer_id}";
    /// Says how a purchase of USDC for a consumer stands, in minor units, and credits it once it
    /// is settled.
    fn fund_status(consumer_id, transaction_id) -> ConsumerFunding:
        "consumers.fund_status" GET "/v1/consumers/{consumer_id}/fund/{transaction_id}";
}

impl<T: Transport> Consumers<T> {
    /// The consumers of the organization (`GET /v1/consumers`). There is no cursor: what is beyond
    /// the limit is not listed.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`; `Api` with `invalid_query`.
    ///
    /// ```
    /// use codespar_proto::consumers::ListConsumers;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = ListConsumers::default().verified(true);
    /// for consumer in client.consumers().list(&args).send()? {
    ///     println!("{} {:?}", consumer.id, consumer.status);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self, args: &ListConsumers) -> Call<T, Vec<Consumer>> {
        self.client().call(list(self.client().service(), args))
    }

    /// Makes a consumer who is not verified (`POST /v1/consumers`). A document is not taken: a
    /// consumer is verified by an approved application for an account.
    ///
    /// Idempotency: none, each call makes another consumer; it is not repeated once the server may
    /// have seen it. [`list`](Self::list) says which there are.
    ///
    /// # Errors
    /// `Config` naming `metadata`; `Api` with `invalid_body`.
    ///
    /// ```
    /// use codespar_proto::consumers::CreateConsumer;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = CreateConsumer::default().display_name("Maria");
    /// let consumer = client.consumers().create(&args).send()?;
    /// # Ok(()) }
    /// ```
    pub fn create(&self, args: &CreateConsumer) -> Call<T, Consumer> {
        self.client().call(create(self.client().service(), args))
    }

    /// A consumer, with the ids of what the consumer has (`GET /v1/consumers/{consumer_id}`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `consumer_id`; `Api` with `not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let consumer = client.consumers().get("cons_1").send()?;
    /// println!("{:?} {:?}", consumer.status, consumer.mandate_ids);
    /// # Ok(()) }
    /// ```
    pub fn get(&self, consumer_id: &str) -> Call<T, Consumer> {
        self.client().call(get(self.client().service(), consumer_id))
    }

    /// Changes a consumer (`PATCH /v1/consumers/{consumer_id}`). Who the consumer is cannot be
    /// changed; a change of the kind of taxpayer is recorded with the key that made it.
    ///
    /// Idempotency: none, but the same change twice is the same as once. It is not repeated by
    /// itself once the server may have seen it; repeating it is safe.
    ///
    /// # Errors
    /// `Config` naming `consumer_id` or `metadata`; `Api` with `invalid_body` and `not_found`.
    ///
    /// ```
    /// use codespar_proto::consumers::{TaxType, UpdateConsumer};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = UpdateConsumer::default().tax_type(TaxType::Mei);
    /// let consumer = client.consumers().update("cons_1", &args).send()?;
    /// # Ok(()) }
    /// ```
    pub fn update(&self, consumer_id: &str, args: &UpdateConsumer) -> Call<T, Consumer> {
        self.client().call(update(self.client().service(), consumer_id, args))
    }

    /// How a purchase of USDC for a consumer stands (`GET
    /// /v1/consumers/{consumer_id}/fund/{transaction_id}`). The amount is in **minor** units of
    /// USDC, and means something only once it is settled. **This read writes**: a purchase that is
    /// settled is credited to the wallet by it, once.
    ///
    /// Idempotency: the credit is made once for each transaction, however often this is asked;
    /// repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `consumer_id` or `transaction_id`; `Api` with `transaction_not_found`, also
    /// while the provider cannot be reached: **never begin a second purchase because of it**.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let funding = client.consumers().fund_status("cons_1", "tx_1").send()?;
    /// println!("{:?}: {:?}", funding.status, funding.credited);
    /// # Ok(()) }
    /// ```
    pub fn fund_status(&self, consumer_id: &str, transaction_id: &str) -> Call<T, ConsumerFunding> {
        self.client().call(fund_status(self.client().service(), consumer_id, transaction_id))
    }
}

/// Which consumers are listed: all of the organization, unless something is set.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListConsumers {
    /// Only those that are verified, or only those that are not.
    pub verified: Option<bool>,
    /// How many at most.
    pub limit: Option<u32>,
}

impl ListConsumers {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=u32::MAX)
    }
}

/// The consumer to make.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CreateConsumer {
    /// The name for people.
    #[wire(personal)]
    pub display_name: Option<Sensitive>,
    /// Metadata of the caller, kept with the consumer as a JSON object.
    #[wire(into)]
    pub metadata: Option<Json>,
}

impl CreateConsumer {
    fn check(&self) -> Result<(), Error> {
        check_object("metadata", self.metadata.as_ref())
    }
}

/// What is changed of a consumer. Each field is set, cleared where it can be, or left alone.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct UpdateConsumer {
    /// The name for people.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[wire(into, personal)]
    pub display_name: Patch<Sensitive>,
    /// Metadata of the caller, kept with the consumer as a JSON object.
    #[wire(into)]
    pub metadata: Option<Json>,
    /// The kind of taxpayer.
    #[wire(into)]
    pub tax_type: Option<TaxType>,
}

impl UpdateConsumer {
    fn check(&self) -> Result<(), Error> {
        check_object("metadata", self.metadata.as_ref())
    }
}

/// A kind of taxpayer in Brazil.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum TaxType {
    /// A legal person.
    Pj,
    /// An individual microentrepreneur.
    Mei,
    /// A small company (microempresa).
    Me,
    /// A natural person.
    Pf,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Whether somebody knows who a consumer is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ConsumerStatus {
    /// Nobody knows who it is.
    Unverified,
    /// An application for an account was approved.
    Verified,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A consumer, who holds the money.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Consumer {
    /// The id of the consumer.
    pub id: String,
    /// The name for people.
    #[wire(personal)]
    pub display_name: Option<Sensitive>,
    /// Metadata of the caller, kept with the consumer as JSON.
    pub metadata: Option<Json>,
    /// Whether somebody knows who it is.
    pub status: Option<ConsumerStatus>,
    /// The document, all but its last four digits masked.
    #[wire(personal)]
    pub document: Option<Sensitive>,
    /// When the document was verified.
    pub document_verified_at: Option<Timestamp>,
    /// Where the document comes from.
    pub document_source: Option<String>,
    /// The kind of person.
    pub person_type: Option<String>,
    /// The kind of taxpayer.
    pub tax_type: Option<TaxType>,
    /// When the consumer was made (RFC 3339).
    pub created_at: Option<Timestamp>,
    /// The wallet, where one consumer is read.
    pub wallet_id: Option<String>,
    /// Where the money comes from, where one consumer is read.
    #[wire(default)]
    pub funding_source_ids: Vec<String>,
    /// The mandates, where one consumer is read.
    #[wire(default)]
    pub mandate_ids: Vec<String>,
    /// The documents whose boletos are looked for, where one consumer is read.
    #[wire(default)]
    #[wire(personal)]
    pub dda_subscription_documents: Vec<Sensitive>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A purchase of USDC for a consumer.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ConsumerFunding {
    /// The provider's id of the transaction.
    pub transaction_id: Option<String>,
    /// How it stands: `awaiting_deposit`, `processing`, `completed` and others.
    pub status: Option<String>,
    /// How much, in **minor** units of USDC, once it is settled.
    pub amount_minor: Option<Minor>,
    /// The currency of the amount.
    pub currency: Option<Currency>,
    /// Whether it is credited, by this read or before.
    pub credited: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct ConsumersList {
    consumers: Vec<Consumer>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn consumers(answer: Response) -> Result<Vec<Consumer>, Error> {
    answer.json().map(|list: ConsumersList| list.consumers)
}
