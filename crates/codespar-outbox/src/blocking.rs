//! The outbox over a blocking client and a blocking store.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use codespar_engine::{Call, Reader, driver::BlockingTransport};

use crate::{
    error::OutboxError,
    intent::Intent,
    outbox::{Core, OnceCall, Prepared},
    purge::Purge,
    queries::{Find, History, OpenItem, OpenItems, Query},
    reconcile::{Reconcile, Totals},
    resolve::Resolution,
    row::Row,
    store::{Entry, Note, Store},
    vault::place,
    work::{Event, Machine, Order, Step, Until, Work},
};

/// Charges and payments that happen once each, however often the program is killed in between.
///
/// Every effect has a **reference** of the caller's, such as the number of an invoice: unique
/// within base URL, project and operation. It is written down before anything is sent; what was
/// sent and got no answer is presented again under the same id, until the outcome is known or a
/// person has to look at it. Rows are told by [`open_items`](Self::open_items), worked on by
/// [`reconcile`](Self::reconcile), at the program's start and now and then.
///
/// ```
/// use codespar_outbox::{MemoryStore, Outbox, State};
/// use codespar_proto::{Buyer, ChargeMethod, CreateCharge, Currency};
///
/// # use codespar_proto::{Client, driver::BlockingTransport};
/// # use codespar_outbox::OutboxError;
/// # fn example<T: BlockingTransport>(client: Client<T>) -> Result<(), OutboxError> {
/// // A real program opens a `SqliteStore`.
/// let outbox = Outbox::builder(client.clone()).open(MemoryStore::default())?;
/// outbox.reconcile()?;
///
/// let args = CreateCharge::new("150.00".parse()?, Currency::BRL, ChargeMethod::Boleto)
///     .consumer_id("con_1")
///     .buyer(Buyer::new("Maria Silva").document("11144477735"))
///     .due_date("2026-12-31");
/// let outcome = outbox.once("invoice-42", client.charges().create(&args))?.send()?;
/// match (outcome.row.state, &outcome.output) {
///     (State::Issued | State::Done, Some(charge)) => println!("issued: {:?}", charge.id),
///     (state, _) => println!("{state}: another run goes on with it"),
/// }
/// # Ok(()) }
/// ```
#[doc(alias = "exactly once")]
#[doc(alias = "idempotency")]
#[doc(alias = "crash")]
pub struct Outbox<T, S> {
    pub(crate) core: Arc<Core<T>>,
    pub(crate) store: S,
}

impl<T: BlockingTransport, S: Store> Outbox<T, S> {
    /// Does a call once under this reference: now, unless it was done before.
    ///
    /// The call is one of the outbox's client, or a function that makes it of the id, where the id
    /// is an argument (`attempt_id`). It is made when the returned value is sent.
    ///
    /// # Errors
    /// `Config` naming `reference`; naming `call`, for an operation whose repetition the server
    /// does not make safe, for a call of another server or project, and for one that does not
    /// carry the id; naming `seal`, for one that carries the signature of a mandate, where neither
    /// the store is sealed nor hashes alone are kept. What the call itself fails with before
    /// anything is sent.
    #[doc(alias = "idempotent")]
    pub fn once<O: 'static>(
        &self,
        reference: &str,
        call: impl OnceCall<T, O>,
    ) -> Result<Once<'_, T, S, O>, OutboxError> {
        Ok(Once::new(self, self.core.prepare_once(reference, call)?))
    }

    /// Sends a call once under this reference, and never again once it may have arrived: for
    /// operations whose repetition the server does not make safe. What got no answer needs a
    /// person.
    ///
    /// # Errors
    /// `Config` as [`once`](Self::once); naming `call`, for an operation that is safe to repeat.
    pub fn at_most_once<O: 'static>(
        &self,
        reference: &str,
        call: Call<T, O>,
    ) -> Result<Once<'_, T, S, O>, OutboxError> {
        Ok(Once::new(self, self.core.prepare_at_most_once(reference, call)?))
    }

    /// A call that is to happen once, to be written within a transaction of the caller's own.
    ///
    /// # Errors
    /// As [`once`](Self::once).
    pub fn intent<O: 'static>(
        &self,
        reference: &str,
        call: impl OnceCall<T, O>,
    ) -> Result<Intent, OutboxError> {
        Ok(Intent::new(self.core.prepare_once(reference, call)?.row))
    }

    /// The same for an operation that is not safe to repeat: see
    /// [`at_most_once`](Self::at_most_once).
    ///
    /// # Errors
    /// As [`at_most_once`](Self::at_most_once).
    pub fn intent_at_most_once<O: 'static>(
        &self,
        reference: &str,
        call: Call<T, O>,
    ) -> Result<Intent, OutboxError> {
        Ok(Intent::new(self.core.prepare_at_most_once(reference, call)?.row))
    }

    /// Goes on with every row that is due: sends what was not, presents again or reads what is not
    /// known. Each once; what is not final then has another time to go on at.
    ///
    /// # Errors
    /// `Store`. What goes wrong with a single row is in its state, or in the totals.
    pub fn reconcile(&self) -> Result<Totals, OutboxError> {
        self.drive(Reconcile::new(Arc::clone(&self.core)))
    }

    /// The rows that are not final, those that need a person included, oldest first.
    ///
    /// # Errors
    /// `Store`.
    pub fn open_items(&self) -> Result<Vec<OpenItem>, OutboxError> {
        self.drive(Query(OpenItems::default()))
    }

    /// The row of a reference.
    ///
    /// # Errors
    /// `NoSuchRow`, `Store`.
    pub fn row(&self, operation: &str, reference: &str) -> Result<Row, OutboxError> {
        self.drive(Query(Find(self.core.name(operation, reference).id(0))))
    }

    /// The path that the request of a row goes to, which tells the session of what was sent in one;
    /// `None` where the request is not kept, or was purged.
    ///
    /// # Errors
    /// `Unreadable`.
    pub fn path_of(&self, row: &Row) -> Result<Option<String>, OutboxError> {
        Ok(self.core.kept_request(row)?.map(|request| request.path))
    }

    /// What has happened to the row of a reference, from its first line on.
    ///
    /// # Errors
    /// `Store`.
    pub fn history(&self, operation: &str, reference: &str) -> Result<Vec<Entry>, OutboxError> {
        self.drive(Query(History(self.core.name(operation, reference).id(0))))
    }

    /// Writes down what a person decided about a row that needs one, with who decided it and why.
    ///
    /// # Errors
    /// `NoSuchRow`; `Resolve`, where it needs no person, a request may still be on its way, or
    /// nothing is known of its last id and another is to be derived; `Store`.
    pub fn resolve(
        &self,
        operation: &str,
        reference: &str,
        resolution: Resolution,
        note: Note,
    ) -> Result<Row, OutboxError> {
        self.drive(Query(self.core.resolve(operation, reference, resolution, note)))
    }

    /// Removes requests and answers of final rows that were written last longer ago than this;
    /// reference, id, hash and outcome stay, so that nothing is repeated. Of a call of an agent its
    /// key, amounts and verdict stay, by which the agent knows what it has paid: it is answered by
    /// these, and not sent again; one that is sealed under another key is left. Gives how many rows
    /// there were.
    ///
    /// # Errors
    /// `Store`.
    pub fn purge(&self, older_than: Duration) -> Result<u64, OutboxError> {
        self.drive(Query(Purge::new(Arc::clone(&self.core), older_than)))
    }

    /// Carries out the steps of a machine on this thread.
    pub(crate) fn drive<M: Machine<T>>(&self, mut machine: M) -> Result<M::Output, OutboxError> {
        let mut event = Event::Start;
        loop {
            event = match machine.resume(event) {
                Step::Store(request) => Event::Stored(self.store.carry_out(&request)),
                Step::Call(call) => Event::Called(call.send()),
                Step::Wait(wait) => {
                    let transport = self.core.client.transport();
                    self.core.stop.wait(|handle| transport.sleep(wait, Some(handle)));
                    Event::Woke
                }
                Step::Done(output) => return output,
            };
        }
    }
}

