// Sessions: opening, running tools, talking, charging, following, closing.

use std::time::Duration;

use codespar_proto::{
    ChatEvent, Config, Currency, ErrorKind, Minor, Mock, PayArgs, PaymentState, PaymentStatus,
    Preset, SessionStatus, ToolOutcome, ToolRefusal, VerificationState,
};
use codespar_sandbox::{Dialect, EffectKind, Fault, Sandbox};
use serde_json::json;

use super::bench::{args, client_of, order};

scenario! { a_charge_is_made_followed_and_settled {
    let sandbox = Sandbox::start()?;
    let client = client_of(&sandbox);
    let session = run!(client.create(&args().preset(Preset::Brazilian)))?;
    assert_eq!(session.info().status, SessionStatus::Active);
    assert_eq!(session.info().servers.len(), 5);

    let charge = run!(session.charge(&order()))?;
    assert_eq!(charge.amount, Some("150".parse()?));
    assert_eq!(charge.currency, Some(Currency::BRL));
    assert!(charge.pix_copy_paste.as_ref().unwrap().expose().starts_with("000201"));

    let now = run!(session.payment_status(charge.call_id()?))?;
    assert_eq!(now.payment_status, PaymentState::Pending);
    let (states, failed) = all!(session.payment_status_stream(charge.call_id()?, false));
    assert!(failed.is_none(), "{failed:?}");
    let states: Vec<_> = states.iter().map(|state| state.payment_status.as_str()).collect();
    assert_eq!(states, ["pending", "succeeded"]);
    let settled = run!(session.settled(charge.call_id()?))?;
    assert!(settled.is_settled());
    assert_eq!(sandbox.effects().count(EffectKind::Charge), 1);

    run!(session.close())?;
    run!(session.close())?;
    let error = run!(session.charge(&order())).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Api, Some("session_not_active")));
    assert_eq!(sandbox.effects().count(EffectKind::Charge), 1);
}}

scenario! { a_session_is_opened_with_exactly_what_was_asked {
    let sandbox = Sandbox::builder().server("asaas").start()?;
    let client = client_of(&sandbox);
    for (args, servers) in [
        (args(), vec!["zoop", "nuvem-fiscal"]),
        (args().servers(Vec::<String>::new()), vec![]),
        (args().preset(Preset::Argentinian), vec!["afip", "andreani"]),
        (args().server("afip").preset(Preset::Argentinian).server("zoop"), vec!["afip", "zoop", "andreani"]),
    ] {
        let session = run!(client.create(&args))?;
        let got: Vec<_> = session.info().servers.iter().map(|server| server.id.as_str()).collect();
        assert_eq!(got, servers);
    }
    let error = run!(client.create(&args().server("no-such-server"))).unwrap_err();
    assert_eq!((error.code(), error.operation()), (Some("unknown_servers"), "client.create"));
    assert!(error.json().unwrap().as_str().contains("no-such-server"));
}}

scenario! { mocks_answer_and_refusals_are_results {
    let sandbox = Sandbox::start()?;
    let client = client_of(&sandbox);
    let args = args()
        .server("zoop")
        .mock("zoop/create_charge", Mock::always(&json!({"id": "ch_1"}))?)
        .mock("zoop/get_charge", Mock::in_turn(&[json!({"status": "PENDING"}), json!({"status": "PAID"})])?);
    let session = run!(client.create(&args))?;

    let made = run!(session.execute("zoop/create_charge", &json!({"value": 1})))?;
    assert_eq!(made.outcome(), ToolOutcome::Done);
    assert_eq!(made.data::<serde_json::Value>()?, json!({"id": "ch_1"}));
    for status in ["PENDING", "PAID"] {
        let got = run!(session.execute("zoop/get_charge", &json!({})))?;
        assert_eq!(got.data::<serde_json::Value>()?["status"], status);
    }
    let empty = run!(session.execute("zoop/get_charge", &json!({})))?;
    assert!(matches!(empty.outcome(), ToolOutcome::Refused(ToolRefusal::MocksExhausted { .. })));
    let missing = run!(session.execute("zoop/refund", &json!({})))?;
    let ToolOutcome::Refused(ToolRefusal::ToolNotMocked { tool_name, .. }) = missing.outcome() else {
        panic!("{missing:?}");
    };
    assert_eq!(tool_name, "zoop/refund");
    let unknown = run!(session.execute("codespar_nope", &json!({})))?;
    let ToolOutcome::Refused(ToolRefusal::ToolNotRegistered { message }) = unknown.outcome() else {
        panic!("{unknown:?}");
    };
    assert!(message.starts_with("Tool not registered"));
    assert_eq!(unknown.verdict(), codespar_proto::Verdict::Refused);
}}

