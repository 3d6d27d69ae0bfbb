//! Teams, workspaces, the money between them, terminals, the platform itself.

use serde_json::json;
use testing_support::driver::{Driver, TestResult};
use upivia_proto::{Cents, Object, auth, devices::CommandStatus};

use crate::support::codespar::{refused, wrong};
use crate::support::upivia::{came, count, quick, text, upivia_of, value};

testing_support::with_both_drivers! {
    a_switch_of_team_is_kept_in_a_cookie
    a_switch_of_workspace_leads_to_other_money
    money_goes_to_teams
    terminals_take_commands
    the_platform_speaks_for_itself
}

fn a_switch_of_team_is_kept_in_a_cookie<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    assert_eq!(count(&D::finish(client.teams().list())?, "teams"), 2);
    D::finish(client.teams().switch(Some("team_second")))?;
    let clone = client.clone();
    let listed = D::finish(clone.teams().list())?;
    assert_eq!(count(&listed, "teams"), 1);
    assert_eq!(text(&listed, "/teams/0/id"), "team_second");
    let cookies = client.session_cookie().unwrap();
    assert!(cookies.expose().contains(sandbox.upivia_session_cookie()));
    assert!(cookies.expose().contains("active_team=team_second"));
    assert_eq!(
        count(&D::finish(upivia_of::<D>(&sandbox).teams().list())?, "teams"),
        2,
        "another client"
    );
    D::finish(client.teams().switch(None))?;
    assert_eq!(came(&sandbox, "POST", "/teams/switch")[1].json(), Some(json!({"team_id": null})));
    assert_eq!(count(&D::finish(client.teams().list())?, "teams"), 2);
    let error = D::finish(client.teams().switch(Some("team_none"))).unwrap_err();
    assert_eq!(refused(&error), (404, "not_found"));
    Ok(())
}

fn a_switch_of_workspace_leads_to_other_money<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let active = |listed: &Object| {
        let listed = value(listed);
        let rows = listed["workspaces"].as_array().unwrap().clone();
        rows.iter().find(|row| row["active"] == true).unwrap()["id"].clone()
    };
    assert_eq!(active(&D::finish(client.workspaces().list())?), "org_sandbox");
    D::finish(client.workspaces().switch("org_second"))?;
    assert_eq!(active(&D::finish(client.workspaces().list())?), "org_second");
    assert_eq!(D::finish(client.balance().get())?.amount_cents, Some(Cents::new(0)));
    D::finish(client.workspaces().switch("org_sandbox"))?;
    assert_eq!(D::finish(client.balance().get())?.amount_cents, Some(Cents::new(5_000)));
    let error = D::finish(client.workspaces().switch("org_none")).unwrap_err();
    assert_eq!(refused(&error), (404, "not_found"));
    Ok(())
}

fn money_goes_to_teams<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let team = "team_default";
    let given = D::finish(client.teams().allocate_budget(team, &json!({"amount_cents": 700})))?;
    assert_eq!(value(&given)["pool_cents"], 700);
    assert_eq!(count(&D::finish(client.teams().budget(team))?, "allocations"), 1);
    assert_eq!(D::finish(client.balance().of_team(team))?.amount_cents, Some(Cents::new(700)));
    let error = D::finish(client.teams().allocate_budget(team, &json!({"amount_cents": 9_000})));
    assert_eq!(refused(&error.unwrap_err()), (402, "insufficient_balance"));
    let sent = sandbox.requests().len();
    let error = D::finish(client.teams().allocate_budget(team, &json!({"amount_cents": -5})));
    assert_eq!(wrong(&error.unwrap_err()), "amount_cents");
    assert_eq!(sandbox.requests().len(), sent);

    let wish = json!({"team_id": team, "amount_cents": 300, "reason": "A campaign"});
    let mut ids = Vec::new();
    for _ in 0..2 {
        ids.push(text(&D::finish(client.budget_requests().create(&wish))?, "/request/id"));
    }
    assert_eq!(count(&D::finish(client.budget_requests().list())?, "requests"), 2);
    let granted = json!({"action": "approve", "amount_cents": 200});
    let granted = D::finish(client.budget_requests().resolve(&ids[0], &granted))?;
    assert_eq!(text(&granted, "/request/status"), "approved");
    D::finish(client.budget_requests().resolve(&ids[1], &json!({"action": "reject"})))?;
    assert_eq!(count(&D::finish(client.budget_requests().list())?, "requests"), 0);
    let again = D::finish(client.budget_requests().resolve(&ids[0], &json!({"action": "approve"})));
    assert_eq!(refused(&again.unwrap_err()), (409, "conflict"));
    assert_eq!(D::finish(client.balance().of_team(team))?.amount_cents, Some(Cents::new(900)));
    assert_eq!(D::finish(client.balance().get())?.amount_cents, Some(Cents::new(4_100)));

    let members = D::finish(client.teams().members().list(team))?;
    let member = text(&members, "/members/0/id");
    D::finish(client.teams().members().update(team, &member, &json!({"role": "worker"})))?;
    let members = D::finish(client.teams().members().list(team))?;
    assert_eq!(text(&members, "/members/0/role"), "worker");
    Ok(())
}

