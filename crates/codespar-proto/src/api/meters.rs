//! Meters, which count what is used (`/v1/meters`).

pub(crate) mod cycle;
pub(crate) mod events;

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Timestamp, WireEnum, driver::Transport, endpoints,
    kit::Response,
};

pub use self::{
    cycle::{MeterChannels, MeterCycle, MeterCycleState, MeterCycleSummary, MeterTotals},
    events::{MeterEvent, RecordMeterEvent, RecordedMeterEvent},
};
use crate::{
    api::{answer::require_list, projects::Environment},
    check::{check_day, check_filled},
    client::Client,
    types::{decimal_text::DecimalText, money::Currency},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the meters of the project with what a month came to, oldest first; amounts in BRL are
    /// texts in major units.
    fn list(; query: &MeterPeriod) -> Vec<Meter>:
        "meters.list" GET "/v1/meters", scope "meters:read", read rows;
    /// Makes a meter, which counts the events of a name; the price is a text in major units of BRL,
    /// and nothing is charged from it.
    fn create(; json: &CreateMeter) -> Meter:
        "meters.create" POST "/v1/meters", scope "meters:write";
    /// Reads a meter with what a month came to; amounts in BRL are texts in major units.
    fn get(meter_id; query: &MeterPeriod) -> Meter: "meters.get" GET "/v1/meters/{meter_id}";
    /// Says what a meter counted on each day of a month; amounts in BRL are texts in major units.
    fn usage(meter_id; query: &MeterPeriod) -> MeterUsage:
        "meters.usage" GET "/v1/meters/{meter_id}/usage";
}

/// Meters, which count what is used (`/v1/meters`). Nothing is charged from a meter.
#[derive(Handle)]
#[handle(Client.meters)]
pub struct Meters<T> {
    client: Client<T>,
}

impl<T: Transport> Meters<T> {
    /// Lists the meters, oldest first (`GET /v1/meters`), with what a month came to. Of the current
    /// month in São Paulo, unless another is given as `YYYY-MM`.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `period`; `Api` with `period_not_started` for a month to come and others;
    /// `Decode` without a list.
    ///
    /// ```
    /// use codespar_proto::meters::MeterPeriod;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for meter in client.meters().list(&MeterPeriod::default()).send()? {
    ///     println!("{}: {:?}", meter.id, meter.event_name);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self, args: &MeterPeriod) -> Call<T, Vec<Meter>> {
        self.client().call(list(self.client().service(), args))
    }

    /// Makes a meter (`POST /v1/meters`), which counts the events of a name. Nothing is charged
    /// from a meter.
    ///
    /// Idempotency: none, the server honours no key; it is sent once. The name of the event is
    /// unique: a second call is `meter_event_name_taken`.
    ///
    /// # Errors
    /// `Config` naming `event_name`, `price` or `per_units`; `Api` with `meter_event_name_taken`
    /// and others: nothing was made.
    ///
    /// ```
    /// use codespar_proto::{
    ///     meters::{CreateMeter, MeterAggregation, MeterChannel},
    ///     types::DecimalText,
    /// };
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let price: DecimalText = "0.002500".parse()?;
    /// let (count, invoice) = (MeterAggregation::Count, MeterChannel::Invoice);
    /// let args = CreateMeter::new("api_call", count, price, invoice);
    /// let meter = client.meters().create(&args.per_units(1_000)).send()?;
    /// # Ok(()) }
    /// ```
    pub fn create(&self, args: &CreateMeter) -> Call<T, Meter> {
        self.client().call(create(self.client().service(), args))
    }

    /// A meter, with what a month came to (`GET /v1/meters/{meter_id}`). Of the current month in
    /// São Paulo, unless another is given as `YYYY-MM`.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `period`; `Api` with `period_not_started` for a month to come, `not_found`
    /// and others.
    ///
    /// ```
    /// use codespar_proto::meters::MeterPeriod;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let meter = client.meters().get("mtr_1", &MeterPeriod::default().period("2026-10")).send()?;
    /// println!("{:?}", meter.cycle.and_then(|cycle| cycle.amount_to_date));
    /// # Ok(()) }
    /// ```
    pub fn get(&self, meter_id: &str, args: &MeterPeriod) -> Call<T, Meter> {
        self.client().call(get(self.client().service(), meter_id, args))
    }

    /// What a meter counted on each day of a month (`GET /v1/meters/{meter_id}/usage`). Days to
    /// come have nothing, days without events zero. Of the current month in São Paulo, unless
    /// another is given as `YYYY-MM`.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `period`; `Api` with `period_not_started` for a month to come, `not_found`
    /// and others.
    ///
    /// ```
    /// use codespar_proto::meters::MeterPeriod;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let usage = client.meters().usage("mtr_1", &MeterPeriod::default()).send()?;
    /// for day in usage.days {
    ///     println!("{:?}: {:?}", day.day, day.usage);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn usage(&self, meter_id: &str, args: &MeterPeriod) -> Call<T, MeterUsage> {
        self.client().call(usage(self.client().service(), meter_id, args))
    }
}

