//! Mandates on the server: looking at them, halting them, spending under them (`/v1/mandates`).

pub(crate) mod card;
pub(crate) mod execute_stream;
pub(crate) mod spend;

use codespar_engine::{
    Answer, Call, Error, Extra, Handle, Json, Timestamp,
    driver::Transport,
    endpoints,
    kit::{Response, no_answer},
};

pub use self::spend::{
    PaymentArgs, Spend, SpendArgs, SpendMandate, SpendPayment, SpendReceipt, SpendStatus,
    SpendWallet,
};
use crate::{
    api::{
        answer::require_list,
        mandates::spend::{execute_payment, spend},
    },
    client::Client,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the mandates under which agents may spend.
    fn list() -> Vec<MandateRecord>: "mandates.list" GET "/v1/mandates", scope "mandates:read", read rows;
    /// Says how a mandate stands.
    fn get(mandate_id) -> MandateRecord: "mandates.get" GET "/v1/mandates/{mandate_id}", scope "mandates:read";
    /// Halts a mandate for a while.
    fn pause(mandate_id) -> MandateRecord:
        "mandates.pause" POST "/v1/mandates/{mandate_id}/pause" Safe, scope "mandates:write", read read_mandate;
    /// Goes on with a mandate that was halted.
    fn resume(mandate_id) -> MandateRecord:
        "mandates.resume" POST "/v1/mandates/{mandate_id}/resume", scope "mandates:write", read read_mandate;
    /// Ends a mandate for good.
    fn revoke(mandate_id) -> MandateRecord:
        "mandates.revoke" POST "/v1/mandates/{mandate_id}/revoke" Safe, effect Destroys, scope "mandates:write",
        read read_mandate;
    /// Reads the card of a mandate.
    fn card(mandate_id) -> Json:
        "mandates.card" GET "/v1/consumers/mandates/{mandate_id}/card";
    /// Takes the card of a mandate back.
    fn delete_card(mandate_id) -> ():
        "mandates.delete_card" DELETE "/v1/consumers/mandates/{mandate_id}/card" Safe,
        read no_answer;
}

/// Mandates of consumers (`/v1/mandates`). The `mandate` module verifies them without a
/// server.
#[derive(Handle)]
#[handle(Client.mandates)]
pub struct Mandates<T> {
    client: Client<T>,
}

impl<T: Transport> Mandates<T> {
    /// Lists the mandates (`GET /v1/mandates`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for mandate in client.mandates().list().send()? {
    ///     println!("{:?} {:?}", mandate.id, mandate.status);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self) -> Call<T, Vec<MandateRecord>> {
        self.client().call(list(self.client().service()))
    }

    /// A mandate (`GET /v1/mandates/{mandate_id}`).
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
    /// # Ok(()) }
    /// ```
    pub fn get(&self, mandate_id: &str) -> Call<T, MandateRecord> {
        self.client().call(get(self.client().service(), mandate_id))
    }

    /// Halts a mandate for a while (`POST /v1/mandates/{mandate_id}/pause`).
    ///
    /// Idempotency: none is needed, the same twice is the same once; repeated where it fails for a
    /// moment.
    ///
    /// # Errors
    /// `Api` with `mandate_not_found` and others.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.mandates().pause("mdt_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn pause(&self, mandate_id: &str) -> Call<T, MandateRecord> {
        self.client().call(pause(self.client().service(), mandate_id))
    }

    /// Goes on with a mandate that was halted (`POST /v1/mandates/{mandate_id}/resume`). It is not
    /// repeated on its own: it could undo a halt made in between.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Api` with `mandate_not_found` and others.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.mandates().resume("mdt_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn resume(&self, mandate_id: &str) -> Call<T, MandateRecord> {
        self.client().call(resume(self.client().service(), mandate_id))
    }

    /// Ends a mandate for good (`POST /v1/mandates/{mandate_id}/revoke`).
    ///
    /// Idempotency: none is needed, the same twice is the same once; repeated where it fails for a
    /// moment.
    ///
    /// # Errors
    /// `Api` with `mandate_not_found` and others.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.mandates().revoke("mdt_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn revoke(&self, mandate_id: &str) -> Call<T, MandateRecord> {
        self.client().call(revoke(self.client().service(), mandate_id))
    }

    /// Spends under a mandate (`POST /v1/consumers/mandates/{mandate_id}/spend`), in **minor**
    /// units.
    ///
    /// **This moves money.** It is never sent twice on its own. The server pays once per
    /// [`attempt_id`](SpendArgs::attempt_id): where [`Spend::is_uncertain`] says of an error that
    /// the outcome is not known, call again with the same one.
    ///
    /// Idempotency: the argument `attempt_id` names the payment; it is not repeated by itself.
    ///
    /// # Errors
    /// `Config` naming `attempt_id`, `amount_minor` or `payee`; `Api` with `policy_denied` (403),
    /// `attempt_id_conflict` (409), `no_funding_source` (422), `psp_dispatch_uncertain` (502) and
    /// others.
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
    /// let args = PaymentArgs::new(mandate, signature, "groceries", "att_1", amount, payee);
    /// let spent = client.mandates().execute_payment(&args).send()?;
    /// # Ok(()) }
    /// ```
    pub fn execute_payment(&self, args: &PaymentArgs) -> Call<T, Spend> {
        self.client().call(execute_payment(self.client().service(), args))
    }

    /// The card of a mandate (`GET /v1/consumers/mandates/{mandate_id}/card`). The API does not
    /// write its shape down.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `no_active_card` (404).
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let card = client.mandates().card("mdt_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn card(&self, mandate_id: &str) -> Call<T, Json> {
        self.client().call(card(self.client().service(), mandate_id))
    }

    /// Takes the card of a mandate back (`DELETE /v1/consumers/mandates/{mandate_id}/card`).
    ///
    /// Idempotency: none is needed, the same twice is the same once; repeated where it fails for a
    /// moment.
    ///
    /// # Errors
    /// `Api` with `no_active_card` (404).
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.mandates().delete_card("mdt_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn delete_card(&self, mandate_id: &str) -> Call<T, ()> {
        self.client().call(delete_card(self.client().service(), mandate_id))
    }
}

/// A mandate as the server keeps it. What the API does not write down is in `extra`.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct MandateRecord {
    /// The id of the mandate.
    pub id: Option<String>,
    /// The status of the mandate.
    pub status: Option<String>,
    /// The id of the consumer whose money it is.
    pub consumer_id: Option<String>,
    /// The agent that may spend.
    pub agent_id: Option<String>,
    /// The purpose the mandate was granted for.
    pub purpose: Option<String>,
    /// When the mandate was made (RFC 3339).
    pub created_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Rows {
    mandates: Option<Vec<MandateRecord>>,
    data: Option<Vec<MandateRecord>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn rows(answer: Response) -> Result<Vec<MandateRecord>, Error> {
    let rows: Rows = answer.json()?;
    require_list(&answer, "mandates", rows.mandates.or(rows.data))
}

/// A server that has nothing to say gives a mandate without values.
fn read_mandate(answer: Response) -> Result<MandateRecord, Error> {
    if answer.is_success() && answer.body.is_empty() {
        return codespar_engine::kit::decode(b"{}");
    }
    answer.json()
}
