//! Mandates on the server: looking at them, halting them, spending under them (`/v1/mandates`).

pub(crate) mod card;
pub(crate) mod execute_stream;
pub(crate) mod governed;
pub(crate) mod record;
pub(crate) mod spend;
pub(crate) mod terms;

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle,
    driver::Transport,
    endpoints,
    kit::{Response, decode},
};
use serde::de::DeserializeOwned;

pub use self::{
    card::{BoundCard, CardAuthorization, MandateCard, UnboundCard},
    execute_stream::SpendEvent,
    governed::{GovernedSpend, PaidSpend, SpendOutcome},
    record::{
        ChangedMandate, MandateChange, MandateFunding, MandatePeriodicCap, MandateRecord,
        MandateSlot, MandateStatus, MandateUsage, SettledDebit,
    },
    spend::{
        PaymentArgs, Spend, SpendArgs, SpendMandate, SpendPayment, SpendReceipt, SpendStatus,
        SpendWallet,
    },
    terms::{ActorKind, PaymentActor, SpendApproval, SpendQuote, TedDestination},
};
use crate::{
    api::{
        answer::require_list,
        mandates::spend::{execute_payment, spend},
    },
    check::check_range,
    client::Client,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the mandates under which agents may spend, newest first.
    fn list(; query: &ListMandates) -> Vec<MandateRecord>:
        "mandates.list" GET "/v1/mandates", scope "mandates:read", read rows;
    /// Says how a mandate stands, and what was spent under it, in minor units.
    fn get(mandate_id) -> MandateRecord:
        "mandates.get" GET "/v1/mandates/{mandate_id}", scope "mandates:read";
    /// Lists the settled payments under a mandate, in minor units, newest first.
    fn receipts(mandate_id; query: &NewestReceipts) -> Vec<SettledDebit>:
        "mandates.receipts" GET "/v1/consumers/mandates/{mandate_id}/receipts", read settled;
    /// Halts a mandate for a while.
    fn pause(mandate_id; json: &MandateReason) -> MandateChange:
        "mandates.pause" POST "/v1/mandates/{mandate_id}/pause" Safe, scope "mandates:write",
        read answer_or_nothing;
    /// Goes on with a mandate that was halted.
    fn resume(mandate_id; json: &MandateReason) -> MandateChange:
        "mandates.resume" POST "/v1/mandates/{mandate_id}/resume", scope "mandates:write",
        read answer_or_nothing;
    /// Ends a mandate for good.
    fn revoke(mandate_id; json: &MandateReason) -> MandateChange:
        "mandates.revoke" POST "/v1/mandates/{mandate_id}/revoke" Safe, effect Destroys,
        scope "mandates:write", read answer_or_nothing;
}

/// Mandates of consumers (`/v1/mandates`). The `mandate` module verifies them without a
/// server.
#[derive(Handle)]
#[handle(Client.mandates)]
pub struct Mandates<T> {
    client: Client<T>,
}