scenario! { the_agent_answers_whole_or_as_it_works {
    for dialect in [Dialect::Managed, Dialect::SelfHosted] {
        let sandbox = Sandbox::builder().dialect(dialect).start()?;
        let client = client_of(&sandbox);
        let args = args().server("zoop").mock("zoop/ping", Mock::always(&json!({"pong": true}))?);
        let session = run!(client.create(&args))?;
        assert_eq!(session.info().user_id, "buyer-77");

        let turn = run!(session.send("please run zoop/ping"))?;
        assert_eq!(turn.tool_calls.len(), 1, "{dialect:?}");
        let (events, failed) = all!(session.send_stream("please run zoop/ping"));
        assert!(failed.is_none(), "{failed:?}");
        assert!(matches!(events.first(), Some(ChatEvent::UserMessage(_))));
        assert!(events.iter().any(|event| matches!(event, ChatEvent::ToolUse(_))));
        let over = events.iter().any(|event| matches!(event, ChatEvent::ToolResult(_) | ChatEvent::ToolOutput(_)));
        assert!(over, "{events:?}");
        let Some(ChatEvent::Done(turn)) = events.last() else { panic!("{events:?}") };
        assert!(!turn.message.is_empty());
        run!(session.close())?;
    }
}}

scenario! { a_turn_that_breaks_off_is_an_error_and_is_not_repeated {
    let sandbox = Sandbox::start()?;
    let session = run!(client_of(&sandbox).create(&args()))?;
    let before = sandbox.requests().len();
    sandbox.inject(Fault::on("POST", "/v1/sessions/").cut_after_frames(2));
    let (events, failed) = all!(session.send_stream("charge R$ 20 by pix"));
    assert_eq!(events.len(), 2);
    let failed = failed.unwrap();
    assert!(matches!(failed.kind(), ErrorKind::Io | ErrorKind::Stream), "{failed:?}");
    assert!(failed.may_have_been_sent());
    assert_eq!(sandbox.requests().len(), before + 1);
}}

scenario! { a_lost_answer_to_a_charge_is_not_asked_for_again {
    let sandbox = Sandbox::start()?;
    let session = run!(client_of(&sandbox).create(&args()))?;
    sandbox.inject(Fault::on("POST", "/v1/sessions/").lose_answer());
    let error = run!(session.charge(&order())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io, "{error:?}");
    assert!(error.may_have_been_sent());
    assert_eq!(error.attempts(), 1);
    assert_eq!(sandbox.effects().count(EffectKind::Charge), 1);
}}

scenario! { reads_are_repeated_while_the_server_is_busy {
    let sandbox = Sandbox::start()?;
    let session = run!(client_of(&sandbox).create(&args()))?;
    sandbox.inject(Fault::on("GET", "/v1/sessions/").times(2).answer(503, json!({"error": "busy"})).header("retry-after", "0"));
    let reply = run!(session.connections().with_response())?;
    assert_eq!((reply.status.as_u16(), reply.attempts), (200, 3));
    assert!(!reply.output.servers.is_empty());
    sandbox.inject(Fault::on("GET", "/v1/sessions/").always().answer(503, json!({"error": "busy"})));
    let error = run!(session.connections().retries(1)).unwrap_err();
    assert_eq!((error.code(), error.attempts()), (Some("busy"), 2));
    assert!(session.last_connections().is_some());
}}

scenario! { money_is_paid_out_once {
    let sandbox = Sandbox::start()?;
    let session = run!(client_of(&sandbox).create(&args()))?;
    let args = PayArgs::to("maria@example.com", Minor::new(15_000), Currency::BRL, "Refund 42");
    let paid = run!(session.pay(&args))?;
    assert_eq!(paid.amount, Some(Minor::new(15_000)));
    assert!(run!(session.settled(paid.call_id()?))?.is_settled());
    let again = run!(session.pay(&PayArgs::status(paid.id.clone().unwrap())))?;
    assert_eq!(again.id, paid.id);
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 1);
}}

scenario! { a_status_stream_that_breaks_is_opened_again {
    let sandbox = Sandbox::start()?;
    let session = run!(client_of(&sandbox).create(&args()))?;
    let charge = run!(session.charge(&order()))?;
    sandbox.inject(Fault::on("GET", "/v1/tool-calls/").cut_after_frames(1));
    let (states, failed) = all!(session.payment_status_stream(charge.call_id()?, true));
    assert!(failed.is_none(), "{failed:?}");
    assert!(states.last().unwrap().is_settled());

    sandbox.inject(Fault::on("GET", "/v1/tool-calls/").cut_after_frames(1));
    let (states, failed) = all!(session.payment_status_stream(charge.call_id()?, false));
    let failed = failed.unwrap();
    assert_eq!(failed.last::<PaymentStatus>(), states.last());
}}

