//! Compositions: what they say of themselves, how they read arguments, and what they begin.

use std::convert::Infallible;

use codespar_engine::{
    Args, Call, Describe, Error, Json, compositions,
    describe::{Shape, Unit},
    driver::Transport,
    kit::{ApiClient, Ready},
    registry::{Arguments, Begin, Operation},
    testing::Replay,
};
use serde_json::{Value, json};

use crate::support::service;

/// What is bought.
#[derive(Args)]
struct Order {
    /// How much it costs.
    #[wire(minor)]
    cents: u64,
    /// What for.
    note: Option<String>,
}

/// A client that sends nothing: it answers with its arguments.
struct Client<T>(T);

impl<T: Transport> Client<T> {
    fn echo(&self, value: &Value) -> Call<T, Json> {
        Call::new(self.0.clone(), Ready::with(Json::from(value.clone())))
    }
}

type Started<T> = codespar_engine::registry::Started<T>;

trait Start<T: Transport> {
    fn start(self, client: &Client<T>) -> Result<Started<T>, Error>;
}

impl<T: Transport> Start<T> for Call<T, Json> {
    fn start(self, _: &Client<T>) -> Result<Started<T>, Error> {
        Ok(Started::Call(self))
    }
}

compositions! {
    static OPERATIONS;
    fn start(client: Client) -> Started;

    /// Orders something.
    "orders.make"(shop, shelf; args: Order) -> Json, of "orders.create" =>
        client.echo(&json!([shop, shelf, args.cents, args.note]));
    /// Waits for an order.
    "orders.wait" {
        /// How long at most.
        #[wire(seconds)]
        limit_s: u64,
        /// Whether to look first.
        look: Option<bool>,
    } -> Json, of "orders.get" => client.echo(&json!([limit_s, look]));
    /// Says hello.
    "orders.hello" {} -> Json => client.echo(&json!("hello"));
}

fn operation(name: &str) -> &'static Operation {
    OPERATIONS.iter().find(|operation| operation.name == name).unwrap()
}

fn begun(name: &str, args: Value) -> Result<Value, Error> {
    let mut arguments = Arguments::read(&Json::from(args))?;
    match start(&Client(Replay::new()), name, &mut arguments).expect("there is one")? {
        Started::Call(call) => Ok(call.send()?.to_value()),
        other => panic!("{other:?}"),
    }
}

/// The members of what an operation takes: name, whether it must be there, unit.
fn members(name: &str) -> Vec<(&'static str, bool, Option<Unit>)> {
    let Some(Shape::Object(object)) = operation(name).input.map(|input| input.shape) else {
        panic!("no object")
    };
    object().members.iter().map(|it| (it.name, it.required, it.unit())).collect()
}

#[test]
fn compositions_say_what_they_take() {
    let make = operation("orders.make");
    assert_eq!((make.row, make.about), ("orders.create", "Orders something."));
    assert_eq!(make.path, ["shop", "shelf"]);
    assert!(matches!(make.begin, Begin::Method));
    assert_eq!(members("orders.make"), [("cents", true, Some(Unit::Minor)), ("note", false, None)]);
    let wait = [("limit_s", true, Some(Unit::Seconds)), ("look", false, None)];
    assert_eq!(members("orders.wait"), wait);
    let hello = operation("orders.hello");
    assert!(hello.row.is_empty() && hello.path.is_empty() && hello.input.is_none());
    assert!(std::ptr::eq(hello.output, Json::SHAPE));
}

#[test]
fn compositions_read_their_arguments() {
    let args = json!({"shop": "s", "shelf": "t", "cents": 5});
    assert_eq!(begun("orders.make", args).unwrap(), json!(["s", "t", 5, null]));
    assert_eq!(begun("orders.wait", json!({"limit_s": 2})).unwrap(), json!([2, null]));
    assert_eq!(begun("orders.hello", json!({})).unwrap(), json!("hello"));
    let mut none = Arguments::read(&Json::from(json!({}))).unwrap();
    assert!(start(&Client(Replay::new()), "orders.fly", &mut none).is_none());
}

#[test]
fn arguments_of_compositions_that_cannot_work_are_named() {
    for (name, args, field) in [
        ("orders.make", json!({"shop": "s", "cents": 5}), "shelf"),
        ("orders.make", json!({"shop": 7, "shelf": "t", "cents": 5}), "shop"),
        ("orders.make", json!({"shop": "s", "shelf": "t"}), "cents"),
        ("orders.make", json!({"shop": "s", "shelf": "t", "cents": 5, "more": 1}), "more"),
        ("orders.wait", json!({"limit_s": "x"}), "limit_s"),
        ("orders.hello", json!({"now": true}), "now"),
    ] {
        assert_eq!(begun(name, args.clone()).unwrap_err().field(), Some(field), "{name} {args}");
    }
}

#[test]
fn a_value_that_is_known_already_is_no_argument() {
    let args = |json: Value| Arguments::read(&Json::from(json)).unwrap();
    let mut known = args(json!({})).with("session_id", "ses_1").unwrap();
    assert_eq!(known.text("session_id").unwrap(), "ses_1");
    let error = args(json!({"session_id": "ses_2"})).with("session_id", "ses_1").unwrap_err();
    assert_eq!(error.field(), Some("session_id"));
    let error = operation("orders.hello")
        .start::<_, Infallible>(&ApiClient::new(Replay::new(), service()), args(json!({})))
        .unwrap_err();
    assert_eq!(error.field(), Some("operation"));
}
