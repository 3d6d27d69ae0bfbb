//! Rows of endpoints: what they ask for, how their lists go on, and the operations they are.

use std::marker::PhantomData;

use codespar_engine::{
    Args, Call, Error, Items, Json, KeyUse, Page, Verdict,
    describe::Shape,
    driver::TransportErrorKind,
    endpoints,
    kit::{ApiClient, Chain, Response, Service, Then},
    registry::{Arguments, Begin, Operation},
    testing::{Recorded, Replay, transcript},
};
use serde_json::{Value, json};

use crate::support::{offline, raw, shared, told};

/// A refund.
#[derive(Clone, Args)]
#[wire(check)]
struct Refund {
    /// How much.
    #[wire(minor)]
    cents: u64,
}

impl Refund {
    fn check(&self) -> Result<(), Error> {
        match self.cents {
            0 => Err(Error::config("cents", "expected more than nothing")),
            _ => Ok(()),
        }
    }
}

/// Which payments.
#[derive(Clone, Default, Args)]
struct ListPayments {
    /// The page.
    cursor: Option<String>,
}

fn page(response: Response) -> Result<Page<Json>, Error> {
    let rows: Value = response.json()?;
    let items = rows["rows"].as_array().cloned().unwrap_or_default();
    let next = rows["next"].as_str().map(Into::into);
    Ok(Page::new(items.into_iter().map(Json::from).collect(), next))
}

fn wrapped(refund: &Refund) -> Value {
    json!({"tool": "refund", "input": {"cents": refund.cents}})
}

fn paged(query: &ListPayments) -> Value {
    json!({"page": query.cursor})
}

endpoints! {
    static ROUTES, OPERATIONS;

    /// Refunds a payment.
    fn refund(payment; json: &Refund) -> Json:
        "payments.refund" POST "/v1/payments/{payment}/refund" Keyed, effect MovesMoney;
    /// Refunds by a tool.
    fn refund_by_tool(; json(wrapped): &Refund) -> Json:
        "payments.refund_by_tool" POST "/v1/execute";
    /// Notes something.
    fn note(payment; json: &Json as "note") -> Json:
        "payments.note" POST "/v1/payments/{payment}/note";
    /// Lists payments.
    fn list_page(wallet; query: &ListPayments) -> Page<Json>:
        "payments.list" GET "/v1/wallets/{wallet}/payments", read page, pages list;
    /// Lists payouts.
    fn payouts_page(; query(paged): &ListPayments) -> Page<Json>:
        "payouts.list" GET "/v1/payouts", read page, pages payouts as "payouts.iter";
    /// Says what a refund would cost; nothing is done.
    fn preview(; json: &Refund) -> Json: "payments.preview" POST "/v1/preview", effect Reads;
    /// Is a part of something larger.
    fn part() -> Json: "payments.part" GET "/v1/part", part of something;
}

fn operation(name: &str) -> &'static Operation {
    OPERATIONS.iter().copied().flatten().find(|operation| operation.name == name).unwrap()
}

/// Begins an operation by name and tells what it did.
fn begun(name: &str, args: &str, script: Replay) -> String {
    let arguments = Arguments::read(&raw(args)).unwrap();
    match operation(name).begin {
        Begin::Call(begin) => match begin(&shared(), arguments) {
            Ok(flow) => told(Call::new(offline(), flow), script),
            Err(error) => error.to_string(),
        },
        Begin::Items(begin) => match begin(&shared(), arguments) {
            Ok(flow) => transcript(Items::new(offline(), flow).into_flow(), script),
            Err(error) => error.to_string(),
        },
        _ => "by a method".to_owned(),
    }
}

fn two_pages() -> Replay {
    Replay::new()
        .answer(Recorded::json(200, json!({"rows": [{"id": 1}], "next": "c2"})))
        .answer(Recorded::json(200, json!({"rows": [{"id": 2}]})))
}

#[test]
fn arguments_are_looked_over_before_anything_is_sent() {
    let call = Call::new(offline(), refund(&shared(), "p1", &Refund { cents: 0 }));
    insta::assert_snapshot!(told(call, Replay::new()));
    let call = Call::new(Replay::new(), refund_by_tool(&shared(), &Refund { cents: 0 }));
    let error = call.send().unwrap_err();
    assert_eq!((error.operation(), error.field()), ("payments.refund_by_tool", Some("cents")));
    assert_eq!(error.verdict(), Verdict::NothingSent);
}

#[test]
fn a_list_goes_on_from_the_page_that_its_arguments_name() {
    let from = ListPayments { cursor: Some("c1".to_owned()) };
    let items = Items::new(offline(), list(&shared(), "w1", &from));
    insta::assert_snapshot!(transcript(items.into_flow(), two_pages()), @r#"
    > GET /v1/wallets/w1/payments?cursor=c1 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"next":"c2","rows":[{"id":1}]}
    * Json(object, 8 bytes)
    > GET /v1/wallets/w1/payments?cursor=c2 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"rows":[{"id":2}]}
    * Json(object, 8 bytes)
    = Ok(())
    "#);
    let failing = Replay::new().answer(Recorded::status(404));
    let mut items = Items::new(failing, list(&shared(), "w1", &ListPayments::default()));
    assert_eq!(items.next().unwrap().unwrap_err().operation(), "payments.list");
    let failing = Replay::new().answer(Recorded::status(404));
    let call = Call::new(failing, list_page(&shared(), "w1", &ListPayments::default()));
    assert_eq!(call.send().unwrap_err().operation(), "payments.list_page");
}

