//! Test binaries: one for each package, `tests/it/main.rs`, and one for each thing that changes
//! its process.

use std::collections::BTreeSet;

use crate::{Finding, Kind, Package, Tree};

/// The binary that every package with tests has.
const USUAL: &str = "tests/it/main.rs";

/// What changes a process, so that a test of it needs one of its own.
pub const CHANGES: [&str; 7] = [
    "allocator",
    "global subscriber",
    "fork",
    "resource limits",
    "environment",
    "panic hook",
    "signals",
];

/// Binaries beside the usual one, and packages whose tests have none.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in tree.members() {
        let binaries = binaries(tree, package);
        let usual = package.path(USUAL);
        if let Some(first) = binaries.first().filter(|_| !binaries.contains(&usual)) {
            let wrong = format!("{} has no {USUAL}", package.manifest.name());
            findings.push(finding(first, wrong, format!("its tests in {usual}")));
        }
        for binary in binaries.iter().filter(|binary| **binary != usual) {
            let wrong = "a test binary of its own".to_owned();
            let expected = format!(
                "a module of {usual}, or an exception that says what it changes in its process: {}",
                CHANGES.join(", ")
            );
            findings.push(finding(binary, wrong, expected));
        }
    }
    findings
}

/// The test binaries of a package: `tests/x.rs`, `tests/x/main.rs` and what its manifest names.
fn binaries(tree: &Tree, package: &Package) -> BTreeSet<String> {
    let tests = package.path("tests");
    let named = package.manifest.test_paths().into_iter().map(|path| package.path(&path));
    let found = tree.beneath(&tests).filter(|source| {
        let folder = source.folder();
        let is_main = source.path.ends_with("/main.rs");
        folder == tests || is_main && crate::source::folder(folder) == tests
    });
    found.map(|source| source.path.clone()).chain(named).collect()
}

fn finding(place: &str, wrong: String, expected: String) -> Finding {
    let (kind, line) = (Kind::TestBinary, 1);
    Finding { kind, place: place.to_owned(), line, name: String::new(), wrong, expected }
}
