//! The session: opened when it is needed, again when it has ended, closed at the end.

use codespar_async::{Client, Config, CreateSession, proto::session::Mock};
use codespar_mcp::{Options, Server, serve};
use codespar_sandbox::{EffectKind, Fault, Sandbox};
use rmcp::model::SubscriptionFilter;
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _};

use crate::support::{
    GENERATIONS, Host, PATIENCE, Says, allowed, arrived, charge, client, server, server_with,
};

/// The ids of the sessions that were opened, as calls name them.
fn sessions_called(sandbox: &Sandbox) -> Vec<String> {
    arrived(sandbox, "POST", "/execute").into_iter().map(|request| request.path).collect()
}

#[tokio::test]
async fn it_is_opened_on_first_need_and_closed_at_the_end() {
    for version in GENERATIONS {
        let sandbox = Sandbox::start().unwrap();
        let host = Host::start(&server(&sandbox, Options::new()), version, Says::Nobody).await;
        assert_eq!(sandbox.request_count(), 0);
        host.names().await;
        host.names().await;
        assert_eq!(arrived(&sandbox, "POST", "/v1/sessions").len(), 1);
        host.quit().await;
        let closed = sandbox.requests().into_iter().filter(|it| it.method == "DELETE").count();
        assert_eq!(closed, 1);
    }
}

#[tokio::test]
async fn it_is_opened_again_when_it_has_ended_and_the_call_is_made_in_the_next() {
    for version in GENERATIONS {
        let sandbox = Sandbox::start().unwrap();
        let host = Host::start(&server(&sandbox, allowed()), version, Says::Nobody).await;
        host.answer("toolu_1", "codespar_charge", charge(1.0)).await;
        let path = sessions_called(&sandbox).pop().unwrap();
        let id = path.split('/').nth(3).unwrap();
        client(&sandbox).session(id).unwrap().close().await.unwrap();
        // The same id is sent a second time, as nothing came of the first.
        for call in ["toolu_2", ""] {
            let amount = if call.is_empty() { 3.0 } else { 2.0 };
            let done = host.answer(call, "codespar_charge", charge(amount)).await;
            assert_eq!(done["verdict"], "done", "{done}");
        }
        let called = sessions_called(&sandbox);
        assert_eq!((called.len(), called[0] == called[1]), (4, true), "{called:?}");
        assert!(called[2] != called[1] && called[3] == called[2], "{called:?}");
        assert_eq!(sandbox.effects().count(EffectKind::Charge), 3);
        let again = host.answer("toolu_2", "codespar_charge", charge(2.0)).await;
        assert_eq!((&again["verdict"], sessions_called(&sandbox).len()), (&json!("done"), 4));
    }
}

#[tokio::test]
async fn a_question_is_not_asked_again_because_the_session_ended() {
    for version in GENERATIONS {
        let sandbox = Sandbox::start().unwrap();
        let host = Host::start(&server(&sandbox, Options::new()), version, Says::Yes).await;
        host.names().await;
        let ended = json!({ "error": "session_not_active", "message": "closed" });
        sandbox.inject(Fault::on("POST", "/v1/sessions/").answer(409, ended));
        let done = host.answer("toolu_1", "codespar_charge", charge(1.0)).await;
        assert_eq!((&done["verdict"], host.asked().len()), (&json!("done"), 1), "{done}");
        assert_eq!(sandbox.effects().count(EffectKind::Charge), 1);
    }
}

#[tokio::test]
async fn clients_are_told_when_another_session_has_other_tools() {
    for version in GENERATIONS {
        let sandbox = Sandbox::start().unwrap();
        let host = Host::start(&server(&sandbox, allowed()), version, Says::Nobody).await;
        let before = host.names().await;
        let filter = SubscriptionFilter::builder().tools_list_changed().build();
        let mut listening = match version {
            codespar_mcp::Protocol::V2026_07_28 => {
                Some(host.client.peer().listen(filter).await.unwrap())
            }
            _ => None,
        };
        let ended = json!({ "error": "session_not_active", "message": "closed" });
        sandbox.inject(Fault::on("POST", "/v1/sessions/").answer(409, ended));
        let tools = json!({ "servers": [], "tools": [{ "name": "codespar_charge" }] });
        sandbox.inject(Fault::on("GET", "/v1/sessions/").answer(200, tools));
        host.answer("toolu_1", "codespar_charge", charge(1.0)).await;
        match &mut listening {
            Some(listening) => {
                let told = tokio::time::timeout(PATIENCE, listening.next()).await.unwrap();
                assert!(told.unwrap().is_some());
            }
            None => host.changed(1).await,
        }
        let after = host.names().await;
        assert!(before.len() > 1 && after == ["codespar_charge"], "{after:?}");
    }
}

