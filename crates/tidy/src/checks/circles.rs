//! Circles: source files of a crate that reach each other.
//!
//! File A reaches file B where it imports an item that B defines, or names its path. `mod`,
//! `pub use` and `pub(crate) use` reach nothing: they hand on, and whoever takes what they hand on
//! reaches the file that defines it. Tests are left out.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use crate::{Finding, Kind, Resolver};

use super::reach::{Graph, Uses, graph};

/// How many edges of a circle its message shows.
const SHOWN: usize = 12;

/// Files that reach each other, and what ties them.
#[derive(Debug, PartialEq, Eq)]
pub struct Circle {
    /// The files.
    pub files: Vec<String>,
    /// From which to which file, the names, and the line of the first.
    pub edges: Vec<Edge>,
}

/// What one file of a circle takes from another.
#[derive(Debug, PartialEq, Eq)]
pub struct Edge {
    /// The file that takes.
    pub from: String,
    /// The line on which it first does so.
    pub line: usize,
    /// The file that defines what is taken.
    pub to: String,
    /// The names.
    pub names: Vec<String>,
}

/// The circles of all members, pairs of files included, the greatest first.
pub fn circles(resolver: &Resolver<'_>) -> Vec<Circle> {
    let graph = graph(resolver);
    let mut circles: Vec<_> =
        components(&graph).into_iter().map(|files| circle(&graph, &files)).collect();
    circles.sort_by_key(|circle| (std::cmp::Reverse(circle.files.len()), circle.files.clone()));
    circles
}

/// Circles of more than two files.
pub fn check(resolver: &Resolver<'_>) -> Vec<Finding> {
    let circles = circles(resolver).into_iter().filter(|circle| circle.files.len() > 2);
    circles.map(|circle| finding(&circle)).collect()
}

fn finding(circle: &Circle) -> Finding {
    let mut wrong = format!("{} files reach each other", circle.files.len());
    for edge in circle.edges.iter().take(SHOWN) {
        let Edge { from, line, to, names } = edge;
        let _ = write!(wrong, "\n    {from}:{line} takes {} from {to}", names.join(", "));
    }
    if circle.edges.len() > SHOWN {
        let _ = write!(wrong, "\n    and {} edges more", circle.edges.len() - SHOWN);
    }
    Finding {
        kind: Kind::Circle,
        place: circle.files.first().cloned().unwrap_or_default(),
        line: circle.edges.first().map_or(1, |edge| edge.line),
        name: String::new(),
        wrong,
        expected: "two at most (`cargo run -p tidy -- circles` shows all that ties them)"
            .to_owned(),
    }
}

fn circle(graph: &Graph<'_>, files: &BTreeSet<&str>) -> Circle {
    let mut edges = Vec::new();
    for from in files {
        for (to, uses) in
            graph.get(from).into_iter().flatten().filter(|(to, _)| files.contains(*to))
        {
            edges.push(Edge {
                from: (*from).to_owned(),
                line: uses.line,
                to: (*to).to_owned(),
                names: uses.names.iter().cloned().collect(),
            });
        }
    }
    Circle { files: files.iter().map(|file| (*file).to_owned()).collect(), edges }
}

/// The greatest sets of more than one file in which each reaches each.
fn components<'t>(graph: &Graph<'t>) -> Vec<BTreeSet<&'t str>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        graph.keys().map(|file| (*file, all_reached(graph, file))).collect();
    let reaches = |from: &str, to: &str| reached.get(from).is_some_and(|files| files.contains(to));
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for (file, files) in &reached {
        if seen.contains(file) || !files.contains(file) {
            continue;
        }
        let circle: BTreeSet<_> = files.iter().copied().filter(|to| reaches(to, file)).collect();
        seen.extend(circle.iter().copied());
        found.push(circle);
    }
    found
}

/// All files that one reaches, straight or through others; itself only if there is a way back.
fn all_reached<'t>(graph: &Graph<'t>, file: &str) -> BTreeSet<&'t str> {
    let next = |file: &str| graph.get(file).into_iter().flat_map(|to| to.keys().copied());
    let mut reached = BTreeSet::new();
    let mut open: Vec<&str> = next(file).collect();
    while let Some(file) = open.pop() {
        if reached.insert(file) {
            open.extend(next(file));
        }
    }
    reached
}

/// All circles, in words.
pub fn shown(resolver: &Resolver<'_>) -> String {
    let mut text = String::new();
    let circles = circles(resolver);
    for circle in circles.iter().filter(|circle| circle.files.len() > 2) {
        let _ = writeln!(text, "{} files: {}", circle.files.len(), circle.files.join(", "));
        for Edge { from, line, to, names } in &circle.edges {
            let _ = writeln!(text, "  {from}:{line} -> {to}: {}", names.join(", "));
        }
    }
    let pairs: Vec<_> = circles.iter().filter(|circle| circle.files.len() == 2).collect();
    let _ = writeln!(
        text,
        "{} circles of more than two files, {} of two (which is allowed)",
        circles.len() - pairs.len(),
        pairs.len()
    );
    for pair in pairs {
        let _ = writeln!(text, "  {}", pair.files.join(" <-> "));
    }
    text
}

/// Which file reaches which, in words, circle or not.
pub fn all_edges(resolver: &Resolver<'_>) -> String {
    let mut text = String::new();
    for (from, reached) in graph(resolver) {
        for (to, Uses { names, line }) in reached {
            let names: Vec<_> = names.into_iter().collect();
            let _ = writeln!(text, "{from}:{line} -> {to}: {}", names.join(", "));
        }
    }
    text
}
