//! Payments from a wallet by any method (`/v1/wallets/{wallet_id}/execute`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Json, KeyRule, Sensitive, Stage, Timestamp, Verdict,
    WireEnum,
    driver::Transport,
    endpoints,
    kit::{Judgement, Map},
};

use crate::{
    api::{answer::read_movement, wallets::Wallets},
    check::{check_filled, check_object},
    types::{execute_amount::ExecuteAmount, money::Currency},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Pays from a wallet by whichever method fits: this moves money, and the API does not say in
    /// which unit the amount is.
    fn execute(wallet_id; json: &ExecuteArgs) -> WalletPayment:
        "wallets.execute" POST "/v1/wallets/{wallet_id}/execute",
        effect MovesMoney, key KeyRule::Argument("attempt_id"), read read_movement, part of execute;
}

impl<T: Transport> Wallets<T> {
    /// Pays from a wallet by whichever method fits (`POST /v1/wallets/{wallet_id}/execute`); it
    /// needs the scope `wallets:admin`. **The API does not say in which unit the amount is**: see
    /// [`ExecuteAmount`].
    ///
    /// # Idempotency
    /// Once: the [`attempt_id`](ExecuteArgs::attempt_id) names the payment, but the API does not
    /// say what a second call under it does, so that the call is not repeated by itself once the
    /// server may have seen it. The API takes payments without an id; here one is asked for. When
    /// the outcome is not known, look for the id in [`ledger`](Self::ledger), whose debits carry
    /// it, before anything is paid again.
    ///
    /// # Errors
    /// `Config` naming `amount`, `currency`, `recipient`, `description`, `mandate_id`, `attempt_id`
    /// or `metadata`; `Api` with `not_found`. A payment that was denied (403), that failed (422) or
    /// that waits for a person (402) is an error too, and its [`last`](Error::last) is the
    /// [`WalletPayment`] that the server gave. What waits is [`Verdict::Held`], without an approval
    /// that could be waited for.
    ///
    /// ```
    /// use codespar_proto::{Currency, types::{Decimal, ExecuteAmount}, wallets::ExecuteArgs};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = ExecuteArgs::new(
    ///     ExecuteAmount::new(Decimal::new(1250, 2)),
    ///     Currency::BRL,
    ///     "shop@pix.test",
    ///     "Order 42",
    ///     "mdt_1",
    ///     "order-42",
    /// );
    /// let paid = client.wallets().execute("wal_1", &args).send()?;
    /// println!("{:?}: {}", paid.request_id, paid.verdict());
    /// # Ok(()) }
    /// ```
    #[doc(alias = "pay")]
    pub fn execute(&self, wallet_id: &str, args: &ExecuteArgs) -> Call<T, WalletPayment> {
        let flow = execute(self.client().service(), wallet_id, args);
        self.client().call(Map::outcome(flow, |outcome| outcome.map_err(with_payment)))
    }
}

/// A payment from a wallet.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ExecuteArgs {
    /// How much. The API does **not say in which unit**.
    pub amount: ExecuteAmount,
    /// The currency of the amount, such as `BRL`.
    #[wire(into)]
    pub currency: Currency,
    /// To whom it is paid.
    #[wire(personal)]
    pub recipient: Sensitive,
    /// What for, in words.
    pub description: String,
    /// The mandate it is made under.
    pub mandate_id: String,
    /// Names the payment. Draw it once and keep it.
    pub attempt_id: String,
    /// In which currency it arrives.
    #[wire(into)]
    pub target_currency: Option<Currency>,
    /// By which method, if it can be.
    pub preferred_method: Option<String>,
    /// What for; one of the mandate's purposes.
    pub purpose: Option<String>,
    /// Metadata of the caller, kept with it as a JSON object.
    #[wire(into)]
    pub metadata: Option<Json>,
}

