//! What consumers have: what they may spend, and receipts of what they spent
//! (`/v1/consumers/{consumer_id}`).

pub(crate) mod delivery;
pub(crate) mod record;

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Json, Sensitive, driver::Transport, endpoints,
    kit::Response,
};

pub use self::{
    delivery::{DeliveryOutcome, DeliveryProofKind, RecordDelivery},
    record::{
        Consumer, ConsumerFunding, ConsumerStatus, CreateConsumer, ListConsumers, TaxType,
        UpdateConsumer,
    },
};
use crate::{
    api::answer::read_movement,
    check::check_filled,
    client::Client,
    types::{
        money::{Currency, Minor},
        receipt::Receipt,
    },
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Says what a consumer may spend in each currency, in minor units.
    fn wallet(consumer_id) -> ConsumerWallet:
        "consumers.wallet" GET "/v1/consumers/{consumer_id}/wallet";
    /// Plans a transfer from one currency to another; with execute it is made and moves money.
    fn transfer(consumer_id; json: &TransferArgs) -> Transfer:
        "consumers.transfer" POST "/v1/consumers/{consumer_id}/wallet/transfer",
        effect MovesMoney, read read_movement;
    /// Lists the receipts of a consumer, 50 at most.
    fn receipts(consumer_id) -> Vec<Receipt>:
        "consumers.receipts" GET "/v1/consumers/{consumer_id}/receipts", read read_receipts;
    /// Reads a receipt of what a consumer spent.
    fn receipt(receipt_id) -> Receipt:
        "consumers.receipt" GET "/v1/consumers/receipts/{receipt_id}";
}

/// What consumers may spend and have spent (`/v1/consumers/{consumer_id}`).
#[derive(Handle)]
#[handle(Client.consumers)]
pub struct Consumers<T> {
    client: Client<T>,
}

impl<T: Transport> Consumers<T> {
    /// What a consumer may spend in each currency (`GET /v1/consumers/{consumer_id}/wallet`), in
    /// **minor** units. A consumer that is not known has nothing.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for purse in client.consumers().wallet("cons_1").send()?.currencies {
    ///     println!("{:?} {:?}", purse.currency, purse.available_minor);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn wallet(&self, consumer_id: &str) -> Call<T, ConsumerWallet> {
        self.client().call(wallet(self.client().service(), consumer_id))
    }

    /// Plans a transfer from one currency to another, or makes it
    /// (`POST /v1/consumers/{consumer_id}/wallet/transfer`), in **minor** units.
    ///
    /// With [`execute`](TransferArgs::execute) **this moves money**; it is never sent twice on
    /// its own. The managed service documents [`Wallets::transfer`](crate::wallets::Wallets) for
    /// the same; which of the two a deployment has differs.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work; `Api` as the server says.
    ///
    /// ```
    /// use codespar_proto::{Minor, consumers::TransferArgs};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let plan = TransferArgs::new("BRL", "USDC", Minor::new(50_000));
    /// let plan = client.consumers().transfer("cons_1", &plan).send()?;
    /// println!("{:?}", plan.executable);
    /// # Ok(()) }
    /// ```
    pub fn transfer(&self, consumer_id: &str, args: &TransferArgs) -> Call<T, Transfer> {
        self.client().call(transfer(self.client().service(), consumer_id, args))
    }

    /// The receipts of a consumer, 50 at most (`GET /v1/consumers/{consumer_id}/receipts`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let receipts = client.consumers().receipts("cons_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn receipts(&self, consumer_id: &str) -> Call<T, Vec<Receipt>> {
        self.client().call(receipts(self.client().service(), consumer_id))
    }

    /// A receipt (`GET /v1/consumers/receipts/{receipt_id}`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `receipt_not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let receipt = client.consumers().receipt("rcpt_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn receipt(&self, receipt_id: &str) -> Call<T, Receipt> {
        self.client().call(receipt(self.client().service(), receipt_id))
    }
}

