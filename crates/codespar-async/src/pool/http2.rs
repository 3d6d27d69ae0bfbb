//! An HTTP/2 connection, which requests share, and the task that moves it on.

use std::{
    future::poll_fn,
    mem,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    task::{Context, Poll},
};

use hyper::{
    client::conn::http2::{self, Builder},
    rt::Executor,
};

use crate::{
    connector::{BoxIo, Reads},
    request_body::RequestBody,
};

type Client = http2::Connection<BoxIo, RequestBody, Tasks>;
type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The limit of a connection whose server has not said one yet: no server can, so that whatever it
/// says is noticed.
const NOT_SAID: usize = usize::MAX - 1;

type Sender = http2::SendRequest<RequestBody>;

/// A connection that many requests share.
pub(super) struct Http2 {
    /// None once it takes no more. A request that is handed over at that moment may arrive after
    /// the channel was emptied for the last time, and comes back when the last sender is gone: so
    /// nobody keeps one.
    sender: Mutex<Option<Sender>>,
}

impl Http2 {
    /// Makes the connection, and what moves it on.
    pub(super) async fn handshake(
        mut io: BoxIo,
        configure: impl FnOnce(&mut Builder<Tasks>),
    ) -> hyper::Result<(Arc<Self>, Driver)> {
        let tasks = Tasks::default();
        let reads = io.reads();
        let mut builder = Builder::new(tasks.clone());
        configure(&mut builder);
        // The pool keeps to less until it is told.
        builder.initial_max_send_streams(NOT_SAID);
        let (sender, client) = builder.handshake(io).await?;
        let task = tasks.take();
        let connection = Arc::new(Self { sender: Mutex::new(Some(sender)) });
        let taking = Taking(Arc::downgrade(&connection));
        let driver = Driver { client: Some((client, taking)), task, reads, limit: NOT_SAID };
        Ok((connection, driver))
    }

    /// What takes one request, and is dropped then.
    pub(super) fn sender(&self) -> Option<Sender> {
        self.lock().clone()
    }

    pub(super) fn is_closed(&self) -> bool {
        self.lock().as_ref().is_none_or(Sender::is_closed)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Sender>> {
        self.sender.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// That a connection takes requests; dropped with what moves it on, whatever ends that.
struct Taking(Weak<Http2>);

impl Drop for Taking {
    fn drop(&mut self) {
        if let Some(connection) = self.0.upgrade() {
            connection.lock().take();
        }
    }
}

/// Who is told of a connection, by its number.
pub(super) trait Owner: Send + Sync + 'static {
    /// Its server says how many streams it allows.
    fn announced(self: Arc<Self>, id: u64, limit: usize);

    /// No further request goes over it.
    fn retire(self: Arc<Self>, id: u64);
}

/// Moves a connection on, and tells the pool what its server allows, and of its end.
pub(super) struct Driver {
    /// What takes requests, until it takes no more.
    client: Option<(Client, Taking)>,
    /// What reads and writes.
    task: Option<Task>,
    reads: Reads,
    limit: usize,
}

impl Driver {
    pub(super) async fn run(mut self, owner: Weak<impl Owner>, id: u64) {
        poll_fn(|cx| self.poll(cx, &owner, id)).await;
    }

    fn poll(&mut self, cx: &mut Context<'_>, owner: &Weak<impl Owner>, id: u64) -> Poll<()> {
        // What was read may be that the server takes less, or nothing at all.
        if self.poll_task(cx, owner, id).is_ready() {
            return Poll::Ready(());
        }
        self.poll_client(cx, owner, id);
        // What was taken goes out under the limit that it was taken under: were a lower one read
        // first, it would stay here for as long as the server does not raise it again.
        self.reads.shut();
        let poll = self.poll_task(cx, owner, id);
        self.reads.open();
        poll
    }

    fn poll_task(&mut self, cx: &mut Context<'_>, owner: &Weak<impl Owner>, id: u64) -> Poll<()> {
        let Some(task) = &mut self.task else { return Poll::Ready(()) };
        let poll = task.as_mut().poll(cx);
        if poll.is_ready() {
            self.task = None;
            self.leave(owner, id);
        }
        self.tell_limit(owner, id);
        poll
    }

    fn poll_client(&mut self, cx: &mut Context<'_>, owner: &Weak<impl Owner>, id: u64) {
        let Some((client, _)) = &mut self.client else { return };
        if Pin::new(client).poll(cx).is_ready() {
            self.leave(owner, id);
        }
    }

    /// Takes no more requests. Those that nobody looked at come back, those that are open go on.
    fn leave(&mut self, owner: &Weak<impl Owner>, id: u64) {
        if self.client.take().is_none() {
            return;
        }
        if let Some(owner) = owner.upgrade() {
            owner.retire(id);
        }
    }

    fn tell_limit(&mut self, owner: &Weak<impl Owner>, id: u64) {
        let Some((client, _)) = &self.client else { return };
        let limit = client.current_max_send_streams();
        if mem::replace(&mut self.limit, limit) == limit {
            return;
        }
        if let Some(owner) = owner.upgrade() {
            owner.announced(id, limit);
        }
        if limit == 0 {
            self.leave(owner, id);
        }
    }
}

/// Takes the futures that a connection consists of: the first is the connection itself, and is
/// polled by its [`Driver`], so that what it reads is known at once. Others run by themselves.
#[derive(Clone, Default)]
pub(super) struct Tasks(Arc<Mutex<Slot>>);

#[derive(Default)]
enum Slot {
    #[default]
    Empty,
    Filled(Task),
    Taken,
}

impl Tasks {
    fn take(&self) -> Option<Task> {
        match mem::replace(&mut *self.slot(), Slot::Taken) {
            Slot::Filled(task) => Some(task),
            Slot::Empty | Slot::Taken => None,
        }
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<F> Executor<F> for Tasks
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, future: F) {
        let mut slot = self.slot();
        if matches!(*slot, Slot::Empty) {
            *slot = Slot::Filled(Box::pin(future));
        } else {
            tokio::spawn(future);
        }
    }
}