fn terminals_take_commands<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let sessions = client.devices().sessions();
    let error = D::finish(sessions.cwd("ds_1", &json!({"action": "get"}))).unwrap_err();
    assert_eq!(refused(&error), (409, "device_offline"));
    assert_eq!(count(&D::finish(client.devices().heartbeat("ds_1"))?, "commands"), 0);
    let queued = D::finish(sessions.command("ds_1", "ls -la"))?;
    assert_eq!(text(&queued, "/command/status"), "queued");
    let taken = D::finish(client.devices().heartbeat("ds_1"))?;
    let command = text(&taken, "/commands/0/id");
    assert_eq!(text(&taken, "/commands/0/content"), "ls -la");
    assert_eq!(
        count(&D::finish(client.devices().heartbeat("ds_1"))?, "commands"),
        0,
        "handed out once"
    );
    D::finish(client.devices().commands().update(&command, &CommandStatus::Done))?;
    D::finish(sessions.update("ds_1", &json!({"action": "rename", "title": "Build"})))?;
    assert_eq!(text(&D::finish(sessions.list())?, "/sessions/0/title"), "Build");
    let there = D::finish(sessions.cwd("ds_1", &json!({"action": "set", "path": "/src"})))?;
    assert_eq!(text(&there, "/cwd"), "/src");
    D::finish(sessions.delete("ds_1"))?;
    assert_eq!(count(&D::finish(sessions.list())?, "sessions"), 0);
    assert_eq!(refused(&D::finish(sessions.delete("ds_1")).unwrap_err()), (404, "not_found"));
    Ok(())
}

fn the_platform_speaks_for_itself<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    assert_eq!(value(&D::finish(client.platform().health())?)["ok"], true);
    assert_eq!(text(&D::finish(client.platform().readiness())?, "/status"), "ready");
    let docs = D::finish(client.platform().agent_docs())?;
    let catalogue = D::finish(client.services().list())?;
    let operations = catalogue.services.iter().map(|service| service.operations.len());
    assert_eq!(operations.sum::<usize>(), count(&docs, "operations"));
    let email = catalogue.services.iter().find(|service| service.key() == Some("email")).unwrap();
    assert_eq!(email.operations[0].base_price_cents, Some(Cents::new(1)));
    assert!(email.operations[0].input_schema.is_some());
    for path in ["/healthz", "/services"] {
        assert!(came(&sandbox, "GET", path)[0].header("authorization").is_none());
    }
    // What has no method is called all the same.
    let ready = client.request("GET", "/api/v1/health/readiness").auth(auth::OPEN);
    assert_eq!(text(&D::finish(ready.read::<Object>())?, "/checks/db"), "ok");
    let wish = client.request("POST", "/api/v1/agents").auth(auth::SESSION);
    D::finish(wish.json(&json!({"name": "By hand"})).done())?;
    assert_eq!(D::finish(client.agents().list())?.agents.len(), 2);
    Ok(())
}
