//! Service requests: outcomes, idempotency, waiting, approvals, credentials.

use codespar_proto::ErrorKind;
use codespar_sandbox::{EffectKind, Fault, Verdict};
use serde_json::json;
use testing_support::driver::{Driver, TestResult};
use upivia_proto::{
    Cents, Config, Object, Outcome, ServiceRequest, UpiviaError as _, UpiviaErrorKind,
    service_requests::Requested,
};

use crate::support::codespar::{refused, wrong};
use crate::support::upivia::{
    Upivia, agent_of, briefly, call, came, email, quick, soon, still, upivia_config, upivia_of,
};

testing_support::with_both_drivers! {
    a_request_ends_in_one_of_five_ways
    notes_go_along_and_wishes_that_cannot_be_are_refused
    the_same_key_has_its_effect_once
    a_lost_answer_is_asked_for_again_under_the_same_key
    what_passes_is_tried_again_and_what_does_not_is_not
    waiting_goes_on_until_it_is_done
    a_person_decides
    each_call_says_who_it_is_and_nothing_else
}

const PATH: &str = "/service-requests";

fn a_request_ends_in_one_of_five_ways<D: Driver>() -> TestResult {
    let sandbox = still();
    let client = upivia_of::<D>(&sandbox);
    let mut seen = Vec::new();
    for verdict in [
        Verdict::Executed,
        Verdict::Blocked,
        Verdict::ApprovalRequired,
        Verdict::Failed,
        Verdict::Running,
    ] {
        sandbox.upivia_decide("email.send", verdict);
        let reply = D::finish(client.service_requests().create(&email()).with_response())?;
        let made = reply.output;
        assert_eq!(made.outcome.status(), verdict.as_str());
        let accepted = verdict == Verdict::Running;
        assert_eq!(reply.status.as_u16(), if accepted { 202 } else { 200 });
        let now = D::finish(client.service_requests().get(made.request_id().unwrap()))?;
        assert_eq!(now, made.outcome);
        seen.push(made.outcome);
    }
    let [
        Outcome::Executed(done),
        Outcome::Blocked(blocked),
        Outcome::ApprovalRequired(parked),
        Outcome::Failed(failed),
        Outcome::Running(running),
    ] = &seen[..]
    else {
        panic!("{seen:?}")
    };
    assert_eq!(done.cost_cents, Some(Cents::new(1)));
    assert!(done.result.as_ref().unwrap().member("id").is_some());
    assert_eq!(blocked.reason_code.as_deref(), Some("policy_block"));
    assert!(parked.approval_id.is_some() && parked.expires_at.is_some());
    assert_eq!(parked.estimated_cost_cents, Some(Cents::new(1)));
    assert_eq!(failed.reason_code.as_deref(), Some("adapter_error"));
    assert!(failed.message.is_some());
    assert_eq!(running.initial_cost_cents, Some(Cents::new(1)));
    assert_eq!(running.provider.as_deref(), Some("email"));
    assert_eq!(sandbox.effects().count(EffectKind::ServiceCall), 2, "executed and running");
    Ok(())
}

fn notes_go_along_and_wishes_that_cannot_be_are_refused<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let noted = email().metadata(Object::of("metadata", &json!({"sandbox": "failed"}))?);
    assert_eq!(D::finish(client.service_requests().create(&noted))?.status(), "failed");
    let nowhere = ServiceRequest::new("email", "teleport", &json!({}))?;
    let error = D::finish(client.service_requests().create(&nowhere)).unwrap_err();
    assert_eq!(refused(&error), (422, "invalid_request"));
    assert_eq!(error.upivia_kind(), Some(UpiviaErrorKind::Http));
    assert!(error.request_id().is_some());
    let to_nobody = ServiceRequest::new("email", "send", &json!({"body": "Oi"}))?;
    let error = D::finish(client.service_requests().create(&to_nobody)).unwrap_err();
    assert_eq!(refused(&error), (422, "invalid_request"));
    let error = D::finish(client.service_requests().get("req_none")).unwrap_err();
    assert_eq!(refused(&error), (404, "not_found"));
    let sent = sandbox.requests().len();
    for id in ["", ".", ".."] {
        assert_eq!(wrong(&D::finish(client.service_requests().get(id)).unwrap_err()), "request_id");
    }
    assert_eq!(sandbox.requests().len(), sent);
    Ok(())
}

