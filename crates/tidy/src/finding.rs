//! What a check found: where, what is wrong, and what was expected.

use std::fmt;

use serde::Deserialize;

/// What is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Source files that reach each other in a circle.
    Circle,
    /// An endpoint's row in another file than its operation names.
    Operation,
    /// A public type that a macro declares.
    MacroMadeType,
    /// Documentation of one or two words.
    ShortDoc,
    /// An example before the section on errors.
    ErrorsAfterExample,
    /// A line of more than 100 columns.
    LongLine,
    /// A source file of more than 400 lines.
    LongFile,
    /// An example with more lines than it may have, or that is gone.
    LongExample,
    /// Source that belongs to another crate, by `#[path]` or `include!`.
    BorrowedSource,
    /// A test binary beside `tests/it`.
    TestBinary,
    /// Names on a front page.
    FrontPage,
    /// A dependency of the workspace that no member names.
    UnusedDependency,
}

impl Kind {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Circle,
        Self::Operation,
        Self::MacroMadeType,
        Self::ShortDoc,
        Self::ErrorsAfterExample,
        Self::LongLine,
        Self::LongFile,
        Self::LongExample,
        Self::BorrowedSource,
        Self::TestBinary,
        Self::FrontPage,
        Self::UnusedDependency,
    ];

    /// The name that exceptions and the command line know it by.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Circle => "circle",
            Self::Operation => "operation",
            Self::MacroMadeType => "macro-made-type",
            Self::ShortDoc => "short-doc",
            Self::ErrorsAfterExample => "errors-after-example",
            Self::LongLine => "long-line",
            Self::LongFile => "long-file",
            Self::LongExample => "long-example",
            Self::BorrowedSource => "borrowed-source",
            Self::TestBinary => "test-binary",
            Self::FrontPage => "front-page",
            Self::UnusedDependency => "unused-dependency",
        }
    }
}

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which check found it.
    pub kind: Kind,
    /// The file, from the root of the tree.
    pub place: String,
    /// The line in it, from 1.
    pub line: usize,
    /// What it is about, where it has a name: an operation, a type, a dependency.
    pub name: String,
    /// What is wrong.
    pub wrong: String,
    /// What was expected instead.
    pub expected: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, line, wrong, expected, .. } = self;
        write!(f, "{place}:{line}: {wrong}; expected {expected}")
    }
}