impl<T: Transport> Mandates<T> {
    /// Lists the mandates, newest first (`GET /v1/mandates`): 50 unless said otherwise, 200 at
    /// most, and there is no next page.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`; `Api` with `invalid_query`.
    ///
    /// ```
    /// use codespar_proto::mandates::{ListMandates, MandateStatus};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let active = ListMandates::default().status(MandateStatus::Active);
    /// for mandate in client.mandates().list(&active).send()? {
    ///     println!("{:?} {:?}", mandate.id, mandate.cap_minor);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self, args: &ListMandates) -> Call<T, Vec<MandateRecord>> {
        self.client().call(list(self.client().service(), args))
    }

    /// A mandate (`GET /v1/mandates/{mandate_id}`), with what was spent under it. Where
    /// [`org_paused`](MandateRecord::org_paused) is set every payment is refused, whatever the
    /// status.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `mandate_not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let mandate = client.mandates().get("mdt_1").send()?;
    /// println!("{:?}", mandate.usage.and_then(|usage| usage.spent_minor));
    /// # Ok(()) }
    /// ```
    pub fn get(&self, mandate_id: &str) -> Call<T, MandateRecord> {
        self.client().call(get(self.client().service(), mandate_id))
    }

    /// The payments that were settled under a mandate, newest first (`GET
    /// /v1/consumers/mandates/{mandate_id}/receipts`): 50 unless said otherwise, 200 at most, and
    /// there is no next page. Amounts are texts of **minor** units.
    ///
    /// They are entries of the ledger, without the ids of attempts: what failed or is under way is
    /// not among them.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`; `Api` with `mandate_not_found` (404).
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for debit in client.mandates().receipts("mdt_1", Some(10)).send()? {
    ///     println!("{:?} {:?}", debit.settled_at, debit.amount_minor);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn receipts(&self, mandate_id: &str, limit: Option<u32>) -> Call<T, Vec<SettledDebit>> {
        let args = NewestReceipts { limit };
        self.client().call(receipts(self.client().service(), mandate_id, &args))
    }

    /// Halts a mandate for a while (`POST /v1/mandates/{mandate_id}/pause`).
    ///
    /// Idempotency: none is needed, the same twice is the same once; repeated where it fails for a
    /// moment.
    ///
    /// # Errors
    /// `Api` with `mandate_not_found`, `invalid_transition` (409: it is not active),
    /// `transition_conflict` (409: somebody else was faster, read it again) and others.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.mandates().pause("mdt_1", Some("audit")).send()?;
    /// # Ok(()) }
    /// ```
    pub fn pause(&self, mandate_id: &str, reason: Option<&str>) -> Call<T, MandateChange> {
        self.client().call(pause(self.client().service(), mandate_id, &MandateReason::of(reason)))
    }

    /// Goes on with a mandate that was halted (`POST /v1/mandates/{mandate_id}/resume`). It is not
    /// repeated on its own: it could undo a halt made in between. Limits, time and what was spent
    /// stay.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// As [`pause`](Self::pause).
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.mandates().resume("mdt_1", None).send()?;
    /// # Ok(()) }
    /// ```
    pub fn resume(&self, mandate_id: &str, reason: Option<&str>) -> Call<T, MandateChange> {
        self.client().call(resume(self.client().service(), mandate_id, &MandateReason::of(reason)))
    }

    /// Ends a mandate for good (`POST /v1/mandates/{mandate_id}/revoke`).
    ///
    /// Idempotency: none is needed, the same twice is the same once; repeated where it fails for a
    /// moment.
    ///
    /// # Errors
    /// As [`pause`](Self::pause); an expired mandate cannot be revoked.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.mandates().revoke("mdt_1", None).send()?;
    /// # Ok(()) }
    /// ```
    pub fn revoke(&self, mandate_id: &str, reason: Option<&str>) -> Call<T, MandateChange> {
        self.client().call(revoke(self.client().service(), mandate_id, &MandateReason::of(reason)))
    }

    /// Spends under a mandate (`POST /v1/consumers/mandates/{mandate_id}/spend`), in **minor**
    /// units. [`pay`](Self::pay) does so with all that belongs to it, and one outcome.
    ///
    /// **This moves money.** It is never sent twice on its own. The server pays once per
    /// [`attempt_id`](SpendArgs::attempt_id): where [`Spend::is_uncertain`] says of an error that
    /// the outcome is not known, call again with the same one.
    ///
    /// Idempotency: the argument `attempt_id` names the payment; it is not repeated by itself.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work, such as `quote.price_minor`; `Api` with
    /// `policy_denied` (403; with an approval the payment is **held**), `attempt_id_conflict`,
    /// `psp_attempt_conflict` (409), `no_funding_source`, `per_tx_cap_exceeded` (422),
    /// `psp_dispatch_uncertain` (502) and others.
    ///
    /// ```
    /// use codespar_proto::{Minor, mandates::{Spend, SpendArgs}};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>, attempt: &str) -> Result<(), Error> {
    /// let args = SpendArgs::new(attempt, Minor::new(5_000), "seller@example.com");
    /// let mut spent = client.mandates().spend("mdt_1", &args).send();
    /// if spent.as_ref().is_err_and(Spend::is_uncertain) {
    ///     spent = client.mandates().spend("mdt_1", &args).send();
    /// }
    /// println!("{:?}", spent?.payment.and_then(|payment| payment.transaction_id));
    /// # Ok(()) }
    /// ```
    pub fn spend(&self, mandate_id: &str, args: &SpendArgs) -> Call<T, Spend> {
        self.client().call(spend(self.client().service(), mandate_id, args))
    }

    /// Spends under a mandate that the caller holds (`POST /v1/consumer-payments/execute`), in
    /// **minor** units.
    ///
    /// **This moves money**, as [`spend`](Self::spend) does.
    ///
    /// Idempotency: the argument `attempt_id` names the payment; it is not repeated by itself.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work; `Api` with `mandate_verify` (422) and those of
    /// [`spend`](Self::spend).
    ///
    /// ```
    /// use codespar_proto::{Json, Minor, mandates::PaymentArgs};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(
    /// #     client: &Client<T>, mandate: Json, signature: &str,
    /// # ) -> Result<(), Error> {
    /// let (amount, payee) = (Minor::new(5_000), "seller@example.com");
    /// let args = PaymentArgs::new(mandate, signature, "groceries", "att_1", amount, payee)
    ///     .agent_id("agent_1");
    /// let spent = client.mandates().execute_payment(&args).send()?;
    /// # Ok(()) }
    /// ```
    pub fn execute_payment(&self, args: &PaymentArgs) -> Call<T, Spend> {
        self.client().call(execute_payment(self.client().service(), args))
    }
}

/// Which mandates are listed: all of the organization, unless something is set.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListMandates {
    /// Of this consumer only.
    pub consumer_id: Option<String>,
    /// Only mandates with this status.
    pub status: Option<MandateStatus>,
    /// How many at most, 1 to 200; 50 unless said otherwise.
    pub limit: Option<u32>,
}

impl ListMandates {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=200)
    }
}

/// How many of the newest are read.
#[derive(Args)]
#[wire(check)]
struct NewestReceipts {
    /// How many at most, 1 to 200.
    #[wire(no_setter)]
    limit: Option<u32>,
}

impl NewestReceipts {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=200)
    }
}

/// Why a mandate is changed.
#[derive(Args)]
struct MandateReason {
    /// Why, in words for people.
    #[wire(no_setter)]
    reason: Option<String>,
}

impl MandateReason {
    fn of(reason: Option<&str>) -> Self {
        Self { reason: reason.map(str::to_owned) }
    }
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Rows {
    mandates: Option<Vec<MandateRecord>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn rows(answer: Response) -> Result<Vec<MandateRecord>, Error> {
    let rows: Rows = answer.json()?;
    require_list(&answer, "mandates", rows.mandates)
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Settled {
    receipts: Option<Vec<SettledDebit>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn settled(answer: Response) -> Result<Vec<SettledDebit>, Error> {
    let rows: Settled = answer.json()?;
    require_list(&answer, "receipts", rows.receipts)
}

/// A change that the server has nothing to say about is a change without values.
fn answer_or_nothing<O: DeserializeOwned>(answer: Response) -> Result<O, Error> {
    if answer.is_success() && answer.body.is_empty() {
        return decode(b"{}");
    }
    answer.json()
}
