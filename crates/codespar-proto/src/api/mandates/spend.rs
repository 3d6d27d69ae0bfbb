//! Spending under a mandate (`POST /v1/consumers/mandates/{mandate_id}/spend`,
//! `POST /v1/consumer-payments/execute`).

use codespar_engine::{
    Answer, Args, Error, Extra, Json, KeyRule, KeyUse, Sensitive, Verdict, WireEnum, endpoints,
};

use crate::{
    api::{
        answer::read_movement,
        mandates::terms::{PaymentActor, SpendApproval, SpendQuote, TedDestination},
    },
    check::{check_filled, check_length, check_object},
    types::money::{Currency, Minor},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Spends under a mandate, in minor units: this moves money, once for each attempt_id.
    fn spend(mandate_id; json: &SpendArgs) -> Spend:
        "mandates.spend" POST "/v1/consumers/mandates/{mandate_id}/spend",
        effect MovesMoney, key KeyRule::Argument("attempt_id"), scope "mandates:spend",
        read read_movement;
    /// Spends under a mandate that the caller holds, in minor units: this moves money, once for
    /// each attempt_id.
    fn execute_payment(; json: &PaymentArgs) -> Spend:
        "mandates.execute_payment" POST "/v1/consumer-payments/execute",
        effect MovesMoney, key KeyRule::Argument("attempt_id"), scope "mandates:spend",
        read read_movement;
}

/// What is spent under a mandate.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct SpendArgs {
    /// Names the payment: the same id is the same payment, however often it is asked for.
    /// Draw it once, keep it, and come back with it when the outcome is not known.
    pub attempt_id: String,
    /// How much, in **minor** units.
    pub amount_minor: Minor,
    /// To whom: a Pix key, a Pix code, an EVM address or an x402 address.
    #[wire(personal)]
    pub payee: Sensitive,
    /// The id of the agent that acts.
    pub agent_id: Option<String>,
    /// The account of a transfer between banks (TED), which the payee names besides.
    pub ted: Option<TedDestination>,
    /// The seller's quote, which is sealed into the receipt.
    pub quote: Option<SpendQuote>,
    /// Who acts; without a word it is the agent of the mandate.
    pub actor: Option<PaymentActor>,
    /// What a person approved, which is sealed into the receipt.
    pub approval: Option<SpendApproval>,
    /// The session it is made in, one of this project.
    pub session_id: Option<String>,
}

/// What is spent under a mandate that the caller holds.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct PaymentArgs {
    /// The mandate itself.
    #[wire(into)]
    pub mandate: Json,
    /// What it is signed with.
    pub signature: Sensitive,
    /// What for; one of the mandate's purposes.
    pub purpose: String,
    /// Names the payment: the same id is the same payment, however often it is asked for.
    pub attempt_id: String,
    /// How much, in **minor** units.
    pub amount_minor: Minor,
    /// To whom: a Pix key, a Pix code, an EVM address or an x402 address.
    #[wire(personal)]
    pub payee: Sensitive,
    /// The id of the agent that acts, as the mandate names it: the API asks for it.
    pub agent_id: Option<String>,
    /// The account of a transfer between banks (TED), which the payee names besides.
    pub ted: Option<TedDestination>,
    /// The seller's quote, which is sealed into the receipt.
    pub quote: Option<SpendQuote>,
    /// Who acts; without a word it is the agent of the mandate.
    pub actor: Option<PaymentActor>,
    /// What a person approved, which is sealed into the receipt.
    pub approval: Option<SpendApproval>,
    /// The session it is made in, one of this project.
    pub session_id: Option<String>,
}

impl SpendArgs {
    fn check(&self) -> Result<(), Error> {
        check_payment(&self.attempt_id, self.amount_minor, &self.payee)?;
        let Self { ted, quote, actor, approval, .. } = self;
        Terms { ted, quote, actor, approval }.check()
    }
}

impl PaymentArgs {
    fn check(&self) -> Result<(), Error> {
        check_object("mandate", Some(&self.mandate))?;
        check_filled("signature", self.signature.expose())?;
        check_filled("purpose", &self.purpose)?;
        check_payment(&self.attempt_id, self.amount_minor, &self.payee)?;
        let Self { ted, quote, actor, approval, .. } = self;
        Terms { ted, quote, actor, approval }.check()
    }
}

