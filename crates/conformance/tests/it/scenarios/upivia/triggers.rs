//! Triggers: signed calls from outside that set an operation off.

use codespar_proto::ErrorKind;
use codespar_sandbox::{EffectKind, Fault};
use serde_json::json;
use testing_support::driver::{Driver, TestResult};
use upivia_proto::{
    Object,
    triggers::{CreateTrigger, TriggerKind, TriggerQuery, UpdateTrigger, verify_trigger},
};

use crate::support::codespar::{refused, wrong};
use crate::support::upivia::{came, quick, upivia_of, value};

testing_support::with_both_drivers! {
    a_signed_call_sets_an_operation_off
    a_call_whose_answer_is_lost_is_not_made_again
    triggers_are_changed_switched_off_and_purged
    triggers_are_gone_through_page_by_page
}

fn webhook(agent: &str) -> CreateTrigger {
    let template = json!({"to": "ops@example.com", "body": "{{message}}"});
    CreateTrigger::webhook(agent, "email.send", &template).unwrap()
}

fn a_signed_call_sets_an_operation_off<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let made = D::finish(client.triggers().create(&webhook(sandbox.upivia_agent_id())))?;
    let secret = made.secret.clone().unwrap();
    let fire = format!("/triggers/{}/fire", made.trigger.id);
    assert_eq!(made.fire_url, Some(format!("{}/api/v1{fire}", sandbox.upivia_url())));
    assert!(!format!("{made:?}").contains(secret.expose()));
    let payload = json!({"message": "naïve 🚀", "ratio": 1.0});
    let fired = D::finish(client.triggers().fire(&made.trigger.id, secret.expose(), &payload))?;
    assert_eq!((fired.accepted, fired.dispatch_status.as_deref()), (Some(true), Some("executed")));
    assert_eq!(sandbox.effects().count(EffectKind::ServiceCall), 1);

    let sent = came(&sandbox, "POST", &fire)[0].clone();
    assert!(sent.header("authorization").is_none() && sent.header("cookie").is_none());
    assert_eq!(sent.json(), Some(payload));
    let signature = sent.header("x-agentwallet-signature").unwrap();
    verify_trigger(secret.expose(), &sent.body, signature)?;
    let error = verify_trigger(secret.expose(), b"{}", signature).unwrap_err();
    assert_eq!(error.field(), Some("signature"));

    let error = D::finish(client.triggers().fire(&made.trigger.id, "whsec_other", &json!({})));
    assert_eq!(refused(&error.unwrap_err()), (401, "invalid_signature"));
    let before = sandbox.requests().len();
    let error = D::finish(client.triggers().fire(&made.trigger.id, "", &json!({}))).unwrap_err();
    assert_eq!(wrong(&error), "secret");
    let error = D::finish(client.triggers().fire(&made.trigger.id, secret.expose(), &f64::NAN));
    assert_eq!(wrong(&error.unwrap_err()), "payload");
    assert_eq!(sandbox.requests().len(), before);
    let fired = D::finish(client.triggers().fire(&made.trigger.id, secret.expose(), &()))?;
    assert_eq!(fired.accepted, Some(true));
    assert_eq!(&*came(&sandbox, "POST", &fire).last().unwrap().body, b"{}");
    Ok(())
}

fn a_call_whose_answer_is_lost_is_not_made_again<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let made = D::finish(client.triggers().create(&webhook(sandbox.upivia_agent_id())))?;
    let secret = made.secret.unwrap();
    sandbox.inject(Fault::on("POST", "/upivia/api/v1/triggers/").lose_answer());
    let error = D::finish(client.triggers().fire(&made.trigger.id, secret.expose(), &json!({})));
    let error = error.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Io, 1));
    assert!(error.may_have_been_sent());
    assert_eq!(sandbox.effects().count(EffectKind::ServiceCall), 1);
    Ok(())
}

fn triggers_are_changed_switched_off_and_purged<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let agent = sandbox.upivia_agent_id();
    let made = D::finish(client.triggers().create(&webhook(agent)))?;
    let (id, secret) = (made.trigger.id, made.secret.unwrap());
    let template = Object::of("payload_template", &json!({"to": "{{whom}}"}))?;
    let patch = UpdateTrigger::default().payload_template(template.clone());
    D::finish(client.triggers().update(&id, &patch))?;
    let seen = D::finish(client.triggers().get(&id))?.trigger;
    assert_eq!(seen.kind, Some(TriggerKind::Webhook));
    assert_eq!(seen.payload_template.as_ref().map(value), Some(value(&template)));
    assert_eq!(seen.disabled, Some(false));

    D::finish(client.triggers().delete(&id))?;
    assert_eq!(D::finish(client.triggers().get(&id))?.trigger.disabled, Some(true));
    let fired =
        D::finish(client.triggers().fire(&id, secret.expose(), &json!({"whom": "a@b.test"})))?;
    assert_eq!(fired.dispatch_status.as_deref(), Some("blocked"));
    assert_eq!(fired.reason_code.as_deref(), Some("trigger_disabled"));
    D::finish(client.triggers().update(&id, &UpdateTrigger::default().disabled(false)))?;
    let fired =
        D::finish(client.triggers().fire(&id, secret.expose(), &json!({"whom": "a@b.test"})))?;
    assert_eq!(fired.dispatch_status.as_deref(), Some("executed"));
    assert_eq!(sandbox.effects().count(EffectKind::ServiceCall), 1);
    D::finish(client.triggers().purge(&id))?;
    assert_eq!(refused(&D::finish(client.triggers().get(&id)).unwrap_err()), (404, "not_found"));

    let daily = CreateTrigger::cron(agent, "email.send", "0 9 * * *");
    let daily = D::finish(client.triggers().create(&daily))?;
    assert_eq!(daily.trigger.schedule_expr.as_deref(), Some("0 9 * * *"));
    let later = UpdateTrigger::default().schedule_expr("0 10 * * *");
    let later = D::finish(client.triggers().update(&daily.trigger.id, &later))?;
    assert_eq!(later.trigger.schedule_expr.as_deref(), Some("0 10 * * *"));
    let secret = daily.secret.unwrap();
    let error = D::finish(client.triggers().fire(&daily.trigger.id, secret.expose(), &json!({})));
    assert_eq!(refused(&error.unwrap_err()), (409, "conflict"));
    Ok(())
}

fn triggers_are_gone_through_page_by_page<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    for _ in 0..3 {
        D::finish(client.triggers().create(&webhook(sandbox.upivia_agent_id())))?;
    }
    let page = D::finish(client.triggers().list_page(&TriggerQuery::default().limit(2)))?;
    assert_eq!((page.triggers.len(), page.next_cursor.is_some()), (2, true));
    let (triggers, failed) = D::collect(client.triggers().list(&TriggerQuery::default().limit(2)));
    assert!(failed.is_none() && triggers.len() == 3, "{failed:?} {triggers:?}");
    assert_eq!(triggers[..2], page.triggers);
    let (none, failed) = D::collect(client.triggers().list(&TriggerQuery::default().limit(0)));
    assert!(none.is_empty());
    assert_eq!(wrong(&failed.unwrap()), "limit");
    Ok(())
}
