//! What a project received and spent over a time (`/v1/account/summary`,
//! `/v1/account/agent-activity`).

use codespar_engine::{
    Answer, Args, Call, Extra, Timestamp, WireEnum, driver::Transport, endpoints,
};

use crate::{
    api::account::Account,
    types::{minor_text::MinorText, money::Currency},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Says what the project received and spent over a time, in minor units.
    fn summary(; query: &Over) -> AccountSummary: "account.summary" GET "/v1/account/summary";
    /// Says what each agent spent and received over a time, in minor units.
    fn agent_activity(; query: &Over) -> AccountActivity:
        "account.agent_activity" GET "/v1/account/agent-activity";
}

impl<T: Transport> Account<T> {
    /// What the project received and spent over a time, seven days unless said (`GET
    /// /v1/account/summary`). Amounts are **minor** units of `BRL`; what was received is what came
    /// in for something receivable, and never test money.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `invalid_query`.
    ///
    /// ```
    /// use codespar_proto::account::AccountWindow;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let day = client.account().summary(Some(AccountWindow::Day)).send()?;
    /// println!("{:?} in, {:?} out", day.received_minor, day.spent_by_agents_minor);
    /// # Ok(()) }
    /// ```
    pub fn summary(&self, window: Option<AccountWindow>) -> Call<T, AccountSummary> {
        self.client().call(summary(self.client().service(), &Over { window }))
    }

    /// What each agent spent and received over a time, thirty days unless said, most spent first
    /// (`GET /v1/account/agent-activity`). Amounts are **minor** units of `BRL`.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `invalid_query`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for agent in client.account().agent_activity(None).send()?.agents {
    ///     println!("{:?} {:?}", agent.agent_id, agent.spent_minor);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn agent_activity(&self, window: Option<AccountWindow>) -> Call<T, AccountActivity> {
        self.client().call(agent_activity(self.client().service(), &Over { window }))
    }
}

/// Over which time something is added up.
#[derive(Args)]
struct Over {
    /// The time, up to now.
    #[wire(no_setter)]
    window: Option<AccountWindow>,
}

/// A time up to now.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[non_exhaustive]
pub enum AccountWindow {
    /// The last 24 hours, hour by hour.
    #[serde(rename = "24h")]
    Day,
    /// The last seven days of São Paulo.
    #[serde(rename = "7d")]
    Week,
    /// The last thirty days of São Paulo.
    #[serde(rename = "30d")]
    Month,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What a project received and spent.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AccountSummary {
    /// Over which time.
    pub window: Option<AccountWindow>,
    /// The currency of all amounts, `BRL`.
    pub currency: Option<Currency>,
    /// What came in for something receivable, in **minor** units.
    pub received_minor: Option<MinorText>,
    /// What agents spent, in **minor** units.
    pub spent_by_agents_minor: Option<MinorText>,
    /// The same over as long a time before.
    pub previous: Option<AccountTotals>,
    /// The same hour by hour, or day by day; the last is not over yet.
    #[wire(default)]
    pub series: Vec<AccountBucket>,
    /// What came in by which way.
    #[wire(default)]
    pub received_by_rail: Vec<AccountRail>,
    /// What was called.
    pub tool_calls: Option<AccountCalls>,
    /// The sessions of that time.
    pub sessions: Option<AccountSessions>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What came in and went out over a time.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AccountTotals {
    /// What came in, in **minor** units.
    pub received_minor: Option<MinorText>,
    /// What agents spent, in **minor** units.
    pub spent_by_agents_minor: Option<MinorText>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What came in and went out in an hour or a day.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AccountBucket {
    /// When it began.
    pub bucket_start: Option<Timestamp>,
    /// What came in, in **minor** units.
    pub received_minor: Option<MinorText>,
    /// What agents spent, in **minor** units.
    pub spent_by_agents_minor: Option<MinorText>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What came in by one way.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AccountRail {
    /// The rail; absent where it is not known.
    pub rail: Option<String>,
    /// What came in by it, in **minor** units.
    pub received_minor: Option<MinorText>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The tool calls of a time.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AccountCalls {
    /// How many there were.
    pub total: Option<u64>,
    /// How many failed.
    pub errors: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The sessions of a time.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AccountSessions {
    /// How many there were.
    pub total: Option<u64>,
    /// How many are active now.
    pub active_now: Option<u64>,
    /// How long a session may do nothing and is active, in milliseconds.
    #[wire(milliseconds)]
    pub active_idle_ms: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What the agents of a project did.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AccountActivity {
    /// Over which time.
    pub window: Option<AccountWindow>,
    /// The currency of all amounts, `BRL`.
    pub currency: Option<Currency>,
    /// The agents, most spent first.
    #[wire(default)]
    pub agents: Vec<AccountAgent>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What an agent spent and received.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AccountAgent {
    /// The id of the agent.
    pub agent_id: Option<String>,
    /// What it spent, in **minor** units.
    pub spent_minor: Option<MinorText>,
    /// The same without what a person approved beyond the cap, in **minor** units.
    pub spent_within_mandate_minor: Option<MinorText>,
    /// What it received, in **minor** units.
    pub received_minor: Option<MinorText>,
    /// When it did something last, in any currency, at any time.
    pub last_activity_at: Option<Timestamp>,
    /// How many tools it called.
    pub tool_calls: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}
