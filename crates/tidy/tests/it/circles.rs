//! Planted circles are found, and what is none is not.

use tidy::{Resolver, checks::circles};

use crate::support::planted;

/// The circles of more than two files, file names only.
fn found(files: &[(&str, &str)]) -> Vec<String> {
    let tree = planted(files);
    let circles = circles::circles(&Resolver::new(&tree)).into_iter();
    let names = |circle: circles::Circle| {
        let names = circle.files.iter().map(|file| file.replace("crates/a/src/", ""));
        names.collect::<Vec<_>>().join(" ")
    };
    circles.filter(|circle| circle.files.len() > 2).map(names).collect()
}

const ROOT: (&str, &str) = ("crates/a/src/lib.rs", "mod one; mod three; mod two;");

/// One takes from two and two from three; whether three takes from one is the question.
fn with(three: &str) -> Vec<String> {
    found(&[
        ROOT,
        ("crates/a/src/one.rs", "use crate::two::Two; pub struct One(Two); pub fn one() {}"),
        ("crates/a/src/two.rs", "use super::three; pub struct Two; fn f() { three::three() }"),
        ("crates/a/src/three.rs", &format!("pub fn three() {{}} {three}")),
    ])
}

const CIRCLE: &str = "one.rs three.rs two.rs";

#[test]
fn a_circle_is_found_by_whatever_path_it_goes() {
    for edge in [
        "use crate::one::One;",
        "use crate::one::One as Other;",
        "use crate::{one::{self, One}};",
        "use super::one::*;",
        "use crate::one; fn f() -> Vec<one::One> { vec![] }",
        "fn f(_: &crate::one::One) {}",
        "fn f() { crate::one::one() }",
        "fn f() { use crate::one::one; one() }",
        "fn f() { println!(\"{:?}\", crate::one::one()) }",
        "use crate::one; fn f() { vec![one::one()]; }",
        "thing! { field: crate::one::One }",
        "#[derive(X)] struct S { #[serde(default = \"crate::one::one\")] b: u8 }",
        "trait T {} impl T for super::one::One {}",
        "mod inner { use super::super::one::One; }",
        "macro_rules! m { () => { $crate::one::one() } }",
    ] {
        assert_eq!(with(edge), [CIRCLE], "{edge}");
    }
}

#[test]
fn what_only_hands_on_or_tests_is_no_tie() {
    for edge in [
        "",
        "pub use crate::one::One;",
        "pub(crate) use crate::one::One;",
        "pub(super) use crate::one::*;",
        "/// See [`One`](crate::one::One).\nfn f() {}",
        "#[cfg(test)] mod tests { use crate::one::One; }",
        "#[cfg(all(test, feature = \"x\"))] use crate::one::One;",
        "#[cfg(test)] fn f() { crate::one::one() }",
        "fn f() { let one = 1; g(one) }",
        "thing! { one: a.one }",
        "use one::One;",
        "use ::one::One;",
        "use crate::one; fn f(one: u8) -> u8 { one }",
        "pub(in crate::one) struct S;",
    ] {
        assert!(with(edge).is_empty(), "{edge}: {:?}", with(edge));
    }
}

#[test]
fn a_name_that_is_handed_on_leads_to_the_file_that_defines_it() {
    let through = |root: &str, two: &str| {
        found(&[
            ("crates/a/src/lib.rs", root),
            (
                "crates/a/src/hub.rs",
                "pub use crate::one::*; pub(crate) use crate::two::Two as Duo;",
            ),
            ("crates/a/src/one.rs", "use crate::hub::Duo; pub struct One(Duo); pub trait Able {}"),
            ("crates/a/src/two.rs", two),
            ("crates/a/src/three.rs", "pub struct Three(crate::One);"),
        ])
    };
    let root = "mod hub; mod one; mod three; mod two; pub use self::hub::*; pub use three::Three;";
    assert_eq!(through(root, "use crate::Three; pub struct Two(Three);"), [CIRCLE]);
    assert_eq!(through(root, "use super::*; pub struct Two(Three);"), [CIRCLE]);
    assert!(through(root, "pub struct Two;").is_empty());
    // The one that hands on is no part of it, whoever takes from it.
    let own = "use crate::hub::Able; pub struct Two(Box<dyn Able>);";
    assert!(through(root, own).is_empty());
}

