//! Examples that are to stay short.

use tidy::checks::examples::{MOST, check, counted};

use crate::support::planted;

#[test]
fn what_is_counted_is_code() {
    for (text, lines) in [
        ("", 0),
        ("//! What it is.\n\nuse a::b;\nfn main() {}\n", 1),
        ("use a::{\n    b,\n    c,\n};\npub use d::e;\n    use f;\n", 0),
        ("/* a\n b */\n/* c */\nlet user = 1; // one\n/// Says.\n#[test]\n}\n", 3),
    ] {
        assert_eq!(counted(text), lines, "{text}");
    }
}

#[test]
fn an_example_that_is_too_long_or_gone_is_found() {
    let code =
        |lines: usize| format!("//! A run.\n\nuse a::b;\n{}", "// x\nfn f() {}\n".repeat(lines));
    // Each as long as it may be, but one.
    let found = |which: &str, more: usize| {
        let files = MOST.map(|(path, most)| (path, code(most + usize::from(path == which) * more)));
        check(&planted(&files.each_ref().map(|(path, text)| (*path, text.as_str()))))
    };
    assert!(found("", 0).is_empty());
    for (path, most) in MOST {
        let found = found(path, 1);
        assert_eq!((found.len(), found[0].place.as_str()), (1, path));
        assert_eq!(found[0].wrong, format!("the example has {} lines", most + 1));
    }
    let gone = check(&planted(&[(MOST[0].0, "fn main() {}\n")]));
    assert_eq!(gone.len(), MOST.len() - 1);
    assert_eq!(gone[0].wrong, "there is no such example");
    assert!(check(&planted(&[("crates/a/src/lib.rs", "")])).is_empty());
}