#[tokio::test]
async fn a_connection_that_was_made_may_bring_tools() {
    let sandbox = Sandbox::start().unwrap();
    let done = json!({ "status": "connected" });
    let args = CreateSession::new("agent-1")
        .mock("codespar_manage_connections", Mock::always(&done).unwrap());
    let server = server_with(&sandbox, allowed(), args);
    let host = Host::start(&server, GENERATIONS[0], Says::Nobody).await;
    host.names().await;
    let tools = json!({ "servers": [], "tools": [{ "name": "asaas/create_payment" }] });
    sandbox.inject(Fault::on("GET", "/v1/sessions/").answer(200, tools));
    let connect = json!({ "action": "initiate", "server_id": "asaas" });
    let said = host
        .client
        .call_tool(crate::support::params("toolu_1", "codespar_manage_connections", connect))
        .await
        .unwrap();
    assert_eq!(said.structured_content.unwrap()["verdict"], "done");
    host.changed(1).await;
    assert_eq!(host.names().await, ["asaas__create_payment"]);
}

#[tokio::test]
async fn without_a_key_there_is_a_tool_that_says_how_to_set_one_up() {
    let sandbox = Sandbox::start().unwrap();
    let config = Config::new("csk_test_wrong").base_url(sandbox.base_url());
    let wrong = Client::with_config(config).unwrap();
    let refused = Server::builder(Options::new()).codespar(&wrong, CreateSession::new("agent-1"));
    for builder in [Server::builder(Options::new()), refused] {
        for version in GENERATIONS {
            let server = Server::builder(Options::new()).build().unwrap();
            let host = Host::start(&server, version, Says::Nobody).await;
            assert_eq!(host.names().await, ["codespar_set_up"]);
            let told = host.answer("", "codespar_set_up", json!({})).await;
            assert!(told["data"]["steps"].as_array().unwrap().len() > 1, "{told}");
            let other = host.answer("toolu_1", "codespar_charge", charge(1.0)).await;
            assert_eq!(
                (&other["verdict"], &other["code"]),
                (&json!("nothing_sent"), &json!("not_set_up"))
            );
        }
        let host = Host::start(&builder.build().unwrap(), GENERATIONS[0], Says::Nobody).await;
        assert_eq!(host.names().await, ["codespar_set_up"]);
    }
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_an_answer() {
    let sandbox = Sandbox::start().unwrap();
    let unreachable = server(&sandbox, allowed());
    drop(sandbox);
    let host = Host::start(&unreachable, GENERATIONS[0], Says::Nobody).await;
    let params = crate::support::params("toolu_1", "codespar_charge", charge(1.0));
    let answer = host.once(params).await.answer();
    assert_eq!(answer["verdict"], "nothing_sent", "{answer}");
    assert!(host.client.peer().list_all_tools().await.is_err());
}

/// In virtual time: `rmcp` would wait some seconds for a subscription that nobody ends.
#[tokio::test(start_paused = true)]
async fn a_subscription_ends_with_the_input() {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let (input, output) = tokio::io::split(theirs);
    let server = Server::builder(Options::new()).build().unwrap();
    let served = tokio::spawn(serve(server, input, output, std::future::pending()));
    let (answers, mut requests) = tokio::io::split(ours);
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "host", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    for request in [
        json!({ "jsonrpc": "2.0", "id": 1, "method": "server/discover",
            "params": { "_meta": meta } }),
        json!({ "jsonrpc": "2.0", "id": 2, "method": "subscriptions/listen", "params": {
            "_meta": meta, "notifications": { "toolsListChanged": true } } }),
    ] {
        requests.write_all(format!("{request}\n").as_bytes()).await.unwrap();
    }
    let mut answers = tokio::io::BufReader::new(answers).lines();
    while !answers.next_line().await.unwrap().unwrap().contains("acknowledged") {}
    let began = tokio::time::Instant::now();
    requests.shutdown().await.unwrap();
    served.await.unwrap().unwrap();
    assert_eq!(began.elapsed(), std::time::Duration::ZERO);
}
