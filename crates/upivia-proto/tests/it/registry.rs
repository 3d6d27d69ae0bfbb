//! The operations of the registry: where they come from, and what they say of themselves.

use std::collections::BTreeSet;

use codespar_engine::describe::Unit;
use testing_support::described;
use upivia_proto::registry::{self, Begin, Operation};

fn all() -> Vec<&'static Operation> {
    registry::operations().collect()
}

/// `name(id, body?)`: its arguments, a question mark behind those that may be left out.
fn signature(operation: &Operation) -> String {
    let mut all: Vec<String> = operation.path.iter().map(|id| (*id).to_owned()).collect();
    match operation.input.and_then(|input| input.argument) {
        Some(name) => all.push(name.to_owned()),
        None => all.extend(described::arguments(operation).into_iter().map(|member| {
            let mark = if member.required { "" } else { "?" };
            format!("{}{mark}", member.name)
        })),
    }
    if registry::takes_key(operation) {
        all.push("idempotency_key?".to_owned());
    }
    format!("{}({})", operation.name, all.join(", "))
}

#[test]
fn operations_keep_their_names_and_arguments() {
    let signatures: BTreeSet<_> = registry::operations().map(signature).collect();
    insta::assert_snapshot!(signatures.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn every_row_is_begun_by_itself_or_by_a_composition() {
    let of_rows = registry::operations().filter(|it| !matches!(it.begin, Begin::Method));
    let of_rows: BTreeSet<_> = of_rows.map(|operation| operation.row).collect();
    let composed = registry::operations().filter(|it| matches!(it.begin, Begin::Method));
    let composed: BTreeSet<_> = composed.map(|operation| operation.row).collect();
    let routes: BTreeSet<_> = upivia_proto::routes().map(|route| route.operation).collect();
    let begun: BTreeSet<_> = of_rows.union(&composed).copied().collect();
    let left: Vec<_> = routes.difference(&begun).collect();
    assert!(left.is_empty(), "no operation makes these requests: {left:?}");
    let unknown: Vec<_> = begun.difference(&routes).filter(|row| !row.is_empty()).collect();
    assert!(unknown.is_empty(), "there are no such rows: {unknown:?}");
}

#[test]
fn names_are_of_one_operation_and_one_type() {
    let mut names = BTreeSet::new();
    for operation in registry::operations() {
        assert!(names.insert(operation.name), "{} is there twice", operation.name);
    }
    described::one_name_is_one_type(&all());
}

#[test]
fn operations_and_what_they_take_say_what_they_are() {
    described::every_operation_says_what_it_does(&all());
    for (object, member) in described::members(&all()) {
        assert!(!member.about.is_empty(), "{object}.{}", member.name);
    }
}

#[test]
fn amounts_times_and_sizes_have_units() {
    described::what_counts_says_in_which_unit(&all(), 20);
    let moments = described::members(&all()).into_iter();
    let moments: Vec<_> = moments.filter(|(_, it)| matches!(it.name, "from" | "to")).collect();
    assert_eq!(moments.len(), 4);
    for (object, member) in moments {
        assert_eq!(member.unit(), Some(Unit::Timestamp), "{object}.{}", member.name);
    }
}

#[test]
fn what_is_secret_or_personal_reaches_no_recording() {
    let looked_at = described::what_is_secret_reaches_no_recording(&all());
    assert!(looked_at >= 4, "{looked_at}");
}