#[test]
fn items_of_a_name_of_their_own_begin_at_the_first_page() {
    let all = ListPayments::default();
    let items = Items::new(offline(), payouts(&shared(), &all));
    insta::assert_snapshot!(transcript(items.into_flow(), two_pages()), @r#"
    > GET /v1/payouts (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"next":"c2","rows":[{"id":1}]}
    * Json(object, 8 bytes)
    > GET /v1/payouts?page=c2 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"rows":[{"id":2}]}
    * Json(object, 8 bytes)
    = Ok(())
    "#);
    let from = ListPayments { cursor: Some("c1".to_owned()) };
    let mut items = Items::new(Replay::new(), payouts(&shared(), &from));
    let error = items.next().unwrap().unwrap_err();
    assert_eq!((error.operation(), error.field()), ("payouts.iter", Some("cursor")));
    let failing = Replay::new().answer(Recorded::status(404));
    let call = Call::new(failing, payouts_page(&shared(), &from));
    assert_eq!(call.send().unwrap_err().operation(), "payouts.list");
    let pages = OPERATIONS.iter().copied().flatten().filter(|it| it.row == "payouts.list");
    assert_eq!(pages.count(), 2);
}

#[test]
fn a_check_that_comes_later_refuses_to_send_too() {
    let refused = || Err(Error::config("note", "expected something else"));
    let flow = refund(&shared(), "p1", &Refund { cents: 1 }).checked(refused());
    assert_eq!(Call::new(Replay::new(), flow).send().unwrap_err().field(), Some("note"));
    let flow = refund(&shared(), "p1", &Refund { cents: 0 }).checked(refused());
    assert_eq!(Call::new(Replay::new(), flow).send().unwrap_err().field(), Some("cents"));
}

/// How long it is waited for.
#[derive(Args)]
struct Waiting {
    /// The limit.
    #[wire(seconds)]
    timeout: Option<u64>,
}

/// What a composition came to, on a client of a transport.
struct Made<T>(Value, PhantomData<T>);

trait Start<T> {
    fn start(self, client: &ApiClient<T>) -> Result<Made<T>, Error>;
}

impl<T> Start<T> for Value {
    fn start(self, _: &ApiClient<T>) -> Result<Made<T>, Error> {
        Ok(Made(self, PhantomData))
    }
}

mod composed {
    use serde_json::json;

    use super::{ApiClient, Json, Made, Refund, Start, Waiting};

    codespar_engine::compositions! {
        pub(super) static OPERATIONS;
        fn start(client: ApiClient) -> Made;

        /// Refunds a payment and waits.
        "payments.refund_and_wait"(payment; refund: Refund, wait: Waiting) -> Json,
            of "payments.refund" =>
            json!([payment, refund.cents, wait.timeout, client.service().timeout.as_secs()]);
        /// Notes something, or nothing.
        "payments.note" {
            /// The note.
            #[wire(personal)]
            note: Option<String>,
        } -> Json => json!(note);
    }
}

fn composed(name: &str, args: &str) -> String {
    let client = ApiClient::new(Replay::new(), Service::clone(&shared()));
    let mut arguments = Arguments::read(&raw(args)).unwrap();
    match composed::start(&client, name, &mut arguments) {
        Some(Ok(made)) => made.0.to_string(),
        Some(Err(error)) => error.to_string(),
        None => "none".to_owned(),
    }
}

