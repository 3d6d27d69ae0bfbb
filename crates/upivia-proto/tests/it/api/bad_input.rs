//! What cannot work is said by the field's name, before anything is sent.

use std::time::Duration;

use codespar_engine::testing::Replay;
use serde_json::json;
use upivia_proto::{
    Call, Cents, Client, Config, Error, ErrorKind, Object, ServiceRequest, Wait,
    agent_requests::CreateAgentRequest,
    agents::ActivityQuery,
    audit_logs::AuditLogQuery,
    delegate::{DelegateTask, DelegatedTaskQuery},
    devices::CommandStatus,
    human_input::HumanInputQuery,
    memory::MemorySearch,
    ops::OpsRunQuery,
    rooms::{CreateRoom, PostMessage, RoomQuery},
    scheduled_tasks::{OffsetQuery, ScheduledTaskQuery},
    simulations::PolicyCheck,
    spawn::SpawnAgent,
    swarms::CreateSwarm,
    usage::UsageQuery,
    workflows::{RunWorkflow, ShareScope},
};

use crate::support::on;

fn ids<const N: usize>(ids: [&str; N]) -> Vec<String> {
    ids.map(str::to_owned).to_vec()
}

fn room() -> CreateRoom {
    CreateRoom::new("Suppliers", "Find three")
}

fn swarm() -> CreateSwarm {
    CreateSwarm::new("Compare", ids(["agt_1", "agt_2"]), 2)
}

fn imagined(agent: &str, service: &str, operation: &str) -> PolicyCheck {
    PolicyCheck::new(agent, service, operation, &json!({})).unwrap()
}

type Made = Call<Replay, ()>;

fn assert_refused(field: &str, error: &Error) {
    assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some(field)), "{error}");
    assert!(!error.may_have_been_sent());
}

/// Makes a call that must fail at this field. The script is empty: sending would panic.
fn refuses(field: &str, make: impl FnOnce(&Client<Replay>) -> Made) {
    let error = make(&on(&Replay::new())).send().unwrap_err();
    assert_refused(field, &error);
    assert!(!error.operation().is_empty(), "{error}");
}

macro_rules! refused {
    ($($field:literal: $client:ident => $call:expr;)*) => {
        $( refuses($field, |$client| $call.map(drop)); )*
    };
}

