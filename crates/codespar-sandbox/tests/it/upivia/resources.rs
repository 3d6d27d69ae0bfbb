//! Agents, workflows, tasks, teams and devices of Upivia.

use serde_json::{Value, json};

use crate::support::upivia::{As, Upivia, id, refused, upivia};

#[test]
fn agents_come_and_go_with_their_keys() {
    let upivia = upivia();
    let made = upivia.made(As::Session, "/agents", json!({ "name": "Vendas" }));
    let (agent, key) = (id(&made, "agent"), made["api_key"].as_str().unwrap());
    let path = format!("/agents/{agent}");
    let mail = json!({ "service": "email", "operation": "send", "payload": { "to": "a@b.test" } });
    assert_eq!(upivia.made(As::Key(key), "/service-requests", mail.clone())["status"], "executed");
    let foreign = upivia.mail(None, None).body;
    let of_other = format!("/service-requests/{}", foreign["request_id"].as_str().unwrap());
    assert_eq!(upivia.get(As::Key(key), &of_other).status, 404);

    let unsure = upivia.patch(As::Session, &format!("{path}/key"), json!({}));
    assert_eq!(refused(&unsure), (400, "invalid_request"));
    let reset = upivia.patch(As::Session, &format!("{path}/key"), json!({ "confirm": true }));
    let new_key = reset.body["api_key"].as_str().unwrap();
    assert_eq!(upivia.post(As::Key(key), "/service-requests", mail.clone()).status, 401);
    assert_eq!(upivia.made(As::Key(new_key), "/service-requests", mail)["status"], "executed");

    let budget = json!({ "monthly_budget_cents": 9_900 });
    let set = upivia.patch(As::Session, &format!("{path}/budget"), budget);
    assert_eq!(set.body["agent"]["monthly_budget_cents"], 9_900);
    upivia.made(As::Session, &format!("{path}/services"), json!({ "service_id": "sms" }));
    let copy = upivia.made(As::Session, &format!("{path}/clone"), json!({ "name": "Two" }));
    let copied = upivia.read(As::Session, &format!("/agents/{}", id(&copy, "agent")));
    assert_eq!(copied["agent"]["name"], "Two");
    assert_eq!(copied["services"][0]["service_id"], "sms");
    let moved = upivia.patch(
        As::Session,
        &format!("{path}/transfer"),
        json!({ "new_owner_user_id": "usr_2" }),
    );
    assert_ne!(moved.body["api_key"], reset.body["api_key"]);

    assert_eq!(upivia.read(As::Token, &format!("{path}/health"))["status"], "healthy");
    assert_eq!(upivia.read(As::Token, "/agents/health")["idle"], 1);
    assert_eq!(upivia.delete(As::Session, &path).status, 200);
    assert_eq!(upivia.get(As::Session, &path).status, 404);
    let chat = upivia.delete(As::Session, "/agents/agt_chat");
    assert_eq!(refused(&chat), (409, "agent_protected"));
    assert_eq!(upivia.read(As::Agent, "/agents")["agents"].as_array().unwrap().len(), 2);
}

#[test]
fn agents_spawn_within_budget_services_and_depth() {
    let upivia = upivia();
    let estimate =
        upivia.read(As::Agent, "/agents/spawn?operations=email.send%2Cvoice_call.create");
    assert_eq!(estimate["estimated_budget_cents"], 26);
    let child = |services: &[&str], budget: i64| json!({ "name": "child", "services": services, "budget_cents": budget });
    let rich = upivia.post(As::Agent, "/agents/spawn", child(&["email.send"], 2_000_000));
    assert_eq!(refused(&rich), (409, "insufficient_budget"));
    let mut key = upivia.sandbox().upivia_agent_key().to_owned();
    for depth in 1..=3 {
        let made = upivia.made(As::Key(&key), "/agents/spawn", child(&["email.send"], 100 - depth));
        key = made["api_key"].as_str().unwrap().to_owned();
        assert_eq!(made["agent"]["depth"], depth);
    }
    let deeper = upivia.post(As::Key(&key), "/agents/spawn", child(&["email.send"], 1));
    assert_eq!(refused(&deeper), (403, "forbidden"));
    let sms =
        json!({ "service": "sms", "operation": "send", "payload": { "to": "+1", "body": "x" } });
    let stopped = upivia.made(As::Key(&key), "/service-requests", sms);
    assert_eq!(stopped["reason_code"], "service_not_enabled");
}

