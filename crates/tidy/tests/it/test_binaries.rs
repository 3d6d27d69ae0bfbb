//! Which files of `tests` are binaries, and which of them may be.

use tidy::checks::test_binaries::check;

use crate::support::{places, planted};

const USUAL: (&str, &str) = ("crates/a/tests/it/main.rs", "mod inner;");

#[test]
fn one_binary_is_enough() {
    let inner = ("crates/a/tests/it/inner.rs", "");
    let support = ("crates/a/tests/it/support/mod.rs", "");
    let shared = ("crates/a/tests/shared/mod.rs", "");
    let fixture = ("crates/a/tests/it/cases/main.rs", "");
    assert!(check(&planted(&[USUAL, inner, support, shared, fixture])).is_empty());
    assert!(check(&planted(&[("crates/a/src/lib.rs", "")])).is_empty());
}

#[test]
fn every_other_binary_is_found() {
    for other in ["crates/a/tests/fork.rs", "crates/a/tests/fork/main.rs"] {
        assert_eq!(places(&check(&planted(&[USUAL, (other, "")]))), [format!("{other}:1")]);
    }
    let manifest =
        "[package]\nname = \"a\"\n[[test]]\nname = \"x\"\npath = \"tests/odd/start.rs\"\n";
    let odd = ("crates/a/tests/odd/start.rs", "");
    let tree = planted(&[USUAL, odd, ("crates/a/Cargo.toml", manifest)]);
    assert_eq!(places(&check(&tree)), ["crates/a/tests/odd/start.rs:1"]);
}

#[test]
fn tests_without_the_usual_binary_are_found() {
    let findings = check(&planted(&[("crates/a/tests/fork.rs", "")]));
    assert_eq!(findings.len(), 2);
    assert!(findings[0].wrong.contains("has no tests/it/main.rs"), "{}", findings[0]);
}
