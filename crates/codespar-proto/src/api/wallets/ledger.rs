//! Movements of a wallet (`/v1/wallets/{wallet_id}/ledger`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Items, Json, KeyRule, Page, Timestamp, WireEnum,
    driver::Transport,
    endpoints,
    kit::{Check, Response},
};
use serde::Serialize;

use crate::{
    api::{answer::read_movement, wallets::Wallets},
    check::{check_filled, check_object},
    types::{minor_text::MinorText, money::Currency},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the movements of a wallet, newest first, in minor units.
    fn ledger_page(wallet_id; query: &ListWalletLedger) -> Page<WalletLedgerEntry>:
        "wallets.ledger" GET "/v1/wallets/{wallet_id}/ledger", read ledger_entries, pages ledger;
    /// Posts a movement into the ledger of a wallet by hand, in minor units: this changes what can
    /// be spent, once for each attempt_id and kind.
    fn post_entry(wallet_id; json(Posted::body): &Posted) -> WalletLedgerEntry:
        "wallets.post_entry" POST "/v1/wallets/{wallet_id}/ledger",
        effect MovesMoney, key KeyRule::Argument("attempt_id"), read read_movement,
        part of post_entry;
}

impl<T: Transport> Wallets<T> {
    /// The movements of a wallet, newest first (`GET /v1/wallets/{wallet_id}/ledger`), page after
    /// page. Amounts are **minor** units with a sign: what is funded or released is more than zero,
    /// what is held, debited or charged as a fee is less.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// As items: `Config` naming `wallet_id`; `Decode` when the server leads in circles; `Api` with
    /// `not_found`.
    ///
    /// ```
    /// use codespar_proto::wallets::{LedgerKind, ListWalletLedger};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let debits = ListWalletLedger::default().kind(LedgerKind::Debit);
    /// for entry in client.wallets().ledger("wal_1", &debits) {
    ///     let entry = entry?;
    ///     println!("{:?} {:?}", entry.attempt_id, entry.amount_minor);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn ledger(&self, wallet_id: &str, args: &ListWalletLedger) -> Items<T, WalletLedgerEntry> {
        self.client().items(ledger(self.client().service(), wallet_id, args))
    }

    /// One page of them, and the cursor of the next.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `wallet_id`; `Api` with `not_found`.
    ///
    /// ```
    /// use codespar_proto::wallets::ListWalletLedger;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let page = client.wallets().ledger_page("wal_1", &ListWalletLedger::default()).send()?;
    /// let next = page.next.map(|cursor| ListWalletLedger::default().cursor(cursor));
    /// # Ok(()) }
    /// ```
    #[doc(alias = "page")]
    pub fn ledger_page(
        &self,
        wallet_id: &str,
        args: &ListWalletLedger,
    ) -> Call<T, Page<WalletLedgerEntry>> {
        self.client().call(ledger_page(self.client().service(), wallet_id, args))
    }

    /// Posts a movement into the ledger of a wallet by hand (`POST
    /// /v1/wallets/{wallet_id}/ledger`). The amount is in **minor** units with a sign. It moves no
    /// money at a bank, but **what agents may spend**; it needs the scope `wallets:admin`, and
    /// [`LedgerKind::Fund`] a test project.
    ///
    /// # Idempotency
    /// The [`attempt_id`](PostLedgerEntry::attempt_id) names the movement: the same id and kind
    /// give the entry that was made, as do the same [`external_ref`](PostLedgerEntry::external_ref)
    /// and kind. The API takes entries without either, and posts another one whenever it is asked;
    /// here an id is asked for. The call is not repeated by itself once the server may have seen
    /// it: look at [`ledger`](Self::ledger), or repeat it under the same id.
    ///
    /// # Errors
    /// `Config` naming `org_id`, `currency`, `amount_minor`, `attempt_id` or `metadata`; `Api` with
    /// `not_found` and `fund_requires_test_project`.
    ///
    /// ```
    /// use codespar_proto::{Currency, Minor, wallets::{LedgerKind, PostLedgerEntry}};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let amount = Minor::new(-250);
    /// let args = PostLedgerEntry::new("org_1", Currency::BRL, amount, LedgerKind::Fee, "fee-42");
    /// let entry = client.wallets().post_entry("wal_1", &args).send()?;
    /// println!("{:?}", entry.id);
    /// # Ok(()) }
    /// ```
    pub fn post_entry(
        &self,
        wallet_id: &str,
        args: &PostLedgerEntry,
    ) -> Call<T, WalletLedgerEntry> {
        let posted = Posted { wallet_id: wallet_id.to_owned(), entry: args.clone() };
        self.client().call(post_entry(self.client().service(), wallet_id, &posted))
    }
}

