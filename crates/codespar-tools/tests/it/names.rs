//! Names are legal, unlike, and the same whatever order the tools came in.

use std::collections::{HashMap, HashSet};

use codespar_tools::{LONGEST_NAME, testing::provider_tools, tool_names};
use proptest::prelude::*;

fn is_legal(name: &str, longest: usize) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let first = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    (1..=longest).contains(&name.len())
        && name.bytes().all(letter)
        && name.bytes().next().is_some_and(first)
}

/// Checks the names of some ids, each of them once.
fn check(ids: &[&str], longest: usize) {
    let names = tool_names(ids, longest);
    let back: HashMap<&String, &&str> = names.iter().zip(ids).collect();
    assert_eq!(back.len(), ids.len(), "two tools have one name: {names:?}");
    let folded: HashSet<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
    assert_eq!(folded.len(), ids.len(), "two names differ by case alone: {names:?}");
    for name in &names {
        assert!(is_legal(name, longest), "{name:?}");
    }
    let turned: Vec<&str> = ids.iter().rev().copied().collect();
    let mut again = tool_names(&turned, longest);
    again.reverse();
    assert_eq!(names, again, "names depend on the order");
}

proptest! {
    #[test]
    fn names_of_any_ids(ids in prop::collection::hash_set(".{0,90}", 0..30),
        longest in 24_usize..=64) {
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        check(&ids, longest);
    }

    #[test]
    fn names_of_ids_that_are_nearly_alike(
        ids in prop::collection::hash_set("[aA][/_.-]{1,2}[bB][/_.-]{0,2}[c1]?", 2..60),
    ) {
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        check(&ids, LONGEST_NAME);
    }

    #[test]
    fn names_of_ids_that_begin_alike(
        ends in prop::collection::hash_set("[a-z]{1,3}", 2..20), longest in 24_usize..=64,
    ) {
        let ids: Vec<String> = ends.iter().map(|end| format!("{}/{end}",
            "long_server".repeat(8))).collect();
        check(&ids.iter().map(String::as_str).collect::<Vec<_>>(), longest);
    }
}

#[test]
fn names_of_a_whole_catalogue() {
    let ids = provider_tools();
    assert_eq!(ids.len(), 2_289);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    for longest in [24, 40, 64] {
        check(&ids, longest);
    }
    let names = tool_names(&["mercado-pago/create_payment", "codespar_charge"], 64);
    assert_eq!(names, ["mercado-pago__create_payment", "codespar_charge"]);
}
