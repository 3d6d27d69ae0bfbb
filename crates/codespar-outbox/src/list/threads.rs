//! Lists on threads, by the blocking outbox.

use std::thread;

use codespar_engine::driver::BlockingTransport;

use crate::{
    blocking::{Once, Outbox},
    error::OutboxError,
    list::{ListTotals, RunList, Shared},
    store::Store,
};

impl<T: BlockingTransport, S: Store> Outbox<T, S> {
    /// Works a list: makes a call of every line, each once, on several threads.
    ///
    /// Run it again after a crash with the same list: lines that were done are told from the
    /// store. Once [`Stop`](crate::Stop) was told, no more lines are taken, and those in flight are
    /// finished. A line that cannot be a call, or that is another than before, is no reason to
    /// stop: it is in [`ListTotals::failed`]. A store that fails is.
    ///
    /// ```
    /// use codespar_outbox::{MemoryStore, Outbox, OutboxError};
    /// # use codespar_proto::{Client, CreateCharge, driver::BlockingTransport};
    ///
    /// # fn example<T: BlockingTransport + Send + Sync>(
    /// #     client: Client<T>,
    /// #     outbox: &Outbox<T, MemoryStore>,
    /// #     invoices: &[(String, CreateCharge)],
    /// # ) -> Result<(), OutboxError> {
    /// let totals = outbox
    ///     .run_list(invoices, |(number, args)| outbox.once(number, client.charges().create(args)))
    ///     .run()?;
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
        F: Fn(&I::Item) -> Result<Once<'a, T, S, O>, OutboxError>,
    {
        RunList::new(self, lines.into_iter(), call)
    }
}

impl<'a, T, S, I, F, O> RunList<'_, &'a Outbox<T, S>, I, F, O>
where
    T: BlockingTransport + Send + Sync,
    S: Store + Sync,
    I: Iterator + Send,
    F: Fn(&I::Item) -> Result<Once<'a, T, S, O>, OutboxError> + Sync,
{
    /// Works the list, and gives what its lines came to.
    ///
    /// # Errors
    /// `Store`, once the lines in flight were finished.
    pub fn run(self) -> Result<ListTotals, OutboxError> {
        let Self { outbox, lines, call, workers, told } = self;
        let list = Shared::new(lines, told, &outbox.core.stop);
        let work = || {
            let mut totals = ListTotals::default();
            while let Some((number, line)) = list.take() {
                let outcome = call(&line).and_then(Once::send);
                list.came_to((number, &line), outcome, &mut totals);
            }
            totals
        };
        let parts: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..workers.get()).map(|_| scope.spawn(work)).collect();
            let part = |thread: thread::ScopedJoinHandle<'_, _>| {
                thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            threads.into_iter().map(part).collect()
        });
        list.end(parts)
    }
}
