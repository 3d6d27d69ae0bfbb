//! How wide lines and how long files may be.

use crate::{Finding, Kind, Source, Tree};

/// The columns of a line.
const COLUMNS: usize = 100;

/// The lines of a source file.
const LINES: usize = 400;

/// Lines that are too wide, in every `.rs` file.
pub fn check_lines(tree: &Tree) -> Vec<Finding> {
    tree.sources.values().flat_map(wide_lines).collect()
}

/// Files that are too long, in the `src` of every package.
pub fn check_files(tree: &Tree) -> Vec<Finding> {
    let sources = tree.packages.iter().flat_map(|package| tree.beneath(&package.path("src")));
    let counted = sources.map(|source| (source, source.text.lines().count()));
    let long = counted.filter(|(_, lines)| *lines > LINES);
    let finding = |(source, lines): (&Source, usize)| Finding {
        kind: Kind::LongFile,
        place: source.path.clone(),
        line: LINES + 1,
        name: String::new(),
        wrong: format!("the file has {lines} lines"),
        expected: format!("at most {LINES}"),
    };
    long.map(finding).collect()
}

fn wide_lines(source: &Source) -> Vec<Finding> {
    let counted = source.text.lines().map(|line| line.chars().count()).enumerate();
    let wide = counted.filter(|(_, columns)| *columns > COLUMNS);
    let finding = |(index, columns)| Finding {
        kind: Kind::LongLine,
        place: source.path.clone(),
        line: index + 1,
        name: String::new(),
        wrong: format!("the line has {columns} columns"),
        expected: format!("at most {COLUMNS}"),
    };
    wide.map(finding).collect()
}
