//! The checks, one a file.

pub mod borrowed;
pub mod circles;
pub mod dependencies;
pub mod docs;
pub mod examples;
pub mod front_page;
pub mod macro_types;
pub mod operations;
mod reach;
pub mod size;
pub mod test_binaries;

use crate::{Finding, Resolver};

/// What all checks find, by place.
pub fn all(resolver: &Resolver<'_>) -> Vec<Finding> {
    let tree = resolver.tree;
    let mut findings = [
        borrowed::check(tree),
        circles::check(resolver),
        dependencies::check(tree),
        docs::check(tree),
        examples::check(tree),
        front_page::check(resolver),
        macro_types::check(tree),
        operations::check(tree),
        size::check_files(tree),
        size::check_lines(tree),
        test_binaries::check(tree),
    ]
    .concat();
    findings.sort_by(|a, b| (a.kind, &a.place, a.line).cmp(&(b.kind, &b.place, b.line)));
    findings
}
