//! The wallets of an organization (`/v1/wallets`).

use codespar_engine::{Answer, Call, Error, Json, Transport, answer, endpoints, open_enum};
use serde::Serialize;

use crate::{
    Client, Currency, MinorText, Timestamp, Transfer, TransferArgs,
    resource::{self, resource},
};

endpoints! {
    pub(crate) static ROUTES;
    fn wallets() -> Vec<OrgWallet>: "wallets.list" GET "/v1/wallets", read rows;
    fn wallet(wallet_id) -> OrgWallet: "wallets.get" GET "/v1/wallets/{wallet_id}";
    fn wallet_ledger(wallet_id) -> Json: "wallets.ledger" GET "/v1/wallets/{wallet_id}/ledger";
    fn wallet_receive(wallet_id; query: &Receive<'_>) -> Json: "wallets.receive" GET "/v1/wallets/{wallet_id}/receive";
    fn wallet_transfer(wallet_id; json: &TransferArgs) -> Transfer: "wallets.transfer" POST "/v1/wallets/{wallet_id}/transfer";
}

resource! {
    /// The wallets of the organization (`/v1/wallets`).
    Wallets = Client.wallets
}

impl<T: Transport> Wallets<T> {
    /// Lists the wallets (`GET /v1/wallets`).
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # fn example<T: codespar_proto::BlockingTransport>(client: &codespar_proto::Client<T>) -> Result<(), codespar_proto::Error> {
    /// for wallet in client.wallets().list().send()? {
    ///     println!("{}", wallet.id);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self) -> Call<T, Vec<OrgWallet>> {
        self.client().call(wallets(self.client().service()))
    }

    /// A wallet, with what is in it (`GET /v1/wallets/{wallet_id}`), in **minor** units.
    ///
    /// # Errors
    /// `Api` with `not_found`.
    ///
    /// ```
    /// # fn example<T: codespar_proto::BlockingTransport>(client: &codespar_proto::Client<T>) -> Result<(), codespar_proto::Error> {
    /// let wallet = client.wallets().get("wal_1").send()?;
    /// for balance in &wallet.balances {
    ///     println!("{:?} {:?}", balance.currency, balance.available_minor);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn get(&self, wallet_id: &str) -> Call<T, OrgWallet> {
        self.client().call(wallet(self.client().service(), wallet_id))
    }

    /// The movements of a wallet (`GET /v1/wallets/{wallet_id}/ledger`). The API does not write
    /// their shape down; its amounts are texts of **minor** units.
    ///
    /// # Errors
    /// `Api` with `not_found`.
    ///
    /// ```
    /// # fn example<T: codespar_proto::BlockingTransport>(client: &codespar_proto::Client<T>) -> Result<(), codespar_proto::Error> {
    /// let ledger = client.wallets().ledger("wal_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn ledger(&self, wallet_id: &str) -> Call<T, Json> {
        self.client().call(wallet_ledger(self.client().service(), wallet_id))
    }

    /// Where to send money in a currency (`GET /v1/wallets/{wallet_id}/receive`). The API does
    /// not write the shape down.
    ///
    /// # Errors
    /// `Api` with `no_onchain_address` (409), `cdp_unavailable` (502) and others.
    ///
    /// ```
    /// # fn example<T: codespar_proto::BlockingTransport>(client: &codespar_proto::Client<T>) -> Result<(), codespar_proto::Error> {
    /// let address = client.wallets().receive("wal_1", &"USDC".into()).send()?;
    /// # Ok(()) }
    /// ```
    pub fn receive(&self, wallet_id: &str, currency: &Currency) -> Call<T, Json> {
        let query = Receive { currency };
        self.client().call(wallet_receive(self.client().service(), wallet_id, &query))
    }

    /// Plans a transfer from one currency to another, or makes it
    /// (`POST /v1/wallets/{wallet_id}/transfer`), in **minor** units.
    ///
    /// With [`execute`](TransferArgs::execute) **this moves money**; it is never sent twice on
    /// its own.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work; `Api` as the server says.
    ///
    /// ```
    /// use codespar_proto::{Minor, TransferArgs};
    ///
    /// # fn example<T: codespar_proto::BlockingTransport>(client: &codespar_proto::Client<T>) -> Result<(), codespar_proto::Error> {
    /// let args = TransferArgs::new("BRL", "USDC", Minor::new(50_000)).execute(true);
    /// let made = client.wallets().transfer("wal_1", &args).send()?;
    /// println!("{:?}", made.money_moved);
    /// # Ok(()) }
    /// ```
    pub fn transfer(&self, wallet_id: &str, args: &TransferArgs) -> Call<T, Transfer> {
        self.client().checked("wallets.transfer", args.check(), |service| {
            wallet_transfer(service, wallet_id, args)
        })
    }
}

#[derive(Serialize)]
struct Receive<'a> {
    currency: &'a Currency,
}

open_enum! {
    /// How a wallet stands.
    pub enum WalletStatus {
        /// It takes and gives money.
        Active = "active",
        /// Nothing moves.
        Frozen = "frozen",
        /// It is over.
        Closed = "closed",
    }
}

answer! {
    /// A wallet.
    pub struct OrgWallet {
        /// Its id.
        pub id: String,
        /// The organization it belongs to.
        pub org_id: Option<String>,
        /// The project it belongs to.
        pub project_id: Option<String>,
        /// The agent it belongs to.
        pub agent_id: Option<String>,
        /// The name for people.
        pub display_name: Option<String>,
        /// How it stands.
        pub status: Option<WalletStatus>,
        /// When it was made.
        pub created_at: Option<Timestamp>,
        /// When it was closed.
        pub closed_at: Option<Timestamp>,
        /// Notes kept with it.
        pub metadata: Option<Json>,
        /// What is in it, where the server says.
        pub balances: Vec<WalletBalance> = default,
    }

    /// What is in a wallet, in one currency.
    pub struct WalletBalance {
        /// The wallet.
        pub wallet_id: Option<String>,
        /// The currency.
        pub currency: Option<Currency>,
        /// How much there is, in **minor** units.
        pub balance_minor: Option<MinorText>,
        /// How much of it can be spent, in **minor** units.
        pub available_minor: Option<MinorText>,
        /// When this was so.
        pub updated_at: Option<Timestamp>,
    }

    /// The list, under either of the names that lists have.
    struct Rows {
        wallets: Option<Vec<OrgWallet>>,
        data: Option<Vec<OrgWallet>>,
    }
}

fn rows(answer: Answer) -> Result<Vec<OrgWallet>, Error> {
    let rows: Rows = answer.json()?;
    resource::rows(&answer, "wallets", rows.wallets.or(rows.data))
}
