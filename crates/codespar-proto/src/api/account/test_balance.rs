//! The test money of a project, and more of it (`/v1/account/test-balance`,
//! `/v1/account/fund/sandbox`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, KeyRule, Timestamp, WireEnum,
    driver::Transport,
    endpoints,
    kit::{IdempotencyKey, KeySource},
};

use crate::{
    api::account::{Account, AccountEnvironment},
    check::check_filled,
    types::{
        minor_text::MinorText,
        money::{Currency, Minor},
    },
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Says how much test money the project has, and how much more it may have, in minor units.
    fn test_balance() -> TestBalance: "account.test_balance" GET "/v1/account/test-balance";
    /// Puts test money into a test project, in minor units, once for each idempotency_key.
    fn fund(; json: &FundAccount) -> AccountFunding:
        "account.fund" POST "/v1/account/fund/sandbox" Keyed,
        effect MovesMoney, key KeyRule::Body, part of fund;
    /// Puts the first test money into a test project, once; no real money moves.
    fn fund_initial() -> AccountGrant:
        "account.fund_initial" POST "/v1/account/fund/sandbox/initial", effect MovesMoney;
    /// Fills the test money of a project up to its target; no real money moves.
    fn refill(; json: &Refill) -> AccountRefill:
        "account.refill" POST "/v1/account/fund/sandbox/refill",
        effect MovesMoney, part of refill;
}

impl<T: Transport> Account<T> {
    /// How much test money the project has, and how much more it may have (`GET
    /// /v1/account/test-balance`), in **minor** units.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let money = client.account().test_balance().send()?;
    /// println!("{:?} refills left today", money.refill.and_then(|quota| quota.left_today));
    /// # Ok(()) }
    /// ```
    pub fn test_balance(&self) -> Call<T, TestBalance> {
        self.client().call(test_balance(self.client().service()))
    }

    /// Puts test money into a test project, or to one of its consumers (`POST
    /// /v1/account/fund/sandbox`). The amount is in **minor** units, 1 to 1 000 000. No real money
    /// moves, and no agent spends from the wallet of the account.
    ///
    /// # Idempotency
    /// The key of the arguments goes out as the member `idempotency_key`, and the call is repeated
    /// under it. The same key gives the entry that was made
    /// ([`idempotent_replay`](AccountFunding::idempotent_replay)); with another amount or wallet it
    /// is `idempotency_key_conflict`.
    ///
    /// # Errors
    /// `Config` naming `amount_minor` or `idempotency_key`; `Api` with `insufficient_role` (403),
    /// `mandate_not_found`, `fund_requires_test_project`, `test_funding_target_required`,
    /// `test_funding_amount_over_cap`, `idempotency_key_conflict`, and with `test_funding_failed`
    /// (500), after which nothing was written.
    ///
    /// ```
    /// use codespar_proto::{Minor, account::FundAccount};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = FundAccount::new(Minor::new(50_000), "test-money-1");
    /// let funded = client.account().fund(&args).send()?;
    /// println!("{:?}", funded.balance.and_then(|balance| balance.available_minor));
    /// # Ok(()) }
    /// ```
    #[doc(alias = "test money")]
    pub fn fund(&self, args: &FundAccount) -> Call<T, AccountFunding> {
        const OPERATION: &str = "account.fund";
        let given = Some(args.idempotency_key.clone());
        let source = KeySource::Arguments { given, required: None };
        let flow = fund(self.client().service(), args);
        self.client().call(IdempotencyKey::around(OPERATION, source, flow))
    }

    /// Puts the first test money into a test project (`POST /v1/account/fund/sandbox/initial`): 10
    /// 000 minor units of `BRL`, once for each project. No real money moves.
    ///
    /// Idempotency: none, but once for a project: a later call gives the same entry, and `granted`
    /// is false. It is not repeated by itself once the server may have seen it; repeating it is
    /// safe.
    ///
    /// # Errors
    /// `Api` with `insufficient_role` (403), `fund_requires_test_project`, and with
    /// `test_funding_failed` (500), after which nothing was written.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let grant = client.account().fund_initial().send()?;
    /// println!("{:?} {:?}", grant.granted, grant.amount_minor);
    /// # Ok(()) }
    /// ```
    pub fn fund_initial(&self) -> Call<T, AccountGrant> {
        self.client().call(fund_initial(self.client().service()))
    }

    /// Fills the test money of a project up to its target (`POST /v1/account/fund/sandbox/refill`),
    /// three times a day of São Paulo. Only what is lacking is added; where nothing is, `refilled`
    /// is false. No real money moves.
    ///
    /// Idempotency: none. It is not repeated by itself once the server may have seen it; repeating
    /// it is safe, as only what is lacking is added.
    ///
    /// # Errors
    /// `Api` with `insufficient_role` (403), `fund_requires_test_project`,
    /// `test_refill_limit_reached` (429, [`Error::retry_after`] says for how long), and with
    /// `test_funding_failed` (500), after which nothing was written.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let money = client.account().refill().send()?;
    /// println!("{:?} {:?}", money.refilled, money.amount_minor);
    /// # Ok(()) }
    /// ```
    pub fn refill(&self) -> Call<T, AccountRefill> {
        self.client().call(refill(self.client().service(), &Refill { confirm: true }))
    }
}

