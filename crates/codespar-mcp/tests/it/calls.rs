//! Calls: repeated, cancelled, lost, waited for.

use codespar_mcp::{Options, Protocol};
use codespar_sandbox::{EffectKind, Fault, Sandbox};
use rmcp::{
    model::{CallToolRequest, ClientRequest, RequestMetaObject},
    service::PeerRequestOptions,
};
use serde_json::json;
use std::time::Duration;

use crate::support::{GENERATIONS, Host, Says, allowed, arrived, boleto, charge, params, server};

fn operations() -> Options {
    let mut options = allowed();
    options.operations = true;
    options.listed_operations = 1000;
    options
}

#[tokio::test]
async fn a_repeated_call_id_has_one_effect_and_one_answer() {
    for version in GENERATIONS {
        let sandbox = Sandbox::start().unwrap();
        let host = Host::start(&server(&sandbox, allowed()), version, Says::Nobody).await;
        let first = host.answer("toolu_1", "codespar_charge", charge(150.5)).await;
        assert_eq!(host.answer("toolu_1", "codespar_charge", charge(150.5)).await, first);
        let other = host.answer("toolu_1", "codespar_charge", charge(1.0)).await;
        assert_eq!(other["code"], "call_id_reused");
        assert_eq!(sandbox.effects().count(EffectKind::Charge), 1);
    }
}

#[tokio::test]
async fn a_call_id_is_one_known_member_or_none() {
    let sandbox = Sandbox::start().unwrap();
    let host = Host::start(&server(&sandbox, allowed()), GENERATIONS[0], Says::Nobody).await;
    let mut twice = params("toolu_1", "codespar_charge", charge(150.5));
    let both = json!({ "claudecode/toolUseId": "toolu_1", "callId": "call_1" });
    twice.meta = Some(serde_json::from_value::<RequestMetaObject>(both).unwrap());
    host.once(twice.clone()).await.answer();
    // Two ids are none: the window notices that it is the same payment.
    assert_eq!(host.once(twice).await.answer()["code"], "repeated_call");
    assert_eq!(sandbox.effects().count(EffectKind::Charge), 1);
}

