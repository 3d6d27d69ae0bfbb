//! What came of a file that was written somewhere.

use std::{
    ffi::OsString,
    io::{self, ErrorKind::AlreadyExists},
    path::{Path, PathBuf},
};

use crate::{error::Error, flow::fetch::incoming::FilePiece, http::content::Progress};

/// How many names are tried for a file that is not whole.
const PARTS: u32 = 1000;

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

    /// Makes the file that is written before it is known to be whole: beside the path, under the
    /// first name that is free. `create` makes a new file, and none where there is one.
    ///
    /// # Errors
    /// Those of `create`, where it is not that there is one.
    pub fn part_of<F>(
        path: &Path,
        create: impl Fn(&Path) -> io::Result<F>,
    ) -> io::Result<(PathBuf, F)> {
        let mut tried = 0_u32;
        loop {
            let mut name = OsString::from(path);
            name.push(".part");
            if tried > 0 {
                name.push(tried.to_string());
            }
            let part = PathBuf::from(name);
            match create(&part) {
                Ok(file) => return Ok((part, file)),
                Err(error) if error.kind() == AlreadyExists && tried < PARTS => tried += 1,
                Err(error) => return Err(error),
            }
        }
    }
}
