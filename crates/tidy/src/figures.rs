//! The tree in figures, crate by crate: the same table before and after a change.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{
    Finding, Kind, Package, Resolver,
    checks::{self, circles, front_page, macro_types},
};

const COLUMNS: [&str; 12] = [
    "crate",
    "files",
    "lines",
    "folders",
    "most in one",
    "names at root",
    "types as items",
    "macro-made types",
    "circles (files)",
    "docs <= 2 words",
    "errors after example",
    "lines > 100",
];

/// A table of all members, what lies outside of them, and the files of each folder of `src`.
pub fn figures(resolver: &Resolver<'_>) -> String {
    let findings = checks::all(resolver);
    let mut text = String::new();
    let _ = writeln!(text, "| {} |", COLUMNS.join(" | "));
    let _ = writeln!(text, "|---|{}", "---:|".repeat(COLUMNS.len() - 1));
    for package in resolver.tree.members() {
        let _ = writeln!(text, "| {} |", row(resolver, &findings, package).join(" | "));
    }
    let counts = Kind::ALL.iter().map(|kind| {
        let count = findings.iter().filter(|finding| finding.kind == *kind).count();
        format!("{} {count}", kind.name())
    });
    let _ =
        writeln!(text, "\nFaults in the whole tree: {}.", counts.collect::<Vec<_>>().join(", "));
    let rows = checks::operations::rows(resolver.tree);
    let in_place = rows.iter().filter(|row| row.is_in_place()).count();
    let _ = writeln!(text, "Operations in the file of their name: {in_place} of {}.", rows.len());
    let _ = writeln!(text, "\nFiles in each folder of `src`:\n");
    for package in resolver.tree.members() {
        let folders = folders(resolver, package).into_iter();
        let folders = folders.map(|(folder, files)| format!("{folder} {files}"));
        let name = package.manifest.name();
        let _ = writeln!(text, "- {name}: {}", folders.collect::<Vec<_>>().join(", "));
    }
    text
}

fn row(resolver: &Resolver<'_>, findings: &[Finding], package: &Package) -> Vec<String> {
    let sources: Vec<_> = resolver.tree.beneath(&package.path("src")).collect();
    let lines: usize = sources.iter().map(|source| source.text.lines().count()).sum();
    let folders = folders(resolver, package);
    let (most, place) =
        folders.iter().map(|(name, files)| (*files, name.as_str())).max().unwrap_or_default();
    let name = package.manifest.name();
    let names = front_page::front_page(resolver, name).map_or(0, |page| page.items.len());
    let count = |kind: Kind| {
        let inside = package.path("");
        let of_kind = findings.iter().filter(|finding| finding.kind == kind);
        of_kind.filter(|finding| finding.place.starts_with(&inside)).count().to_string()
    };
    vec![
        name.to_owned(),
        sources.len().to_string(),
        lines.to_string(),
        folders.len().to_string(),
        format!("{most} ({place})"),
        names.to_string(),
        macro_types::items_beneath(resolver.tree, &package.path("src")).to_string(),
        count(Kind::MacroMadeType),
        circles_of(resolver, package),
        count(Kind::ShortDoc),
        count(Kind::ErrorsAfterExample),
        count(Kind::LongLine),
    ]
}

/// How many circles of more than two files a package has, and how many files are in them.
fn circles_of(resolver: &Resolver<'_>, package: &Package) -> String {
    let inside = package.path("");
    let circles = circles::circles(resolver).into_iter().filter(|circle| circle.files.len() > 2);
    let own = circles.filter(|circle| circle.files.iter().any(|file| file.starts_with(&inside)));
    let sizes: Vec<_> = own.map(|circle| circle.files.len()).collect();
    format!("{} ({})", sizes.len(), sizes.iter().sum::<usize>())
}

/// The folders of a package's `src`, with the files that stand in each.
fn folders(resolver: &Resolver<'_>, package: &Package) -> BTreeMap<String, usize> {
    let mut folders = BTreeMap::new();
    for source in resolver.tree.beneath(&package.path("src")) {
        let folder = source.folder().trim_start_matches(&package.path("")).to_owned();
        *folders.entry(folder).or_default() += 1;
    }
    folders
}
