//! Payments that payment links received (`/v1/payment-links/{link_id}/payments`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Items, Page, Timestamp, WireEnum, driver::Transport,
    endpoints, kit::Response,
};
use rust_decimal::Decimal;

use crate::{
    api::payment_links::{
        PaymentLinks,
        rail::{PaymentLinkRailKind, major},
    },
    check::check_range,
    types::money::Currency,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the settled payments of a link, newest first, in minor units of BRL or millionths of a
    /// USDC.
    fn payments_page(link_id; query: &ListPaymentLinkPayments) -> Page<PaymentLinkPayment>:
        "payment_links.payments" GET "/v1/payment-links/{link_id}/payments",
        scope "payment-links:read", read page, pages payments;
}

impl<T: Transport> PaymentLinks<T> {
    /// The settled payments of a link, newest first (`GET /v1/payment-links/{link_id}/payments`),
    /// page after page. By an agent it may be more than the price.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// As items: `Config` naming `limit`, unless it is 1 to 100; `Api` with
    /// `payment_link_not_found`, also for a link that was deleted.
    ///
    /// ```
    /// use codespar_proto::payment_links::ListPaymentLinkPayments;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let all = ListPaymentLinkPayments::default();
    /// for payment in client.payment_links().payments("pl_1", &all) {
    ///     println!("{:?}", payment?.amount());
    /// }
    /// # Ok(()) }
    /// ```
    pub fn payments(
        &self,
        link_id: &str,
        args: &ListPaymentLinkPayments,
    ) -> Items<T, PaymentLinkPayment> {
        self.client().items(payments(self.client().service(), link_id, args))
    }

    /// One page of them, and the cursor of the next.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// As items: `Config` naming `limit`, unless it is 1 to 100; `Api` with
    /// `payment_link_not_found`, also for a link that was deleted.
    ///
    /// ```
    /// use codespar_proto::payment_links::ListPaymentLinkPayments;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = ListPaymentLinkPayments::default().limit(50);
    /// let page = client.payment_links().payments_page("pl_1", &args).send()?;
    /// let next = page.next.map(|cursor| args.cursor(cursor));
    /// # Ok(()) }
    /// ```
    #[doc(alias = "page")]
    pub fn payments_page(
        &self,
        link_id: &str,
        args: &ListPaymentLinkPayments,
    ) -> Call<T, Page<PaymentLinkPayment>> {
        self.client().call(payments_page(self.client().service(), link_id, args))
    }
}

/// Which payments are listed: all of the link.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListPaymentLinkPayments {
    /// How many a page holds at most, 1 to 100; 20 unless said otherwise.
    pub limit: Option<u32>,
    /// The cursor of the page: `next` of the page before.
    #[serde(rename = "before")]
    pub cursor: Option<String>,
}

impl ListPaymentLinkPayments {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=100)
    }
}

/// Where a payment link was paid.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PaymentLinkSurface {
    /// By an agent, in USDC.
    #[serde(rename = "agent_x402")]
    AgentX402,
    /// By an agent, by Pix.
    AgentPix,
    /// On its page.
    Page,
    /// In a conversation on WhatsApp.
    Whatsapp,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What kind of payer it was.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum PaymentLinkPayerKind {
    /// An agent paid.
    Agent,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Who paid, as far as the service tells.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PaymentLinkPayer {
    /// What kind of payer it was.
    pub kind: Option<PaymentLinkPayerKind>,
    /// What the payer is called.
    pub label: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A settled payment of a link.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PaymentLinkPayment {
    /// The id of the payment: `lpm_…`.
    pub id: Option<String>,
    /// The id of the link.
    pub link_id: Option<String>,
    /// Where it was paid.
    pub surface: Option<PaymentLinkSurface>,
    /// By which way it was paid.
    pub rail: Option<PaymentLinkRailKind>,
    /// The currency: `BRL` or `USDC`.
    pub currency: Option<Currency>,
    /// How much: **minor** units of BRL or millionths of a USDC, as the currency says; see
    /// [`amount`](Self::amount).
    #[wire(undocumented)]
    pub amount_minor: Option<String>,
    /// Who paid the link.
    pub payer: Option<PaymentLinkPayer>,
    /// The hash on the chain, or the end-to-end id.
    pub txid: Option<String>,
    /// Its entry in the ledger; USDC has none.
    pub ledger_entry_id: Option<String>,
    /// When it was settled.
    pub settled_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl PaymentLinkPayment {
    /// How much, in **major** units of its currency: BRL has two decimals, USDC six. None where it
    /// is no amount, or of another currency.
    pub fn amount(&self) -> Option<Decimal> {
        major(self.amount_minor.as_deref(), self.currency.as_ref())
    }
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Rows {
    payments: Vec<PaymentLinkPayment>,
    next_before: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn page(answer: Response) -> Result<Page<PaymentLinkPayment>, Error> {
    let rows: Rows = answer.json()?;
    Ok(Page::new(rows.payments, rows.next_before))
}
