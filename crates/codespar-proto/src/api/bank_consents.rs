//! Consents at banks, by open finance (`/v1/bank-consents`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Json, Sensitive, Timestamp, WireEnum,
    driver::Transport, endpoints, kit::Response,
};

use crate::{
    api::answer::require_list,
    check::{check_filled, check_range, check_receiver},
    client::Client,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the consents at banks, newest first.
    fn list(; query: &ListBankConsents) -> Vec<BankConsent>:
        "bank_consents.list" GET "/v1/bank-consents", read rows;
    /// Opens a consent at the bank of a consumer, who then gives it there.
    fn create(; json: &CreateBankConsent) -> BankConsent:
        "bank_consents.create" POST "/v1/bank-consents";
    /// Reads a consent at a bank.
    fn get(bank_consent_id) -> BankConsent:
        "bank_consents.get" GET "/v1/bank-consents/{bank_consent_id}", scope "consents:read";
    /// Hands in the code that the bank gave, which makes a consent hold.
    fn callback(bank_consent_id; json: &BankAuthorization) -> BankConsent:
        "bank_consents.callback" POST "/v1/bank-consents/{bank_consent_id}/callback";
    /// Fetches the statement of the account that a consent is about.
    fn refresh_statement(bank_consent_id; json: &RefreshStatement) -> StatementRefresh:
        "bank_consents.refresh_statement"
        POST "/v1/bank-consents/{bank_consent_id}/refresh-statement" Safe;
    /// Ends the use of a consent at a bank; the bank is not told.
    fn revoke(bank_consent_id; json: &BankConsentReason) -> BankConsent:
        "bank_consents.revoke" POST "/v1/bank-consents/{bank_consent_id}/revoke",
        effect Destroys;
}

/// Consents at banks, by open finance (`/v1/bank-consents`).
#[derive(Handle)]
#[handle(Client.bank_consents)]
pub struct BankConsents<T> {
    client: Client<T>,
}

impl<T: Transport> BankConsents<T> {
    /// Lists the consents at banks, newest first (`GET /v1/bank-consents`): 50 unless said
    /// otherwise, 200 at most, and there is no next page.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`; `Api` with `invalid_query`.
    ///
    /// ```
    /// use codespar_proto::bank_consents::ListBankConsents;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for consent in client.bank_consents().list(&ListBankConsents::default()).send()? {
    ///     println!("{:?} {:?}", consent.bank_id, consent.status);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self, args: &ListBankConsents) -> Call<T, Vec<BankConsent>> {
        self.client().call(list(self.client().service(), args))
    }

    /// Opens a consent at the bank of a consumer (`POST /v1/bank-consents`). Send the consumer to
    /// [`authorisation_url`](BankConsent::authorisation_url).
    ///
    /// The bank is asked before anything is written down: after a lost answer a consent may stand
    /// open at the bank, and a second call opens another. Look at the list first.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work; `Api` with `consent_active_for_consumer`,
    /// `bank_consent_held_elsewhere` (409), `ofb_not_live` (422), `consent_disappeared` (500: do
    /// not repeat it blindly), `adapter_error` (502), `ofb_adapter_unavailable`,
    /// `consent_lock_timeout` (503) and others.
    ///
    /// ```
    /// use codespar_proto::bank_consents::CreateBankConsent;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let scopes = vec!["accounts".to_owned()];
    /// let back = "https://shop.example.com/back";
    /// let args = CreateBankConsent::new("itau", "cons_1", scopes, back);
    /// let consent = client.bank_consents().create(&args).send()?;
    /// println!("{:?} {:?}", consent.id, consent.status);
    /// # Ok(()) }
    /// ```
    #[doc(alias = "open finance")]
    pub fn create(&self, args: &CreateBankConsent) -> Call<T, BankConsent> {
        self.client().call(create(self.client().service(), args))
    }

    /// A consent at a bank (`GET /v1/bank-consents/{bank_consent_id}`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `not_found`, also for another project's.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let consent = client.bank_consents().get("ofb_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn get(&self, bank_consent_id: &str) -> Call<T, BankConsent> {
        self.client().call(get(self.client().service(), bank_consent_id))
    }

    /// Hands in the code that the bank gave to the consumer, which makes a consent hold (`POST
    /// /v1/bank-consents/{bank_consent_id}/callback`). After `adapter_error` (502) it still waits;
    /// whether the code can be used again is not known.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it. A consent that holds already is 409 `illegal_transition`.
    ///
    /// # Errors
    /// `Config` naming `auth_code`; `Api` with `illegal_transition`, `consent_expired` (409: open a
    /// new one), `ofb_not_live` (422), `adapter_error` (502), `ofb_adapter_unavailable` (503) and
    /// others.
    ///
    /// ```
    /// use codespar_proto::bank_consents::BankAuthorization;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(
    /// #     client: &Client<T>, code: &str,
    /// # ) -> Result<(), Error> {
    /// client.bank_consents().callback("ofb_1", &BankAuthorization::new(code)).send()?;
    /// # Ok(()) }
    /// ```
    pub fn callback(
        &self,
        bank_consent_id: &str,
        args: &BankAuthorization,
    ) -> Call<T, BankConsent> {
        self.client().call(callback(self.client().service(), bank_consent_id, args))
    }

    /// Fetches the statement of the account that a consent is about (`POST
    /// /v1/bank-consents/{bank_consent_id}/refresh-statement`). Its entries are taken in when this
    /// answers; they are reconciled later.
    ///
    /// Idempotency: none is needed, an entry is taken in once and counts as a duplicate then;
    /// repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `consent_not_authorised`, `consent_expired`, `consent_token_expired` (409: the
    /// last does not need a new consent), `ofb_not_live` (422), `adapter_error` (502: what was
    /// taken in stays) and others.
    ///
    /// ```
    /// use codespar_proto::bank_consents::RefreshStatement;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = RefreshStatement::default();
    /// let refreshed = client.bank_consents().refresh_statement("ofb_1", &args).send()?;
    /// println!("{:?} new entries", refreshed.imported);
    /// # Ok(()) }
    /// ```
    pub fn refresh_statement(
        &self,
        bank_consent_id: &str,
        args: &RefreshStatement,
    ) -> Call<T, StatementRefresh> {
        self.client().call(refresh_statement(self.client().service(), bank_consent_id, args))
    }

    /// Ends the use of a consent (`POST /v1/bank-consents/{bank_consent_id}/revoke`). The bank is
    /// not told: it is revoked there as well.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it. A second call is 409 `illegal_transition`: after a lost answer that says that it is
    /// done.
    ///
    /// # Errors
    /// `Api` with `not_found` (404), `illegal_transition` (409).
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.bank_consents().revoke("ofb_1", Some("closed account")).send()?;
    /// # Ok(()) }
    /// ```
    pub fn revoke(&self, bank_consent_id: &str, reason: Option<&str>) -> Call<T, BankConsent> {
        let args = BankConsentReason { reason: reason.map(str::to_owned) };
        self.client().call(revoke(self.client().service(), bank_consent_id, &args))
    }
}

