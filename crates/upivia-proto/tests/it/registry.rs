//! The operations of the registry: where they come from, and what they say of themselves.

use std::collections::BTreeSet;

use codespar_engine::describe::{Member, Shape, ambiguous_names};
use upivia_proto::registry::{self, Begin, Operation};

/// The members of an object, or of several in one.
fn members(shape: &'static Shape) -> Vec<&'static Member> {
    match shape {
        Shape::Object(object) => object().members.iter().collect(),
        Shape::AllOf(parts) => parts.iter().flat_map(|part| members(part)).collect(),
        _ => Vec::new(),
    }
}

/// What an operation takes and gives. The arguments of a composition are a struct of no name.
fn shapes(operation: &Operation) -> Vec<&'static Shape> {
    let input = operation.input.map(|input| match operation.begin {
        Begin::Method => members(input.shape).into_iter().map(|member| member.shape).collect(),
        _ => vec![input.shape],
    });
    input.into_iter().flatten().chain([operation.output]).collect()
}

/// All members of a shape and of what it holds.
fn all_members(shape: &'static Shape) -> Vec<&'static Member> {
    match shape {
        Shape::Nullable(inner) | Shape::List(inner) | Shape::Map(inner) => all_members(inner),
        Shape::AllOf(parts) => parts.iter().flat_map(|part| all_members(part)).collect(),
        Shape::OneOf(one_of) => {
            one_of().variants.iter().flat_map(|variant| all_members(variant.shape)).collect()
        }
        Shape::Object(object) => {
            let members = object().members.iter();
            members.flat_map(|it| [it].into_iter().chain(all_members(it.shape))).collect()
        }
        _ => Vec::new(),
    }
}

fn said() -> impl Iterator<Item = (&'static str, &'static Member)> {
    registry::operations().flat_map(|operation| {
        let input = operation.input.map(|input| all_members(input.shape)).unwrap_or_default();
        let all = input.into_iter().chain(all_members(operation.output));
        all.map(|member| (operation.name, member))
    })
}

/// `name(id, body?)`: its arguments, a question mark behind those that may be left out.
fn signature(operation: &Operation) -> String {
    let mut all: Vec<String> = operation.path.iter().map(|id| (*id).to_owned()).collect();
    match operation.input {
        Some(input) if input.argument.is_some() => {
            all.extend(input.argument.map(str::to_owned));
        }
        Some(input) => all.extend(members(input.shape).into_iter().map(|member| {
            let mark = if member.required { "" } else { "?" };
            format!("{}{mark}", member.name)
        })),
        None => {}
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
    assert_eq!(ambiguous_names(registry::operations().flat_map(shapes)), Vec::<&str>::new());
}

#[test]
fn operations_and_what_they_take_say_what_they_are() {
    for operation in registry::operations() {
        let (name, about) = (operation.name, operation.about);
        assert!(about.ends_with('.') && about.split(' ').count() > 2, "{name}: {about}");
        assert!(about.len() <= 100, "{name}: {about}");
    }
    for (operation, member) in said() {
        assert!(!member.about.is_empty(), "{operation}: {}", member.name);
    }
}

#[test]
fn amounts_times_and_sizes_have_units() {
    let words = "cents dollars amount spent monthly_limit balance seconds timeout interval \
                 expires_in bytes at date";
    let counts = |name: &str| {
        let ends = |word: &str| name.strip_suffix(word).is_some_and(|it| it.ends_with('_'));
        matches!(name, "from" | "to") || words.split(' ').any(|word| name == word || ends(word))
    };
    let mut found = 0;
    for (operation, member) in said().filter(|(_, member)| counts(member.name)) {
        found += 1;
        assert!(member.unit().is_some(), "{operation}: {}", member.name);
    }
    assert!(found > 20, "{found}");
}
