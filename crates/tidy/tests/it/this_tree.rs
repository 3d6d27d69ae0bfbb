//! This tree, held to every check but for the exceptions in `exceptions.toml`.

use std::{path::Path, sync::OnceLock};

use tidy::{Exceptions, Finding, Kind, Resolver, Tree, checks};

/// What all checks find, looked for once.
fn findings() -> &'static [Finding] {
    static FINDINGS: OnceLock<Vec<Finding>> = OnceLock::new();
    FINDINGS.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let tree = Tree::read(&root).unwrap();
        checks::all(&Resolver::new(&tree))
    })
}

fn holds(kind: Kind) {
    let exceptions = Exceptions::parse(include_str!("../../exceptions.toml")).unwrap();
    let found = findings().iter().filter(|finding| finding.kind == kind);
    let wrong = exceptions.judge(kind, &found.cloned().collect::<Vec<_>>());
    assert!(wrong.is_empty(), "{} faults:\n{}\n", wrong.len(), wrong.join("\n"));
}

#[test]
fn no_three_files_reach_each_other() {
    holds(Kind::Circle);
}

#[test]
fn every_operation_stands_in_the_file_of_its_name() {
    holds(Kind::Operation);
}

#[test]
fn no_macro_declares_a_public_type() {
    holds(Kind::MacroMadeType);
}

#[test]
fn no_documentation_has_one_or_two_words() {
    holds(Kind::ShortDoc);
}

#[test]
fn errors_stand_before_the_example() {
    holds(Kind::ErrorsAfterExample);
}

#[test]
fn no_line_is_wider_than_a_hundred_columns() {
    holds(Kind::LongLine);
}

#[test]
fn no_source_file_is_longer_than_four_hundred_lines() {
    holds(Kind::LongFile);
}

#[test]
fn examples_are_as_short_as_they_are_to_be() {
    holds(Kind::LongExample);
}

#[test]
fn no_crate_compiles_the_source_of_another() {
    holds(Kind::BorrowedSource);
}

#[test]
fn every_crate_has_one_test_binary_and_those_that_change_their_process() {
    holds(Kind::TestBinary);
}

#[test]
fn the_front_pages_show_forty_names_at_most() {
    holds(Kind::FrontPage);
}

#[test]
fn every_dependency_of_the_workspace_is_taken() {
    holds(Kind::UnusedDependency);
}
