//! Operations behind gates: found, described, called through the right one.

use codespar_mcp::Options;
use codespar_sandbox::{EffectKind, Sandbox};
use serde_json::json;

use crate::support::{GENERATIONS, Host, Says, allowed, boleto, server};

fn gated() -> Options {
    let mut options = allowed();
    options.operations = true;
    options
}

#[tokio::test]
async fn an_operation_is_found_described_and_called() {
    for version in GENERATIONS {
        let sandbox = Sandbox::start().unwrap();
        let host = Host::start(&server(&sandbox, gated()), version, Says::Nobody).await;
        let gates = host.names().await.into_iter().filter(|it| it.starts_with("codespar_api_"));
        assert_eq!(gates.count(), 5);
        let found =
            host.answer("", "codespar_api_find", json!({ "words": "charges create" })).await;
        let first = &found["data"]["operations"][0];
        assert_eq!(
            (&first["name"], &first["called_through"], &first["effect"]),
            (&json!("charges_create"), &json!("codespar_api_call_money"), &json!("moves money")),
            "{found}"
        );
        let name = json!({ "name": "charges_create" });
        let described = host.answer("", "codespar_api_describe", name).await;
        let amount = &described["data"]["inputSchema"]["properties"]["amount"]["description"];
        assert!(amount.as_str().unwrap().contains("unit"), "{described}");
        let call = json!({ "name": "charges_create", "arguments": boleto() });
        let done = host.answer("toolu_1", "codespar_api_call_money", call.clone()).await;
        assert_eq!(done["verdict"], "done", "{done}");
        let key = done["key"].as_str().unwrap();
        assert_eq!(sandbox.effects().count_with_key(key), 1);
        // A repeated call is one call, through a gate as well.
        assert_eq!(host.answer("toolu_1", "codespar_api_call_money", call).await, done);
        assert_eq!(sandbox.effects().count(EffectKind::Charge), 1);
        let who = json!({ "name": "client_whoami" });
        let who = host.answer("", "codespar_api_call_read", who).await;
        assert_eq!(who["verdict"], "done", "{who}");
    }
}

#[tokio::test]
async fn a_gate_lets_nothing_else_through() {
    for version in GENERATIONS {
        let sandbox = Sandbox::start().unwrap();
        let host = Host::start(&server(&sandbox, gated()), version, Says::Nobody).await;
        let call = json!({ "name": "charges_create", "arguments": boleto() });
        for gate in ["codespar_api_call_read", "codespar_api_call_change"] {
            let refused = host.answer("toolu_1", gate, call.clone()).await;
            assert_eq!(
                (&refused["code"], &refused["verdict"]),
                (&json!("wrong_gate"), &json!("nothing_sent"))
            );
            assert!(refused["message"].as_str().unwrap().contains("codespar_api_call_money"));
        }
        let unknown = json!({ "name": "charges_creat" });
        let unknown = host.answer("", "codespar_api_call_money", unknown).await;
        assert!(unknown["message"].as_str().unwrap().contains("charges_create"), "{unknown}");
        for (gate, arguments) in [
            ("codespar_api_call_money", json!({ "name": 7 })),
            ("codespar_api_call_money", json!({ "name": "charges_create", "arguments": [1] })),
            ("codespar_api_describe", json!({})),
            ("codespar_api_find", json!({ "words": ["a"] })),
            ("codespar_api_find", json!({ "limit": -1 })),
        ] {
            let wrong = host.answer("", gate, arguments).await;
            assert_eq!(wrong["code"], "invalid_arguments", "{wrong}");
        }
        // An operation is not called by its own name past the gates.
        let direct = host.answer("toolu_2", "charges_create", boleto()).await;
        assert_eq!(direct["code"], "unknown_tool");
        assert_eq!(sandbox.effects().len(), 0);
    }
}

#[tokio::test]
async fn what_moves_money_behind_a_gate_is_asked_about() {
    for version in GENERATIONS {
        let sandbox = Sandbox::start().unwrap();
        let mut options = Options::new();
        options.operations = true;
        let host = Host::start(&server(&sandbox, options), version, Says::Yes).await;
        let call = json!({ "name": "charges_create", "arguments": boleto() });
        let done = host.answer("toolu_1", "codespar_api_call_money", call).await;
        assert_eq!(done["verdict"], "done", "{done}");
        assert!(host.asked()[0].contains("150.5 BRL"), "{:?}", host.asked());
        assert!(host.asked()[0].contains(done["key"].as_str().unwrap()));
    }
}
