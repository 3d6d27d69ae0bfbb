//! Types and rows of an API: what is sent, and what is read and kept.

use codespar_engine::{
    Answer, Args, Call, Extra, Json, Sensitive, WireEnum, endpoints,
    kit::{RequestBuilder, Retry, Route, decode, no_answer},
    testing::{Recorded, Replay, request_text},
};
use serde_json::{Value, json};

use crate::support::{offline, raw, shared, told};

/// How a thing stands.
#[derive(Clone, Debug, PartialEq, WireEnum)]
#[serde(rename_all = "lowercase")]
enum State {
    /// Not yet.
    Pending,
    /// It is there.
    Paid,
    /// Something else.
    Other(Box<str>),
}

/// A payment.
#[derive(Clone, Debug, PartialEq, Answer)]
struct Payment {
    /// Its id.
    id: String,
    /// How it stands.
    #[serde(rename = "payment_state")]
    state: State,
    /// What it is for.
    note: Option<String>,
    /// Its events.
    #[wire(default)]
    events: Vec<PaymentEvent>,
    /// The code to pay with.
    code: Option<Sensitive>,
    /// What the provider said.
    raw: Json,
    /// The rest.
    extra: Extra,
}

/// What happened to it.
#[derive(Clone, Debug, PartialEq, Answer)]
struct PaymentEvent {
    /// What.
    #[serde(rename = "type")]
    kind: String,
    /// The rest.
    extra: Extra,
}

/// Which payments.
#[derive(Default, Args)]
struct Search {
    /// How they stand.
    state: Option<String>,
    /// The page.
    page: Option<u32>,
}

endpoints! {
    static ROUTES, OPERATIONS;

    /// Says how a payment stands.
    fn status(payment) -> Payment: "payments.status" GET "/v1/payments/{payment}";
    /// Refunds a payment.
    fn refund(payment; json: &Json as "refund") -> Payment:
        "payments.refund" POST "/v1/payments/{payment}/refund" Keyed;
    /// Erases a payment.
    fn erase(wallet, payment) -> ():
        "payments.erase" DELETE "/v1/wallets/{wallet}/payments/{payment}" Safe, read no_answer;
    /// Looks for payments.
    fn search(; query: &Search) -> Value: "payments.search" GET "/v1/payments";
    /// Follows a payment.
    fn watch(payment) -> RequestBuilder:
        "payments.watch" GET "/v1/payments/{payment}/stream", part of watch;
}

const TEXT: &str = concat!(
    r#"{"id":"p1","payment_state":"disputed","events":[{"type":"paid","n\u0065w":1.10}],"#,
    r#""raw":{"b": 1e2,"a":[ ]},"extra":{"x":"y"},"fee":0.10}"#,
);

fn payment() -> Payment {
    decode(TEXT.as_bytes()).unwrap()
}

#[test]
fn rows_are_a_table() {
    let line = |route: &Route| {
        format!("{} {} {} {:?}", route.operation, route.method, route.path, route.retry)
    };
    let lines: Vec<_> = ROUTES.iter().map(line).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    payments.status GET /v1/payments/{payment} Safe
    payments.refund POST /v1/payments/{payment}/refund Keyed
    payments.erase DELETE /v1/wallets/{wallet}/payments/{payment} Safe
    payments.search GET /v1/payments Safe
    payments.watch GET /v1/payments/{payment}/stream Safe
    "#);
    assert_eq!(ROUTES[1].retry, Retry::Keyed);
    // One of the rows is a part of something larger.
    assert_eq!(OPERATIONS.iter().copied().flatten().count(), 4);
}

