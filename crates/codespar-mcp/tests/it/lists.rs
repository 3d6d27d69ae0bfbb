//! What is listed: hints, titles, one schema, names that clients take.

use codespar_async::agent_tools::{Dialect, ToolAnswer};
use codespar_mcp::{Options, Protocol};
use codespar_sandbox::Sandbox;
use codespar_tools::testing::violations;
use serde_json::{Value, json};

use crate::support::{Host, Says, server};

fn everything(listed: usize) -> Options {
    let mut options = Options::new();
    options.operations = true;
    options.upivia = true;
    options.listed_operations = listed;
    options
}

#[tokio::test]
async fn every_tool_has_hints_a_title_and_the_one_schema() {
    for version in Protocol::ALL {
        for listed in [40, 10_000] {
            let sandbox = Sandbox::start().unwrap();
            let server = server(&sandbox, everything(listed));
            let host = Host::start(&server, version, Says::Nobody).await;
            let tools = host.tools().await;
            assert_eq!(tools.len() > 200, listed == 10_000, "{}", tools.len());
            let list: codespar_async::Json = Value::Array(tools.clone()).into();
            assert_eq!(violations(Dialect::Mcp, &list), [""; 0]);
            for tool in &tools {
                assert!(!tool["title"].as_str().unwrap().is_empty());
                assert!(tool["name"].as_str().unwrap().len() <= 40, "{}", tool["name"]);
                let schema = match version >= Protocol::V2025_06_18 {
                    true => ToolAnswer::schema().to_value(),
                    false => Value::Null,
                };
                assert_eq!(tool["outputSchema"], schema);
            }
            assert!(server.left_out().await.unwrap().is_empty());
        }
    }
}

#[tokio::test]
async fn what_the_newest_version_asks_of_lists_is_there_and_strict_clients_are_answered() {
    for version in Protocol::ALL {
        let sandbox = Sandbox::start().unwrap();
        let host = Host::start(&server(&sandbox, Options::new()), version, Says::Nobody).await;
        let peer = host.client.peer();
        let list = serde_json::to_value(peer.list_tools(None).await.unwrap()).unwrap();
        let is_newest = version == Protocol::V2026_07_28;
        assert_eq!(list["ttlMs"].is_u64() && list["cacheScope"].is_string(), is_newest, "{list}");
        assert!(peer.list_all_resources().await.unwrap().is_empty());
        assert!(peer.list_all_resource_templates().await.unwrap().is_empty());
        assert!(peer.list_all_prompts().await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn hints_tell_what_reads_from_what_acts() {
    let sandbox = Sandbox::start().unwrap();
    let server = server(&sandbox, everything(40));
    let host = Host::start(&server, Protocol::V2025_11_25, Says::Nobody).await;
    let tools = host.tools().await;
    for (name, reads, destroys) in [
        ("codespar_pay", false, true),
        ("codespar_pay_read", true, false),
        ("codespar_api_find", true, false),
        ("codespar_api_call_read", true, false),
        ("codespar_api_call_change", false, true),
        ("codespar_api_call_money", false, true),
        ("upivia_email_send", false, true),
    ] {
        let tool = tools.iter().find(|tool| tool["name"] == name).unwrap();
        let hints = &tool["annotations"];
        assert_eq!(
            (&hints["readOnlyHint"], &hints["destructiveHint"]),
            (&json!(reads), &json!(destroys)),
            "{name}"
        );
    }
}

#[tokio::test]
async fn only_what_reads_is_offered_where_that_is_asked_for() {
    let sandbox = Sandbox::start().unwrap();
    let mut options = everything(10_000);
    options.read_only = true;
    let host = Host::start(&server(&sandbox, options), Protocol::V2025_11_25, Says::Nobody).await;
    let tools = host.tools().await;
    assert!(tools.len() > 50);
    assert!(tools.iter().all(|tool| tool["annotations"]["readOnlyHint"] == true));
    let mut options = everything(10_000);
    options.allowed_tools = Some(vec!["codespar_charge".into(), "upivia.email.send".into()]);
    let host = Host::start(&server(&sandbox, options), Protocol::V2025_11_25, Says::Nobody).await;
    assert_eq!(host.names().await, ["codespar_charge", "upivia_email_send"]);
}

#[tokio::test]
async fn one_payment_has_one_name() {
    let sandbox = Sandbox::start().unwrap();
    let server = server(&sandbox, everything(10_000));
    let names = Host::start(&server, Protocol::V2025_11_25, Says::Nobody).await.names().await;
    let has = |name: &str| names.iter().any(|known| known == name);
    // Of a session's operations those that read; its tools do the rest.
    assert!(has("session_payment_status") && has("codespar_charge") && has("charges_create"));
    assert!(!has("session_charge") && !has("session_pay") && !has("session_execute"));
}

#[tokio::test]
async fn the_version_is_capped() {
    for (newest, asked, spoken) in [
        (Protocol::V2026_07_28, Protocol::V2025_11_25, "2025-11-25"),
        (Protocol::V2026_07_28, Protocol::V2024_11_05, "2024-11-05"),
        (Protocol::V2025_06_18, Protocol::V2025_11_25, "2025-06-18"),
    ] {
        let sandbox = Sandbox::start().unwrap();
        let mut options = Options::new();
        options.newest_protocol = newest;
        let host = Host::start(&server(&sandbox, options), asked, Says::Nobody).await;
        let info = host.client.peer().peer_info().unwrap();
        assert_eq!(info.protocol_version.as_str(), spoken);
        assert!(info.instructions.as_ref().unwrap().contains("verdict"));
        assert!(!host.names().await.is_empty());
    }
}
