//! Files that are sent from paths, readers and streams, and received: through both drivers.

mod received;
mod sent;
mod streams;

use std::{
    fs,
    io::{self, Read},
    path::PathBuf,
    process,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use sha2::{Digest as _, Sha256};

/// Content that is like no other of its length, and no repetition of itself.
pub(crate) fn some_bytes(length: usize) -> Vec<u8> {
    let mut state = 7_u32;
    let step = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    (0..length).map(step).collect()
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A reader that gives its bytes in pieces of odd lengths and counts what it gave.
pub(crate) struct Counted {
    bytes: io::Cursor<Vec<u8>>,
    given: Arc<AtomicU64>,
    /// Fails here, once it came so far.
    fails_at: Option<u64>,
}

impl Counted {
    pub(crate) fn new(bytes: Vec<u8>, fails_at: Option<u64>) -> (Self, Arc<AtomicU64>) {
        let given = Arc::new(AtomicU64::new(0));
        let bytes = io::Cursor::new(bytes);
        (Self { bytes, given: Arc::clone(&given), fails_at }, given)
    }
}

impl Read for Counted {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let most = buf.len().min(10_007);
        if self.fails_at.is_some_and(|at| self.bytes.position() >= at) {
            return Err(io::Error::other("the disk is gone"));
        }
        let amount = self.bytes.read(&mut buf[..most])?;
        self.given.fetch_add(amount as u64, Ordering::SeqCst);
        Ok(amount)
    }
}

/// A file that is removed again.
pub(crate) struct TestFile(pub(crate) PathBuf);

impl TestFile {
    pub(crate) fn new(content: &[u8]) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::SeqCst);
        let path = std::env::temp_dir().join(format!("hostile-{}-{number}", process::id()));
        fs::write(&path, content).unwrap();
        Self(path)
    }
}

impl Drop for TestFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
