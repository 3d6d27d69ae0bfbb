//! Payments under a mandate: `POST /v1/consumers/mandates/{id}/spend`, and with the signed mandate
//! in the body `POST /v1/consumer-payments/execute` and `…/execute-stream`.

use serde_json::json;

use crate::{
    codespar::{
        consents,
        mandates::{attempts, authorize, destination, in_flight, missing, payment, terms},
        payment_rail::{self, RailAnswer},
        pix_code,
    },
    server::{
        errors::{ErrorShape, Refusal, error},
        event_stream::frame,
        json_object::{JsonObject, issue},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::records::{payment::Payment, session::Session},
};

/// What an answer is turned into, also where it comes later.
type Shape = fn(Response) -> Response;

/// Pays; the same `attempt_id` with the same parameters pays once.
pub(crate) fn spend(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let mandate = req.id().to_owned();
    pay(req, &mandate, &body, |answer| answer)
}

/// `POST /v1/consumer-payments/execute`: the same with the signed mandate in the body.
pub(crate) fn execute(req: &mut Request<'_>) -> HandlerResult {
    pay_signed(req, |answer| answer)
}

/// `POST /v1/consumer-payments/execute-stream`: the same as events, of which the last is the
/// outcome or, as `error`, the refusal.
pub(crate) fn execute_stream(req: &mut Request<'_>) -> HandlerResult {
    let answer = pay_signed(req, as_events);
    Ok(as_events(answer.unwrap_or_else(|refusal| refusal.shape(ErrorShape::Nested, ""))))
}

fn as_events(answer: Response) -> Response {
    // What comes later is made into events then.
    let Some(body) = answer.value() else { return answer };
    if !answer.status.is_success() {
        return Response::frames(vec![frame("error", body)]);
    }
    let step = |name: &str| frame("step", &json!({ "step": name }));
    let steps = ["verify", "route", "hold", "debit", "seal"].map(step);
    Response::frames(steps.into_iter().chain([frame("outcome", body)]).collect())
}

fn pay_signed(req: &mut Request<'_>, shape: Shape) -> HandlerResult {
    let body = req.body()?;
    let (purpose, agent) = (body.text("purpose")?, body.text("agent_id")?);
    let mandate = body.object("mandate")?;
    let id = mandate.text("id")?;
    req.state.mandates.find(req.project, id).ok_or_else(missing)?;
    let verify = |message: &str| error(422, "mandate_verify", message);
    if body.text("signature")? != consents::signature(&mandate.value()) {
        return Err(verify("the signature does not hold").into());
    }
    if mandate.text("purpose")? != purpose {
        return Err(verify("the mandate is for another purpose").into());
    }
    if mandate.text("agent_id")? != agent {
        return Err(verify("the mandate is another agent's").into());
    }
    pay(req, id, &body, shape)
}

fn pay(req: &mut Request<'_>, mandate: &str, body: &JsonObject, shape: Shape) -> HandlerResult {
    let given = attempts::attempt_id(body)?.map(str::to_owned);
    let payment = read(req, mandate, body, given.as_deref())?;
    let (project, now) = (req.project, req.now);
    if let Some(replay) = attempts::replay(req.state, project, &payment)? {
        return Ok(Response::ok(replay));
    }
    destination::check_payee(&payment)?;
    let carrier = payment.payee.starts_with("0002");
    if carrier && !pix_code::checksum_holds(&payment.payee) {
        return Err(error(422, "carrier_crc_invalid", "the checksum does not hold").into());
    }
    authorize::authorize(req, &payment, body)?;
    if payment_rail::takes_its_time(payment.amount_minor) {
        return Ok(in_flight::begin(req, &payment, shape));
    }
    match payment_rail::send(payment.amount_minor) {
        RailAnswer::Accepted => {
            Ok(Response::ok(payment::settle(req.state, project, &payment, now)))
        }
        RailAnswer::Refused => {
            payment::fail(req.state, project, &payment, now);
            Err(attempts::not_dispatched().into())
        }
        RailAnswer::NoAnswer => {
            payment::leave_open(req.state, project, &payment, now);
            Err(attempts::dispatch_uncertain().into())
        }
    }
}

/// Reads a request; an attempt without an id gets one.
fn read(
    req: &mut Request<'_>,
    mandate: &str,
    body: &JsonObject,
    attempt: Option<&str>,
) -> Result<Payment, Refusal> {
    let amount_minor = body.minor("amount_minor")?;
    let payee = body.text("payee")?.to_owned();
    if payee.chars().count() > 1024 {
        return Err(issue("payee", "at most 1024 characters").into());
    }
    let ted = body.maybe_object("ted")?.is_some();
    if ted && attempt.is_none() {
        return Err(error(400, "attempt_id_required", "a wire needs an attempt_id").into());
    }
    if let Some(session) = body.maybe_text("session_id")? {
        let ours = |known: &&Session| known.project == req.project;
        if !req.state.sessions.iter().filter(ours).any(|known| known.id == session) {
            return Err(error(422, "session_not_found", "no such session in this project").into());
        }
    }
    terms::check(body)?;
    let rail = if ted { "ted" } else { "pix" };
    let request = json!({
        "amount_minor": amount_minor,
        "payee": payee,
        "mandate_id": mandate,
        "rail": rail,
        "ted": body.echo("ted"),
        "quote": body.echo("quote"),
        "approval": body.echo("approval"),
    });
    let attempt = match attempt {
        Some(id) => id.to_owned(),
        None => req.state.ids.with("att"),
    };
    let (mandate, taken_at) = (mandate.to_owned(), req.now.wall);
    Ok(Payment { mandate, attempt, amount_minor, payee, rail, taken_at, request })
}
