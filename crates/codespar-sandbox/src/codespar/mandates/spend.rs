//! Payments under a mandate: `POST /v1/consumers/mandates/{id}/spend`, and with the signed mandate
//! in the body `POST /v1/consumer-payments/execute` and `…/execute-stream`.

use serde_json::json;

use crate::{
    codespar::{
        consents,
        mandates::{attempts, authorize, missing, payment},
        payment_rail::{self, Rail},
        pix_code,
    },
    server::{
        errors::{Envelope, Refusal, error},
        event_stream::frame,
        json_object::{Fields, issue},
        request::{Call, Outcome},
        response::Answer,
    },
    store::records::payment::{End, Payment},
};

/// Pays; the same `attempt_id` with the same parameters pays once.
pub(crate) fn spend(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let mandate = call.id().to_owned();
    pay(call, &mandate, &body)
}

/// `POST /v1/consumer-payments/execute`: the same with the signed mandate in the body.
pub(crate) fn execute(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    body.text("purpose")?;
    let mandate = body.object("mandate")?;
    let known = call.state.mandates.find(call.project, mandate.text("id")?).ok_or_else(missing)?;
    if body.text("signature")? != consents::signature(known) {
        return Err(error(422, "mandate_verify", "the signature does not hold").into());
    }
    pay(call, mandate.text("id")?, &body)
}

/// `POST /v1/consumer-payments/execute-stream`: the same as events, of which the last is the
/// outcome or, as `error`, the refusal.
pub(crate) fn execute_stream(call: &mut Call<'_>) -> Outcome {
    let answer = execute(call).unwrap_or_else(|refusal| refusal.shape(Envelope::Nested, ""));
    let Some(body) = answer.value() else { return Ok(answer) };
    if !answer.status.is_success() {
        return Ok(Answer::frames(vec![frame("error", body)]));
    }
    let step = |name: &str| frame("step", &json!({ "step": name }));
    let steps = ["verify", "route", "hold", "debit", "seal"].map(step);
    Ok(Answer::frames(steps.into_iter().chain([frame("outcome", body)]).collect()))
}

fn pay(call: &mut Call<'_>, mandate: &str, body: &Fields) -> Outcome {
    let given = attempts::id(body)?.map(str::to_owned);
    let payment = read(call, mandate, body, given.as_deref())?;
    let (project, now) = (call.project, call.now);
    if let Some(replay) = attempts::again(call.state, project, &payment)? {
        return Ok(Answer::ok(replay));
    }
    let carrier = payment.payee.starts_with("0002");
    if carrier && !pix_code::checksum_holds(&payment.payee) {
        return Err(error(422, "carrier_crc_invalid", "the checksum does not hold").into());
    }
    authorize::authorize(call, &payment, body)?;
    match payment_rail::dispatch(payment.amount_minor) {
        Rail::Takes => Ok(Answer::ok(payment::settle(call.state, project, &payment, now))),
        Rail::Refuses => {
            payment::released(call.state, project, &payment);
            Err(error(502, "psp_dispatch_failed", "the rail refuses this amount").into())
        }
        Rail::IsSilent => {
            attempts::keep(call.state, project, &payment, End::Uncertain(payment.clone()));
            Err(error(502, "psp_dispatch_uncertain", "the rail does not answer").into())
        }
    }
}

/// Reads a request; an attempt without an id gets one.
fn read(
    call: &mut Call<'_>,
    mandate: &str,
    body: &Fields,
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
        let ours = |known: &&crate::store::records::session::Session| known.project == call.project;
        if !call.state.sessions.iter().filter(ours).any(|known| known.id == session) {
            return Err(error(422, "session_not_found", "no such session in this project").into());
        }
    }
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
        None => call.state.ids.with("att"),
    };
    let mandate = mandate.to_owned();
    Ok(Payment { mandate, attempt, amount_minor, payee, rail, request })
}
