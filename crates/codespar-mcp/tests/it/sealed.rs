//! Answers that come back with a call: sealed, for that call, once, and not for long.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use codespar_async::CreateSession;
use codespar_mcp::{Options, Protocol, Server};
use codespar_sandbox::{EffectKind, Sandbox};
use rmcp::model::{CallToolRequestParams, ElicitResult};
use serde_json::{Value, json};

use crate::support::{Host, Once, Says, answer, arrived, boleto, charge, client, params, server};

const VERSION: Protocol = Protocol::V2026_07_28;

/// The call with what the client carried, and an answer.
fn back(call: &CallToolRequestParams, state: &str, said: &ElicitResult) -> CallToolRequestParams {
    let said = [("confirm".to_owned(), serde_json::to_value(said).unwrap())];
    call.clone().with_request_state(state).with_input_responses(said.into_iter().collect())
}

async fn asked(host: &Host, call: &CallToolRequestParams) -> String {
    let question = host.once(call.clone()).await.question();
    assert_eq!(question.input_requests.unwrap().len(), 1);
    question.request_state.unwrap()
}

async fn refused(host: &Host, call: CallToolRequestParams, code: &str) {
    let answer = host.once(call).await.answer();
    assert_eq!(
        (&answer["verdict"], &answer["code"]),
        (&json!("refused"), &json!(code)),
        "{answer}"
    );
}

fn executed(sandbox: &Sandbox) -> usize {
    arrived(sandbox, "POST", "/execute").len()
}

#[tokio::test]
async fn an_answer_holds_once() {
    let sandbox = Sandbox::start().unwrap();
    let host = Host::start(&server(&sandbox, Options::new()), VERSION, Says::Yes).await;
    let call = params("", "codespar_charge", charge(150.5));
    let state = asked(&host, &call).await;
    assert_eq!(executed(&sandbox), 0);
    let yes = back(&call, &state, &answer(true));
    let done = host.once(yes.clone()).await.answer();
    assert_eq!(done["verdict"], "done", "{done}");
    refused(&host, yes, "confirmation_used").await;
    assert_eq!((executed(&sandbox), sandbox.effects().count(EffectKind::Charge)), (1, 1));
}

#[tokio::test]
async fn a_no_uses_the_question_up() {
    let sandbox = Sandbox::start().unwrap();
    let host = Host::start(&server(&sandbox, Options::new()), VERSION, Says::Yes).await;
    let call = params("toolu_1", "codespar_charge", charge(150.5));
    let state = asked(&host, &call).await;
    refused(&host, back(&call, &state, &answer(false)), "declined").await;
    refused(&host, back(&call, &state, &answer(true)), "confirmation_used").await;
    let state = asked(&host, &call).await;
    refused(&host, call.clone().with_request_state(state), "confirmation_required").await;
    assert_eq!(executed(&sandbox), 0);
}

#[tokio::test]
async fn an_answer_holds_for_its_call_arguments_and_id_only() {
    let sandbox = Sandbox::start().unwrap();
    let host = Host::start(&server(&sandbox, Options::new()), VERSION, Says::Yes).await;
    let call = params("toolu_1", "codespar_charge", charge(150.5));
    let state = asked(&host, &call).await;
    let others = [
        params("toolu_1", "codespar_charge", charge(999.0)),
        params("toolu_1", "codespar_checkout", charge(150.5)),
        params("toolu_2", "codespar_charge", charge(150.5)),
    ];
    for other in &others[..2] {
        refused(&host, back(other, &state, &answer(true)), "confirmation_invalid").await;
    }
    let mut changed = state.clone();
    changed.insert(changed.len() / 2, 'A');
    for foreign in [changed.as_str(), "", "rs1.e30.e30"] {
        refused(&host, back(&call, foreign, &answer(true)), "confirmation_invalid").await;
    }
    // What was refused until here has not used it up.
    let done = host.once(back(&call, &state, &answer(true))).await.answer();
    assert_eq!(done["verdict"], "done", "{done}");
    let call = params("toolu_3", "codespar_charge", charge(10.0));
    let state = asked(&host, &call).await;
    let other_id = params("toolu_4", "codespar_charge", charge(10.0));
    refused(&host, back(&other_id, &state, &answer(true)), "confirmation_invalid").await;
    assert_eq!(executed(&sandbox), 1);
}

