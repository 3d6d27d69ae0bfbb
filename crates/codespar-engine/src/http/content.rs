//! The content of a file that is sent: bytes in memory, what can be opened, or a stream.

pub(crate) mod digest;
pub(crate) mod failure;

use std::{
    fmt,
    io::{self, Read},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use futures_core::Stream;

use crate::http::content::failure::ContentError;

/// What is read where blocking is allowed.
pub(crate) type Reader = Box<dyn Read + Send>;
/// What is polled.
pub(crate) type ByteStream = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

type Opener = dyn Fn() -> io::Result<Reader> + Send + Sync;
type Observer = dyn Fn(Progress) + Send + Sync;
type DigestSlot = Mutex<Option<String>>;

/// The content of a file to upload: bytes in memory, a file that is opened when it is sent, or a
/// stream that can be sent once.
///
/// | made by | is read | is sent again after a failure |
/// |---|---|---|
/// | `From` (`Vec<u8>`, `Bytes`, text) | from memory | as the operation allows |
/// | `files::from_path` of the drivers | by either driver | as the operation allows |
/// | [`from_opener`](Self::from_opener) | by either driver | as the operation allows |
/// | [`from_reader`](Self::from_reader) | by either driver | never, once it was begun |
/// | [`from_stream`](Self::from_stream) | by the asynchronous driver | never, once it was begun |
///
/// What is not in memory is read piece by piece while it is sent, and has to have a
/// [`length`](Self::length): no route of the APIs takes a file without. The last piece is sent once
/// the end has been seen, so that the server never has the whole of a file that was longer or
/// shorter than it was said to be: the call ends with an error of kind
/// [`Content`](crate::ErrorKind::Content), and the connection is closed.
///
/// The asynchronous driver reads readers on threads for blocking work. A read cannot be
/// interrupted: there the call ends at its time limit and the thread when the read is over; the
/// blocking driver notices limits and cancellation once it is over.
///
/// ```
/// use codespar_engine::Content;
///
/// let report = Content::from_opener(|| Ok(&b"1 feijoada"[..]))
///     .length(10)
///     .on_progress(|progress| println!("{} of {:?}", progress.bytes, progress.of));
/// assert_eq!(report.len(), Some(10));
/// ```
#[doc(alias = "file")]
#[doc(alias = "upload")]
#[doc(alias = "stream")]
#[doc(alias = "body")]
#[derive(Clone)]
pub struct Content {
    origin: Origin,
    length: Option<u64>,
    observer: Option<Arc<Observer>>,
    digest: Option<Arc<DigestSlot>>,
}

#[derive(Clone)]
enum Origin {
    Bytes(Bytes),
    Opener(Arc<Opener>),
    Reader(Arc<Mutex<Option<Reader>>>),
    Stream(Arc<Mutex<Option<ByteStream>>>),
}

/// Where content comes from, once it is open.
pub(crate) enum Source {
    Memory,
    Reader(Reader),
    Stream(ByteStream),
    /// A reader that was read to its end.
    Closed,
}

/// How much of a file was sent or received, framing aside: what was handed to the connection, or
/// has come from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// How many bytes so far.
    pub bytes: u64,
    /// Of how many, where that is known.
    pub of: Option<u64>,
}

impl Progress {
    pub(crate) const fn new(bytes: u64, of: Option<u64>) -> Self {
        Self { bytes, of }
    }
}

impl Content {
    const fn new(origin: Origin, length: Option<u64>) -> Self {
        Self { origin, length, observer: None, digest: None }
    }

