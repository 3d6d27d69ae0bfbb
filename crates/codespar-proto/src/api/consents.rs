//! Consents, which become mandates (`/v1/consents`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Json, Sensitive, Timestamp, WireEnum,
    driver::Transport, endpoints,
};

use crate::{
    check::check_filled,
    client::{Client, without_key::without_key},
    types::money::{Currency, Minor},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Makes a page, good for 24 hours, on which a person consents to what an agent may spend.
    fn create(; json: &CreateConsent) -> ConsentLink: "consents.create" POST "/v1/consents",
        scope "consents:write";
    /// Reads what a person is asked to consent to; the token is the only credential.
    fn get(token) -> Consent: "consents.get" GET "/v1/consents/{token}", scope "public",
        part of get;
    /// Gives a person's consent, which makes a mandate to spend; the token is the only credential.
    fn submit(token; json: &SubmitConsent) -> GrantedMandate:
        "consents.submit" POST "/v1/consents/{token}/submit", scope "public", part of submit;
}

/// Consents of people to what an agent may spend (`/v1/consents`).
#[derive(Handle)]
#[handle(Client.consents)]
pub struct Consents<T> {
    client: Client<T>,
}

impl<T: Transport> Consents<T> {
    /// Makes a page on which a person consents (`POST /v1/consents`). It is good for 24 hours.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work, such as `intent.per_tx_cap_minor`; `Api` as
    /// the server says.
    ///
    /// ```
    /// use codespar_proto::{Currency, Minor, consents::{ConsentIntent, CreateConsent}};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let month = 30 * 24 * 60 * 60_u64;
    /// let (all, each) = (Minor::new(80_000), Minor::new(20_000));
    /// let intent = ConsentIntent::new("groceries", all, each, Currency::BRL, month);
    /// let link = client.consents().create(&CreateConsent::new("agent_1", intent)).send()?;
    /// println!("{:?}", link.expires_at);
    /// # Ok(()) }
    /// ```
    pub fn create(&self, args: &CreateConsent) -> Call<T, ConsentLink> {
        self.client().call(create(self.client().service(), args))
    }

    /// What a person is asked to consent to (`GET /v1/consents/{token}`). The token is the only
    /// credential: the API key is not sent.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with status 404, 409 (`consent_already_resolved`) or 410 (`consent_expired`).
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>, token: &str) -> Result<(), Error> {
    /// let consent = client.consents().get(token).send()?;
    /// println!("{:?} asks", consent.org_name);
    /// # Ok(()) }
    /// ```
    pub fn get(&self, token: &str) -> Call<T, Consent> {
        self.client().call(get(&without_key(self.client().service()), token))
    }

    /// Gives the consent, which makes a mandate (`POST /v1/consents/{token}/submit`). The token
    /// is the only credential: the API key is not sent.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming the field that is empty; `Api` with `consent_expired`,
    /// `attestation_required` and others. After `consent_already_resolved` and `consent_race` the
    /// token was used, and its mandate may be there: list the consumer's.
    ///
    /// ```
    /// use codespar_proto::consents::{ConsentRail, SubmitConsent};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>, token: &str) -> Result<(), Error> {
    /// let args = SubmitConsent::new("cons_1", ConsentRail::PixConsent, "provider-token");
    /// let granted = client.consents().submit(token, &args).send()?;
    /// println!("{}", granted.mandate_id);
    /// # Ok(()) }
    /// ```
    pub fn submit(&self, token: &str, args: &SubmitConsent) -> Call<T, GrantedMandate> {
        self.client().call(submit(&without_key(self.client().service()), token, args))
    }
}

/// Who shows the page on which a person consents.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ConsentSurface {
    /// CodeSpar shows the page.
    Hosted,
    /// A partner, who attests that the person did.
    Partner,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What merchants are told apart by.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum MerchantPin {
    /// Their Pix key.
    PixKey,
    /// The merchant's id.
    MerchantId,
    /// The code of their trade.
    Mcc,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How long a period is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CapWindow {
    /// One calendar day.
    Day,
    /// One calendar month.
    Month,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// By which way a consent pays.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ConsentRail {
    /// A Pix consent of open banking.
    PixConsent,
    /// A card that the provider keeps as a token.
    CardToken,
    /// Debits of an account.
    TedDebitAuth,
    /// Debits of an account in the United States.
    UsdAchDebit,
    /// The USDC stablecoin.
    UsdcOnchain,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What a person is asked to consent to.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CreateConsent {
    /// The agent that will spend.
    pub agent_id: String,
    /// What it may spend.
    #[wire(into)]
    pub intent: ConsentIntent,
    /// The person's e-mail address.
    #[wire(personal)]
    pub consumer_email_hint: Option<Sensitive>,
    /// Where the person goes afterwards.
    pub callback_url: Option<String>,
    /// Who shows the page; the service unless said otherwise.
    pub surface: Option<ConsentSurface>,
}

/// What an agent may spend, and on what. Amounts are **minor** units.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct ConsentIntent {
    /// What the money may be spent on, such as `groceries`.
    pub purpose: String,
    /// The limit for all payments together, in **minor** units.
    pub cap_minor: Minor,
    /// The limit for a single payment, in **minor** units.
    pub per_tx_cap_minor: Minor,
    /// The currency of the amount, such as `BRL`.
    #[wire(into)]
    pub currency: Currency,
    /// For how many seconds.
    #[wire(seconds)]
    pub mandate_ttl_seconds: u64,
    /// Whom it may pay; everybody unless said otherwise.
    #[wire(personal)]
    pub merchant_allowlist: Option<Vec<Sensitive>>,
    /// What merchants are told apart by.
    pub merchant_pin_kind: Option<MerchantPin>,
    /// Where money may be withdrawn to.
    #[wire(personal)]
    pub withdrawal_allowlist: Option<Vec<Sensitive>>,
    /// Whose boletos it may pay.
    #[wire(personal)]
    pub dda_allowlist: Option<Vec<Sensitive>>,
    /// How much in a period.
    pub periodic_cap: Option<PeriodicCap>,
    /// Limits in further currencies, one for each.
    pub slots: Option<Vec<ConsentSlot>>,
    /// The name that the person reads.
    pub display_name: Option<String>,
    /// A note that the person reads.
    pub intent_note: Option<String>,
    /// Where goods go.
    #[wire(personal)]
    pub shipping: Option<Json>,
}

/// How much may be spent in a period.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct PeriodicCap {
    /// How long the period is.
    pub window: CapWindow,
    /// How much, in **minor** units.
    pub cap_minor: Minor,
}

