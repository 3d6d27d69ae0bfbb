//! Money that is none: what only a test project can do (`/v1/test`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Json, KeyRule, Sensitive, WireEnum,
    driver::Transport, endpoints,
};

use crate::{
    api::charges::record::ChargeLocalStatus,
    check::check_filled,
    client::Client,
    types::money::{Currency, Minor},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Puts test money into the account of a consumer, in minor units; it is no real money.
    fn fund(; json: &FundTestAccount) -> TestFunding: "test_money.fund" POST "/v1/test/fund";
    /// Makes a Pix code that funds a consumer with test money, in minor units; nothing is credited
    /// yet.
    fn pix_in(; json: &TestPixIn) -> TestPixCode: "test_money.pix_in" POST "/v1/test/pix-in";
    /// Settles a Pix code of test money and credits the consumer, in minor units, once for each
    /// transaction_id.
    fn settle_pix_in(; json: &SettleTestPixIn) -> SettledTestPixIn:
        "test_money.settle_pix_in" POST "/v1/test/settle-pix-in",
        key KeyRule::Argument("transaction_id");
    /// Has the buyer pay a charge of a test project, all of it or so many minor units; no real
    /// money moves.
    fn pay_charge(charge_id; json: &PayCharge) -> PaidCharge:
        "test_money.pay_charge" POST "/v1/test/charges/{charge_id}/pay";
    /// Plays what happens to a charge of a test project that is closed, such as a late payment.
    fn run_scenario(charge_id; json: &RunScenario) -> ChargeScenarioRun:
        "test_money.run_scenario" POST "/v1/test/charges/{charge_id}/scenarios";
}

/// Money of test projects, which is none (`/v1/test`). A live project refuses all of it.
#[derive(Handle)]
#[handle(Client.test_money)]
pub struct TestMoney<T> {
    client: Client<T>,
}

impl<T: Transport> TestMoney<T> {
    /// Puts money into the account of a consumer, in **minor** units (`POST /v1/test/fund`). A
    /// consumer whose money comes by a bank's consent is not credited.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `consumer_id` or `amount_minor`; `Api` with `sandbox_funding_not_permitted`
    /// and `funding_account_not_owned` (403), `no_provider_account` and `sandbox_funding_failed`
    /// (422).
    ///
    /// ```
    /// use codespar_proto::{Minor, test_money::FundTestAccount};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = FundTestAccount::new("sbx_prj_0123456789abcdef", Minor::new(100_000));
    /// client.test_money().fund(&args).send()?;
    /// # Ok(()) }
    /// ```
    pub fn fund(&self, args: &FundTestAccount) -> Call<T, TestFunding> {
        self.client().call(fund(self.client().service(), args))
    }

    /// Makes a Pix code that funds a consumer, in **minor** units of `BRL` (`POST
    /// /v1/test/pix-in`). Nothing is credited before [`settle_pix_in`](Self::settle_pix_in), which
    /// takes the `transaction_id` of the answer.
    ///
    /// Idempotency: none, each call makes another code; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `consumer_id` or `amount_minor`; `Api` with `sandbox_funding_not_permitted`
    /// (403) and `pix_in_mint_failed` (422).
    ///
    /// ```
    /// use codespar_proto::{Minor, test_money::{SettleTestPixIn, TestPixIn}};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let amount = Minor::new(5_000);
    /// let code = client.test_money().pix_in(&TestPixIn::new("cons_1", amount)).send()?;
    /// let args = SettleTestPixIn::new("cons_1", amount, code.transaction_id);
    /// client.test_money().settle_pix_in(&args).send()?;
    /// # Ok(()) }
    /// ```
    pub fn pix_in(&self, args: &TestPixIn) -> Call<T, TestPixCode> {
        self.client().call(pix_in(self.client().service(), args))
    }

