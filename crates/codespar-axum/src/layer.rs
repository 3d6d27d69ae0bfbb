//! A layer that lets nothing through but what the service has signed.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use axum_core::{
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
};
use tower_layer::Layer;
use tower_service::Service;

use crate::webhooks::Webhooks;

/// A layer that verifies deliveries, by [`Webhooks::layer`].
#[derive(Clone, Debug)]
pub struct VerifyLayer {
    webhooks: Webhooks,
}

impl VerifyLayer {
    pub(crate) fn new(webhooks: Webhooks) -> Self {
        Self { webhooks }
    }
}

impl<S> Layer<S> for VerifyLayer {
    type Service = VerifyService<S>;

    fn layer(&self, inner: S) -> VerifyService<S> {
        VerifyService { inner, webhooks: self.webhooks.clone() }
    }
}

/// What [`VerifyLayer`] makes of a service.
#[derive(Clone, Debug)]
pub struct VerifyService<S> {
    inner: S,
    webhooks: Webhooks,
}

impl<S> Service<Request> for VerifyService<S>
where
    S: Service<Request, Response: IntoResponse, Future: Send> + Clone + Send + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // The one that was said to be ready is used; its clone is asked the next time.
        let next = self.inner.clone();
        let mut ready = std::mem::replace(&mut self.inner, next);
        let webhooks = self.webhooks.clone();
        Box::pin(async move {
            match webhooks.verify(request).await {
                Ok((parts, body, delivery)) => {
                    let mut request = Request::from_parts(parts, Body::from(body));
                    request.extensions_mut().insert(delivery);
                    ready.call(request).await.map(IntoResponse::into_response)
                }
                Err(refused) => Ok(refused.into_response()),
            }
        })
    }
}
