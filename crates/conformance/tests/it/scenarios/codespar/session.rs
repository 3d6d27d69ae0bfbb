//! Sessions: opening, running tools, talking, charging, following, closing.

use std::time::Duration;

use codespar_proto::{
    ChatEvent, Client, Config, Currency, ErrorKind, Minor, PaymentState, PaymentStatus, Preset,
    Reconnect,
    meta_tools::PayArgs,
    session::{Mock, SessionStatus, ToolOutcome, ToolRefusal, VerificationState},
};
use codespar_sandbox::{Dialect, EffectKind, Fault, Sandbox};
use serde_json::json;
use testing_support::driver::{Driver, TestResult};

use crate::support::codespar::{args, client_of, order};

testing_support::with_both_drivers! {
    a_charge_is_made_followed_and_settled
    a_session_is_opened_with_exactly_what_was_asked
    mocks_answer_and_refusals_are_results
    the_agent_answers_whole_or_as_it_works
    a_turn_that_breaks_off_is_an_error_and_is_not_repeated
    a_lost_answer_to_a_charge_is_not_asked_for_again
    reads_are_repeated_while_the_server_is_busy
    money_is_paid_out_once
    a_status_stream_that_breaks_is_opened_again
    waiting_ends_with_the_callers_patience
    a_verification_is_decided
    connections_and_tools_are_listed_and_waited_for
    a_session_is_taken_up_by_its_id
    a_self_hosted_session_is_really_closed
    a_wrong_key_is_told_and_not_shown
    a_call_can_be_canceled_from_elsewhere
}

fn a_charge_is_made_followed_and_settled<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let session = D::finish(client.create(&args().preset(Preset::Brazilian)))?;
    assert_eq!(session.info().status, SessionStatus::Active);
    assert_eq!(session.info().servers.len(), 5);

    let charge = D::finish(session.charge(&order()))?;
    assert_eq!(charge.amount, Some("150".parse()?));
    assert_eq!(charge.currency, Some(Currency::BRL));
    assert!(charge.pix_copy_paste.as_ref().unwrap().expose().starts_with("000201"));

    let now = D::finish(session.payment_status(charge.call_id()?))?;
    assert_eq!(now.payment_status, PaymentState::Pending);
    let (states, failed) =
        D::collect(session.payment_status_stream(charge.call_id()?, Reconnect::Never));
    assert!(failed.is_none(), "{failed:?}");
    let states: Vec<_> = states.iter().map(|state| state.payment_status.as_str()).collect();
    assert_eq!(states, ["pending", "succeeded"]);
    let settled = D::finish(session.settled(charge.call_id()?))?;
    assert!(settled.is_settled());
    assert_eq!(sandbox.effects().count(EffectKind::Charge), 1);

    D::finish(session.close())?;
    D::finish(session.close())?;
    let error = D::finish(session.charge(&order())).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Api, Some("session_not_active")));
    assert_eq!(sandbox.effects().count(EffectKind::Charge), 1);
    Ok(())
}

fn a_session_is_opened_with_exactly_what_was_asked<D: Driver>() -> TestResult {
    let sandbox = Sandbox::builder().server("asaas").start()?;
    let client = client_of::<D>(&sandbox);
    for (args, servers) in [
        (args(), vec!["zoop", "nuvem-fiscal"]),
        (args().servers(Vec::<String>::new()), vec![]),
        (args().preset(Preset::Argentinian), vec!["afip", "andreani"]),
        (
            args().server("afip").preset(Preset::Argentinian).server("zoop"),
            vec!["afip", "zoop", "andreani"],
        ),
    ] {
        let session = D::finish(client.create(&args))?;
        let got: Vec<_> = session.info().servers.iter().map(|server| server.id.as_str()).collect();
        assert_eq!(got, servers);
    }
    let error = D::finish(client.create(&args().server("no-such-server"))).unwrap_err();
    assert_eq!((error.code(), error.operation()), (Some("unknown_servers"), "client.create"));
    assert!(error.json().unwrap().as_str().contains("no-such-server"));
    Ok(())
}

