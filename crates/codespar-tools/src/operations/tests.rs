//! What operations are as tools, by small rows.

use codespar_engine::{
    Describe,
    registry::{Begin, Input},
    testing::Replay,
};
use serde_json::json;

use super::*;

/// Hands out numbers, and says when it was asked for more than it has.
struct Numbers {
    next: usize,
    last: usize,
}

impl Flow for Numbers {
    type Item = Json;
    type Output = ();

    fn resume(&mut self, _: Tick<'_>, _: Event) -> Step<Json, ()> {
        if self.next == self.last {
            return Step::Done(Ok(()));
        }
        self.next += 1;
        Step::Yield(Json::from(json!(self.next)))
    }
}

fn collected(last: usize, keeps: Keep) -> Value {
    let flow = Box::new(Numbers { next: 0, last });
    let call = Call::new(Replay::new(), Collect { flow, keeps, items: Vec::new() });
    call.send().unwrap().to_value()
}

#[test]
fn of_a_list_the_first_are_kept_and_of_rounds_the_last() {
    let three = collected(3, Keep::First(3));
    assert_eq!(three, json!({ "items": [1, 2, 3], "has_more": false }));
    assert_eq!(collected(9, Keep::First(3)), json!({ "items": [1, 2, 3], "has_more": true }));
    assert_eq!((collected(9, Keep::Last), collected(0, Keep::Last)), (json!(9), json!(null)));
}

#[derive(Describe)]
#[allow(dead_code, reason = "it is described only")]
struct InAtoms {
    /// What it costs.
    #[wire(atomic)]
    price_atomic: u64,
    /// What is paid for the way there.
    #[wire(minor)]
    fee_minor: u64,
}

#[derive(Describe)]
#[allow(dead_code, reason = "it is described only")]
struct InNoUnit {
    /// How much is paid.
    #[wire(undocumented)]
    amount: u64,
    /// The currency of the amount.
    currency: String,
}

#[test]
fn an_amount_without_a_usable_unit_is_not_taken_for_another() {
    let operation = |shape: &'static Shape| {
        let input = Some(Input::members("json", shape));
        Operation::new("x.pay", "x.pay", "Pays.", &[], input, Shape::NULL, Begin::Method)
    };
    let facts = ApiFacts::new(|_| Some(2));
    let of = |shape, arguments| {
        money(&operation(shape), &facts).amounts(&Arguments::read(arguments).unwrap())
    };
    let atoms = of(InAtoms::SHAPE, r#"{"price_atomic":1000000,"fee_minor":1}"#).unwrap_err();
    assert!(atoms.contains("smallest units of a token"), "{atoms}");
    let none = of(InNoUnit::SHAPE, r#"{"amount":1,"currency":"BRL"}"#).unwrap_err();
    assert!(none.contains("not documented"), "{none}");
}
