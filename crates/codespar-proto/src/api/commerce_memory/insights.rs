//! What follows from what is remembered: sums, ranks, outcomes.

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Sensitive, Timestamp, driver::Transport, endpoints,
};

use crate::{
    api::{
        commerce_memory::{CommerceMemory, negotiations::NegotiationOutcome},
        counterparties::{CounterpartyKind, IdentifierKind},
    },
    check::check_range,
    types::money::Currency,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Sums up what happened with each counterparty in a stretch of time.
    fn counterparty_summary(; query: &SummarizeCounterparties) -> CounterpartySummaries:
        "commerce_memory.counterparty_summary" GET
        "/v1/commerce-memory/insights/counterparty-summary";
    /// Sums up how negotiations ended, by item.
    fn negotiation_stats(; query: &SummarizeNegotiations) -> NegotiationStats:
        "commerce_memory.negotiation_stats" GET
        "/v1/commerce-memory/insights/negotiation-stats";
    /// Ranks counterparties by what was paid in a stretch of time.
    fn top_counterparties(; query: &RankCounterparties) -> TopCounterparties:
        "commerce_memory.top_counterparties" GET
        "/v1/commerce-memory/insights/top-counterparties";
}

impl<T: Transport> CommerceMemory<T> {
    /// What happened with each counterparty in a stretch of time (`GET
    /// /v1/commerce-memory/insights/counterparty-summary`), at most 500 of them. Those with whom
    /// nothing happened are there, too.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`.
    ///
    /// ```
    /// use codespar_proto::commerce_memory::SummarizeCounterparties;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let october = SummarizeCounterparties::default().since("2026-10-01T00:00:00Z");
    /// for row in client.commerce_memory().counterparty_summary(&october).send()?.rows {
    ///     println!("{:?}: {:?} payments", row.counterparty_id, row.payment_count);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn counterparty_summary(
        &self,
        args: &SummarizeCounterparties,
    ) -> Call<T, CounterpartySummaries> {
        self.client().call(counterparty_summary(self.client().service(), args))
    }

    /// How negotiations ended, by item (`GET /v1/commerce-memory/insights/negotiation-stats`). All
    /// rows come at once: the answer may be large.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `invalid_query`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for row in client.commerce_memory().negotiation_stats(&Default::default()).send()?.rows {
    ///     println!("{:?}: {:?} of {:?}", row.item_ref, row.outcome, row.n);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn negotiation_stats(&self, args: &SummarizeNegotiations) -> Call<T, NegotiationStats> {
        self.client().call(negotiation_stats(self.client().service(), args))
    }

    /// Counterparties by what was paid in a stretch of time, the most first (`GET
    /// /v1/commerce-memory/insights/top-counterparties`), at most 50 of them, 10 where nothing is
    /// said. Those without payments are left out.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for row in client.commerce_memory().top_counterparties(&Default::default()).send()?.rows {
    ///     println!("{:?}: {:?} payments", row.counterparty_id, row.payment_count);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn top_counterparties(&self, args: &RankCounterparties) -> Call<T, TopCounterparties> {
        self.client().call(top_counterparties(self.client().service(), args))
    }
}

/// Which counterparties are summed up, and over which stretch of time.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct SummarizeCounterparties {
    /// Only those of this kind.
    pub kind: Option<CounterpartyKind>,
    /// Nothing that happened before.
    #[wire(into)]
    pub since: Option<Timestamp>,
    /// Only what happened before.
    #[wire(into)]
    pub until: Option<Timestamp>,
    /// How many rows at most, 1 to 500; 100 where nothing is said.
    pub limit: Option<u32>,
}

impl SummarizeCounterparties {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=500)
    }
}

/// Which counterparties are ranked, and over which stretch of time.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct RankCounterparties {
    /// Only those of this kind.
    pub kind: Option<CounterpartyKind>,
    /// Nothing that happened before.
    #[wire(into)]
    pub since: Option<Timestamp>,
    /// Only what happened before.
    #[wire(into)]
    pub until: Option<Timestamp>,
    /// How many rows at most, 1 to 50; 10 where nothing is said.
    pub limit: Option<u32>,
}

