//! The table of methods, against the code.

use std::collections::{BTreeMap, BTreeSet};

use codespar_engine::testing::Replay;
use upivia_proto::{
    Client, Config, Object, ServiceRequest, Wait,
    agent_requests::{AgentRequestQuery, CreateAgentRequest},
    agents::ActivityQuery,
    audit_logs::AuditLogQuery,
    chat::{ApprovalAction, ChatSessionQuery, CreateChatSession, Turn},
    delegate::{DelegateTask, DelegatedTaskQuery},
    devices::CommandStatus,
    knowledge::{CollectionQuery, NewDocument},
    memory::MemorySearch,
    scheduled_tasks::{OffsetQuery, ScheduledTaskQuery},
    spawn::SpawnAgent,
    storage::{StoredQuery, Upload},
    triggers::{CreateTrigger, TriggerQuery, UpdateTrigger},
    usage::UsageQuery,
    workflows::{RunWorkflow, ShareScope},
};

const TABLE: &str = include_str!("../../../../fixtures/upivia-methods.md");

/// The cells of a row: method, name in Rust, credentials, endpoint.
fn rows() -> Vec<[String; 4]> {
    let lines = TABLE.lines().filter(|line| line.starts_with("| `"));
    lines
        .map(|line| {
            let cells = line.trim_matches('|').split('|').map(|cell| cell.trim().replace('`', ""));
            cells.collect::<Vec<_>>().try_into().unwrap()
        })
        .collect()
}

