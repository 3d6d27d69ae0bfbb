//! A reader of JSON text, the one that all typed values are read by.
//!
//! Serde compiles a type's reading once for every kind of reader. This is one kind, for answers,
//! free JSON and arguments, first readings and tolerant ones; and what does not depend on the type
//! is no part of what is compiled per type. Three things are its own: it takes whole numbers that
//! are spelled with a point or an exponent, since JSON has one kind of number (RFC 8259, 6); under
//! the name of an id it takes a whole number for a text; and it knows where it stopped.

mod access;
pub(crate) mod fault;
mod number;
mod skip;
#[cfg(test)]
mod spellings;
#[cfg(test)]
mod tests;
mod text;
mod value;

use serde::de::{Error as _, Expected, Unexpected};

use self::fault::Fault;

/// As deeply nested as typed values may be, as with `serde_json`.
const DEPTH: u8 = 127;

/// Reads a value from JSON text.
pub(crate) struct Reader<'de> {
    text: &'de str,
    at: usize,
    /// How many levels more may be opened.
    depth: u8,
    /// The name of the member at hand, as it is written.
    name: &'de str,
    /// The text at hand, where it is not in the input as it is.
    scratch: String,
    /// Whether values may be spelled otherwise.
    is_tolerant: bool,
    /// Where the first value begins that nobody asked for.
    ignored: Option<usize>,
    /// What was wrong where nobody was told.
    broken: Option<Fault>,
}

/// What is outside of an array or an object.
struct Level<'de> {
    start: usize,
    name: &'de str,
}

impl<'de> Reader<'de> {
    pub(crate) const fn new(text: &'de str) -> Self {
        Self {
            text,
            at: 0,
            depth: DEPTH,
            name: "",
            scratch: String::new(),
            is_tolerant: true,
            ignored: None,
            broken: None,
        }
    }

    /// Without tolerance for numbers that are spelled otherwise.
    #[cfg(feature = "registry")]
    pub(crate) const fn strict(mut self) -> Self {
        self.is_tolerant = false;
        self
    }

    /// Where the first value begins that was passed over, if the reading went well so far.
    #[cfg(feature = "registry")]
    pub(crate) const fn ignored(&self) -> Option<usize> {
        self.ignored
    }

    /// Nothing follows but blanks.
    pub(crate) fn end(&mut self) -> Result<(), Fault> {
        match (self.broken.take(), self.peek()) {
            (Some(fault), _) => Err(fault),
            (None, None) => Ok(()),
            (None, Some(_)) => Err(self.wrong("trailing characters")),
        }
    }

    /// What was wrong first, given what the type was told.
    #[cold]
    pub(crate) fn first(&mut self, told: Fault) -> Fault {
        self.broken.take().unwrap_or(told)
    }

    /// What begins next, after blanks.
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                next => return next.copied(),
            }
        }
    }

    /// What was read from `start` on.
    fn since(&self, start: usize) -> &'de str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// A mistake in the text itself, here.
    #[cold]
    fn wrong(&self, what: &'static str) -> Fault {
        Fault::syntax(what, self.at)
    }

    /// Something else stands here than the type asks for.
    #[cold]
    #[inline(never)]
    fn unexpected(&mut self, expected: &dyn Expected) -> Fault {
        let start = self.at;
        let found = match self.peek() {
            Some(b'n') => Unexpected::Unit,
            Some(b't') => Unexpected::Bool(true),
            Some(b'f') => Unexpected::Bool(false),
            // No error tells the text.
            Some(b'"') => Unexpected::Str(""),
            Some(b'[') => Unexpected::Seq,
            Some(b'{') => Unexpected::Map,
            Some(b'-' | b'0'..=b'9') => match self.number() {
                Ok(number) => number.unexpected(),
                Err(fault) => return fault,
            },
            _ => return self.wrong("expected value"),
        };
        Fault::invalid_type(found, expected).at(start)
    }

    /// Goes into an array or an object.
    fn open(&mut self, bracket: u8, expected: &dyn Expected) -> Result<Level<'de>, Fault> {
        if self.peek() != Some(bracket) {
            return Err(self.unexpected(expected));
        }
        self.enter()
    }

    fn enter(&mut self) -> Result<Level<'de>, Fault> {
        let level = Level { start: self.at, name: self.name };
        match self.depth.checked_sub(1) {
            Some(depth) => self.depth = depth,
            None => return Err(self.wrong("recursion limit exceeded")),
        }
        self.at += 1;
        Ok(level)
    }

    /// Comes out of it, or says where it was when it could not be read.
    fn leave(&mut self, level: &Level<'de>, bracket: u8, error: Option<&mut Fault>) {
        (self.depth, self.name) = (self.depth + 1, level.name);
        if let Some(fault) = error {
            fault.located(level.start);
        } else if self.peek() == Some(bracket) {
            self.at += 1;
        } else {
            let fault = Fault::syntax("trailing characters", level.start);
            self.broken.get_or_insert(fault);
            self.at = self.text.len();
        }
    }

    /// Goes to the next item of an array, if there is one.
    fn next_item(&mut self, is_first: &mut bool) -> Result<bool, Fault> {
        match (self.peek(), std::mem::take(is_first)) {
            (Some(b']'), _) => return Ok(false),
            (Some(b','), false) => self.at += 1,
            (Some(_), true) => return Ok(true),
            _ => return Err(self.wrong("expected `,` or `]`")),
        }
        match self.peek() {
            Some(b']') => Err(self.wrong("trailing comma")),
            _ => Ok(true),
        }
    }

    /// Goes to the value of the next member of an object, if there is one; its name is the text at
    /// hand, or in the input: see [`text`](Self::text).
    fn next_name(&mut self, is_first: &mut bool) -> Result<Option<Option<&'de str>>, Fault> {
        match (self.peek(), std::mem::take(is_first)) {
            (Some(b'}'), _) => return Ok(None),
            (Some(b','), false) => {
                self.at += 1;
                self.peek();
            }
            (Some(_), true) => {}
            _ => return Err(self.wrong("expected `,` or `}`")),
        }
        let start = self.at;
        if self.text.as_bytes().get(start) != Some(&b'"') {
            return Err(self.wrong("key must be a string"));
        }
        let name = self.text()?;
        self.name = self.text.get(start + 1..self.at - 1).unwrap_or_default();
        if self.peek() != Some(b':') {
            return Err(self.wrong("expected `:`"));
        }
        self.at += 1;
        Ok(Some(name))
    }

    /// Takes a `null`, if it is one.
    fn null(&mut self) -> Result<bool, Fault> {
        match self.peek() {
            Some(b'n') => self.word("null").map(|()| true),
            _ => Ok(false),
        }
    }

    fn word(&mut self, word: &'static str) -> Result<(), Fault> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if !rest.starts_with(word.as_bytes()) {
            return Err(self.wrong("expected ident"));
        }
        self.at += word.len();
        Ok(())
    }

    fn boolean(&mut self, expected: &dyn Expected) -> Result<bool, Fault> {
        match self.peek() {
            Some(b't') => self.word("true").map(|()| true),
            Some(b'f') => self.word("false").map(|()| false),
            _ => Err(self.unexpected(expected)),
        }
    }

    /// Passes over a value that nobody asked for.
    fn ignore(&mut self) -> Result<(), Fault> {
        self.peek();
        self.ignored.get_or_insert(self.at);
        self.skip()
    }

    /// The text of a value, whatever it is.
    fn raw(&mut self) -> Result<&'de str, Fault> {
        self.peek();
        let start = self.at;
        self.skip()?;
        Ok(self.since(start))
    }
}
