//! Links with a fixed price, payable by Pix and by agents (`/v1/payment-links`).

pub(crate) mod input;
pub(crate) mod payments;
pub(crate) mod rail;
pub(crate) mod stats;

use codespar_engine::{
    Answer, Call, Error, Extra, Handle, Timestamp, WireEnum,
    driver::Transport,
    endpoints,
    kit::{Response, no_answer},
};

pub use self::{
    input::{
        CreatePaymentLink, NewPaymentLinkRail, PaymentLinkPayTo, PaymentLinkPix, UpdatePaymentLink,
    },
    payments::{
        ListPaymentLinkPayments, PaymentLinkPayer, PaymentLinkPayerKind, PaymentLinkPayment,
        PaymentLinkSurface,
    },
    rail::{PayToKind, PaymentLinkRail, PaymentLinkRailKind},
    stats::{
        PaymentLinkReceived, PaymentLinkStats, PaymentLinkSurfaces, PaymentLinkTotals,
        PaymentLinkVolume,
    },
};
use crate::{
    api::{answer::require_list, projects::Environment},
    client::Client,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the payment links of the project, newest first; prices are minor units of BRL and
    /// millionths of a USDC.
    fn list() -> Vec<PaymentLink>:
        "payment_links.list" GET "/v1/payment-links", scope "payment-links:read", read rows;
    /// Makes a link with a fixed price, payable by Pix or in USDC; prices go in as texts in major
    /// units. Anybody can pay it at once.
    fn create(; json: &CreatePaymentLink) -> PaymentLink:
        "payment_links.create" POST "/v1/payment-links";
    /// Reads a payment link; prices are minor units of BRL and millionths of a USDC.
    fn get(link_id) -> PaymentLink:
        "payment_links.get" GET "/v1/payment-links/{link_id}", scope "payment-links:read";
    /// Changes title, description, end or address of a payment link, or switches it off or on;
    /// never its price.
    fn update(link_id; json: &UpdatePaymentLink) -> PaymentLink:
        "payment_links.update" PATCH "/v1/payment-links/{link_id}";
    /// Deletes a payment link for good; anybody may take its slug then.
    fn delete(link_id) -> ():
        "payment_links.delete" DELETE "/v1/payment-links/{link_id}" Safe, read no_answer;
    /// Says what payment links received in the last 30 days, in minor units of BRL and millionths
    /// of a USDC.
    fn stats() -> PaymentLinkStats:
        "payment_links.stats" GET "/v1/payment-links/stats", scope "payment-links:read";
}

/// Links with a fixed price, payable by Pix and by agents (`/v1/payment-links`).
#[derive(Handle)]
#[handle(Client.payment_links)]
pub struct PaymentLinks<T> {
    client: Client<T>,
}

