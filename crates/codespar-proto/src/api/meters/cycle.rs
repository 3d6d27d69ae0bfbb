//! What the meters of a project came to in a month (`/v1/meters/cycle`).

use codespar_engine::{Answer, Call, Extra, Timestamp, WireEnum, driver::Transport, endpoints};

use crate::{
    api::meters::{MeterPeriod, Meters},
    types::{
        decimal_text::DecimalText,
        money::{Currency, Minor},
    },
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Says what the meters of the project came to in a month, by channel; amounts in BRL are texts
    /// in major units.
    fn cycle(; query: &MeterPeriod) -> MeterCycleSummary:
        "meters.cycle" GET "/v1/meters/cycle", scope "meters:read";
}

impl<T: Transport> Meters<T> {
    /// What all meters came to in a month (`GET /v1/meters/cycle`). Of the current month in São
    /// Paulo, unless another is given as `YYYY-MM`.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `period`; `Api` with `period_not_started` for a month to come and others.
    ///
    /// ```
    /// use codespar_proto::meters::MeterPeriod;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let cycle = client.meters().cycle(&MeterPeriod::default()).send()?;
    /// println!("{:?}", cycle.totals.and_then(|totals| totals.amount_projected));
    /// # Ok(()) }
    /// ```
    pub fn cycle(&self, args: &MeterPeriod) -> Call<T, MeterCycleSummary> {
        self.client().call(cycle(self.client().service(), args))
    }
}

/// Whether a month is over.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum MeterCycleState {
    /// The month goes on.
    Open,
    /// The month is over.
    Closed,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What a meter came to in a month. Nothing of it is charged.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct MeterCycle {
    /// The month, `YYYY-MM`.
    pub period: Option<String>,
    /// How much was used, as a decimal.
    pub usage: Option<String>,
    /// How many customers used it.
    pub customers: Option<u64>,
    /// What it costs so far, in **major** units of BRL.
    pub amount_to_date: Option<DecimalText>,
    /// The same in **minor** units, half a unit rounded up.
    pub amount_to_date_minor: Option<Minor>,
    /// What the month would come to, in **major** units of BRL.
    pub amount_projected: Option<DecimalText>,
    /// The same in **minor** units.
    pub amount_projected_minor: Option<Minor>,
    /// How much would be used, as a decimal.
    pub projected_usage: Option<String>,
    /// When its last event was.
    pub last_event_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What the meters of a project came to in a month. Nothing of it is charged.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct MeterCycleSummary {
    /// What it is: `meter_cycle`.
    pub object: Option<String>,
    /// The month, `YYYY-MM`.
    pub period: Option<String>,
    /// Where the month begins.
    pub start: Option<Timestamp>,
    /// The first moment after it.
    pub end: Option<Timestamp>,
    /// Whether it is over.
    pub state: Option<MeterCycleState>,
    /// How many days it has.
    #[wire(days)]
    pub days_in_cycle: Option<u32>,
    /// Which of them it is.
    pub day_of_cycle: Option<u32>,
    /// How many are left.
    #[wire(days)]
    pub days_remaining: Option<u32>,
    /// The currency of the amounts: `BRL`.
    pub currency: Option<Currency>,
    /// How many meters count.
    pub active_meters: Option<u64>,
    /// All of them together.
    pub totals: Option<MeterTotals>,
    /// The same by how they are billed for.
    pub by_channel: Option<MeterChannels>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What several meters came to; exact amounts, rounded once.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct MeterTotals {
    /// How many meters these are.
    pub meters: Option<u64>,
    /// What they cost so far, in **major** units of BRL.
    pub amount_to_date: Option<DecimalText>,
    /// The same in **minor** units.
    pub amount_to_date_minor: Option<Minor>,
    /// What the month would come to, in **major** units of BRL.
    pub amount_projected: Option<DecimalText>,
    /// The same in **minor** units.
    pub amount_projected_minor: Option<Minor>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What meters came to, by how they are billed for.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct MeterChannels {
    /// By an invoice.
    pub invoice: Option<MeterTotals>,
    /// By links that collect money.
    pub collect: Option<MeterTotals>,
    /// By the gateway.
    pub gate: Option<MeterTotals>,
    /// Members this version has no field for.
    pub extra: Extra,
}
