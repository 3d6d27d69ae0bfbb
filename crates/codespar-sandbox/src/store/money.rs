//! Amounts: major units as they are written, minor units as they are counted.

use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde_json::{Number, Value};

/// An amount in a currency with two decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Amount {
    minor: i64,
}

impl Amount {
    pub(crate) fn from_minor(minor: i64) -> Self {
        Self { minor }
    }

    /// Reads a positive number of major units with at most two decimals.
    pub(crate) fn from_major(number: &Number) -> Option<Self> {
        Self::from_text(&number.to_string())
    }

    fn from_text(text: &str) -> Option<Self> {
        let major: Decimal = text.parse().ok()?;
        let minor = major.checked_mul(Decimal::ONE_HUNDRED)?;
        if !minor.is_integer() || minor <= Decimal::ZERO {
            return None;
        }
        Some(Self { minor: minor.to_i64()? })
    }

    pub(crate) fn minor(self) -> i64 {
        self.minor
    }

    /// As a JSON number of major units: 150, or 99.9.
    pub(crate) fn major(self) -> Value {
        let major = Decimal::new(self.minor, 2).normalize();
        match major.to_i64().filter(|_| major.is_integer()) {
            Some(whole) => whole.into(),
            None => major.to_f64().into(),
        }
    }

    /// As text with two decimals, as it stands in a Pix code.
    pub(crate) fn text(self) -> String {
        Decimal::new(self.minor, 2).to_string()
    }
}

/// The first amount in a text, written as in `R$ 1.234,56`, `150`, `150.00` or `99,90`.
pub(crate) fn first_amount(text: &str) -> Option<Amount> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let number = text.get(start..)?;
    let end =
        number.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').unwrap_or(number.len());
    let number = number.get(..end)?.trim_end_matches(['.', ',']);
    Amount::from_text(&plain_decimal(number))
}

/// Takes separators of thousands away and makes the decimal separator a point.
fn plain_decimal(number: &str) -> String {
    let split = number.rfind([',', '.']).filter(|&at| number.len() - at - 1 <= 2);
    let (whole, fraction) = match split {
        Some(at) => number.split_at(at),
        None => (number, ""),
    };
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    let fraction = fraction.replace(',', ".");
    format!("{whole}{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_in_text() {
        let table = [
            ("charge R$ 150,00 by pix", Some(15_000)),
            ("charge R$500 via Pix", Some(50_000)),
            ("cobre R$ 1.234,56", Some(123_456)),
            ("charge 99.9", Some(9_990)),
            ("charge 1.000", Some(100_000)),
            ("charge 12,5.", Some(1_250)),
            ("charge nothing", None),
            ("charge 0", None),
        ];
        for (text, minor) in table {
            assert_eq!(first_amount(text).map(Amount::minor), minor, "{text}");
        }
    }

    #[test]
    fn major_units_keep_their_form() {
        assert_eq!(Amount::from_minor(15_000).major(), Value::from(150));
        assert_eq!(Amount::from_minor(9_990).major(), Value::from(99.9));
        assert_eq!(Amount::from_minor(9_990).text(), "99.90");
    }
}
