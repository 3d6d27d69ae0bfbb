//! Payments that take their time: on their way, until the rail answers or an operator looks.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use tokio::time::sleep;

use crate::{
    codespar::{
        mandates::{attempts, payment, payment::Reconciliation},
        timers,
    },
    server::{
        errors::{ErrorShape, Refusal},
        request::Request,
        response::Response,
    },
    store::{
        Store,
        clock::Now,
        records::payment::{AttemptState, Payment},
        state::State,
        timers::Timer,
    },
};

/// How often the request looks for its answer.
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// Sends a payment off. The answer waits for that of the rail; who asks meanwhile is told that the
/// attempt is on its way.
pub(super) fn begin(
    req: &mut Request<'_>,
    payment: &Payment,
    shape: fn(Response) -> Response,
) -> Response {
    let (project, attempt) = (req.project.to_owned(), payment.attempt.clone());
    let end = AttemptState::InFlight(payment.clone());
    attempts::record(req.state, &project, payment, end);
    let timer = Timer::PaymentAnswered { attempt: attempt.clone() };
    req.state.timers.after(req.settings.settle_after, req.now, timer);
    Response::deferred(
        move |store| async move { shape(answered(&store, &project, &attempt).await) },
    )
}

/// The rail answers: the payment has arrived, unless an operator was faster.
pub(crate) fn arrive(state: &mut State, attempt: &str, now: Now) {
    if attempts::is_in_flight(state, attempt) {
        payment::reconcile(state, attempt, Reconciliation::Moved, now);
    }
}

/// Waits until the attempt has ended, and answers the request that made it.
async fn answered(store: &Arc<Store>, project: &str, attempt: &str) -> Response {
    loop {
        {
            let mut state = store.state.lock();
            timers::run_due(&mut state, store.clock.read());
            if let Some(end) = attempts::first_answer(&state, project, attempt) {
                return shaped(end);
            }
        }
        sleep(POLL_INTERVAL).await;
    }
}

fn shaped(end: Result<Value, Refusal>) -> Response {
    match end {
        Ok(answer) => Response::ok(answer),
        Err(refusal) => refusal.shape(ErrorShape::Nested, ""),
    }
}