#[test]
fn ids_that_lead_elsewhere() {
    let object = json!({});
    for id in ["", ".", ".."] {
        refused! {
            "request_id": client => client.service_requests().get(id);
            "approval_id": client => client.approvals().approve(id);
            "approval_id": client => client.approvals().reject(id);
            "agent_id": client => client.agents().get(id);
            "agent_id": client => client.agents().update(id, &object);
            "agent_id": client => client.agents().delete(id);
            "agent_id": client => client.agents().reset_key(id);
            "agent_id": client => client.agents().clone_agent(id, &object);
            "agent_id": client => client.agents().transfer(id, &object);
            "agent_id": client => client.agents().set_budget(id, &object);
            "agent_id": client => client.agents().enable_service(id, &object);
            "agent_id": client => client.agents().disable_service(id, "email");
            "agent_id": client => client.agents().health(id);
            "agent_id": client => client.agents().activity_page(id, &ActivityQuery::default());
            "agent_id": client => client.agents().skills(id);
            "agent_id": client => client.agents().remove_skill(id, "wf_1");
            "agent_id": client => client.delegate().create(id, &DelegateTask::new("x"));
            "agent_id": client => client.delegate().list(id, &DelegatedTaskQuery::default());
            "task_id": client => client.delegate().get_task("agt_1", id);
            "task_id": client => client.delegate().update_task("agt_1", id, &object);
            "task_id": client => client.delegate().reattach(id, None);
            "agent_id": client => client.memory().list(id);
            "agent_id": client => client.memory().search(id, &MemorySearch::new("x"));
            "agent_id": client => client.memory().create(id, &object);
            "memory_id": client => client.memory().update("agt_1", id, &object);
            "memory_id": client => client.memory().delete("agt_1", id);
            "agent_id": client => client.memory().graph(id);
            "workflow_id": client => client.workflows().get(id);
            "workflow_id": client => client.workflows().update(id, &object);
            "workflow_id": client => client.workflows().delete(id);
            "workflow_id": client => client.workflows().create_version(id, &object);
            "version_id": client => client.workflows().publish_version("wf_1", id, &object);
            "version_id": client => client.workflows().unpublish_version("wf_1", id, &object);
            "workflow_id": client => client.workflows().share(id, &ShareScope::Org);
            "workflow_id": client => client.workflows().export(id);
            "workflow_id": client => client.workflows()
                .run_and_wait(id, &RunWorkflow::default(), Wait::default());
            "workflow_version_id": client => client.workflows().run_and_wait(
                "wf_1", &RunWorkflow::default().workflow_version_id(id), Wait::default());
            "workflow_id": client => client.workflows().runs().list(id);
            "workflow_id": client => client.workflows().runs().create(id, &object);
            "run_id": client => client.workflows().runs().get("wf_1", id);
            "run_id": client => client.workflows().runs().cancel("wf_1", id);
            "run_id": client => client.workflows().runs().rerun_failed("wf_1", id);
            "step_id": client => client.workflows().runs().retry_step("wf_1", "run_1", id, &object);
            "workflow_id": client => client.workflows().runs().skip_step(id, "run_1", "s1");
            "run_id": client => client.workflows().runs().skip_step("wf_1", id, "s1");
            "step_id": client => client.workflows().runs().skip_step("wf_1", "run_1", id);
            "room_id": client => client.rooms().get(id);
            "room_id": client => client.rooms().post_message(id, &PostMessage::new("x", true));
            "request_id": client => client.human_input().answer(id, "x");
            "workflow_id": client => client.workflows().agents().list(id);
            "workflow_id": client => client.workflows().agents().grant(id, "agt_1");
            "workflow_id": client => client.workflows().agents().revoke(id, "agt_1");
            "task_id": client => client.scheduled_tasks().get(id);
            "task_id": client => client.scheduled_tasks().update(id, &object);
            "task_id": client => client.scheduled_tasks().delete(id);
            "task_id": client => client.scheduled_tasks().runs(id, &OffsetQuery::default());
            "team_id": client => client.teams().budget(id);
            "team_id": client => client.teams().allocate_budget(id, &object);
            "team_id": client => client.teams().members().list(id);
            "membership_id": client => client.teams().members().update("team_1", id, &object);
            "request_id": client => client.budget_requests().resolve(id, &object);
            "session_id": client => client.devices().sessions().update(id, &object);
            "session_id": client => client.devices().sessions().command(id, "ls");
            "session_id": client => client.devices().sessions().delete(id);
            "session_id": client => client.devices().sessions().cwd(id, &object);
            "command_id": client => client.devices().commands().update(id, &CommandStatus::Done);
        }
    }
}

