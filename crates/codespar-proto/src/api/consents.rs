//! Consents, which become mandates (`/v1/consents`).

use std::sync::Arc;

use codespar_engine::{
    Call, Error, Json, Sensitive, Service, Timestamp, Transport, answer, args, endpoints,
    open_enum, resource,
};
use http::header::AUTHORIZATION;
use serde::{Deserialize, Serialize};

use crate::{
    check::check_filled,
    client::Client,
    types::money::{Currency, Minor},
};

endpoints! {
    pub(crate) static ROUTES;
    fn create_consent(; json: &CreateConsent) -> ConsentLink: "consents.create" POST "/v1/consents";
    fn consent(token) -> Consent: "consents.get" GET "/v1/consents/{token}";
    fn submit_consent(token; json: &SubmitConsent) -> GrantedMandate: "consents.submit" POST "/v1/consents/{token}/submit";
}

resource! {
    /// Consents of people to what an agent may spend (`/v1/consents`).
    Consents = Client.consents
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
        self.client()
            .checked("consents.create", args.check(), |service| create_consent(service, args))
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
        self.client().call(consent(&without_key(self.client().service()), token))
    }

    /// Gives the consent, which makes a mandate (`POST /v1/consents/{token}/submit`). The token
    /// is the only credential: the API key is not sent.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming the field that is empty; `Api` with `consent_already_resolved`,
    /// `consent_race`, `consent_expired`, `attestation_required` and others.
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
        self.client().checked("consents.submit", args.check(), |service| {
            submit_consent(&without_key(service), token, args)
        })
    }
}

/// The service without credentials of the client.
fn without_key(service: &Arc<Service>) -> Arc<Service> {
    let mut service = Service::clone(service);
    service.headers.remove(AUTHORIZATION);
    Arc::new(service)
}

open_enum! {
    /// Who shows the page on which a person consents.
    pub enum ConsentSurface {
        /// CodeSpar shows the page.
        Hosted = "hosted",
        /// A partner, who attests that the person did.
        Partner = "partner",
    }
}

open_enum! {
    /// What merchants are told apart by.
    pub enum MerchantPin {
        /// Their Pix key.
        PixKey = "pix-key",
        /// The merchant's id.
        MerchantId = "merchant-id",
        /// The code of their trade.
        Mcc = "mcc",
    }
}

open_enum! {
    /// How long a period is.
    pub enum CapWindow {
        /// One calendar day.
        Day = "day",
        /// One calendar month.
        Month = "month",
    }
}

open_enum! {
    /// By which way a consent pays.
    pub enum ConsentRail {
        /// A Pix consent of open banking.
        PixConsent = "pix-consent",
        /// A card that the provider keeps as a token.
        CardToken = "card-token",
        /// Debits of an account.
        TedDebitAuth = "ted-debit-auth",
        /// Debits of an account in the United States.
        UsdAchDebit = "usd-ach-debit",
        /// The USDC stablecoin.
        UsdcOnchain = "usdc-onchain",
    }
}

args! {
    /// What a person is asked to consent to.
    pub struct CreateConsent {
        /// The agent that will spend.
        agent_id: String,
        /// What it may spend.
        intent: ConsentIntent,
    } with {
        /// The person's e-mail address.
        consumer_email_hint: Sensitive = into,
        /// Where the person goes afterwards.
        callback_url: String = into,
        /// Who shows the page; the service unless said otherwise.
        surface: ConsentSurface,
    }
}

args! {
    /// What an agent may spend, and on what. Amounts are **minor** units.
    pub struct ConsentIntent {
        /// What the money may be spent on, such as `groceries`.
        purpose: String,
        /// The limit for all payments together, in **minor** units.
        cap_minor: Minor,
        /// The limit for a single payment, in **minor** units.
        per_tx_cap_minor: Minor,
        /// The currency of the amount, such as `BRL`.
        currency: Currency,
        /// For how many seconds.
        mandate_ttl_seconds: u64,
    } with {
        /// Whom it may pay; everybody unless said otherwise.
        merchant_allowlist: Vec<Sensitive>,
        /// What merchants are told apart by.
        merchant_pin_kind: MerchantPin,
        /// Where money may be withdrawn to.
        withdrawal_allowlist: Vec<Sensitive>,
        /// Whose boletos it may pay.
        dda_allowlist: Vec<Sensitive>,
        /// How much in a period.
        periodic_cap: PeriodicCap,
        /// Limits in further currencies, one for each.
        slots: Vec<ConsentSlot>,
        /// The name that the person reads.
        display_name: String = into,
        /// A note that the person reads.
        intent_note: String = into,
        /// Where goods go.
        shipping: Json,
    }
}

/// How much may be spent in a period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PeriodicCap {
    /// How long the period is.
    pub window: CapWindow,
    /// How much, in **minor** units.
    pub cap_minor: Minor,
}

impl PeriodicCap {
    /// So many **minor** units in each period.
    pub const fn new(window: CapWindow, cap_minor: Minor) -> Self {
        Self { window, cap_minor }
    }
}

args! {
    /// What may be spent in one more currency. Amounts are **minor** units.
    pub struct ConsentSlot {
        /// The currency of this slot, such as `BRL`.
        currency: Currency,
        /// The rail that pays, such as `pix-consent`.
        rail: ConsentRail,
        /// The limit for all payments together, in **minor** units.
        cap_minor: Minor,
        /// The limit for a single payment, in **minor** units.
        per_tx_cap_minor: Minor,
    }
}

args! {
    /// How a person consents.
    pub struct SubmitConsent {
        /// The id of the consumer who consents.
        consumer_id: String,
        /// By which way it is paid.
        rail: ConsentRail,
        /// What the provider knows the consent by.
        provider_token: Sensitive,
    } with {
        /// What the person calls it.
        display_label: String = into,
        /// What a partner attests; only where a partner shows the page.
        attestation: Json,
    }
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

answer! {
    /// A page on which a person consents.
    pub struct ConsentLink {
        /// Whoever has it can consent.
        pub token: Sensitive,
        /// Until when it can be used.
        pub expires_at: Option<Timestamp>,
        /// Who shows the page on which the person consents.
        pub surface: Option<ConsentSurface>,
        /// The page. The token is in it.
        pub consent_url: Option<Sensitive>,
    }

    /// What a person is asked to consent to.
    pub struct Consent {
        /// Whoever has it can consent.
        pub token: Option<Sensitive>,
        /// The name of the organization that asks for the consent.
        pub org_name: Option<String>,
        /// The agent that will spend.
        pub agent_id: Option<String>,
        /// The person's e-mail address.
        pub consumer_email_hint: Option<Sensitive>,
        /// What it may spend: [`ConsentIntent`], as JSON.
        pub intent: Option<Json>,
        /// Until when it can be used.
        pub expires_at: Option<Timestamp>,
        /// By which ways it can be paid.
        pub rails_supported: Vec<ConsentRail> = default,
        /// Who shows the page on which the person consents.
        pub surface: Option<ConsentSurface>,
    }

    /// The mandate that a consent became.
    pub struct GrantedMandate {
        /// The id of the mandate.
        pub mandate_id: String,
        /// The mandate itself.
        pub mandate: Option<Json>,
        /// What it is signed with.
        pub signature: Option<Sensitive>,
        /// Where the person goes now.
        pub callback_url: Option<String>,
    }
}