/// What is transferred.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct TransferArgs {
    /// From which currency.
    #[wire(into)]
    pub from_currency: Currency,
    /// To which currency, such as `BRL`, `USDC`, `BRLA`.
    #[wire(into)]
    pub to_currency: Currency,
    /// How much, in **minor** units of the first.
    #[wire(currency_of = "from_currency")]
    pub amount_minor: Minor,
    /// Whether it is done; otherwise it is only planned.
    pub execute: Option<bool>,
    /// The id of the agent that acts.
    pub agent_id: Option<String>,
    /// The purpose of the transfer.
    pub purpose: Option<String>,
}

impl TransferArgs {
    fn check(&self) -> Result<(), Error> {
        check_filled("from_currency", self.from_currency.as_str())?;
        check_filled("to_currency", self.to_currency.as_str())?;
        self.amount_minor.check("amount_minor")
    }
}

/// What a consumer may spend.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ConsumerWallet {
    /// The id of the consumer whose wallet it is.
    pub consumer_id: Option<String>,
    /// What there is in each currency.
    #[wire(default)]
    pub currencies: Vec<Purse>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a consumer may spend in one currency.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Purse {
    /// The currency of these amounts, such as `BRL`.
    pub currency: Option<Currency>,
    /// By which way it is paid.
    pub rail: Option<String>,
    /// How much may be spent in all, in **minor** units.
    pub authorized_minor: Option<Minor>,
    /// How much was spent, in **minor** units.
    pub spent_minor: Option<Minor>,
    /// How much may still be spent, in **minor** units. It may be less than nothing.
    pub available_minor: Option<Minor>,
    /// Whether more was spent than may be.
    pub overspent: Option<bool>,
    /// Where the money comes from.
    #[wire(default)]
    pub funding_source_ids: Vec<String>,
    /// The mandates that allow it.
    #[wire(default)]
    pub mandate_ids: Vec<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A transfer that was planned, or made.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Transfer {
    /// The id of the consumer whose money is transferred.
    pub consumer_id: Option<String>,
    /// The way it goes.
    pub route: Option<Json>,
    /// Whether money changes its currency.
    pub converts: Option<bool>,
    /// What converts it.
    pub engine: Option<String>,
    /// Of a plan: whether it can be made.
    pub executable: Option<bool>,
    /// Of a plan: what goes out.
    pub from: Option<TransferFrom>,
    /// Of a plan: what comes in.
    pub to: Option<TransferTo>,
    /// The server's words.
    pub note: Option<String>,
    /// Whether it was made.
    pub executed: Option<bool>,
    /// The id of the transaction by which the transfer was made.
    pub transaction_id: Option<String>,
    /// The status of the transfer.
    pub status: Option<String>,
    /// The Pix code that pays for it.
    pub pix_copy_paste: Option<Sensitive>,
    /// The address that the money goes to.
    #[wire(personal)]
    pub destination_address: Option<Sensitive>,
    /// What was taken from its source.
    pub source_debit: Option<SourceDebit>,
    /// Why nothing was taken from its source.
    pub source_debit_error: Option<Json>,
    /// Whether money has moved.
    pub money_moved: Option<bool>,
    /// How it will be settled.
    pub settle_via: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What goes out by a transfer.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct TransferFrom {
    /// The currency, such as `BRL`.
    pub currency: Option<Currency>,
    /// The rail that the money takes, such as `pix`.
    pub rail: Option<String>,
    /// How much, in **minor** units.
    pub amount_minor: Option<Minor>,
    /// How much may be spent, in **minor** units.
    pub cap_available_minor: Option<Minor>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What comes in by a transfer.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct TransferTo {
    /// The currency, such as `BRL`.
    pub currency: Option<Currency>,
    /// The rail that the money takes, such as `pix`.
    pub rail: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What was taken from the source of a transfer.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct SourceDebit {
    /// The provider's transaction.
    #[serde(rename = "providerTxId")]
    pub provider_tx_id: Option<String>,
    /// The status of the debit.
    pub status: Option<String>,
    /// Whether money has moved.
    #[serde(rename = "moneyMoved")]
    pub money_moved: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The receipts of a consumer.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Receipts {
    receipts: Vec<Receipt>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn read_receipts(answer: Response) -> Result<Vec<Receipt>, Error> {
    let list: Receipts = answer.json()?;
    Ok(list.receipts)
}
