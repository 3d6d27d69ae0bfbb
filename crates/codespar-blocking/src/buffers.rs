//! The buffers of a connection: small at first, so that many open streams cost little.

use std::mem;

use ureq::unversioned::transport::Buffers;

/// How large a buffer is at first.
const INITIAL_SIZE: usize = 8 * 1024;
/// How much is worth moving at a time.
const BULK_SIZE: usize = 64 * 1024;

/// Input and output of one connection.
pub(crate) struct ConnectionBuffers {
    input: Vec<u8>,
    start: usize,
    end: usize,
    /// How much of it was looked over.
    scanned: usize,
    /// How large the input may become.
    max_input: usize,
    /// Whether the last look at the input led anywhere.
    consumed: bool,
    /// Whether the last read filled all that was free.
    filled: bool,
    output: Vec<u8>,
    output_size: usize,
}

impl ConnectionBuffers {
    /// Room for heads of up to `max_header` bytes.
    pub(crate) fn new(max_header: usize) -> Self {
        Self {
            input: Vec::new(),
            start: 0,
            end: 0,
            scanned: 0,
            // One more, so that a head that is too large is noticed as such.
            max_input: max_header.saturating_add(1).max(BULK_SIZE),
            consumed: false,
            filled: false,
            output: Vec::new(),
            output_size: INITIAL_SIZE,
        }
    }

    /// Makes room for a request body of this size.
    pub(crate) fn expect_body(&mut self, size: u64) {
        let size = usize::try_from(size).unwrap_or(BULK_SIZE);
        self.output_size = size.clamp(INITIAL_SIZE, BULK_SIZE);
    }

    /// Lends what the output holds; see [`restore_output`](Self::restore_output).
    pub(crate) fn take_output(&mut self) -> Vec<u8> {
        mem::take(&mut self.output)
    }

    pub(crate) fn restore_output(&mut self, output: Vec<u8>) {
        self.output = output;
    }

    /// What was not looked over yet of what came in.
    pub(crate) fn unscanned(&mut self) -> &mut [u8] {
        let from = self.start + self.scanned;
        self.input.get_mut(from..self.end).unwrap_or_default()
    }

    /// So much of it was looked over.
    pub(crate) const fn mark_scanned(&mut self, amount: usize) {
        self.scanned += amount;
    }

    fn grow_input(&mut self) {
        if self.start > 0 {
            self.input.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.end == self.input.len() || mem::take(&mut self.filled) {
            let size = (self.input.len() * 2).clamp(INITIAL_SIZE, self.max_input);
            if size > self.input.len() {
                self.input.resize(size, 0);
            }
        }
    }
}

impl Buffers for ConnectionBuffers {
    fn output(&mut self) -> &mut [u8] {
        if self.output.len() < self.output_size {
            self.output.resize(self.output_size, 0);
        }
        &mut self.output
    }

    fn input(&self) -> &[u8] {
        self.input.get(self.start..self.end).unwrap_or_default()
    }

    fn input_append_buf(&mut self) -> &mut [u8] {
        self.grow_input();
        self.input.get_mut(self.end..).unwrap_or_default()
    }

    fn input_appended(&mut self, amount: usize) {
        self.end += amount;
        self.filled = amount > 0 && self.end == self.input.len();
    }

    fn input_consume(&mut self, amount: usize) {
        self.consumed = amount > 0;
        self.start = self.end.min(self.start + amount);
        self.scanned = self.scanned.saturating_sub(amount);
    }

    fn tmp_and_output(&mut self) -> (&mut [u8], &mut [u8]) {
        self.output();
        self.grow_input();
        (self.input.get_mut(self.end..).unwrap_or_default(), &mut self.output)
    }

    fn can_use_input(&self) -> bool {
        self.consumed && self.start < self.end
    }
}