#[test]
fn tasks_are_delegated_and_memories_kept() {
    let upivia = upivia();
    let agent = upivia.sandbox().upivia_agent_id();
    let tasks = format!("/agents/{agent}/delegated-tasks");
    let begun = json!({ "objective": "research", "execute_now": true, "child_agent_id": null });
    let begun = upivia.made(As::Agent, &tasks, begun);
    let task = id(&begun, "task");
    let attached = format!("/delegated-tasks/{task}");
    let done = |body: &Value| body["task"]["status"] == "completed";
    let events = upivia.read_until(As::Token, &attached, done)["events"].clone();
    assert_eq!(events.as_array().unwrap().len(), 1);
    assert_eq!(upivia.read(As::Token, &format!("{attached}?since=1"))["events"], json!([]));
    let waiting = upivia.made(As::Agent, &tasks, json!({ "objective": "later" }));
    let one = format!("{tasks}/{}", id(&waiting, "task"));
    let state = json!({ "status": "cancelled" });
    assert_eq!(upivia.patch(As::Session, &one, state).body["task"]["status"], "cancelled");
    assert_eq!(upivia.read(As::Session, &one)["task"]["objective"], "later");
    let cancelled = upivia.read(As::Agent, &format!("{tasks}?direction=created&status=cancelled"));
    assert_eq!(cancelled["tasks"].as_array().unwrap().len(), 1);
    let other =
        upivia.post(As::Agent, "/agents/agt_chat/delegated-tasks", json!({ "objective": "x" }));
    assert_eq!(refused(&other), (403, "forbidden"));

    let memories = format!("/agents/{agent}/memories");
    let made = upivia.made(As::Agent, &memories, json!({ "content": "prefers Pix" }));
    upivia.made(As::Agent, &memories, json!({ "content": "speaks Portuguese" }));
    let found = upivia.read(As::Session, &format!("{memories}?q=PIX&semantic=true"));
    assert_eq!(found["memories"].as_array().unwrap().len(), 1);
    assert_eq!(found["semantic"], true);
    let one = format!("{memories}/{}", id(&made, "memory"));
    assert_eq!(upivia.patch(As::Session, &one, json!({ "archived": true })).status, 200);
    let graph = upivia.read(As::Session, &format!("{memories}/graph"));
    assert_eq!(graph["nodes"].as_array().unwrap().len(), 1);
    assert_eq!(upivia.delete(As::Session, &one).status, 200);
    assert_eq!(upivia.delete(As::Session, &one).status, 404);
}

/// A workflow of two steps with a published version: its path and the version's id.
fn workflow(upivia: &Upivia) -> (String, String) {
    let made = upivia.made(As::Session, "/workflows", json!({ "name": "Digest" }));
    let path = format!("/workflows/{}", id(&made, "workflow"));
    let steps = json!({ "steps": [{ "id": "s1" }, { "id": "s2" }], "edges": [] });
    let version = upivia.made(As::Session, &format!("{path}/versions"), steps);
    let version = id(&version, "version").to_owned();
    let draft = json!({ "workflow_version_id": version, "input": {} });
    let early = upivia.post(As::Session, &format!("{path}/runs"), draft);
    assert_eq!(refused(&early), (409, "version_not_published"));
    let publish = format!("{path}/versions/{version}/publish");
    let asked = upivia.made(As::Session, &publish, json!({}));
    assert_eq!(asked["publish_request"]["status"], "pending");
    upivia.read_until(As::Session, &path, |body| body["versions"][0]["status"] == "published");
    (path, version)
}

#[test]
fn workflows_run_wait_fail_and_are_repeated() {
    let upivia = upivia();
    let (path, version) = workflow(&upivia);
    let runs = format!("{path}/runs");
    let start = |input: Value| {
        let run = json!({ "workflow_version_id": version, "input": input, "budget_cents": 10 });
        let run = upivia.made(As::Session, &runs, run);
        assert_eq!(run["run"]["status"], "pending");
        format!("{runs}/{}", id(&run, "run"))
    };
    let until = |run: &str, status: &str| {
        upivia.read_until(As::Session, run, |body| body["run"]["status"] == status)
    };
    until(&start(json!({})), "completed");

    let waiting = start(json!({ "sandbox": "waiting_approval" }));
    until(&waiting, "waiting_approval");
    let approvals = upivia.read(As::Session, "/approvals?status=pending");
    let approval = approvals["approvals"][0]["id"].as_str().unwrap();
    upivia.made(As::Session, &format!("/approvals/{approval}/approve"), json!({}));
    until(&waiting, "completed");

    let failing = start(json!({ "sandbox": "failed" }));
    let failed = until(&failing, "failed");
    assert_eq!(
        failed["steps"],
        json!([
            { "id": "s1", "status": "completed" }, { "id": "s2", "status": "failed" },
        ])
    );
    let retried = upivia.made(As::Session, &format!("{failing}/steps/s2/retry"), json!({}));
    assert_eq!(retried["step"]["id"], "s2");
    until(&failing, "completed");
    let none = upivia.made(As::Session, &format!("{failing}/rerun-failed"), json!({}));
    assert_eq!(none, json!({ "retried": 0 }));
    let over = upivia.post(As::Session, &format!("{failing}/cancel"), json!({}));
    assert_eq!(refused(&over), (409, "conflict"));
    assert_eq!(upivia.read(As::Session, &runs)["runs"].as_array().unwrap().len(), 3);
}