#[tokio::test]
async fn a_restart_makes_the_same_key_of_a_unique_id_and_of_a_named_conversation() {
    let sandbox = Sandbox::start().unwrap();
    let key = async |options: Options, member: &str, id: &str| {
        let host = Host::start(&server(&sandbox, options), GENERATIONS[0], Says::Nobody).await;
        let mut call = params("", "charges_create", boleto());
        call.meta = Some(serde_json::from_value(json!({ member: id })).unwrap());
        host.once(call).await.answer()["key"].as_str().unwrap().to_owned()
    };
    let mut named = operations();
    named.conversation = Some("chat-7".to_owned());
    let claude = "claudecode/toolUseId";
    // An id that is unlike any other is one call, whatever the conversation.
    let unique = key(operations(), claude, "toolu_01A").await;
    assert_eq!(key(operations(), claude, "toolu_01A").await, unique);
    assert_eq!(key(named.clone(), claude, "toolu_01A").await, unique);
    assert_eq!(sandbox.effects().count_with_key(&unique), 1);
    // Others are of this run, unless the conversation has a name.
    let once = key(operations(), "callId", "1").await;
    assert_ne!(key(operations(), "callId", "1").await, once);
    let of_chat = key(named.clone(), "callId", "1").await;
    assert_eq!(key(named, "callId", "1").await, of_chat);
    assert_ne!(of_chat, once);
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_names_the_key_to_repeat_it_under() {
    for version in GENERATIONS {
        let sandbox = Sandbox::start().unwrap();
        let host = Host::start(&server(&sandbox, operations()), version, Says::Nobody).await;
        sandbox.inject(Fault::on("POST", "/v1/charges").times(3).lose_answer());
        let lost = host.answer("toolu_1", "charges_create", boleto()).await;
        assert_eq!(lost["verdict"], "unknown", "{lost}");
        let again = host.answer("toolu_1", "charges_create", boleto()).await;
        assert_eq!((&again["verdict"], &again["key"]), (&json!("done"), &lost["key"]));
        assert_eq!(sandbox.effects().count(EffectKind::Charge), 1);
        // Without a key nothing is repeated.
        sandbox.inject(Fault::on("POST", "/v1/sessions").lose_answer());
        let lost = host.answer("toolu_2", "codespar_charge", charge(10.0)).await;
        assert_eq!((&lost["verdict"], &lost["key"]), (&json!("unknown"), &json!(null)));
        assert_eq!(host.answer("toolu_2", "codespar_charge", charge(10.0)).await, lost);
        assert_eq!(sandbox.effects().count(EffectKind::Charge), 2);
    }
}

#[tokio::test]
async fn a_cancelled_call_is_dropped_and_what_was_sent_is_unknown() {
    for version in GENERATIONS {
        let sandbox = Sandbox::start().unwrap();
        let host = Host::start(&server(&sandbox, allowed()), version, Says::Nobody).await;
        host.names().await;
        sandbox.inject(Fault::on("POST", "/v1/sessions").delay(Duration::from_secs(3600)));
        let call = CallToolRequest::new(params("toolu_1", "codespar_charge", charge(150.5)));
        let request = ClientRequest::CallToolRequest(call);
        let peer = host.client.peer();
        let handle = peer.send_request_with_option(request, PeerRequestOptions::no_options());
        let handle = handle.await.unwrap();
        while arrived(&sandbox, "POST", "/execute").is_empty() {
            tokio::task::yield_now().await;
        }
        handle.cancel(Some("the user pressed escape".to_owned())).await.unwrap();
        // The server goes on, and says what is known of it: it was sent, and not answered.
        let mut after = host.answer("toolu_1", "codespar_charge", charge(150.5)).await;
        while after["code"] == "no_answer" {
            after = host.answer("toolu_1", "codespar_charge", charge(150.5)).await;
        }
        assert_eq!((&after["verdict"], &after["code"]), (&json!("unknown"), &json!("canceled")));
        assert_eq!(arrived(&sandbox, "POST", "/execute").len(), 1);
    }
}

#[tokio::test]
async fn a_question_that_is_cancelled_sends_nothing() {
    let sandbox = Sandbox::start().unwrap();
    let version = Protocol::V2025_11_25;
    let host = Host::start(&server(&sandbox, Options::new()), version, Says::Nothing).await;
    host.names().await;
    let call = CallToolRequest::new(params("toolu_1", "codespar_charge", charge(150.5)));
    let request = ClientRequest::CallToolRequest(call);
    let peer = host.client.peer();
    let handle = peer.send_request_with_option(request, PeerRequestOptions::no_options());
    let handle = handle.await.unwrap();
    while host.asked().is_empty() {
        tokio::task::yield_now().await;
    }
    handle.cancel(None).await.unwrap();
    let read = json!({ "action": "balance" });
    host.answer("toolu_2", "codespar_wallet_read", read).await;
    assert_eq!(arrived(&sandbox, "POST", "/execute").len(), 1);
    assert_eq!(sandbox.effects().len(), 0);
}

#[tokio::test]
async fn whoever_waits_is_told_the_key() {
    for version in GENERATIONS {
        let sandbox = Sandbox::start().unwrap();
        let mut host = Host::start(&server(&sandbox, operations()), version, Says::Nobody).await;
        host.names().await;
        let done = host.answer("toolu_1", "charges_create", boleto()).await;
        let told = host.progress.recv().await.unwrap();
        assert!(told.contains(done["key"].as_str().unwrap()), "{told}");
        assert!(told.starts_with("charges_create under the key tool-"), "{told}");
    }
}

#[tokio::test]
async fn whoever_waits_is_told_every_few_seconds() {
    let sandbox = Sandbox::start().unwrap();
    let version = Protocol::V2025_11_25;
    let mut host = Host::start(&server(&sandbox, allowed()), version, Says::Nobody).await;
    host.names().await;
    sandbox.inject(Fault::on("POST", "/v1/sessions").delay(Duration::from_secs(3600)));
    let call = CallToolRequest::new(params("toolu_1", "codespar_charge", charge(150.5)));
    let request = ClientRequest::CallToolRequest(call);
    let peer = host.client.peer();
    let handle = peer.send_request_with_option(request, PeerRequestOptions::no_options());
    let handle = handle.await.unwrap();
    while arrived(&sandbox, "POST", "/execute").is_empty() {
        tokio::task::yield_now().await;
    }
    // From here on nothing happens but that time passes, which it does at once.
    tokio::time::pause();
    let mut told = Vec::new();
    while told.len() < 4 {
        told.push(host.progress.recv().await.unwrap());
    }
    tokio::time::resume();
    handle.cancel(None).await.unwrap();
    let seconds = |said: &String| -> u64 {
        said.strip_prefix("codespar_charge, ").unwrap().trim_end_matches(" s").parse().unwrap()
    };
    let seconds: Vec<u64> = told.iter().map(seconds).collect();
    let steps: Vec<u64> = seconds.windows(2).map(|two| two[1] - two[0]).collect();
    assert_eq!(steps[1..], [5, 5], "{told:?}");
}

#[tokio::test]
async fn numbers_that_lost_digits_are_refused() {
    let sandbox = Sandbox::start().unwrap();
    let host = Host::start(&server(&sandbox, allowed()), GENERATIONS[0], Says::Nobody).await;
    let precise = host.answer("toolu_1", "codespar_charge", charge(0.123_456_789_012_345_67)).await;
    assert_eq!(
        (&precise["verdict"], &precise["code"]),
        (&json!("nothing_sent"), &json!("invalid_arguments")),
        "{precise}"
    );
    assert_eq!(arrived(&sandbox, "POST", "/execute").len(), 0);
}
