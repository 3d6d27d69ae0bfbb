//! What came of a file that was written somewhere.

use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
};

use crate::{error::Error, flow::fetch::incoming::FilePiece, http::content::Progress};

/// A file that was received and written somewhere: how long it is, and its digest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// How many bytes it has.
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal, with the feature `sha256`.
    pub sha256: Option<String>,
    of: Option<u64>,
}

impl Received {
    /// Takes in a piece, which is about to be written.
    pub fn take(&mut self, piece: &FilePiece) {
        (self.bytes, self.of) = (piece.progress.bytes, piece.progress.of);
        self.sha256.clone_from(&piece.sha256);
    }

    /// The error of a piece that could not be written.
    pub fn failed(&self, error: io::Error) -> Error {
        let progress = Progress::new(self.bytes, self.of);
        let failed = Error::content("what came of the file could not be written");
        failed.maybe_sent(true).with_source(error).with_progress(Some(progress))
    }

    /// Where a file is written before it is whole.
    pub fn part_of(path: &Path) -> PathBuf {
        let mut name = OsString::from(path);
        name.push(".part");
        name.into()
    }
}