impl<T: Transport> PaymentLinks<T> {
    /// Lists the payment links, newest first (`GET /v1/payment-links`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says; `Decode` without a list.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for link in client.payment_links().list().send()? {
    ///     println!("{}: {:?}", link.id, link.status);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self) -> Call<T, Vec<PaymentLink>> {
        self.client().call(list(self.client().service()))
    }

    /// Makes a link with a fixed price (`POST /v1/payment-links`), which anybody can pay at once.
    /// Amounts go **in** as texts in major units and **come back** in minor units of BRL or
    /// millionths of a USDC. **Where the money goes** is what `pay_to` and `pix` say. A credential
    /// of OAuth has to name an admin, with the header `x-codespar-user` on the call.
    ///
    /// Idempotency: none, the server honours no key; it is sent once. With a `slug` of the caller's
    /// own, a second call is `slug_conflict`; without one it makes another link.
    ///
    /// # Errors
    /// `Config` naming `title` or what cannot work of `accepts`; `Api` with `invalid_rail`,
    /// `invalid_payto`, `payto_provisioning_unavailable`, `insufficient_role` and others: nothing
    /// was made. After `slug_conflict` the link may be there, of an earlier call or of somebody
    /// else: list the links.
    ///
    /// ```
    /// use codespar_proto::{
    ///     payment_links::{CreatePaymentLink, NewPaymentLinkRail},
    ///     types::DecimalText,
    /// };
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let price: DecimalText = "49.90".parse()?;
    /// let args = CreatePaymentLink::new("E-book", vec![NewPaymentLinkRail::pix(price)]);
    /// let link = client.payment_links().create(&args.slug("e-book-42")).send()?;
    /// println!("{:?}", link.pay_url);
    /// # Ok(()) }
    /// ```
    pub fn create(&self, args: &CreatePaymentLink) -> Call<T, PaymentLink> {
        self.client().call(create(self.client().service(), args))
    }

    /// Reads a payment link (`GET /v1/payment-links/{link_id}`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `payment_link_not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let link = client.payment_links().get("pl_1").send()?;
    /// println!("used {:?} times", link.use_count);
    /// # Ok(()) }
    /// ```
    pub fn get(&self, link_id: &str) -> Call<T, PaymentLink> {
        self.client().call(get(self.client().service(), link_id))
    }

    /// Changes title, description, end or address of a payment link, or switches it off and on
    /// (`PATCH /v1/payment-links/{link_id}`). Price and rails never change. A credential of OAuth
    /// has to name an admin, with the header `x-codespar-user` on the call.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `title`, unless something is changed; `Api` with `payment_link_not_found`,
    /// `insufficient_role` and others.
    ///
    /// ```
    /// use codespar_proto::{payment_links::UpdatePaymentLink, types::Patch};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = UpdatePaymentLink::default().active(false).description(Patch::Clear);
    /// let link = client.payment_links().update("pl_1", &args).send()?;
    /// # Ok(()) }
    /// ```
    pub fn update(&self, link_id: &str, args: &UpdatePaymentLink) -> Call<T, PaymentLink> {
        self.client().call(update(self.client().service(), link_id, args))
    }

    /// Deletes a payment link **for good** (`DELETE /v1/payment-links/{link_id}`): anybody may take
    /// its slug then, and its payments can no longer be listed. [`update`](Self::update) with
    /// `active(false)` can be undone. A credential of OAuth has to name an admin, with the header
    /// `x-codespar-user` on the call.
    ///
    /// Idempotency: none needed; what is gone stays gone, so it is repeated where it fails for a
    /// moment.
    ///
    /// # Errors
    /// `Api` with `payment_link_not_found` (after a lost answer: it is gone), `insufficient_role`
    /// and others.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.payment_links().delete("pl_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn delete(&self, link_id: &str) -> Call<T, ()> {
        self.client().call(delete(self.client().service(), link_id))
    }

    /// What payment links received in the last 30 days (`GET /v1/payment-links/stats`), the one
    /// window there is.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for received in client.payment_links().stats().send()?.received {
    ///     println!("{:?} {:?}", received.currency, received.amount());
    /// }
    /// # Ok(()) }
    /// ```
    pub fn stats(&self) -> Call<T, PaymentLinkStats> {
        self.client().call(stats(self.client().service()))
    }
}

/// How a payment link stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum PaymentLinkStatus {
    /// It can be paid.
    Active,
    /// It is paid, and can be paid once only.
    Paid,
    /// Its time is over.
    Expired,
    /// It was called off.
    Void,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Why the gateway serves no address.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum GatewayUnavailableReason {
    /// The deployment has no gateway.
    GatewayOriginNotConfigured,
    /// The gateway there is would move real money.
    GatewayOriginIsProduction,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A link with a fixed price. It can be paid while it is active, its time is not over, and it was
/// not used up.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PaymentLink {
    /// The id of the link: `pl_…`.
    pub id: String,
    /// The id of the project.
    pub project_id: Option<String>,
    /// Its name in addresses, once over all organizations.
    pub slug: Option<String>,
    /// What is paid for, in a few words.
    pub title: Option<String>,
    /// The same at length.
    pub description: Option<String>,
    /// The page where it is paid.
    pub pay_url: Option<String>,
    /// Why there is no such page.
    pub gateway_unavailable_reason: Option<GatewayUnavailableReason>,
    /// By which ways, and how much.
    #[wire(default)]
    pub accepts: Vec<PaymentLinkRail>,
    /// The environment: whether money is real.
    pub environment: Option<Environment>,
    /// Whether it can be paid once only.
    pub one_time: Option<bool>,
    /// How it stands.
    pub status: Option<PaymentLinkStatus>,
    /// How many times it was paid.
    pub use_count: Option<u64>,
    /// How many times it can be paid.
    pub max_uses: Option<u64>,
    /// Until when it can be paid.
    pub expires_at: Option<Timestamp>,
    /// Where a payer goes afterwards.
    pub redirect_url: Option<String>,
    /// Whether it is switched on.
    pub active: Option<bool>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Rows {
    payment_links: Option<Vec<PaymentLink>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn rows(answer: Response) -> Result<Vec<PaymentLink>, Error> {
    let rows: Rows = answer.json()?;
    require_list(&answer, "payment_links", rows.payment_links)
}
