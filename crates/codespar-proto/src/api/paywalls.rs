//! Paywalls before the caller's own servers (`/v1/paywalls`).

pub(crate) mod input;

use codespar_engine::{
    Answer, Call, Error, Extra, Handle, Sensitive, Timestamp, WireEnum,
    driver::Transport,
    endpoints,
    kit::{Response, no_answer},
};

pub use self::input::{
    CreatePaywall, NewPaywallMetering, NewPaywallTier, PaywallPayTo, UpdatePaywall,
};
use crate::{
    api::{
        answer::require_list,
        payment_links::{GatewayUnavailableReason, PayToKind},
        projects::Environment,
    },
    client::Client,
    types::{atomic_text::AtomicText, decimal_text::DecimalText, money::Currency},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the paywalls of the project, newest first; prices are texts in USDC.
    fn list() -> Vec<Paywall>: "paywalls.list" GET "/v1/paywalls", read rows;
    /// Puts a paywall before a server, at a price in major units of USDC; payto says where the
    /// income goes.
    fn create(; json: &CreatePaywall) -> Paywall: "paywalls.create" POST "/v1/paywalls";
    /// Reads a paywall; its price is a text in USDC.
    fn get(paywall_id) -> Paywall: "paywalls.get" GET "/v1/paywalls/{paywall_id}";
    /// Changes the name, the server or the price of a paywall, in major units of USDC, or switches
    /// it off or on.
    fn update(paywall_id; json: &UpdatePaywall) -> Paywall:
        "paywalls.update" PATCH "/v1/paywalls/{paywall_id}";
    /// Deletes a paywall for good: its figures can no longer be read, and anybody may take its
    /// slug.
    fn delete(paywall_id) -> ():
        "paywalls.delete" DELETE "/v1/paywalls/{paywall_id}" Safe, scope "paywalls:write",
        read no_answer;
    /// Says what a paywall settled, gave back and kept since it was made, in USDC.
    fn stats(paywall_id) -> PaywallStats: "paywalls.stats" GET "/v1/paywalls/{paywall_id}/stats";
}

/// Paywalls before the caller's own servers (`/v1/paywalls`): agents pay in USDC, call by call.
#[derive(Handle)]
#[handle(Client.paywalls)]
pub struct Paywalls<T> {
    client: Client<T>,
}

impl<T: Transport> Paywalls<T> {
    /// Lists the paywalls, newest first (`GET /v1/paywalls`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says; `Decode` without a list.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for paywall in client.paywalls().list().send()? {
    ///     println!("{}: {:?}", paywall.id, paywall.price);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self) -> Call<T, Vec<Paywall>> {
        self.client().call(list(self.client().service()))
    }

    /// Puts a paywall before a server (`POST /v1/paywalls`): agents pay before they are let
    /// through. **Where the income goes** is what `payto` and `consumer_id` say. A credential of
    /// OAuth has to name an admin, with the header `x-codespar-user` on the call.
    ///
    /// Idempotency: none, the server honours no key; it is sent once. A second call is
    /// `slug_conflict`.
    ///
    /// # Errors
    /// `Config` naming `slug`, `name`, `upstream_url`, `price`, `consumer_id`, `payto.address` or
    /// `pricing_tiers`; `Api` with `slug_conflict`, `invalid_upstream_url`, `invalid_payto`,
    /// `invalid_tiers`, `metered_not_enabled`, `insufficient_role` and others: nothing was made.
    ///
    /// ```
    /// use codespar_proto::{paywalls::{CreatePaywall, PaywallPayTo}, types::DecimalText};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let price: DecimalText = "0.05".parse()?;
    /// let payto = PaywallPayTo::byo("0x52908400098527886E0F7030069857D2E4169EE7");
    /// let url = "https://api.shop.example/quotes";
    /// let args = CreatePaywall::new("quotes", "Quotes", url, price, payto);
    /// let paywall = client.paywalls().create(&args).send()?;
    /// println!("{:?}", paywall.gateway_url);
    /// # Ok(()) }
    /// ```
    pub fn create(&self, args: &CreatePaywall) -> Call<T, Paywall> {
        self.client().call(create(self.client().service(), args))
    }

    /// Reads a paywall (`GET /v1/paywalls/{paywall_id}`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `paywall_not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let paywall = client.paywalls().get("pw_1").send()?;
    /// println!("{:?}", paywall.active);
    /// # Ok(()) }
    /// ```
    pub fn get(&self, paywall_id: &str) -> Call<T, Paywall> {
        self.client().call(get(self.client().service(), paywall_id))
    }

    /// Changes the name, the server or the price of a paywall, or switches it off and on (`PATCH
    /// /v1/paywalls/{paywall_id}`). A credential of OAuth has to name an admin, with the header
    /// `x-codespar-user` on the call.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `name`, unless something is changed, or `price`; `Api` with
    /// `invalid_upstream_url`, `paywall_not_found`, `insufficient_role` and others.
    ///
    /// ```
    /// use codespar_proto::paywalls::UpdatePaywall;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = UpdatePaywall::default().active(false);
    /// let paywall = client.paywalls().update("pw_1", &args).send()?;
    /// # Ok(()) }
    /// ```
    pub fn update(&self, paywall_id: &str, args: &UpdatePaywall) -> Call<T, Paywall> {
        self.client().call(update(self.client().service(), paywall_id, args))
    }

    /// Deletes a paywall **for good** (`DELETE /v1/paywalls/{paywall_id}`): its
    /// [`stats`](Self::stats) can no longer be read, and anybody may take its slug.
    /// [`update`](Self::update) with `active(false)` can be undone. A credential of OAuth has to
    /// name an admin, with the header `x-codespar-user` on the call.
    ///
    /// Idempotency: none needed; what is gone stays gone, so it is repeated where it fails for a
    /// moment.
    ///
    /// # Errors
    /// `Api` with `paywall_not_found` (after a lost answer: it is gone), `insufficient_role` and
    /// others.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.paywalls().delete("pw_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn delete(&self, paywall_id: &str) -> Call<T, ()> {
        self.client().call(delete(self.client().service(), paywall_id))
    }

    /// What a paywall settled, gave back and kept since it was made (`GET
    /// /v1/paywalls/{paywall_id}/stats`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `paywall_not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let stats = client.paywalls().stats("pw_1").send()?;
    /// println!("{:?} USDC", stats.net);
    /// # Ok(()) }
    /// ```
    pub fn stats(&self, paywall_id: &str) -> Call<T, PaywallStats> {
        self.client().call(stats(self.client().service(), paywall_id))
    }
}

