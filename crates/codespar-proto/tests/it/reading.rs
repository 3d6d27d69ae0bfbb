//! What real servers send that strict readers refuse: it is read, or said rightly.
#![cfg(feature = "testing")]

use codespar_proto::{
    Buyer, ChargeArgs, ChargeMethod, ChatEvent, CreateCharge, Currency, Error, ErrorKind, Json,
    Major, PaymentState, Reconnect, Session,
    meta_tools::{InvoiceArgs, InvoiceKind},
    session::{SessionInfo, ToolOutcome, ToolRefusal},
    testing::{Recorded, Replay},
};
use serde_json::json;

use crate::support::client;

const MARK: &str = "\u{feff}";

fn session(replay: &Replay) -> Session<Replay> {
    let info: SessionInfo =
        serde_json::from_value(json!({"id": "ses_1", "user_id": "u", "status": "active"})).unwrap();
    client(replay).session_from(info).unwrap()
}

fn json(status: u16, body: impl Into<Vec<u8>>) -> Replay {
    let answer = Recorded::status(status).header("content-type", "application/json");
    Replay::new().answer(answer.chunk(body.into()))
}

fn pix() -> ChargeArgs {
    ChargeArgs::pix(Major::new(150), "Order 42", Buyer::new("Maria Silva"))
}

fn charge(body: impl Into<Vec<u8>>) -> Result<(Option<String>, Option<String>), Error> {
    let charge = session(&json(200, body)).charge(&pix()).send()?;
    Ok((charge.id.clone(), charge.charge_url.clone()))
}