#[test]
fn workflows_are_granted_shared_and_taken_back() {
    let upivia = upivia();
    let (path, version) = workflow(&upivia);
    let agent = upivia.sandbox().upivia_agent_id();
    let grants = format!("{path}/agents");
    assert_eq!(upivia.post(As::Session, &grants, json!({ "agent_id": agent })).status, 201);
    assert_eq!(upivia.read(As::Session, &grants)["agents"][0]["id"], agent);
    let skills = format!("/agents/{agent}/skills");
    let skill = upivia.read(As::Token, &skills)["skills"][0].clone();
    assert_eq!(skill["kind"], "workflow");
    let workflow = skill["id"].as_str().unwrap();
    assert_eq!(upivia.delete(As::Session, &format!("{skills}?workflow_id={workflow}")).status, 200);
    assert_eq!(upivia.delete(As::Session, &format!("{grants}?agent_id={agent}")).status, 404);
    upivia.made(As::Session, &grants, json!({ "agent_id": agent }));
    assert_eq!(upivia.delete(As::Session, &format!("{grants}?agent_id={agent}")).status, 204);

    upivia.made(As::Session, &format!("{path}/share"), json!({ "scope": "team" }));
    assert_eq!(upivia.read(As::Session, &format!("{path}/export"))["manifest"]["version"], 1);
    let back = format!("{path}/versions/{version}/unpublish");
    assert_eq!(upivia.made(As::Session, &back, json!({}))["version"]["status"], "draft");
    let renamed = upivia.patch(As::Session, &path, json!({ "category": "ops" }));
    assert_eq!(renamed.body["workflow"]["category"], "ops");
    let template =
        upivia.read(As::Session, "/workflows/from-template")["templates"][0]["id"].clone();
    let wish = json!({ "template_id": template, "agent_id": agent });
    let made = upivia.made(As::Session, "/workflows/from-template", wish);
    let versions = upivia.read(As::Session, &format!("/workflows/{}", id(&made, "workflow")));
    assert_eq!(versions["versions"][0]["status"], "published");
    let ops = upivia.read(As::Session, "/workflows?category=ops");
    assert_eq!(ops["workflows"].as_array().unwrap().len(), 1);
    assert_eq!(upivia.delete(As::Session, &path).status, 204);
}

#[test]
fn tasks_by_the_clock_and_requests_to_people() {
    let upivia = upivia();
    let made =
        upivia.made(As::Session, "/scheduled-tasks", json!({ "schedule_expr": "0 9 * * *" }));
    let path = format!("/scheduled-tasks/{}", id(&made, "task"));
    let runs = format!("{path}/runs");
    upivia.read_until(As::Session, &runs, |body| body["runs"][0]["status"] == "executed");
    assert_eq!(upivia.read(As::Session, &format!("{runs}?offset=1"))["runs"], json!([]));
    let paused = upivia.patch(As::Session, &path, json!({ "status": "paused" }));
    assert_eq!(paused.body["task"]["status"], "paused");
    assert_eq!(upivia.read(As::Session, "/scheduled-tasks?status=active")["tasks"], json!([]));
    assert_eq!(upivia.delete(As::Session, &path).status, 204);
    assert_eq!(upivia.get(As::Session, &path).status, 404);

    let asked = json!({ "request_type": "clarification", "body": "Which account?", "title": null });
    let asked = upivia.made(As::Token, "/agent-requests", asked);
    let resolve =
        json!({ "request_id": id(&asked, "request"), "action": "resolve", "response": "B" });
    assert_eq!(upivia.patch(As::Token, "/agent-requests", resolve).body, json!({ "ok": true }));
    assert_eq!(upivia.read(As::Token, "/agent-requests")["requests"], json!([]));
    let all = upivia.read(As::Token, "/agent-requests?status=all");
    assert_eq!(all["requests"][0]["response"], "B");
}

