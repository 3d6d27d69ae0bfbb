//! The point at which a program ends, or stops: before or after one kind of commit.

use std::{
    env, process,
    sync::{Mutex, PoisonError},
};

use codespar_outbox::{AsyncStore, State, Store, StoreError, StoreFuture, StoreRequest, Stored};

/// A store of a program that ends at a point.
pub(crate) struct Mortal<S> {
    store: S,
    /// `kind,when,reference,signal`, of which one kind may have no reference.
    point: Option<[String; 4]>,
    /// The row that was written as `sent` last, if nothing was asked since.
    sent: Mutex<Option<String>>,
}

impl<S> Mortal<S> {
    pub(crate) fn new(store: S) -> Self {
        let point = env::var("CRASH_POINT").ok().map(|point| {
            let parts: Vec<_> = point.split(',').map(str::to_owned).collect();
            parts.try_into().unwrap()
        });
        Self { store, point, sent: Mutex::new(None) }
    }

    /// What kind of commit a request is, and of which line.
    fn kind(&self, request: &StoreRequest) -> (&'static str, String) {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let last = sent.take();
        match request {
            StoreRequest::Insert { row, .. } => ("insert", row.name.reference.clone()),
            StoreRequest::Swap(swap) if swap.row.state == State::Sent => {
                *sent = Some(swap.row.name.reference.clone());
                ("sent", swap.row.name.reference.clone())
            }
            StoreRequest::Swap(swap) => ("record", swap.row.name.reference.clone()),
            // The fence is looked at.
            StoreRequest::Load(_) if last.is_some() => ("check", last.unwrap_or_default()),
            StoreRequest::Claim { .. } | StoreRequest::ClaimDue { .. } => ("claim", String::new()),
            StoreRequest::MarkOrigin { .. } => ("origin", String::new()),
            _ => ("", String::new()),
        }
    }

    fn pass(&self, (kind, reference): &(&'static str, String), when: &str) {
        let Some([at, which, line, signal]) = &self.point else { return };
        if at == kind && which == when && line == reference {
            let own = process::id().to_string();
            let status = process::Command::new("kill").args([signal, &own]).status();
            // Stopped, it goes on from here when it is woken.
            assert!(status.is_ok_and(|status| status.success()) && signal == "-STOP");
        }
    }
}

impl<S: Store> Store for Mortal<S> {
    fn carry_out(&self, request: &StoreRequest) -> Result<Stored, StoreError> {
        let kind = self.kind(request);
        self.pass(&kind, "before");
        let stored = self.store.carry_out(request);
        self.pass(&kind, "after");
        stored
    }
}

impl<S: AsyncStore> AsyncStore for Mortal<S> {
    fn carry_out<'a>(&'a self, request: &'a StoreRequest) -> StoreFuture<'a> {
        Box::pin(async move {
            let kind = self.kind(request);
            self.pass(&kind, "before");
            let stored = self.store.carry_out(request).await;
            self.pass(&kind, "after");
            stored
        })
    }
}
