//! Refunds on the Pix rail (`/v1/consumers/{consumer_id}/pix/devolutions`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, KeyRule, Sensitive, Stage, Timestamp, Verdict,
    WireEnum,
    driver::Transport,
    endpoints,
    kit::{IdempotencyKey, KeySource},
};

use crate::{
    api::answer::read_movement,
    check::check_length,
    client::Client,
    types::money::{Currency, Minor},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Gives a Pix payment back, in minor units: this moves money, once for each idempotency_key,
    /// and from whom to whom is what payment_direction says.
    fn create(consumer_id; json: &CreateDevolution) -> Devolution:
        "devolutions.create" POST "/v1/consumers/{consumer_id}/pix/devolutions" Keyed,
        effect MovesMoney, key KeyRule::Body, read read_movement, part of create;
    /// Says how a refund of a Pix payment stands, by the statement of the consumer's account.
    fn get(consumer_id, devolution_id) -> Devolution:
        "devolutions.get" GET "/v1/consumers/{consumer_id}/pix/devolutions/{devolution_id}";
}

/// Refunds of Pix payments (`/v1/consumers/{consumer_id}/pix/devolutions`).
#[doc(alias = "refunds")]
#[derive(Handle)]
#[handle(Client.devolutions)]
pub struct Devolutions<T> {
    client: Client<T>,
}

impl<T: Transport> Devolutions<T> {
    /// Gives a Pix payment back, all of it or a part
    /// (`POST /v1/consumers/{consumer_id}/pix/devolutions`). The amount is in **minor** units. It
    /// takes some seconds, and what it gives is settled seldom: [`get`](Self::get) says when it is.
    ///
    /// **[`PaymentDirection`] decides who pays.** The server checks no direction against the
    /// payment: the wrong one moves money the wrong way, without an error.
    ///
    /// # Idempotency
    /// The key of the arguments goes out as the member `idempotency_key`, and the call is repeated
    /// under it. The same key gives the refund that was made
    /// ([`idempotent_replay`](Devolution::idempotent_replay)); with another refund it is
    /// `idempotency_key_conflict`.
    ///
    /// # Errors
    /// `Config` naming `end_to_end_id`, `payment_direction`, `idempotency_key`, `amount_minor`,
    /// `reason` or `description`; `Api` with `devolution_source_not_found`,
    /// `devolution_amount_exceeds_received`, `devolution_charge_unsettled`, `insufficient_funds`
    /// and others, after which nothing was sent. After `psp_dispatch_uncertain` and
    /// `devolution_error` the money may have moved ([`Error::verdict`]): repeat under the same key,
    /// never under another. After `devolution_already_reversed` and `devolution_ledger_exhausted`
    /// it was given back before, perhaps by this very work: a person decides. After
    /// `wallet_reverse_failed` it has moved, and the books may differ.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// use codespar_proto::{Minor, devolutions::{CreateDevolution, PaymentDirection}};
    ///
    /// // The consumer had received it; half of it goes back to the payer.
    /// let args = CreateDevolution::new(
    ///     "E18236120202610241200s0123456789",
    ///     PaymentDirection::Inbound,
    ///     "refund-42",
    /// );
    /// let args = args.amount_minor(Minor::new(7_500)).description("Order 42, one item missing");
    /// let refund = client.devolutions().create("con_1", &args).send()?;
    /// println!("{:?}: {}", refund.devolution_id, refund.verdict());
    /// # Ok(()) }
    /// ```
    #[doc(alias = "refund")]
    #[doc(alias = "chargeback")]
    #[doc(alias = "give back")]
    pub fn create(&self, consumer_id: &str, args: &CreateDevolution) -> Call<T, Devolution> {
        const OPERATION: &str = "devolutions.create";
        let given = Some(args.idempotency_key.clone());
        let source = KeySource::Arguments { given, required: None };
        let flow = create(self.client().service(), consumer_id, args);
        self.client().call(IdempotencyKey::around(OPERATION, source, flow))
    }

    /// How a refund stands
    /// (`GET /v1/consumers/{consumer_id}/pix/devolutions/{devolution_id}`). The server looks it up
    /// in the statement of the account: this is what resolves
    /// [`Uncertain`](DevolutionStatus::Uncertain).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `devolution_not_found`, also for a refund of another consumer.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let refund = client.devolutions().get("con_1", "dev_1").send()?;
    /// println!("{:?} at {:?}", refund.status, refund.settled_at);
    /// # Ok(()) }
    /// ```
    #[doc(alias = "refund status")]
    pub fn get(&self, consumer_id: &str, devolution_id: &str) -> Call<T, Devolution> {
        self.client().call(get(self.client().service(), consumer_id, devolution_id))
    }
}

/// On which side of the **original** payment the consumer was.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum PaymentDirection {
    /// The consumer had received it: the money goes from the consumer back to the payer.
    Inbound,
    /// The consumer had sent it: the money comes back to the consumer.
    Outbound,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What is given back.
