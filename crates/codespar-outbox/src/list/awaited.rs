//! Lists as futures, by the asynchronous outbox.

use codespar_engine::driver::AsyncTransport;
use futures_util::{StreamExt, stream::FuturesUnordered};

use crate::{
    asynchronous::{AsyncOnce, AsyncOutbox, AsyncStore},
    error::OutboxError,
    list::{ListTotals, RunList, Shared},
};

impl<T: AsyncTransport, S: AsyncStore> AsyncOutbox<T, S> {
    /// Works a list, several lines at a time in one task, as
    /// [`Outbox::run_list`](crate::Outbox::run_list).
    ///
    /// ```
    /// # use codespar_outbox::{AsyncOutbox, MemoryStore, OnThreads, OutboxError};
    /// # use codespar_proto::{Client, CreateCharge, driver::AsyncTransport};
    /// #
    /// # async fn example<T: AsyncTransport>(
    /// #     client: Client<T>,
    /// #     outbox: &AsyncOutbox<T, OnThreads<MemoryStore>>,
    /// #     invoices: &[(String, CreateCharge)],
    /// # ) -> Result<(), OutboxError> {
    /// let totals = outbox
    ///     .run_list(invoices, |(number, args)| outbox.once(number, client.charges().create(args)))
    ///     .run()
    ///     .await?;
    /// println!("{totals}");
    /// # Ok(()) }
    /// ```
    #[doc(alias = "batch")]
    #[doc(alias = "concurrency")]
    pub fn run_list<'a, 't, I, O, F>(
        &'a self,
        lines: I,
        call: F,
    ) -> RunList<'t, &'a Self, I::IntoIter, F, O>
    where
        I: IntoIterator,
        F: Fn(&I::Item) -> Result<AsyncOnce<'a, T, S, O>, OutboxError>,
    {
        RunList::new(self, lines.into_iter(), call)
    }
}

impl<'a, T, S, I, F, O> RunList<'_, &'a AsyncOutbox<T, S>, I, F, O>
where
    T: AsyncTransport,
    S: AsyncStore,
    I: Iterator,
    F: Fn(&I::Item) -> Result<AsyncOnce<'a, T, S, O>, OutboxError>,
    O: Send + 'a,
{
    /// Works the list, and gives what its lines came to. Where the future is dropped, lines in
    /// flight are left as by a program that is killed there.
    ///
    /// # Errors
    /// `Store`, once the lines in flight were finished.
    pub async fn run(self) -> Result<ListTotals, OutboxError> {
        let Self { outbox, lines, call, workers, told } = self;
        let list = Shared::new(lines, told, &outbox.core.stop);
        let work = || async {
            let mut totals = ListTotals::default();
            while let Some((number, line)) = list.take() {
                let outcome = match call(&line) {
                    Ok(once) => once.await,
                    Err(error) => Err(error),
                };
                list.came_to((number, &line), outcome, &mut totals);
            }
            totals
        };
        let workers: FuturesUnordered<_> = (0..workers.get()).map(|_| work()).collect();
        let parts: Vec<_> = workers.collect().await;
        list.end(parts)
    }
}
