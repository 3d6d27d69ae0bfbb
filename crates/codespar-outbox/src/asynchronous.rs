//! The outbox over an asynchronous client and a store that is asked by futures.

mod store;

use std::{pin::Pin, sync::Arc, time::Duration};

use codespar_engine::{Call, Reader, driver::AsyncTransport};

#[cfg(feature = "tools")]
pub use self::store::BlockOn;
pub use self::store::{AsyncStore, OnThreads, StoreFuture};
use crate::{
    blocking::Outcome,
    error::OutboxError,
    intent::Intent,
    outbox::{Core, OnceCall, Prepared},
    purge::Purge,
    queries::{Find, History, OpenItem, OpenItems, Query},
    reconcile::{Reconcile, Totals},
    resolve::Resolution,
    row::Row,
    store::{Entry, Note},
    work::{Event, Machine, Order, Step, Until, Work},
};

/// An [`Outbox`](crate::Outbox) for asynchronous programs: the same rows and the same rules, as
/// futures.
///
/// A future that is dropped ends as a program does that is killed there: what was on its way is
/// presented again under its id, once the lease is over.
///
/// ```
/// use codespar_outbox::{AsyncOutbox, MemoryStore, OnThreads, Outbox};
/// use codespar_proto::{Buyer, ChargeMethod, CreateCharge, Currency};
///
/// # use codespar_proto::{Client, driver::AsyncTransport};
/// # use codespar_outbox::OutboxError;
/// # async fn example<T: AsyncTransport>(client: Client<T>) -> Result<(), OutboxError> {
/// // A real program has `OnThreads::new(SqliteStore::open(…)?)`, or PostgreSQL.
/// let store = OnThreads::new(MemoryStore::default());
/// let outbox = Outbox::builder(client.clone()).open_async(store).await?;
/// outbox.reconcile().await?;
///
/// let args = CreateCharge::new("150.00".parse()?, Currency::BRL, ChargeMethod::Boleto)
///     .consumer_id("con_1")
///     .buyer(Buyer::new("Maria Silva").document("11144477735"))
///     .due_date("2026-12-31");
/// let outcome = outbox.once("invoice-42", client.charges().create(&args))?.await?;
/// println!("{}", outcome.row.state);
/// # Ok(()) }
/// ```
#[doc(alias = "tokio")]
pub struct AsyncOutbox<T, S> {
    pub(crate) core: Arc<Core<T>>,
    pub(crate) store: S,
}

impl<T: AsyncTransport, S: AsyncStore> AsyncOutbox<T, S> {
    pub(crate) fn new(core: Core<T>, store: S) -> Self {
        Self { core: Arc::new(core), store }
    }

