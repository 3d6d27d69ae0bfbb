//! Money that is none: what only a test project can do (`/v1/test`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Json, driver::Transport, endpoints,
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
    fn fund(; json: &Fund) -> Json: "test_money.fund" POST "/v1/test/fund";
    /// Has somebody pay by Pix with test money; no real money moves.
    fn pix_in(; json: &Json as "payment") -> Json: "test_money.pix_in" POST "/v1/test/pix-in";
    /// Settles what was paid by Pix with test money; no real money moves.
    fn settle_pix_in(; json: &Json as "payment") -> Json:
        "test_money.settle_pix_in" POST "/v1/test/settle-pix-in";
    /// Has the buyer pay a charge of a test project, all of it or so many minor units; no real
    /// money moves.
    fn pay_charge(charge_id; json: &PayCharge) -> PaidCharge:
        "test_money.pay_charge" POST "/v1/test/charges/{charge_id}/pay";
}

/// Money of test projects, which is none (`/v1/test`). A live project refuses all of it.
#[derive(Handle)]
#[handle(Client.test_money)]
pub struct TestMoney<T> {
    client: Client<T>,
}

impl<T: Transport> TestMoney<T> {
    /// Puts money into the account of a consumer, in **minor** units (`POST /v1/test/fund`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `consumer_id` or `amount_minor`; `Api` as the server says.
    ///
    /// ```
    /// use codespar_proto::Minor;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.test_money().fund("sbx_prj_0123456789abcdef", Minor::new(100_000)).send()?;
    /// # Ok(()) }
    /// ```
    pub fn fund(&self, consumer_id: &str, amount: Minor) -> Call<T, Json> {
        let args = Fund { consumer_id: consumer_id.to_owned(), amount_minor: amount };
        self.client().call(fund(self.client().service(), &args))
    }

    /// Has somebody pay by Pix (`POST /v1/test/pix-in`). The API does not write down what it
    /// takes.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, Json, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>, args: &Json) -> Result<(), Error> {
    /// let paid = client.test_money().pix_in(args).send()?;
    /// # Ok(()) }
    /// ```
    pub fn pix_in(&self, args: &Json) -> Call<T, Json> {
        self.client().call(pix_in(self.client().service(), args))
    }

    /// Settles what was paid by Pix (`POST /v1/test/settle-pix-in`). The API does not write down
    /// what it takes.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, Json, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>, args: &Json) -> Result<(), Error> {
    /// let settled = client.test_money().settle_pix_in(args).send()?;
    /// # Ok(()) }
    /// ```
    pub fn settle_pix_in(&self, args: &Json) -> Call<T, Json> {
        self.client().call(settle_pix_in(self.client().service(), args))
    }

    /// Has the buyer pay a charge (`POST /v1/test/charges/{charge_id}/pay`): all of it, or so
    /// many **minor** units. No money moves.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `amount_minor`, when it is not more than zero; `Api` with
    /// `sandbox_pay_not_permitted` (403), `charge_not_found` and others.
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

/// Test money for a consumer.
#[derive(Args)]
#[wire(check, no_new)]
struct Fund {
    /// The consumer whose account it goes to.
    consumer_id: String,
    /// How much, in **minor** units.
    #[wire(currency = "BRL")]
    amount_minor: Minor,
}

impl Fund {
    fn check(&self) -> Result<(), Error> {
        check_filled("consumer_id", &self.consumer_id)?;
        self.amount_minor.check("amount_minor")
    }
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
