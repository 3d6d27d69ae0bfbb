//! The table of methods, made of the operations of the registry.
//!
//! `UPDATE_FIXTURES=1 cargo test -p upivia-proto --test it methods` writes it again.

use std::{collections::BTreeMap, env, fs};

use codespar_engine::testing::Replay;
use upivia_proto::{
    Client, Config, Object,
    agents::ActivityQuery,
    audit_logs::AuditLogQuery,
    devices::CommandStatus,
    knowledge::CollectionQuery,
    registry::{self, Operation},
    scheduled_tasks::ScheduledTaskQuery,
    storage::StoredQuery,
    triggers::TriggerQuery,
};

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/upivia-methods.md");

/// What stands above the rows, to its end.
const HEAD: &str = "|---|---|---|---|\n";

/// What the official client has no method for.
const OURS: [&str; 8] = [
    "knowledge.documents.create_and_wait",
    "knowledge.documents.wait",
    "langgraph.call_tool",
    "langgraph.format_tool_result",
    "langgraph.tools",
    "service_requests.decided",
    "storage.objects.put",
    "storage.objects.upload_large",
];

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
        BTreeMap::from([$({
            // It compiles, so there is such a method. Nothing is sent.
            let _ = $call;
            ($name, method(stringify!($call)))
        }),*])
    };
}

/// The methods that are not called what the official client calls them.
fn other_names() -> BTreeMap<&'static str, String> {
    let client = Client::with_transport(Config::new("https://upivia.test"), Replay::new()).unwrap();
    methods! {
        "agents.activity" => client.agents().activity_page("id", &ActivityQuery::default());
        "agents.activity_iter" => client.agents().activity("id", &ActivityQuery::default());
        "agents.clone" => client.agents().clone_agent("id", &Object::empty());
        "audit_logs.iter" => client.audit_logs().list(&AuditLogQuery::default());
        "audit_logs.list" => client.audit_logs().list_page(&AuditLogQuery::default());
        "devices.commands_update" => client.devices().commands().update("id", &CommandStatus::Done);
        "knowledge.collections.iter" =>
            client.knowledge().collections().list(&CollectionQuery::default());
        "knowledge.collections.list" =>
            client.knowledge().collections().list_page(&CollectionQuery::default());
        "scheduled_tasks.list" =>
            client.scheduled_tasks().list_page(&ScheduledTaskQuery::default());
        "storage.objects.iter" => client.storage().objects().list(&StoredQuery::default());
        "storage.objects.list" => client.storage().objects().list_page(&StoredQuery::default());
        "triggers.iter" => client.triggers().list(&TriggerQuery::default());
        "triggers.list" => client.triggers().list_page(&TriggerQuery::default());
    }
}

/// `workflows.runs.get` is `workflows().runs().get`. A row without a method is dead code, which
/// the compiler tells where the registry is left out.
fn name_in_rust(operation: &Operation) -> String {
    let (subject, method) = operation.name.rsplit_once('.').unwrap();
    format!("{}().{method}", subject.replace('.', "()."))
}

/// The rows of the table, by name.
fn rows() -> String {
    let other_names = other_names();
    let theirs = registry::operations().filter(|operation| !OURS.contains(&operation.name));
    let rows = theirs.map(|operation| {
        let route = registry::route(operation).unwrap_or_else(|| panic!("{}", operation.name));
        let rust = other_names.get(operation.name).cloned();
        let rust = rust.unwrap_or_else(|| name_in_rust(operation));
        let (name, auth) = (operation.name, route.auth.as_str());
        format!("| `{name}` | `{rust}` | {auth} | `{} {}` |\n", route.method, route.path)
    });
    let mut rows: Vec<_> = rows.collect();
    rows.sort();
    rows.concat()
}

#[test]
fn every_method_is_in_the_table_with_its_credentials() {
    let written = fs::read_to_string(TABLE).unwrap();
    let (head, _) = written.split_once(HEAD).unwrap();
    let made = format!("{head}{HEAD}{}", rows());
    if env::var_os("UPDATE_FIXTURES").is_some() {
        fs::write(TABLE, &made).unwrap();
    } else {
        assert!(written == made, "the table is out of date; UPDATE_FIXTURES=1 writes it again");
    }
}

#[test]
fn names_that_stand_here_are_those_of_operations() {
    let all: Vec<_> = registry::operations().map(|operation| operation.name).collect();
    for name in OURS.iter().copied().chain(other_names().into_keys()) {
        assert!(all.contains(&name), "{name} is gone");
    }
}