#[test]
fn structs_of_a_composition_each_take_what_they_describe() {
    let told = |args| composed("payments.refund_and_wait", args);
    assert_eq!(told(r#"{"payment":"p1","cents":5}"#), r#"["p1",5,null,60]"#);
    assert_eq!(told(r#"{"timeout":9,"payment":"p1","cents":5}"#), r#"["p1",5,9,60]"#);
    assert_eq!(
        told(r#"{"timeout":"x","payment":"p1","cents":5}"#),
        "timeout: invalid type: string, expected u64"
    );
    assert_eq!(told(r#"{"timeout":9,"payment":"p1"}"#), "cents: expected this argument");
    assert_eq!(told(r#"{"cents":5,"payment":"p1","x":1}"#), "x: expected no such argument");
    assert_eq!(told(r#"{"cents":5}"#), "payment: expected this argument");
    assert_eq!(composed("payments.note", "{}"), "null");
    assert_eq!(composed("payments.other", "{}"), "none");
    let [waits, notes] = composed::OPERATIONS else { unreachable!() };
    assert_eq!((waits.path, waits.row), (&["payment"][..], "payments.refund"));
    let Some(Shape::AllOf([_, _])) = waits.input.map(|input| input.shape) else { unreachable!() };
    let Some(Shape::Object(note)) = notes.input.map(|input| input.shape) else { unreachable!() };
    let [note] = note().members else { unreachable!() };
    assert_eq!((note.required, note.is_personal(), notes.row), (false, true, ""));
}

#[test]
fn rows_are_operations_with_their_arguments_by_name() {
    let names: Vec<_> = OPERATIONS.iter().copied().flatten().map(|it| it.name).collect();
    assert_eq!(
        names,
        [
            "payments.refund",
            "payments.refund_by_tool",
            "payments.note",
            "payments.list",
            "payments.list_page",
            "payouts.iter",
            "payouts.list",
            "payments.preview",
        ]
    );
    assert_eq!(ROUTES.len(), 7);
    let refund = operation("payments.refund");
    assert_eq!((refund.about, refund.path), ("Refunds a payment.", &["payment"][..]));
    let once = || Replay::new().answer(Recorded::json(200, json!({})));
    insta::assert_snapshot!(begun("payments.refund", r#"{"payment":"p1","cents":5}"#, once()), @r#"
    > POST /v1/payments/p1/refund (timeout 60s)
      authorization: Bearer [redacted]
      idempotency-key: 80000000-0000-4000-8000-000000000001
      {
        "cents": 5
      }
    < 200
      {}
    = Ok(Json(object, 2 bytes))
    "#);
    insta::assert_snapshot!(begun("payments.refund_by_tool", r#"{"cents":5}"#, once()), @r#"
    > POST /v1/execute (timeout 60s)
      authorization: Bearer [redacted]
      {
        "input": {
          "cents": 5
        },
        "tool": "refund"
      }
    < 200
      {}
    = Ok(Json(object, 2 bytes))
    "#);
    insta::assert_snapshot!(begun("payments.note", r#"{"payment":"p1","note":[1.50]}"#, once()));
    insta::assert_snapshot!(begun("payments.list", r#"{"wallet":"w1"}"#, two_pages()), @r#"
    > GET /v1/wallets/w1/payments (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"next":"c2","rows":[{"id":1}]}
    * Json(object, 8 bytes)
    > GET /v1/wallets/w1/payments?cursor=c2 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"rows":[{"id":2}]}
    * Json(object, 8 bytes)
    = Ok(())
    "#);
    insta::assert_snapshot!(
        begun("payments.list_page", r#"{"wallet":"w1","cursor":"c1"}"#, two_pages()), @r#"
    > GET /v1/wallets/w1/payments?cursor=c1 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"next":"c2","rows":[{"id":1}]}
    = Ok(Json(object, 32 bytes))
    "#);
}

#[test]
fn arguments_that_cannot_work_are_named() {
    let wrong: Vec<_> = [
        ("payments.refund", r#"{"cents":5}"#),
        ("payments.refund", r#"{"payment":7,"cents":5}"#),
        ("payments.refund", r#"{"payment":"p1","cents":"x"}"#),
        ("payments.refund", r#"{"payment":"p1"}"#),
        ("payments.refund", r#"{"payment":"p1","cents":5,"note":"x"}"#),
        ("payments.note", r#"{"payment":"p1"}"#),
        ("payments.note", r#"{"payment":"p1","note":1,"more":2}"#),
    ]
    .map(|(name, args)| begun(name, args, Replay::new()))
    .into();
    insta::assert_snapshot!(wrong.join("\n"), @r#"
    payment: expected this argument
    payment: invalid type: integer, expected a string
    cents: invalid type: string, expected u64
    cents: expected this argument
    note: expected no such argument
    note: expected this argument
    more: expected no such argument
    "#);
}

#[test]
fn a_lost_request_is_judged_by_what_its_row_does_and_not_by_its_method() {
    let lost = || Replay::new().fail(TransportErrorKind::Io);
    let five = Refund { cents: 5 };
    let previewed = Call::new(lost(), preview(&shared(), &five)).send().unwrap_err();
    assert_eq!(previewed.verdict(), Verdict::NothingSent);
    let noted = Call::new(lost(), note(&shared(), "p1", &raw("1"))).send().unwrap_err();
    assert_eq!((noted.verdict(), noted.key_use()), (Verdict::Unknown, KeyUse::None));
}

#[test]
fn the_key_of_an_earlier_request_counts_when_a_later_one_is_lost() {
    let service = shared();
    let script =
        Replay::new().answer(Recorded::json(200, json!({"id": "r1"}))).fail(TransportErrorKind::Io);
    let chain =
        Chain::new(refund(&service, "p1", &Refund { cents: 5 }), move |answer, _| match answer {
            Ok(first) if first.member("id").is_some() => {
                Then::Ask(Box::new(note(&service, "p1", &raw("1"))))
            }
            answer => Then::Done(answer),
        });
    let error = Call::new(script, chain).send().unwrap_err();
    assert_eq!((error.verdict(), error.key_use()), (Verdict::Unknown, KeyUse::Same));
}
