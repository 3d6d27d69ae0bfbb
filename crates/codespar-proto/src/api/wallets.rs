//! The wallets of an organization (`/v1/wallets`).

pub(crate) mod execute;
pub(crate) mod funding_sources;
pub(crate) mod ledger;
pub(crate) mod reconciliation;

use std::sync::Arc;

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Json, KeyRule, Sensitive, Timestamp, WireEnum,
    driver::{BoxFlow, Transport},
    endpoints,
    kit::{IdempotencyKey, KeySource, Response, Service},
};

pub use self::{
    execute::{
        ExecuteArgs, WalletPayment, WalletPaymentEntries, WalletPaymentStatus, WalletPaymentStep,
        WalletStepStatus,
    },
    funding_sources::{AddFundingSource, WalletFundingSource},
    ledger::{LedgerKind, ListWalletLedger, PostLedgerEntry, WalletLedgerEntry},
    reconciliation::{
        AnomalyKind, AnomalyStatus, CustodyState, ImportStatement, ImportedStatement,
        ResolveAnomaly, StatementEntry, WalletAnomaly, WalletCustody,
    },
};
use crate::{
    api::answer::{read_movement, require_list},
    check::{check_filled, check_object},
    client::Client,
    types::{
        minor_text::MinorText,
        money::{Currency, Minor},
    },
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the wallets of the organization.
    fn list(; query: &ListWallets) -> Vec<OrgWallet>:
        "wallets.list" GET "/v1/wallets", read rows;
    /// Makes a wallet for an agent, with nothing in it.
    fn create(; json: &CreateWallet) -> OrgWallet: "wallets.create" POST "/v1/wallets";
    /// Says what is in a wallet, in minor units.
    fn get(wallet_id) -> OrgWallet: "wallets.get" GET "/v1/wallets/{wallet_id}";
    /// Says where to send money in a currency, for a wallet to receive it.
    fn receive(wallet_id; query: &Receive) -> ReceiveAddress:
        "wallets.receive" GET "/v1/wallets/{wallet_id}/receive", scope "wallets:read";
    /// Sends money from a wallet to an address or a Pix key, in minor units: this moves money.
    fn transfer(wallet_id; json: &WalletTransferArgs) -> WalletTransfer:
        "wallets.transfer" POST "/v1/wallets/{wallet_id}/transfer" Keyed,
        effect MovesMoney, key KeyRule::Body, scope "wallets:admin", read read_movement,
        part of transfer;
}

/// Sends money from a wallet, under a key that is in the body.
fn keyed_transfer(
    service: &Arc<Service>,
    wallet_id: &str,
    args: &WalletTransferArgs,
) -> BoxFlow<WalletTransfer> {
    let (service, wallet_id) = (Arc::clone(service), wallet_id.to_owned());
    let given = args.idempotency_key.clone();
    let mut args = args.clone();
    let make = move |key: &str| {
        args.idempotency_key = Some(key.to_owned());
        transfer(&service, &wallet_id, &args)
    };
    let source = KeySource::Arguments { given, required: None };
    Box::new(IdempotencyKey::known("wallets.transfer", source, make))
}

/// The wallets of the organization (`/v1/wallets`).
#[derive(Handle)]
#[handle(Client.wallets)]
pub struct Wallets<T> {
    client: Client<T>,
}

