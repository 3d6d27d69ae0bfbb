//! A payment under a mandate as one thing: the mandate is looked at, the payment presented, an
//! approval waited for, the receipt read, and all of it ends with one outcome.

mod course;
pub(crate) mod outcome;

use std::{sync::Arc, time::Duration};

use codespar_engine::{
    Call, Error, Json,
    driver::{BoxFlow, Transport},
    kit::{Failed, Service},
};

pub use self::outcome::{PaidSpend, SpendOutcome};
use crate::{
    api::mandates::{
        Mandates, PaymentArgs, SpendArgs, SpendQuote,
        governed::course::Course,
        spend::{Spend, execute_payment, spend},
    },
    check::check_filled,
    client::config::MANAGED_URL,
    types::money::Minor,
};

const PAY: &str = "mandates.pay";
const LOOK_UP: &str = "mandates.look_up";

/// A payment under a mandate, with what is to happen around it.
///
/// ```
/// use std::time::Duration;
/// use codespar_proto::{Minor, mandates::{GovernedSpend, SpendArgs, SpendQuote}};
///
/// let (amount, payee) = (Minor::new(5_000), "seller@example.com");
/// let args = SpendArgs::new("invoice-42", amount, payee)
///     .quote(SpendQuote::new("Seller", "invoice 42", amount, payee));
/// let payment = GovernedSpend::new("mdt_1", args).patience(Duration::from_secs(600));
/// assert_eq!(payment.attempt_id(), "invoice-42");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GovernedSpend {
    mandate_id: String,
    door: Door,
    patience: Duration,
    honours_attempts: Option<bool>,
    reads_receipt: bool,
}

/// How the payment is asked for.
#[derive(Clone, Debug, PartialEq)]
enum Door {
    ById(Box<SpendArgs>),
    Signed(Box<PaymentArgs>),
}

impl GovernedSpend {
    /// A payment under a mandate that the server holds
    /// (`POST /v1/consumers/mandates/{mandate_id}/spend`).
    pub fn new(mandate_id: impl Into<String>, args: SpendArgs) -> Self {
        Self::of(mandate_id.into(), Door::ById(Box::new(args)))
    }

    /// A payment under a mandate that the caller holds (`POST /v1/consumer-payments/execute`); the
    /// id is that mandate's. It is the mandate that is looked at before: one with another id is
    /// refused before anything is sent.
    pub fn signed(mandate_id: impl Into<String>, args: PaymentArgs) -> Self {
        Self::of(mandate_id.into(), Door::Signed(Box::new(args)))
    }

    fn of(mandate_id: String, door: Door) -> Self {
        let (patience, honours_attempts) = (Duration::ZERO, None);
        Self { mandate_id, door, patience, honours_attempts, reads_receipt: true }
    }

    /// How long to wait, from the beginning of the call: for a person's decision about a payment
    /// that is held, and in a [look-up](Mandates::look_up) for the end of one that is under way.
    /// Not at all, unless it is set.
    #[must_use]
    pub const fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Says whether the server pays once per `attempt_id`. The managed service is known to; any
    /// other is taken not to, and then nothing is presented a second time. One that does has
    /// [`idempotent_replay`](Spend::idempotent_replay) in its answers.
    #[must_use]
    pub const fn honours_attempts(mut self, honours: bool) -> Self {
        self.honours_attempts = Some(honours);
        self
    }

    /// Leaves the receipt unread.
    #[must_use]
    pub const fn without_receipt(mut self) -> Self {
        self.reads_receipt = false;
        self
    }

    /// The id that names the payment.
    pub fn attempt_id(&self) -> &str {
        match &self.door {
            Door::ById(args) => &args.attempt_id,
            Door::Signed(args) => &args.attempt_id,
        }
    }

    /// What is sent of it, where the server holds the mandate: what its receipt is compared with.
    pub fn args(&self) -> Option<&SpendArgs> {
        match &self.door {
            Door::ById(args) => Some(args),
            Door::Signed(_) => None,
        }
    }

    /// What is sent of it, where the caller holds the mandate.
    pub fn signed_args(&self) -> Option<&PaymentArgs> {
        match &self.door {
            Door::ById(_) => None,
            Door::Signed(args) => Some(args),
        }
    }

    /// Looks it over, as [`Mandates::pay`] does before anything is sent: the quote has to be about
    /// this payment, and the mandate that was signed has to be the one that is named.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work, such as `quote.price_minor` or `mandate.id`.
    pub fn check(&self) -> Result<(), Error> {
        check_filled("mandate_id", &self.mandate_id)?;
        match &self.door {
            Door::ById(args) => {
                args.check()?;
                check_quote(args.quote.as_ref(), args.amount_minor, args.payee.expose())
            }
            Door::Signed(args) => {
                args.check()?;
                check_mandate_id(&self.mandate_id, &args.mandate)?;
                check_quote(args.quote.as_ref(), args.amount_minor, args.payee.expose())
            }
        }
    }

    /// The presentation of the payment: the same request each time.
    fn present(&self, service: &Arc<Service>) -> BoxFlow<Spend> {
        match &self.door {
            Door::ById(args) => Box::new(spend(service, &self.mandate_id, args)),
            Door::Signed(args) => Box::new(execute_payment(service, args)),
        }
    }

    fn may_present_again(&self, service: &Service) -> bool {
        self.honours_attempts.unwrap_or_else(|| service.base.as_str() == MANAGED_URL)
    }
}

