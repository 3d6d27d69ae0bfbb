//! What the service charges an organization for (`/v1/fees`).

use codespar_engine::{
    Answer, Call, Extra, Handle, Json, Timestamp, WireEnum, driver::Transport, endpoints,
};

use crate::{client::Client, types::money::Minor};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Says what the service measures and charges the organization for, in minor units.
    fn summary() -> FeesSummary: "fees.summary" GET "/v1/fees", scope "fees:read";
    /// Reads the latest fee for money that left under mandates, in minor units; none where none was
    /// computed.
    fn movimentar() -> Option<FeeMovimentar>:
        "fees.movimentar" GET "/v1/fees/movimentar", scope "fees:read";
    /// Reads the latest fee for governed accounts, in minor units; none where none was computed.
    fn governar() -> Option<FeeGovernar>:
        "fees.governar" GET "/v1/fees/governar", scope "fees:read";
}

/// What the service charges an organization for (`/v1/fees`).
#[derive(Handle)]
#[handle(Client.fees)]
pub struct Fees<T> {
    client: Client<T>,
}

impl<T: Transport> Fees<T> {
    /// What the service measures and what it charges for (`GET /v1/fees`), in **minor** units of
    /// BRL.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let fees = client.fees().summary().send()?;
    /// println!("{:?}", fees.period);
    /// # Ok(()) }
    /// ```
    pub fn summary(&self) -> Call<T, FeesSummary> {
        self.client().call(summary(self.client().service()))
    }

    /// The latest fee for money that left under mandates (`GET /v1/fees/movimentar`), in **minor**
    /// units of BRL: 10 basis points, 5 to 200 centavos a payment, the first 100 000 centavos of a
    /// month free. It may lag by a month, and the fees of rails are not in it.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// if let Some(fee) = client.fees().movimentar().send()? {
    ///     println!("{:?} for {:?}", fee.fee_minor, fee.period);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn movimentar(&self) -> Call<T, Option<FeeMovimentar>> {
        self.client().call(movimentar(self.client().service()))
    }

    /// The latest fee for governed accounts (`GET /v1/fees/governar`), in **minor** units of BRL:
    /// those with an active mandate and a settled payment in the month, 490 centavos each.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// if let Some(fee) = client.fees().governar().send()? {
    ///     println!("{:?} accounts", fee.governed_accounts_count);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn governar(&self) -> Call<T, Option<FeeGovernar>> {
        self.client().call(governar(self.client().service()))
    }
}

/// At which rate money that leaves is charged for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FeeRate {
    /// The public one.
    SelfServe,
    /// Eight basis points, by contract.
    #[serde(rename = "commit_8bps")]
    Commit8bps,
    /// Six basis points, by contract.
    #[serde(rename = "commit_6bps")]
    Commit6bps,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What is measured and charged for.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct FeesSummary {
    /// The month in São Paulo.
    pub period: Option<String>,
    /// Each kind of fee.
    pub lanes: Option<FeeLanes>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The kinds of fees.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct FeeLanes {
    /// For money that left under mandates.
    pub movimentar: Option<FeeMovimentarLane>,
    /// For invoices. It is not measured today.
    pub faturar: Option<FeeLane>,
    /// For governed accounts.
    pub governar: Option<FeeGovernarLane>,
    /// For operations. It is not measured today.
    pub operar: Option<FeeLane>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A kind of fee that is not measured yet.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct FeeLane {
    /// Whether it is measured.
    pub computed: Option<bool>,
    /// Whether it is invoiced.
    pub charging: Option<bool>,
    /// The latest one; none today.
    pub latest: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How the fee for money that left stands.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct FeeMovimentarLane {
    /// Whether it is measured.
    pub computed: Option<bool>,
    /// Whether it is invoiced.
    pub charging: Option<bool>,
    /// The latest one.
    pub latest: Option<FeeMovimentar>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How the fee for governed accounts stands.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct FeeGovernarLane {
    /// Whether it is measured.
    pub computed: Option<bool>,
    /// Whether it is invoiced.
    pub charging: Option<bool>,
    /// The latest one.
    pub latest: Option<FeeGovernar>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The fee for money that left under mandates in a month, in **minor** units of BRL.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct FeeMovimentar {
    /// The month that it is for.
    pub period: Option<String>,
    /// How many consumers' money left.
    #[serde(rename = "consumerCount")]
    pub consumer_count: Option<u64>,
    /// How much left.
    #[serde(rename = "movedMinor")]
    pub moved_minor: Option<Minor>,
    /// How much of it was free.
    #[serde(rename = "freeTierAppliedMinor")]
    pub free_tier_applied_minor: Option<Minor>,
    /// How much of it was not.
    #[serde(rename = "billableMinor")]
    pub billable_minor: Option<Minor>,
    /// What was given back for refunds.
    #[serde(rename = "refundCreditMinor")]
    pub refund_credit_minor: Option<Minor>,
    /// How many refunds there were.
    #[serde(rename = "refundedCount")]
    pub refunded_count: Option<u64>,
    /// How much the fee is.
    #[serde(rename = "feeMinor")]
    pub fee_minor: Option<Minor>,
    /// At which rate.
    #[serde(rename = "rateTier")]
    pub rate_tier: Option<FeeRate>,
    /// When it was computed.
    #[serde(rename = "computedAt")]
    pub computed_at: Option<Timestamp>,
    /// Whether it was invoiced.
    pub invoiced: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The fee for governed accounts in a month, in **minor** units of BRL.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct FeeGovernar {
    /// The month that it is for.
    pub period: Option<String>,
    /// How many accounts counted.
    #[serde(rename = "governedAccountsCount")]
    pub governed_accounts_count: Option<u64>,
    /// The SHA-256 of their ids, sorted and joined by newlines, in hex.
    #[serde(rename = "consumerIdsSha256")]
    pub consumer_ids_sha256: Option<String>,
    /// How much the fee is.
    #[serde(rename = "feeMinor")]
    pub fee_minor: Option<Minor>,
    /// When it was computed.
    #[serde(rename = "computedAt")]
    pub computed_at: Option<Timestamp>,
    /// Whether it was invoiced.
    pub invoiced: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}