impl<T: Transport> Wallets<T> {
    /// Lists the wallets of the project (`GET /v1/wallets`), all of them at once.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for wallet in client.wallets().list(&Default::default()).send()? {
    ///     println!("{}", wallet.id);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self, args: &ListWallets) -> Call<T, Vec<OrgWallet>> {
        self.client().call(list(self.client().service(), args))
    }

    /// Makes an empty wallet (`POST /v1/wallets`); scope `wallets:admin` or `wallets:write`.
    ///
    /// Idempotency: none, each call makes another wallet; it is not repeated once the server may
    /// have seen it. [`list`](Self::list) says which there are.
    ///
    /// # Errors
    /// `Config` naming `display_name`, `currency` or `metadata`; `Api` as the server says.
    ///
    /// ```
    /// use codespar_proto::{Currency, wallets::CreateWallet};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = CreateWallet::new("Groceries", Currency::BRL).agent_id("shopper");
    /// let wallet = client.wallets().create(&args).send()?;
    /// # Ok(()) }
    /// ```
    pub fn create(&self, args: &CreateWallet) -> Call<T, OrgWallet> {
        self.client().call(create(self.client().service(), args))
    }

    /// A wallet, with what is in it (`GET /v1/wallets/{wallet_id}`), in **minor** units.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let wallet = client.wallets().get("wal_1").send()?;
    /// for balance in &wallet.balances {
    ///     println!("{:?} {:?}", balance.currency, balance.available_minor);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn get(&self, wallet_id: &str) -> Call<T, OrgWallet> {
        self.client().call(get(self.client().service(), wallet_id))
    }

    /// Where to send money in a currency (`GET /v1/wallets/{wallet_id}/receive`). Only `USDC` has
    /// an address, on a network that real money is never sent to in test mode.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `no_onchain_address` (409), `cdp_unavailable` (502) and others.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let there = client.wallets().receive("wal_1", &"USDC".into()).send()?;
    /// println!("{:?} on {:?}", there.rail, there.network);
    /// # Ok(()) }
    /// ```
    pub fn receive(&self, wallet_id: &str, currency: &Currency) -> Call<T, ReceiveAddress> {
        let query = Receive { currency: currency.clone() };
        self.client().call(receive(self.client().service(), wallet_id, &query))
    }

    /// Sends money from a wallet to an address or a Pix key
    /// (`POST /v1/wallets/{wallet_id}/transfer`). The amount is in **minor** units. What it gives
    /// is accepted, not final.
    ///
    /// Some deployments want the header `x-codespar-user`, a member with the role `admin` or
    /// `owner` ([`Call::header`]).
    ///
    /// # Idempotency
    /// A key, in the arguments or by [`Call::idempotency_key`], goes out as the member
    /// `idempotency_key`; one is made up where none is given. The same key gives the transfer that
    /// was made; the call is repeated under it. After `withdrawal_failed` and `send_failed` the key
    /// is used up.
    ///
    /// # Errors
    /// `Config` naming `currency`, `to_address` or `amount_minor`; `Api` with
    /// `withdrawal_in_progress`, `withdrawal_dispatch_uncertain` (unknown until an operator has
    /// reconciled it), `insufficient_funds` and others. With an approval it is held:
    /// [`Error::approval`].
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// use codespar_proto::{Currency, Minor, wallets::WalletTransferArgs};
    ///
    /// let args = WalletTransferArgs::new(Currency::BRL, "maria@example.com", Minor::new(15_000))
    ///     .idempotency_key("payout-42");
    /// let sent = client.wallets().transfer("wal_1", &args).send()?;
    /// println!("{:?}", sent.withdrawal_id);
    /// # Ok(()) }
    /// ```
    pub fn transfer(&self, wallet_id: &str, args: &WalletTransferArgs) -> Call<T, WalletTransfer> {
        self.client().boxed_call(keyed_transfer(self.client().service(), wallet_id, args))
    }
}

/// Which wallets are listed: all of the project, unless something is set.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[non_exhaustive]
pub struct ListWallets {
    /// Only those that stand so.
    #[wire(into)]
    pub status: Option<WalletStatus>,
    /// Of this agent only.
    pub agent_id: Option<String>,
}

/// The wallet to make.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CreateWallet {
    /// The name for people.
    pub display_name: String,
    /// The currency it begins with, such as `BRL`.
    #[wire(into)]
    pub currency: Currency,
    /// The agent it belongs to.
    pub agent_id: Option<String>,
    /// Metadata of the caller, kept with it as a JSON object.
    #[wire(into)]
    pub metadata: Option<Json>,
}

impl CreateWallet {
    fn check(&self) -> Result<(), Error> {
        check_filled("display_name", &self.display_name)?;
        check_filled("currency", self.currency.as_str())?;
        check_object("metadata", self.metadata.as_ref())
    }
}

