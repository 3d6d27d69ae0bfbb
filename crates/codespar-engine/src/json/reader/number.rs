//! Numbers of JSON: whole ones to the last digit, others as the nearest binary float.

use serde::de::{Expected, Unexpected, Visitor};

use super::{Fault, Reader};

/// A number.
#[derive(Clone, Copy)]
pub(super) enum Number {
    Natural(u64),
    Negative(i64),
    Float(f64),
}

impl Number {
    pub(super) const fn unexpected(self) -> Unexpected<'static> {
        match self {
            Self::Natural(number) => Unexpected::Unsigned(number),
            Self::Negative(number) => Unexpected::Signed(number),
            Self::Float(number) => Unexpected::Float(number),
        }
    }

    pub(super) fn visit<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Self::Natural(number) => visitor.visit_u64(number),
            Self::Negative(number) => visitor.visit_i64(number),
            Self::Float(number) => visitor.visit_f64(number),
        }
    }

    /// Whole numbers that fit; the negative zero is a float.
    fn whole(digits: &str) -> Option<Self> {
        match digits.strip_prefix('-') {
            None => digits.parse().ok().map(Self::Natural),
            Some(_) => digits.parse().ok().filter(|number| *number != 0).map(Self::Negative),
        }
    }
}

impl Reader<'_> {
    /// Reads a number, which begins here.
    pub(super) fn number(&mut self) -> Result<Number, Fault> {
        let start = self.at;
        let is_whole = self.skip_number()?;
        let text = self.since(start);
        match Number::whole(text) {
            Some(number) if is_whole => Ok(number),
            _ => match text.parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(Number::Float(number)),
                _ => Err(Fault::syntax("number out of range", start)),
            },
        }
    }

    /// Reads a number where one stands.
    pub(super) fn any_number(&mut self, expected: &dyn Expected) -> Result<Number, Fault> {
        match self.peek() {
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => Err(self.unexpected(expected)),
        }
    }

    /// The same for a type that is whole: `3.0` and `30e-1` are `3`.
    pub(super) fn integer(&mut self, expected: &dyn Expected) -> Result<Number, Fault> {
        let number = self.any_number(expected);
        match number {
            Ok(Number::Float(_)) if self.is_tolerant => {}
            other => return other,
        }
        let text = self.text.get(..self.at).unwrap_or_default();
        let start = text.bytes().rposition(|byte| !is_of_number(byte)).map_or(0, |at| at + 1);
        let spelled = whole(text.get(start..).unwrap_or_default());
        spelled.and_then(|digits| Number::whole(&digits)).map_or(number, Ok)
    }

    /// The digits of a whole number that is more than a `u64` or an `i64` may hold.
    pub(super) fn wide(&mut self, expected: &dyn Expected) -> Result<String, Fault> {
        let start = match self.peek() {
            Some(b'-' | b'0'..=b'9') => self.at,
            _ => return Err(self.unexpected(expected)),
        };
        self.skip_number()?;
        whole(self.since(start)).ok_or_else(|| Fault::syntax("number out of range", start))
    }

    /// Reads a whole number in place of an id's text.
    #[cold]
    pub(super) fn id(&mut self, expected: &dyn Expected) -> Result<String, Fault> {
        let start = self.at;
        let is_number = matches!(self.peek(), Some(b'-' | b'0'..=b'9'));
        if is_number && self.is_tolerant && is_id(self.name) {
            self.skip_number()?;
            if let Some(digits) = whole(self.since(start)) {
                return Ok(digits);
            }
            self.at = start;
        }
        Err(self.unexpected(expected))
    }

    /// Passes over a number, which begins here, and says whether it has neither point nor exponent.
    pub(super) fn skip_number(&mut self) -> Result<bool, Fault> {
        let next = |reader: &Self| reader.text.as_bytes().get(reader.at).copied();
        self.at += usize::from(next(self) == Some(b'-'));
        match next(self) {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        let mut is_whole = true;
        if next(self) == Some(b'.') {
            (self.at, is_whole) = (self.at + 1, false);
            self.digits()?;
        }
        if let Some(b'e' | b'E') = next(self) {
            (self.at, is_whole) = (self.at + 1, false);
            self.at += usize::from(matches!(next(self), Some(b'+' | b'-')));
            self.digits()?;
        }
        match next(self) {
            Some(b'0'..=b'9') => Err(self.wrong("invalid number")),
            _ => Ok(is_whole),
        }
    }

    /// One digit or more.
    fn digits(&mut self) -> Result<(), Fault> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        if count == 0 { Err(self.wrong("invalid number")) } else { Ok(()) }
    }
}

const fn is_of_number(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')
}

/// The digits of a number, if it is whole.
fn whole(text: &str) -> Option<String> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.to_owned());
    }
    Some(crate::json::number::Number::parse(text)?.whole()?.to_string())
}

/// `id`, `payment_id`, `mandateId`, and several of them: `file_ids`.
pub(super) fn is_id(name: &str) -> bool {
    let name = name.strip_suffix('s').unwrap_or(name);
    name == "id" || name.ends_with("_id") || name.ends_with("Id")
}