    /// Does a call once under this reference, as [`Outbox::once`](crate::Outbox::once). It is made
    /// when the returned value is awaited.
    ///
    /// # Errors
    /// As [`Outbox::once`](crate::Outbox::once).
    #[doc(alias = "idempotent")]
    pub fn once<O: 'static>(
        &self,
        reference: &str,
        call: impl OnceCall<T, O>,
    ) -> Result<AsyncOnce<'_, T, S, O>, OutboxError> {
        Ok(AsyncOnce::new(self, self.core.prepare_once(reference, call)?))
    }

    /// Sends a call once, and never again once it may have arrived, as
    /// [`Outbox::at_most_once`](crate::Outbox::at_most_once).
    ///
    /// # Errors
    /// As [`Outbox::at_most_once`](crate::Outbox::at_most_once).
    pub fn at_most_once<O: 'static>(
        &self,
        reference: &str,
        call: Call<T, O>,
    ) -> Result<AsyncOnce<'_, T, S, O>, OutboxError> {
        Ok(AsyncOnce::new(self, self.core.prepare_at_most_once(reference, call)?))
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

    /// The same for an operation that is not safe to repeat.
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

    /// Goes on with every row that is due, as [`Outbox::reconcile`](crate::Outbox::reconcile).
    ///
    /// # Errors
    /// `Store`. What goes wrong with a single row is in its state, or in the totals.
    pub async fn reconcile(&self) -> Result<Totals, OutboxError> {
        self.drive(Reconcile::new(Arc::clone(&self.core))).await
    }

    /// The rows that are not final, those that need a person included, oldest first.
    ///
    /// # Errors
    /// `Store`.
    pub async fn open_items(&self) -> Result<Vec<OpenItem>, OutboxError> {
        self.drive(Query(OpenItems::default())).await
    }

    /// The row of a reference.
    ///
    /// # Errors
    /// `NoSuchRow`, `Store`.
    pub async fn row(&self, operation: &str, reference: &str) -> Result<Row, OutboxError> {
        self.drive(Query(Find(self.core.name(operation, reference).id(0)))).await
    }

    /// The path that the request of a row goes to, as [`Outbox::path_of`](crate::Outbox::path_of).
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
    pub async fn history(
        &self,
        operation: &str,
        reference: &str,
    ) -> Result<Vec<Entry>, OutboxError> {
        self.drive(Query(History(self.core.name(operation, reference).id(0)))).await
    }

    /// Writes down what a person decided about a row that needs one, as
    /// [`Outbox::resolve`](crate::Outbox::resolve).
    ///
    /// # Errors
    /// As [`Outbox::resolve`](crate::Outbox::resolve).
    pub async fn resolve(
        &self,
        operation: &str,
        reference: &str,
        resolution: Resolution,
        note: Note,
    ) -> Result<Row, OutboxError> {
        self.drive(Query(self.core.resolve(operation, reference, resolution, note))).await
    }

    /// Removes requests and answers of final rows that were written last longer ago than this, as
    /// [`Outbox::purge`](crate::Outbox::purge).
    ///
    /// # Errors
    /// `Store`.
    pub async fn purge(&self, older_than: Duration) -> Result<u64, OutboxError> {
        self.drive(Query(Purge::new(Arc::clone(&self.core), older_than))).await
    }

    /// Takes in a webhook event whose signature was verified, as
    /// [`Outbox::take_event`](crate::Outbox::take_event).
    ///
    /// # Errors
    /// `Store`, `Unreadable`: answer the delivery with an error, so that it comes again.
    #[cfg(feature = "webhook")]
    #[doc(alias = "webhook")]
    pub async fn take_event(
        &self,
        event: &codespar_proto::webhook::Event,
    ) -> Result<crate::EventOutcome, OutboxError> {
        self.drive(crate::feed::Feed::new(Arc::clone(&self.core), event)).await
    }

    /// Carries out the steps of a machine.
    async fn drive<M: Machine<T>>(&self, mut machine: M) -> Result<M::Output, OutboxError> {
        let mut event = Event::Start;
        loop {
            event = match machine.resume(event) {
                Step::Store(request) => Event::Stored(self.store.carry_out(&request).await),
                Step::Call(call) => Event::Called(call.await),
                Step::Wait(wait) => {
                    self.core.stop.wait_async(self.core.client.transport().sleep(wait)).await;
                    Event::Woke
                }
                Step::Done(output) => return output,
            };
        }
    }
}

/// A call that is to happen once, ready to be awaited.
#[must_use = "nothing is written or sent before it is awaited"]
pub struct AsyncOnce<'a, T, S, O> {
    outbox: &'a AsyncOutbox<T, S>,
    row: Row,
    order: Order,
    reader: Reader<O>,
}

impl<'a, T: AsyncTransport, S: AsyncStore, O> AsyncOnce<'a, T, S, O> {
    fn new(outbox: &'a AsyncOutbox<T, S>, prepared: Prepared<O>) -> Self {
        let Prepared { row, request, reader } = prepared;
        Self { outbox, row, order: Order::of_call(request), reader }
    }

    /// How far it is to come before the outcome is given; [`Until::Issued`] without this.
    pub fn until(mut self, until: Until) -> Self {
        self.order.until = until;
        self
    }

    /// How long to wait for that, as [`Once::patience`](crate::Once::patience).
    #[doc(alias = "timeout")]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.order.patience = patience;
        self
    }

    async fn carried_out(self) -> Result<Outcome<O>, OutboxError> {
        let Self { outbox, row, order, reader } = self;
        let core = Arc::clone(&outbox.core);
        let row = outbox.drive(Work::on_new(core, row, order)).await?;
        Outcome::of(&outbox.core, *row, reader)
    }
}

/// Sends it, unless that was done before, and gives what is known, as
/// [`Once::send`](crate::Once::send).
impl<'a, T: AsyncTransport, S: AsyncStore, O: Send + 'a> IntoFuture for AsyncOnce<'a, T, S, O> {
    type Output = Result<Outcome<O>, OutboxError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.carried_out())
    }
}
