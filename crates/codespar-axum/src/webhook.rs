//! A delivery as an extractor, and its work done once.

use std::time::SystemTime;

use axum_core::{
    extract::{FromRef, FromRequest, Request},
    response::{IntoResponse, Response, Result},
};
use codespar_proto::webhook::{
    AsyncSeenEvents, Delivery, Event, Once, OnceError, RECEIPT, once_async,
};
use http::{StatusCode, header::RETRY_AFTER};

use crate::{rejection::WebhookRejection, webhooks::Webhooks};

/// A delivery of the service, verified: an extractor, which takes the whole body.
///
/// It is rejected with [`WebhookRejection`]. The router's state has to have [`Webhooks`] in it, or
/// be one.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Webhook {
    /// The delivery: its event, and what its headers say.
    pub delivery: Delivery,
    /// When it was verified.
    received_at: SystemTime,
}

impl<S> FromRequest<S> for Webhook
where
    Webhooks: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = WebhookRejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebhookRejection> {
        let webhooks = Webhooks::from_ref(state);
        let (_, _, delivery) = webhooks.verify(request).await?;
        Ok(Self { delivery, received_at: webhooks.now() })
    }
}

impl Webhook {
    /// Does the work of the event unless it was done, and answers the service.
    ///
    /// | what happened | answer | the service |
    /// |---|---|---|
    /// | it was dealt with, now or before | 204, with a receipt | is content |
    /// | another delivery of it is being dealt with | 409 | repeats it |
    /// | the work failed | what the work's error is as a response | repeats it |
    /// | the store of events failed | 503 | repeats it |
    ///
    /// The work ends with `?` on anything that is a response: a status, [`CallFailed`]. An error
    /// that is answered as a success is
    /// answered 500: it would not come again. The service repeats 1, 5, 30 and 120 minutes after a
    /// failure. Work has to be quicker than the ten seconds in which an answer is expected.
    ///
    /// [`CallFailed`]: crate::CallFailed
    pub async fn once(
        self,
        seen: &impl AsyncSeenEvents,
        work: impl AsyncFnOnce(Event) -> Result<()>,
    ) -> Response {
        let event = self.delivery.event;
        let id = event.id.clone();
        match once_async(seen, &id, self.received_at, async move || work(event).await).await {
            Ok(Once::Now(()) | Once::Before) => {
                (StatusCode::NO_CONTENT, [(RECEIPT, "ack")]).into_response()
            }
            Err(OnceError::Work(error)) => failed(Result::Err(error)),
            Err(OnceError::Store(_)) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            // Under way, or what a later version adds: it comes again.
            Ok(_) | Err(_) => (StatusCode::CONFLICT, [(RETRY_AFTER, "60")]).into_response(),
        }
    }
}

/// A failure, which must not look like a success.
fn failed(result: Result<()>) -> Response {
    let mut response = result.into_response();
    if response.status().is_success() {
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    }
    response
}
