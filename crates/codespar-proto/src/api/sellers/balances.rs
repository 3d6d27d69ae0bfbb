//! What sellers have: what is to be settled, what is in custody, their ledger
//! (`/v1/sellers/{seller_id}`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Items, Json, Page, Timestamp, driver::Transport, endpoints,
};

use crate::{
    api::{
        sellers::Sellers,
        wallets::{CustodyState, LedgerKind, WalletLedgerEntry, ledger::ledger_entries},
    },
    check::check_range,
    types::{minor_text::MinorText, money::Currency},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Says what a seller has sold that is not settled yet, in minor units.
    fn pending_settlement(seller_id) -> SellerPendingSettlement:
        "sellers.pending_settlement" GET "/v1/sellers/{seller_id}/pending-settlement";
    /// Compares the ledger of a seller with what the acquirer holds, in minor units.
    fn custody(seller_id) -> SellerCustody:
        "sellers.custody" GET "/v1/sellers/{seller_id}/custody";
    /// Lists the movements of a seller's wallet, newest first, in minor units.
    fn ledger_page(seller_id; query: &ListSellerLedger) -> Page<WalletLedgerEntry>:
        "sellers.ledger" GET "/v1/sellers/{seller_id}/ledger", read ledger_entries, pages ledger;
}

impl<T: Transport> Sellers<T> {
    /// What a seller has sold that is not settled yet (`GET
    /// /v1/sellers/{seller_id}/pending-settlement`), in **minor** units. It cannot be spent. Where
    /// [`unparsed_entries`](SellerPendingSettlement::unparsed_entries) are some, the total is too
    /// small, and zero proves nothing.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `seller_id`; `Api` with `seller_not_found`, `seller_not_provisioned` (409),
    /// and others (502) when the acquirer cannot be asked.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let pending = client.sellers().pending_settlement("slr_1").send()?;
    /// println!("{:?}", pending.total_pending_minor);
    /// # Ok(()) }
    /// ```
    pub fn pending_settlement(&self, seller_id: &str) -> Call<T, SellerPendingSettlement> {
        self.client().call(pending_settlement(self.client().service(), seller_id))
    }

    /// Compares what the ledger of a seller says with what the acquirer holds (`GET
    /// /v1/sellers/{seller_id}/custody`), in **minor** units of `BRL`.
    /// [`LedgerExceedsCustody`](CustodyState::LedgerExceedsCustody) is the alarm: a payout may
    /// fail.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `seller_id`; `Api` with `seller_not_found`, `seller_not_provisioned` (409),
    /// and others (502) when the acquirer cannot be asked.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let custody = client.sellers().custody("slr_1").send()?;
    /// println!("{:?}: {:?}", custody.state, custody.difference_minor);
    /// # Ok(()) }
    /// ```
    pub fn custody(&self, seller_id: &str) -> Call<T, SellerCustody> {
        self.client().call(custody(self.client().service(), seller_id))
    }

    /// The movements of a seller's wallet, newest first (`GET /v1/sellers/{seller_id}/ledger`),
    /// page after page. Amounts are **minor** units with a sign. A seller that was never settled
    /// has none.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// As items: `Config` naming `seller_id` or `limit`; `Decode` when the server leads in circles;
    /// `Api` with `seller_not_found` and `invalid_query`.
    ///
    /// ```
    /// use codespar_proto::sellers::ListSellerLedger;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for entry in client.sellers().ledger("slr_1", &ListSellerLedger::default()) {
    ///     let entry = entry?;
    ///     println!("{:?} {:?}", entry.kind, entry.amount_minor);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn ledger(&self, seller_id: &str, args: &ListSellerLedger) -> Items<T, WalletLedgerEntry> {
        self.client().items(ledger(self.client().service(), seller_id, args))
    }

    /// One page of them, and the cursor of the next.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `seller_id` or `limit`; `Api` with `seller_not_found` and `invalid_query`.
    ///
    /// ```
    /// use codespar_proto::sellers::ListSellerLedger;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = ListSellerLedger::default().limit(20);
    /// let page = client.sellers().ledger_page("slr_1", &args).send()?;
    /// # Ok(()) }
    /// ```
    #[doc(alias = "page")]
    pub fn ledger_page(
        &self,
        seller_id: &str,
        args: &ListSellerLedger,
    ) -> Call<T, Page<WalletLedgerEntry>> {
        self.client().call(ledger_page(self.client().service(), seller_id, args))
    }
}

/// Which movements are listed: all of the seller, unless something is set.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListSellerLedger {
    /// How many a page holds at most.
    pub limit: Option<u32>,
    /// The cursor of the page: `next` of the page before.
    #[serde(rename = "before_id")]
    pub cursor: Option<String>,
    /// Of this kind only.
    #[wire(into)]
    pub kind: Option<LedgerKind>,
}

impl ListSellerLedger {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=u32::MAX)
    }
}

/// What a seller has sold that is not settled yet.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct SellerPendingSettlement {
    /// The id of the seller.
    pub seller_id: Option<String>,
    /// The acquirer's id of the merchant.
    pub rinne_merchant_id: Option<String>,
    /// How much in all, in **minor** units: of those movements that could be read.
    pub total_pending_minor: Option<MinorText>,
    /// The movements that could be read.
    #[wire(default)]
    pub entries: Vec<SellerMovement>,
    /// How many movements the acquirer sent.
    pub raw_entries: Option<u64>,
    /// How many of them could be read.
    pub parsed_entries: Option<u64>,
    /// How many could not: the total lacks them.
    pub unparsed_entries: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A movement that is not settled yet.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct SellerMovement {
    /// The acquirer's id of it, which may be empty.
    pub id: Option<String>,
    /// How much, in **minor** units.
    pub amount_minor: Option<MinorText>,
    /// The currency of the amount, such as `BRL`.
    pub currency: Option<Currency>,
    /// What kind of movement it is.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// What was done.
    pub operation: Option<String>,
    /// The transaction it belongs to.
    pub transaction_id: Option<String>,
    /// When it was made, in the acquirer's form.
    pub created_at: Option<Timestamp>,
    /// The movement as the acquirer sent it.
    pub raw: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What the ledger of a seller says, and what the acquirer holds.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct SellerCustody {
    /// The id of the seller.
    pub seller_id: Option<String>,
    /// The acquirer's id of the merchant.
    pub rinne_merchant_id: Option<String>,
    /// What the ledger says, in **minor** units.
    pub ledger_minor: Option<MinorText>,
    /// What the acquirer holds, in **minor** units.
    pub rinne_minor: Option<MinorText>,
    /// What it holds more, in **minor** units; it may be less than zero.
    pub difference_minor: Option<MinorText>,
    /// How the two compare.
    pub state: Option<CustodyState>,
    /// The server's words.
    pub note: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}
