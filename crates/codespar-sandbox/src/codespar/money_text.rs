//! Amounts that are written as texts: decimals of major units, and whole numbers of the smallest.

use rust_decimal::{Decimal, prelude::ToPrimitive};

/// The smallest units of USDC in one.
pub(crate) const USDC: i64 = 1_000_000;

/// The smallest units of a text such as `0.05`: more than none, and no parts of one.
pub(crate) fn smallest(text: &str, in_one: i64) -> Option<i64> {
    let amount: Decimal = text.parse().ok()?;
    let amount = amount.checked_mul(Decimal::from(in_one))?;
    amount.to_i64().filter(|units| amount.is_integer() && *units > 0)
}

/// So many of the smallest units of USDC as a text of USDC.
pub(crate) fn usdc(units: i64) -> String {
    Decimal::new(units, 6).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_amount_is_rounded() {
        let table = [
            ("0.05", Some(50_000)),
            ("1", Some(USDC)),
            ("0.0000001", None),
            ("0", None),
            ("-1", None),
            ("one", None),
            ("99999999999999999999", None),
        ];
        for (text, units) in table {
            assert_eq!(smallest(text, USDC), units, "{text}");
        }
        assert_eq!((usdc(50_000), usdc(0)), ("0.050000".to_owned(), "0.000000".to_owned()));
    }
}