///
/// ```
/// use codespar_proto::{Minor, devolutions::{CreateDevolution, PaymentDirection}};
///
/// let payment = "E18236120202610241200s0123456789";
/// let args = CreateDevolution::new(payment, PaymentDirection::Inbound, "refund-42")
///     .amount_minor(Minor::new(7_500))
///     .reason("MD06");
/// args.check()?;
/// # Ok::<(), codespar_proto::Error>(())
/// ```
#[doc(alias = "refund")]
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CreateDevolution {
    /// The payment, by its end-to-end id on the rail: 16 to 64 letters and digits.
    pub end_to_end_id: String,
    /// On which side of the payment the consumer was. The wrong one moves money the wrong way.
    pub payment_direction: PaymentDirection,
    /// Names the refund, in at most 128 characters: the same key is the same refund.
    pub idempotency_key: String,
    /// How much of it, in **minor** units. Without it all that is left of a payment that the
    /// consumer received into a governed wallet; every other needs it.
    #[wire(currency = "BRL")]
    pub amount_minor: Option<Minor>,
    /// Why, by a code of the rail: two letters and two digits, such as `MD06`.
    pub reason: Option<String>,
    /// Why, in at most 140 characters; the other side reads it.
    #[wire(personal)]
    pub description: Option<Sensitive>,
}

impl CreateDevolution {
    /// Looks the arguments over, as [`Devolutions::create`] does before anything is sent.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work.
    pub fn check(&self) -> Result<(), Error> {
        let id = self.end_to_end_id.as_bytes();
        if !(16..=64).contains(&id.len()) || !id.iter().all(u8::is_ascii_alphanumeric) {
            return Err(Error::config("end_to_end_id", "expected 16 to 64 letters and digits"));
        }
        if let PaymentDirection::Other(_) = self.payment_direction {
            return Err(Error::config("payment_direction", "expected inbound or outbound"));
        }
        check_length("idempotency_key", &self.idempotency_key, 128)?;
        match self.amount_minor {
            Some(amount) => amount.check("amount_minor")?,
            None if self.payment_direction == PaymentDirection::Outbound => {
                let expected = "expected an amount, as the payment is outbound";
                return Err(Error::config("amount_minor", expected));
            }
            None => {}
        }
        if self.reason.as_deref().is_some_and(|reason| !is_reason(reason.as_bytes())) {
            let expected = "expected two letters and two digits, such as MD06";
            return Err(Error::config("reason", expected));
        }
        self.description
            .as_ref()
            .map_or(Ok(()), |text| check_length("description", text.expose(), 140))
    }
}

/// Whether a code has two letters and two digits.
fn is_reason(code: &[u8]) -> bool {
    matches!(code, [a, b, c, d] if [a, b].iter().all(|byte| byte.is_ascii_alphabetic())
        && [c, d].iter().all(|byte| byte.is_ascii_digit()))
}

/// How a refund stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum DevolutionStatus {
    /// It is written down; whether it has gone out is not known yet.
    Pending,
    /// The rail has taken it. That is not settled.
    Accepted,
    /// The consumer's statement shows it.
    Settled,
    /// It failed: no money has moved.
    Failed,
    /// It may have gone out. Read it again; never give the payment back again.
    Uncertain,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Where the status of a refund that is read comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DevolutionTruth {
    /// From the statement of the consumer's account.
    Statement,
    /// From the books of the service: the statement could not be had.
    Unavailable,
    /// From the books of the service: the statement was not asked for.
    NotChecked,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A refund of a Pix payment.
#[doc(alias = "refund")]
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Devolution {
    /// The id of the refund, to read it by.
    pub devolution_id: Option<String>,
    /// How it stands.
    pub status: Option<DevolutionStatus>,
    /// On which side of the **original** payment the consumer was.
    pub payment_direction: Option<PaymentDirection>,
    /// The end-to-end id of the payment that is given back.
    pub end_to_end_id: Option<String>,
    /// How much is given back, in **minor** units.
    pub amount_minor: Option<Minor>,
    /// The currency of the amount, `BRL`.
    pub currency: Option<Currency>,
    /// Why, by a code of the rail.
    pub reason: Option<String>,
    /// The service's own name for it on the rail.
    pub client_code: Option<String>,
    /// The rail's name for the refund.
    pub return_identification: Option<String>,
    /// The id of the original payment.
    pub original_payment_id: Option<String>,
    /// The wallet that the payment was credited to.
    pub wallet_id: Option<String>,
    /// The charge that the payment paid.
    pub charge_id: Option<String>,
    /// Why it failed.
    pub failure_reason: Option<String>,
    /// When it was asked for (RFC 3339).
    pub created_at: Option<Timestamp>,
    /// When the consumer's statement showed it; none before that.
    pub settled_at: Option<Timestamp>,
    /// Whether this is a refund that was made before under the same key.
    pub idempotent_replay: Option<bool>,
    /// The server's words about how it stands.
    pub status_message: Option<String>,
    /// Where the status comes from, where it was read.
    pub provider_truth: Option<DevolutionTruth>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl Devolution {
    /// What has become of the money: settled, on its way, refused, or unknown.
    pub fn verdict(&self) -> Verdict {
        match self.status {
            Some(DevolutionStatus::Settled) => Verdict::Done(Stage::Settled),
            Some(DevolutionStatus::Accepted) => Verdict::Done(Stage::Dispatched),
            Some(DevolutionStatus::Failed) => Verdict::Refused,
            _ => Verdict::Unknown,
        }
    }

    /// Whether nothing more will come of it: it is settled, or has failed.
    pub fn is_over(&self) -> bool {
        matches!(self.status, Some(DevolutionStatus::Settled | DevolutionStatus::Failed))
    }
}
