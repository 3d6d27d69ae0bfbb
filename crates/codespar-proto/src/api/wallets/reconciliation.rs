//! Whether the ledger of a wallet is what there is: custody, bank statements, anomalies
//! (`/v1/wallets/{wallet_id}/custody`, `…/statement-import`, `…/recon-anomalies`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Json, Sensitive, Timestamp, WireEnum, driver::Transport,
    endpoints, kit::Response,
};

use crate::{
    api::wallets::Wallets,
    check::check_filled,
    types::{
        atomic_text::AtomicText,
        minor_text::MinorText,
        money::{Currency, Minor},
    },
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Compares the ledger of a wallet with what is on the chain, in the smallest units of USDC.
    fn custody(wallet_id; query: &Custody) -> WalletCustody:
        "wallets.custody" GET "/v1/wallets/{wallet_id}/custody", scope "wallets:read";
    /// Gives lines of a bank statement to the reconciler of a wallet, in minor units.
    fn import_statement(wallet_id; json: &ImportStatement) -> ImportedStatement:
        "wallets.import_statement" POST "/v1/wallets/{wallet_id}/statement-import",
        scope "wallets:admin";
    /// Lists what the reconciler found wrong in a wallet.
    fn recon_anomalies(wallet_id; query: &ListAnomalies) -> Vec<WalletAnomaly>:
        "wallets.recon_anomalies" GET "/v1/wallets/{wallet_id}/recon-anomalies", read anomalies;
    /// Says of something that the reconciler found wrong that it is resolved, or dismissed.
    fn resolve_anomaly(wallet_id, anomaly_id; json: &ResolveAnomaly) -> WalletAnomaly:
        "wallets.resolve_anomaly"
        POST "/v1/wallets/{wallet_id}/recon-anomalies/{anomaly_id}";
}

impl<T: Transport> Wallets<T> {
    /// Compares what the ledger of a wallet says with what its address on the chain holds (`GET
    /// /v1/wallets/{wallet_id}/custody`), in USDC. Amounts are its **smallest units**: 1 000 000
    /// are one dollar.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `wallet_id`; `Api` with `not_found`, `no_custody_view` and
    /// `no_onchain_address` (409), `cdp_unavailable` and `chain_unavailable` (502).
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let custody = client.wallets().custody("wal_1").send()?;
    /// println!("{:?}: {:?}", custody.state, custody.difference_atomic);
    /// # Ok(()) }
    /// ```
    pub fn custody(&self, wallet_id: &str) -> Call<T, WalletCustody> {
        self.client().call(custody(self.client().service(), wallet_id, &Custody { currency: None }))
    }

    /// Gives lines of a bank statement to the reconciler (`POST
    /// /v1/wallets/{wallet_id}/statement-import`), in **minor** units; it needs the scope
    /// `wallets:admin`. Nothing is posted into the ledger, but **each new line publishes
    /// `commerce.payment.received`**, and so fires webhooks. All lines are taken, or none.
    ///
    /// Idempotency: none, but a line counts once for each `source` and `provider_event_id`. It is
    /// not repeated by itself once the server may have seen it; repeating it is safe.
    ///
    /// # Errors
    /// `Config` naming `wallet_id`, `source` or `entries`; `Api` with `insufficient_role` (403) and
    /// `not_found`.
    ///
    /// ```
    /// use codespar_proto::{Minor, wallets::{ImportStatement, StatementEntry}};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let event = "E18236120202610241200s0123456789";
    /// let line = StatementEntry::new(event, Minor::new(7_500), "BRL");
    /// let args = ImportStatement::new("bank-export", vec![line]);
    /// let imported = client.wallets().import_statement("wal_1", &args).send()?;
    /// println!("{:?} new, {:?} known", imported.imported, imported.duplicates);
    /// # Ok(()) }
    /// ```
    pub fn import_statement(
        &self,
        wallet_id: &str,
        args: &ImportStatement,
    ) -> Call<T, ImportedStatement> {
        self.client().call(import_statement(self.client().service(), wallet_id, args))
    }

    /// What the reconciler found wrong in a wallet (`GET /v1/wallets/{wallet_id}/recon-anomalies`):
    /// what is open, unless another status is named.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `wallet_id`; `Api` with `not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for anomaly in client.wallets().recon_anomalies("wal_1", None).send()? {
    ///     println!("{:?} {:?}", anomaly.kind, anomaly.amount_minor);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn recon_anomalies(
        &self,
        wallet_id: &str,
        status: Option<AnomalyStatus>,
    ) -> Call<T, Vec<WalletAnomaly>> {
        let args = ListAnomalies { status };
        self.client().call(recon_anomalies(self.client().service(), wallet_id, &args))
    }

    /// Says of something that the reconciler found wrong that it is resolved, or dismissed (`POST
    /// /v1/wallets/{wallet_id}/recon-anomalies/{anomaly_id}`). It moves no money; it needs the
    /// scope `wallets:admin`.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `wallet_id`, `anomaly_id` or `status`; `Api` with `not_found`.
    ///
    /// ```
    /// use codespar_proto::wallets::{AnomalyStatus, ResolveAnomaly};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = ResolveAnomaly::new(AnomalyStatus::Resolved).note("receipt found");
    /// let anomaly = client.wallets().resolve_anomaly("wal_1", "anm_1", &args).send()?;
    /// # Ok(()) }
    /// ```
    pub fn resolve_anomaly(
        &self,
        wallet_id: &str,
        anomaly_id: &str,
        args: &ResolveAnomaly,
    ) -> Call<T, WalletAnomaly> {
        self.client().call(resolve_anomaly(self.client().service(), wallet_id, anomaly_id, args))
    }
}

