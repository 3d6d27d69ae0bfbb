//! Documentation that says too little, or in the wrong order.

use tidy::{Kind, checks::docs::check};

use crate::support::planted;

/// The lines of the faults of a kind, in a published crate.
fn lines(kind: Kind, text: &str) -> Vec<usize> {
    let findings = check(&planted(&[("crates/a/src/lib.rs", text)]));
    let of_kind = findings.iter().filter(|finding| finding.kind == kind);
    of_kind.map(|finding| finding.line).collect()
}

fn short(text: &str) -> Vec<usize> {
    lines(Kind::ShortDoc, text)
}

#[test]
fn one_or_two_words_are_too_few() {
    for text in [
        "/// Its id.\npub struct A;",
        "/// When.\npub fn a() {}",
        "/// `POST /v1/charges`\npub const A: u8 = 0;",
        "/// [`A`] –\npub type B = A;",
        "/// Its\n/// id.\npub enum A {}",
        "/** Who. */\npub trait A {}",
        "#[doc = \"Which one?\"]\npub mod a {}",
        "//! A crate.",
        "/// Its id.\n#[macro_export] macro_rules! a { () => {} }",
    ] {
        assert_eq!(short(text), [1], "{text}");
    }
    for text in [
        "/// Its id, or none.\npub struct A;",
        "/// Its\n///\n/// own id.\npub struct A;",
        "pub struct A;",
        "/// Its id.\nstruct A;",
        "/// Its id.\npub(crate) fn a() {}",
        "#[cfg(test)]\nmod tests { /// Its id.\npub struct A; }",
        "// Its id.\npub struct A;",
    ] {
        assert!(short(text).is_empty(), "{text}");
    }
}

#[test]
fn members_are_read_wherever_they_stand() {
    let members = "pub struct A {\n/// Its id.\npub id: u8,\n/// Its id.\nid2: u8 }";
    assert_eq!(short(members), [2]);
    assert_eq!(short("pub enum A {\n/// One.\nOne,\nTwo {\n/// Two.\nb: u8 } }"), [2, 5]);
    assert!(short("enum A {\n/// One.\nOne }").is_empty());
    assert_eq!(short("impl A {\n/// Its id.\npub fn a() {}\n/// Its id.\nfn b() {} }"), [2]);
    assert_eq!(short("pub trait A {\n/// Its id.\nfn a();\n/// A type.\ntype T; }"), [2, 4]);
    assert!(short("trait A {\n/// Its id.\nfn a(); }").is_empty());
}

#[test]
fn the_tokens_of_macros_are_read_too() {
    let text = "answer! {\n/// An answer.\npub struct A {\n/// Its id.\npub id: u8,\n\
        /// What it is for.\npub b: u8 }\n/// For us.\nstruct B {} }";
    assert_eq!(short(text), [2, 4]);
    assert_eq!(short("args! {\npub struct A {\n/// Its\n/// id.\n#[x] id: u8 } }"), [3]);
    assert_eq!(short("resource! {\n/// The charges.\nCharges = Client.charges }"), [2]);
    assert_eq!(short("macro_rules! m {\n() => {\n#[doc = \"The text.\"]\npub fn a() {} } }"), [3]);
    assert!(short("endpoints! {\n/// Makes one.\nfn a() -> A: \"a\" GET \"/\"; }").is_empty());
    assert!(short("answer! {\n/// For us.\npub(crate) struct A {} }").is_empty());
}

#[test]
fn errors_come_before_the_example() {
    let order = |text: &str| lines(Kind::ErrorsAfterExample, &format!("{text}pub fn f() {{}}"));
    let example = "/// ```\n/// f();\n/// ```\n";
    let errors = "/// # Errors\n/// Never.\n///\n";
    assert_eq!(order(&format!("/// What it does.\n///\n{example}{errors}")), [1]);
    assert!(order(&format!("/// What it does.\n///\n{errors}{example}")).is_empty());
    assert!(order(&format!("/// What it does.\n///\n{example}")).is_empty());
    let no_run = example.replacen("```", "```no_run", 1);
    assert_eq!(order(&format!("{no_run}{errors}")), [1]);
    // What is no Rust is no example, and does not hide one.
    let text = example.replacen("```", "```text", 1);
    assert!(order(&format!("{text}{errors}")).is_empty());
    assert_eq!(order(&format!("{text}{example}{errors}")), [1]);
    let in_macro = format!("m! {{\n{example}{errors}pub fn f() {{}}\n}}");
    assert_eq!(lines(Kind::ErrorsAfterExample, &in_macro), [2]);
}

#[test]
fn crates_that_are_not_published_may_be_brief() {
    let tree = planted(&[
        ("crates/a/Cargo.toml", "[package]\nname = \"a\"\npublish = false\n"),
        ("crates/a/src/lib.rs", "/// Its id.\npub struct A;"),
        ("crates/b/tests/it/main.rs", "/// Its id.\npub struct A;"),
    ]);
    assert!(check(&tree).is_empty());
}