#[test]
fn rows_make_requests() {
    let answer = || Recorded::text(200, "application/json", TEXT);
    let service = shared();
    let call = Call::new(offline(), refund(&service, "p 1", &json!({"cents": 5}).into()));
    insta::assert_snapshot!(told(call.map(|payment| payment.id), Replay::new().answer(answer())));
    let call = Call::new(offline(), erase(&service, "w1", "p1"));
    insta::assert_snapshot!(told(call, Replay::new().answer(Recorded::status(204))), @r#"
    > DELETE /v1/wallets/w1/payments/p1 (timeout 60s)
      authorization: Bearer [redacted]
    < 204
    = Ok(())
    "#);
    let call = Call::new(offline(), search(&service, &Search::default().state("paid")));
    insta::assert_snapshot!(told(call, Replay::new().answer(Recorded::json(200, json!([])))), @r#"
    > GET /v1/payments?state=paid (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      []
    = Ok(Array [])
    "#);
    let call = Call::new(Replay::new().answer(answer()), status(&service, "p1"));
    assert_eq!(call.send().unwrap(), payment());
    assert_eq!(
        format!("{:?}", watch(&service, "p1")),
        "RequestBuilder { operation: \"payments.watch\", .. }"
    );
}

#[test]
fn a_request_as_text() {
    let request = http::Request::post("https://api.test/v1/x?y=1")
        .header("x-b", "2")
        .header("cookie", "session=hunter2")
        .header("authorization", "Bearer hunter2")
        .body(codespar_engine::Payload::from(bytes::Bytes::from(
            r#"{"b":1.50,"a":[],"c":[{"d":"{,}\""}]}"#,
        )))
        .unwrap();
    insta::assert_snapshot!(request_text(&request), @r#"
    POST https://api.test/v1/x?y=1
    authorization: Bearer [redacted]
    cookie: [redacted]
    x-b: 2

    {
      "b": 1.50,
      "a": [],
      "c": [
        {
          "d": "{,}\""
        }
      ]
    }
    "#);
}

#[test]
fn what_is_unknown_is_kept_also_in_lists() {
    let payment = payment();
    assert_eq!(payment.state, State::Other("disputed".into()));
    assert_eq!(payment.extra.get("fee").unwrap().as_str(), "0.10");
    // A member called like the field that keeps the rest is a member like any other.
    assert_eq!(payment.extra.get("extra").unwrap().as_str(), r#"{"x":"y"}"#);
    assert_eq!(payment.events[0].extra.get("new").unwrap().as_str(), "1.10");
}

#[test]
fn free_form_json_is_kept_byte_for_byte() {
    assert_eq!(payment().raw.as_str(), r#"{"b": 1e2,"a":[ ]}"#);
}

#[test]
fn writing_out_loses_nothing() {
    let text = serde_json::to_string(&payment()).unwrap();
    let again: Payment = serde_json::from_str(&text).unwrap();
    assert_eq!(again, payment());
    insta::assert_snapshot!(text);
}

#[test]
fn null_and_absence_are_told_apart_where_it_matters() {
    let read = |text: &str| decode::<Payment>(text.as_bytes());
    let payment = read(r#"{"id":"p","payment_state":"paid","events":null,"note":null,"raw":null}"#);
    let payment = payment.unwrap();
    assert_eq!((payment.events.len(), payment.note), (0, None));
    assert!(payment.raw.is_null());
    let lines: Vec<_> = [
        r#"{"payment_state":"paid","raw":1}"#,
        r#"{"id":null,"payment_state":"paid","raw":1}"#,
        r#"{"id":"p","payment_state":null,"raw":1}"#,
        r#"{"id":"p","raw":1}"#,
        r#"{"id":"p","payment_state":"paid"}"#,
        r#"{"id":"p","payment_state":"paid","events":{},"raw":1}"#,
        r#"{"id":"p","payment_state":"paid","events":[{"type":"a"},{"type":1}],"raw":1}"#,
        r#"[]"#,
    ]
    .iter()
    .map(|text| read(text).unwrap_err().to_string())
    .collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    the answer: missing field `id`
    id: invalid type: null, expected a string
    payment_state: invalid type: null, expected a text
    the answer: missing field `payment_state`
    the answer: missing field `raw`
    events: invalid type: map, expected a sequence
    events[1].type: invalid type: integer, expected a string
    the answer: invalid type: sequence, expected an object (Payment)
    "#);
}

#[test]
fn of_two_members_with_one_name_the_last_counts() {
    let text = r#"{"id":"a","id":"b","payment_state":"paid","raw":1,"x":1,"x":2}"#;
    let payment: Payment = decode(text.as_bytes()).unwrap();
    assert_eq!(payment.id, "b");
    assert_eq!(payment.extra.get("x").unwrap().as_str(), "2");
}

#[test]
fn an_open_enum_knows_its_values_and_keeps_others() {
    assert_eq!(State::KNOWN, [State::Pending, State::Paid]);
    for text in ["pending", "paid", "gone", "", "PAID", "não"] {
        let state: State = serde_json::from_value(json!(text)).unwrap();
        assert_eq!(state.to_string(), text);
        assert_eq!(serde_json::to_value(&state).unwrap(), json!(text));
        assert_eq!(matches!(state, State::Other(_)), !["pending", "paid"].contains(&text));
    }
    assert_eq!(decode::<State>(br#""p\u0061id""#).unwrap(), State::Paid);
}

#[test]
fn json_is_equal_when_it_means_the_same() {
    assert_eq!(raw(r#"{"a":1,"b":[2]}"#), raw(r#"{ "b": [ 2 ], "a": 1 }"#));
    assert_ne!(raw(r#"{"a":1}"#), raw(r#"{"a":2}"#));
    let deep = |letter: &str| raw(&format!("{}{letter}{}", "[".repeat(500), "]".repeat(500)));
    assert_eq!(deep("1"), deep("1"));
    assert_ne!(deep("1"), deep("2"));
}

#[test]
fn extra_can_be_made_by_hand() {
    let mut extra = Extra::default();
    assert!(extra.is_empty());
    extra.insert("a", raw("1"));
    assert_eq!(extra.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["a"]);
}
