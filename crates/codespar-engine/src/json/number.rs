//! Decimal numbers as texts, taken apart without a binary float in between.

use crate::error::Error;

/// A decimal number: sign, digits, and the power of ten of the last of them.
///
/// Two are equal when their values are: `3`, `3.0` and `30e-1`.
///
/// ```
/// use codespar_engine::kit::Number;
///
/// assert_eq!(Number::parse("2350.0").and_then(|number| number.whole()), Some(2350));
/// assert_eq!(Number::parse("2.5").and_then(|number| number.whole()), None);
/// assert!(Number::parse("1_000").is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    negative: bool,
    /// Without zeros at either end; none at all for zero.
    digits: String,
    exponent: i64,
}

/// Farther from the point than any amount has digits.
const FAR: i64 = 64;

impl Number {
    /// Reads a decimal: digits, perhaps with a sign, a point between digits and an exponent.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, rest) = match text.as_bytes().first()? {
            b'-' => (true, text.get(1..)?),
            b'+' => (false, text.get(1..)?),
            _ => (false, text),
        };
        let (mantissa, power) = match rest.split_once(['e', 'E']) {
            Some((mantissa, power)) => (mantissa, exponent(power)?),
            None => (rest, 0),
        };
        let (whole, decimals) = match mantissa.split_once('.') {
            Some((whole, decimals)) if is_digits(decimals) => (whole, decimals),
            Some(_) => return None,
            None => (mantissa, ""),
        };
        if !is_digits(whole) {
            return None;
        }
        let all = [whole, decimals].concat();
        let kept = all.trim_end_matches('0');
        let dropped = i64::try_from(all.len() - kept.len()).ok()?;
        let digits = kept.trim_start_matches('0').to_owned();
        if digits.is_empty() {
            return Some(Self { negative: false, digits, exponent: 0 });
        }
        let exponent = power.saturating_sub(i64::try_from(decimals.len()).ok()?);
        Some(Self { negative, digits, exponent: exponent.saturating_add(dropped) })
    }

    /// The number, if it is whole and has at most 38 digits.
    pub fn whole(&self) -> Option<i128> {
        if self.digits.is_empty() {
            return Some(0);
        }
        let zeros = u32::try_from(self.exponent).ok().filter(|zeros| *zeros <= 38)?;
        let digits = self.digits.parse::<i128>().ok()?.checked_mul(10_i128.checked_pow(zeros)?)?;
        Some(if self.negative { -digits } else { digits })
    }

    /// The number without an exponent, all digits kept; `None` when it has very many before the
    /// point. What begins very far behind the point is nothing.
    pub fn plain(&self) -> Option<String> {
        let length = i64::try_from(self.digits.len()).ok()?;
        // How many digits stand before the point.
        let point = self.exponent.checked_add(length)?;
        if self.digits.is_empty() || point < -FAR {
            return Some("0".to_owned());
        }
        if point > FAR {
            return None;
        }
        let sign = if self.negative { "-" } else { "" };
        let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or_default());
        Some(if self.exponent >= 0 {
            format!("{sign}{}{}", self.digits, zeros(self.exponent))
        } else if point > 0 {
            let (whole, decimals) = self.digits.split_at_checked(usize::try_from(point).ok()?)?;
            format!("{sign}{whole}.{decimals}")
        } else {
            format!("{sign}0.{}{}", zeros(-point), self.digits)
        })
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The exponent, however long; one beyond reason stays beyond reason.
fn exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !is_digits(digits) {
        return None;
    }
    let size = digits.parse::<i64>().unwrap_or(i64::MAX).min(i64::MAX / 4);
    Some(if text.starts_with('-') { -size } else { size })
}

