//! Files and streams: what is uploaded from, and downloaded to.
//!
//! ```no_run
//! use codespar_async::{Client, Error, files, payables::Upload};
//!
//! # async fn example(client: &Client) -> Result<(), Box<dyn std::error::Error>> {
//! let bills = files::from_path("bills.pdf").await?;
//! let file = client.payables().files().upload(&Upload::guess("bills.pdf", bills)).await?;
//! println!("{:?} bills found", file.items_found);
//! # Ok(())
//! # }
//! ```
//!
//! [`Content`] says what else can be sent; the guide to files is in `codespar-blocking`.

use std::{
    fs::{self, File},
    future::poll_fn,
    io::{self, Write as _},
    path::{Path, PathBuf},
    pin::{Pin, pin},
    task::{Context, Poll, ready},
};

use bytes::{Bytes, BytesMut};
pub use codespar_engine::{Content, FileContent, FilePiece, Progress, driver::Received};
use codespar_engine::{Error, Items, driver::AsyncTransport};
use futures_core::Stream;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    task::spawn_blocking,
};

/// How much is read from an [`AsyncRead`] at once.
const PIECE: usize = 64 * 1024;

/// The content of a file, which is opened each time it is sent, and read on a thread for blocking
/// work.
///
/// Its length is that of now: where it has another when it is sent, the call fails.
///
/// # Errors
/// When there is no such file, or it is a directory or another thing without a length.
pub async fn from_path(path: impl Into<PathBuf>) -> io::Result<Content> {
    let path = path.into();
    blocking(move || {
        let about = fs::metadata(&path)?;
        if !about.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "expected a regular file"));
        }
        Ok(Content::from_opener(move || File::open(&path)).length(about.len()))
    })
    .await
}

/// Content that is read from an [`AsyncRead`], once. What it is sent with needs its
/// [`length`](Content::length).
pub fn from_async_read(reader: impl AsyncRead + Send + 'static) -> Content {
    Content::from_stream(ReadStream { reader: Box::pin(reader), buffer: BytesMut::new() })
}

struct ReadStream<R> {
    reader: Pin<Box<R>>,
    buffer: BytesMut,
}

impl<R: AsyncRead> Stream for ReadStream<R> {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { reader, buffer } = &mut *self;
        if buffer.len() < PIECE / 16 {
            *buffer = BytesMut::zeroed(PIECE);
        }
        let mut space = ReadBuf::new(buffer);
        let read = ready!(reader.as_mut().poll_read(cx, &mut space));
        let amount = space.filled().len();
        Poll::Ready(match read {
            Ok(()) if amount == 0 => None,
            Ok(()) => Some(Ok(buffer.split_to(amount).freeze())),
            Err(error) => Some(Err(error)),
        })
    }
}

/// Writes a file that is received to a writer, piece by piece, and flushes it.
///
/// The last piece is written once the file is known to be whole and the same.
///
/// # Errors
/// As the download; kind [`Content`](crate::ErrorKind::Content), when writing fails.
pub async fn write_to<T: AsyncTransport>(
    pieces: Items<T, FilePiece>,
    writer: impl AsyncWrite,
) -> Result<Received, Error> {
    let (mut pieces, mut writer) = (pin!(pieces), pin!(writer));
    let mut received = Received::default();
    while let Some(piece) = poll_fn(|cx| pieces.as_mut().poll_next(cx)).await {
        let piece = piece?;
        received.take(&piece);
        let mut rest = &*piece.bytes;
        while !rest.is_empty() {
            let written = poll_fn(|cx| writer.as_mut().poll_write(cx, rest)).await;
            rest = match written {
                Ok(amount) if amount > 0 => rest.get(amount..).unwrap_or_default(),
                Ok(_) => return Err(received.failed(io::ErrorKind::WriteZero.into())),
                Err(error) => return Err(received.failed(error)),
            };
        }
    }
    let flushed = poll_fn(|cx| writer.as_mut().poll_flush(cx)).await;
    flushed.map_err(|error| received.failed(error))?;
    Ok(received)
}

/// Saves a file that is received, in place of what was there.
///
/// It is written beside the path, under the same name with `.part` behind it, or `.part1` and so on
/// where that is there: whoever else saves there writes a file of his own. It is renamed once it is
/// known to be whole and the same, so that there is never half a file under its name. What was
/// written is removed where that fails, unless the future is dropped.
///
/// # Errors
/// As [`write_to`].
pub async fn save<T: AsyncTransport>(
    pieces: Items<T, FilePiece>,
    path: impl AsRef<Path>,
) -> Result<Received, Error> {
    let path = path.as_ref().to_owned();
    let beside = path.clone();
    let made = blocking(move || Received::part_of(&beside, |part| File::create_new(part))).await;
    let (part, file) = made.map_err(|error| Received::default().failed(error))?;
    let saved = write_part(pieces, file).await;
    let is_whole = saved.is_ok();
    let settled = blocking(move || {
        let renamed = if is_whole { fs::rename(&part, path) } else { Ok(()) };
        if renamed.is_err() || !is_whole {
            // Why it was not saved says more than why that could not be removed.
            let _ = fs::remove_file(&part);
        }
        renamed
    });
    let settled = settled.await;
    let received = saved?;
    settled.map_err(|error| received.failed(error))?;
    Ok(received)
}

async fn write_part<T: AsyncTransport>(
    pieces: Items<T, FilePiece>,
    mut file: File,
) -> Result<Received, Error> {
    let mut pieces = pin!(pieces);
    let mut received = Received::default();
    while let Some(piece) = poll_fn(|cx| pieces.as_mut().poll_next(cx)).await {
        let piece = piece?;
        received.take(&piece);
        let write = move || file.write_all(&piece.bytes).map(|()| file);
        file = blocking(write).await.map_err(|error| received.failed(error))?;
    }
    blocking(move || file.sync_all()).await.map_err(|error| received.failed(error))?;
    Ok(received)
}

/// Does what may block on a thread for it.
async fn blocking<O: Send + 'static>(
    work: impl FnOnce() -> io::Result<O> + Send + 'static,
) -> io::Result<O> {
    tokio::runtime::Handle::try_current().map_err(io::Error::other)?;
    spawn_blocking(work).await?
}
