//! Dependencies that the workspace names and no member takes.

use std::collections::BTreeSet;

use crate::{Finding, Kind, Tree};

/// Entries of `[workspace.dependencies]` that are dead.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let members = tree.members();
    let taken: BTreeSet<_> =
        members.flat_map(|package| package.manifest.taken_from_workspace()).collect();
    let entries = tree.workspace.workspace_dependencies().into_iter();
    let dead = entries.filter(|(name, _)| !taken.contains(name.as_str()));
    let finding = |(name, line): (String, usize)| Finding {
        kind: Kind::UnusedDependency,
        place: "Cargo.toml".to_owned(),
        line,
        wrong: format!("no member takes `{name}` from the workspace"),
        expected: "no entry that nobody needs".to_owned(),
        name,
    };
    dead.map(finding).collect()
}