/// One mandate is looked at, and the other paid under: they have to be the same. One that does not
/// say its id is the server's to judge.
fn check_mandate_id(mandate_id: &str, signed: &Json) -> Result<(), Error> {
    match signed.member("id").filter(|id| !id.is_null()) {
        Some(id) if id.read::<String>().ok().as_deref() != Some(mandate_id) => {
            Err(Error::config("mandate.id", "expected the id of the mandate that is looked at"))
        }
        _ => Ok(()),
    }
}

/// The server pays whatever the quote says, and only writes down that they differ.
fn check_quote(quote: Option<&SpendQuote>, amount: Minor, payee: &str) -> Result<(), Error> {
    let Some(quote) = quote else { return Ok(()) };
    if quote.price_minor != amount {
        return Err(Error::config("quote.price_minor", "expected the amount of the payment"));
    }
    if quote.payee.expose() != payee {
        return Err(Error::config("quote.payee", "expected the payee of the payment"));
    }
    Ok(())
}

fn pay(service: &Arc<Service>, payment: &GovernedSpend) -> BoxFlow<SpendOutcome> {
    match payment.check() {
        Ok(()) => Course::first(service, payment),
        Err(error) => Box::new(Failed::with(error.at(PAY))),
    }
}

fn look_up(service: &Arc<Service>, payment: &GovernedSpend) -> BoxFlow<SpendOutcome> {
    let check = payment.check().and_then(|()| match payment.may_present_again(service) {
        true => Ok(()),
        false => {
            let expected = "expected a server of which it is said that it pays once per attempt";
            Err(Error::config("honours_attempts", expected))
        }
    });
    match check {
        Ok(()) => Course::again(service, payment),
        Err(error) => Box::new(Failed::with(error.at(LOOK_UP))),
    }
}

impl<T: Transport> Mandates<T> {
    /// Makes a payment under a mandate, from the look at the mandate to the receipt, in **minor**
    /// units.
    ///
    /// **This moves money.** The mandate is read first (`GET /v1/mandates/{mandate_id}`): only an
    /// active one of an organization that is not paused is paid under. The payment is presented
    /// once. Where it is held and there is [patience](GovernedSpend::patience), the approval is
    /// waited for; what is approved is presented again under the same attempt, which tells what
    /// came of it. At last the receipt is read.
    ///
    /// An outcome says what became of the payment; an error says that this call has not presented
    /// it. For one that may have been presented before, by a program that died, use
    /// [`look_up`](Self::look_up).
    ///
    /// Idempotency: the attempt of the payment names it, and is presented again only as said above.
    /// The time limit of the call is for each request.
    ///
    /// # Errors
    /// Nothing was presented: `Config` naming the field that cannot work, `quote.price_minor`,
    /// `quote.payee` and `mandate.id` among them, or `mandate_id` where the mandate is not to be
    /// paid under (`error.last::<MandateRecord>()`); `Api` where the mandate cannot be read;
    /// `Connect`.
    ///
    /// ```
    /// use codespar_proto::{Minor, mandates::{GovernedSpend, SpendArgs, SpendOutcome}};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = SpendArgs::new("invoice-42", Minor::new(5_000), "seller@example.com");
    /// match client.mandates().pay(&GovernedSpend::new("mdt_1", args)).send()? {
    ///     SpendOutcome::Settled(paid) => println!("paid: {:?}", paid.spend.receipt),
    ///     SpendOutcome::Replayed(_) => println!("paid before, and by nobody twice"),
    ///     SpendOutcome::Held(held) => println!("waits for {:?}", held.approval()),
    ///     SpendOutcome::NotMoved(error) => println!("nothing moved: {error}"),
    ///     unknown => println!("look it up, under the same id: {:?}", unknown.error()),
    /// }
    /// # Ok(()) }
    /// ```
    #[doc(alias = "governed")]
    pub fn pay(&self, payment: &GovernedSpend) -> Call<T, SpendOutcome> {
        self.client().boxed_call(pay(self.client().service(), payment))
    }

    /// Finds out what became of a payment that may have been presented before, by presenting the
    /// same one again, in **minor** units.
    ///
    /// **This moves money where the server never took the payment**: no route reads one attempt,
    /// so that presentation is the look. The mandate is not looked at before: the server answers a
    /// payment that was made with what it answered then, whatever has become of the mandate. With
    /// [patience](GovernedSpend::patience), what is under way or not known is presented again every
    /// three seconds, or after what the server asks for.
    ///
    /// A refusal says nothing of what was presented earlier, so it is `Unknown`; only where the
    /// server says that the attempt failed and its id is used up has nothing moved
    /// ([`KeyUse::Spent`](crate::KeyUse::Spent)), and where somebody decided against it, or nobody
    /// in time.
    ///
    /// Idempotency: the attempt of the payment names it. The time limit of the call is for each
    /// request.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work, or `honours_attempts`: of a server that is not
    /// the managed one it has to be [said](GovernedSpend::honours_attempts) that a second
    /// presentation is no second payment.
    ///
    /// ```
    /// use codespar_proto::{KeyUse, mandates::{GovernedSpend, SpendOutcome}};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(
    /// #     client: &Client<T>, payment: &GovernedSpend,
    /// # ) -> Result<(), Error> {
    /// let outcome = client.mandates().look_up(payment).send()?;
    /// if outcome.key_use() == KeyUse::Spent {
    ///     println!("nothing moved, and another attempt may be drawn");
    /// }
    /// # Ok(()) }
    /// ```
    #[doc(alias = "reconcile")]
    pub fn look_up(&self, payment: &GovernedSpend) -> Call<T, SpendOutcome> {
        self.client().boxed_call(look_up(self.client().service(), payment))
    }
}