/// An amount as a person writes it, such as `125.50`, in a form that every reader of decimals
/// takes: what could mean something else to somebody is refused.
///
/// Three digits behind the only point, and at most three before it, are thousands in half of the
/// world. Where the last of them is a zero, nothing but thousands can be meant: `1.500` is no
/// amount, `1500` and `1.5` are. (Of `1.005`, the check of the currency's decimals finds fault.)
/// Nor are commas, underscores, blanks, and a point without digits at both sides.
///
/// # Errors
/// `Config` naming `amount`, with what was expected.
pub fn amount_text(text: &str, example: &str) -> Result<String, Error> {
    let wrong = |more: &str| {
        Err(Error::config("amount", format_args!("expected a decimal such as {example}{more}")))
    };
    let Some(number) = Number::parse(text) else { return wrong("") };
    if text.ends_with('0') && may_be_thousands(text) {
        return wrong(", without three digits behind the point, which may be thousands");
    }
    match number.plain() {
        None => wrong(", this one is too large"),
        // As it was written, zeros at the end included.
        Some(_) if !text.contains(['e', 'E']) => Ok(text.to_owned()),
        Some(plain) => Ok(plain),
    }
}

/// Whether the point may be meant to part thousands: up to three digits, the first of them no
/// zero, and three behind it.
pub fn may_be_thousands(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    text.split_once('.').is_some_and(|(whole, rest)| {
        let has_digits = is_digits(whole) && is_digits(rest);
        has_digits && whole.len() <= 3 && !whole.starts_with('0') && rest.len() == 3
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str) -> Option<i128> {
        Number::parse(text)?.whole()
    }

    #[test]
    fn what_is_whole_is_told_by_the_digits_not_by_a_float() {
        for (text, number) in [
            ("3.0", 3),
            ("9e0", 9),
            ("2350.00", 2350),
            ("-12.50e1", -125),
            ("120e-1", 12),
            ("0.0", 0),
            ("-0", 0),
            ("0e99999999999999999999999", 0),
            ("9007199254740993.0", 9_007_199_254_740_993),
            ("1e18", 1_000_000_000_000_000_000),
        ] {
            assert_eq!(whole(text), Some(number), "{text}");
        }
        for text in ["1.5", "1e-1", "3.00000000000000000001", "1e39", "1e99999999999999999999"] {
            assert_eq!(whole(text), None, "{text}");
        }
        for text in ["", "-", "1.", ".5", "1e", "1e+", "1_0", "0x1", " 1", "1.2.3", "NaN", "--1"] {
            assert!(Number::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn numbers_are_equal_when_their_values_are() {
        for (a, b) in [("3", "3.0"), ("1e400", "10e399"), ("0.10", "1e-1"), ("-0", "0.0")] {
            assert_eq!(Number::parse(a), Number::parse(b), "{a} {b}");
        }
        assert_ne!(Number::parse("1e400"), Number::parse("1e401"));
        assert_ne!(Number::parse("9007199254740993"), Number::parse("9007199254740992"));
    }

    #[test]
    fn a_number_is_written_without_its_exponent() {
        for (text, plain) in [
            ("5.551115123125783e-17", "0.00000000000000005551115123125783"),
            ("-2.2e-16", "-0.00000000000000022"),
            ("1.25e1", "12.5"),
            ("1e21", "1000000000000000000000"),
            ("1e-400", "0"),
            ("150.00", "150"),
        ] {
            assert_eq!(Number::parse(text).unwrap().plain().unwrap(), plain, "{text}");
        }
        assert_eq!(Number::parse("1e400").unwrap().plain(), None);
    }

    #[test]
    fn an_amount_that_may_mean_something_else_is_none() {
        for (text, plain) in [
            ("125.50", "125.50"),
            ("1500", "1500"),
            ("0.500", "0.500"),
            ("1.005", "1.005"),
            ("1500.005", "1500.005"),
            ("1.5e3", "1500"),
            ("-0.01", "-0.01"),
        ] {
            assert_eq!(amount_text(text, "1.50").unwrap(), plain);
        }
        for text in [
            "1.500", "12.340", "-999.000", "+1.000", "1_500.00", "1__0", "1,50", "1.234,50",
            "1 500", ".5", "5.", "", "R$ 1", "NaN", "inf", "1e400", "0x10", "\u{661}",
        ] {
            let error = amount_text(text, "1.50").unwrap_err();
            assert_eq!(error.field(), Some("amount"), "{text}");
            assert!(error.message().contains("expected a decimal such as 1.50"), "{error}");
        }
    }
}