    /// Settles a Pix code and credits the consumer, in **minor** units of `BRL` (`POST
    /// /v1/test/settle-pix-in`).
    ///
    /// Idempotency: the `transaction_id` names the settlement, and a repetition credits nothing
    /// again. It is not repeated by itself once the server may have seen it; repeating it is safe.
    ///
    /// # Errors
    /// `Config` naming `consumer_id`, `amount_minor` or `transaction_id`; `Api` with
    /// `sandbox_funding_not_permitted` (403) and `sandbox_funding_failed` (422). After
    /// `wallet_credit_failed` (500) the account was credited and the ledger was not.
    ///
    /// ```
    /// use codespar_proto::{Minor, test_money::SettleTestPixIn};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = SettleTestPixIn::new("cons_1", Minor::new(5_000), "tx_1");
    /// let settled = client.test_money().settle_pix_in(&args).send()?;
    /// println!("{:?}", settled.deposit_id);
    /// # Ok(()) }
    /// ```
    pub fn settle_pix_in(&self, args: &SettleTestPixIn) -> Call<T, SettledTestPixIn> {
        self.client().call(settle_pix_in(self.client().service(), args))
    }

    /// Has the buyer pay a charge (`POST /v1/test/charges/{charge_id}/pay`): all of it, or so many
    /// **minor** units. No money moves.
    ///
    /// Idempotency: none, but a charge is paid once: a later call says what the first did, whatever
    /// the amount. It is not repeated by itself once the server may have seen it; repeating it is
    /// safe.
    ///
    /// # Errors
    /// `Config` naming `amount_minor`, when it is not more than zero; `Api` with
    /// `sandbox_pay_not_permitted` (403), `charge_not_found`, `charge_not_payable`,
    /// `issuance_unconfirmed` and others, and with `sandbox_settlement_failed` (502): repeating it
    /// is safe.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let charge = client.test_money().pay_charge("order-42", None).send()?;
    /// # Ok(()) }
    /// ```
    pub fn pay_charge(&self, charge_id: &str, amount: Option<Minor>) -> Call<T, PaidCharge> {
        let args = PayCharge { amount_minor: amount };
        self.client().call(pay_charge(self.client().service(), charge_id, &args))
    }

    /// Plays what happens to a charge that is closed (`POST
    /// /v1/test/charges/{charge_id}/scenarios`). No money moves.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `charge_id`; `Api` with `test_scenario_not_permitted` (403),
    /// `charge_not_found`, and with `scenario_precondition_failed` (409), whose details say the
    /// state that is expected and the one that is.
    ///
    /// ```
    /// use codespar_proto::test_money::ChargeScenario;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let late = ChargeScenario::LateAfterCancel;
    /// let played = client.test_money().run_scenario("order-42", late).send()?;
    /// println!("{:?}", played.event_id);
    /// # Ok(()) }
    /// ```
    pub fn run_scenario(
        &self,
        charge_id: &str,
        scenario: ChargeScenario,
    ) -> Call<T, ChargeScenarioRun> {
        let args = RunScenario { scenario };
        self.client().call(run_scenario(self.client().service(), charge_id, &args))
    }
}

/// Test money for a consumer.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct FundTestAccount {
    /// The consumer whose account it goes to.
    pub consumer_id: String,
    /// How much, in **minor** units.
    #[wire(currency = "BRL")]
    pub amount_minor: Minor,
    /// The account, one of the consumer's own; the active one unless set.
    #[wire(personal)]
    pub account: Option<Sensitive>,
}

impl FundTestAccount {
    fn check(&self) -> Result<(), Error> {
        check_filled("consumer_id", &self.consumer_id)?;
        self.amount_minor.check("amount_minor")
    }
}

/// Test money that was put into an account.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct TestFunding {
    /// The id of the attempt.
    pub attempt_id: Option<String>,
    /// The id of the deposit.
    pub deposit_id: Option<String>,
    /// How it stands.
    pub status: Option<String>,
    /// The account it went to.
    #[wire(personal)]
    pub account: Option<Sensitive>,
    /// How much, in **minor** units.
    pub amount_minor: Option<Minor>,
    /// The currency of the amount, `BRL`.
    pub currency: Option<Currency>,
    /// Whether it was credited.
    pub money_credited: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A Pix code that funds a consumer.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct TestPixIn {
    /// The consumer whose account it goes to.
    pub consumer_id: String,
    /// How much, in **minor** units.
    #[wire(currency = "BRL")]
    pub amount_minor: Minor,
    /// What it is for, in words.
    pub description: Option<String>,
}

impl TestPixIn {
    fn check(&self) -> Result<(), Error> {
        check_filled("consumer_id", &self.consumer_id)?;
        self.amount_minor.check("amount_minor")
    }
}

