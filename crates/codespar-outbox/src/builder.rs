//! The settings of an outbox, and how it is opened.

use std::sync::Arc;

use codespar_engine::{
    Error,
    driver::{BlockingTransport, Transport},
};
use codespar_proto::{Client, account::Whoami};

use crate::{
    blocking::Outbox,
    error::OutboxError,
    evidence::ReceiptKeys,
    id::origin,
    outbox::{Core, Keep},
    policy::Policy,
    stop::Stop,
    store::Store,
    vault::Vault,
};

/// The settings of an [`Outbox`].
#[must_use = "nothing is opened yet"]
pub struct Builder<T> {
    client: Client<T>,
    project: Option<String>,
    policy: Policy,
    vault: Vault,
    keep: Keep,
    honours: Option<bool>,
    receipt_keys: ReceiptKeys,
    stop: Stop,
}

impl<T: Transport> Builder<T> {
    /// The id of the project, for a client that names none; without it, it is asked for.
    pub fn project(mut self, project: impl Into<String>) -> Self {
        self.project = Some(project.into());
        self
    }

    /// Limits and waits.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Seals requests and answers in the store.
    #[cfg(feature = "seal")]
    #[doc(alias = "encrypt")]
    pub fn seal(mut self, seal: crate::seal::Seal) -> Self {
        self.vault.seal = Some(seal);
        self
    }

    /// Keeps the hashes of requests instead of the requests.
    pub fn keep(mut self, keep: Keep) -> Self {
        self.keep = keep;
        self
    }

    /// Whether the server honours attempt ids, for one that is not the managed service. Without
    /// this, what was sent and got no answer is not presented to it again, until one of its answers
    /// shows that it does. An answer that shows the contrary counts more than this.
    pub fn honours_attempts(mut self, honours: bool) -> Self {
        self.honours = Some(honours);
        self
    }

    /// Verifies the receipts of payments by these keys: the `evidence` of a row is `verified` where
    /// a receipt is sealed as it stands, and `disagrees` where it was altered. Without keys a
    /// receipt is compared with what was sent, and nothing more. The keys are those of
    /// `client.receipts().keys()`; one that is not among them proves nothing, so they are to be as
    /// new as the receipts.
    #[cfg(feature = "receipts")]
    #[doc(alias = "verify")]
    pub fn receipt_keys(mut self, keys: codespar_proto::receipt::KeyDocument) -> Self {
        self.receipt_keys.document = Some(keys.into());
        self
    }

    /// What tells it to stop.
    pub fn stop(mut self, stop: &Stop) -> Self {
        self.stop = stop.clone();
        self
    }

    fn core(self, project: String) -> Result<Core<T>, Error> {
        let Self { client, policy, vault, keep, honours, receipt_keys, stop, .. } = self;
        let origin = origin(client.base_url());
        let origin = origin.ok_or_else(|| Error::config("base_url", "expected an http URL"))?;
        if policy.lease <= policy.request_limit {
            return Err(Error::config("lease", "expected more than request_limit"));
        }
        Ok(Core { client, origin, project, policy, vault, keep, honours, receipt_keys, stop })
    }

    /// Opens the outbox on a store. Asks the server for the project, where neither the client nor
    /// [`project`](Self::project) names one.
    ///
    /// # Errors
    /// `Call` with what `client.whoami()` fails with; `Config` naming `project`, where the key has
    /// none, or `lease`.
    pub fn open<S: Store>(mut self, store: S) -> Result<Outbox<T, S>, OutboxError>
    where
        T: BlockingTransport,
    {
        let project = match self.named_project() {
            Some(project) => project,
            None => project_of(self.client.whoami().send()?)?,
        };
        Ok(Outbox { core: Arc::new(self.core(project)?), store })
    }

    /// The same for an asynchronous client, on a store that is asked by futures.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    #[cfg(feature = "async")]
    pub async fn open_async<S: crate::AsyncStore>(
        mut self,
        store: S,
    ) -> Result<crate::AsyncOutbox<T, S>, OutboxError>
    where
        T: codespar_engine::driver::AsyncTransport,
    {
        let project = match self.named_project() {
            Some(project) => project,
            None => project_of(self.client.whoami().await?)?,
        };
        Ok(crate::AsyncOutbox::new(self.core(project)?, store))
    }

    fn named_project(&mut self) -> Option<String> {
        self.client.project().map(str::to_owned).or_else(|| self.project.take())
    }
}

fn project_of(whoami: Whoami) -> Result<String, Error> {
    let missing = || Error::config("project", "expected one, the key is for none");
    Ok(whoami.project.ok_or_else(missing)?.id)
}

impl<T: Transport> Outbox<T, ()> {
    /// The settings of an outbox that sends by this client.
    pub fn builder(client: Client<T>) -> Builder<T> {
        let (policy, vault) = (Policy::default(), Vault::default());
        let (keep, stop) = (Keep::Request, Stop::new());
        let receipt_keys = ReceiptKeys::default();
        Builder { client, project: None, policy, vault, keep, honours: None, receipt_keys, stop }
    }
}
