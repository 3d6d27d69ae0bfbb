//! The ledger of a whole project (`/v1/account/ledger`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Items, Page, Timestamp, WireEnum, driver::Transport,
    endpoints, kit::Response,
};

use crate::{
    api::{account::Account, wallets::LedgerKind},
    check::check_range,
    types::{minor_text::MinorText, money::Currency},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the movements of all wallets of the project, newest first, in minor units.
    fn ledger_page(; query: &ListAccountLedger) -> Page<AccountEntry>:
        "account.ledger" GET "/v1/account/ledger", read page, pages ledger;
}

impl<T: Transport> Account<T> {
    /// The movements of all wallets of the project, newest first (`GET /v1/account/ledger`), page
    /// after page. Amounts are **minor** units with a sign: what is funded or released is more than
    /// zero, what is held, debited or charged as a fee is less. What
    /// [`test_funding`](AccountEntry::test_funding) says is test money is never money received.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// As items: `Config` naming `limit`; `Decode` when the server leads in circles; `Api` with
    /// `invalid_query`.
    ///
    /// ```
    /// use codespar_proto::account::ListAccountLedger;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for entry in client.account().ledger(&ListAccountLedger::default()) {
    ///     let entry = entry?;
    ///     println!("{:?} {:?}", entry.kind, entry.amount_minor);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn ledger(&self, args: &ListAccountLedger) -> Items<T, AccountEntry> {
        self.client().items(ledger(self.client().service(), args))
    }

    /// One page of them, and the cursor of the next.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`; `Api` with `invalid_query`.
    ///
    /// ```
    /// use codespar_proto::account::ListAccountLedger;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let page = client.account().ledger_page(&ListAccountLedger::default().limit(20)).send()?;
    /// let next = page.next.map(|cursor| ListAccountLedger::default().cursor(cursor));
    /// # Ok(()) }
    /// ```
    #[doc(alias = "page")]
    pub fn ledger_page(&self, args: &ListAccountLedger) -> Call<T, Page<AccountEntry>> {
        self.client().call(ledger_page(self.client().service(), args))
    }
}

/// Which movements are listed: all of the project, unless something is set.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListAccountLedger {
    /// How many a page holds at most.
    pub limit: Option<u32>,
    /// The cursor of the page: `next` of the page before.
    #[serde(rename = "before")]
    pub cursor: Option<String>,
    /// Of this kind only.
    #[wire(into)]
    pub kind: Option<LedgerKind>,
    /// Of this agent only.
    pub agent_id: Option<String>,
    /// Under this mandate only.
    pub mandate_id: Option<String>,
    /// In this currency only.
    #[wire(into)]
    pub currency: Option<Currency>,
    /// Not those posted before.
    #[wire(into)]
    pub since: Option<Timestamp>,
    /// Not those posted after.
    #[wire(into)]
    pub until: Option<Timestamp>,
    /// What belongs to this hold only; of what is no hold there is nothing.
    pub hold_ref: Option<String>,
    /// Of this category only.
    #[wire(into)]
    pub category: Option<AccountEntryCategory>,
    /// Of this proposal only.
    pub proposal_id: Option<String>,
}

impl ListAccountLedger {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=u32::MAX)
    }
}

/// What a movement was for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AccountEntryCategory {
    /// Something that was bought.
    Compra,
    /// What a supplier gets.
    Fornecedor,
    /// What is paid again and again.
    Assinatura,
    /// Something that others owe.
    Recebivel,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Who made a movement.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AccountOrigin {
    /// An agent made it.
    Agent,
    /// A person made it.
    Person,
    /// The service itself.
    System,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Where test money comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AccountTestFunding {
    /// It is the first balance of a project.
    InitialBalance,
    /// It was added.
    Added,
    /// A wallet was opened with it.
    WalletOpening,
    /// A payment lacked it.
    PaymentTopUp,
    /// It was transferred.
    Transfer,
    /// It was a refill.
    Refill,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A movement of a wallet of the project.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AccountEntry {
    /// The id of the movement.
    pub id: Option<String>,
    /// The wallet it belongs to.
    pub wallet_id: Option<String>,
    /// The currency of the amounts, such as `BRL`.
    pub currency: Option<Currency>,
    /// The kind of movement.
    pub kind: Option<LedgerKind>,
    /// How much, in **minor** units, with a sign.
    pub amount_minor: Option<MinorText>,
    /// When it was posted.
    pub posted_at: Option<Timestamp>,
    /// The mandate it was made under.
    pub mandate_id: Option<String>,
    /// The agent that made it.
    pub agent_id: Option<String>,
    /// The name of that agent, for people.
    pub agent_display_name: Option<String>,
    /// Who made it.
    pub origin_kind: Option<AccountOrigin>,
    /// What it was, in words.
    pub description: Option<String>,
    /// By which way the money went.
    pub rail: Option<String>,
    /// The name of it at the provider.
    pub external_ref: Option<String>,
    /// The hold that it belongs to.
    pub hold_ref: Option<String>,
    /// The receipt of it.
    pub receipt_id: Option<String>,
    /// What allowed it.
    pub authorization: Option<String>,
    /// What it was for.
    pub category: Option<AccountEntryCategory>,
    /// Whether it is test money that was put there: that is never money received.
    pub test_funding: Option<bool>,
    /// Where that test money comes from.
    pub test_funding_kind: Option<AccountTestFunding>,
    /// The proposal it belongs to.
    pub proposal_id: Option<String>,
    /// The movement that it takes back.
    pub reverses: Option<String>,
    /// Where it comes from.
    pub source: Option<String>,
    /// How far what it belongs to has come.
    pub phase: Option<String>,
    /// What carried it out, where that was no provider: `codespar_simulator`.
    pub executor: Option<String>,
    /// What was booked after it in this currency, in **minor** units: a hold, a release and a
    /// reconciliation leave it as it is.
    pub balance_after_minor: Option<MinorText>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct PageList {
    entries: Vec<AccountEntry>,
    next_before: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn page(answer: Response) -> Result<Page<AccountEntry>, Error> {
    answer.json().map(|list: PageList| Page::new(list.entries, list.next_before))
}
