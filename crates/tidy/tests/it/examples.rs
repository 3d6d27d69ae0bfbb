//! Examples that are to stay short.

use tidy::checks::examples::{check, counted};

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
    let found = |nightly: usize, upivia: usize| {
        let files = [("examples/nightly.rs", code(nightly)), ("examples/upivia.rs", code(upivia))];
        check(&planted(&files.each_ref().map(|(path, text)| (*path, text.as_str()))))
    };
    assert!(found(60, 50).is_empty());
    assert_eq!(found(61, 50)[0].wrong, "the example has 61 lines");
    assert_eq!(found(60, 51)[0].place, "examples/upivia.rs");
    let gone = check(&planted(&[("examples/nightly.rs", "fn main() {}\n")]));
    assert_eq!((gone.len(), gone[0].wrong.as_str()), (1, "there is no such example"));
    assert!(check(&planted(&[("crates/a/src/lib.rs", "")])).is_empty());
}