/// A call that is to happen once, ready to be sent.
#[must_use = "nothing is written or sent before `send`"]
pub struct Once<'a, T, S, O> {
    outbox: &'a Outbox<T, S>,
    row: Row,
    order: Order,
    reader: Reader<O>,
}

impl<'a, T: BlockingTransport, S: Store, O> Once<'a, T, S, O> {
    fn new(outbox: &'a Outbox<T, S>, prepared: Prepared<O>) -> Self {
        let Prepared { row, request, reader } = prepared;
        let order = Order::of_call(request);
        Self { outbox, row, order, reader }
    }

    /// The id under which it goes out, where the server honours one: that of its first generation.
    #[doc(alias = "key")]
    pub fn id(&self) -> &str {
        &self.row.id
    }

    /// How far it is to come before the outcome is given; [`Until::Issued`] without this.
    pub fn until(mut self, until: Until) -> Self {
        self.order.until = until;
        self
    }

    /// How long to wait for that: presenting again and reading, at growing intervals. Without this
    /// the outcome is given as it stands, and [`Outbox::reconcile`] goes on with it.
    #[doc(alias = "timeout")]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.order.patience = patience;
        self
    }

    /// Sends it, unless that was done before, and gives what is known.
    ///
    /// # Errors
    /// `OtherArguments`, where the reference stands for another request; `Store`; `Call`, where
    /// the recorded answer cannot be read as its type. A refusal is no error: see
    /// [`Outcome::row`].
    pub fn send(self) -> Result<Outcome<O>, OutboxError> {
        let Self { outbox, row, order, reader } = self;
        let core = Arc::clone(&outbox.core);
        let row = outbox.drive(Work::on_new(core, row, order))?;
        Outcome::of(&outbox.core, *row, reader)
    }
}

/// What is known of a call that is to happen once.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Outcome<O> {
    /// The row: its state, and the code of the last refusal.
    pub row: Row,
    /// What the server answered, where it took the call: as it came, or as it was recorded. `None`
    /// too where it was purged, or is known from a read that gives no answer.
    pub output: Option<O>,
}

impl<O> Outcome<O> {
    /// Reads what is known of a row, with the answer that lies there.
    pub(crate) fn of<T>(core: &Core<T>, row: Row, reader: Reader<O>) -> Result<Self, OutboxError> {
        let answer = row.answer.as_ref().map(|blob| {
            let bytes = core.vault.get(&place(&row, "answer"), blob)?;
            let mut response = http::Response::new(Bytes::from(bytes));
            let status = row.status.and_then(|status| http::StatusCode::from_u16(status).ok());
            // What is kept is a success; the status may be that of a later read that failed.
            let status = status.filter(http::StatusCode::is_success);
            *response.status_mut() = status.unwrap_or_default();
            Ok::<_, OutboxError>(reader.read(response)?)
        });
        Ok(Self { output: answer.transpose()?, row })
    }
}
