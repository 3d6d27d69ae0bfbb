//! Agents, their keys and budgets, and the agents that agents make.

use codespar_proto::ErrorKind;
use codespar_sandbox::EffectKind;
use serde_json::json;
use testing_support::driver::{Driver, TestResult};
use upivia_proto::{Cents, Outcome, UpiviaError as _, UpiviaErrorKind, spawn::SpawnAgent};

use crate::support::codespar::{refused, wrong};
use crate::support::upivia::{agent_of, call, count, email, quick, text, upivia_of, value};

testing_support::with_both_drivers! {
    agents_come_and_go
    a_new_key_ends_the_old_one
    a_budget_and_bindings_bound_an_agent
    agents_make_agents
}

fn agents_come_and_go<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let made = D::finish(client.agents().create(&json!({"name": "Sales"})))?;
    let id = text(&made, "/agent/id");
    let seen = D::finish(client.agents().get(&id))?;
    assert_eq!(value(&seen)["agent"], value(&made)["agent"]);
    assert_eq!(count(&seen, "services"), 0);
    let changed = D::finish(client.agents().update(&id, &json!({"description": "Sells."})))?;
    assert_eq!(text(&changed, "/agent/description"), "Sells.");
    assert_eq!(text(&changed, "/agent/name"), "Sales");
    let names: Vec<Option<String>> = D::finish(client.agents().list())?
        .agents
        .iter()
        .map(|agent| agent.get("name"))
        .collect::<Result<_, _>>()?;
    assert_eq!(names, [Some("Sales".to_owned()), Some("Sandbox".to_owned())]);

    D::finish(client.agents().delete(&id))?;
    assert_eq!(refused(&D::finish(client.agents().get(&id)).unwrap_err()), (404, "not_found"));
    let error = D::finish(client.agents().delete("agt_chat")).unwrap_err();
    assert_eq!(refused(&error), (409, "agent_protected"));
    let sent = sandbox.requests().len();
    assert_eq!(wrong(&D::finish(client.agents().delete("..")).unwrap_err()), "agent_id");
    assert_eq!(sandbox.requests().len(), sent);
    Ok(())
}

fn a_new_key_ends_the_old_one<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let made = D::finish(client.agents().create(&json!({"name": "Sales"})))?;
    let (id, first) = (text(&made, "/agent/id"), text(&made, "/api_key"));
    let old = agent_of::<D>(&sandbox, &first);
    assert!(D::finish(old.service_requests().create(&email()))?.is_executed());
    let second = text(&D::finish(client.agents().reset_key(&id))?, "/api_key");
    assert_ne!(second, first);
    let error = D::finish(old.service_requests().create(&email())).unwrap_err();
    assert_eq!(error.upivia_kind(), Some(UpiviaErrorKind::Unauthorized));
    let new = agent_of::<D>(&sandbox, &second);
    let request = D::finish(new.service_requests().create(&email()))?;
    let foreign =
        D::finish(client.service_requests().get(request.request_id().unwrap())).unwrap_err();
    assert_eq!(refused(&foreign), (404, "not_found"), "an agent sees its own requests only");

    let moved = D::finish(client.agents().transfer(&id, &json!({"new_owner_user_id": "usr_2"})))?;
    assert_eq!(text(&moved, "/agent/new_owner_user_id"), "usr_2");
    let error = D::finish(new.service_requests().create(&email())).unwrap_err();
    assert_eq!(refused(&error), (401, "unauthorized"));
    let third = agent_of::<D>(&sandbox, &text(&moved, "/api_key"));
    assert!(D::finish(third.service_requests().create(&email()))?.is_executed());
    assert_eq!(sandbox.effects().count(EffectKind::ServiceCall), 3);
    Ok(())
}

