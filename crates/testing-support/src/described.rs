//! What the operations of an API say of themselves: sentences, names of types, units.

use std::collections::BTreeSet;

use codespar_engine::{
    describe::{Kind, Member, Shape, ambiguous_names},
    registry::Operation,
};

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
        if is_number && (counts || member.name.ends_with("_in")) || member.name.ends_with("_at") {
            assert!(member.unit().is_some(), "{object}.{}: in which unit?", member.name);
            found += 1;
        }
    }
    assert!(found >= at_least, "{found}");
}