/// In which currency custody is compared.
#[derive(Args)]
struct Custody {
    /// The currency; there is `USDC` only.
    #[wire(no_setter)]
    currency: Option<Currency>,
}

/// Which anomalies are listed.
#[derive(Args)]
struct ListAnomalies {
    /// Those that stand so; the open ones unless set.
    #[wire(no_setter)]
    status: Option<AnomalyStatus>,
}

/// How the ledger compares with what is in custody.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CustodyState {
    /// Both say the same.
    Reconciled,
    /// There is more than the ledger says.
    UnattributedCredit,
    /// The ledger says more than there is: a payout may fail.
    LedgerExceedsCustody,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What the ledger says, and what the chain holds.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct WalletCustody {
    /// The wallet whose books they are.
    pub wallet_id: Option<String>,
    /// The currency, `USDC`.
    pub currency: Option<Currency>,
    /// The address on the chain.
    #[wire(personal)]
    pub address: Option<Sensitive>,
    /// The network: `base`, `base-sepolia`.
    pub network: Option<String>,
    /// When the chain was read.
    pub observed_at: Option<Timestamp>,
    /// What the ledger says, in the smallest units of USDC.
    pub ledger_atomic: Option<AtomicText>,
    /// What the address holds, in the smallest units of USDC.
    pub onchain_atomic: Option<AtomicText>,
    /// What it holds more, in the smallest units of USDC; it may be less than zero.
    pub difference_atomic: Option<AtomicText>,
    /// How the two compare.
    pub state: Option<CustodyState>,
    /// The server's words.
    pub note: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Lines of a bank statement.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ImportStatement {
    /// Where they come from, in lower case with hyphens: `bank-export`.
    pub source: String,
    /// The lines, one at least.
    pub entries: Vec<StatementEntry>,
}

impl ImportStatement {
    fn check(&self) -> Result<(), Error> {
        let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if self.source.is_empty() || !self.source.bytes().all(is_word) {
            return Err(Error::config("source", "expected a name such as bank-export"));
        }
        if self.entries.is_empty() {
            return Err(Error::config("entries", "expected one line at least"));
        }
        for (at, entry) in self.entries.iter().enumerate() {
            let field = |name: &str| format!("entries[{at}].{name}");
            check_filled(&field("provider_event_id"), &entry.provider_event_id)?;
            check_filled(&field("currency"), entry.currency.as_str())?;
        }
        Ok(())
    }
}

/// A line of a bank statement.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct StatementEntry {
    /// The provider's name for the payment, by which the ledger is searched.
    pub provider_event_id: String,
    /// How much, in **minor** units.
    pub amount_minor: Minor,
    /// The currency of the amount, such as `BRL`.
    #[wire(into)]
    pub currency: Currency,
    /// When it was paid; when the line arrives, unless set.
    #[wire(into)]
    pub occurred_at: Option<Timestamp>,
    /// What the statement says to it.
    #[wire(personal)]
    pub memo: Option<Sensitive>,
}

/// Lines of a bank statement that were taken.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ImportedStatement {
    /// The wallet whose books they are.
    pub wallet_id: Option<String>,
    /// Where they come from.
    pub source: Option<String>,
    /// How many are new.
    pub imported: Option<u64>,
    /// How many were there already.
    pub duplicates: Option<u64>,
    /// In how many seconds the reconciler runs at the latest.
    #[wire(seconds)]
    pub next_recon_cycle_within_seconds: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How something stands that the reconciler found wrong.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AnomalyStatus {
    /// Nobody has looked at it.
    Open,
    /// It is resolved.
    Resolved,
    /// It is nothing.
    Dismissed,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AnomalyKind {
    /// The ledger has a debit that no receipt stands for.
    DebitWithoutReceipt,
    /// There is a receipt that the ledger has no debit for.
    ReceiptWithoutDebit,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What became of something that the reconciler found wrong.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ResolveAnomaly {
    /// What became of it: resolved, or dismissed.
    #[wire(into)]
    pub status: AnomalyStatus,
    /// A note for people.
    pub note: Option<String>,
}

impl ResolveAnomaly {
    fn check(&self) -> Result<(), Error> {
        match self.status {
            AnomalyStatus::Open => Err(Error::config("status", "expected resolved or dismissed")),
            _ => Ok(()),
        }
    }
}

/// Something that the reconciler found wrong.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct WalletAnomaly {
    /// The id of it.
    pub id: Option<String>,
    /// The wallet whose books they are.
    pub wallet_id: Option<String>,
    /// The organization that the wallet belongs to.
    pub org_id: Option<String>,
    /// What is wrong.
    pub kind: Option<AnomalyKind>,
    /// The entry of the ledger.
    pub ledger_entry_id: Option<String>,
    /// The name of it at the provider.
    pub external_ref: Option<String>,
    /// How much, in **minor** units.
    pub amount_minor: Option<MinorText>,
    /// The currency of the amount, such as `BRL`.
    pub currency: Option<Currency>,
    /// When it was found.
    pub detected_at: Option<Timestamp>,
    /// How it stands.
    pub status: Option<AnomalyStatus>,
    /// When it was resolved or dismissed.
    pub resolved_at: Option<Timestamp>,
    /// The note to that.
    pub resolution_note: Option<String>,
    /// Metadata, kept with it as JSON.
    pub metadata: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct AnomaliesList {
    anomalies: Vec<WalletAnomaly>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn anomalies(answer: Response) -> Result<Vec<WalletAnomaly>, Error> {
    answer.json().map(|list: AnomaliesList| list.anomalies)
}
