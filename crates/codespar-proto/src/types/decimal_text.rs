//! Amounts in major units that the API writes as texts.

use std::{fmt, str::FromStr};

use codespar_engine::{
    Describe, Error, Json,
    kit::{Number, amount_text},
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// An exact decimal amount in **major** units of its currency, reais or USDC, that travels as a
/// text. It is kept and sent as it was written, zeros at the end included.
///
/// ```
/// use codespar_proto::types::{Decimal, DecimalText};
///
/// let price: DecimalText = "0.100000".parse()?;
/// assert_eq!(price.decimal(), Some(Decimal::new(1, 1)));
/// assert_eq!(price.to_string(), "0.100000");
/// # Ok::<(), codespar_proto::Error>(())
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(transparent)]
#[wire(text, major)]
pub struct DecimalText(Json);

impl DecimalText {
    /// The amount, if it is one.
    pub fn decimal(&self) -> Option<Decimal> {
        Decimal::from_str(&Number::parse(self.as_str())?.plain()?).ok()
    }

    /// The amount as it was written.
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_matches('"')
    }

    /// Refuses what is no text of an amount that is more than nothing.
    ///
    /// # Errors
    /// `Config` naming the field.
    pub fn check(&self, field: &str) -> Result<(), Error> {
        let is_text = self.0.as_str().starts_with('"');
        match self.decimal() {
            Some(amount) if is_text && amount > Decimal::ZERO => Ok(()),
            _ => Err(Error::config(field, "expected a decimal as a text, more than zero")),
        }
    }
}

impl FromStr for DecimalText {
    type Err = Error;

    /// # Errors
    /// `Config` naming `amount`, for what is no decimal and for what may be meant as thousands,
    /// `1.500`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let text = amount_text(text, "0.100000")?;
        Ok(Self(Json::from(serde_json::Value::from(text))))
    }
}

impl From<Decimal> for DecimalText {
    fn from(amount: Decimal) -> Self {
        Self(Json::from(serde_json::Value::from(amount.to_string())))
    }
}

impl fmt::Debug for DecimalText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for DecimalText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use codespar_engine::describe::Unit;

    use super::*;

    fn read(json: &str) -> DecimalText {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn an_amount_is_exact_and_keeps_its_zeros() {
        for json in ["\"0.100000\"", "\"12.50\"", "0.10", "\"-3\""] {
            assert_eq!(serde_json::to_string(&read(json)).unwrap(), json);
            assert!(read(json).decimal().is_some(), "{json}");
        }
        for json in ["\"R$ 1\"", "\"1,50\"", "\"\"", "null", "[]"] {
            assert_eq!(read(json).decimal(), None, "{json}");
        }
        let made = DecimalText::from(Decimal::new(100_000, 6));
        assert_eq!(serde_json::to_string(&made).unwrap(), "\"0.100000\"");
    }

    #[test]
    fn what_is_sent_is_a_text_of_more_than_nothing() {
        assert!(read("\"0.1\"").check("price").is_ok());
        for json in ["0.1", "\"0\"", "\"-1\"", "\"1,5\"", "{}"] {
            assert_eq!(read(json).check("price").unwrap_err().field(), Some("price"), "{json}");
        }
        let scalar = DecimalText::SHAPE.scalar().unwrap();
        assert_eq!((scalar.kind.as_str(), scalar.unit), ("string", Some(Unit::Major)));
        for text in ["", "1.500", "ten"] {
            assert!(text.parse::<DecimalText>().is_err(), "{text}");
        }
    }
}