    /// Content that is opened each time it is sent: repeated where the operation may be.
    pub fn from_opener<R: Read + Send + 'static>(
        open: impl Fn() -> io::Result<R> + Send + Sync + 'static,
    ) -> Self {
        let open = move || open().map(|reader| Box::new(reader) as Reader);
        Self::new(Origin::Opener(Arc::new(open)), None)
    }

    /// Content that is read once: clones share it.
    pub fn from_reader(reader: impl Read + Send + 'static) -> Self {
        Self::new(Origin::Reader(Arc::new(Mutex::new(Some(Box::new(reader))))), None)
    }

    /// Content that comes as a stream, once: clones share it. For the asynchronous driver alone.
    pub fn from_stream(stream: impl Stream<Item = io::Result<Bytes>> + Send + 'static) -> Self {
        Self::new(Origin::Stream(Arc::new(Mutex::new(Some(Box::pin(stream))))), None)
    }

    /// Says how many bytes will come. Of bytes in memory that is known.
    #[must_use]
    #[doc(alias = "Content-Length")]
    pub fn length(mut self, length: u64) -> Self {
        if !matches!(self.origin, Origin::Bytes(_)) {
            self.length = Some(length);
        }
        self
    }

    /// Has a function told how far the sending is, after each piece of at most 64 KiB. An attempt
    /// that is repeated begins at 0 again. It is called on the task or thread that sends: it should
    /// be quick.
    #[must_use]
    pub fn on_progress(mut self, observer: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Has the SHA-256 worked out while it is sent: see [`sha256`](Self::sha256).
    #[cfg(feature = "sha256")]
    #[must_use]
    #[doc(alias = "digest")]
    #[doc(alias = "checksum")]
    pub fn with_sha256(mut self) -> Self {
        self.digest.get_or_insert_with(Arc::default);
        self
    }

    /// The SHA-256 in hexadecimal of what was sent last, of this or a clone, once it was sent
    /// whole; `None` without [`with_sha256`](Self::with_sha256).
    #[cfg(feature = "sha256")]
    pub fn sha256(&self) -> Option<String> {
        self.worked_out()
    }

    pub(crate) fn worked_out(&self) -> Option<String> {
        lock(self.digest.as_deref()?).clone()
    }

    /// How many bytes it has, where that is known.
    pub const fn len(&self) -> Option<u64> {
        match &self.origin {
            Origin::Bytes(bytes) => Some(bytes.len() as u64),
            _ => self.length,
        }
    }

    /// Whether it is known to have no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// The bytes, where they are in memory.
    pub const fn bytes(&self) -> Option<&Bytes> {
        match &self.origin {
            Origin::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// Whether anybody wants to know how the sending goes.
    pub(crate) const fn is_observed(&self) -> bool {
        self.observer.is_some() || self.digest.is_some()
    }

    /// Whether it can be sent (again): what can be sent once only was not begun.
    pub(crate) fn is_there(&self) -> bool {
        match &self.origin {
            Origin::Bytes(_) | Origin::Opener(_) => true,
            Origin::Reader(slot) => lock(slot).is_some(),
            Origin::Stream(slot) => lock(slot).is_some(),
        }
    }

    /// Whether it has to be polled.
    pub(crate) const fn is_stream(&self) -> bool {
        matches!(self.origin, Origin::Stream(_))
    }

    /// Whether opening it may fail, and takes nothing away.
    pub(crate) const fn is_opener(&self) -> bool {
        matches!(self.origin, Origin::Opener(_))
    }

    /// Opens it: with an opener, work that may block.
    pub(crate) fn open(&self) -> Result<Source, ContentError> {
        let of = self.len();
        let used = || ContentError::used(of);
        match &self.origin {
            Origin::Bytes(_) => Ok(Source::Memory),
            Origin::Opener(open) => {
                open().map(Source::Reader).map_err(|error| ContentError::failed(error, 0, of))
            }
            Origin::Reader(slot) => lock(slot).take().map(Source::Reader).ok_or_else(used),
            Origin::Stream(slot) => lock(slot).take().map(Source::Stream).ok_or_else(used),
        }
    }

    pub(crate) fn tell(&self, progress: Progress) {
        if let Some(observer) = &self.observer {
            observer(progress);
        }
    }

    pub(crate) const fn wants_digest(&self) -> bool {
        self.digest.is_some()
    }

    /// Keeps what was worked out; nothing when another sending begins.
    pub(crate) fn keep_digest(&self, digest: Option<String>) {
        if let Some(slot) = &self.digest {
            *lock(slot) = digest;
        }
    }
}

fn lock<T>(slot: &Mutex<T>) -> MutexGuard<'_, T> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

macro_rules! from_bytes {
    ($($bytes:ty),+) => {$(
        impl From<$bytes> for Content {
            fn from(bytes: $bytes) -> Self {
                Self::new(Origin::Bytes(bytes.into()), None)
            }
        }
    )+};
}

from_bytes!(Bytes, bytes::BytesMut, Vec<u8>, Box<[u8]>, &'static [u8], String, &'static str);

/// The same bytes, or the same source.
impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        let is_same = match (&self.origin, &other.origin) {
            (Origin::Bytes(ours), Origin::Bytes(theirs)) => ours == theirs,
            (Origin::Opener(ours), Origin::Opener(theirs)) => Arc::ptr_eq(ours, theirs),
            (Origin::Reader(ours), Origin::Reader(theirs)) => Arc::ptr_eq(ours, theirs),
            (Origin::Stream(ours), Origin::Stream(theirs)) => Arc::ptr_eq(ours, theirs),
            _ => false,
        };
        is_same && self.len() == other.len()
    }
}

impl Eq for Content {}

/// The length only: files carry personal data.
impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.len() {
            Some(length) => write!(f, "Content({length} bytes)"),
            None => f.write_str("Content(of unknown length)"),
        }
    }
}
