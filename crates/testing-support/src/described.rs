//! What the operations of an API say of themselves: sentences, names of types, units.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use codespar_engine::{
    Payload,
    describe::{Kind, Member, Shape, ambiguous_names},
    driver::{BlockingBody as _, BlockingTransport as _, Exchange},
    registry::Operation,
    testing::{Recorded, Recorder, Replay},
};
use serde_json::{Map, Value, json};

/// The type of arguments that a composition says in place: each of them has one of its own.
const IN_PLACE: &str = "Arguments";

/// The words in the names of numbers that count something.
const COUNTED: [&str; 18] = [
    "amount", "amounts", "minor", "cents", "dollars", "price", "cost", "spent", "balance", "bytes",
    "ms", "duration", "interval", "timeout", "seconds", "minutes", "days", "s",
];

/// Everything that operations take and give.
fn shapes(operations: &[&'static Operation]) -> Vec<&'static Shape> {
    let given = operations.iter().map(|operation| operation.output);
    let taken = operations.iter().filter_map(|operation| operation.input);
    taken.map(|input| input.shape).chain(given).collect()
}

/// The members of all objects that operations take and give, with the object's name.
pub fn members(operations: &[&'static Operation]) -> Vec<(&'static str, &'static Member)> {
    let (mut seen, mut found, mut left) = (BTreeSet::new(), Vec::new(), shapes(operations));
    while let Some(shape) = left.pop() {
        match shape {
            Shape::Nullable(inner)
            | Shape::List(inner)
            | Shape::Page(inner)
            | Shape::Map(inner) => left.push(inner),
            Shape::AllOf(all) => left.extend(*all),
            Shape::OneOf(one_of) => left.extend(one_of().variants.iter().map(|it| it.shape)),
            Shape::Object(object) => {
                let object = object();
                if object.name == IN_PLACE || seen.insert(object.name) {
                    found.extend(object.members.iter().map(|member| (object.name, member)));
                    left.extend(object.members.iter().map(|member| member.shape));
                }
            }
            _ => {}
        }
    }
    found
}

/// The members of what an operation takes, whether one struct describes them or several.
pub fn arguments(operation: &Operation) -> Vec<&'static Member> {
    fn of(shape: &'static Shape) -> Vec<&'static Member> {
        match shape {
            Shape::Object(object) => object().members.iter().collect(),
            Shape::AllOf(parts) => parts.iter().copied().flat_map(of).collect(),
            _ => Vec::new(),
        }
    }
    operation.input.map(|input| of(input.shape)).unwrap_or_default()
}

/// Fails unless each operation says in one line what it does.
pub fn every_operation_says_what_it_does(operations: &[&'static Operation]) {
    for Operation { name, about, .. } in operations {
        assert!(about.ends_with('.') && about.split(' ').count() > 2, "{name}: {about}");
        assert!(!about.contains('\n'), "{name}: {about}");
    }
}

/// Fails where two types have one name, which would be numbered in schemas.
pub fn one_name_is_one_type(operations: &[&'static Operation]) {
    let mut ambiguous = ambiguous_names(shapes(operations));
    ambiguous.retain(|name| *name != IN_PLACE);
    assert!(ambiguous.is_empty(), "{ambiguous:?}");
}

/// Fails where money, times or sizes do not say in which unit they are, or where hardly anything
/// was looked at.
pub fn what_counts_says_in_which_unit(operations: &[&'static Operation], at_least: usize) {
    let mut found = 0;
    for (object, member) in members(operations) {
        let Some(scalar) = member.shape.scalar() else { continue };
        let is_number = matches!(scalar.kind, Kind::Integer | Kind::Number);
        let counts = member.name.split('_').any(|word| COUNTED.contains(&word));
        // What happened in an interval is counted, and no interval itself.
        let counts = counts && !member.name.starts_with("events_");
        if is_number && (counts || member.name.ends_with("_in")) || member.name.ends_with("_at") {
            assert!(member.unit().is_some(), "{object}.{}: in which unit?", member.name);
            found += 1;
        }
    }
    assert!(found >= at_least, "{found}");
}

/// Fails where a member that is secret or personal reaches a recording, sent or answered. Gives how
/// many were looked at.
///
/// Free JSON has no members that are described: it is looked through by names.
pub fn what_is_secret_reaches_no_recording(operations: &[&'static Operation]) -> usize {
    let mut objects: BTreeMap<&str, Vec<&Member>> = BTreeMap::new();
    for (object, member) in members(operations) {
        objects.entry(object).or_default().push(member);
    }
    let (mut looked_at, mut shown) = (0, Vec::new());
    for (object, members) in objects {
        let mut body = Map::new();
        let mut secrets = Vec::new();
        for member in members {
            let scalar = member.shape.scalar();
            let is_hidden = scalar.is_some_and(|it| it.secret || it.personal);
            let canary = format!("Canary-{object}-{}-7", member.name);
            // Of an address, what is asked is the credential.
            let is_address = member.name.ends_with("url");
            let value =
                if is_address { format!("https://x.test/f?{canary}") } else { canary.clone() };
            let is_list = matches!(member.shape, Shape::List(_))
                || matches!(member.shape, Shape::Nullable(Shape::List(_)));
            let value = if is_list { json!([value]) } else { json!(value) };
            body.insert(member.name.to_owned(), if is_hidden { value } else { json!("plain") });
            if is_hidden && scalar.is_some_and(|it| it.kind == Kind::Text) {
                secrets.push(canary);
            }
        }
        looked_at += secrets.len();
        let line = recording(&Value::Object(body));
        shown.extend(secrets.into_iter().filter(|canary| line.contains(canary.as_str())));
    }
    assert!(shown.is_empty(), "{shown:#?}");
    looked_at
}

/// What is recorded of a request and an answer with this body.
fn recording(body: &Value) -> String {
    let recorder =
        Recorder::new(Replay::new().answer(Recorded::json(200, body.clone())), "canaries");
    let request = http::Request::post("https://api.test/v1/x")
        .header("content-type", "application/json")
        .body(Payload::from(Bytes::from(body.to_string())))
        .unwrap();
    let mut answer = recorder.open(Exchange::new(request)).unwrap();
    while answer.body_mut().chunk(None).unwrap().is_some() {}
    recorder.to_jsonl()
}
