//! The front pages of both drivers: short, and the same.

use std::collections::BTreeSet;

const BLOCKING: &str = include_str!("../../src/lib.rs");
const ASYNC: &str = include_str!("../../../codespar-async/src/lib.rs");

/// The types that a crate shows at its root, whatever its features. Fails where others are taken
/// over without being named.
fn shown(source: &str) -> BTreeSet<String> {
    let root: String =
        source.split("pub mod upivia").next().unwrap().lines().fold(String::new(), |all, line| {
            match line.starts_with("//") {
                true => all,
                false => all + line + "\n",
            }
        });
    let mut names = BTreeSet::new();
    for statement in root.split("pub use ").skip(1) {
        let statement = statement.split(';').next().unwrap();
        assert!(!statement.contains('*'), "{statement}");
        names.extend(statement.split(['{', '}', ',', ':', '\n', ' ']).map(str::to_owned));
    }
    let types = root.split("pub type ").skip(1).map(|after| after.split(['<', ' ']).next());
    names.extend(types.map(|name| name.unwrap().to_owned()));
    names.retain(|name| name.starts_with(char::is_uppercase));
    names
}

#[test]
fn a_front_page_shows_few_names_and_both_drivers_the_same() {
    let (mut blocking, mut asynchronous) = (shown(BLOCKING), shown(ASYNC));
    assert!(blocking.len() <= 40, "{blocking:?}");
    for name in ["Client", "Session", "Config", "Call", "Items", "Error", "Verdict", "ChargeArgs"] {
        assert!(blocking.contains(name), "{name}");
    }
    for (names, prefix) in [(&mut blocking, "Ureq"), (&mut asynchronous, "Hyper")] {
        let before = names.len();
        names.retain(|name| !name.starts_with(prefix));
        assert_eq!(before - names.len(), 2, "a transport and its body");
    }
    assert_eq!(blocking, asynchronous);
}

/// The lines of the map, each with what follows it.
fn map(source: &str) -> Vec<&str> {
    let map = source.split("//! # Where things are\n").nth(1).unwrap();
    let map = map.split("\n//!\n").next().unwrap();
    map.split("//! - ").skip(1).collect()
}

#[test]
fn each_line_of_the_map_leads_somewhere_and_both_drivers_have_the_same() {
    let blocking = map(BLOCKING);
    assert!(blocking.len() > 15, "{blocking:?}");
    assert!(blocking.iter().all(|line| line.contains("[`")), "{blocking:?}");
    // Layers are asynchronous: the one line that has no fellow.
    let mut asynchronous = map(ASYNC);
    let before = asynchronous.len();
    asynchronous.retain(|line| !line.contains("[`tower`]"));
    assert_eq!((before - asynchronous.len(), asynchronous), (1, blocking));
}
