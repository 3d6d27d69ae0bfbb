//! Why JSON could not be read, and where.

use std::fmt::{self, Display};

use serde::de::{Error, Expected, Unexpected};

/// Why JSON could not be read.
#[derive(Debug)]
pub(crate) struct Fault(Box<Parts>);

#[derive(Debug)]
struct Parts {
    words: String,
    /// Where the value begins that could not be read, or where the text is wrong.
    at: Option<usize>,
    is_syntax: bool,
}

impl Fault {
    /// The text is no JSON, or not what can be read of it.
    #[cold]
    pub(crate) fn syntax(what: &str, at: usize) -> Self {
        Self(Box::new(Parts { words: what.to_owned(), at: Some(at), is_syntax: true }))
    }

    /// Says where, unless it is known more exactly.
    #[cold]
    pub(crate) fn located(&mut self, at: usize) {
        self.0.at.get_or_insert(at);
    }

    /// The same, and where, unless it is known more exactly.
    #[cold]
    pub(crate) fn at(mut self, at: usize) -> Self {
        self.located(at);
        self
    }

    /// Where, by bytes.
    pub(crate) fn place(&self) -> usize {
        self.0.at.unwrap_or_default()
    }

    /// Whether the text may be no JSON at all; else it is JSON, of another type.
    pub(crate) fn is_syntax(&self) -> bool {
        self.0.is_syntax
    }
}

impl Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.words)
    }
}

impl std::error::Error for Fault {}

impl Error for Fault {
    #[cold]
    fn custom<T: Display>(words: T) -> Self {
        Self(Box::new(Parts { words: words.to_string(), at: None, is_syntax: false }))
    }

    #[cold]
    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        invalid("type", found, expected)
    }

    #[cold]
    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        invalid("value", found, expected)
    }
}

/// In the words of JSON: it has `null`, and no unit.
#[cold]
fn invalid(what: &str, found: Unexpected<'_>, expected: &dyn Expected) -> Fault {
    match found {
        Unexpected::Unit => {
            Fault::custom(format_args!("invalid {what}: null, expected {expected}"))
        }
        found => Fault::custom(format_args!("invalid {what}: {found}, expected {expected}")),
    }
}