/// How a consent at a bank stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum BankConsentStatus {
    /// The consumer has not given it yet.
    Pending,
    /// It holds for now.
    Authorised,
    /// It is not used any more.
    Revoked,
    /// Its time is over.
    Expired,
    /// It was used up.
    Consumed,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Which consents are listed: all of the project, unless something is set.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListBankConsents {
    /// Only consents with this status.
    pub status: Option<BankConsentStatus>,
    /// How many at most, 1 to 200; 50 unless said otherwise.
    pub limit: Option<u32>,
}

impl ListBankConsents {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=200)
    }
}

/// The consent to open at a bank.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CreateBankConsent {
    /// The bank, such as `itau` or `bb`.
    pub bank_id: String,
    /// The id of the consumer whose account it is.
    pub consumer_id: String,
    /// What it is to allow.
    pub scopes: Vec<String>,
    /// Where the consumer goes afterwards.
    pub redirect_url: String,
    /// The wallet that the account belongs to.
    pub wallet_id: Option<String>,
}

impl CreateBankConsent {
    fn check(&self) -> Result<(), Error> {
        check_filled("bank_id", &self.bank_id)?;
        check_filled("consumer_id", &self.consumer_id)?;
        check_receiver("redirect_url", &self.redirect_url)
    }
}

/// What the bank gave to the consumer.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct BankAuthorization {
    /// The code of the way back from the bank.
    pub auth_code: Sensitive,
}

impl BankAuthorization {
    fn check(&self) -> Result<(), Error> {
        check_filled("auth_code", self.auth_code.expose())
    }
}

/// Which part of the statement is fetched.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[non_exhaustive]
pub struct RefreshStatement {
    /// From when on (RFC 3339, with an offset).
    #[wire(into)]
    pub since: Option<Timestamp>,
    /// Until when (RFC 3339, with an offset).
    #[wire(into)]
    pub until: Option<Timestamp>,
}

/// Why a consent is no longer used.
#[derive(Args)]
struct BankConsentReason {
    /// Why, in words for people.
    #[wire(no_setter)]
    reason: Option<String>,
}

/// A consent at a bank.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct BankConsent {
    /// The id of the consent here.
    pub id: Option<String>,
    /// The bank, such as `itau` or `bb`.
    pub bank_id: Option<String>,
    /// The id of the consumer whose account it is.
    pub consumer_id: Option<String>,
    /// The wallet that the account belongs to.
    pub wallet_id: Option<String>,
    /// The status of the consent.
    pub status: Option<BankConsentStatus>,
    /// What it allows.
    #[wire(default)]
    pub scopes: Vec<String>,
    /// The id of the consent at the bank.
    pub bank_consent_id: Option<String>,
    /// Where the consumer gives it.
    pub authorisation_url: Option<Sensitive>,
    /// Until when the access to the bank holds.
    pub token_expires_at: Option<Timestamp>,
    /// When it was opened (RFC 3339).
    pub created_at: Option<Timestamp>,
    /// When it was given.
    pub authorized_at: Option<Timestamp>,
    /// Until when it holds.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was used up.
    pub consumed_at: Option<Timestamp>,
    /// What else is kept with it.
    pub metadata: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What was taken in of a statement.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct StatementRefresh {
    /// The id of the consent.
    pub consent_id: Option<String>,
    /// The id of this run.
    pub run_id: Option<String>,
    /// How many entries are new.
    pub imported: Option<u64>,
    /// How many entries were there before.
    pub duplicates: Option<u64>,
    /// Within how many seconds they are reconciled.
    #[wire(seconds)]
    pub next_recon_cycle_within_seconds: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Rows {
    bank_consents: Option<Vec<BankConsent>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn rows(answer: Response) -> Result<Vec<BankConsent>, Error> {
    let rows: Rows = answer.json()?;
    require_list(&answer, "bank_consents", rows.bank_consents)
}
