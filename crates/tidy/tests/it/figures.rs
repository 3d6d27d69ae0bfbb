//! The table of figures, of a small tree.

use tidy::{Resolver, checks::circles::all_edges, figures};

use crate::support::planted;

#[test]
fn every_figure_is_counted() {
    let wide = format!("// {}\n", "x".repeat(100));
    let tree = planted(&[
        ("crates/a/src/lib.rs", "mod one; mod three; mod two;\n/// One.\npub struct A;\n"),
        ("crates/a/src/one.rs", "answer! { pub struct One {} }\nfn f() { crate::two::two() }\n"),
        ("crates/a/src/two.rs", "pub fn two() { crate::three::three() }\n"),
        ("crates/a/src/three.rs", "pub fn three() -> crate::one::One {}\n"),
        ("crates/a/src/deep/four.rs", &wide),
        ("crates/b/src/lib.rs", "pub enum B {}\n"),
    ]);
    let text = figures(&Resolver::new(&tree));
    let rows: Vec<_> = text.lines().skip(2).take(2).collect();
    assert_eq!(
        rows,
        [
            "| a | 5 | 8 | 2 | 4 (src) | 1 | 1 | 1 | 1 (3) | 1 | 0 | 1 |",
            "| b | 1 | 1 | 1 | 1 (src) | 1 | 1 | 0 | 0 (0) | 0 | 0 | 0 |",
        ]
    );
    assert!(text.contains("- a: src 4, src/deep 1"), "{text}");
    assert!(text.contains("circle 1, operation 0, macro-made-type 1, short-doc 1"), "{text}");
}

#[test]
fn ties_are_shown_with_line_and_names() {
    let tree = planted(&[
        ("crates/a/src/lib.rs", "mod one;\n\nfn f() { one::one(); one::other() }\n"),
        ("crates/a/src/one.rs", "pub fn one() {}\npub fn other() {}\n"),
    ]);
    let expected = "crates/a/src/lib.rs:3 -> crates/a/src/one.rs: one, other\n";
    assert_eq!(all_edges(&Resolver::new(&tree)), expected);
}