fn check_payment(attempt_id: &str, amount: Minor, payee: &Sensitive) -> Result<(), Error> {
    check_length("attempt_id", attempt_id, 128)?;
    amount.check("amount_minor")?;
    check_length("payee", payee.expose(), 1024)
}

/// What goes with a payment, by whichever way it is asked for.
struct Terms<'a> {
    ted: &'a Option<TedDestination>,
    quote: &'a Option<SpendQuote>,
    actor: &'a Option<PaymentActor>,
    approval: &'a Option<SpendApproval>,
}

impl Terms<'_> {
    fn check(&self) -> Result<(), Error> {
        self.ted.as_ref().map_or(Ok(()), TedDestination::check)?;
        self.quote.as_ref().map_or(Ok(()), SpendQuote::check)?;
        self.actor.as_ref().map_or(Ok(()), PaymentActor::check)?;
        self.approval.as_ref().map_or(Ok(()), SpendApproval::check)
    }
}

/// How spending ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum SpendStatus {
    /// The payment was made.
    Completed,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What was spent.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Spend {
    /// How it ended.
    pub status: Option<SpendStatus>,
    /// The server's name for the request.
    #[serde(rename = "requestId")]
    pub request_id: Option<String>,
    /// The mandate it was made under.
    pub mandate: Option<SpendMandate>,
    /// The payment by which the money was spent.
    pub payment: Option<SpendPayment>,
    /// Where it stands in the wallet.
    pub wallet: Option<SpendWallet>,
    /// The receipt of the payment, in short.
    pub receipt: Option<SpendReceipt>,
    /// What was checked on the way.
    #[wire(default)]
    pub audit: Vec<Json>,
    /// The id that names the payment.
    pub attempt_id: Option<String>,
    /// Whether this is a payment that was made before under the same id.
    pub idempotent_replay: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The mandate that something was spent under.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct SpendMandate {
    /// The id of the consumer whose money it is.
    pub consumer_id: Option<String>,
    /// The purpose the payment was made for.
    pub purpose: Option<String>,
    /// The currency, such as `BRL`.
    pub currency: Option<Currency>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The payment by which something was spent.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct SpendPayment {
    /// The id of the transaction.
    #[serde(rename = "transactionId")]
    pub transaction_id: Option<String>,
    /// The bank's name for it.
    #[serde(rename = "endToEndId")]
    pub end_to_end_id: Option<String>,
    /// How much, in **minor** units.
    #[serde(rename = "amountMinor")]
    pub amount_minor: Option<Minor>,
    /// The rail that the money takes, such as `pix`.
    pub rail: Option<String>,
    /// The provider that made the payment.
    pub provider: Option<String>,
    /// Whether money has moved.
    #[serde(rename = "moneyMoved")]
    pub money_moved: Option<bool>,
    /// What made it.
    pub adapter: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Where a payment stands in the wallet.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct SpendWallet {
    /// The id of the wallet.
    #[serde(rename = "walletId")]
    pub wallet_id: Option<String>,
    /// The entry that held the money back.
    #[serde(rename = "holdEntryId")]
    pub hold_entry_id: Option<String>,
    /// The entry by which the money came.
    #[serde(rename = "fundEntryId")]
    pub fund_entry_id: Option<String>,
    /// The entry by which the money went.
    #[serde(rename = "debitEntryId")]
    pub debit_entry_id: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The receipt of what was spent, in short.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct SpendReceipt {
    /// The id of the receipt.
    pub id: Option<String>,
    /// The status of the receipt.
    pub state: Option<String>,
    /// The hash that chains it to the one before.
    pub chain: Option<String>,
    /// What went wrong.
    #[wire(default)]
    pub exceptions: Vec<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl Spend {
    /// Whether an error leaves open if the money has moved: its verdict is unknown, and the id that
    /// was sent is this payment's. Then ask again with the **same** `attempt_id`, never a fresh
    /// one.
    ///
    /// `false` is no leave to draw a fresh id: a held payment will happen once a person approves,
    /// and a refused one may be asked for again with the same id. Only
    /// [`KeyUse::Spent`] says that an id is used up.
    pub fn is_uncertain(error: &Error) -> bool {
        error.verdict() == Verdict::Unknown && error.key_use() != KeyUse::PersonDecides
    }
}
