//! Spending under a mandate (`POST /v1/consumers/mandates/{mandate_id}/spend`,
//! `POST /v1/consumer-payments/execute`).

use codespar_engine::{
    Error, Json, KeyRule, KeyUse, Sensitive, Verdict, answer, args, endpoints, open_enum,
};

use crate::{
    api::answer::read_movement,
    check::{check_filled, check_object},
    types::money::{Currency, Minor},
};

endpoints! {
    pub(crate) static ROUTES;
    fn spend(mandate_id; json: &SpendArgs) -> Spend: "mandates.spend" POST "/v1/consumers/mandates/{mandate_id}/spend", effect MovesMoney, key KeyRule::Argument("attempt_id"), read read_movement;
    fn execute_payment(; json: &PaymentArgs) -> Spend: "mandates.execute_payment" POST "/v1/consumer-payments/execute", effect MovesMoney, key KeyRule::Argument("attempt_id"), read read_movement;
}

args! {
    /// What is spent under a mandate.
    pub struct SpendArgs {
        /// Names the payment: the same id is the same payment, however often it is asked for.
        /// Draw it once, keep it, and come back with it when the outcome is not known.
        attempt_id: String,
        /// How much, in **minor** units.
        amount_minor: Minor,
        /// To whom: a Pix key, a Pix code, an EVM address or an x402 address.
        payee: Sensitive,
    } with {
        /// The id of the agent that acts.
        agent_id: String = into,
        /// The account of a transfer between banks.
        ted: Json,
        /// The seller's quote.
        quote: Json,
        /// Who acts, as JSON in the form of the API.
        actor: Json,
    }
}

args! {
    /// What is spent under a mandate that the caller holds.
    pub struct PaymentArgs {
        /// The mandate itself.
        mandate: Json,
        /// What it is signed with.
        signature: Sensitive,
        /// What for; one of the mandate's purposes.
        purpose: String,
        /// Names the payment: the same id is the same payment, however often it is asked for.
        attempt_id: String,
        /// How much, in **minor** units.
        amount_minor: Minor,
        /// To whom: a Pix key, a Pix code, an EVM address or an x402 address.
        payee: Sensitive,
    } with {
        /// The id of the agent that acts.
        agent_id: String = into,
        /// The account of a transfer between banks.
        ted: Json,
        /// The seller's quote.
        quote: Json,
        /// Who acts, as JSON in the form of the API.
        actor: Json,
    }
}

impl SpendArgs {
    pub(crate) fn check(&self) -> Result<(), Error> {
        check_payment(&self.attempt_id, self.amount_minor, &self.payee)
    }
}

impl PaymentArgs {
    pub(crate) fn check(&self) -> Result<(), Error> {
        check_object("mandate", Some(&self.mandate))?;
        check_filled("signature", self.signature.expose())?;
        check_filled("purpose", &self.purpose)?;
        check_payment(&self.attempt_id, self.amount_minor, &self.payee)
    }
}

fn check_payment(attempt_id: &str, amount: Minor, payee: &Sensitive) -> Result<(), Error> {
    check_filled("attempt_id", attempt_id)?;
    amount.check("amount_minor")?;
    check_filled("payee", payee.expose())
}

open_enum! {
    /// How spending ended.
    pub enum SpendStatus {
        /// The payment was made.
        Completed = "completed",
    }
}

answer! {
    /// What was spent.
    pub struct Spend {
        /// How it ended.
        pub status: Option<SpendStatus>,
        /// The server's name for the request.
        pub request_id as "requestId": Option<String>,
        /// The mandate it was made under.
        pub mandate: Option<SpendMandate>,
        /// The payment by which the money was spent.
        pub payment: Option<SpendPayment>,
        /// Where it stands in the wallet.
        pub wallet: Option<SpendWallet>,
        /// The receipt of the payment, in short.
        pub receipt: Option<SpendReceipt>,
        /// What was checked on the way.
        pub audit: Vec<Json> = default,
        /// The id that names the payment.
        pub attempt_id: Option<String>,
        /// Whether this is a payment that was made before under the same id.
        pub idempotent_replay: Option<bool>,
    }

    /// The mandate that something was spent under.
    pub struct SpendMandate {
        /// The id of the consumer whose money it is.
        pub consumer_id: Option<String>,
        /// The purpose the payment was made for.
        pub purpose: Option<String>,
        /// The currency, such as `BRL`.
        pub currency: Option<Currency>,
    }

    /// The payment by which something was spent.
    pub struct SpendPayment {
        /// The id of the transaction.
        pub transaction_id as "transactionId": Option<String>,
        /// The bank's name for it.
        pub end_to_end_id as "endToEndId": Option<String>,
        /// How much, in **minor** units.
        pub amount_minor as "amountMinor": Option<Minor>,
        /// The rail that the money takes, such as `pix`.
        pub rail: Option<String>,
        /// The provider that made the payment.
        pub provider: Option<String>,
        /// Whether money has moved.
        pub money_moved as "moneyMoved": Option<bool>,
        /// What made it.
        pub adapter: Option<String>,
    }

    /// Where a payment stands in the wallet.
    pub struct SpendWallet {
        /// The id of the wallet.
        pub wallet_id as "walletId": Option<String>,
        /// The entry that held the money back.
        pub hold_entry_id as "holdEntryId": Option<String>,
        /// The entry by which the money came.
        pub fund_entry_id as "fundEntryId": Option<String>,
        /// The entry by which the money went.
        pub debit_entry_id as "debitEntryId": Option<String>,
    }

    /// The receipt of what was spent, in short.
    pub struct SpendReceipt {
        /// The id of the receipt.
        pub id: Option<String>,
        /// The status of the receipt.
        pub state: Option<String>,
        /// The hash that chains it to the one before.
        pub chain: Option<String>,
        /// What went wrong.
        pub exceptions: Vec<Json> = default,
    }
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
