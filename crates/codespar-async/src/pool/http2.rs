//! An HTTP/2 connection, which requests share, and the task that moves it on.

use std::{
    future::poll_fn,
    mem,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use hyper::{
    client::conn::http2::{self, Builder},
    rt::Executor,
};

use super::host::Host;
use crate::{body::RequestBody, connector::BoxIo};

type Client = http2::Connection<BoxIo, RequestBody, Tasks>;
type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How many requests go over a connection before its server has said how many it takes: of
/// several, some might be refused.
const BEFORE_SETTINGS: usize = 1;

/// A connection that many requests share.
pub(super) struct Http2 {
    sender: http2::SendRequest<RequestBody>,
    answered: AtomicBool,
}

impl Http2 {
    /// Makes the connection, and what moves it on.
    pub(super) async fn handshake(
        io: BoxIo,
        configure: impl FnOnce(&mut Builder<Tasks>),
    ) -> hyper::Result<(Arc<Self>, Driver)> {
        let tasks = Tasks::default();
        let mut builder = Builder::new(tasks.clone());
        configure(&mut builder);
        builder.initial_max_send_streams(BEFORE_SETTINGS);
        let (sender, client) = builder.handshake(io).await?;
        let connection = Self { sender, answered: AtomicBool::new(false) };
        let driver = Driver { client: Some(client), task: tasks.take(), limit: BEFORE_SETTINGS };
        Ok((Arc::new(connection), driver))
    }

    pub(super) fn sender(&self) -> http2::SendRequest<RequestBody> {
        self.sender.clone()
    }

    pub(super) fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    /// Whether this is the first answer over it.
    pub(super) fn is_first_answer(&self) -> bool {
        !self.answered.load(Ordering::Relaxed) && !self.answered.swap(true, Ordering::Relaxed)
    }
}

/// Moves a connection on, and tells the pool what its server allows, and of its end.
pub(super) struct Driver {
    /// What takes requests, until it takes no more.
    client: Option<Client>,
    /// What reads and writes.
    task: Option<Task>,
    limit: usize,
}

impl Driver {
    pub(super) async fn run(mut self, host: Weak<Host>, id: u64) {
        poll_fn(|cx| self.poll(cx, &host, id)).await;
    }

    fn poll(&mut self, cx: &mut Context<'_>, host: &Weak<Host>, id: u64) -> Poll<()> {
        // What is to be sent is taken before it is written; what was read may be the end of it.
        self.poll_client(cx, host, id);
        let Some(task) = &mut self.task else { return Poll::Ready(()) };
        let poll = task.as_mut().poll(cx);
        if poll.is_ready() {
            self.task = None;
        }
        self.poll_client(cx, host, id);
        self.tell_limit(host, id);
        poll
    }

    fn poll_client(&mut self, cx: &mut Context<'_>, host: &Weak<Host>, id: u64) {
        let Some(client) = &mut self.client else { return };
        if Pin::new(client).poll(cx).is_ready() || self.task.is_none() {
            self.client = None;
            if let Some(host) = host.upgrade() {
                host.retire(id);
            }
        }
    }

    fn tell_limit(&mut self, host: &Weak<Host>, id: u64) {
        let Some(client) = &self.client else { return };
        let limit = client.current_max_send_streams();
        if mem::replace(&mut self.limit, limit) != limit {
            if let Some(host) = host.upgrade() {
                host.announced(id, limit);
            }
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

    fn slot(&self) -> std::sync::MutexGuard<'_, Slot> {
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
