//! Source that is another crate's.

use tidy::checks::borrowed::check;

use crate::support::{places, planted};

fn found(path: &str, text: &str) -> Vec<String> {
    let other = ("crates/b/src/lib.rs", "");
    places(&check(&planted(&[(path, text), other, ("crates/ab/src/lib.rs", "")])))
}

#[test]
fn a_path_into_another_crate_is_found() {
    let place = "crates/a/tests/it/main.rs";
    for text in [
        "#[path = \"../../../b/tests/it/shared.rs\"]\nmod shared;",
        "#[path = \"../../../ab/src/lib.rs\"]\nmod shared;",
        "#[path = \"../../../../examples/a.rs\"]\nmod shared;",
    ] {
        assert_eq!(found(place, text), [format!("{place}:1")], "{text}");
    }
    let inner =
        "mod a {\n  macro_rules! m { () => {\n  #[path = \"../../../b/src/x.rs\"] mod x; } } }";
    assert_eq!(found(place, inner), [format!("{place}:3")]);
    assert!(found(place, "#[path = \"../support/mod.rs\"]\nmod support;").is_empty());
    assert!(found("examples/a.rs", "#[path = \"shared/a.rs\"]\nmod shared;").is_empty());
    let example = "#[path = \"../crates/b/src/lib.rs\"]\nmod shared;";
    assert_eq!(found("examples/a.rs", example), ["examples/a.rs:1"]);
}

#[test]
fn include_of_source_is_found() {
    let place = "crates/a/tests/it/main.rs";
    assert_eq!(found(place, "\ninclude!(\"all.rs\");"), [format!("{place}:2")]);
    assert_eq!(found(place, "fn f() {\n  std::include!(\"all.rs\") }"), [format!("{place}:2")]);
    let inner = "macro_rules! m { () => {\n include!(\"all.rs\") } }";
    assert_eq!(found(place, inner), [format!("{place}:2")]);
    assert!(found(place, "const T: &str = include_str!(\"all.txt\");").is_empty());
}
