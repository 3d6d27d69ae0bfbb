//! Stores that are asked by futures, and blocking ones on threads of their own.

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
