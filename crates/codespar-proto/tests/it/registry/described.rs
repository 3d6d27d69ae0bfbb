//! What the operations say of themselves: names, sentences, arguments, results.

use std::collections::{BTreeMap, BTreeSet};

use codespar_engine::{
    describe::{Kind, Member, Scalar, Shape, ambiguous_names},
    registry::Begin,
};
use codespar_proto::{
    operations::routes,
    registry::{Operation, operations, route, takes_key},
};

/// Everything that operations take and give.
fn shapes() -> Vec<&'static Shape> {
    let given = operations().map(|operation| operation.output);
    operations().filter_map(|it| it.input).map(|input| input.shape).chain(given).collect()
}

/// The members of all objects among these shapes and below, with the object's name.
fn members() -> Vec<(&'static str, &'static Member)> {
    let (mut seen, mut found, mut left) = (BTreeSet::new(), Vec::new(), shapes());
    while let Some(shape) = left.pop() {
        match shape {
            Shape::Nullable(inner) | Shape::List(inner) | Shape::Map(inner) => left.push(inner),
            Shape::AllOf(all) => left.extend(*all),
            Shape::OneOf(one_of) => left.extend(one_of().variants.iter().map(|it| it.shape)),
            Shape::Object(object) => {
                let object = object();
                // Operations whose arguments are said in place call them all the same.
                if object.name == "Arguments" || seen.insert(object.name) {
                    found.extend(object.members.iter().map(|member| (object.name, member)));
                    left.extend(object.members.iter().map(|member| member.shape));
                }
            }
            _ => {}
        }
    }
    found
}

/// The names of its arguments.
fn arguments(operation: &Operation) -> Vec<&'static str> {
    let mut names = operation.path.to_vec();
    if operation.name.starts_with("session.") {
        names.retain(|name| *name != "session_id");
    }
    match operation.input.map(|input| (input.argument, input.shape)) {
        Some((Some(name), _)) => names.push(name),
        Some((None, Shape::Object(object))) => {
            names.extend(object().members.iter().map(|member| member.name));
        }
        _ => {}
    }
    if takes_key(operation) {
        names.push("idempotency_key");
    }
    names
}

#[test]
fn names_are_unique_and_every_row_is_an_operation() {
    let mut seen = BTreeSet::new();
    for operation in operations() {
        assert!(seen.insert(operation.name), "{} twice", operation.name);
        assert!(operation.name.contains('.'), "{}", operation.name);
        assert!(operation.row.is_empty() || route(operation).is_some(), "{}", operation.name);
    }
    let missing: Vec<_> = routes().filter(|route| !seen.contains(route.operation)).collect();
    assert!(missing.is_empty(), "neither begun by their rows nor by a composition: {missing:?}");
    let nothing: Vec<_> = operations().filter(|it| it.row.is_empty()).map(|it| it.name).collect();
    assert_eq!(nothing, ["client.session", "client.request", "session.mcp"]);
    let by_rows = operations().filter(|it| !matches!(it.begin, Begin::Method)).count();
    assert!(by_rows > 100, "{by_rows}");
}

#[test]
fn every_operation_says_what_it_does() {
    for operation in operations() {
        let about = operation.about;
        assert!(about.ends_with('.') && about.split(' ').count() > 2, "{}", operation.name);
        assert!(about.chars().all(|char| char != '\n'), "{}", operation.name);
    }
}

#[test]
fn no_argument_is_named_twice() {
    for operation in operations() {
        let names = arguments(operation);
        let unique: BTreeSet<_> = names.iter().filter(|name| **name != "idempotency_key").collect();
        let keys = names.iter().filter(|name| **name == "idempotency_key").count();
        assert!(keys <= 2, "{}", operation.name);
        assert_eq!(unique.len() + keys, names.len(), "{}: {names:?}", operation.name);
    }
}

#[test]
fn a_key_is_an_argument_where_the_server_honours_one() {
    let keyed = operations().filter(|operation| arguments(operation).contains(&"idempotency_key"));
    let keyed: BTreeSet<_> = keyed.map(|operation| operation.name).collect();
    let expected = [
        "charges.create",
        "payables.batches.create",
        "payables.batches.pay",
        // A member of the tool's input.
        "session.charge",
        "wallets.transfer",
    ];
    assert_eq!(keyed, BTreeSet::from(expected));
}

#[test]
fn one_name_is_one_type() {
    let ambiguous = ambiguous_names(shapes());
    assert_eq!(ambiguous, ["Arguments"], "besides arguments that are said in place");
}

#[test]
fn what_counts_money_or_time_says_in_which_unit() {
    let counts = |name: &str| {
        let is = |word: &&str| {
            matches!(
                *word,
                "amount"
                    | "amounts"
                    | "minor"
                    | "price"
                    | "cost"
                    | "balance"
                    | "ms"
                    | "duration"
                    | "timeout"
                    | "seconds"
                    | "minutes"
                    | "days"
            )
        };
        name.split('_').any(|word| is(&word)) || name.ends_with("_s")
    };
    let mut units = BTreeMap::new();
    for (object, member) in members() {
        let number = |scalar: &Scalar| matches!(scalar.kind, Kind::Integer | Kind::Number);
        let scalar = member.shape.scalar();
        if counts(member.name) && scalar.as_ref().is_some_and(number) {
            let unit = member.unit();
            assert!(unit.is_some(), "{object}.{}: in which unit?", member.name);
            *units.entry(format!("{unit:?}")).or_insert(0) += 1;
        }
        if member.name.ends_with("_at") && scalar.is_some() {
            assert!(member.unit().is_some(), "{object}.{}: no time", member.name);
        }
    }
    assert!(units.values().sum::<i32>() > 40, "{units:?}");
}
