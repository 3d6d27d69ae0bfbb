//! Texts of JSON: where they end, and what their escapes stand for.

use super::{Fault, Reader};

impl<'de> Reader<'de> {
    /// Reads a text, whose first quote is here: from the input where it stands there as it is, and
    /// else into the scratch, which is `None`.
    pub(super) fn text(&mut self) -> Result<Option<&'de str>, Fault> {
        self.at += 1;
        let start = self.at;
        self.plain();
        if self.here() == Some(b'"') {
            let text = self.since(start);
            self.at += 1;
            return Ok(Some(text));
        }
        self.scratch.clear();
        let mut piece = start;
        loop {
            self.scratch.push_str(self.text.get(piece..self.at).unwrap_or_default());
            match self.here() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(None);
                }
                Some(b'\\') => {
                    let letter = self.escape()?;
                    self.scratch.push(letter);
                }
                _ => return Err(self.no_text()),
            }
            piece = self.at;
            self.plain();
        }
    }

    /// Passes over a text, whose first quote is here. Halves of pairs are let pass.
    pub(super) fn skip_text(&mut self) -> Result<(), Fault> {
        self.at += 1;
        loop {
            self.plain();
            match self.here() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => match self.text.as_bytes().get(self.at + 1) {
                    Some(b'u') => drop(self.unit()?),
                    Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 2,
                    _ => return Err(self.wrong("invalid escape")),
                },
                _ => return Err(self.no_text()),
            }
        }
    }

    fn here(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[cold]
    fn no_text(&self) -> Fault {
        self.wrong("control character in a string, or its end is missing")
    }

    /// Goes to the next letter that means something.
    fn plain(&mut self) {
        self.at += plain(self.text.as_bytes().get(self.at..).unwrap_or_default());
    }

    fn escape(&mut self) -> Result<char, Fault> {
        let letter = match self.text.as_bytes().get(self.at + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.escaped_unit(),
            _ => return Err(self.wrong("invalid escape")),
        };
        self.at += 2;
        Ok(letter)
    }

    /// `\uXXXX`, or two of them for a letter beyond the first 65,536.
    fn escaped_unit(&mut self) -> Result<char, Fault> {
        let first = self.unit()?;
        let code = match first {
            0xD800..0xDC00 if self.text.as_bytes().get(self.at..self.at + 2) == Some(b"\\u") => {
                let second = self.unit()?;
                match second.checked_sub(0xDC00) {
                    Some(low @ 0..0x400) => 0x1_0000 + ((first - 0xD800) << 10) + low,
                    _ => return Err(self.wrong("lone leading surrogate in hex escape")),
                }
            }
            code => code,
        };
        // Halves of pairs are no letters.
        char::from_u32(code).ok_or_else(|| self.wrong("lone surrogate in hex escape"))
    }

    fn unit(&mut self) -> Result<u32, Fault> {
        let digits = self.text.as_bytes().get(self.at + 2..self.at + 6).unwrap_or_default();
        let code = digits.iter().try_fold(0, |code, digit| {
            char::from(*digit).to_digit(16).map(|digit| (code << 4) | digit)
        });
        match code {
            Some(code) if digits.len() == 4 => {
                self.at += 6;
                Ok(code)
            }
            _ => Err(self.wrong("invalid escape")),
        }
    }
}

/// How many bytes of a text come before a quote, a backslash or a control character.
///
/// Eight at a time: what lies below a limit borrows from the highest bit of its byte.
fn plain(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word;
    let mut rest = bytes;
    while let Some((eight, after)) = rest.split_first_chunk() {
        let word = u64::from_le_bytes(*eight);
        let control = below(word, b' ');
        let quote = below(word ^ (ONES * u64::from(b'"')), 1);
        let backslash = below(word ^ (ONES * u64::from(b'\\')), 1);
        let found = (control | quote | backslash) & HIGH;
        if found != 0 {
            return bytes.len() - rest.len() + found.trailing_zeros() as usize / 8;
        }
        rest = after;
    }
    let more = rest.iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..b' ')).count();
    bytes.len() - rest.len() + more
}
