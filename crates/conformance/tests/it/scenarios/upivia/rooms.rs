//! Rooms and swarms with a cap, questions to people, how everything stands, what would be decided.

use codespar_sandbox::{EffectKind, Verdict};
use serde_json::json;
use testing_support::driver::{Driver, TestResult};
use upivia_proto::{
    Cents, Error, Object,
    agent_requests::{AgentRequestQuery, CreateAgentRequest},
    human_input::HumanInputQuery,
    ops::OpsRunQuery,
    rooms::{CreateRoom, PostMessage, RoomQuery},
    simulations::{PolicyCheck, PolicyDecision},
    swarms::CreateSwarm,
    workflows::{RunStatus, RunWorkflow},
};

use crate::support::codespar::{refused, wrong};
use crate::support::upivia::{
    Upivia, came, count, email, quick, soon, still, text, until, upivia_config, upivia_of,
};

testing_support::with_both_drivers! {
    agents_answer_in_a_room_until_its_cap_is_reached
    a_swarm_works_in_a_room_of_its_own
    a_swarm_stops_at_its_cap
    a_run_waits_until_a_person_answers
    a_room_waits_until_a_person_answers
    a_step_that_failed_is_passed_over
    everything_is_seen_at_once
    what_would_be_decided_is_decided
    what_an_agent_asked_is_turned_down
    a_token_does_what_the_terminal_does
    what_cannot_work_is_not_sent
}

fn agent<D: Driver>(client: &Upivia<D>, name: &str) -> Result<String, Error> {
    Ok(text(&D::finish(client.agents().create(&json!({"name": name})))?, "/agent/id"))
}

fn agents_answer_in_a_room_until_its_cap_is_reached<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let agents = vec![agent(&client, "Ana")?, agent(&client, "Rui")?];
    let args = CreateRoom::new("Suppliers", "Find three")
        .agent_ids(agents)
        .budget_cap_cents(Cents::new(3));
    let room = D::finish(client.rooms().create(&args))?.room;
    assert_eq!(room.active_agents().count(), 2);
    assert_eq!((room.spent_cents, room.budget_cap_cents), (Some(0.into()), Some(3.into())));

    let note = PostMessage::new("A note.", false);
    D::finish(client.rooms().post_message(&room.id, &note))?;
    for _ in 0..2 {
        let question = PostMessage::new("Who delivers?", true);
        D::finish(client.rooms().post_message(&room.id, &question))?;
    }
    let full = until::<D, _>(
        || client.rooms().get(&room.id),
        |seen| seen.room.status.as_deref() == Some("paused"),
    )?;
    assert_eq!(full.room.spent_cents, Some(Cents::new(3)), "two answers, then one");
    let costs: Vec<_> = full.messages.iter().filter_map(|it| it.cost_cents()).collect();
    assert_eq!(costs, [Cents::new(1); 3]);
    assert_eq!(full.messages[0].body.as_ref().map(|body| body.expose()), Some("A note."));
    assert_eq!(full.messages.last().unwrap().author_name.as_deref(), Some("System"));
    let paid = sandbox.effects().iter().filter(|it| it.kind == EffectKind::ServiceCall).count();
    assert_eq!(paid, 3);
    assert_eq!(D::finish(client.balance().get())?.amount_cents, Some(Cents::new(4_997)));

    let listed = D::finish(client.rooms().list(&RoomQuery::default()))?.rooms;
    assert_eq!((listed.len(), &listed[0].id), (1, &room.id));
    let active = D::finish(client.rooms().list(&RoomQuery::default().status("active")))?;
    assert!(active.rooms.is_empty());
    let error = D::finish(client.rooms().get("room_none")).unwrap_err();
    assert_eq!(refused(&error), (404, "not_found"));
    Ok(())
}

fn a_swarm_works_in_a_room_of_its_own<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let (one, two) = (agent(&client, "Ana")?, agent(&client, "Rui")?);
    let swarm = CreateSwarm::new("Compare", vec![one, two.clone()], 2)
        .moderator_agent_id(two)
        .budget_dollars("1.00".parse()?);
    let room = D::finish(client.swarms().create(&swarm))?.room;
    let sent = came(&sandbox, "POST", "/swarms")[0].json().unwrap();
    assert_eq!((&sent["budget_cap_cents"], &sent["rounds"]), (&json!(100), &json!(2)));
    assert!(sent.get("budget_dollars").is_none());
    let done = until::<D, _>(
        || client.rooms().get(&room.id),
        |seen| seen.room.status.as_deref() == Some("completed"),
    )?;
    assert_eq!(done.room.spent_cents, Some(Cents::new(5)), "two rounds of two, and a summary");
    assert_eq!(done.messages.len(), 5);
    Ok(())
}

