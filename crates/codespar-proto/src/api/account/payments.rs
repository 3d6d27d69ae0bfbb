//! Every attempt to spend of a project (`/v1/account/payments`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Items, Page, Sensitive, Timestamp, WireEnum,
    driver::Transport, endpoints, kit::Response,
};

use crate::{
    api::account::Account,
    check::check_range,
    types::{minor_text::MinorText, money::Currency},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists every attempt to spend that was begun in the project, newest first, in minor units.
    fn payments_page(; query: &ListAccountPayments) -> Page<AccountPayment>:
        "account.payments" GET "/v1/account/payments", read page, pages payments;
}

impl<T: Transport> Account<T> {
    /// Every attempt to spend that was begun in the project, by whatever way, newest first (`GET
    /// /v1/account/payments`), page after page. Amounts are **minor** units. What was refused
    /// before it began is not among them, and the server does not look one up by its attempt id.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// As items: `Config` naming `limit`; `Decode` when the server leads in circles; `Api` with
    /// `invalid_query`.
    ///
    /// ```
    /// use codespar_proto::account::{AccountPaymentStatus, ListAccountPayments};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = ListAccountPayments::default().status(AccountPaymentStatus::Uncertain);
    /// for payment in client.account().payments(&args) {
    ///     println!("{:?} has to be reconciled", payment?.attempt_id);
    /// }
    /// # Ok(()) }
    /// ```
    #[doc(alias = "attempts")]
    pub fn payments(&self, args: &ListAccountPayments) -> Items<T, AccountPayment> {
        self.client().items(payments(self.client().service(), args))
    }

    /// One page of them, and the cursor of the next.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`; `Api` with `invalid_query`.
    ///
    /// ```
    /// use codespar_proto::account::ListAccountPayments;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = ListAccountPayments::default().limit(20);
    /// let page = client.account().payments_page(&args).send()?;
    /// # Ok(()) }
    /// ```
    #[doc(alias = "page")]
    pub fn payments_page(&self, args: &ListAccountPayments) -> Call<T, Page<AccountPayment>> {
        self.client().call(payments_page(self.client().service(), args))
    }
}

/// Which attempts are listed: all of the project, unless something is set.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListAccountPayments {
    /// How many a page holds at most.
    pub limit: Option<u32>,
    /// The cursor of the page: `next` of the page before.
    #[serde(rename = "before")]
    pub cursor: Option<String>,
    /// Only those that stand so.
    #[wire(into)]
    pub status: Option<AccountPaymentStatus>,
    /// Of this agent only.
    pub agent_id: Option<String>,
    /// Under this mandate only.
    pub mandate_id: Option<String>,
}

impl ListAccountPayments {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=u32::MAX)
    }
}

/// How an attempt to spend stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AccountPaymentStatus {
    /// It has begun; nothing has gone out.
    Claimed,
    /// It is going out.
    Dispatching,
    /// It has gone out.
    Dispatched,
    /// It has gone out; the ledger does not show it yet.
    SettleFailed,
    /// It is paid, and the ledger shows it.
    Settled,
    /// It may have gone out; it waits for a reconciliation.
    Uncertain,
    /// Nothing has moved, which is proven.
    Failed,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// An attempt to spend.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AccountPayment {
    /// The id that names the attempt.
    pub attempt_id: Option<String>,
    /// The mandate it was made under.
    pub mandate_id: Option<String>,
    /// The agent that made it.
    pub agent_id: Option<String>,
    /// The name of that agent, for people.
    pub agent_display_name: Option<String>,
    /// How much, in **minor** units.
    pub amount_minor: Option<MinorText>,
    /// The currency of the amount, such as `BRL`.
    pub currency: Option<Currency>,
    /// By which way it is paid.
    pub rail: Option<String>,
    /// To whom it is paid.
    #[wire(personal)]
    pub payee: Option<Sensitive>,
    /// How it stands.
    pub status: Option<AccountPaymentStatus>,
    /// Why it failed, by a code.
    pub failure_code: Option<String>,
    /// The receipt of it.
    pub receipt_id: Option<String>,
    /// The entry of the ledger.
    pub debit_entry_id: Option<String>,
    /// What carried it out, where that was no provider: `codespar_simulator`.
    pub executor: Option<String>,
    /// When it began.
    pub created_at: Option<Timestamp>,
    /// When it changed last.
    pub updated_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct PageList {
    payments: Vec<AccountPayment>,
    next_before: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn page(answer: Response) -> Result<Page<AccountPayment>, Error> {
    answer.json().map(|list: PageList| Page::new(list.payments, list.next_before))
}