/// A Pix code that funds a consumer.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct TestPixCode {
    /// The code to copy and paste.
    pub pix_copia_e_cola: Option<Sensitive>,
    /// The id that it is settled by.
    pub transaction_id: String,
    /// The key it pays to.
    #[wire(personal)]
    pub pix_key: Option<Sensitive>,
    /// How much, in **minor** units.
    pub amount_minor: Option<Minor>,
    /// The currency of the amount, `BRL`.
    pub currency: Option<Currency>,
    /// The rail it is paid by.
    pub rail: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A Pix code that is settled.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct SettleTestPixIn {
    /// The consumer whose account it goes to.
    pub consumer_id: String,
    /// How much, in **minor** units: what the code was made for.
    #[wire(currency = "BRL")]
    pub amount_minor: Minor,
    /// The id that the code came with.
    pub transaction_id: String,
}

impl SettleTestPixIn {
    fn check(&self) -> Result<(), Error> {
        check_filled("consumer_id", &self.consumer_id)?;
        self.amount_minor.check("amount_minor")?;
        check_filled("transaction_id", &self.transaction_id)
    }
}

/// A Pix code that was settled.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct SettledTestPixIn {
    /// That it is settled: `true`.
    pub settled: Option<bool>,
    /// The id that the code came with.
    pub transaction_id: Option<String>,
    /// The id of the deposit.
    pub deposit_id: Option<String>,
    /// How much, in **minor** units.
    pub amount_minor: Option<Minor>,
    /// The currency of the amount, `BRL`.
    pub currency: Option<Currency>,
    /// Whether it was credited.
    pub money_credited: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A charge that a buyer of the test mode has paid.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PaidCharge {
    /// The id of the charge that was paid.
    pub charge_id: Option<String>,
    /// How it stands: `paid`.
    pub status: Option<String>,
    /// How it stands in the books of the service.
    pub local_status: Option<ChargeLocalStatus>,
    /// The currency of the amount, such as `BRL`.
    pub currency: Option<Currency>,
    /// How much was asked for, in **minor** units.
    pub quoted_minor: Option<Minor>,
    /// How much was paid, in **minor** units.
    pub paid_minor: Option<Minor>,
    /// Whether that is all of it: `full`, `partial`, `over`.
    pub payment: Option<String>,
    /// The rail that the money takes, such as `pix`.
    pub paid_via: Option<String>,
    /// The wallet it went to.
    pub wallet_id: Option<String>,
    /// The entry of the ledger.
    pub ledger_entry_id: Option<String>,
    /// The event that tells of it.
    pub event: Option<Json>,
    /// Whether it was only acted.
    pub simulated: Option<bool>,
    /// What it was settled against.
    pub settled_against: Option<String>,
    /// Whether money has moved; in test mode it has not.
    pub money_moved: Option<bool>,
    /// Whether it had been paid before.
    pub idempotent_replay: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a buyer of the test mode pays.
#[derive(Args)]
#[wire(check)]
struct PayCharge {
    /// How much, in **minor** units; all of the charge unless set.
    #[wire(no_setter)]
    amount_minor: Option<Minor>,
}

impl PayCharge {
    fn check(&self) -> Result<(), Error> {
        self.amount_minor.map_or(Ok(()), |amount| amount.check("amount_minor"))
    }
}

/// What is played.
#[derive(Args)]
#[wire(no_new)]
struct RunScenario {
    /// The scenario to play.
    scenario: ChargeScenario,
}

/// What happens to a charge that is closed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChargeScenario {
    /// Somebody pays it after it was canceled.
    LateAfterCancel,
    /// Somebody pays it after it expired.
    LateAfterExpiry,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What was played.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ChargeScenarioRun {
    /// The scenario to play.
    pub scenario: Option<ChargeScenario>,
    /// The charge it was played for.
    pub charge_id: Option<String>,
    /// The event that tells of it.
    pub event_id: Option<String>,
    /// How the charge stands in the books of the service.
    pub local_status: Option<ChargeLocalStatus>,
    /// That it was only played: `true`.
    pub simulated: Option<bool>,
    /// What the provider is said to have sent.
    pub simulated_provider_event: Option<Json>,
    /// Whether money has moved; in test mode it has not.
    pub money_moved: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}
