//! Files and streams: what is uploaded from, and downloaded to.
//!
//! ```no_run
//! use codespar_blocking::{Client, files, payables::Upload};
//!
//! # fn example(client: &Client) -> Result<(), Box<dyn std::error::Error>> {
//! let bills = files::from_path("bills.pdf")?;
//! let file = client.payables().files().upload(&Upload::guess("bills.pdf", bills)).send()?;
//! println!("{:?} bills found", file.items_found);
//! # Ok(())
//! # }
//! ```
//!
//! [`Content`] says what else can be sent.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

pub use codespar_engine::{Content, FileContent, FilePiece, Progress, driver::Received};
use codespar_engine::{Error, Items, driver::BlockingTransport};

/// The content of a file, which is opened each time it is sent.
///
/// Its length is that of now: where it has another when it is sent, the call fails.
///
/// # Errors
/// When there is no such file, or it is a directory or another thing without a length.
pub fn from_path(path: impl Into<PathBuf>) -> io::Result<Content> {
    let path = path.into();
    let about = fs::metadata(&path)?;
    if !about.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "expected a regular file"));
    }
    Ok(Content::from_opener(move || File::open(&path)).length(about.len()))
}

/// Writes a file that is received to a writer, piece by piece, and flushes it.
///
/// The last piece is written once the file is known to be whole and the same.
///
/// # Errors
/// As the download; kind [`Content`](crate::ErrorKind::Content), when writing fails.
pub fn write_to<T: BlockingTransport>(
    pieces: Items<T, FilePiece>,
    mut writer: impl Write,
) -> Result<Received, Error> {
    let mut received = Received::default();
    for piece in pieces {
        let piece = piece?;
        received.take(&piece);
        writer.write_all(&piece.bytes).map_err(|error| received.failed(error))?;
    }
    writer.flush().map_err(|error| received.failed(error))?;
    Ok(received)
}

/// Saves a file that is received, in place of what was there.
///
/// It is written beside the path, under the same name with `.part` behind it, or `.part1` and so on
/// where that is there: whoever else saves there writes a file of his own. It is renamed once it is
/// known to be whole and the same, so that there is never half a file under its name. What was
/// written is removed where that fails.
///
/// # Errors
/// As [`write_to`].
pub fn save<T: BlockingTransport>(
    pieces: Items<T, FilePiece>,
    path: impl AsRef<Path>,
) -> Result<Received, Error> {
    let path = path.as_ref();
    let made = Received::part_of(path, |part| File::create_new(part));
    let (part, file) = made.map_err(|error| Received::default().failed(error))?;
    let saved = write_part(pieces, &file).and_then(|received| {
        fs::rename(&part, path).map_err(|error| received.failed(error))?;
        Ok(received)
    });
    if saved.is_err() {
        // Why it was not saved says more than why that could not be removed.
        let _ = fs::remove_file(&part);
    }
    saved
}

fn write_part<T: BlockingTransport>(
    pieces: Items<T, FilePiece>,
    file: &File,
) -> Result<Received, Error> {
    let received = write_to(pieces, file)?;
    file.sync_all().map_err(|error| received.failed(error))?;
    Ok(received)
}
