//! Amounts in the smallest units of a token, which the API writes as texts.

use std::fmt;

use codespar_engine::{Describe, Error, Json, kit::Number};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// An amount in the **smallest units of a token**, a millionth of a USDC, written as a text. It is
/// kept as it came.
///
/// ```
/// use codespar_proto::types::AtomicText;
///
/// let price: AtomicText = serde_json::from_str("\"1500000\"")?;
/// assert_eq!(price.atomic(), Some(1_500_000));
/// assert_eq!(price.usdc().map(|usdc| usdc.to_string()), Some("1.500000".to_owned()));
/// assert_eq!(AtomicText::new(1_500_000), price);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(transparent)]
#[wire(text, atomic)]
pub struct AtomicText(Json);

impl AtomicText {
    /// That many of the smallest units.
    pub fn new(units: i64) -> Self {
        Self(Json::from(serde_json::Value::from(units.to_string())))
    }

    /// The amount, if it is one: whole, however it is spelled.
    pub fn atomic(&self) -> Option<i128> {
        Number::parse(self.as_str())?.whole()
    }

    /// The amount in USDC, which has six decimals.
    pub fn usdc(&self) -> Option<Decimal> {
        Decimal::try_from_i128_with_scale(self.atomic()?, 6).ok()
    }

    /// The digits as they came.
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_matches('"')
    }

    /// Refuses what is no text of a whole amount that is more than nothing.
    ///
    /// # Errors
    /// `Config` naming the field.
    pub fn check(&self, field: &str) -> Result<(), Error> {
        let is_text = self.0.as_str().starts_with('"');
        match self.atomic() {
            Some(units) if is_text && units > 0 => Ok(()),
            _ => Err(Error::config(field, "expected digits as a text, more than zero")),
        }
    }
}

impl fmt::Debug for AtomicText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for AtomicText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use codespar_engine::describe::Unit;

    use super::*;

    fn read(json: &str) -> AtomicText {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn an_amount_is_whole_however_it_is_spelled() {
        for json in ["1500000", "\"1500000\"", "\"1500000.0\"", "15e5"] {
            assert_eq!(read(json).atomic(), Some(1_500_000), "{json}");
        }
        for json in ["1.5", "\"\"", "\"USDC 1\"", "null"] {
            assert_eq!(read(json).atomic(), None, "{json}");
        }
        // More than 64 bits hold.
        assert_eq!(read("\"99999999999999999999\"").atomic(), Some(99_999_999_999_999_999_999));
        assert_eq!(read("\"-1\"").usdc().unwrap().to_string(), "-0.000001");
    }

    #[test]
    fn it_is_described_as_a_text_in_its_unit() {
        let scalar = AtomicText::SHAPE.scalar().unwrap();
        assert_eq!((scalar.kind.as_str(), scalar.unit), ("string", Some(Unit::Atomic)));
        assert_eq!(Unit::Atomic.as_str(), "atomic");
    }

    #[test]
    fn what_is_sent_is_a_text_of_more_than_nothing() {
        assert!(AtomicText::new(1).check("price_atomic").is_ok());
        for json in ["1", "\"0\"", "\"-1\"", "\"1.5\"", "{}", "\"\""] {
            let error = read(json).check("price_atomic").unwrap_err();
            assert_eq!(error.field(), Some("price_atomic"), "{json}");
        }
    }
}
