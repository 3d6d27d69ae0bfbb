//! Stores that are asked by futures, blocking ones on threads, and the other way round.

#[cfg(feature = "tools")]
use std::panic::{self, AssertUnwindSafe};
use std::{pin::Pin, sync::Arc};

use crate::store::{Store, StoreError, StoreRequest, Stored};

/// What an [`AsyncStore`] answers with.
pub type StoreFuture<'a> = Pin<Box<dyn Future<Output = Result<Stored, StoreError>> + Send + 'a>>;

/// A store that is asked by futures.
pub trait AsyncStore: Send + Sync {
    /// Carries a request out.
    ///
    /// # Errors
    /// When nothing is known to be written: the request may be repeated.
    fn carry_out<'a>(&'a self, request: &'a StoreRequest) -> StoreFuture<'a>;
}

impl<S: AsyncStore + ?Sized> AsyncStore for &S {
    fn carry_out<'a>(&'a self, request: &'a StoreRequest) -> StoreFuture<'a> {
        (**self).carry_out(request)
    }
}

impl<S: AsyncStore + ?Sized> AsyncStore for Arc<S> {
    fn carry_out<'a>(&'a self, request: &'a StoreRequest) -> StoreFuture<'a> {
        (**self).carry_out(request)
    }
}

/// A blocking store, asked on the threads that tokio keeps for such: a file's commits do not hold
/// up other tasks. A request that was begun goes on where its future is dropped.
///
/// ```
/// use codespar_outbox::{OnThreads, SqliteStore};
///
/// let folder = tempfile::tempdir()?;
/// let store = OnThreads::new(SqliteStore::open(folder.path().join("outbox.sqlite"))?);
/// # let _ = store;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "spawn_blocking")]
#[derive(Debug)]
pub struct OnThreads<S> {
    store: Arc<S>,
}

/// The same store.
impl<S> Clone for OnThreads<S> {
    fn clone(&self) -> Self {
        Self { store: Arc::clone(&self.store) }
    }
}

impl<S: Store + Send + Sync + 'static> OnThreads<S> {
    /// Puts a store on threads of its own. Its futures are to be awaited within tokio.
    pub fn new(store: S) -> Self {
        Self { store: Arc::new(store) }
    }
}

impl<S: Store + Send + Sync + 'static> AsyncStore for OnThreads<S> {
    fn carry_out<'a>(&'a self, request: &'a StoreRequest) -> StoreFuture<'a> {
        let (store, request) = (Arc::clone(&self.store), request.clone());
        Box::pin(async move {
            let asked = tokio::task::spawn_blocking(move || store.carry_out(&request));
            let ended = |error| StoreError::new("its thread ended").with_source(error);
            asked.await.map_err(ended)?
        })
    }
}

/// A store that is asked by futures, asked by a thread that waits: for what cannot await.
///
/// Within tokio it needs a runtime of several threads, whose other tasks go on meanwhile; in one of
/// a single thread, which would wait for itself, every request is an error. So it is in a
/// `LocalSet`, where tokio lets nobody wait and says so by a panic: that is caught, and a program
/// that is built to abort instead ends by it. Outside of tokio it goes by the runtime that it was
/// made in.
#[cfg(feature = "tools")]
#[doc(alias = "block_in_place")]
#[derive(Debug)]
pub struct BlockOn<S> {
    store: S,
    /// The runtime in which it was made, if it was in one.
    runtime: Option<tokio::runtime::Handle>,
}

#[cfg(feature = "tools")]
impl<S: AsyncStore> BlockOn<S> {
    /// Has a store asked by waiting for it.
    pub fn new(store: S) -> Self {
        Self { store, runtime: tokio::runtime::Handle::try_current().ok() }
    }
}

#[cfg(feature = "tools")]
impl<S: AsyncStore> Store for BlockOn<S> {
    fn carry_out(&self, request: &StoreRequest) -> Result<Stored, StoreError> {
        use tokio::runtime::{Handle, RuntimeFlavor};

        let asked = self.store.carry_out(request);
        match (Handle::try_current(), &self.runtime) {
            (Ok(here), _) if here.runtime_flavor() == RuntimeFlavor::CurrentThread => {
                Err(StoreError::new("a runtime of one thread cannot wait for it"))
            }
            (Ok(here), _) => {
                let mut is_let = false;
                let wait = || {
                    tokio::task::block_in_place(|| {
                        is_let = true;
                        here.block_on(asked)
                    })
                };
                // There is no asking whether this is a `LocalSet`.
                let waited = panic::catch_unwind(AssertUnwindSafe(wait));
                match waited {
                    Ok(stored) => stored,
                    // That is of the store itself.
                    Err(panic) if is_let => panic::resume_unwind(panic),
                    Err(_) => Err(StoreError::new("a LocalSet of tokio lets nobody wait for it")),
                }
            }
            (Err(_), Some(runtime)) => runtime.block_on(asked),
            (Err(_), None) => Err(StoreError::new("there is no runtime to wait for it in")),
        }
    }
}
