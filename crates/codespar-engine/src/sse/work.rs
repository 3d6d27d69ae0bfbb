//! Counts the bytes that are looked at or copied, so that a test can tell that none is looked at
//! again and again.

#[cfg(test)]
use std::cell::Cell;

#[cfg(test)]
thread_local! {
    static TOUCHED: Cell<usize> = const { Cell::new(0) };
}

/// Counts, in tests; does nothing otherwise.
#[inline]
pub(super) fn touched(bytes: usize) {
    #[cfg(test)]
    TOUCHED.set(TOUCHED.get() + bytes);
    #[cfg(not(test))]
    let _ = bytes;
}

/// Appends to a buffer, and counts.
#[inline]
pub(super) fn append(buffer: &mut Vec<u8>, bytes: &[u8]) {
    touched(bytes.len());
    buffer.extend_from_slice(bytes);
}

/// The bytes that `action` touched.
#[cfg(test)]
pub(super) fn touched_by(action: impl FnOnce()) -> usize {
    TOUCHED.set(0);
    action();
    TOUCHED.get()
}
