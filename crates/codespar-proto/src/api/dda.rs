//! Boletos that banks present to a document (`/v1/consumers/{consumer_id}/dda`).

pub(crate) mod subscriptions;

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Sensitive, Timestamp, driver::Transport, endpoints,
};

pub use self::subscriptions::{
    CreateDdaSubscription, DdaRegistration, DdaSubscription, DdaSubscriptionStatus,
    DdaSubscriptions, DeletedDdaSubscription,
};
use crate::{check::check_day, client::Client, types::money::Minor};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the boletos that are due to a consumer between two days, in minor units.
    fn boletos(consumer_id; query: &DdaWindow) -> DdaBoletos:
        "dda.boletos" GET "/v1/consumers/{consumer_id}/dda/boletos";
}

/// Boletos that banks present to a document (`/v1/consumers/{consumer_id}/dda`).
#[derive(Handle)]
#[handle(Client.dda)]
pub struct Dda<T> {
    client: Client<T>,
}

impl<T: Transport> Dda<T> {
    /// The boletos of all documents of a consumer that are due between two days, both included
    /// (`GET /v1/consumers/{consumer_id}/dda/boletos`). Amounts are **minor** units. They are what
    /// was mirrored: the whole list at once, and those without a day last.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `consumer_id`, `from_date` or `to_date`; `Api` with `invalid_query`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let due = client.dda().boletos("cons_1", "2026-12-01", "2026-12-31").send()?;
    /// for boleto in &due.boletos {
    ///     println!("{:?} {:?}", boleto.due_day(), boleto.original_amount_minor);
    /// }
    /// # Ok(()) }
    /// ```
    #[doc(alias = "bills")]
    pub fn boletos(
        &self,
        consumer_id: &str,
        from_date: &str,
        to_date: &str,
    ) -> Call<T, DdaBoletos> {
        let window = DdaWindow { from_date: from_date.to_owned(), to_date: to_date.to_owned() };
        self.client().call(boletos(self.client().service(), consumer_id, &window))
    }
}

/// Between which days boletos are due.
#[derive(Args)]
#[wire(check, no_new)]
struct DdaWindow {
    /// The first day, such as `2026-12-01`.
    #[wire(day)]
    from_date: String,
    /// The last day, such as `2026-12-31`.
    #[wire(day)]
    to_date: String,
}

impl DdaWindow {
    fn check(&self) -> Result<(), Error> {
        check_day("from_date", Some(&self.from_date))?;
        check_day("to_date", Some(&self.to_date))
    }
}

/// The boletos that are due to a consumer.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct DdaBoletos {
    /// The first day.
    #[wire(day)]
    pub from_date: Option<String>,
    /// The last day.
    #[wire(day)]
    pub to_date: Option<String>,
    /// How many there are.
    pub count: Option<u64>,
    /// The boletos that are due.
    #[wire(default)]
    pub boletos: Vec<DdaBoleto>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A boleto that is due to a consumer.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct DdaBoleto {
    /// Its digits, by which it is paid.
    pub linha_digitavel: Option<Sensitive>,
    /// When it is due: midnight in UTC, of which only the day counts.
    pub due_date: Option<Timestamp>,
    /// How much it was issued for, in **minor** units.
    pub original_amount_minor: Option<Minor>,
    /// Who gets the money.
    #[wire(personal)]
    pub beneficiary: Option<Sensitive>,
    /// How it stands, in the provider's own words.
    pub status: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl DdaBoleto {
    /// The day on which it is due, such as `2026-12-31`: no time zone moves it.
    pub fn due_day(&self) -> Option<&str> {
        self.due_date.as_ref()?.as_str().get(..10)
    }
}
