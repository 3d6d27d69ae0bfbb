//! What the operations say of themselves: names, sentences, arguments, results.

use std::collections::BTreeSet;

use codespar_engine::registry::Begin;
use codespar_proto::{
    operations::routes,
    registry::{Operation, operations, route, takes_key},
};
use testing_support::described;

use super::{accounts, commerce, governance, selling};

fn all() -> Vec<&'static Operation> {
    operations().collect()
}

/// The names of its arguments.
fn arguments(operation: &Operation) -> Vec<&'static str> {
    let mut names = operation.path.to_vec();
    if operation.name.starts_with("session.") {
        names.retain(|name| *name != "session_id");
    }
    match operation.input.and_then(|input| input.argument) {
        Some(name) => names.push(name),
        None => names.extend(described::arguments(operation).into_iter().map(|it| it.name)),
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
    described::every_operation_says_what_it_does(&all());
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
    // The key of a charge in a session is a member of the tool's input.
    let mut expected = BTreeSet::from(["session.charge"]);
    for area in [accounts::KEYED, governance::KEYED, selling::KEYED, commerce::KEYED] {
        expected.extend(area);
    }
    assert_eq!(keyed, expected);
}

#[test]
fn one_name_is_one_type() {
    described::one_name_is_one_type(&all());
}

#[test]
fn what_counts_money_or_time_says_in_which_unit() {
    described::what_counts_says_in_which_unit(&all(), 40);
}

#[test]
fn what_is_secret_or_personal_reaches_no_recording() {
    let looked_at = described::what_is_secret_reaches_no_recording(&all());
    assert!(looked_at >= 60, "{looked_at}");
}