#[test]
fn teams_and_workspaces_are_switched_by_cookie() {
    let upivia = upivia();
    let cookie = |path: &str, body: Value| {
        let reply = upivia.post(As::Session, path, body);
        assert_eq!(reply.body, json!({ "ok": true }));
        let cookie = reply.headers["set-cookie"].to_str().unwrap().to_owned();
        cookie.split(';').next().unwrap().to_owned()
    };
    let team = cookie("/teams/switch", json!({ "team_id": "team_second" }));
    assert_eq!(team, "active_team=team_second");
    let teams = |who| upivia.read(who, "/teams")["teams"].as_array().unwrap().len();
    assert_eq!((teams(As::Session), teams(As::Switched(&team))), (2, 1));
    let all = cookie("/teams/switch", json!({ "team_id": null }));
    assert_eq!((all.as_str(), teams(As::Switched(&all))), ("active_team=", 2));
    let other = cookie("/workspaces/switch", json!({ "orgId": "org_second" }));
    assert_eq!(upivia.read(As::Switched(&other), "/balance")["amount_cents"], 0);
    assert_eq!(upivia.read(As::Switched(&other), "/workspaces")["workspaces"][1]["active"], true);
    assert_eq!(
        upivia.post(As::Session, "/workspaces/switch", json!({ "orgId": "no" })).status,
        404
    );

    let budget = "/teams/team_default/budget";
    let given =
        upivia.made(As::Session, &format!("{budget}/allocate"), json!({ "amount_cents": 100 }));
    assert_eq!(given, json!({ "pool_cents": 100 }));
    let wish = json!({ "team_id": "team_default", "amount_cents": 50 });
    let wish = upivia.made(As::Session, "/budget-requests", wish);
    let path = format!("/budget-requests/{}", id(&wish, "request"));
    let decided =
        upivia.patch(As::Session, &path, json!({ "action": "approve", "amount_cents": 20 }));
    assert_eq!(decided.body["request"]["status"], "approved");
    assert_eq!(upivia.read(As::Session, "/budget-requests")["requests"], json!([]));
    assert_eq!(upivia.read(As::Session, budget)["pool_cents"], 120);
    assert_eq!(upivia.read(As::Token, "/balance?team_id=team_default")["amount_cents"], 120);
    let much = json!({ "amount_cents": 1_000_000 });
    let poor = upivia.post(As::Session, &format!("{budget}/allocate"), much);
    assert_eq!(refused(&poor), (402, "insufficient_balance"));
    let members = "/teams/team_default/members";
    let member = upivia.read(As::Session, members)["members"][0]["id"].clone();
    let path = format!("{members}/{}", member.as_str().unwrap());
    assert_eq!(upivia.patch(As::Session, &path, json!({ "role": "worker" })).status, 200);
    assert_eq!(upivia.read(As::Session, members)["members"][0]["role"], "worker");
}

#[test]
fn devices_live_by_their_heartbeats() {
    let upivia = upivia();
    let cwd = upivia.post(As::Token, "/devices/sessions/ds_1/cwd", json!({ "action": "get" }));
    assert_eq!(refused(&cwd), (409, "device_offline"));
    let beat = || upivia.made(As::Token, "/devices/heartbeat", json!({ "session_id": "ds_1" }));
    assert_eq!(beat(), json!({ "commands": [] }));
    assert_eq!(upivia.read(As::Token, "/devices/sessions")["sessions"][0]["id"], "ds_1");
    let sent = upivia.made(As::Token, "/devices/sessions/ds_1", json!({ "content": "ls" }));
    let command = id(&sent, "command");
    assert_eq!(beat()["commands"][0]["id"], command);
    assert_eq!(beat(), json!({ "commands": [] }), "each is handed out once");
    let path = format!("/devices/commands/{command}");
    assert_eq!(upivia.patch(As::Token, &path, json!({ "status": "done" })).status, 200);
    let rename = json!({ "action": "rename", "title": "laptop" });
    assert_eq!(upivia.patch(As::Token, "/devices/sessions/ds_1", rename).status, 200);
    let set = json!({ "action": "set", "path": "src" });
    let cwd = upivia.made(As::Token, "/devices/sessions/ds_1/cwd", set);
    assert_eq!(cwd, json!({ "cwd": "src", "entries": [] }));
    assert_eq!(upivia.delete(As::Token, "/devices/sessions/ds_1").status, 200);
    assert_eq!(upivia.read(As::Token, "/devices/sessions")["sessions"], json!([]));
}
