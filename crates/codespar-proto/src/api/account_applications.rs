//! Applications for accounts of customers (`/v1/account-applications`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Json, Sensitive, WireEnum, driver::Transport,
    endpoints,
};

use crate::{
    check::{check_filled, check_object},
    client::Client,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Applies for an account of a consumer at the provider.
    fn create(; json: &CreateAccountApplication) -> AccountApplication:
        "account_applications.create" POST "/v1/account-applications";
    /// Says how an application stands; the account is set up once it is approved.
    fn get(verification_id; query: &ReadAccountApplication) -> AccountApplicationStatus:
        "account_applications.get" GET "/v1/account-applications/{verification_id}",
        scope "kyc:read";
}

/// Applications for accounts of consumers at the provider (`/v1/account-applications`).
#[derive(Handle)]
#[handle(Client.account_applications)]
pub struct AccountApplications<T> {
    client: Client<T>,
}

impl<T: Transport> AccountApplications<T> {
    /// Applies for an account of a consumer at the provider (`POST /v1/account-applications`).
    /// There is no account yet: read the application with [`get`](Self::get) until it is approved,
    /// which sets the account up. Show [`disclosure`](AccountApplication::disclosure) word for
    /// word.
    ///
    /// Where a policy asks for an approval the error is held: the application is made once a person
    /// approves, and must not be sent again.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it. A second one meets a 409 at the provider.
    ///
    /// # Errors
    /// `Config` naming `buyer`; `Api` with `approval_required`, `policy_denied` (403),
    /// `policy_denied` (503: the policies could not be asked, repeat it) and others. After
    /// `onboarding_proposal_open_elsewhere`, `onboarding_account_exists_elsewhere` and
    /// `onboarding_client_code_conflict` (409) there is one, perhaps of an earlier call.
    ///
    /// ```
    /// use codespar_proto::{Json, account_applications::CreateAccountApplication};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(
    /// #     client: &Client<T>, buyer: Json,
    /// # ) -> Result<(), Error> {
    /// let args = CreateAccountApplication::new(buyer);
    /// let opened = client.account_applications().create(&args).send()?;
    /// println!("{:?} {:?}", opened.verification_id, opened.status);
    /// # Ok(()) }
    /// ```
    #[doc(alias = "kyc")]
    pub fn create(&self, args: &CreateAccountApplication) -> Call<T, AccountApplication> {
        self.client().call(create(self.client().service(), args))
    }

    /// How an application stands (`GET /v1/account-applications/{verification_id}`).
    ///
    /// **This read writes**: where the application is approved the server sets up the funding
    /// source and the Pix key, once however often it is asked. The document of the consumer goes in
    /// the query: keep addresses of requests out of logs.
    ///
    /// Idempotency: a read, repeated where it fails for a moment; what it sets up is set up once.
    ///
    /// # Errors
    /// `Config` naming `document_number`; `Api` with `document_number_required` (400),
    /// `kyc_status_failed` (502, also where the document is that of another: read its message).
    ///
    /// ```
    /// use codespar_proto::account_applications::ReadAccountApplication;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = ReadAccountApplication::new("12345678909");
    /// let application = client.account_applications().get("ver_1", &args).send()?;
    /// println!("{:?} {:?}", application.status, application.funding_source_id);
    /// # Ok(()) }
    /// ```
    pub fn get(
        &self,
        verification_id: &str,
        args: &ReadAccountApplication,
    ) -> Call<T, AccountApplicationStatus> {
        self.client().call(get(self.client().service(), verification_id, args))
    }
}

/// Who applies for an account.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CreateAccountApplication {
    /// The person or company as the provider wants it: `documentNumber`, name, day of birth,
    /// address, and for a live CPF `financialDetails`.
    #[wire(into, personal)]
    pub buyer: Json,
    /// The id of the consumer.
    pub consumer_id: Option<String>,
    /// What else is wanted, such as `dda`.
    pub opt_ins: Option<Vec<String>>,
}

impl CreateAccountApplication {
    fn check(&self) -> Result<(), Error> {
        check_object("buyer", Some(&self.buyer))
    }
}

/// Whose application is read.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ReadAccountApplication {
    /// The CPF or CNPJ that the application was made with.
    #[wire(personal)]
    pub document_number: Sensitive,
    /// The id of the consumer, where the application does not tell.
    pub consumer_id: Option<String>,
}

impl ReadAccountApplication {
    fn check(&self) -> Result<(), Error> {
        check_filled("document_number", self.document_number.expose())
    }
}

/// An application that was made.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AccountApplication {
    /// The id of the application, to read it by.
    pub verification_id: Option<String>,
    /// The status of the application, as the provider writes it.
    pub status: Option<String>,
    /// The page on which the consumer goes on.
    pub hosted_url: Option<Sensitive>,
    /// What the consumer has to be told.
    pub disclosure: Option<ApplicationDisclosure>,
    /// What became of the wish for DDA.
    pub dda_opt_in: Option<DdaOptIn>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a consumer has to be told about an account.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ApplicationDisclosure {
    /// The institution that keeps the account.
    pub institution: Option<String>,
    /// The CNPJ of the institution.
    pub institution_document: Option<String>,
    /// The role of CodeSpar: `correspondente`.
    pub codespar_role: Option<String>,
    /// The text in Portuguese, to be shown word for word.
    pub text: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What became of the wish for DDA.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum DdaOptInStatus {
    /// It is being registered.
    Pending,
    /// It could not be registered.
    Failed,
    /// It is registered later.
    Deferred,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What became of the wish that boletos of a consumer are found by document (DDA).
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct DdaOptIn {
    /// How far it has come.
    pub status: Option<DdaOptInStatus>,
    /// The words of the server.
    pub message: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How far an application has come.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ApplicationState {
    /// It is looked at.
    Pending,
    /// The consumer still has to show documents.
    DocumentscopyPending,
    /// There is an account.
    Approved,
    /// There will be no account.
    Rejected,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How an application stands, and what was set up once it was approved.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AccountApplicationStatus {
    /// How far it has come.
    pub status: Option<ApplicationState>,
    /// The page on which the consumer goes on.
    pub hosted_url: Option<Sensitive>,
    /// The number of the account.
    #[wire(personal)]
    pub account: Option<Sensitive>,
    /// The id of the funding source.
    pub funding_source_id: Option<String>,
    /// The Pix key of the account.
    #[wire(personal)]
    pub pix_key: Option<Sensitive>,
    /// What kind of key that is.
    pub pix_key_type: Option<String>,
    /// Why there is no Pix key, in words.
    pub pix_key_registration_error: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}