fn the_same_key_has_its_effect_once<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let again = || client.service_requests().create(&email()).idempotency_key("order-42");
    let first = D::finish(again())?;
    assert_eq!(first.idempotency_key, "order-42");
    assert_eq!(D::finish(again())?, first);
    assert_eq!(sandbox.effects().count(EffectKind::ServiceCall), 1);
    assert_eq!(sandbox.effects().count_with_key("order-42"), 1);

    let other = ServiceRequest::new("email", "send", &json!({"to": "rui@example.com"}))?;
    let error = D::finish(client.service_requests().create(&other).idempotency_key("order-42"));
    let error = error.unwrap_err();
    assert_eq!(refused(&error), (409, "idempotency_key_payload_mismatch"));
    assert_eq!(error.upivia_kind(), Some(UpiviaErrorKind::IdempotencyConflict));

    let one = D::finish(client.service_requests().create(&email()))?;
    let two = D::finish(client.service_requests().create(&email()))?;
    assert_ne!(one.idempotency_key, two.idempotency_key);
    assert_eq!(sandbox.effects().count(EffectKind::ServiceCall), 3);
    for request in came(&sandbox, "POST", PATH) {
        let body = request.json().unwrap();
        assert_eq!(body["idempotency_key"].as_str(), request.header("idempotency-key"));
    }
    Ok(())
}

fn a_lost_answer_is_asked_for_again_under_the_same_key<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    sandbox.inject(Fault::on("POST", "/upivia/api/v1/service-requests").lose_answer());
    let reply = D::finish(client.service_requests().create(&email()).with_response())?;
    assert_eq!(reply.attempts, 2);
    assert!(reply.output.is_executed());
    let keys: Vec<_> = came(&sandbox, "POST", PATH)
        .iter()
        .map(|request| request.header("idempotency-key").unwrap().to_owned())
        .collect();
    assert_eq!(keys, [reply.output.idempotency_key.clone(), reply.output.idempotency_key.clone()]);
    assert_eq!(sandbox.effects().count(EffectKind::ServiceCall), 1);
    Ok(())
}

fn what_passes_is_tried_again_and_what_does_not_is_not<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let busy = |status: u16, code: &str| {
        let body = json!({"error": {"code": code, "message": "Later."}});
        Fault::on("POST", "/upivia/api/v1/service-requests").answer(status, body)
    };
    sandbox.inject(busy(429, "rate_limited").header("retry-after", "0"));
    sandbox.inject(busy(503, "busy"));
    let reply = D::finish(client.service_requests().create(&email()).with_response())?;
    assert_eq!(reply.attempts, 3);
    sandbox.inject(busy(500, "internal_error"));
    let error = D::finish(client.service_requests().create(&email())).unwrap_err();
    assert_eq!((refused(&error), error.attempts()), ((500, "internal_error"), 1));
    sandbox.inject(busy(429, "rate_limited").header("retry-after", "7").always());
    let error = D::finish(client.service_requests().create(&email()).retries(0)).unwrap_err();
    assert_eq!(error.upivia_kind(), Some(UpiviaErrorKind::RateLimited));
    assert_eq!(error.retry_after().map(|wait| wait.as_secs()), Some(7));
    assert_eq!(sandbox.effects().count(EffectKind::ServiceCall), 1);
    Ok(())
}

fn waiting_goes_on_until_it_is_done<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let done = D::finish(client.service_requests().create_and_wait(&call(), soon()))?;
    assert!(done.is_executed());
    assert_eq!(done.cost_cents(), Some(Cents::new(25)));
    assert_eq!(came(&sandbox, "POST", PATH).len(), 1);
    let asked = came(&sandbox, "GET", &format!("{PATH}/{}", done.request_id().unwrap()));
    assert!(!asked.is_empty());

    let sandbox = still();
    let client = upivia_of::<D>(&sandbox);
    let error =
        D::finish(client.service_requests().create_and_wait(&call(), briefly())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.upivia_kind(), Some(UpiviaErrorKind::Http));
    let last = error.last::<Requested>().unwrap();
    assert!(last.is_running() && !last.idempotency_key.is_empty());
    assert_eq!(sandbox.effects().count(EffectKind::ServiceCall), 1);
    Ok(())
}