impl ExecuteArgs {
    /// Looks the arguments over, as [`Wallets::execute`](crate::wallets::Wallets::execute) does
    /// before anything is sent.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work.
    pub fn check(&self) -> Result<(), Error> {
        self.amount.check("amount")?;
        check_filled("currency", self.currency.as_str())?;
        check_filled("recipient", self.recipient.expose())?;
        check_filled("description", &self.description)?;
        check_filled("mandate_id", &self.mandate_id)?;
        check_filled("attempt_id", &self.attempt_id)?;
        check_object("metadata", self.metadata.as_ref())
    }
}

/// How a payment from a wallet ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum WalletPaymentStatus {
    /// It is paid.
    Completed,
    /// It was denied: nothing has moved.
    Denied,
    /// A person has to approve it first.
    RequiresApproval,
    /// It failed: what has moved is what the ledger says.
    Failed,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A payment from a wallet, and what was checked on its way.
#[derive(Clone, Debug, PartialEq, Answer)]
#[wire(tells("verdict"=verdict))]
#[non_exhaustive]
pub struct WalletPayment {
    /// The id of the request.
    #[serde(rename = "requestId")]
    pub request_id: Option<String>,
    /// How it ended.
    pub status: Option<WalletPaymentStatus>,
    /// What was checked, step by step.
    #[wire(default)]
    pub audit: Vec<WalletPaymentStep>,
    /// What it did in the ledger.
    pub wallet: Option<WalletPaymentEntries>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl WalletPayment {
    /// What the result says about the money.
    pub fn verdict(&self) -> Verdict {
        match self.status {
            Some(WalletPaymentStatus::Completed) => Verdict::Done(Stage::Dispatched),
            Some(WalletPaymentStatus::Denied) => Verdict::Refused,
            Some(WalletPaymentStatus::Failed) if self.has_moved_nothing() => Verdict::Refused,
            Some(WalletPaymentStatus::Failed) => Verdict::Unknown,
            Some(WalletPaymentStatus::RequiresApproval) => Verdict::Held,
            Some(WalletPaymentStatus::Other(_)) | None => Verdict::Unknown,
        }
    }

    /// Whether the ledger shows that nothing has left the wallet: there was too little, or what was
    /// held has been released.
    fn has_moved_nothing(&self) -> bool {
        let Some(wallet) = &self.wallet else { return false };
        let is_held = wallet.hold_id.is_some() && wallet.release_id.is_none();
        wallet.debit_id.is_none() && (wallet.insufficient_funds == Some(true) || !is_held)
    }
}

/// How a step of a payment ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum WalletStepStatus {
    /// It went well.
    Pass,
    /// The payment ends here.
    Fail,
    /// There was nothing to do.
    Skip,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A step on the way of a payment.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct WalletPaymentStep {
    /// When it was made.
    pub timestamp: Option<Timestamp>,
    /// What was done or checked.
    pub step: Option<String>,
    /// How it ended.
    pub status: Option<WalletStepStatus>,
    /// The server's words.
    pub detail: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a payment did in the ledger of its wallet.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct WalletPaymentEntries {
    /// The entry that holds the money.
    #[serde(rename = "holdId")]
    pub hold_id: Option<String>,
    /// The entry that debits it.
    #[serde(rename = "debitId")]
    pub debit_id: Option<String>,
    /// The entry that releases it.
    #[serde(rename = "releaseId")]
    pub release_id: Option<String>,
    /// Whether there was too little.
    #[serde(rename = "insufficientFunds")]
    pub insufficient_funds: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Keeps the result of a payment that was not made: the server sends it with an error's status.
fn with_payment(error: Error) -> Error {
    let is_result = matches!(error.status().map(|status| status.as_u16()), Some(402 | 403 | 422));
    let body = error.body().filter(|_| is_result);
    let payment = body.and_then(|body| serde_json::from_slice::<WalletPayment>(body).ok());
    match payment.filter(|payment| payment.status.is_some()) {
        Some(payment) => {
            let key = error.key_use();
            match payment.verdict() {
                Verdict::Unknown => error.judged(Judgement { verdict: Verdict::Unknown, key }),
                _ => error,
            }
            .with_last(payment)
        }
        None => error,
    }
}