fn a_swarm_stops_at_its_cap<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let agents = vec![agent(&client, "Ana")?, agent(&client, "Rui")?];
    let swarm = CreateSwarm::new("Compare", agents, 9).budget_cap_cents(Cents::new(3));
    let room = D::finish(client.swarms().create(&swarm))?.room;
    let stopped = until::<D, _>(
        || client.rooms().get(&room.id),
        |seen| seen.room.status.as_deref() == Some("paused"),
    )?;
    assert_eq!(stopped.room.spent_cents, Some(Cents::new(3)));
    Ok(())
}

/// A workflow of two steps, and a draft of it.
fn drafted<D: Driver>(client: &Upivia<D>) -> Result<(String, String), Error> {
    let made = D::finish(client.workflows().create(&json!({"name": "Digest"})))?;
    let workflow = text(&made, "/workflow/id");
    let steps = json!({"steps": [{"id": "s1"}, {"id": "s2"}], "edges": []});
    let version = D::finish(client.workflows().create_version(&workflow, &steps))?;
    Ok((workflow, text(&version, "/version/id")))
}

/// A test run of a draft that the sandbox ends so.
fn ending(version: &str, how: &str) -> RunWorkflow {
    RunWorkflow::default()
        .input(Object::of("input", &json!({"sandbox": how})).unwrap())
        .workflow_version_id(version)
        .test_run(true)
}

fn a_run_waits_until_a_person_answers<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let (workflow, version) = drafted(&client)?;
    let stopping = ending(&version, "waiting_input").stop_at_approval(true);
    let run = D::finish(client.workflows().run_and_wait(&workflow, &stopping, soon()))?;
    assert_eq!(run.status, Some(RunStatus::Paused));
    assert!(run.is_paused() && !run.is_over());
    let pending = HumanInputQuery::default().status("pending");
    let asked = D::finish(client.human_input().list(&pending))?.requests.remove(0);
    assert_eq!(asked.workflow_name.as_deref(), Some("Digest"));
    assert!(asked.prompt_text.is_some() && asked.assignee_email.is_none());
    let id = asked.id.unwrap();
    let answered = D::finish(client.human_input().answer(&id, "The second."))?;
    assert_eq!(answered.request.unwrap().status.as_deref(), Some("answered"));
    until::<D, _>(
        || client.workflows().runs().get(&workflow, &run.id),
        |seen| seen.run.status == Some(RunStatus::Completed),
    )?;
    assert!(D::finish(client.human_input().list(&pending))?.requests.is_empty());
    let error = D::finish(client.human_input().answer(&id, "The first.")).unwrap_err();
    assert_eq!(refused(&error), (409, "conflict"));

    let late = ending(&version, "waiting_input");
    let patience = soon().at_most(std::time::Duration::from_secs(2));
    let error = D::finish(client.workflows().run_and_wait(&workflow, &late, patience)).unwrap_err();
    assert_eq!((error.is_timeout(), error.code()), (true, Some("paused")));
    let asked = D::finish(client.human_input().list(&pending))?.requests.remove(0);
    let run = asked.extra.get("run_id").unwrap().read::<String>()?;
    D::finish(client.workflows().runs().cancel(&workflow, &run))?;
    let answer = client.human_input().answer(&asked.id.unwrap(), "The first.");
    assert_eq!(refused(&D::finish(answer).unwrap_err()), (409, "conflict"), "nothing waits");
    Ok(())
}

fn a_room_waits_until_a_person_answers<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let args = CreateRoom::new("Suppliers", "Find three").agent_ids(vec![agent(&client, "Ana")?]);
    let room = D::finish(client.rooms().create(&args))?.room.id;
    let question = PostMessage::new("human_input: which account?", true);
    D::finish(client.rooms().post_message(&room, &question))?;
    let waiting = until::<D, _>(
        || client.human_input().list(&HumanInputQuery::default()),
        |seen| !seen.requests.is_empty(),
    )?;
    let asked = &waiting.requests[0];
    assert_eq!(asked.room_id.as_deref(), Some(room.as_str()));
    D::finish(client.human_input().answer(asked.id.as_ref().unwrap(), "The second."))?;
    let seen = D::finish(client.rooms().get(&room))?;
    let said: Vec<_> = seen.messages.iter().map(|it| it.body.as_ref().unwrap().expose()).collect();
    assert_eq!(said, ["human_input: which account?", "The second.", "Thank you."]);
    assert_eq!(seen.room.spent_cents, Some(Cents::new(1)));
    assert_eq!(seen.room.budget_cap_cents, None);
    Ok(())
}

