//! What the derives refuse, in which words, and where the error points; first sentences.

use proc_macro2::{Span, TokenStream};
use syn::{DeriveInput, Result};

use crate::{answer, args, describe, docs, handle, id, setters, wire_enum};

type Derive = fn(&DeriveInput) -> Result<TokenStream>;

/// The error of a derive, as its words and the source that it points to.
fn refused(derive: Derive, source: &str) -> (String, String) {
    let input: DeriveInput = syn::parse_str(source).unwrap();
    let error = derive(&input).err().unwrap_or_else(|| panic!("not refused: {source}"));
    (error.to_string(), text(source, error.span()))
}

fn text(source: &str, span: Span) -> String {
    let at = |place: proc_macro2::LineColumn| {
        let before: usize = source.split('\n').take(place.line - 1).map(|it| it.len() + 1).sum();
        before + place.column
    };
    source[at(span.start())..at(span.end())].to_owned()
}

fn assert_refused(derive: Derive, source: &str, words: &str, place: &str) {
    let (error, pointed) = refused(derive, source);
    assert!(error.contains(words), "{source}\n{error}");
    assert_eq!(pointed, place, "{source}\n{error}");
}

#[test]
fn words_that_are_not_read_are_refused() {
    let words = [
        "flatten",
        "alias = \"b\"",
        "skip",
        "with = \"m\"",
        "deserialize_with = \"f\"",
        "skip_deserializing",
        "getter = \"g\"",
        "rename_all = \"lowercase\"",
        "borrow",
        "skip_serializing_if = \"f\"",
        "default = \"f\"",
    ];
    for word in words {
        let name = word.split(' ').next().unwrap_or_default();
        let source = format!("struct A {{ #[serde({word})] a: u8, extra: Extra }}");
        assert_refused(answer::derive, &source, "is not read here", name);
        let source = format!("struct A {{ #[serde({word})] a: u8 }}");
        match name {
            "skip_serializing_if" | "default" => assert!(args::derive(&parsed(&source)).is_ok()),
            _ => assert_refused(args::derive, &source, "is not read here", name),
        }
    }
    for word in ["flatten", "alias = \"b\"", "with = \"m\"", "deserialize_with = \"f\""] {
        let name = word.split(' ').next().unwrap_or_default();
        let source = format!("struct A {{ #[serde({word})] a: u8 }}");
        assert_refused(describe::derive, &source, "is not read here", name);
    }
    for word in ["deny_unknown_fields", "rename_all = \"lowercase\"", "default", "tag = \"t\""] {
        let name = word.split(' ').next().unwrap_or_default();
        let source = format!("#[serde({word})] struct A {{ a: u8, extra: Extra }}");
        assert_refused(answer::derive, &source, "is not read here", name);
        assert_refused(args::derive, &source, "is not read here", name);
    }
    for (derive, word) in [
        (answer::derive as Derive, "into"),
        (answer::derive, "no_setter"),
        (answer::derive, "dya"),
        (args::derive, "tells"),
        (args::derive, "plain"),
        (describe::derive, "default"),
        (setters::derive, "into"),
    ] {
        let source = format!("struct A {{ #[wire({word})] a: u8, extra: Extra }}");
        assert_refused(derive, &source, &format!("`wire({word})` is not read here"), word);
    }
    let source = "struct A { #[serde(rename(serialize = \"b\"))] a: u8 }";
    assert_refused(args::derive, source, "expected `=`", "(");
}

fn parsed(source: &str) -> DeriveInput {
    syn::parse_str(source).unwrap()
}

#[test]
fn an_answer_has_extra_as_its_last_member() {
    let wanted = "expected `pub extra: Extra` as the last member";
    assert_refused(answer::derive, "struct Name { a: u8 }", wanted, "Name");
    assert_refused(answer::derive, "struct Name { extra: Extra, a: u8 }", wanted, "extra");
    let nothing = "expected nothing but `pub extra: Extra`";
    let source = "struct Name { #[serde(rename = \"x\")] extra: Extra }";
    assert_refused(answer::derive, source, nothing, "extra");
    let source = "struct Name { #[wire(default)] extra: Extra }";
    assert_refused(answer::derive, source, nothing, "extra");
    assert_refused(answer::derive, "struct Name(u8);", "expected named members", "(u8)");
    assert_refused(answer::derive, "struct Name;", "expected named members", "Name");
    assert_refused(args::derive, "enum Name { A }", "expected a struct", "Name");
    assert_refused(setters::derive, "struct Name(u8);", "expected named members", "(u8)");
}

