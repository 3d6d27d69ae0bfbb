//! Which events were dealt with: a delivery that comes twice does its work once.

use std::{
    collections::{HashMap, VecDeque},
    convert::Infallible,
    error::Error as StdError,
    fmt,
    future::Future,
    pin::pin,
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::{Duration, SystemTime},
};

/// What a store knows of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Claim {
    /// Nobody deals with it: now the caller does, and says how it ended.
    Yours,
    /// Another delivery of it is being dealt with. Answer so that it comes again (409).
    Running,
    /// It was dealt with. Answer 200.
    Done,
}

/// A store of event ids, for work that must not be done twice.
///
/// What is claimed and neither done nor released, because the process died, is free again after the
/// store's lease. A store that keeps its ids where the orders are can do better: it marks the event
/// as done in the transaction that marks the order as paid.
///
/// It does no more than the store does: ids in memory are gone with the process. What is done in
/// `work` should therefore be harmless when done again.
pub trait SeenEvents {
    /// Why the store failed.
    type Error;

    /// Claims an event, at this time.
    fn claim(&self, event_id: &str, now: SystemTime) -> Result<Claim, Self::Error>;

    /// Says that a claimed event was dealt with.
    fn done(&self, event_id: &str) -> Result<(), Self::Error>;

    /// Gives a claimed event back, since it could not be dealt with: the next delivery is new. What
    /// is done stays done: work that took longer than the lease may fail after another has done it.
    fn release(&self, event_id: &str) -> Result<(), Self::Error>;
}

/// The same for stores that are waited for. Every [`SeenEvents`] is one.
pub trait AsyncSeenEvents: Sync {
    /// Why the store failed.
    type Error: Send;

    /// Claims an event, at this time.
    fn claim(
        &self,
        event_id: &str,
        now: SystemTime,
    ) -> impl Future<Output = Result<Claim, Self::Error>> + Send;

    /// Says that a claimed event was dealt with.
    fn done(&self, event_id: &str) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Gives a claimed event back, since it could not be dealt with: the next delivery is new. What
    /// is done stays done.
    fn release(&self, event_id: &str) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

impl<S: SeenEvents<Error: Send> + Sync> AsyncSeenEvents for S {
    type Error = S::Error;

    async fn claim(&self, event_id: &str, now: SystemTime) -> Result<Claim, S::Error> {
        SeenEvents::claim(self, event_id, now)
    }

    async fn done(&self, event_id: &str) -> Result<(), S::Error> {
        SeenEvents::done(self, event_id)
    }

    async fn release(&self, event_id: &str) -> Result<(), S::Error> {
        SeenEvents::release(self, event_id)
    }
}

/// How dealing with an event once went, where nothing failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Once<T> {
    /// It was dealt with now.
    Now(T),
    /// It was dealt with before. Answer 200.
    Before,
    /// Another delivery of it is being dealt with. Answer so that it comes again (409).
    Running,
}

/// Why an event was not dealt with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnceError<W, S> {
    /// The work failed. The event was given back.
    Work(W),
    /// The store failed: nobody knows whether the next delivery is taken for a new one.
    Store(S),
}

impl<W: fmt::Display, S: fmt::Display> fmt::Display for OnceError<W, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Work(error) => write!(f, "the event could not be dealt with: {error}"),
            Self::Store(error) => write!(f, "the store of events failed: {error}"),
        }
    }
}

impl<W: fmt::Debug + fmt::Display, S: fmt::Debug + fmt::Display> StdError for OnceError<W, S> {}

/// Does the work of an event unless it was done.
///
/// Fails as the work or the store does.
///
/// ```
/// use std::time::SystemTime;
/// use codespar_proto::webhook::{MemorySeenEvents, Once, once};
///
/// let (seen, now) = (MemorySeenEvents::default(), SystemTime::UNIX_EPOCH);
/// assert_eq!(once(&seen, "evt_1", now, || Ok::<_, String>("shipped")), Ok(Once::Now("shipped")));
/// assert_eq!(once(&seen, "evt_1", now, || Ok::<_, String>("shipped")), Ok(Once::Before));
/// ```
#[doc(alias = "dedup")]
#[doc(alias = "deduplicate")]
#[doc(alias = "idempotent")]
pub fn once<S: SeenEvents<Error: Send> + Sync, T, E>(
    seen: &S,
    event_id: &str,
    now: SystemTime,
    work: impl FnOnce() -> Result<T, E>,
) -> Result<Once<T>, OnceError<E, S::Error>> {
    let mut all = pin!(once_async(seen, event_id, now, async move || work()));
    loop {
        // A blocking store and blocking work are ready when they are asked first.
        if let Poll::Ready(ended) = all.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return ended;
        }
    }
}

