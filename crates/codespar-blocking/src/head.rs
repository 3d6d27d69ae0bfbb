//! Looks over the heads of answers before ureq does.
//!
//! ureq reads no folded lines, which a client has to read (RFC 9112 5.2), and has a limit of lines
//! that nobody can set.

use std::io;

use codespar_engine::driver::TransportError;

/// How many lines ureq reads at most.
const UREQ_MAX_LINES: usize = 128;

/// Follows the heads of one answer: those of interim answers, then its own.
pub(crate) struct HeadScanner {
    max_lines: usize,
    state: State,
    lines: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Before the first line of a head.
    Before,
    /// Within the head of an interim answer.
    Interim,
    /// Within the head of the answer.
    Final,
    /// Behind it.
    Done,
}

impl HeadScanner {
    pub(crate) fn new(max_lines: usize) -> Self {
        Self { max_lines: max_lines.min(UREQ_MAX_LINES), state: State::Done, lines: 0 }
    }

    /// A request goes out.
    pub(crate) const fn reset(&mut self) {
        self.state = State::Before;
        self.lines = 0;
    }

    /// Whether an answer has begun that is no interim one.
    pub(crate) fn is_final(&self) -> bool {
        matches!(self.state, State::Final | State::Done)
    }

    /// Looks at what has come since it last did; gives how much of it is dealt with. Folds are
    /// replaced by blanks.
    pub(crate) fn scan(&mut self, input: &mut [u8]) -> io::Result<usize> {
        let mut scanned = 0;
        let mut from = 0;
        while self.state != State::Done {
            let rest = input.get(from..).unwrap_or_default();
            let Some(end) = rest.iter().position(|byte| *byte == b'\n').map(|at| from + at) else {
                break;
            };
            let text = input.get(scanned..end).unwrap_or_default();
            let text = text.strip_suffix(b"\r").unwrap_or(text);
            if !text.is_empty() {
                match input.get(end + 1) {
                    // Whether the line goes on is not known yet.
                    None => break,
                    Some(b' ' | b'\t') => {
                        unfold(input, end);
                        from = end + 1;
                        continue;
                    }
                    Some(_) => {}
                }
            }
            let is_interim = self.state == State::Before && is_interim(text);
            self.line(text.is_empty(), is_interim)?;
            if is_interim {
                mask_continue(input, scanned);
            }
            (scanned, from) = (end + 1, end + 1);
        }
        Ok(if self.state == State::Done { input.len() } else { scanned })
    }

    fn line(&mut self, is_empty: bool, is_interim: bool) -> io::Result<()> {
        self.state = match (self.state, is_empty) {
            (State::Before, true) => State::Before,
            (State::Before, false) if is_interim => State::Interim,
            (State::Before, false) => State::Final,
            (State::Interim, true) => State::Before,
            (State::Final, true) => State::Done,
            (state, _) => {
                self.lines += 1;
                if self.lines > self.max_lines {
                    return Err(io::Error::other(TransportError::LONG_HEAD));
                }
                state
            }
        };
        if self.state == State::Before {
            self.lines = 0;
        }
        Ok(())
    }
}

/// Whether another answer follows on the one that begins with this line.
fn is_interim(line: &[u8]) -> bool {
    line.get(9..12).is_some_and(|status| status.starts_with(b"1") && status != b"101")
}

/// Of a `100`, ureq takes no header lines, which proxies add; of the others it does.
fn mask_continue(input: &mut [u8], line: usize) {
    if let Some(status) = input.get_mut(line + 9..line + 12).filter(|status| *status == b"100") {
        status.copy_from_slice(b"102");
    }
}

/// Joins a line with the next.
fn unfold(input: &mut [u8], end: usize) {
    let from = end.saturating_sub(1);
    for byte in input.iter_mut().take(end + 1).skip(from) {
        if matches!(byte, b'\r' | b'\n') {
            *byte = b' ';
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What ureq gets to see of an answer that comes in pieces of this size.
    fn scanned(text: &str, size: usize, max_lines: usize) -> io::Result<String> {
        let mut heads = HeadScanner::new(max_lines);
        heads.reset();
        let (mut input, mut done) = (Vec::new(), 0);
        for piece in text.as_bytes().chunks(size) {
            input.extend_from_slice(piece);
            done += heads.scan(&mut input[done..])?;
        }
        Ok(String::from_utf8(input).unwrap())
    }

    #[test]
    fn folds_are_replaced_by_blanks_and_nothing_else_is_touched() {
        let text = "HTTP/1.1 100 Go\r\n on\r\nx: a\r\n b\r\n\r\nHTTP/1.1 200 OK\r\nx: a\r\n\t b\r\n\
                    \x20c\r\ny: d\n e\r\nz:\r\n f\r\n\r\na body\r\n with\n folds";
        let expected = "HTTP/1.1 102 Go   on\r\nx: a   b\r\n\r\nHTTP/1.1 200 OK\r\nx: a  \t b   \
                        c\r\ny: d  e\r\nz:   f\r\n\r\na body\r\n with\n folds";
        for size in 1..text.len() {
            assert_eq!(scanned(text, size, 128).unwrap(), expected, "in pieces of {size}");
        }
    }

    #[test]
    fn lines_are_counted_per_head_and_folds_are_none() {
        let lines = |count: usize| "x: y\r\n".repeat(count);
        let text = |count| format!("HTTP/1.1 200 OK\r\n{}\r\n{}", lines(count), lines(500));
        let early = format!("HTTP/1.1 103 x\r\n{}\r\n{}", lines(9), text(10));
        let folded = format!("HTTP/1.1 200 OK\r\nx: y\r\n{}\r\n", " z\r\n".repeat(99));
        for size in [1, 7, 100_000] {
            scanned(&text(10), size, 10).unwrap();
            scanned(&early, size, 10).unwrap();
            scanned(&folded, size, 10).unwrap();
            scanned(&text(128), size, 5000).unwrap();
            for (text, limit) in [(text(11), 10), (text(129), 5000), (early.clone(), 8)] {
                let error = scanned(&text, size, limit).unwrap_err();
                assert_eq!(error.to_string(), TransportError::LONG_HEAD);
            }
        }
    }
}
