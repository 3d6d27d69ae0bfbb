//! Why the content of a file could not be sent.

use std::{error::Error as StdError, fmt, io};

/// Why the content of a file could not be read to its end, and how far it came.
#[derive(Debug)]
pub struct ContentError {
    why: Why,
    bytes: u64,
    of: Option<u64>,
}

#[derive(Debug)]
enum Why {
    Failed(io::Error),
    Shorter,
    Longer,
    Used,
    NotInMemory,
    NotBlocking,
}

impl ContentError {
    /// A read that failed, after so many bytes.
    pub fn failed(error: io::Error, bytes: u64, of: Option<u64>) -> Self {
        Self { why: Why::Failed(error), bytes, of }
    }

    pub(crate) const fn shorter(bytes: u64, of: u64) -> Self {
        Self { why: Why::Shorter, bytes, of: Some(of) }
    }

    pub(crate) const fn longer(of: u64) -> Self {
        Self { why: Why::Longer, bytes: of, of: Some(of) }
    }

    pub(crate) const fn used(of: Option<u64>) -> Self {
        Self { why: Why::Used, bytes: 0, of }
    }

    pub(crate) const fn not_in_memory(of: u64) -> Self {
        Self { why: Why::NotInMemory, bytes: 0, of: Some(of) }
    }

    pub(crate) const fn not_blocking(of: Option<u64>) -> Self {
        Self { why: Why::NotBlocking, bytes: 0, of }
    }

    /// How many bytes were read.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl fmt::Display for ContentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { why, bytes, of } = self;
        let of = of.map(|of| format!(" of {of}")).unwrap_or_default();
        match why {
            Why::Failed(_) => write!(f, "the content could not be read: {bytes}{of} bytes came"),
            Why::Shorter => write!(f, "the content is shorter than was said: {bytes}{of} bytes"),
            Why::Longer => write!(f, "the content is longer than the {bytes} bytes that were said"),
            Why::Used => f.write_str("the content can be sent once, and was begun before"),
            Why::NotInMemory => {
                f.write_str("the content is not in memory, and this transport reads no other")
            }
            Why::NotBlocking => {
                f.write_str("the content is an asynchronous stream, which cannot be read here")
            }
        }
    }
}

impl StdError for ContentError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.why {
            Why::Failed(error) => Some(error),
            _ => None,
        }
    }
}