fn mocks_answer_and_refusals_are_results<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let args = args()
        .server("zoop")
        .mock("zoop/create_charge", Mock::always(&json!({"id": "ch_1"}))?)
        .mock(
            "zoop/get_charge",
            Mock::in_turn(&[json!({"status": "PENDING"}), json!({"status": "PAID"})])?,
        );
    let session = D::finish(client.create(&args))?;

    let made = D::finish(session.execute("zoop/create_charge", &json!({"value": 1})))?;
    assert_eq!(made.outcome(), ToolOutcome::Done);
    assert_eq!(made.data::<serde_json::Value>()?, json!({"id": "ch_1"}));
    for status in ["PENDING", "PAID"] {
        let got = D::finish(session.execute("zoop/get_charge", &json!({})))?;
        assert_eq!(got.data::<serde_json::Value>()?["status"], status);
    }
    let empty = D::finish(session.execute("zoop/get_charge", &json!({})))?;
    assert!(matches!(empty.outcome(), ToolOutcome::Refused(ToolRefusal::MocksExhausted { .. })));
    let missing = D::finish(session.execute("zoop/refund", &json!({})))?;
    let ToolOutcome::Refused(ToolRefusal::ToolNotMocked { tool_name, .. }) = missing.outcome()
    else {
        panic!("{missing:?}");
    };
    assert_eq!(tool_name, "zoop/refund");
    let unknown = D::finish(session.execute("codespar_nope", &json!({})))?;
    let ToolOutcome::Refused(ToolRefusal::ToolNotRegistered { message }) = unknown.outcome() else {
        panic!("{unknown:?}");
    };
    assert!(message.starts_with("Tool not registered"));
    assert_eq!(unknown.verdict(), codespar_proto::Verdict::Refused);
    Ok(())
}

fn the_agent_answers_whole_or_as_it_works<D: Driver>() -> TestResult {
    for dialect in [Dialect::Managed, Dialect::SelfHosted] {
        let sandbox = Sandbox::builder().dialect(dialect).start()?;
        let client = client_of::<D>(&sandbox);
        let args = args().server("zoop").mock("zoop/ping", Mock::always(&json!({"pong": true}))?);
        let session = D::finish(client.create(&args))?;
        assert_eq!(session.info().user_id.expose(), "buyer-77");

        let turn = D::finish(session.send("please run zoop/ping"))?;
        assert_eq!(turn.tool_calls.len(), 1, "{dialect:?}");
        let (events, failed) = D::collect(session.send_stream("please run zoop/ping"));
        assert!(failed.is_none(), "{failed:?}");
        assert!(matches!(events.first(), Some(ChatEvent::UserMessage(_))));
        assert!(events.iter().any(|event| matches!(event, ChatEvent::ToolUse(_))));
        let over = events
            .iter()
            .any(|event| matches!(event, ChatEvent::ToolResult(_) | ChatEvent::ToolOutput(_)));
        assert!(over, "{events:?}");
        let Some(ChatEvent::Done(turn)) = events.last() else { panic!("{events:?}") };
        assert!(!turn.message.is_empty());
        D::finish(session.close())?;
    }
    Ok(())
}

fn a_turn_that_breaks_off_is_an_error_and_is_not_repeated<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
    let before = sandbox.requests().len();
    sandbox.inject(Fault::on("POST", "/v1/sessions/").cut_after_frames(2));
    let (events, failed) = D::collect(session.send_stream("charge R$ 20 by pix"));
    assert_eq!(events.len(), 2);
    let failed = failed.unwrap();
    assert!(matches!(failed.kind(), ErrorKind::Io | ErrorKind::Stream), "{failed:?}");
    assert!(failed.may_have_been_sent());
    assert_eq!(sandbox.requests().len(), before + 1);
    Ok(())
}

fn a_lost_answer_to_a_charge_is_not_asked_for_again<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
    sandbox.inject(Fault::on("POST", "/v1/sessions/").lose_answer());
    let error = D::finish(session.charge(&order())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io, "{error:?}");
    assert!(error.may_have_been_sent());
    assert_eq!(error.attempts(), 1);
    assert_eq!(sandbox.effects().count(EffectKind::Charge), 1);
    Ok(())
}

fn reads_are_repeated_while_the_server_is_busy<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
    sandbox.inject(
        Fault::on("GET", "/v1/sessions/")
            .times(2)
            .answer(503, json!({"error": "busy"}))
            .header("retry-after", "0"),
    );
    let reply = D::finish(session.connections().with_response())?;
    assert_eq!((reply.status.as_u16(), reply.attempts), (200, 3));
    assert!(!reply.output.servers.is_empty());
    sandbox
        .inject(Fault::on("GET", "/v1/sessions/").always().answer(503, json!({"error": "busy"})));
    let error = D::finish(session.connections().retries(1)).unwrap_err();
    assert_eq!((error.code(), error.attempts()), (Some("busy"), 2));
    assert!(session.last_connections().is_some());
    Ok(())
}

fn money_is_paid_out_once<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
    let args = PayArgs::to("maria@example.com", Minor::new(15_000), Currency::BRL, "Refund 42");
    let paid = D::finish(session.pay(&args))?;
    assert_eq!(paid.amount, Some(Minor::new(15_000)));
    assert!(D::finish(session.settled(paid.call_id()?))?.is_settled());
    let again = D::finish(session.pay(&PayArgs::status(paid.id.clone().unwrap())))?;
    assert_eq!(again.id, paid.id);
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 1);
    Ok(())
}

