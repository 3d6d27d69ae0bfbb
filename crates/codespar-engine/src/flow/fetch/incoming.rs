//! A file on its way in: whether it is as long as was said, and the same.

use std::{fmt, mem};

use bytes::Bytes;

use crate::{
    error::Error,
    http::content::{Progress, digest::Hasher},
};

/// A piece of a file that is received, in order.
///
/// The last one comes once the end was seen and what is known of the file agrees: who has it has
/// all of the file.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FilePiece {
    /// The bytes: none, where the file has none.
    pub bytes: Bytes,
    /// How much of the file has come, this piece included.
    pub progress: Progress,
    /// Whether it is the last.
    pub is_last: bool,
    /// The SHA-256 of the whole file, in hexadecimal: with the last piece, and the feature
    /// `sha256`.
    pub sha256: Option<String>,
}

/// Without the bytes: files carry personal data.
impl fmt::Debug for FilePiece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FilePiece")
            .field("progress", &self.progress)
            .field("is_last", &self.is_last)
            .finish_non_exhaustive()
    }
}

/// What is known of a file before it comes: its length, and its SHA-256 in hexadecimal.
#[derive(Default)]
pub(crate) struct Expected {
    pub(crate) length: Option<u64>,
    pub(crate) sha256: Option<String>,
}

/// What has come of a file.
pub(super) struct Incoming {
    expected: Expected,
    /// How long it is, by what is known of it or by its head.
    length: Option<u64>,
    /// How much has come, and how much was handed out.
    came: u64,
    given: u64,
    /// The last piece that has come: held until it is known whether another follows.
    held: Bytes,
    hasher: Hasher,
}

impl Incoming {
    /// A file whose head says how long its body is.
    pub(super) fn new(expected: Expected, declared: Option<u64>) -> Result<Self, Error> {
        if let (Some(length), Some(declared)) = (expected.length, declared) {
            if length != declared {
                let message = format!("the file has {length} bytes, and {declared} are sent");
                return Err(Error::content(message));
            }
        }
        Ok(Self {
            length: expected.length.or(declared),
            expected,
            came: 0,
            given: 0,
            held: Bytes::new(),
            hasher: Hasher::new(true),
        })
    }

    /// Takes in a piece; gives the one before.
    pub(super) fn push(&mut self, piece: Bytes) -> Result<Option<FilePiece>, Error> {
        if piece.is_empty() {
            return Ok(None);
        }
        self.came = self.came.saturating_add(piece.len() as u64);
        match self.length {
            Some(length) if self.came > length => {
                return Err(Error::content(format!(
                    "more came than the {length} bytes of the file"
                )));
            }
            _ => self.hasher.update(&piece),
        }
        let before = mem::replace(&mut self.held, piece);
        Ok((!before.is_empty()).then(|| self.give(before, false)))
    }

    /// The last piece, now that the end is there.
    pub(super) fn end(&mut self) -> Result<FilePiece, Error> {
        match self.length {
            Some(length) if self.came != length => {
                let message = format!("{} of the {length} bytes of the file came", self.came);
                return Err(Error::content(message));
            }
            _ => {}
        }
        let sha256 = self.hasher.finish();
        if let (Some(expected), Some(came)) = (&self.expected.sha256, &sha256) {
            if !expected.eq_ignore_ascii_case(came) {
                let message = format!("the file has the SHA-256 {expected}, what came has {came}");
                return Err(Error::content(message));
            }
        }
        let last = mem::take(&mut self.held);
        Ok(FilePiece { sha256, ..self.give(last, true) })
    }

    fn give(&mut self, bytes: Bytes, is_last: bool) -> FilePiece {
        self.given = self.given.saturating_add(bytes.len() as u64);
        let progress = Progress::new(self.given, self.length);
        FilePiece { bytes, progress, is_last, sha256: None }
    }

    /// How much has come.
    pub(super) const fn progress(&self) -> Progress {
        Progress::new(self.came, self.length)
    }
}
