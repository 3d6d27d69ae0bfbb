//! What was spent, and what was logged.

use std::collections::BTreeSet;

use codespar_sandbox::Sandbox;
use serde_json::json;
use testing_support::driver::{Driver, TestResult};
use upivia_proto::{
    Cents, Outcome, ServiceRequest, agents::ActivityQuery, audit_logs::AuditLogQuery,
    usage::UsageQuery,
};

use crate::support::codespar::wrong;
use crate::support::upivia::{call, came, email, quick, upivia_of};

testing_support::with_both_drivers! {
    what_is_done_is_paid_for
    what_cannot_be_paid_is_blocked
    logs_are_gone_through_page_by_page
    an_agent_has_its_own_log
}

fn what_is_done_is_paid_for<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let balance = D::finish(client.balance().get())?;
    assert_eq!(balance.amount_cents, Some(Cents::new(5_000)));
    assert_eq!(balance.currency.as_deref(), Some("USD"));
    for _ in 0..3 {
        D::finish(client.service_requests().create(&email()))?;
    }
    let search = ServiceRequest::new("web_search", "search", &json!({"query": "Pix"}))?;
    D::finish(client.service_requests().create(&search))?;
    assert_eq!(D::finish(client.balance().get())?.amount_cents, Some(Cents::new(4_995)));

    let usage = D::finish(client.usage().list(&UsageQuery::default().include_chart(true)))?;
    assert_eq!((usage.total_cents, usage.records.len()), (Some(Cents::new(5)), 4));
    assert!(usage.extra.get("chart").is_some());
    assert_eq!(usage.records[0].get("operation")?, Some("web_search.search".to_owned()));
    let agent = sandbox.upivia_agent_id();
    let some = UsageQuery::default().agent_id(agent).from("2026-01-01T00:00:00Z").limit(2);
    assert_eq!(D::finish(client.usage().list(&some))?.records.len(), 2);
    let asked = came(&sandbox, "GET", "/usage");
    assert_eq!(asked[0].query.as_deref(), Some("include_chart=1"));
    let past = UsageQuery::default().to("2001-01-01T00:00:00Z");
    assert_eq!(D::finish(client.usage().list(&past))?.total_cents, Some(Cents::new(0)));
    let error = D::finish(client.usage().list(&UsageQuery::default().limit(501))).unwrap_err();
    assert_eq!(wrong(&error), "limit");

    let budget = D::finish(client.budget_check().check(agent))?;
    assert_eq!(budget.monthly_spent, Some("0.05".parse()?));
    assert_eq!(budget.monthly_limit, Some("10000".parse()?));
    assert_eq!(budget.org_balance, Some("49.95".parse()?));
    assert_eq!(budget.remaining_dollars, budget.org_balance);
    let team = D::finish(client.balance().of_team("team_default"))?;
    assert_eq!(team.amount_cents, Some(Cents::new(0)));
    Ok(())
}

fn what_cannot_be_paid_is_blocked<D: Driver>() -> TestResult {
    let sandbox = Sandbox::builder().upivia_balance(24).start()?;
    let client = upivia_of::<D>(&sandbox);
    let made = D::finish(client.service_requests().create(&call()))?;
    let Outcome::Blocked(stopped) = &made.outcome else { panic!("{made:?}") };
    assert_eq!(stopped.reason_code.as_deref(), Some("budget_exceeded"));
    assert!(sandbox.effects().is_empty());
    assert!(D::finish(client.service_requests().create(&email()))?.is_executed());
    assert_eq!(D::finish(client.balance().get())?.amount_cents, Some(Cents::new(23)));
    Ok(())
}

fn logs_are_gone_through_page_by_page<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    for _ in 0..5 {
        D::finish(client.service_requests().create(&email()))?;
    }
    let page = D::finish(client.audit_logs().list_page(&AuditLogQuery::default().limit(2)))?;
    assert_eq!(page.logs.len(), 2);
    let next = AuditLogQuery::default().limit(2).cursor(page.next_cursor.clone().unwrap());
    let second = D::finish(client.audit_logs().list_page(&next))?;
    assert_ne!(second.logs[0].id, page.logs[0].id);

    let before = came(&sandbox, "GET", "/audit-logs").len();
    let (logs, failed) = D::collect(client.audit_logs().list(&AuditLogQuery::default().limit(2)));
    assert!(failed.is_none(), "{failed:?}");
    let ids: BTreeSet<_> = logs.iter().map(|log| log.id.clone()).collect();
    assert_eq!((logs.len(), ids.len()), (5, 5));
    assert_eq!(came(&sandbox, "GET", "/audit-logs").len(), before + 3);
    assert!(logs.iter().all(|log| log.created_at.is_some()));
    for log in &logs {
        assert_eq!(log.event_type.as_deref(), Some("service_request.executed"));
        assert!(log.extra.get("request_id").is_some());
    }
    let none = AuditLogQuery::default().service("sms").status("executed");
    let (logs, failed) = D::collect(client.audit_logs().list(&none));
    assert!(logs.is_empty() && failed.is_none());
    Ok(())
}

fn an_agent_has_its_own_log<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let agent = sandbox.upivia_agent_id();
    for _ in 0..3 {
        D::finish(client.service_requests().create(&email()))?;
    }
    let first = ActivityQuery::default().limit(1).verify(true);
    let page = D::finish(client.agents().activity_page(agent, &first))?;
    assert_eq!((page.logs.len(), page.has_more), (1, Some(true)));
    assert!(page.extra.get("verified").is_some() && page.extra.get("delegations").is_some());
    let next = ActivityQuery::default().limit(1).cursor(page.next_cursor.unwrap());
    assert_ne!(D::finish(client.agents().activity_page(agent, &next))?.logs, page.logs);
    let two = ActivityQuery::default().limit(2);
    let (logs, failed) = D::collect(client.agents().activity(agent, &two));
    assert!(failed.is_none() && logs.len() == 3, "{failed:?} {logs:?}");
    let other = ActivityQuery::default().r#type("memory.created");
    let (logs, failed) = D::collect(client.agents().activity(agent, &other));
    assert!(failed.is_none() && logs.is_empty());
    Ok(())
}