#[tokio::test]
async fn the_key_is_made_before_the_question_and_travels_with_it() {
    for id in ["", "toolu_1"] {
        let sandbox = Sandbox::start().unwrap();
        let mut options = Options::new();
        options.operations = true;
        options.listed_operations = 1000;
        let host = Host::start(&server(&sandbox, options), VERSION, Says::Yes).await;
        let call = params(id, "charges_create", boleto());
        let question = host.once(call.clone()).await.question();
        let request = serde_json::to_value(&question.input_requests.unwrap()["confirm"]).unwrap();
        let message = request["params"]["message"].as_str().unwrap();
        // The second request need not have an id: the first one's made the key.
        let bare = params("", "charges_create", boleto());
        let state = question.request_state.unwrap();
        let done = host.once(back(&bare, &state, &answer(true))).await.answer();
        assert_eq!(done["verdict"], "done", "{done}");
        let key = done["key"].as_str().unwrap();
        assert!(message.contains(key), "{message} {key}");
        assert_eq!(sandbox.effects().count_with_key(key), 1);
        // The record has it under the first one's id.
        if !id.is_empty() {
            assert_eq!(host.once(call).await.answer(), done);
        }
    }
}

#[tokio::test]
async fn an_answer_is_refused_after_ten_minutes() {
    let sandbox = Sandbox::start().unwrap();
    let now = Arc::new(AtomicU64::new(1_800_000_000));
    let clock = Arc::clone(&now);
    let server = Server::builder(Options::new())
        .codespar(&client(&sandbox), CreateSession::new("agent-1"))
        .clock(move || SystemTime::UNIX_EPOCH + Duration::from_secs(clock.load(Ordering::SeqCst)))
        .build()
        .unwrap();
    let host = Host::start(&server, VERSION, Says::Yes).await;
    let call = params("toolu_1", "codespar_charge", charge(150.5));
    let (early, late) = (asked(&host, &call).await, asked(&host, &call).await);
    now.fetch_add(599, Ordering::SeqCst);
    refused(&host, back(&call, &early, &answer(false)), "declined").await;
    now.fetch_add(1, Ordering::SeqCst);
    refused(&host, back(&call, &late, &answer(true)), "confirmation_expired").await;
    assert_eq!(executed(&sandbox), 0);
}

#[tokio::test]
async fn an_answer_is_refused_by_another_run_and_in_another_session() {
    let sandbox = Sandbox::start().unwrap();
    let first = server(&sandbox, Options::new());
    let host = Host::start(&first, VERSION, Says::Yes).await;
    let restarted = Host::start(&server(&sandbox, Options::new()), VERSION, Says::Yes).await;
    let call = params("toolu_1", "codespar_charge", charge(150.5));
    let state = asked(&host, &call).await;
    refused(&restarted, back(&call, &state, &answer(true)), "confirmation_invalid").await;
    // The same run, but the session is closed, and opened again by the call.
    first.close().await.unwrap();
    refused(&host, back(&call, &state, &answer(true)), "confirmation_invalid").await;
    assert_eq!(executed(&sandbox), 0);
}

#[tokio::test]
async fn a_state_that_nobody_asked_for_moves_nothing() {
    let sandbox = Sandbox::start().unwrap();
    let host = Host::start(&server(&sandbox, Options::new()), VERSION, Says::Yes).await;
    let call = params("toolu_1", "codespar_charge", charge(150.5));
    let said: Value = serde_json::to_value(answer(true)).unwrap();
    let responses = [("confirm".to_owned(), said)].into_iter().collect();
    // An answer without a state is none.
    let given = host.once(call.with_input_responses(responses)).await;
    assert!(matches!(given, Once::Question(_)));
    assert_eq!(executed(&sandbox), 0);
}