#[test]
fn texts_that_may_not_be_empty() {
    let request = |service: &str, operation: &str| {
        ServiceRequest::new(service, operation, &json!({})).unwrap()
    };
    refused! {
        "service": client => client.service_requests().create(&request("", "send"));
        "operation": client => client.service_requests().create(&request("email", " "));
        "idempotency_key": client => client.service_requests()
            .create(&request("email", "send")).idempotency_key("");
        "team_id": client => client.balance().of_team("");
        "team_id": client => client.teams().switch(Some(""));
        "org_id": client => client.workspaces().switch("");
        "agent_id": client => client.budget_check().check("");
        "service_id": client => client.agents().disable_service("agt_1", "");
        "workflow_id": client => client.agents().remove_skill("agt_1", "");
        "agent_id": client => client.workflows().agents().grant("wf_1", "");
        "agent_id": client => client.workflows().agents().revoke("wf_1", "");
        "category": client => client.workflows().of_category("");
        "name": client => client.spawn().create(&SpawnAgent::new("", ["email.send"]));
        "services": client => client.spawn().create(&SpawnAgent::new("child", [""]));
        "operations": client => client.spawn().estimate(Vec::<String>::new());
        "operations": client => client.spawn().estimate(["email.send,sms.send"]);
        "objective": client => client.delegate().create("agt_1", &DelegateTask::new(""));
        "q": client => client.memory().search("agt_1", &MemorySearch::new(" "));
        "body": client => client.agent_requests().create(&CreateAgentRequest::new("blocked", ""));
        "request_type": client => client.agent_requests().create(&CreateAgentRequest::new("", "x"));
        "request_id": client => client.agent_requests().resolve("", None);
        "request_id": client => client.agent_requests().reject("", None);
        "team_id": client => client.agents().of_team("");
        "title": client => client.rooms().create(&CreateRoom::new("", "x"));
        "objective": client => client.rooms().create(&CreateRoom::new("x", " "));
        "agent_ids": client => client.rooms().create(&room().agent_ids(ids(["agt_1", ""])));
        "agent_ids": client => client.rooms().create(&room().agent_ids(ids(["agt_1", "agt_1"])));
        "team_id": client => client.rooms().create(&room().team_id(""));
        "status": client => client.rooms().list(&RoomQuery::default().status(""));
        "body": client => client.rooms().post_message("room_1", &PostMessage::new("", false));
        "objective": client => client.swarms().create(&CreateSwarm::new("", ids(["a", "b"]), 2));
        "agent_ids": client => client.swarms().create(&CreateSwarm::new("x", ids(["a"; 1]), 2));
        "agent_ids": client => client.swarms().create(&CreateSwarm::new("x", ids(["a", "a"]), 2));
        "agent_ids": client => client.swarms().create(&CreateSwarm::new("x", Vec::new(), 2));
        "rounds": client => client.swarms().create(&CreateSwarm::new("x", ids(["a", "b"]), 0));
        "moderator_agent_id": client => client.swarms().create(&swarm().moderator_agent_id(""));
        "team_id": client => client.swarms().create(&swarm().team_id(""));
        "text": client => client.human_input().answer("hi_1", "");
        "status": client => client.human_input().list(&HumanInputQuery::default().status(""));
        "status": client => client.ops().runs(&OpsRunQuery::default().status(""));
        "agent_id": client => client.simulations().policy_check(&imagined("", "email", "send"));
        "service": client => client.simulations().policy_check(&imagined("agt_1", "", "send"));
        "operation": client => client.simulations().policy_check(&imagined("agt_1", "email", ""));
        "session_id": client => client.devices().heartbeat("");
        "content": client => client.devices().sessions().command("ds_1", "");
    }
}

#[test]
fn money_that_is_none() {
    let child = || SpawnAgent::new("child", ["email.send"]);
    let task = || DelegateTask::new("research");
    let fraction: Cents = "1.5".parse().unwrap();
    refused! {
        "budget_cents": client => client.spawn().create(&child().budget_cents(Cents::new(-1)));
        "budget_cents": client => client.spawn().create(&child().budget_cents(fraction));
        "budget_dollars": client => client.spawn()
            .create(&child().budget_dollars("0.125".parse().unwrap()));
        "budget_dollars": client => client.spawn()
            .create(&child().budget_dollars("-1".parse().unwrap()));
        "budget_dollars": client => client.spawn()
            .create(&child().budget_cents(Cents::new(0)).budget_dollars("9".parse().unwrap()));
        "budget_cap_cents": client => client.delegate()
            .create("agt_1", &task().budget_cap_cents(Cents::new(-1)));
        "budget_dollars": client => client.delegate().create(
            "agt_1",
            &task().budget_cap_cents(Cents::new(1)).budget_dollars("0.01".parse().unwrap()),
        );
        "budget_cents": client => client.workflows().run_and_wait(
            "wf_1", &RunWorkflow::default().budget_cents(Cents::new(-1)), Wait::default());
        "budget_cap_cents": client => client.rooms()
            .create(&room().budget_cap_cents(Cents::new(-1)));
        "budget_cap_cents": client => client.rooms().create(&room().budget_cap_cents(fraction));
        "budget_dollars": client => client.rooms().create(
            &room().budget_cap_cents(Cents::new(1)).budget_dollars("0.01".parse().unwrap()),
        );
        "budget_cap_cents": client => client.swarms()
            .create(&swarm().budget_cap_cents(Cents::new(-1)));
        "budget_dollars": client => client.swarms()
            .create(&swarm().budget_dollars("0.005".parse().unwrap()));
        "monthly_budget_cents": client => client.agents()
            .set_budget("agt_1", &json!({"monthly_budget_cents": -1}));
        "monthlyBudgetCents": client => client.agents()
            .update("agt_1", &json!({"monthlyBudgetCents": -1}));
        "amount_cents": client => client.teams()
            .allocate_budget("team_1", &json!({"amount_cents": 0.5}));
        "amount_cents": client => client.budget_requests()
            .create(&json!({"amount_cents": "much"}));
        "budget_cents": client => client.workflows().runs()
            .create("wf_1", &json!({"budget_cents": -500}));
    }
}