fn a_step_that_failed_is_passed_over<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let (workflow, version) = drafted(&client)?;
    let failing = ending(&version, "failed");
    let run = D::finish(client.workflows().run_and_wait(&workflow, &failing, soon()))?.id;
    let runs = client.workflows().runs();
    let error = D::finish(runs.skip_step(&workflow, &run, "s1")).unwrap_err();
    assert_eq!(refused(&error), (404, "not_found"), "that one did not fail");
    D::finish(runs.skip_step(&workflow, &run, "s2"))?;
    let over = until::<D, _>(
        || client.workflows().runs().get(&workflow, &run),
        |seen| seen.run.status == Some(RunStatus::Completed),
    )?;
    let steps = over.run.steps.unwrap();
    assert_eq!(steps[1].status.as_deref(), Some("skipped"));
    assert_eq!((&steps[1].error, &over.run.error), (&None, &None));
    Ok(())
}

fn everything_is_seen_at_once<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let (workflow, version) = drafted(&client)?;
    let failing = ending(&version, "failed");
    let failed = D::finish(client.workflows().run_and_wait(&workflow, &failing, soon()))?;
    let waiting = ending(&version, "waiting_input").stop_at_approval(true);
    let paused = D::finish(client.workflows().run_and_wait(&workflow, &waiting, soon()))?;
    D::finish(client.service_requests().create(&email()))?;
    D::finish(client.rooms().create(&CreateRoom::new("Suppliers", "Find three")))?;

    let all = D::finish(client.ops().runs(&OpsRunQuery::default()))?.runs;
    let ids: Vec<_> = all.iter().map(|run| run.id.as_str()).collect();
    assert_eq!(ids, [&*paused.id, &*failed.id], "the newest first");
    let only = OpsRunQuery::default().status("failed").limit(1);
    let only = D::finish(client.ops().runs(&only))?.runs;
    assert_eq!((only.len(), only[0].workflow_id.as_deref()), (1, Some(workflow.as_str())));
    assert_eq!(only[0].workflow_name.as_deref(), Some("Digest"));
    assert_eq!(only[0].status, Some(RunStatus::Failed));
    assert!(only[0].error.is_some());

    let seen = D::finish(client.ops().snapshot())?;
    let (fleet, blockers, spend) =
        (seen.fleet.unwrap(), seen.blockers.unwrap(), seen.spend.unwrap());
    assert_eq!((fleet.rooms_active, fleet.workflow_runs_paused), (Some(1), Some(1)));
    assert_eq!(fleet.agents_active, fleet.agents_total);
    assert_eq!((blockers.pending_human_inputs, blockers.pending_approvals), (Some(1), Some(0)));
    assert_eq!(spend.month_spend_cents, Some(Cents::new(1)));
    assert_eq!(spend.balance_cents, Some(Cents::new(4_999)));
    assert_eq!(seen.automation.unwrap().scheduler_leases[0].healthy, Some(true));
    Ok(())
}

fn what_would_be_decided_is_decided<D: Driver>() -> TestResult {
    let sandbox = still();
    let client = upivia_of::<D>(&sandbox);
    let me = sandbox.upivia_agent_id();
    let mail = json!({"to": "ana@example.com"});
    let check = |service: &str, operation: &str| -> Result<PolicyDecision, Error> {
        let check = PolicyCheck::new(me, service, operation, &mail)?;
        D::finish(client.simulations().policy_check(&check))
    };
    let decided = check("email", "send")?;
    assert_eq!(decided.decision.as_deref(), Some("executed"));
    assert_eq!(decided.estimated_cost_cents, Some(Cents::new(1)));
    assert_eq!((decided.failed().count(), decided.checks.len()), (0, 4));

    let terms = json!({"service_id": "email", "approval_required": true});
    D::finish(client.agents().enable_service(me, &terms))?;
    assert_eq!(check("email", "send")?.decision.as_deref(), Some("approval_required"));
    D::finish(client.agents().set_budget(me, &json!({"monthly_budget_cents": 0})))?;
    let decided = check("email", "send")?;
    assert_eq!(decided.decision.as_deref(), Some("blocked"));
    assert_eq!(decided.reason_code.as_deref(), Some("budget_exceeded"));
    let failed: Vec<_> = decided.failed().collect();
    assert_eq!((failed.len(), failed[0].name.as_deref()), (1, Some("budget")));
    assert!(failed[0].fix.is_some());
    sandbox.upivia_decide("email.send", Verdict::Blocked);
    assert_eq!(check("email", "send")?.reason_code.as_deref(), Some("policy_block"));
    let made = D::finish(client.service_requests().create(&email()))?;
    assert_eq!(made.status(), "blocked", "as it was foreseen");

    let error = check("email", "read").unwrap_err();
    assert_eq!(refused(&error), (422, "invalid_request"));
    let error = check("sms", "send").unwrap_err();
    assert_eq!(refused(&error), (422, "invalid_request"), "the payload is looked at, too");
    assert!(sandbox.effects().is_empty(), "nothing was done");
    Ok(())
}