fn a_budget_and_bindings_bound_an_agent<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let made = D::finish(client.agents().create(&json!({"name": "Sales", "budget_cents": 1})))?;
    let (id, key) = (text(&made, "/agent/id"), text(&made, "/api_key"));
    let agent = agent_of::<D>(&sandbox, &key);
    assert_eq!(text(&D::finish(client.agents().health(&id))?, "/status"), "idle");
    assert!(D::finish(agent.service_requests().create(&email()))?.is_executed());
    let made = D::finish(agent.service_requests().create(&email()))?;
    let Outcome::Blocked(stopped) = &made.outcome else { panic!("{made:?}") };
    assert_eq!(stopped.reason_code.as_deref(), Some("budget_exceeded"));
    let raised =
        D::finish(client.agents().set_budget(&id, &json!({"monthly_budget_cents": 9_900})))?;
    assert_eq!(value(&raised)["agent"]["monthly_budget_cents"], 9_900);
    assert!(D::finish(agent.service_requests().create(&email()))?.is_executed());
    for amount in [json!(-1), json!(1.5)] {
        let error =
            D::finish(client.agents().set_budget(&id, &json!({"monthly_budget_cents": amount})));
        assert_eq!(wrong(&error.unwrap_err()), "monthly_budget_cents");
    }

    let bound = json!({"service_id": "email", "approval_threshold_cents": 0});
    D::finish(client.agents().enable_service(&id, &bound))?;
    let made = D::finish(agent.service_requests().create(&email()))?;
    assert_eq!(made.status(), "approval_required");
    assert_eq!(count(&D::finish(client.agents().get(&id))?, "services"), 1);
    assert_eq!(value(&D::finish(client.agents().skills(&id))?)["skills"][0]["id"], "email");
    let copy = D::finish(client.agents().clone_agent(&id, &json!({"name": "Two"})))?;
    let other = D::finish(client.agents().get(&text(&copy, "/agent/id")))?;
    assert_eq!((text(&other, "/agent/name"), count(&other, "services")), ("Two".to_owned(), 1));
    for _ in 0..2 {
        D::finish(client.agents().disable_service(&id, "email"))?;
    }
    assert_eq!(count(&D::finish(client.agents().get(&id))?, "services"), 0);
    assert!(D::finish(agent.service_requests().create(&email()))?.is_executed());

    assert_eq!(text(&D::finish(client.agents().health(&id))?, "/status"), "healthy");
    let fleet = value(&D::finish(client.agents().fleet_health())?);
    assert_eq!((&fleet["healthy"], &fleet["idle"]), (&json!(1), &json!(2)));
    Ok(())
}

fn agents_make_agents<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let estimate = D::finish(client.spawn().estimate(["email.send", "voice_call.create"]))?;
    assert_eq!(estimate.estimated_budget_cents, Some(Cents::new(26)));
    let child = SpawnAgent::new("researcher", ["email.send"]).budget_dollars("0.50".parse()?);
    let made = D::finish(client.spawn().create(&child))?;
    assert_eq!(made.ok, Some(true));
    let agent = made.agent.as_ref().unwrap();
    assert_eq!(agent.extra.get("monthly_budget_cents").unwrap().read::<i64>()?, 50);
    let key: String = made.member("api_key").unwrap().read()?;
    assert!(!format!("{made:?}").contains(&key));
    let own = agent_of::<D>(&sandbox, &key);
    assert!(D::finish(own.service_requests().create(&email()))?.is_executed());
    let blocked = D::finish(own.service_requests().create(&call()))?;
    let Outcome::Blocked(stopped) = &blocked.outcome else { panic!("{blocked:?}") };
    assert_eq!(stopped.reason_code.as_deref(), Some("service_not_enabled"));

    let wide = SpawnAgent::new("too wide", ["sms.send"]).budget_cents(Cents::new(1));
    assert_eq!(refused(&D::finish(own.spawn().create(&wide)).unwrap_err()), (403, "forbidden"));
    let dear = SpawnAgent::new("too dear", ["email.send"]).budget_cents(Cents::new(2_000_000));
    let error = D::finish(client.spawn().create(&dear)).unwrap_err();
    assert_eq!(refused(&error), (409, "insufficient_budget"));
    let sent = sandbox.requests().len();
    let child = |name: &str| SpawnAgent::new(name, ["email.send"]);
    for child in [
        child("two").budget_cents(Cents::new(1)).budget_dollars("1".parse()?),
        child("fraction").budget_dollars("0.005".parse()?),
        child("less").budget_cents(Cents::new(-1)),
        child(""),
    ] {
        let error = D::finish(client.spawn().create(&child)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{}", child.name);
    }
    assert_eq!(sandbox.requests().len(), sent);
    Ok(())
}
