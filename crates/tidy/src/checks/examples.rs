//! Examples that are to stay short: how many lines a program of somebody who uses the SDK needs.

use crate::{Finding, Kind, Tree};

/// The programs, and how many counted lines each may have.
pub const MOST: [(&str, usize); 6] = [
    ("examples/cassette.rs", 25),
    ("examples/nightly.rs", 60),
    ("examples/nightly_outbox.rs", 40),
    ("examples/order_service.rs", 85),
    ("examples/smol.rs", 30),
    ("examples/upivia.rs", 50),
];

/// Examples of the table that are too long, or not there any more.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let has_examples = tree.beneath("examples").next().is_some();
    let finding = |place: &str, wrong: String, most| Finding {
        kind: Kind::LongExample,
        place: place.to_owned(),
        line: 1,
        name: String::new(),
        wrong,
        expected: format!("at most {most} lines that are neither blank, comment nor `use`"),
    };
    let found = MOST.iter().filter_map(|(path, most)| match tree.sources.get(*path) {
        None if has_examples => Some(finding(path, "there is no such example".to_owned(), most)),
        None => None,
        Some(source) => {
            let lines = counted(&source.text);
            (lines > *most).then(|| finding(path, format!("the example has {lines} lines"), most))
        }
    });
    found.collect()
}

/// The lines that are neither blank, comment nor part of a `use`.
pub fn counted(text: &str) -> usize {
    let (mut in_use, mut in_comment) = (false, false);
    let mut is_code = |line: &str| {
        let line = line.trim();
        if in_comment || line.starts_with("/*") {
            in_comment = !line.contains("*/");
            return false;
        }
        let is_use = ["use ", "pub use ", "pub(crate) use "].iter().any(|it| line.starts_with(it));
        if in_use || is_use {
            in_use = !line.ends_with(';');
            return false;
        }
        !line.is_empty() && !line.starts_with("//")
    };
    text.lines().filter(|line| is_code(line)).count()
}
