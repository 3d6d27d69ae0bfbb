//! How the service is, and how it has been (`/v1/health`).

use std::collections::BTreeMap;

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Json, Timestamp, WireEnum, driver::Transport, endpoints,
};

use crate::{check::check_range, client::Client};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Says how the service was, day by day, for 30 days at most.
    fn health_history(; query: &HealthDays) -> HealthHistory:
        "client.health_history" GET "/v1/health/history";
}

impl<T: Transport> Client<T> {
    /// How the service was, day by day (`GET /v1/health/history`): 30 days, unless it says how
    /// many. Days on which nobody looked are left out.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `days`, unless it is 1 to 30; `Api` with `invalid_query`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let history = client.health_history(Some(7)).send()?;
    /// for day in history.overall {
    ///     println!("{:?}: {:?}", day.day, day.uptime);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn health_history(&self, days: Option<u32>) -> Call<T, HealthHistory> {
        self.call(health_history(self.service(), &HealthDays { days }))
    }
}

/// How many days are looked back.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
pub(crate) struct HealthDays {
    /// How many, 1 to 30; 30 unless said otherwise.
    #[wire(days)]
    pub days: Option<u32>,
}

impl HealthDays {
    fn check(&self) -> Result<(), Error> {
        check_range("days", self.days, 1..=30)
    }
}

/// How the service is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum HealthStatus {
    /// All is well.
    Healthy,
    /// Something is not.
    Degraded,
    /// The service is down.
    Down,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How one part of the service is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum HealthState {
    /// It is well.
    Healthy,
    /// It is not.
    Failure,
    /// It has to be set up.
    PendingConfiguration,
    /// Nothing happened that tells.
    NoActivity,
    /// It is not used.
    NotInUse,
    /// Nobody looked at it.
    Unchecked,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How the service is. A call stores it, and may publish an event when it has changed.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Health {
    /// In one word.
    pub status: HealthStatus,
    /// What has to be looked at.
    pub attention: Option<HealthAttention>,
    /// Each part of the service, by its name.
    pub checks: Option<BTreeMap<String, HealthCheck>>,
    /// What is counted.
    pub metrics: Option<HealthMetrics>,
    /// The version of the database.
    pub schema_version: Option<HealthSchema>,
    /// When it was looked at.
    pub observed_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What has to be looked at, by the names of the checks.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct HealthAttention {
    /// What is not well.
    #[wire(default)]
    pub failures: Vec<String>,
    /// What has to be set up.
    #[wire(default)]
    pub pending_configuration: Vec<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How one part of the service is. Which numbers it has depends on the part.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct HealthCheck {
    /// How it is.
    pub state: Option<HealthState>,
    /// Whether the service is down without it.
    pub required: Option<bool>,
    /// Why, as a code.
    pub reason: Option<String>,
    /// The same in words, where it failed.
    pub message: Option<String>,
    /// What would help.
    pub action: Option<HealthAction>,
    /// What the part says of itself.
    pub status: Option<String>,
    /// Whether it answered.
    pub ok: Option<bool>,
    /// How long it took, in milliseconds.
    #[wire(milliseconds)]
    pub latency_ms: Option<f64>,
    /// How many tools the catalogue has.
    pub tools: Option<u64>,
    /// How many of them can be searched for.
    pub populated: Option<u64>,
    /// How many there are.
    pub total: Option<u64>,
    /// The first of the second, in percent.
    #[wire(percent)]
    pub percent: Option<f64>,
    /// When exchange rates were fetched.
    pub last_fetched_at: Option<Timestamp>,
    /// How old they are, in hours.
    #[wire(hours)]
    pub hours_old: Option<f64>,
    /// How many calls there were in the last hour.
    pub last_hour_attempts: Option<u64>,
    /// How many there were in the last 24 hours.
    pub last_24h_attempts: Option<u64>,
    /// How many providers the project is connected to.
    pub connected: Option<u64>,
    /// How many there are.
    pub total_servers: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What would help a part of the service.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct HealthAction {
    /// What, as a code.
    pub code: Option<String>,
    /// Who can do it: `account` or `operator`.
    pub owner: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What is counted.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct HealthMetrics {
    /// Alarms about payments that recur.
    pub recurrence_instruction_alarms: Option<HealthAlarms>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Alarms that are open.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct HealthAlarms {
    /// Whether they were counted: `ok` or `unchecked`.
    pub status: Option<String>,
    /// How many are open.
    pub open: Option<u64>,
    /// How many, by kind and reason.
    pub kinds: Option<Json>,
    /// Why they were not counted.
    pub message: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The version of the database.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct HealthSchema {
    /// The name of its last change.
    pub latest: Option<String>,
    /// When it was put in place.
    pub applied_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How the service was, day by day: shares of the times it was looked at.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct HealthHistory {
    /// How many days these are.
    #[wire(days)]
    pub days: Option<u32>,
    /// The first day.
    #[wire(day)]
    pub from: Option<String>,
    /// The last day.
    #[wire(day)]
    pub to: Option<String>,
    /// Each part of the service, by its name.
    pub checks: Option<BTreeMap<String, Vec<UptimePoint>>>,
    /// The service as a whole.
    #[wire(default)]
    pub overall: Vec<UptimePoint>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How one day was.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct UptimePoint {
    /// The day in São Paulo.
    #[wire(day)]
    pub day: Option<String>,
    /// The share of looks at which all was well, 0 to 1.
    pub uptime: Option<f64>,
    /// How often it was looked at.
    pub samples: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}