fn what_an_agent_asked_is_turned_down<D: Driver>() -> TestResult {
    let sandbox = still();
    let client = upivia_of::<D>(&sandbox);
    let ask = CreateAgentRequest::new("budget_increase", "Ten dollars more");
    let made = D::finish(client.agent_requests().create(&ask))?;
    let id = text(&made, "/request/id");
    D::finish(client.agent_requests().reject(&id, Some("Not this month")))?;
    let sent = came(&sandbox, "PATCH", "/agent-requests")[0].json().unwrap();
    assert_eq!((&sent["action"], &sent["request_id"]), (&json!("reject"), &json!(id)));
    let error = D::finish(client.agent_requests().resolve(&id, None)).unwrap_err();
    assert_eq!(refused(&error), (409, "conflict"));
    let listed = |status: &str| {
        let query = AgentRequestQuery::default().status(status);
        D::finish(client.agent_requests().list(&query)).map(|found| count(&found, "requests"))
    };
    assert_eq!((listed("rejected")?, listed("pending")?, listed("all")?), (1, 0, 1));
    Ok(())
}

/// The terminal has nothing but a token.
fn a_token_does_what_the_terminal_does<D: Driver>() -> TestResult {
    let sandbox = quick();
    let config = upivia_proto::Config::new(sandbox.upivia_url()).pat(sandbox.upivia_pat());
    let client = Upivia::<D>::with_config(config)?;
    let me = sandbox.upivia_agent_id();
    let model = json!({"defaultModelId": "openai/gpt-4.1-mini"});
    let changed = D::finish(client.agents().update(me, &model))?;
    assert_eq!(text(&changed, "/agent/defaultModelId"), "openai/gpt-4.1-mini");
    let team = D::finish(client.agents().of_team("team_default"))?;
    assert_eq!(team.agents.len(), 1);
    assert!(D::finish(client.agents().of_team("team_second"))?.agents.is_empty());
    assert_eq!(came(&sandbox, "GET", "/agents")[0].query.as_deref(), Some("team_id=team_default"));
    assert!(text(&D::finish(client.platform().whoami())?, "/user/email").contains('@'));
    D::finish(client.ops().snapshot())?;
    // Other ways to change an agent take a cookie still.
    let error = D::finish(client.agents().reset_key(me)).unwrap_err();
    assert_eq!(refused(&error), (403, "forbidden"));
    let agent_alone =
        upivia_proto::Config::new(sandbox.upivia_url()).api_key(sandbox.upivia_agent_key());
    let client = Upivia::<D>::with_config(agent_alone)?;
    let error = D::finish(client.rooms().list(&RoomQuery::default())).unwrap_err();
    assert_eq!(wrong(&error), "pat", "an agent's key is for other things");
    Ok(())
}

fn what_cannot_work_is_not_sent<D: Driver>() -> TestResult {
    let sandbox = still();
    let client = Upivia::<D>::with_config(upivia_config(&sandbox))?;
    let two = || vec!["agt_1".to_owned(), "agt_2".to_owned()];
    let field = |error: Error| wrong(&error).to_owned();
    let swarm = |swarm: CreateSwarm| field(D::finish(client.swarms().create(&swarm)).unwrap_err());
    assert_eq!(swarm(CreateSwarm::new("x", vec!["agt_1".to_owned()], 2)), "agent_ids");
    assert_eq!(swarm(CreateSwarm::new("x", vec!["agt_1".to_owned(); 2], 2)), "agent_ids");
    assert_eq!(swarm(CreateSwarm::new("x", two(), 0)), "rounds");
    let cap = CreateSwarm::new("x", two(), 1).budget_cap_cents(Cents::new(-1));
    assert_eq!(swarm(cap), "budget_cap_cents");
    let room = CreateRoom::new("x", "y").budget_dollars("0.005".parse()?);
    assert_eq!(field(D::finish(client.rooms().create(&room)).unwrap_err()), "budget_dollars");
    assert!(sandbox.requests().is_empty());
    Ok(())
}