/// How the price of a call is found.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PaywallPricing {
    /// It is always the same.
    Flat,
    /// By how many tokens it took.
    Token,
    /// The caller's own server is asked.
    Dynamic,
    /// By how long it took.
    Time,
    /// By how many units it took.
    PerUnit,
    /// By how many calls there were.
    Tiered,
    /// By what the call used, up to a ceiling.
    Metered,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A paywall before a server. Prices are **major** units of USDC, or millionths where the name says
/// `atomic`.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Paywall {
    /// The id of the paywall: `pw_…`.
    pub id: String,
    /// The id of the project.
    pub project_id: Option<String>,
    /// Its name in addresses, once over all organizations.
    pub slug: Option<String>,
    /// The name for people.
    pub name: Option<String>,
    /// The server behind it.
    pub upstream_url: Option<String>,
    /// What a call costs, in **major** units of USDC.
    pub price: Option<DecimalText>,
    /// The same in millionths of a USDC.
    pub price_atomic: Option<AtomicText>,
    /// The currency: `USDC`.
    pub currency: Option<Currency>,
    /// The environment: whether money is real.
    pub environment: Option<Environment>,
    /// Whose address the income goes to.
    pub payto_kind: Option<PayToKind>,
    /// The address that the income goes to.
    pub payto_address: Option<Sensitive>,
    /// The consumer whose address it is.
    pub consumer_id: Option<String>,
    /// What it sells, in words.
    pub description: Option<String>,
    /// What kind of thing it sells.
    pub category: Option<String>,
    /// The HTTP methods that are let through; none means any.
    #[wire(default)]
    pub methods: Vec<String>,
    /// How the price of a call is found.
    pub pricing_model: Option<PaywallPricing>,
    /// The prices by how many calls there were.
    #[wire(default)]
    pub pricing_tiers: Vec<PaywallTier>,
    /// Who is asked for the price.
    pub dynamic_price_url: Option<String>,
    /// How calls are metered.
    pub metered_config: Option<PaywallMetering>,
    /// Whether it is switched on.
    pub active: Option<bool>,
    /// The address that agents call.
    pub gateway_url: Option<String>,
    /// Why there is no such address.
    pub gateway_unavailable_reason: Option<GatewayUnavailableReason>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The price of calls up to a number.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PaywallTier {
    /// Up to how many calls, that one not included; none in the last.
    pub up_to: Option<u64>,
    /// What a call costs, in millionths of a USDC.
    pub price_atomic: Option<AtomicText>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How the calls of a paywall are metered: a payer signs for the most, and what is not used is
/// given back.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PaywallMetering {
    /// What is counted, such as `tokens`.
    pub basis: Option<String>,
    /// What one of it costs, in millionths of a USDC.
    pub base_atomic: Option<AtomicText>,
    /// How many of it are counted at least.
    pub min_mult: Option<f64>,
    /// How many of it are counted at most.
    pub max_mult: Option<f64>,
    /// The header in which the server says how many it was.
    pub units_header: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a paywall earned since it was made, in **major** units of USDC, or millionths where the
/// name says `atomic`.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PaywallStats {
    /// The id of the paywall.
    pub paywall_id: Option<String>,
    /// Its name in addresses.
    pub slug: Option<String>,
    /// The currency: `USDC`.
    pub currency: Option<Currency>,
    /// How many payments were settled.
    pub settled_count: Option<u64>,
    /// All that was paid, in millionths of a USDC.
    pub gross_atomic: Option<AtomicText>,
    /// The same in **major** units.
    pub gross: Option<DecimalText>,
    /// What was or will be given back, in millionths of a USDC.
    pub refunded_atomic: Option<AtomicText>,
    /// The same in **major** units.
    pub refunded: Option<DecimalText>,
    /// What is left, in millionths of a USDC.
    pub net_atomic: Option<AtomicText>,
    /// The same in **major** units.
    pub net: Option<DecimalText>,
    /// When the last payment was settled.
    pub last_settled_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Rows {
    paywalls: Option<Vec<Paywall>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn rows(answer: Response) -> Result<Vec<Paywall>, Error> {
    let rows: Rows = answer.json()?;
    require_list(&answer, "paywalls", rows.paywalls)
}
