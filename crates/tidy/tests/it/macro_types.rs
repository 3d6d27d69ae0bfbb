//! Types that macros declare.

use tidy::checks::macro_types::check;

use crate::support::{places, planted};

fn found(text: &str) -> Vec<String> {
    places(&check(&planted(&[("crates/a/src/lib.rs", text)])))
}

#[test]
fn a_public_type_in_the_rules_of_a_macro_is_found() {
    let rules = |body: &str| found(&format!("macro_rules! m {{\n ($n:ident) => {{\n {body} }} }}"));
    assert_eq!(rules("pub struct $n;"), ["crates/a/src/lib.rs:3 $n"]);
    assert_eq!(rules("#[x] pub enum Fixed {}"), ["crates/a/src/lib.rs:3 Fixed"]);
    assert_eq!(rules("$vis enum $n {}"), ["crates/a/src/lib.rs:3 $n"]);
    for clean in ["struct Reader;", "pub(crate) struct $n;", "pub fn structure() {}", "impl $n {}"]
    {
        assert!(rules(clean).is_empty(), "{clean}");
    }
}

#[test]
fn a_public_type_among_the_tokens_of_a_macro_is_found() {
    assert_eq!(
        found("answer! {\n /// A.\n pub struct A { pub b: u8 }\n struct B {}\n pub enum C {}\n}"),
        ["crates/a/src/lib.rs:3 A", "crates/a/src/lib.rs:5 C"]
    );
    let maker = "macro_rules! ids { ($n:ident) => { pub struct $n; } }";
    let calls = "ids! { One, /** Two. */ Two }\nother! { Three }";
    assert_eq!(
        found(&format!("{maker}\n{calls}")),
        ["crates/a/src/lib.rs:1 $n", "crates/a/src/lib.rs:2 One", "crates/a/src/lib.rs:2 Two"]
    );
}

#[test]
fn types_that_are_items_and_crates_that_are_not_published_pass() {
    assert!(found("pub struct A; pub enum B {} amounts!(A, B);").is_empty());
    let tree = planted(&[
        ("crates/a/Cargo.toml", "[package]\nname = \"a\"\npublish = false\n"),
        ("crates/a/src/lib.rs", "answer! { pub struct A {} }"),
    ]);
    assert!(check(&tree).is_empty());
}