scenario! { waiting_ends_with_the_callers_patience {
    let sandbox = Sandbox::builder().settle_after(Duration::from_secs(600)).start()?;
    let session = run!(client_of(&sandbox).create(&args()))?;
    let charge = run!(session.charge(&order()))?;
    let error = run!(session.settled(charge.call_id()?).timeout(Duration::from_millis(300))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let last = error.last::<PaymentStatus>().unwrap();
    assert_eq!(last.payment_status, PaymentState::Pending);
}}

scenario! { a_verification_is_decided {
    let sandbox = Sandbox::start()?;
    let session = run!(client_of(&sandbox).create(&args()))?;
    let input = json!({"buyer": {"name": "Maria Silva"}, "check_type": "identity"});
    let begun = run!(session.execute("codespar_kyc", &input))?;
    let id = begun.tool_call_id.clone().unwrap();
    assert_eq!(run!(session.verification_status(&id))?.verification_status, VerificationState::Pending);
    assert!(run!(session.decided(&id))?.is_decided());
    let (states, failed) = all!(session.verification_status_stream(&id, false));
    assert!(failed.is_none() && states.last().unwrap().is_decided());
}}

scenario! { connections_and_tools_are_listed_and_waited_for {
    let sandbox = Sandbox::builder().connected(true).start()?;
    let client = client_of(&sandbox);
    let session = run!(client.create(&args().wait_for_connections(Duration::from_secs(5))))?;
    assert!(session.connections_wait().unwrap().all_connected);
    assert!(session.last_connections().is_none());
    let tools = run!(session.tools())?;
    assert!(tools.iter().any(|tool| tool.name == "codespar_charge"));
    let asked = sandbox.requests().len();
    let found = run!(session.find_tools("CHARGE"))?;
    assert!(found.iter().any(|tool| tool.name == "codespar_charge"));
    assert_eq!(sandbox.requests().len(), asked, "known tools are not asked for again");

    let sandbox = Sandbox::start()?;
    let session = run!(client_of(&sandbox).create(&args()))?;
    let waited = run!(session.wait_for_connections(Duration::from_millis(20)))?;
    assert!(!waited.all_connected && waited.connections.is_some());
}}

scenario! { a_session_is_taken_up_by_its_id {
    let sandbox = Sandbox::start()?;
    let client = client_of(&sandbox);
    let id = run!(client.create(&args()))?.id().to_owned();
    let session = client.session(id.clone())?;
    run!(session.charge(&order()))?;
    assert!(session.mcp().url.ends_with(&format!("/v1/sessions/{id}/mcp")));
    assert!(!format!("{:?}", session.mcp()).contains(sandbox.api_key()));
    let error = run!(client.session("ses_none")?.connections()).unwrap_err();
    assert_eq!((error.status().map(|status| status.as_u16()), error.code()), (Some(404), Some("not_found")));
}}

scenario! { a_self_hosted_session_is_really_closed {
    let sandbox = Sandbox::builder().dialect(Dialect::SelfHosted).any_api_key().start()?;
    let config = Config::new("local").base_url(sandbox.base_url());
    let session = run!(Client::with_config(config)?.create(&args()))?;
    run!(session.close())?;
    let error = run!(session.execute("zoop/x", &json!({}))).unwrap_err();
    assert_eq!(error.message(), "Session not found or closed");
    assert_eq!(error.code(), None);
}}

scenario! { a_wrong_key_is_told_and_not_shown {
    let sandbox = Sandbox::start()?;
    let key = format!("{}_{}", "csk_test", "wrong0000000000000000000000000000");
    let client = Client::with_config(Config::new(key.clone()).base_url(sandbox.base_url()))?;
    let error = run!(client.create(&args())).unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
    assert!(!format!("{error} {error:?} {client:?}").contains(&key));
}}

scenario! { a_call_can_be_canceled_from_elsewhere {
    let sandbox = Sandbox::builder().settle_after(Duration::from_secs(600)).start()?;
    let session = run!(client_of(&sandbox).create(&args()))?;
    let charge = run!(session.charge(&order()))?;
    let mut call = session.settled(charge.call_id()?);
    let handle = call.cancel_handle();
    let stopper = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        handle.cancel();
    });
    let error = run!(call).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Canceled);
    stopper.join().unwrap();
}}