#[test]
fn limits_and_waits() {
    let request = ServiceRequest::new("email", "send", &json!({})).unwrap();
    let none = Wait::default().at_most(Duration::ZERO);
    let hasty = Wait::default().every(Duration::ZERO);
    for limit in [0, 501] {
        refused! {
            "limit": client => client.ops().runs(&OpsRunQuery::default().limit(limit));
            "limit": client => client.usage().list(&UsageQuery::default().limit(limit));
            "limit": client =>
                client.audit_logs().list_page(&AuditLogQuery::default().limit(limit));
            "limit": client => client.agents()
                .activity_page("agt_1", &ActivityQuery::default().limit(limit));
            "limit": client => client.scheduled_tasks()
                .list_page(&ScheduledTaskQuery::default().limit(limit));
            "limit": client => client.scheduled_tasks()
                .runs("st_1", &OffsetQuery::default().limit(limit));
        }
    }
    refused! {
        "timeout": client => client.service_requests().create_and_wait(&request, none);
        "poll_interval": client => client.service_requests().create_and_wait(&request, hasty);
        "timeout": client => client.workflows()
            .run_and_wait("wf_1", &RunWorkflow::default(), none);
        "timeout": client => client.balance().get().timeout(Duration::ZERO);
    }
}

#[test]
fn iterations_that_cannot_begin() {
    let replay = Replay::new();
    let client = on(&replay);
    let first =
        |query: AuditLogQuery| client.audit_logs().list(&query).next().unwrap().unwrap_err();
    assert_refused("limit", &first(AuditLogQuery::default().limit(0)));
    assert_refused("cursor", &first(AuditLogQuery::default().cursor("c9")));
    let first = |agent, query: ActivityQuery| {
        client.agents().activity(agent, &query).next().unwrap().unwrap_err()
    };
    assert_refused("agent_id", &first("..", ActivityQuery::default()));
    assert_refused("limit", &first("agt_1", ActivityQuery::default().limit(501)));
    assert_refused("cursor", &first("agt_1", ActivityQuery::default().cursor("c9")));
}

#[test]
fn bodies_that_are_no_objects() {
    let nan = std::collections::BTreeMap::from([("price", f64::NAN)]);
    assert_refused("payload", &ServiceRequest::new("a", "b", &nan).unwrap_err());
    assert_refused("payload", &ServiceRequest::new("a", "b", &[1, 2]).unwrap_err());
    assert_refused("payload", &PolicyCheck::new("a", "b", "c", &nan).unwrap_err());
    assert_refused("payload", &PolicyCheck::new("a", "b", "c", "text").unwrap_err());
    assert_refused("notes", &Object::of("notes", "text").unwrap_err());
    refused! {
        "input": client => client.agents().create(&[1, 2]);
        "input": client => client.memory().create("agt_1", &nan);
        "patch": client => client.agents().update("agt_1", "text");
        "body": client => client.teams().members().update("team_1", "mb_1", &7);
    }
}

#[test]
fn settings_that_cannot_work() {
    let field = |config: Config| {
        let error = Client::with_transport(config, Replay::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
        error.field().unwrap_or_default().to_owned()
    };
    let config = || Config::new("https://upivia.test");
    assert_eq!(field(Config::new("")), "base_url");
    assert_eq!(field(Config::from_vars(|_| None)), "base_url");
    assert_eq!(field(Config::new("upivia.test")), "base_url");
    assert_eq!(field(config().api_key("hunter2\n")), "api_key");
    assert_eq!(field(config().pat("hunter2 ")), "pat");
    assert_eq!(field(config().session_cookie("hunter2")), "session_cookie");
    assert_eq!(field(config().header("cookie", "hunter2")), "session_cookie");
    assert_eq!(field(config().header("Authorization", "Bearer hunter2")), "headers");
    assert_eq!(field(config().header("content-type", "text/plain")), "headers");
    assert_eq!(field(config().header("x y", "1")), "headers");
    assert_eq!(field(config().timeout(Duration::ZERO)), "timeout");
    assert_eq!(field(config().idle_timeout(Duration::ZERO)), "idle_timeout");
    assert_eq!(field(config().user_agent("a\nb")), "user_agent");
}
