//! Documents whose boletos are looked for (`/v1/consumers/{consumer_id}/dda/subscriptions`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, KeyRule, Sensitive, WireEnum,
    driver::Transport,
    endpoints,
    kit::{IdempotencyKey, KeySource},
};

use crate::{api::dda::Dda, check::check_filled};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Says how it stands that the boletos of a document are looked for.
    fn get(consumer_id, document) -> DdaSubscription:
        "dda.subscriptions.get" GET "/v1/consumers/{consumer_id}/dda/subscriptions/{document}",
        part of get;
    /// Has the boletos of a document looked for no longer; those that were found stay.
    fn delete(consumer_id, document) -> DeletedDdaSubscription:
        "dda.subscriptions.delete"
        DELETE "/v1/consumers/{consumer_id}/dda/subscriptions/{document}" Safe, part of delete;
    /// Has the boletos of a consumer's document looked for.
    fn create(consumer_id; json: &CreateDdaSubscription) -> DdaRegistration:
        "dda.subscriptions.create" POST "/v1/consumers/{consumer_id}/dda/subscriptions" Keyed,
        key KeyRule::Body, scope "tools:execute", part of create;
}

/// Documents whose boletos are looked for (`/v1/consumers/{consumer_id}/dda/subscriptions`).
#[derive(Handle)]
#[handle(Dda.subscriptions)]
pub struct DdaSubscriptions<T> {
    client: crate::Client<T>,
}

impl<T: Transport> DdaSubscriptions<T> {
    /// Has the boletos of a consumer's document looked for (`POST
    /// /v1/consumers/{consumer_id}/dda/subscriptions`). The document is the verified one of the
    /// consumer, and an active mandate names it. It becomes active later, of which
    /// `dda.subscription.activated` tells.
    ///
    /// # Idempotency
    /// The key of the arguments goes out as the member `idempotency_key`, and the call is repeated
    /// under it. The same key and document give the registration that was made
    /// ([`replayed`](DdaRegistration::replayed)).
    ///
    /// # Errors
    /// `Config` naming `consumer_id`, `document` or `idempotency_key`; `Api` with
    /// `dda_document_not_owned` and `dda_document_unauthorized`, `no_provider_account`, and with
    /// `dda_claim_unavailable` (503), after which nothing was sent. After
    /// `dda_provider_unavailable` it is not known: repeat under the same key.
    ///
    /// ```
    /// use codespar_proto::dda::CreateDdaSubscription;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = CreateDdaSubscription::new("111.444.777-35", "dda-maria");
    /// let registration = client.dda().subscriptions().create("cons_1", &args).send()?;
    /// println!("{:?}", registration.status);
    /// # Ok(()) }
    /// ```
    pub fn create(
        &self,
        consumer_id: &str,
        args: &CreateDdaSubscription,
    ) -> Call<T, DdaRegistration> {
        const OPERATION: &str = "dda.subscriptions.create";
        let given = Some(args.idempotency_key.clone());
        let source = KeySource::Arguments { given, required: None };
        let flow = create(self.client().service(), consumer_id, args);
        self.client().call(IdempotencyKey::around(OPERATION, source, flow))
    }

    /// How the registration of a document stands (`GET
    /// /v1/consumers/{consumer_id}/dda/subscriptions/{document}`). Only the provider's own message
    /// moves it on from [`Pending`](DdaSubscriptionStatus::Pending): it may stay so.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `consumer_id` or `document`; `Api` with `not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let subscription = client.dda().subscriptions().get("cons_1", "11144477735").send()?;
    /// println!("{:?}", subscription.status);
    /// # Ok(()) }
    /// ```
    pub fn get(&self, consumer_id: &str, document: &str) -> Call<T, DdaSubscription> {
        self.client().call(get(self.client().service(), consumer_id, document))
    }

    /// Has the boletos of a document looked for no longer (`DELETE
    /// /v1/consumers/{consumer_id}/dda/subscriptions/{document}`). Those that were found stay.
    ///
    /// Idempotency: none needed, what is gone stays gone; repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `consumer_id` or `document`; `Api` with `not_found`, and with
    /// `dda_provider_unavailable` (502), after which it stands as before.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.dda().subscriptions().delete("cons_1", "11144477735").send()?;
    /// # Ok(()) }
    /// ```
    pub fn delete(&self, consumer_id: &str, document: &str) -> Call<T, DeletedDdaSubscription> {
        self.client().call(delete(self.client().service(), consumer_id, document))
    }
}

/// The document whose boletos are to be looked for.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CreateDdaSubscription {
    /// A CPF or a CNPJ, with or without its punctuation.
    #[wire(personal)]
    pub document: Sensitive,
    /// Names the registration: the same key and document are the same one.
    pub idempotency_key: String,
    /// The name of whose document it is.
    #[wire(personal)]
    pub client_name: Option<Sensitive>,
}

impl CreateDdaSubscription {
    fn check(&self) -> Result<(), Error> {
        check_filled("document", self.document.expose())?;
        check_filled("idempotency_key", &self.idempotency_key)
    }
}

/// How the registration of a document stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum DdaSubscriptionStatus {
    /// The provider has not answered yet.
    Pending,
    /// Boletos are looked for.
    Active,
    /// The provider refused it.
    Error,
    /// They are looked for no longer.
    Deleted,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A document that was registered.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct DdaRegistration {
    /// The digits of the document.
    #[wire(personal)]
    pub document: Option<Sensitive>,
    /// How the registration stands.
    pub status: Option<DdaSubscriptionStatus>,
    /// The service's own name for it at the provider.
    pub client_request_id: Option<String>,
    /// The mandate that names the document.
    pub mandate_id: Option<String>,
    /// Whether it had been registered before, under the same key.
    pub replayed: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How the registration of a document stands.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct DdaSubscription {
    /// The digits of the document.
    #[wire(personal)]
    pub document: Option<Sensitive>,
    /// How the registration stands.
    pub status: Option<DdaSubscriptionStatus>,
    /// The service's own name for it at the provider.
    pub client_request_id: Option<String>,
    /// The provider's id of it.
    pub celcoin_subscription_id: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A document whose boletos are looked for no longer.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct DeletedDdaSubscription {
    /// The digits of the document.
    #[wire(personal)]
    pub document: Option<Sensitive>,
    /// How the registration stands: deleted.
    pub status: Option<DdaSubscriptionStatus>,
    /// Members this version has no field for.
    pub extra: Extra,
}
