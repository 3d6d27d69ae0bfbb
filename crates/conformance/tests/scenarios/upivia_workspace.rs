// Teams, workspaces, the money between them, terminals, the platform itself.

use serde_json::json;
use upivia_proto::{Cents, CommandStatus, Object, auth};

use super::bench::{refused, wrong};
use super::upivia_bench::{came, count, quick, text, upivia_of, value};

scenario! { a_switch_of_team_is_kept_in_a_cookie {
    let sandbox = quick();
    let client = upivia_of(&sandbox);
    assert_eq!(count(&run!(client.teams().list())?, "teams"), 2);
    run!(client.teams().switch(Some("team_second")))?;
    let clone = client.clone();
    let listed = run!(clone.teams().list())?;
    assert_eq!(count(&listed, "teams"), 1);
    assert_eq!(text(&listed, "/teams/0/id"), "team_second");
    let cookies = client.session_cookie().unwrap();
    assert!(cookies.expose().contains(sandbox.upivia_session_cookie()));
    assert!(cookies.expose().contains("active_team=team_second"));
    assert_eq!(count(&run!(upivia_of(&sandbox).teams().list())?, "teams"), 2, "another client");
    run!(client.teams().switch(None))?;
    assert_eq!(came(&sandbox, "POST", "/teams/switch")[1].json(), Some(json!({"team_id": null})));
    assert_eq!(count(&run!(client.teams().list())?, "teams"), 2);
    let error = run!(client.teams().switch(Some("team_none"))).unwrap_err();
    assert_eq!(refused(&error), (404, "not_found"));
}}

scenario! { a_switch_of_workspace_leads_to_other_money {
    let sandbox = quick();
    let client = upivia_of(&sandbox);
    let active = |listed: &Object| {
        let listed = value(listed);
        let rows = listed["workspaces"].as_array().unwrap().clone();
        rows.iter().find(|row| row["active"] == true).unwrap()["id"].clone()
    };
    assert_eq!(active(&run!(client.workspaces().list())?), "org_sandbox");
    run!(client.workspaces().switch("org_second"))?;
    assert_eq!(active(&run!(client.workspaces().list())?), "org_second");
    assert_eq!(run!(client.balance().get())?.amount_cents, Some(Cents::new(0)));
    run!(client.workspaces().switch("org_sandbox"))?;
    assert_eq!(run!(client.balance().get())?.amount_cents, Some(Cents::new(5_000)));
    let error = run!(client.workspaces().switch("org_none")).unwrap_err();
    assert_eq!(refused(&error), (404, "not_found"));
}}

scenario! { money_goes_to_teams {
    let sandbox = quick();
    let client = upivia_of(&sandbox);
    let team = "team_default";
    let given = run!(client.teams().allocate_budget(team, &json!({"amount_cents": 700})))?;
    assert_eq!(value(&given)["pool_cents"], 700);
    assert_eq!(count(&run!(client.teams().budget(team))?, "allocations"), 1);
    assert_eq!(run!(client.balance().of_team(team))?.amount_cents, Some(Cents::new(700)));
    let error = run!(client.teams().allocate_budget(team, &json!({"amount_cents": 9_000})));
    assert_eq!(refused(&error.unwrap_err()), (402, "insufficient_balance"));
    let sent = sandbox.requests().len();
    let error = run!(client.teams().allocate_budget(team, &json!({"amount_cents": -5})));
    assert_eq!(wrong(&error.unwrap_err()), "amount_cents");
    assert_eq!(sandbox.requests().len(), sent);

    let wish = json!({"team_id": team, "amount_cents": 300, "reason": "A campaign"});
    let mut ids = Vec::new();
    for _ in 0..2 {
        ids.push(text(&run!(client.budget_requests().create(&wish))?, "/request/id"));
    }
    assert_eq!(count(&run!(client.budget_requests().list())?, "requests"), 2);
    let granted = json!({"action": "approve", "amount_cents": 200});
    let granted = run!(client.budget_requests().resolve(&ids[0], &granted))?;
    assert_eq!(text(&granted, "/request/status"), "approved");
    run!(client.budget_requests().resolve(&ids[1], &json!({"action": "reject"})))?;
    assert_eq!(count(&run!(client.budget_requests().list())?, "requests"), 0);
    let again = run!(client.budget_requests().resolve(&ids[0], &json!({"action": "approve"})));
    assert_eq!(refused(&again.unwrap_err()), (409, "conflict"));
    assert_eq!(run!(client.balance().of_team(team))?.amount_cents, Some(Cents::new(900)));
    assert_eq!(run!(client.balance().get())?.amount_cents, Some(Cents::new(4_100)));

    let members = run!(client.teams().members().list(team))?;
    let member = text(&members, "/members/0/id");
    run!(client.teams().members().update(team, &member, &json!({"role": "worker"})))?;
    let members = run!(client.teams().members().list(team))?;
    assert_eq!(text(&members, "/members/0/role"), "worker");
}}

scenario! { terminals_take_commands {
    let sandbox = quick();
    let client = upivia_of(&sandbox);
    let sessions = client.devices().sessions();
    let error = run!(sessions.cwd("ds_1", &json!({"action": "get"}))).unwrap_err();
    assert_eq!(refused(&error), (409, "device_offline"));
    assert_eq!(count(&run!(client.devices().heartbeat("ds_1"))?, "commands"), 0);
    let queued = run!(sessions.command("ds_1", "ls -la"))?;
    assert_eq!(text(&queued, "/command/status"), "queued");
    let taken = run!(client.devices().heartbeat("ds_1"))?;
    let command = text(&taken, "/commands/0/id");
    assert_eq!(text(&taken, "/commands/0/content"), "ls -la");
    assert_eq!(count(&run!(client.devices().heartbeat("ds_1"))?, "commands"), 0, "handed out once");
    run!(client.devices().commands().update(&command, &CommandStatus::Done))?;
    run!(sessions.update("ds_1", &json!({"action": "rename", "title": "Build"})))?;
    assert_eq!(text(&run!(sessions.list())?, "/sessions/0/title"), "Build");
    let there = run!(sessions.cwd("ds_1", &json!({"action": "set", "path": "/src"})))?;
    assert_eq!(text(&there, "/cwd"), "/src");
    run!(sessions.delete("ds_1"))?;
    assert_eq!(count(&run!(sessions.list())?, "sessions"), 0);
    assert_eq!(refused(&run!(sessions.delete("ds_1")).unwrap_err()), (404, "not_found"));
}}

scenario! { the_platform_speaks_for_itself {
    let sandbox = quick();
    let client = upivia_of(&sandbox);
    assert_eq!(value(&run!(client.platform().health())?)["ok"], true);
    assert_eq!(text(&run!(client.platform().readiness())?, "/status"), "ready");
    let docs = run!(client.platform().agent_docs())?;
    let catalogue = run!(client.services().list())?;
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
    assert_eq!(text(&run!(ready.read::<Object>())?, "/checks/db"), "ok");
    let wish = client.request("POST", "/api/v1/agents").auth(auth::SESSION);
    run!(wish.json(&json!({"name": "By hand"})).done())?;
    assert_eq!(run!(client.agents().list())?.agents.len(), 2);
}}