/// What may be spent in one more currency. Amounts are **minor** units.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct ConsentSlot {
    /// The currency of this slot, such as `BRL`.
    #[wire(into)]
    pub currency: Currency,
    /// The rail that pays, such as `pix-consent`.
    #[wire(into)]
    pub rail: ConsentRail,
    /// The limit for all payments together, in **minor** units.
    pub cap_minor: Minor,
    /// The limit for a single payment, in **minor** units.
    pub per_tx_cap_minor: Minor,
}

/// How a person consents.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct SubmitConsent {
    /// The id of the consumer who consents.
    pub consumer_id: String,
    /// By which way it is paid.
    #[wire(into)]
    pub rail: ConsentRail,
    /// What the provider knows the consent by.
    pub provider_token: Sensitive,
    /// What the person calls it.
    #[wire(personal)]
    pub display_label: Option<String>,
    /// What a partner attests; only where a partner shows the page.
    pub attestation: Option<Json>,
}

impl CreateConsent {
    fn check(&self) -> Result<(), Error> {
        check_filled("agent_id", &self.agent_id)?;
        self.intent.check()
    }
}

impl ConsentIntent {
    fn check(&self) -> Result<(), Error> {
        check_filled("intent.purpose", &self.purpose)?;
        self.cap_minor.check("intent.cap_minor")?;
        self.per_tx_cap_minor.check("intent.per_tx_cap_minor")?;
        check_filled("intent.currency", self.currency.as_str())?;
        if self.mandate_ttl_seconds == 0 {
            let expected = "expected a number of seconds, more than zero";
            return Err(Error::config("intent.mandate_ttl_seconds", expected));
        }
        if let Some(cap) = &self.periodic_cap {
            cap.cap_minor.check("intent.periodic_cap.cap_minor")?;
        }
        for (place, slot) in self.slots.iter().flatten().enumerate() {
            slot.cap_minor.check(&format!("intent.slots[{place}].cap_minor"))?;
            slot.per_tx_cap_minor.check(&format!("intent.slots[{place}].per_tx_cap_minor"))?;
        }
        Ok(())
    }
}

impl SubmitConsent {
    fn check(&self) -> Result<(), Error> {
        check_filled("consumer_id", &self.consumer_id)?;
        check_filled("provider_token", self.provider_token.expose())
    }
}

/// A page on which a person consents.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ConsentLink {
    /// Whoever has it can consent.
    pub token: Sensitive,
    /// Until when it can be used.
    pub expires_at: Option<Timestamp>,
    /// Who shows the page on which the person consents.
    pub surface: Option<ConsentSurface>,
    /// The page. The token is in it.
    pub consent_url: Option<Sensitive>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a person is asked to consent to.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Consent {
    /// Whoever has it can consent.
    pub token: Option<Sensitive>,
    /// The name of the organization that asks for the consent.
    pub org_name: Option<String>,
    /// The agent that will spend.
    pub agent_id: Option<String>,
    /// The person's e-mail address.
    #[wire(personal)]
    pub consumer_email_hint: Option<Sensitive>,
    /// What it may spend: [`ConsentIntent`], as JSON.
    pub intent: Option<Json>,
    /// Until when it can be used.
    pub expires_at: Option<Timestamp>,
    /// By which ways it can be paid.
    #[wire(default)]
    pub rails_supported: Vec<ConsentRail>,
    /// Who shows the page on which the person consents.
    pub surface: Option<ConsentSurface>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The mandate that a consent became.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct GrantedMandate {
    /// The id of the mandate.
    pub mandate_id: String,
    /// The mandate itself.
    pub mandate: Option<Json>,
    /// What it is signed with.
    pub signature: Option<Sensitive>,
    /// Where the person goes now.
    pub callback_url: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}