impl RankCounterparties {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=50)
    }
}

/// Which negotiations are summed up, and over which stretch of time.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[non_exhaustive]
pub struct SummarizeNegotiations {
    /// About this item only, to the letter.
    pub item_ref: Option<String>,
    /// Nothing that began before.
    #[wire(into)]
    pub since: Option<Timestamp>,
    /// Only what began before.
    #[wire(into)]
    pub until: Option<Timestamp>,
}

/// A stretch of time; an end that is not set is open.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct MemoryWindow {
    /// Where it begins.
    pub since: Option<Timestamp>,
    /// Where it ends, which is no part of it.
    pub until: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What happened with counterparties, the most paid first.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CounterpartySummaries {
    /// The stretch of time that was looked at.
    pub window: Option<MemoryWindow>,
    /// A row for each counterparty.
    #[wire(default)]
    pub rows: Vec<CounterpartySummary>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What happened with a counterparty.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CounterpartySummary {
    /// The counterparty, by its id.
    pub counterparty_id: Option<String>,
    /// The name of the counterparty.
    #[wire(personal)]
    pub name: Option<Sensitive>,
    /// What it is to the project.
    pub kind: Option<CounterpartyKind>,
    /// What it is known by.
    #[wire(personal)]
    pub identifier: Option<Sensitive>,
    /// What `identifier` is.
    pub identifier_kind: Option<IdentifierKind>,
    /// When it was last seen.
    pub last_seen_at: Option<Timestamp>,
    /// How often something happened.
    pub interaction_count: Option<u64>,
    /// How often something was paid.
    pub payment_count: Option<u64>,
    /// The minor units of all currencies added together: something to sort by, never an amount.
    #[serde(rename = "total_payment_minor")]
    #[wire(undocumented)]
    pub mixed_payment_sum: Option<i64>,
    /// The currencies of anything that happened.
    #[wire(default)]
    pub currencies: Vec<Currency>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How negotiations ended, by item.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct NegotiationStats {
    /// The stretch of time that was looked at.
    pub window: Option<MemoryWindow>,
    /// The item that was asked about.
    pub item_ref: Option<String>,
    /// A row for each item and outcome.
    #[wire(default)]
    pub rows: Vec<NegotiationStatsRow>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How often negotiations about an item ended in one way.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct NegotiationStatsRow {
    /// The item, where one was named.
    pub item_ref: Option<String>,
    /// How they ended.
    pub outcome: Option<NegotiationOutcome>,
    /// How many did.
    pub n: Option<u64>,
    /// How many offers were made, on average.
    pub avg_rounds: Option<f64>,
    /// The currencies of the prices.
    #[wire(default)]
    pub currencies: Vec<Currency>,
    /// By how much the price went down, on average, as a fraction: 0.075 is 7.5 percent. It may be
    /// negative.
    #[serde(rename = "avg_discount_pct")]
    pub avg_discount: Option<f64>,
    /// How many have a discount.
    pub discount_sample_n: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Counterparties, the most paid first.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct TopCounterparties {
    /// The stretch of time that was looked at.
    pub window: Option<MemoryWindow>,
    /// The kind that was asked for.
    pub kind: Option<CounterpartyKind>,
    /// A row for each counterparty.
    #[wire(default)]
    pub rows: Vec<TopCounterparty>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A counterparty, and what was paid.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct TopCounterparty {
    /// The counterparty, by its id.
    pub counterparty_id: Option<String>,
    /// The name of the counterparty.
    #[wire(personal)]
    pub name: Option<Sensitive>,
    /// What it is to the project.
    pub kind: Option<CounterpartyKind>,
    /// How often something was paid.
    pub payment_count: Option<u64>,
    /// The minor units of all currencies added together: something to sort by, never an amount.
    #[serde(rename = "total_payment_minor")]
    #[wire(undocumented)]
    pub mixed_payment_sum: Option<i64>,
    /// The currency most often paid in, at any time.
    pub dominant_currency: Option<Currency>,
    /// Members this version has no field for.
    pub extra: Extra,
}
