//! Connections and tools of a session, and waiting for connections.

use std::sync::Arc;

use codespar_proto::testing::{Recorded, Replay};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, session, told};

#[test]
fn servers_and_tools() {
    let answer = Recorded::json(
        200,
        json!({"servers": [{"id": "asaas", "connected": true}],
        "tools": [{"name": "codespar_pay", "description": "Send money", "server": "codespar"}]}),
    );
    assert_snapshot!(told(answer, |client| session(client).connections()), @r#"
    GET /v1/sessions/ses_1/connections
    SessionConnections {
        servers: [
            ServerConnection {
                id: "asaas",
                connected: true,
            },
        ],
        tools: [
            Tool {
                name: "codespar_pay",
                description: "Send money",
                server: Some("codespar"),
            },
        ],
    }
    "#);
}

#[test]
fn tools_are_asked_for_once() {
    let answer = Recorded::json(
        200,
        json!({"servers": [], "tools": [
            {"name": "codespar_pay", "description": "Send money"}, {"name": "codespar_ship"}]}),
    );
    let replay = Replay::new().answer(answer);
    let session = session(&client(&replay));
    let tools = session.tools().send().unwrap();
    assert_eq!(tools.len(), 2);
    let found = session.find_tools("MONEY").send().unwrap();
    assert_eq!(found[0].name, "codespar_pay");
    assert_eq!((found.len(), replay.requests().len()), (1, 1));
}

#[test]
fn lists_that_are_known_are_shared() {
    let answer = json!({"servers": [{"id": "asaas"}], "tools": [{"name": "codespar_pay"}]});
    let session = session(&client(&Replay::new().answer(Recorded::json(200, answer))));
    let seen = session.connections().send().unwrap();
    let tools = session.tools().send().unwrap();
    let last = session.clone().last_connections().unwrap();
    assert!(Arc::ptr_eq(&seen.tools, &tools) && Arc::ptr_eq(&seen.tools, &last.tools));
    assert!(Arc::ptr_eq(&seen.servers, &last.servers));
}

#[test]
fn waiting_for_connections_says_whether_they_came() {
    let looks = |connected| {
        Recorded::json(200, json!({"servers": [{"id": "asaas", "connected": connected}]}))
    };
    let limit = std::time::Duration::from_secs(2);
    let came = Replay::new().answer(looks(false)).answer(looks(true));
    let wait = session(&client(&came)).wait_for_connections(limit).send().unwrap();
    assert!(wait.all_connected);
    let never = (0..3).fold(Replay::new(), |replay, _| replay.answer(looks(false)));
    let wait = session(&client(&never)).wait_for_connections(limit).send().unwrap();
    assert!(!wait.all_connected && wait.connections.is_some());
    never.assert_done();
}