/// What is sent from a wallet, and to whom.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct WalletTransferArgs {
    /// The currency of the amount, such as `BRL`.
    #[wire(into)]
    pub currency: Currency,
    /// To whom: a Pix key, or an address on the Base network.
    #[wire(personal)]
    pub to_address: Sensitive,
    /// How much, in **minor** units.
    pub amount_minor: Minor,
    /// Names the transfer: the same key is the same transfer.
    pub idempotency_key: Option<String>,
    /// The mandate it is made under.
    pub mandate: Option<Json>,
    /// What the mandate is signed with.
    pub signature: Option<Sensitive>,
    /// The id of the agent that acts.
    pub agent_id: Option<String>,
    /// What for; one of the mandate's purposes.
    pub purpose: Option<String>,
}

impl WalletTransferArgs {
    /// Looks the arguments over, as [`Wallets::transfer`](crate::wallets::Wallets::transfer) does
    /// before anything is sent.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work.
    pub fn check(&self) -> Result<(), Error> {
        check_filled("currency", self.currency.as_str())?;
        check_filled("to_address", self.to_address.expose())?;
        self.amount_minor.check("amount_minor")
    }
}

/// What a wallet is to receive.
#[derive(Args)]
#[wire(no_new)]
struct Receive {
    /// The currency, such as `BRL`.
    currency: Currency,
}

/// Where to send money for a wallet to receive it.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ReceiveAddress {
    /// The currency that is received.
    pub currency: Option<Currency>,
    /// By which way: `onchain`, `pix`, `wire`; `unknown` where the currency is not supported.
    pub rail: Option<String>,
    /// The network: `base`, or `base-sepolia` in test mode.
    pub network: Option<String>,
    /// The address on that network.
    #[wire(personal)]
    pub address: Option<Sensitive>,
    /// The contract of the token on that network.
    pub asset_contract: Option<String>,
    /// The server's words.
    pub note: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How a wallet stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum WalletStatus {
    /// It takes and gives money.
    Active,
    /// The wallet neither takes nor gives money.
    Frozen,
    /// It is over.
    Closed,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A wallet of the organization.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct OrgWallet {
    /// The id of the wallet.
    pub id: String,
    /// The organization it belongs to.
    pub org_id: Option<String>,
    /// The project it belongs to.
    pub project_id: Option<String>,
    /// The agent it belongs to.
    pub agent_id: Option<String>,
    /// The name for people.
    pub display_name: Option<String>,
    /// The status of the wallet.
    pub status: Option<WalletStatus>,
    /// When the wallet was made (RFC 3339).
    pub created_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Metadata of the caller, kept with it as JSON.
    pub metadata: Option<Json>,
    /// What is in it, where the server says.
    #[wire(default)]
    pub balances: Vec<WalletBalance>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What is in a wallet, in one currency.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct WalletBalance {
    /// The id of the wallet.
    pub wallet_id: Option<String>,
    /// The currency of this balance, such as `BRL`.
    pub currency: Option<Currency>,
    /// How much there is, in **minor** units.
    pub balance_minor: Option<MinorText>,
    /// How much of it can be spent, in **minor** units.
    pub available_minor: Option<MinorText>,
    /// When this was so.
    pub updated_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A transfer that was accepted. It is not final yet.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct WalletTransfer {
    /// The id of the withdrawal.
    pub withdrawal_id: Option<String>,
    /// The transaction on the chain, or the Pix id.
    pub tx_hash: Option<String>,
    /// How it stands: `sent`.
    pub status: Option<String>,
    /// By which way: `base`, `base-sepolia`, `pix`.
    pub network: Option<String>,
    /// The Pix key or address that the money is sent to.
    #[wire(personal)]
    pub to_address: Option<Sensitive>,
    /// How much, in **minor** units.
    pub amount_minor: Option<Minor>,
    /// The currency of the amount, such as `BRL`.
    pub currency: Option<Currency>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The list, under either of the names that lists have.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Rows {
    wallets: Option<Vec<OrgWallet>>,
    data: Option<Vec<OrgWallet>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn rows(answer: Response) -> Result<Vec<OrgWallet>, Error> {
    let rows: Rows = answer.json()?;
    require_list(&answer, "wallets", rows.wallets.or(rows.data))
}