/// Test money for a project, or for one of its consumers.
///
/// With [`mandate_id`](Self::mandate_id) or [`consumer_id`](Self::consumer_id) it is for a
/// consumer.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct FundAccount {
    /// How much, in **minor** units, 1 to 1 000 000.
    #[wire(currency = "BRL")]
    pub amount_minor: Minor,
    /// Names the funding: the same key is the same funding.
    pub idempotency_key: String,
    /// By which way it is said to have come; nothing else depends on it.
    #[wire(into)]
    pub rail: Option<AccountFundRail>,
    /// Whose money it is; the account's unless set.
    #[wire(into)]
    pub target: Option<AccountFundTarget>,
    /// The mandate whose consumer gets it.
    pub mandate_id: Option<String>,
    /// The consumer who gets it.
    pub consumer_id: Option<String>,
}

impl FundAccount {
    fn check(&self) -> Result<(), Error> {
        check_filled("idempotency_key", &self.idempotency_key)?;
        self.amount_minor.check("amount_minor")?;
        if self.amount_minor > Minor::new(1_000_000) {
            return Err(Error::config("amount_minor", "expected 1 000 000 minor units at most"));
        }
        Ok(())
    }
}

/// That test money is to be filled up.
#[derive(Args)]
#[wire(no_new)]
struct Refill {
    /// That it is meant, `true`.
    confirm: bool,
}

/// By which way test money is said to have come.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AccountFundRail {
    /// As a Pix payment.
    Pix,
    /// By a transfer between banks.
    Ted,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Whose test money it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AccountFundTarget {
    /// It belongs to the account itself.
    Account,
    /// It belongs to a consumer.
    Consumer,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What there is, and how much of it can be spent.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AccountHeld {
    /// How much there is, in **minor** units.
    pub balance_minor: Option<MinorText>,
    /// How much of it can be spent, in **minor** units.
    pub available_minor: Option<MinorText>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Test money that was put into a project.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AccountFunding {
    /// The entry of the ledger.
    pub entry_id: Option<String>,
    /// The wallet it went to.
    pub wallet_id: Option<String>,
    /// Whose money it is.
    pub target: Option<AccountFundTarget>,
    /// The consumer who got it.
    pub consumer_id: Option<String>,
    /// The mandate whose consumer got it.
    pub mandate_id: Option<String>,
    /// How much, in **minor** units.
    pub amount_minor: Option<MinorText>,
    /// The currency of the amount, `BRL`.
    pub currency: Option<Currency>,
    /// That it is test money: `true`.
    pub test_funding: Option<bool>,
    /// Whether it had been put there before, under the same key.
    pub idempotent_replay: Option<bool>,
    /// What there is now.
    pub balance: Option<AccountHeld>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The first test money of a project.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AccountGrant {
    /// The entry of the ledger.
    pub entry_id: Option<String>,
    /// The wallet it went to.
    pub wallet_id: Option<String>,
    /// Whose money it is.
    pub target: Option<AccountFundTarget>,
    /// How much, in **minor** units.
    pub amount_minor: Option<MinorText>,
    /// The currency of the amount, `BRL`.
    pub currency: Option<Currency>,
    /// That it is test money: `true`.
    pub test_funding: Option<bool>,
    /// Whether it was given by this call; otherwise it had been before.
    pub granted: Option<bool>,
    /// What there is now.
    pub balance: Option<AccountHeld>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The test money of a project.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct TestBalance {
    /// Whether money of this project is real.
    pub environment: Option<AccountEnvironment>,
    /// What the balance is: `sandbox_float`, `account`.
    pub mode: Option<String>,
    /// What there is.
    pub balance: Option<TestFunds>,
    /// How often it may be filled up.
    pub refill: Option<RefillQuota>,
    /// How much may be added.
    pub add_funds: Option<AddFunds>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The test money of a project after it was filled up.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AccountRefill {
    /// Whether money of this project is real.
    pub environment: Option<AccountEnvironment>,
    /// What the balance is: `sandbox_float`, `account`.
    pub mode: Option<String>,
    /// What there is.
    pub balance: Option<TestFunds>,
    /// How often it may be filled up.
    pub refill: Option<RefillQuota>,
    /// How much may be added.
    pub add_funds: Option<AddFunds>,
    /// Whether anything was added.
    pub refilled: Option<bool>,
    /// The entry of the ledger, where anything was.
    pub entry_id: Option<String>,
    /// The wallet it went to.
    pub wallet_id: Option<String>,
    /// How much was added now, in **minor** units.
    pub amount_minor: Option<MinorText>,
    /// The currency of the amounts, `BRL`.
    pub currency: Option<Currency>,
    /// That it is test money: `true`.
    pub test_funding: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How much test money there is.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct TestFunds {
    /// How much in all, in **minor** units.
    pub total_minor: Option<MinorText>,
    /// How much can be spent, in **minor** units.
    pub available_minor: Option<MinorText>,
    /// How much is held, in **minor** units.
    pub held_minor: Option<MinorText>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How often test money may be filled up.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct RefillQuota {
    /// Up to how much it is filled, in **minor** units.
    pub target_minor: Option<MinorText>,
    /// How often a day.
    pub daily_limit: Option<u64>,
    /// How often it was today.
    pub used_today: Option<u64>,
    /// How often it may be today.
    pub left_today: Option<u64>,
    /// When a new day begins.
    pub resets_at: Option<Timestamp>,
    /// How much a refill would add now, in **minor** units.
    pub room_minor: Option<MinorText>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How much test money may be added.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AddFunds {
    /// How much at once, in **minor** units.
    pub max_per_call_minor: Option<MinorText>,
    /// How much in all, in **minor** units; there is no such cap now.
    pub cumulative_cap: Option<MinorText>,
    /// Whether what is added counts as a refill: never.
    pub counts_toward_refills: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}
