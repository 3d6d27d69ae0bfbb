//! The buffers of a connection: small at first, so that many open streams cost little.

use std::mem;

use ureq::unversioned::transport::Buffers;

/// What a buffer begins with.
const FIRST: usize = 8 * 1024;
/// How much is worth moving at a time.
const BULK: usize = 64 * 1024;

pub(crate) struct Room {
    input: Vec<u8>,
    start: usize,
    end: usize,
    /// How much of it was looked over.
    looked: usize,
    /// How large the input may become.
    most: usize,
    /// Whether the last look at the input led anywhere.
    progress: bool,
    /// Whether the last read filled all that was free.
    full: bool,
    output: Vec<u8>,
    output_size: usize,
}

impl Room {
    /// Room for heads of up to `max_header` bytes.
    pub(crate) fn new(max_header: usize) -> Self {
        Self {
            input: Vec::new(),
            start: 0,
            end: 0,
            looked: 0,
            // One more, so that a head that is too large is noticed as such.
            most: max_header.saturating_add(1).max(BULK),
            progress: false,
            full: false,
            output: Vec::new(),
            output_size: FIRST,
        }
    }

    /// Makes room for a request body of this size.
    pub(crate) fn expect_body(&mut self, size: u64) {
        let size = usize::try_from(size).unwrap_or(BULK);
        self.output_size = size.clamp(FIRST, BULK);
    }

    /// Lends what the output holds; see [`take_back`](Self::take_back).
    pub(crate) fn lend_output(&mut self) -> Vec<u8> {
        mem::take(&mut self.output)
    }

    pub(crate) fn take_back(&mut self, output: Vec<u8>) {
        self.output = output;
    }

    /// What was not looked over yet of what came in.
    pub(crate) fn unseen(&mut self) -> &mut [u8] {
        let from = self.start + self.looked;
        self.input.get_mut(from..self.end).unwrap_or_default()
    }

    /// Was looked over.
    pub(crate) const fn saw(&mut self, amount: usize) {
        self.looked += amount;
    }

    fn make_space(&mut self) {
        if self.start > 0 {
            self.input.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.end == self.input.len() || mem::take(&mut self.full) {
            let size = (self.input.len() * 2).clamp(FIRST, self.most);
            if size > self.input.len() {
                self.input.resize(size, 0);
            }
        }
    }
}

impl Buffers for Room {
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
        self.make_space();
        self.input.get_mut(self.end..).unwrap_or_default()
    }

    fn input_appended(&mut self, amount: usize) {
        self.end += amount;
        self.full = amount > 0 && self.end == self.input.len();
    }

    fn input_consume(&mut self, amount: usize) {
        self.progress = amount > 0;
        self.start = self.end.min(self.start + amount);
        self.looked = self.looked.saturating_sub(amount);
    }

    fn tmp_and_output(&mut self) -> (&mut [u8], &mut [u8]) {
        self.output();
        self.make_space();
        (self.input.get_mut(self.end..).unwrap_or_default(), &mut self.output)
    }

    fn can_use_input(&self) -> bool {
        self.progress && self.start < self.end
    }
}