fn a_person_decides<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    sandbox.upivia_decide("email.send", Verdict::ApprovalRequired);
    let made = D::finish(client.service_requests().create_and_wait(&email(), soon()))?;
    let Outcome::ApprovalRequired(parked) = &made.outcome else { panic!("{made:?}") };
    let request = made.request_id().unwrap();
    assert!(came(&sandbox, "GET", &format!("{PATH}/{request}")).is_empty(), "returned at once");
    assert_eq!(sandbox.effects().count(EffectKind::ServiceCall), 0);

    let pending = D::finish(client.approvals().list())?;
    let row = &pending.approvals[0];
    assert_eq!((pending.approvals.len(), Some(&row.id)), (1, parked.approval_id.as_ref()));
    assert_eq!(row.agent_name.as_deref(), Some("Sandbox"));
    assert_eq!((row.service.as_deref(), row.operation.as_deref()), (Some("email"), Some("send")));
    assert_eq!(row.payload.as_ref().unwrap().get("to")?, Some("ana@example.com".to_owned()));
    let decided = D::finish(client.approvals().approve(&row.id))?;
    assert!(decided.is_executed());
    assert_eq!(decided.request_id(), Some(request));
    assert!(D::finish(client.service_requests().get(request))?.is_executed());
    assert_eq!(sandbox.effects().count(EffectKind::ServiceCall), 1);
    let error = D::finish(client.approvals().approve(&row.id)).unwrap_err();
    assert_eq!(refused(&error), (409, "conflict"));

    let made = D::finish(client.service_requests().create(&email()))?;
    let pending = D::finish(client.approvals().list())?;
    let decided = D::finish(client.approvals().reject(&pending.approvals[0].id))?;
    assert_eq!(decided.status(), "blocked");
    let now = D::finish(client.service_requests().get(made.request_id().unwrap()))?;
    let Outcome::Blocked(stopped) = &now else { panic!("{now:?}") };
    assert_eq!(stopped.reason_code.as_deref(), Some("approval_rejected"));
    assert!(D::finish(client.approvals().list())?.approvals.is_empty());
    assert_eq!(sandbox.effects().count(EffectKind::ServiceCall), 1);
    Ok(())
}

fn each_call_says_who_it_is_and_nothing_else<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    D::finish(client.service_requests().create(&email()))?;
    D::finish(client.balance().get())?;
    D::finish(client.agents().get(sandbox.upivia_agent_id()))?;
    let bearer = |key: &str| Some(format!("Bearer {key}"));
    let sent = sandbox.requests();
    let header = |at: usize, name: &str| sent[at].header(name).map(str::to_owned);
    assert_eq!(header(0, "authorization"), bearer(sandbox.upivia_agent_key()));
    assert_eq!(header(0, "cookie"), None);
    assert_eq!(header(1, "authorization"), bearer(sandbox.upivia_pat()));
    assert_eq!(header(2, "cookie"), Some(sandbox.upivia_session_cookie().to_owned()));

    let before = sandbox.requests().len();
    let agent = agent_of::<D>(&sandbox, sandbox.upivia_agent_key());
    let error = D::finish(agent.balance().get()).unwrap_err();
    assert_eq!(wrong(&error), "pat");
    assert_eq!(error.upivia_kind(), Some(UpiviaErrorKind::Unauthorized));
    assert_eq!(wrong(&D::finish(agent.agents().get("agt_1")).unwrap_err()), "session_cookie");
    let user =
        Upivia::<D>::with_config(Config::new(sandbox.upivia_url()).pat(sandbox.upivia_pat()))?;
    assert_eq!(wrong(&D::finish(user.service_requests().create(&email())).unwrap_err()), "api_key");
    assert_eq!(sandbox.requests().len(), before);
    D::finish(user.balance().get())?;

    let key = format!("{}_{}", "agent_key_live", "wrong0000000000000000000000000000");
    let stranger = Upivia::<D>::with_config(upivia_config(&sandbox).api_key(key.clone()))?;
    let error = D::finish(stranger.service_requests().create(&email())).unwrap_err();
    assert_eq!(refused(&error), (401, "unauthorized"));
    assert_eq!(error.upivia_kind(), Some(UpiviaErrorKind::Unauthorized));
    assert!(!format!("{error} {error:?} {stranger:?}").contains(&key));
    Ok(())
}