/// The name of the method that a call makes: everything before its arguments.
fn method(call: &str) -> String {
    let call: String = call.chars().filter(|letter| !letter.is_whitespace()).collect();
    let mut depth = 0;
    let begin_of_arguments = call.char_indices().rev().find(|(_, letter)| {
        match letter {
            ')' => depth += 1,
            '(' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    let (at, _) = begin_of_arguments.unwrap();
    call[..at].strip_prefix("client.").unwrap().to_owned()
}

macro_rules! methods {
    ($($name:literal => $call:expr;)*) => {
        vec![$({
            // It compiles, so there is such a method. Nothing is sent.
            let _ = $call;
            ($name, method(stringify!($call)))
        }),*]
    };
}

fn in_code() -> Vec<(&'static str, String)> {
    let client = Client::with_transport(Config::new("https://upivia.test"), Replay::new()).unwrap();
    let object = Object::empty();
    let request = ServiceRequest::new("email", "send", &object).unwrap();
    let upload = Upload::new("name", "content");
    methods! {
        "service_requests.create" => client.service_requests().create(&request);
        "service_requests.get" => client.service_requests().get("id");
        "service_requests.create_and_wait" =>
            client.service_requests().create_and_wait(&request, Wait::default());
        "balance.get" => client.balance().get();
        "usage.list" => client.usage().list(&UsageQuery::default());
        "approvals.list" => client.approvals().list();
        "approvals.approve" => client.approvals().approve("id");
        "approvals.reject" => client.approvals().reject("id");
        "audit_logs.list" => client.audit_logs().list_page(&AuditLogQuery::default());
        "audit_logs.iter" => client.audit_logs().list(&AuditLogQuery::default());
        "budget_check.check" => client.budget_check().check("id");
        "agents.list" => client.agents().list();
        "agents.create" => client.agents().create(&object);
        "agents.get" => client.agents().get("id");
        "agents.update" => client.agents().update("id", &object);
        "agents.delete" => client.agents().delete("id");
        "agents.reset_key" => client.agents().reset_key("id");
        "agents.clone" => client.agents().clone_agent("id", &object);
        "agents.transfer" => client.agents().transfer("id", &object);
        "agents.set_budget" => client.agents().set_budget("id", &object);
        "agents.enable_service" => client.agents().enable_service("id", &object);
        "agents.disable_service" => client.agents().disable_service("id", "id");
        "agents.health" => client.agents().health("id");
        "agents.fleet_health" => client.agents().fleet_health();
        "agents.activity" => client.agents().activity_page("id", &ActivityQuery::default());
        "agents.activity_iter" => client.agents().activity("id", &ActivityQuery::default());
        "agents.skills" => client.agents().skills("id");
        "agents.remove_skill" => client.agents().remove_skill("id", "id");
        "spawn.create" => client.spawn().create(&SpawnAgent::new("name", ["email.send"]));
        "spawn.estimate" => client.spawn().estimate(["email.send"]);
        "delegate.create" => client.delegate().create("id", &DelegateTask::new("objective"));
        "delegate.list" => client.delegate().list("id", &DelegatedTaskQuery::default());
        "delegate.get_task" => client.delegate().get_task("id", "id");
        "delegate.update_task" => client.delegate().update_task("id", "id", &object);
        "delegate.reattach" => client.delegate().reattach("id", None);
        "memory.list" => client.memory().list("id");
        "memory.search" => client.memory().search("id", &MemorySearch::new("words"));
        "memory.create" => client.memory().create("id", &object);
        "memory.update" => client.memory().update("id", "id", &object);
        "memory.delete" => client.memory().delete("id", "id");
        "memory.graph" => client.memory().graph("id");
        "workflows.list" => client.workflows().list();
        "workflows.create" => client.workflows().create(&object);
        "workflows.get" => client.workflows().get("id");
        "workflows.update" => client.workflows().update("id", &object);
        "workflows.delete" => client.workflows().delete("id");
        "workflows.create_version" => client.workflows().create_version("id", &object);
        "workflows.publish_version" => client.workflows().publish_version("id", "id", &object);
        "workflows.unpublish_version" => client.workflows().unpublish_version("id", "id", &object);
        "workflows.share" => client.workflows().share("id", &ShareScope::Team);
        "workflows.export" => client.workflows().export("id");
        "workflows.run_and_wait" =>
            client.workflows().run_and_wait("id", &RunWorkflow::default(), Wait::default());
        "workflows.runs.list" => client.workflows().runs().list("id");
        "workflows.runs.create" => client.workflows().runs().create("id", &object);
        "workflows.runs.get" => client.workflows().runs().get("id", "id");
        "workflows.runs.cancel" => client.workflows().runs().cancel("id", "id");
        "workflows.runs.rerun_failed" => client.workflows().runs().rerun_failed("id", "id");
        "workflows.runs.retry_step" =>
            client.workflows().runs().retry_step("id", "id", "id", &object);
        "workflows.agents.list" => client.workflows().agents().list("id");
        "workflows.agents.grant" => client.workflows().agents().grant("id", "id");
        "workflows.agents.revoke" => client.workflows().agents().revoke("id", "id");
        "workflows.from_template.list" => client.workflows().from_template().list();
        "workflows.from_template.create" => client.workflows().from_template().create(&object);
        "scheduled_tasks.list" =>
            client.scheduled_tasks().list_page(&ScheduledTaskQuery::default());
        "scheduled_tasks.create" => client.scheduled_tasks().create(&object);
        "scheduled_tasks.get" => client.scheduled_tasks().get("id");
        "scheduled_tasks.update" => client.scheduled_tasks().update("id", &object);
        "scheduled_tasks.delete" => client.scheduled_tasks().delete("id");
        "scheduled_tasks.runs" => client.scheduled_tasks().runs("id", &OffsetQuery::default());
        "agent_requests.list" => client.agent_requests().list(&AgentRequestQuery::default());
        "agent_requests.create" =>
            client.agent_requests().create(&CreateAgentRequest::new("blocked", "body"));
        "agent_requests.resolve" => client.agent_requests().resolve("id", None);
        "chat.sessions.list" => client.chat().sessions().list(&ChatSessionQuery::default());
        "chat.sessions.create" => client.chat().sessions().create(&CreateChatSession::default());
        "chat.sessions.get" => client.chat().sessions().get("id");
        "chat.sessions.delete" => client.chat().sessions().delete("id");
        "chat.sessions.delete_all" => client.chat().sessions().delete_all();
        "chat.turn" => client.chat().turn(&Turn::new("id"));
        "chat.resolve_approval" => client.chat().resolve_approval("id", ApprovalAction::Approve);
        "triggers.list" => client.triggers().list_page(&TriggerQuery::default());
        "triggers.iter" => client.triggers().list(&TriggerQuery::default());
        "triggers.create" =>
            client.triggers().create(&CreateTrigger::cron("id", "email.send", "0 9 * * *"));
        "triggers.get" => client.triggers().get("id");
        "triggers.update" => client.triggers().update("id", &UpdateTrigger::default());
        "triggers.delete" => client.triggers().delete("id");
        "triggers.fire" => client.triggers().fire("id", "whsec_1", &object);
        "storage.objects.list" => client.storage().objects().list_page(&StoredQuery::default());
        "storage.objects.iter" => client.storage().objects().list(&StoredQuery::default());
        "storage.objects.get" => client.storage().objects().get("id");
        "storage.objects.delete" => client.storage().objects().delete("id");
        "storage.objects.restore" => client.storage().objects().restore("id");
        "storage.objects.upload" => client.storage().objects().upload(&upload);
        "storage.objects.presign" => client.storage().objects().presign("name", "text/plain", 1);
        "storage.objects.confirm" => client.storage().objects().confirm("id", None);
        "storage.objects.download" => client.storage().objects().download("id", None);
        "knowledge.collections.list" =>
            client.knowledge().collections().list_page(&CollectionQuery::default());
        "knowledge.collections.iter" =>
            client.knowledge().collections().list(&CollectionQuery::default());
        "knowledge.collections.create" => client.knowledge().collections().create(&object);
        "knowledge.collections.get" => client.knowledge().collections().get("id");
        "knowledge.collections.delete" => client.knowledge().collections().delete("id");
        "knowledge.documents.create" =>
            client.knowledge().documents().create("id", &NewDocument::stored("id"));
        "knowledge.documents.get" => client.knowledge().documents().get("id", "id");
        "knowledge.documents.delete" => client.knowledge().documents().delete("id", "id");
        "services.list" => client.services().list();
        "teams.list" => client.teams().list();
        "teams.switch" => client.teams().switch(None);
        "teams.budget" => client.teams().budget("id");
        "teams.allocate_budget" => client.teams().allocate_budget("id", &object);
        "teams.members.list" => client.teams().members().list("id");
        "teams.members.update" => client.teams().members().update("id", "id", &object);
        "workspaces.list" => client.workspaces().list();
        "workspaces.switch" => client.workspaces().switch("id");
        "budget_requests.create" => client.budget_requests().create(&object);
        "budget_requests.list" => client.budget_requests().list();
        "budget_requests.resolve" => client.budget_requests().resolve("id", &object);
        "devices.heartbeat" => client.devices().heartbeat("id");
        "devices.sessions.list" => client.devices().sessions().list();
        "devices.sessions.update" => client.devices().sessions().update("id", &object);
        "devices.sessions.command" => client.devices().sessions().command("id", "content");
        "devices.sessions.delete" => client.devices().sessions().delete("id");
        "devices.sessions.cwd" => client.devices().sessions().cwd("id", &object);
        "devices.commands.update" => client.devices().commands().update("id", &CommandStatus::Done);
        "devices.commands_update" => client.devices().commands().update("id", &CommandStatus::Done);
        "platform.health" => client.platform().health();
        "platform.readiness" => client.platform().readiness();
        "platform.agent_docs" => client.platform().agent_docs();
    }
}

#[test]
fn every_method_is_in_the_table_under_its_name() {
    let table: Vec<_> = rows().into_iter().map(|[name, rust, ..]| (name, rust)).collect();
    let code: Vec<_> = in_code().into_iter().map(|(name, rust)| (name.to_owned(), rust)).collect();
    assert_eq!(table, code);
    assert_eq!(table.len(), 126);
    let names: BTreeSet<_> = table.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), table.len());
}

#[test]
fn every_route_is_in_the_table_with_its_credentials() {
    let table: BTreeMap<String, (String, String)> =
        rows().into_iter().map(|[name, _, auth, endpoint]| (name, (auth, endpoint))).collect();
    let mut routes = BTreeSet::new();
    for route in upivia_proto::routes() {
        let (auth, endpoint) = table.get(route.operation).unwrap_or_else(|| {
            panic!("{} is not in the table", route.operation);
        });
        assert_eq!(auth, route.auth.as_str(), "{}", route.operation);
        assert_eq!(*endpoint, format!("{} {}", route.method, route.path), "{}", route.operation);
        assert!(routes.insert(route.operation), "{} is there twice", route.operation);
    }
    // What is no route of its own is another reading of one, or begins with one.
    let without: Vec<_> = table.keys().filter(|name| !routes.contains(name.as_str())).collect();
    assert_eq!(
        without,
        [
            "agents.activity_iter",
            "audit_logs.iter",
            "devices.commands_update",
            "knowledge.collections.iter",
            "service_requests.create_and_wait",
            "storage.objects.iter",
            "triggers.iter",
            "workflows.run_and_wait",
        ]
    );
}

#[test]
fn every_method_can_be_started_by_its_name() {
    let names: BTreeSet<_> = upivia_proto::registry::operations().collect();
    let missing: Vec<_> =
        rows().into_iter().map(|[name, ..]| name).filter(|name| !names.contains(&**name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