fn a_status_stream_that_breaks_is_opened_again<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
    let charge = D::finish(session.charge(&order()))?;
    sandbox.inject(Fault::on("GET", "/v1/tool-calls/").cut_after_frames(1));
    let (states, failed) =
        D::collect(session.payment_status_stream(charge.call_id()?, Reconnect::UntilOver));
    assert!(failed.is_none(), "{failed:?}");
    assert!(states.last().unwrap().is_settled());

    sandbox.inject(Fault::on("GET", "/v1/tool-calls/").cut_after_frames(1));
    let (states, failed) =
        D::collect(session.payment_status_stream(charge.call_id()?, Reconnect::Never));
    let failed = failed.unwrap();
    assert_eq!(failed.last::<PaymentStatus>(), states.last());
    Ok(())
}

fn waiting_ends_with_the_callers_patience<D: Driver>() -> TestResult {
    let sandbox = Sandbox::builder().settle_after(Duration::from_secs(600)).start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
    let charge = D::finish(session.charge(&order()))?;
    let error = D::finish(session.settled(charge.call_id()?).timeout(Duration::from_millis(300)))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let last = error.last::<PaymentStatus>().unwrap();
    assert_eq!(last.payment_status, PaymentState::Pending);
    Ok(())
}

fn a_verification_is_decided<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
    let input = json!({"buyer": {"name": "Maria Silva"}, "check_type": "identity"});
    let begun = D::finish(session.execute("codespar_kyc", &input))?;
    let id = begun.tool_call_id.clone().unwrap();
    assert_eq!(
        D::finish(session.verification_status(&id))?.verification_status,
        VerificationState::Pending
    );
    assert!(D::finish(session.decided(&id))?.is_decided());
    let (states, failed) = D::collect(session.verification_status_stream(&id, Reconnect::Never));
    assert!(failed.is_none() && states.last().unwrap().is_decided());
    Ok(())
}

fn connections_and_tools_are_listed_and_waited_for<D: Driver>() -> TestResult {
    let sandbox = Sandbox::builder().connected(true).start()?;
    let client = client_of::<D>(&sandbox);
    let session = D::finish(client.create(&args().wait_for_connections(Duration::from_secs(5))))?;
    assert!(session.connections_wait().unwrap().all_connected);
    assert!(session.last_connections().is_none());
    let tools = D::finish(session.tools())?;
    assert!(tools.iter().any(|tool| tool.name == "codespar_charge"));
    let asked = sandbox.requests().len();
    let found = D::finish(session.find_tools("CHARGE"))?;
    assert!(found.iter().any(|tool| tool.name == "codespar_charge"));
    assert_eq!(sandbox.requests().len(), asked, "known tools are not asked for again");

    let sandbox = Sandbox::start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
    let waited = D::finish(session.wait_for_connections(Duration::from_millis(20)))?;
    assert!(!waited.all_connected && waited.connections.is_some());
    Ok(())
}

fn a_session_is_taken_up_by_its_id<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let id = D::finish(client.create(&args()))?.id().to_owned();
    let session = client.session(id.clone())?;
    D::finish(session.charge(&order()))?;
    assert!(session.mcp().url.ends_with(&format!("/v1/sessions/{id}/mcp")));
    assert!(!format!("{:?}", session.mcp()).contains(sandbox.api_key()));
    let error = D::finish(client.session("ses_none")?.connections()).unwrap_err();
    assert_eq!(
        (error.status().map(|status| status.as_u16()), error.code()),
        (Some(404), Some("not_found"))
    );
    Ok(())
}

fn a_self_hosted_session_is_really_closed<D: Driver>() -> TestResult {
    let sandbox = Sandbox::builder().dialect(Dialect::SelfHosted).any_api_key().start()?;
    let config = Config::new("local").base_url(sandbox.base_url());
    let session = D::finish(Client::<D>::with_config(config)?.create(&args()))?;
    D::finish(session.close())?;
    let error = D::finish(session.execute("zoop/x", &json!({}))).unwrap_err();
    assert_eq!(error.message(), "Session not found or closed");
    assert_eq!(error.code(), None);
    Ok(())
}

fn a_wrong_key_is_told_and_not_shown<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let key = format!("{}_{}", "csk_test", "wrong0000000000000000000000000000");
    let client = Client::<D>::with_config(Config::new(key.clone()).base_url(sandbox.base_url()))?;
    let error = D::finish(client.create(&args())).unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
    assert!(!format!("{error} {error:?} {client:?}").contains(&key));
    Ok(())
}

fn a_call_can_be_canceled_from_elsewhere<D: Driver>() -> TestResult {
    let sandbox = Sandbox::builder().settle_after(Duration::from_secs(600)).start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
    let charge = D::finish(session.charge(&order()))?;
    let mut call = session.settled(charge.call_id()?);
    let handle = call.cancel_handle();
    let stopper = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        handle.cancel();
    });
    let error = D::finish(call).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Canceled);
    stopper.join().unwrap();
    Ok(())
}