/// Which movements are listed: all of the wallet, unless something is set.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[non_exhaustive]
pub struct ListWalletLedger {
    /// The cursor of the page: `next` of the page before.
    #[serde(rename = "before_id")]
    pub cursor: Option<String>,
    /// Of this kind only.
    #[wire(into)]
    pub kind: Option<LedgerKind>,
}

/// The kind of a movement in a ledger.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum LedgerKind {
    /// Money came in.
    Fund,
    /// Money is held for something that has begun.
    Hold,
    /// What was held is free again.
    Release,
    /// Money went out.
    Debit,
    /// The books were set right.
    Reconcile,
    /// A movement was taken back.
    Reverse,
    /// A fee was charged.
    Fee,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A movement that is posted by hand.
///
/// ```
/// use codespar_proto::{Currency, Minor, wallets::{LedgerKind, PostLedgerEntry}};
///
/// let amount = Minor::new(10_000);
/// let args = PostLedgerEntry::new("org_1", Currency::BRL, amount, LedgerKind::Fund, "topup-7")
///     .external_ref("E18236120202610241200s0123456789");
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct PostLedgerEntry {
    /// The organization that the wallet belongs to.
    pub org_id: String,
    /// The currency of the amount, such as `BRL`.
    #[wire(into)]
    pub currency: Currency,
    /// How much, in **minor** units, with a sign.
    #[wire(into, minor)]
    pub amount_minor: MinorText,
    /// The kind of movement.
    #[wire(into)]
    pub kind: LedgerKind,
    /// Names the movement: the same id and kind are the same movement.
    pub attempt_id: String,
    /// The mandate it belongs to.
    pub mandate_id: Option<String>,
    /// The name of it at the provider; the same name and kind are the same movement.
    pub external_ref: Option<String>,
    /// Metadata of the caller, kept with it as a JSON object.
    #[wire(into)]
    pub metadata: Option<Json>,
}

impl PostLedgerEntry {
    /// Looks the arguments over, as [`Wallets::post_entry`](crate::wallets::Wallets::post_entry)
    /// does before anything is sent.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work.
    pub fn check(&self) -> Result<(), Error> {
        check_filled("org_id", &self.org_id)?;
        check_filled("currency", self.currency.as_str())?;
        check_filled("attempt_id", &self.attempt_id)?;
        if self.amount_minor.minor().is_none() {
            return Err(Error::config("amount_minor", "expected a whole number of minor units"));
        }
        check_object("metadata", self.metadata.as_ref())
    }
}

/// A movement, and the wallet that the body names once more.
struct Posted {
    wallet_id: String,
    entry: PostLedgerEntry,
}

/// What is sent of it.
#[derive(Serialize)]
struct PostedBody<'a> {
    wallet_id: &'a str,
    #[serde(flatten)]
    entry: &'a PostLedgerEntry,
}

impl Posted {
    fn body(&self) -> PostedBody<'_> {
        PostedBody { wallet_id: &self.wallet_id, entry: &self.entry }
    }
}

impl Check for Posted {
    fn check(&self) -> Result<(), Error> {
        self.entry.check()
    }
}

/// A movement of a wallet.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct WalletLedgerEntry {
    /// The id of the movement.
    pub id: Option<String>,
    /// The wallet it belongs to.
    pub wallet_id: Option<String>,
    /// The organization that the wallet belongs to.
    pub org_id: Option<String>,
    /// The currency of the amount, such as `BRL`.
    pub currency: Option<Currency>,
    /// How much, in **minor** units, with a sign.
    pub amount_minor: Option<MinorText>,
    /// The kind of movement.
    pub kind: Option<LedgerKind>,
    /// The mandate it was made under.
    pub mandate_id: Option<String>,
    /// The attempt it belongs to.
    pub attempt_id: Option<String>,
    /// The name of it at the provider.
    pub external_ref: Option<String>,
    /// When it was found at the provider.
    pub reconciled_at: Option<Timestamp>,
    /// When it was posted.
    pub posted_at: Option<Timestamp>,
    /// Metadata of the caller, kept with it as JSON.
    pub metadata: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct EntryRows {
    entries: Vec<WalletLedgerEntry>,
    next_before: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A page of movements, of a wallet or of a seller.
pub(crate) fn ledger_entries(answer: Response) -> Result<Page<WalletLedgerEntry>, Error> {
    answer.json().map(|list: EntryRows| Page::new(list.entries, list.next_before))
}
