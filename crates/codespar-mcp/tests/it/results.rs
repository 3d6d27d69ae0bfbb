//! Results by version of the protocol and by option.

use codespar_mcp::{Protocol, Results};
use codespar_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::support::{GENERATIONS, Host, Says, allowed, charge, server};

async fn result(results: Results, version: Protocol) -> (Value, bool) {
    let sandbox = Sandbox::start().unwrap();
    let mut options = allowed();
    options.results = results;
    let host = Host::start(&server(&sandbox, options), version, Says::Nobody).await;
    let result = host.call("toolu_1", "codespar_charge", charge(150.5)).await;
    let tools = host.tools().await;
    let declares = tools.iter().all(|tool| tool["outputSchema"].is_object());
    (result, declares)
}

#[tokio::test]
async fn text_says_everything_where_there_is_no_structure() {
    for (results, version, structured, whole) in [
        (Results::ByProtocol, Protocol::V2024_11_05, false, true),
        (Results::ByProtocol, Protocol::V2025_03_26, false, true),
        (Results::ByProtocol, Protocol::V2025_06_18, true, false),
        (Results::ByProtocol, Protocol::V2026_07_28, true, false),
        (Results::Text, Protocol::V2025_11_25, false, true),
        (Results::Structured, Protocol::V2025_11_25, true, false),
        (Results::Both, Protocol::V2026_07_28, true, true),
    ] {
        let (result, declares) = result(results, version).await;
        let text = result["content"][0]["text"].as_str().unwrap();
        assert!(text.starts_with("done (issued): It was issued"), "{text}");
        assert_eq!(text.contains("\ndata: {"), whole, "{results:?} {version:?}: {text}");
        assert_eq!(result["structuredContent"].is_object(), structured, "{results:?} {version:?}");
        assert_eq!(declares, structured);
        assert_eq!(result["isError"], false);
    }
}

#[tokio::test]
async fn failures_are_results_of_the_same_form() {
    for version in GENERATIONS {
        let sandbox = Sandbox::start().unwrap();
        let host = Host::start(&server(&sandbox, allowed()), version, Says::Nobody).await;
        let unknown = host.call("toolu_1", "codespar_chrage", json!({})).await;
        assert_eq!(unknown["structuredContent"]["code"], "unknown_tool");
        let wrong = host.call("toolu_2", "codespar_charge", json!({ "amount": "1,5" })).await;
        assert_eq!(wrong["structuredContent"]["code"], "invalid_arguments");
        let refused = host.call("toolu_3", "codespar_charge", charge(0.0)).await;
        assert_eq!(refused["structuredContent"]["verdict"], "refused");
        for result in [unknown, wrong, refused] {
            assert_eq!(result["isError"], true);
        }
    }
}
