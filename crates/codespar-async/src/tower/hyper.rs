//! The transport as a service.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use codespar_engine::driver::TransportError;
use http::{Request, Response};
use tokio::time::Instant;
use tower_service::Service;

use super::{
    attempt::Attempt,
    bodies::{RequestBody, ResponseBody},
};
use crate::{
    HyperTransport,
    pool::{Errand, Purpose},
};

type Answering =
    Pin<Box<dyn Future<Output = Result<Response<ResponseBody>, TransportError>> + Send>>;

/// Sends a request over the same connections. It is always ready: how many connections there may
/// be, and how long is waited for one, is for the settings.
///
/// Of a request that carries an [`Attempt`] it keeps the limits, and sends none twice that must not
/// be. Without one there are no limits but that on connecting.
impl<B: Into<RequestBody>> Service<Request<B>> for HyperTransport {
    type Response = Response<ResponseBody>;
    type Error = TransportError;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Answering {
        let mut request = request.map(|body| body.into().0);
        let attempt = request.extensions_mut().remove::<Attempt>();
        let transport = self.clone();
        let Some(attempt) = attempt else {
            return Box::pin(async move { send(&transport, request, None).await });
        };
        // Counted here and not where it is polled: what was given away may be sent.
        if let Err(refused) = attempt.begin() {
            return Box::pin(async { Err(refused) });
        }
        Box::pin(async move {
            let answered = send(&transport, request, Some(&attempt)).await;
            if answered.as_ref().is_err_and(|error| !error.may_have_been_sent()) {
                attempt.was_not_sent();
            }
            answered
        })
    }
}

async fn send(
    transport: &HyperTransport,
    mut request: Request<crate::request_body::RequestBody>,
    attempt: Option<&Attempt>,
) -> Result<Response<ResponseBody>, TransportError> {
    let state = request.body().state();
    transport.complete(&mut request, state.is_empty());
    let purpose = match attempt {
        Some(attempt) if attempt.is_streaming() => Purpose::Stream,
        _ => Purpose::Call,
    };
    let deadline = attempt.and_then(|attempt| attempt.deadline);
    let timeout = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    let answer = transport.answer(Errand::new(request, purpose), timeout, state).await?;
    let idle = attempt.and_then(|attempt| attempt.idle);
    Ok(answer.map(|body| ResponseBody::new(body, idle)))
}