#[test]
fn a_macro_leads_to_the_file_of_its_rules() {
    let with = |one: &str, three: &str| {
        found(&[
            ("crates/a/src/lib.rs", "#[macro_use] mod one; mod three; mod two;"),
            ("crates/a/src/one.rs", &format!("use crate::two::Two; {one}")),
            ("crates/a/src/two.rs", "use crate::three::Three; pub struct Two(Three);"),
            ("crates/a/src/three.rs", &format!("pub struct Three; {three}")),
        ])
    };
    let exported = "#[macro_export] macro_rules! made { () => {} }";
    assert_eq!(with(exported, "crate::made! {}"), [CIRCLE]);
    assert_eq!(with(exported, "use crate::made; made! {}"), [CIRCLE]);
    assert_eq!(with(exported, "fn f() { crate::made!() }"), [CIRCLE]);
    let handed_on = "macro_rules! made { () => {} } pub(crate) use made;";
    assert_eq!(with(handed_on, "use crate::one::made; made! {}"), [CIRCLE]);
    assert_eq!(with(handed_on, "crate::one::made! {}"), [CIRCLE]);
    assert!(with(handed_on, "other! {}").is_empty());
    assert!(with("macro_rules! made { () => {} }", "").is_empty());
}

#[test]
fn what_a_macro_declares_is_defined_where_it_is_called() {
    let circles = found(&[
        ROOT,
        ("crates/a/src/one.rs", "use crate::two::Two; answer! { pub struct One { a: Two } }"),
        ("crates/a/src/two.rs", "use crate::three::get; resource! { Two = One.two }"),
        ("crates/a/src/three.rs", "endpoints! { fn get(id) -> crate::one::One: \"a\" GET \"/\"; }"),
    ]);
    assert_eq!(circles, [CIRCLE]);
}

#[test]
fn modules_in_folders_and_by_path_are_followed() {
    let circles = found(&[
        ("crates/a/src/lib.rs", "mod one; mod three; #[path = \"elsewhere/second.rs\"] mod two;"),
        ("crates/a/src/one.rs", "mod inner; pub use self::inner::One;"),
        ("crates/a/src/one/inner.rs", "pub struct One(crate::two::Two);"),
        ("crates/a/src/elsewhere/second.rs", "pub struct Two(crate::three::Three);"),
        ("crates/a/src/three/mod.rs", "pub struct Three(Box<crate::one::One>);"),
    ]);
    assert_eq!(circles, ["elsewhere/second.rs one/inner.rs three/mod.rs"]);
}

#[test]
fn a_program_beside_the_library_has_circles_of_its_own() {
    let circles = found(&[
        ("crates/a/src/lib.rs", "pub fn run() {}"),
        (
            "crates/a/src/main.rs",
            "mod one; mod two; fn main() { a::run(); one::one() } fn help() {}",
        ),
        ("crates/a/src/one.rs", "pub fn one() { crate::two::two() }"),
        ("crates/a/src/two.rs", "pub fn two() { crate::help() }"),
    ]);
    assert_eq!(circles, ["main.rs one.rs two.rs"]);
}

#[test]
fn two_files_may_reach_each_other_and_crates_have_no_circle_between_them() {
    let tree = planted(&[
        ("crates/a/src/lib.rs", "mod one; mod two;"),
        ("crates/a/src/one.rs", "pub struct One(crate::two::Two);"),
        ("crates/a/src/two.rs", "pub struct Two(Box<crate::one::One>, b::B);"),
        ("crates/b/src/lib.rs", "pub struct B(Box<a::one::One>);"),
    ]);
    let resolver = Resolver::new(&tree);
    assert_eq!(circles::circles(&resolver).len(), 1);
    assert!(circles::check(&resolver).is_empty());
}

#[test]
fn the_message_names_what_ties() {
    let tree = planted(&[
        ROOT,
        ("crates/a/src/one.rs", "//! One.\n\nuse crate::two::Two;\npub struct One(Two);"),
        ("crates/a/src/two.rs", "pub struct Two(crate::three::Three);"),
        ("crates/a/src/three.rs", "pub struct Three;\nfn f() { crate::one::One::new() }"),
    ]);
    let resolver = Resolver::new(&tree);
    let found = circles::check(&resolver);
    let text = found[0].to_string();
    assert!(text.contains("crates/a/src/one.rs:3 takes Two from crates/a/src/two.rs"), "{text}");
    assert!(text.contains("crates/a/src/three.rs:2 takes One from crates/a/src/one.rs"), "{text}");
    assert!(circles::shown(&resolver).starts_with("3 files: "));
}
