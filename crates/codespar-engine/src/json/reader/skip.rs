//! Passing over values of JSON, however deeply they are nested.

use super::{Fault, Reader};

impl Reader<'_> {
    /// Passes over a value, which begins here. Its letters are looked at, so that it is JSON.
    pub(super) fn skip(&mut self) -> Result<(), Fault> {
        // The innermost bracket stands beside, so that what is flat takes no memory.
        let (mut outer, mut inner) = (Vec::new(), None);
        loop {
            match self.peek() {
                Some(open @ (b'{' | b'[')) => {
                    self.at += 1;
                    outer.extend(inner.replace(open));
                    if !self.is_closed(open) {
                        self.name_of(open)?;
                        continue;
                    }
                    inner = outer.pop();
                }
                Some(b'"') => self.skip_text()?,
                Some(b'-' | b'0'..=b'9') => drop(self.skip_number()?),
                Some(b'n') => self.word("null")?,
                Some(b't') => self.word("true")?,
                Some(b'f') => self.word("false")?,
                _ => return Err(self.wrong("expected value")),
            }
            // A value is over, and maybe what it stands in, too.
            loop {
                let Some(open) = inner else { return Ok(()) };
                if self.is_closed(open) {
                    inner = outer.pop();
                    continue;
                }
                if self.peek() != Some(b',') {
                    return Err(self.wrong("expected `,` or the end of a list or an object"));
                }
                self.at += 1;
                self.name_of(open)?;
                break;
            }
        }
    }

    /// Passes over the end of what `open` opened, if it is here.
    fn is_closed(&mut self, open: u8) -> bool {
        let close = if open == b'{' { b'}' } else { b']' };
        let is_closed = self.peek() == Some(close);
        self.at += usize::from(is_closed);
        is_closed
    }

    /// Passes over the name that the next value has within what `open` opened.
    fn name_of(&mut self, open: u8) -> Result<(), Fault> {
        if open == b'[' {
            return Ok(());
        }
        if self.peek() != Some(b'"') {
            return Err(self.wrong("key must be a string"));
        }
        self.skip_text()?;
        if self.peek() != Some(b':') {
            return Err(self.wrong("expected `:`"));
        }
        self.at += 1;
        Ok(())
    }
}
