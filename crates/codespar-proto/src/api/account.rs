//! The account behind the key: balances, ledger, payments, sessions (`/v1/account`).

pub(crate) mod ledger;
pub(crate) mod payments;
pub(crate) mod sessions;
pub(crate) mod summary;
pub(crate) mod test_balance;

use codespar_engine::{
    Answer, Args, Call, Extra, Handle, Timestamp, WireEnum, driver::Transport, endpoints,
};

pub use self::{
    ledger::{
        AccountEntry, AccountEntryCategory, AccountOrigin, AccountTestFunding, ListAccountLedger,
    },
    payments::{AccountPayment, AccountPaymentStatus, ListAccountPayments},
    sessions::{
        AccountReviews, AccountSession, AccountSessionCalls, AccountSessionOrigin,
        ListAccountSessions,
    },
    summary::{
        AccountActivity, AccountAgent, AccountBucket, AccountCalls, AccountRail, AccountSessions,
        AccountSummary, AccountTotals, AccountWindow,
    },
    test_balance::{
        AccountFundRail, AccountFundTarget, AccountFunding, AccountGrant, AccountHeld,
        AccountRefill, AddFunds, FundAccount, RefillQuota, TestBalance, TestFunds,
    },
};
use crate::{
    client::Client,
    types::{minor_text::MinorText, money::Currency},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Says what the project has in each currency, in minor units.
    fn balances() -> AccountBalances: "account.balances" GET "/v1/account/balances";
    /// Says how far a project has come with its first agent, scenario and result.
    fn onboarding(; query: &OnboardingOf) -> Onboarding:
        "account.onboarding" GET "/v1/onboarding";
}

/// The account behind the key: what it has, what was paid, who used it (`/v1/account`).
#[derive(Handle)]
#[handle(Client.account)]
pub struct Account<T> {
    client: Client<T>,
}

impl<T: Transport> Account<T> {
    /// What the project has in each currency (`GET /v1/account/balances`), in **minor** units: the
    /// sum over all wallets that are not closed.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for balance in client.account().balances().send()?.currencies {
    ///     println!("{:?} {:?}", balance.currency, balance.available_minor);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn balances(&self) -> Call<T, AccountBalances> {
        self.client().call(balances(self.client().service()))
    }

    /// How far the project of the key, or the one that is named, has come with its first agent,
    /// scenario and result (`GET /v1/onboarding`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `not_found`, when the key is of another project than the one that is named.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let first = client.account().onboarding(None).send()?;
    /// println!("{:?}", first.agent.and_then(|step| step.done));
    /// # Ok(()) }
    /// ```
    pub fn onboarding(&self, project_id: Option<&str>) -> Call<T, Onboarding> {
        let of = OnboardingOf { project_id: project_id.map(str::to_owned) };
        self.client().call(onboarding(self.client().service(), &of))
    }
}

/// Whose progress is read.
#[derive(Args)]
struct OnboardingOf {
    /// The project; that of the key unless set.
    #[wire(no_setter)]
    project_id: Option<String>,
}

/// What the project has.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AccountBalances {
    /// The project whose money it is.
    pub project_id: Option<String>,
    /// What there is in each currency.
    #[wire(default)]
    pub currencies: Vec<AccountBalance>,
    /// When this was so.
    pub as_of: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What the project has in one currency.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AccountBalance {
    /// The currency of these amounts, such as `BRL`.
    pub currency: Option<Currency>,
    /// How much there is, in **minor** units.
    pub balance_minor: Option<MinorText>,
    /// How much of it can be spent, in **minor** units.
    pub available_minor: Option<MinorText>,
    /// How much of it is held: the balance less what is available, in **minor** units.
    pub held_minor: Option<MinorText>,
    /// How many holds are open.
    pub open_holds: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Whether money is real.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AccountEnvironment {
    /// Money is real.
    Live,
    /// No money is real.
    Test,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How far a project has come.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Onboarding {
    /// The project whose progress it is.
    pub project_id: Option<String>,
    /// Whether money is real in it.
    pub environment: Option<AccountEnvironment>,
    /// Its first agent.
    pub agent: Option<OnboardingAgent>,
    /// Its first scenario.
    pub scenario: Option<OnboardingScenario>,
    /// Its first result.
    pub result: Option<OnboardingResult>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The first agent of a project.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct OnboardingAgent {
    /// Whether there is one.
    pub done: Option<bool>,
    /// The id of the agent.
    pub agent_id: Option<String>,
    /// Whether it is in this project.
    pub in_project: Option<bool>,
    /// When that was.
    pub at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The first scenario of a project.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct OnboardingScenario {
    /// Whether one was run.
    pub done: Option<bool>,
    /// The session it ran in.
    pub session_id: Option<String>,
    /// What was played.
    pub scene: Option<String>,
    /// When that was.
    pub at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The first result of a project.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct OnboardingResult {
    /// Whether there is one.
    pub done: Option<bool>,
    /// The entry of the ledger.
    pub ledger_entry_id: Option<String>,
    /// When that was.
    pub at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}