#[test]
fn names_are_said_once() {
    let twice = "this name is another member's, too";
    let source = "struct A { a: u8, #[serde(rename = \"a\")] b: u8, extra: Extra }";
    assert_refused(answer::derive, source, twice, "\"a\"");
    let source = "struct A { #[serde(rename = \"b\")] a: u8, b: u8 }";
    assert_refused(args::derive, source, twice, "b");
    let source =
        "enum A { #[serde(rename = \"x\")] B, #[serde(rename = \"x\")] C, Other(Box<str>) }";
    assert_refused(wire_enum::derive, source, "this text is another variant's, too", "\"x\"");
}

#[test]
fn enumerations_say_their_texts_and_keep_others() {
    let source = "enum Name { #[serde(rename = \"x\")] A }";
    assert_refused(wire_enum::derive, source, "expected a variant `Other(Box<str>)`", "Name");
    let source = "enum Name { Other(Box<str>), More(u8) }";
    assert_refused(wire_enum::derive, source, "expected one variant", "More(u8)");
    let source = "enum Name { A, Other(Box<str>) }";
    assert_refused(wire_enum::derive, source, "expected `#[serde(rename = \"…\")]`", "A");
    let source = "#[serde(rename_all = \"Lower\")] enum Name { A, Other(Box<str>) }";
    assert_refused(wire_enum::derive, source, "expected `lowercase`", "\"Lower\"");
    let source = "enum Name { #[serde(alias = \"b\")] A, Other(Box<str>) }";
    assert_refused(wire_enum::derive, source, "`serde(alias)` is not read here", "alias");
    assert_refused(wire_enum::derive, "struct Name;", "expected an enum", "Name");
}

#[test]
fn what_cannot_be_described_is_refused() {
    let source = "enum Name { A(u8) }";
    assert_refused(describe::derive, source, "expected `#[serde(tag = \"…\")]`", "Name");
    let source = "#[serde(untagged)] enum Name { A(u8, u8) }";
    assert_refused(describe::derive, source, "expected at most one value", "A(u8, u8)");
    let wanted = "expected named members, or one without";
    assert_refused(describe::derive, "struct Name(u8, u8);", wanted, "Name");
    assert_refused(describe::derive, "union Name { a: u8 }", "expected no union", "Name");
}

#[test]
fn handles_and_ids_have_one_form() {
    let wanted = "expected `#[handle(Client.method)]`";
    assert_refused(handle::derive, "struct Name<T> { client: Client<T> }", wanted, "Name");
    let source = "#[handle(Client.a)] struct Name<T> { client: Client<T>, more: u8 }";
    assert_refused(handle::derive, source, "expected one field", "more: u8");
    let source = "#[handle(Client.a)] struct Name { client: Client }";
    assert_refused(handle::derive, source, "expected one parameter", "Name");
    let source = "#[handle(Client)] struct Name<T> { client: Client<T> }";
    assert!(refused(handle::derive, source).0.contains("expected `.`"));
    for source in ["struct Name { a: u8 }", "struct Name(u8, u8);", "struct Name<T>(T);"] {
        assert_refused(id::derive, source, "expected a newtype around a text", "Name");
    }
}

fn sentence(docs: &str) -> String {
    docs::sentence(&parsed(&format!("{docs}\nstruct A;")).attrs)
}

#[test]
fn first_sentences() {
    for (docs, first) in [
        ("/// How much. Not less.", "How much"),
        ("/// How much,\n/// in words. Not less.", "How much, in words"),
        ("/// How much\n///\n/// More.", "How much"),
        (
            "/// In **major** units: `125.5` is R$ 125,50. Not less.",
            "In **major** units: `125.5` is R$ 125,50",
        ),
        ("/// Some, e.g. Pix or Boleto. More.", "Some, e.g. Pix or Boleto"),
        ("/// Some, i.e. Pix. `None` is none.", "Some, i.e. Pix"),
        ("/// At most 1.5 times. [`A`] is more.", "At most 1.5 times"),
        ("/// Version 2.0 of it.", "Version 2.0 of it"),
        ("/// A day. 2026 is a year.", "A day. 2026 is a year"),
        ("/// Is it? Yes.", "Is it?"),
        (
            "/// See [`Error::kind`](crate::Error::kind), [the docs](https://x.test) and [`Json`].",
            "See `Error::kind`, the docs and `Json`",
        ),
        ("/// `[` and [] and [a] stay.", "`[` and [] and [a] stay"),
        (
            "/// `ses_…` on the managed service, a UUID elsewhere.",
            "`ses_…` on the managed service, a UUID elsewhere",
        ),
        ("///\n/// Late.\n/// # Errors", "Late"),
        ("/// Then\n/// ```\n/// code", "Then"),
        ("/// Then\n/// # Errors", "Then"),
        ("/** Between. Stars. */", "Between"),
        ("#[doc = \"As an attribute. More.\"]", "As an attribute"),
        ("#[doc(alias = \"b\")]\n/// Said.", "Said"),
        ("", ""),
        ("/// And so on...", "And so on.."),
    ] {
        assert_eq!(sentence(docs), first, "{docs}");
    }
}
