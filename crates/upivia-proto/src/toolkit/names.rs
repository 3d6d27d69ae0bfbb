//! Names for tools that no model mixes up.

use std::collections::{BTreeMap, HashSet};

/// What providers take at most.
const LONGEST: usize = 64;

/// A name for each operation of a service: `service_operation`, of letters, digits, `_` and `-`.
/// Where that would be the name of several, each of them is `service__operation`; what is alike
/// even then is numbered. The names depend on the operations, not on their order.
pub(super) fn tool_names(operations: &[(&str, &str)]) -> Vec<String> {
    let mut names: Vec<_> = operations.iter().map(|pair| join(pair, "_")).collect();
    for name in shared(&names) {
        for (pair, own) in operations.iter().zip(&mut names) {
            if *own == name {
                *own = join(pair, "__");
            }
        }
    }
    let mut taken: HashSet<String> = HashSet::new();
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|&at| operations.get(at));
    for at in order {
        if let Some(name) = names.get_mut(at) {
            let mut number = 1_u32;
            while taken.contains(name.as_str()) {
                number += 1;
                *name = add_number(operations.get(at).copied().unwrap_or_default(), number);
            }
            taken.insert(name.clone());
        }
    }
    names
}

/// The names that stand there more than once.
fn shared(names: &[String]) -> Vec<String> {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    counts.into_iter().filter(|(_, count)| *count > 1).map(|(name, _)| name.to_owned()).collect()
}

fn join((service, operation): &(&str, &str), between: &str) -> String {
    fit(&format!("{service}{between}{operation}"), LONGEST)
}

fn add_number(pair: (&str, &str), number: u32) -> String {
    let end = format!("_{number}");
    let name = fit(&join(&pair, "__"), LONGEST.saturating_sub(end.len()));
    format!("{name}{end}")
}

/// The name as providers take it.
fn fit(name: &str, longest: usize) -> String {
    let letter = |letter: char| match letter {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '-' => letter,
        _ => '_',
    };
    name.chars().map(letter).take(longest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_clash_are_told_apart() {
        let names = tool_names(&[("a_b", "c"), ("email", "send"), ("a", "b_c")]);
        assert_eq!(names, ["a_b__c", "email_send", "a__b_c"]);
    }

    #[test]
    fn the_order_of_the_operations_does_not_matter() {
        let operations = [("a.b", "c"), ("a b", "c"), ("a_b", "c"), ("a_b_", "c"), ("x", "y")];
        let mut turned = operations;
        turned.reverse();
        let names = tool_names(&operations);
        let mut back = tool_names(&turned);
        back.reverse();
        assert_eq!(names, back);
        assert_eq!(names, ["a_b__c_2", "a_b__c", "a_b__c_3", "a_b___c_2", "x_y"]);
    }

    #[test]
    fn long_names_and_foreign_letters_fit() {
        let long = "s".repeat(80);
        let names = tool_names(&[(&long, "a"), (&long, "b"), ("órgão", "emitir nota")]);
        assert!(names.iter().all(|name| name.len() <= LONGEST));
        assert_ne!(names.first(), names.get(1));
        assert_eq!(names.last().map(String::as_str), Some("_rg_o_emitir_nota"));
    }
}
