//! How deliveries are verified: secrets, the limit of a body, the time.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::SystemTime,
};

use axum_core::{body::Body, extract::Request};
use bytes::Bytes;
use codespar_proto::webhook::{Delivery, SIGNATURE, SIGNATURE_LEGACY, Verifier, WebhookError};
use http::request::Parts;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::{layer::VerifyLayer, rejection::WebhookRejection};

type Clock = dyn Fn() -> SystemTime + Send + Sync;

/// How the deliveries to one endpoint are verified. Clones share their secrets.
///
/// It is a part of the router's state, for [`Webhook`](crate::Webhook), or makes a
/// [`layer`](Self::layer).
///
/// ```
/// use codespar_axum::Webhooks;
/// use codespar_proto::webhook::Verifier;
///
/// let webhooks = Webhooks::new(Verifier::new("the-old-secret-0123456789")?);
/// // While a secret is being replaced, either is right; the server goes on meanwhile.
/// let both = Verifier::new("the-new-secret-0123456789")?.also("the-old-secret-0123456789")?;
/// webhooks.set_verifier(both);
/// # Ok::<(), codespar_proto::webhook::WebhookError>(())
/// ```
#[derive(Clone)]
pub struct Webhooks {
    verifier: Arc<RwLock<Arc<Verifier>>>,
    body_limit: usize,
    clock: Arc<Clock>,
}

impl Webhooks {
    /// How long a body may be by default, in bytes.
    pub const DEFAULT_BODY_LIMIT: usize = 1024 * 1024;

    /// Verifies by these secrets, and by the clock of the system.
    #[must_use]
    pub fn new(verifier: Verifier) -> Self {
        Self {
            verifier: Arc::new(RwLock::new(Arc::new(verifier))),
            body_limit: Self::DEFAULT_BODY_LIMIT,
            clock: Arc::new(SystemTime::now),
        }
    }

    /// How long a body may be, in bytes; a megabyte by default. A longer one is answered 413.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Another clock than that of the system, for tests.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Verifies by other secrets from now on, in all clones, without a restart.
    #[doc(alias = "rotate")]
    pub fn set_verifier(&self, verifier: Verifier) {
        // Nothing panics while it is held.
        *self.verifier.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(verifier);
    }

    /// A layer that lets nothing through but what the service has signed. Handlers find the
    /// [`Delivery`] in the request's extensions, and the body as it came.
    #[must_use]
    pub fn layer(&self) -> VerifyLayer {
        VerifyLayer::new(self.clone())
    }

    pub(crate) fn now(&self) -> SystemTime {
        (self.clock)()
    }

    /// Reads the body and verifies it. What has no signature is refused before anything is read.
    pub(crate) async fn verify(
        &self,
        request: Request,
    ) -> Result<(Parts, Bytes, Delivery), WebhookRejection> {
        let (parts, body) = request.into_parts();
        if ![SIGNATURE, SIGNATURE_LEGACY].iter().any(|name| parts.headers.contains_key(name)) {
            return Err(WebhookError::MissingSignature.into());
        }
        let body = self.read(body).await?;
        let verifier = Arc::clone(&self.verifier.read().unwrap_or_else(PoisonError::into_inner));
        let delivery = verifier.verify(&parts.headers, &body, self.now())?;
        Ok((parts, body, delivery))
    }

    async fn read(&self, body: Body) -> Result<Bytes, WebhookRejection> {
        let read = Limited::new(body, self.body_limit).collect().await;
        match read {
            Ok(body) => Ok(body.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => Err(WebhookRejection::TooLarge),
            Err(_) => Err(WebhookRejection::Cut),
        }
    }
}

impl fmt::Debug for Webhooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhooks").field("body_limit", &self.body_limit).finish_non_exhaustive()
    }
}