/// Does the work of an event unless it was done, where work or store is waited for.
///
/// Fails as the work or the store does. When it is dropped half way, the event is free again after
/// the store's lease.
#[doc(alias = "dedup")]
pub async fn once_async<S: AsyncSeenEvents, T, E>(
    seen: &S,
    event_id: &str,
    now: SystemTime,
    work: impl AsyncFnOnce() -> Result<T, E>,
) -> Result<Once<T>, OnceError<E, S::Error>> {
    match seen.claim(event_id, now).await.map_err(OnceError::Store)? {
        Claim::Done => return Ok(Once::Before),
        Claim::Running => return Ok(Once::Running),
        Claim::Yours => {}
    }
    let result = work().await;
    let told = match &result {
        Ok(_) => seen.done(event_id).await,
        Err(_) => seen.release(event_id).await,
    };
    let value = result.map_err(OnceError::Work)?;
    told.map(|()| Once::Now(value)).map_err(OnceError::Store)
}

/// Event ids in memory: the newest, so many of them.
///
/// For one process, and until it ends. An event that is pushed out by newer ones is a new one when
/// it comes again: deliveries are repeated for some two and a half hours.
pub struct MemorySeenEvents {
    ids: Mutex<Ids>,
    capacity: usize,
    lease: Duration,
}

#[derive(Default)]
struct Ids {
    /// When each was claimed; nothing once it is done.
    known: HashMap<Box<str>, Option<SystemTime>>,
    /// Oldest first.
    order: VecDeque<Box<str>>,
}

impl MemorySeenEvents {
    /// How many ids are kept by default.
    pub const DEFAULT_CAPACITY: usize = 100_000;
    /// How long an event is claimed by default.
    pub const DEFAULT_LEASE: Duration = Duration::from_secs(60);

    /// A store of so many ids, one at least.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { ids: Mutex::default(), capacity: capacity.max(1), lease: Self::DEFAULT_LEASE }
    }

    /// How long an event is claimed; a minute by default. Longer than any work takes.
    #[must_use]
    pub fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    fn ids(&self) -> MutexGuard<'_, Ids> {
        // Nothing panics while it is held.
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemorySeenEvents {
    fn default() -> Self {
        Self::new(Self::DEFAULT_CAPACITY)
    }
}

impl fmt::Debug for MemorySeenEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.ids().known.len();
        f.debug_struct("MemorySeenEvents").field("known", &known).finish_non_exhaustive()
    }
}

impl SeenEvents for MemorySeenEvents {
    type Error = Infallible;

    fn claim(&self, event_id: &str, now: SystemTime) -> Result<Claim, Infallible> {
        let mut ids = self.ids();
        match ids.known.get_mut(event_id) {
            Some(None) => return Ok(Claim::Done),
            Some(Some(since)) => {
                // A clock that was set back makes nothing free.
                let is_over = now.duration_since(*since).is_ok_and(|age| age >= self.lease);
                if !is_over {
                    return Ok(Claim::Running);
                }
                *since = now;
                return Ok(Claim::Yours);
            }
            None => {}
        }
        while ids.order.len() >= self.capacity {
            let Some(oldest) = ids.order.pop_front() else { break };
            ids.known.remove(&oldest);
        }
        ids.order.push_back(event_id.into());
        ids.known.insert(event_id.into(), Some(now));
        Ok(Claim::Yours)
    }

    fn done(&self, event_id: &str) -> Result<(), Infallible> {
        if let Some(state) = self.ids().known.get_mut(event_id) {
            *state = None;
        }
        Ok(())
    }

    fn release(&self, event_id: &str) -> Result<(), Infallible> {
        let mut ids = self.ids();
        // What was done meanwhile stays done: the claim was over, and another took it.
        if matches!(ids.known.get(event_id), Some(Some(_))) {
            ids.known.remove(event_id);
            ids.order.retain(|id| &**id != event_id);
        }
        Ok(())
    }
}