/// How events become a number.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum MeterAggregation {
    /// How many there are.
    Count,
    /// Their values together.
    Sum,
    /// The greatest of their values.
    Max,
    /// The last of their values.
    Last,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How the caller means to bill for it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum MeterChannel {
    /// By an invoice.
    Invoice,
    /// By a link that collects money.
    Collect,
    /// By the gateway, call by call.
    Gate,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How a meter stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum MeterStatus {
    /// It counts its events.
    Active,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Which month is asked for.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct MeterPeriod {
    /// The month in São Paulo, `YYYY-MM`; the current one unless said otherwise.
    pub period: Option<String>,
}

impl MeterPeriod {
    fn check(&self) -> Result<(), Error> {
        check_month("period", self.period.as_deref())
    }
}

/// The meter to make.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CreateMeter {
    /// The name of the events that it counts, once in a project.
    pub event_name: String,
    /// How events become a number.
    pub aggregation: MeterAggregation,
    /// What `per_units` of them cost, in **major** units of BRL, at most six decimals.
    pub price: DecimalText,
    /// How the caller means to bill for it.
    pub channel: MeterChannel,
    /// How many units the price is for: 1, unless it is 1000.
    pub per_units: Option<u32>,
    /// What the units are called.
    pub unit_label: Option<String>,
    /// What it counts, in words.
    pub description: Option<String>,
}

impl CreateMeter {
    fn check(&self) -> Result<(), Error> {
        check_filled("event_name", &self.event_name)?;
        self.price.check("price")?;
        match self.per_units {
            None | Some(1 | 1000) => Ok(()),
            Some(_) => Err(Error::config("per_units", "expected 1 or 1000")),
        }
    }
}

/// A meter, with what a month came to.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Meter {
    /// The id of the meter: `mtr_…`.
    pub id: String,
    /// What it is: `meter`.
    pub object: Option<String>,
    /// The environment: whether money is real.
    pub environment: Option<Environment>,
    /// The name of the events that it counts.
    pub event_name: Option<String>,
    /// How events become a number.
    pub aggregation: Option<MeterAggregation>,
    /// What `per_units` of them cost, in **major** units.
    pub price: Option<DecimalText>,
    /// The currency of the price: `BRL`.
    pub currency: Option<Currency>,
    /// How many units the price is for: 1 or 1000.
    pub per_units: Option<u32>,
    /// What the units are called.
    pub unit_label: Option<String>,
    /// What it counts, in words.
    pub description: Option<String>,
    /// How the caller means to bill for it.
    pub channel: Option<MeterChannel>,
    /// How it stands.
    pub status: Option<MeterStatus>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it was changed last.
    pub updated_at: Option<Timestamp>,
    /// What the month came to.
    pub cycle: Option<MeterCycle>,
    /// The last 14 days; only lists have it.
    #[wire(default)]
    pub spark: Vec<MeterSpark>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a meter counted on one day.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct MeterSpark {
    /// The day in São Paulo.
    #[wire(day)]
    pub day: Option<String>,
    /// How much, as a decimal.
    pub usage: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a meter counted on each day of a month.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct MeterUsage {
    /// What it is: `meter_usage`.
    pub object: Option<String>,
    /// The id of the meter.
    pub meter_id: Option<String>,
    /// How events become a number.
    pub aggregation: Option<MeterAggregation>,
    /// The month, `YYYY-MM`.
    pub period: Option<String>,
    /// Whether the month is over.
    pub state: Option<MeterCycleState>,
    /// The days, in order.
    #[wire(default)]
    pub days: Vec<MeterDay>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a meter counted on one day, and what it costs.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct MeterDay {
    /// The day in São Paulo.
    #[wire(day)]
    pub day: Option<String>,
    /// How much, as a decimal; none for a day to come.
    pub usage: Option<String>,
    /// What it costs, in **major** units of BRL.
    pub amount: Option<DecimalText>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Rows {
    data: Option<Vec<Meter>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn rows(answer: Response) -> Result<Vec<Meter>, Error> {
    let rows: Rows = answer.json()?;
    require_list(&answer, "data", rows.data)
}

/// A month, `2026-10`, where there is one.
fn check_month(field: &str, month: Option<&str>) -> Result<(), Error> {
    check_day(field, month.map(|month| format!("{month}-01")).as_deref())
        .map_err(|_| Error::config(field, "expected a month such as 2026-10"))
}