fn charged(data: &str) -> String {
    format!(r#"{{"success":true,"data":{data},"error":null,"tool_call_id":"tc_1"}}"#)
}

#[test]
fn half_of_a_pair_does_not_cost_the_charge() {
    for (data, url) in [
        (r#"{"id":"pay_1","charge_url":"https://x/caf\ud83d"}"#, "https://x/caf\u{fffd}"),
        (r#"{"id":"pay_1","charge_url":"\uDE00\ud83d\ude00"}"#, "\u{fffd}\u{1f600}"),
        (r#"{"id":"pay_1","charge_url":"\\ud83d"}"#, r"\ud83d"),
        (r#"{"id":"pay_1","new \ud83d":{"\udc00":1e400},"charge_url":"x"}"#, "x"),
    ] {
        let (id, charge_url) = charge(charged(data)).unwrap();
        assert_eq!((id.as_deref(), charge_url.as_deref()), (Some("pay_1"), Some(url)), "{data}");
    }
    let latin = charged(r#"{"id":"pay_1","charge_url":"caf?"}"#).replace('?', "\0").into_bytes();
    let latin: Vec<u8> =
        latin.into_iter().map(|byte| if byte == 0 { 0xe9 } else { byte }).collect();
    assert_eq!(charge(latin).unwrap().1.as_deref(), Some("caf\u{fffd}"));
}

#[test]
fn a_byte_order_mark_does_not_cost_the_charge() {
    assert!(charge(format!("{MARK}{}", charged(r#"{"id":"pay_1"}"#))).is_ok());
    assert!(charge(format!("{MARK}\r\n {}", charged(r#"{"id":"pay\ud83d"}"#))).is_ok());
    assert_eq!(charge(format!("{MARK}<html>")).unwrap_err().kind(), ErrorKind::Decode);
    let error = session(&json(403, format!(r#"{MARK}{{"error":"policy_denied"}}"#)));
    assert_eq!(error.charge(&pix()).send().unwrap_err().code(), Some("policy_denied"));
}

#[test]
fn ids_that_are_numbers_do_not_cost_the_charge() {
    let id = |data: &str| charge(charged(data)).unwrap().0;
    assert_eq!(id(r#"{"id":81}"#).as_deref(), Some("81"));
    assert_eq!(id(r#"{"id":12345678901234567890123}"#).as_deref(), Some("12345678901234567890123"));
    assert_eq!(id(r#"{"id":81.0}"#).as_deref(), Some("81"));
    let body = charged(r#"{"id":7}"#).replace("\"tc_1\"", "90817");
    let charge = session(&json(200, body)).charge(&pix()).send().unwrap();
    assert_eq!(charge.call_id().unwrap().as_str(), "90817");
    for wrong in [r#"{"id":1.5}"#, r#"{"id":true}"#, r#"{"id":[1]}"#, r#"{"charge_url":7}"#] {
        assert_eq!(charge_error(wrong), ErrorKind::Decode, "{wrong}");
    }
}

fn charge_error(data: &str) -> ErrorKind {
    charge(charged(data)).unwrap_err().kind()
}

#[test]
fn json_under_another_label_is_json() {
    for label in ["text/plain", "text/html; charset=utf-8", "application/octet-stream"] {
        let answer = |body: &str| {
            let replay = Replay::new().answer(Recorded::text(200, label, body));
            session(&replay).charge(&pix()).send()
        };
        assert_eq!(answer(&charged(r#"{"id":"p"}"#)).unwrap().id.as_deref(), Some("p"));
        let words = answer("<html>").unwrap_err().to_string();
        let kind = label.split(';').next().unwrap();
        assert!(
            words.contains(&format!("the answer is {kind} where JSON was promised")),
            "{words}"
        );
        let words = answer(r#"{"success":7}"#).unwrap_err().to_string();
        assert!(words.contains("success: invalid type"), "{words}");
    }
}

#[test]
fn results_and_refusals_of_tools_are_read_to_the_end() {
    let run = |status, body: &str| session(&json(status, body)).execute("a/x", &json!({})).send();
    let failed =
        run(200, r#"{"success":false,"data":null,"error":"saldo \ud83d","tool_call_id":"tc_1"}"#);
    let failed = failed.unwrap();
    assert_eq!(failed.tool_call_id.unwrap().as_str(), "tc_1");
    assert_eq!(failed.error.as_deref(), Some("saldo \u{fffd}"));
    let refused =
        run(422, r#"{"code":"tool_not_mocked","tool_name":"a/x","message":"no \ud83d"}"#).unwrap();
    let outcome = refused.outcome();
    assert!(
        matches!(&outcome, ToolOutcome::Refused(ToolRefusal::ToolNotMocked { message, .. })
            if message == "no \u{fffd}"),
        "{outcome:?}",
    );
    let error = run(403, r#"{"error":"policy_denied","message":"x \ud83d"}"#).unwrap_err();
    assert_eq!((error.code(), error.message()), (Some("policy_denied"), "x \u{fffd}"));
    // Free-form data is kept to the letter as long as nothing around it has to be mended.
    let kept =
        run(200, r#"{"success":true,"data":{"m":"\ud83d","n":1e400,"v":2.50},"duration":9e0}"#);
    let kept = kept.unwrap().data.unwrap();
    assert_eq!(kept.as_str(), r#"{"m":"\ud83d","n":1e400,"v":2.50}"#);
    assert_eq!(kept.to_value(), json!({"m": "\u{fffd}", "n": "1e400", "v": 2.5}));
    assert_eq!(kept.member("m").unwrap().read::<String>().unwrap(), "\u{fffd}");
}

#[test]
fn a_whole_number_spelled_otherwise_does_not_cost_a_turn() {
    let body = r#"{"message":"Cobrei Maria \ud83d","tool_calls":[],"iterations":2.0}"#;
    let turn = session(&json(200, body)).send("hi").send().unwrap();
    assert_eq!((turn.message.as_str(), turn.iterations), ("Cobrei Maria \u{fffd}", 2));
    let batch = |version: &str| {
        let text = format!(r#"{{"batch_id":"b","status":"ready","version":{version}}}"#);
        let replay = json(200, text);
        client(&replay).payables().batches().get("b").send().map(|batch| batch.version.unwrap())
    };
    for (version, number) in
        [("3.0", 3), ("30e-1", 3), ("9007199254740993.0", 9_007_199_254_740_993)]
    {
        assert_eq!(batch(version).unwrap(), number, "{version}");
    }
    assert_eq!(batch("18446744073709551615.0").unwrap(), u64::MAX);
    for version in ["3.5", "-1.0", "18446744073709551616", "1e20", "1e400"] {
        let error = batch(version).unwrap_err();
        assert!(error.message().starts_with("version: "), "{version}: {error}");
    }
}

/// The events of a turn, and the error it ends with.
fn turn(stream: impl Into<Vec<u8>>) -> (Vec<ChatEvent>, Option<Error>) {
    let replay = Replay::new().answer(Recorded::events([stream.into()]));
    let mut error = None;
    let events = session(&replay).send_stream("hi");
    (events.map_while(|event| event.map_err(|end| error = Some(end)).ok()).collect(), error)
}

const TEXT: &str = "event: assistant_text\ndata: {\"content\":\"Olá\",\"iteration\":1.0}\n\n";
const DONE: &str = "event: done\ndata: {\"result\":{\"message\":\"x\",\"iterations\":1}}\n\n";

fn whole(middle: &str) -> Vec<ChatEvent> {
    let (events, error) = turn(format!("{TEXT}{middle}{DONE}"));
    assert!(error.is_none(), "{middle}: {error:?}");
    assert!(matches!(&events[0], ChatEvent::AssistantText(text) if text.content == "Olá"));
    assert!(matches!(events.last(), Some(ChatEvent::Done(_))));
    events
}

#[test]
fn what_is_not_known_is_not_read() {
    let deep = format!("event: noise\ndata: {}\n\n", "[".repeat(5000));
    for beat in [
        "event: ping\ndata:\n\n",
        "event: keep-alive\ndata: ping\n\n",
        "event: tick\ndata: 2026-10-02T13:05:11Z\n\n",
        "event: tick\ndata: 1790950165000\n\n",
        "data\n\n",
        "data: [DONE]\n\n",
        "data: {\"type\":\n\n",
        "event: heartbeat\ndata: {\"type\":\"heartbeat\",\"n\":1e400}\n\n",
        "event: x\ndata: {\"type\":7}\n\n",
        &deep,
    ] {
        let events = whole(beat);
        assert_eq!(events.len(), 3, "{beat}");
        assert!(matches!(&events[1], ChatEvent::Other { .. }), "{beat}: {events:?}");
    }
    let events = whole("event: keep-alive\ndata: ping\n\n");
    let ChatEvent::Other { event, data } = &events[1] else { panic!("{events:?}") };
    assert_eq!((event.as_str(), data.as_str()), ("keep-alive", "\"ping\""));
    assert_eq!(
        serde_json::to_string(&events[1]).unwrap(),
        r#"{"type":"keep-alive","data":"ping"}"#
    );
}

#[test]
fn a_known_type_decides_under_a_name_that_is_not_known() {
    for name in ["event: message\n", "event: chunk\n", "event:\n", ""] {
        let (events, error) = turn(format!(
            "{name}data: {{\"type\":\"assistant_text\",\"content\":\"a\",\"iteration\":1}}\n\n\
             {name}data: {{\"type\":\"tool_result\",\"toolCall\":{{\"tool_name\":\"t\"}}}}\n\n\
             {name}data: {{\"type\":\"done\",\"result\":{{\"message\":\"m\"}}}}\n\n",
        ));
        assert!(error.is_none(), "{name}: {error:?}");
        assert!(
            matches!(
                &*events,
                [ChatEvent::AssistantText(_), ChatEvent::ToolResult(_), ChatEvent::Done(_)]
            ),
            "{name}: {events:?}",
        );
    }
    // The name decides where it is known.
    let events = whole("event: user_message\ndata: {\"type\":\"done\",\"content\":\"x\"}\n\n");
    assert!(matches!(&events[1], ChatEvent::UserMessage(_)));
}

#[test]
fn broken_text_in_an_event_costs_a_letter() {
    let events = whole("event: assistant_text\ndata: {\"content\":\"Olá \\ud83d\"}\n\n");
    assert!(matches!(&events[1], ChatEvent::AssistantText(text) if text.content == "Olá \u{fffd}"));
    let mut stream = TEXT.replace("Olá", "Ol?").into_bytes();
    let at = stream.iter().position(|byte| *byte == b'?').unwrap();
    stream[at] = 0xe1;
    stream.extend(DONE.as_bytes());
    let (events, error) = turn(stream);
    assert!(error.is_none(), "{error:?}");
    assert!(matches!(&events[0], ChatEvent::AssistantText(text) if text.content == "Ol\u{fffd}"));
}

#[test]
fn an_error_event_is_read_as_a_refusal_is() {
    for (data, code, message) in [
        (
            r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
            Some("overloaded_error"),
            Some("Overloaded"),
        ),
        ("Internal Server Error", None, Some("Internal Server Error")),
        (r#""Internal Server Error""#, None, Some("Internal Server Error")),
        ("", None, None),
        (r#"{"error":"chat_loop_failed","message":"x"}"#, Some("chat_loop_failed"), Some("x")),
        (r#"{"error":"Something broke"}"#, None, Some("Something broke")),
        (r#"{"error":null,"message":"x"}"#, None, Some("x")),
        (r#"{"message":"x \ud83d","iteration":1}"#, None, Some("x \u{fffd}")),
        (
            r#"{"error":{"code":"E_BUSY","message":"later"},"n":1e400}"#,
            Some("E_BUSY"),
            Some("later"),
        ),
        (
            r#"{"statusCode":500,"code":"FST_ERR","error":"Internal Server Error","message":"x"}"#,
            Some("FST_ERR"),
            Some("x"),
        ),
        (r#"[1]"#, None, Some("[1]")),
    ] {
        let (events, error) = turn(format!("{TEXT}event: error\ndata: {data}\n\n"));
        assert!(error.is_none(), "{data}: {error:?}");
        let Some(ChatEvent::Error(failed)) = events.last() else { panic!("{events:?}") };
        assert_eq!((failed.error.as_deref(), failed.message.as_deref()), (code, message), "{data}");
    }
    let data = r#"{"error":{"type":"a_b","message":"m","at":7},"id":"e"}"#;
    let (events, _) = turn(format!("event: error\ndata: {data}\n\n"));
    let Some(ChatEvent::Error(failed)) = events.last() else { panic!("{events:?}") };
    assert_eq!(failed.extra.get("at").unwrap().as_str(), "7");
    assert_eq!(failed.extra.get("id").unwrap().as_str(), "\"e\"");
}

#[test]
fn a_payment_is_followed_over_what_is_not_known() {
    let snapshot = r#"{"payment_status":"pending","events":[]}"#;
    let paid = r#"{"type":"update","payment_status":"succeeded","note":"\ud83d"}"#;
    let stream = format!(
        "event: snapshot\ndata: {snapshot}\n\nevent: ping\ndata: x\n\ndata\n\n\
         event: message\ndata: {paid}\n\nevent: done\ndata: {{\"reason\":\"terminal\"}}\n\n",
    );
    let replay = Replay::new().answer(Recorded::events([stream]));
    let states: Vec<_> = session(&replay)
        .payment_status_stream("tc_1", Reconnect::Never)
        .map(|state| state.unwrap().payment_status)
        .collect();
    assert_eq!(states, [PaymentState::Pending, PaymentState::Succeeded]);
}

#[test]
fn waits_of_a_refusal_are_read_in_every_form() {
    for (body, millis) in [
        (r#"{"error":"rate_limited","retry_after_ms":1200}"#, 1200),
        (r#"{"error":"rate_limited","retry_after_ms":"1200"}"#, 1200),
        (r#"{"error":"rate_limited","retry_after_ms":1200.0}"#, 1200),
        (r#"{"error":"rate_limited","details":{"retry_after_ms":700}}"#, 700),
        (r#"{"error":{"code":"rate_limited","details":{"retry_after":2}}}"#, 2000),
        (r#"{"error":"rate_limit_exceeded","retry_after_seconds":3}"#, 3000),
        (r#"{"error":"Too Many Requests","retryAfter":900}"#, 900),
    ] {
        let error = session(&json(429, body)).charge(&pix()).send().unwrap_err();
        assert_eq!(error.retry_after().unwrap().as_millis(), millis, "{body}");
    }
}

#[test]
fn a_server_that_does_not_say_how_it_knows_its_caller_is_not_said_to_need_nothing() {
    let replay = json(200, r#"{"servers":[{"id":"a"},{"id":"b","auth_type":"none"}],"tools":[]}"#);
    let seen = session(&replay).connections().send().unwrap();
    let said: Vec<_> = seen.servers.iter().map(|server| server.auth_type.as_ref()).collect();
    assert_eq!(said, [None, Some(&codespar_proto::providers::AuthType::None)]);
}

#[test]
fn a_day_is_a_day_before_anything_is_sent() {
    let replay = Replay::new();
    let session = session(&replay);
    for day in [
        "2026-12-31T23:00:00-03:00",
        "+002026-12-31",
        "2026-12-31[America/Sao_Paulo]",
        "20261231",
        "2026-12-32",
        "2026-02-29",
        "2026-1-1",
        " 2026-12-31",
        "2026-12-31Z",
        "31/12/2026",
        "",
        "\u{662}026-12-31",
    ] {
        let boleto = CreateCharge::new(Major::new(1), Currency::BRL, ChargeMethod::Boleto)
            .consumer_id("c")
            .due_date(day)
            .idempotency_key("k");
        let errors = [
            session.charge(&pix().due_date(day)).send().unwrap_err(),
            client(&replay).charges().create(&boleto).send().unwrap_err(),
            session
                .invoice(
                    &InvoiceArgs::issue(InvoiceKind::Nfse, Json::from(json!({})), vec![])
                        .due_date(day),
                )
                .send()
                .unwrap_err(),
        ];
        for error in errors {
            assert_eq!(
                (error.kind(), error.field()),
                (ErrorKind::Config, Some("due_date")),
                "{day}"
            );
            assert!(!error.may_have_been_sent());
        }
    }
    assert!(replay.requests().is_empty());
    let answer = charged(r#"{"id":"p"}"#);
    let day = pix().due_date("2028-02-29");
    assert!(self::session(&json(200, answer)).charge(&day).send().is_ok());
}

#[test]
fn input_of_the_wrong_kind_is_told_by_its_kind() {
    let replay = Replay::new();
    let said = |error: Error| {
        assert_eq!(error.field(), Some("input"));
        error.message().to_owned()
    };
    for (input, came) in [
        (json!([1]), "a list came"),
        (json!("x"), "a text came"),
        (json!(1), "a number came"),
        (json!(true), "a boolean came"),
        (json!(null), "null came"),
    ] {
        let words = said(session(&replay).execute("a/x", &input).send().unwrap_err());
        assert!(words.ends_with(came), "{words}");
    }
    let words = said(session(&replay).execute("a/x", &[f64::NAN]).send().unwrap_err());
    assert!(words.ends_with("a number that is not came"), "{words}");
}

#[test]
fn tokens_that_the_api_names_can_be_paid_with() {
    let pay = |currency: &str| {
        let replay = json(200, charged(r#"{"id":"pay_1","status":"pending"}"#));
        let amount = codespar_proto::Minor::new(100);
        let args =
            codespar_proto::meta_tools::PayArgs::to("a@b.c", amount, Currency::from(currency), "x");
        session(&replay).pay(&args).send()
    };
    for currency in ["USDC", "BRLA", "BRL"] {
        assert!(pay(currency).is_ok(), "{currency}");
    }
    for currency in ["usdc", "reais", ""] {
        assert_eq!(pay(currency).unwrap_err().field(), Some("currency"), "{currency}");
    }
}
