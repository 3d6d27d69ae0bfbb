//! Amounts of money, in the two units the API uses.
//!
//! Major units (R$ 125,00 is `125`) and minor units (12 500 centavos) are different types, so
//! that one cannot be sent where the other is meant. Neither goes through binary floats.

use std::{fmt, str::FromStr};

use codespar_engine::Error;
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::value::RawValue;

/// A whole number of minor units: centavos, cents.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Minor(i64);

impl Minor {
    /// That many minor units.
    pub const fn new(units: i64) -> Self {
        Self(units)
    }

    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The same amount in major units of a currency with that many decimals (BRL: 2).
    ///
    /// # Errors
    /// `Config` naming `exponent`, when it is more than 18.
    pub fn to_major(self, exponent: u32) -> Result<Major, Error> {
        check_exponent(exponent)?;
        Ok(Major(Decimal::new(self.0, exponent)))
    }

    /// Refuses an amount that is not more than nothing.
    pub(crate) fn check(self, field: &str) -> Result<(), Error> {
        if self.0 > 0 {
            return Ok(());
        }
        Err(Error::config(field, "expected minor units, more than zero"))
    }
}

impl fmt::Display for Minor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An exact decimal amount in major units: reais, dollars.
///
/// On the wire it is a JSON number, written and read as its decimal text.
///
/// ```
/// use codespar_proto::{Major, Minor};
///
/// let amount: Major = "150.00".parse()?;
/// assert_eq!(amount.to_minor(2)?, Minor::new(15_000));
/// assert_eq!(Minor::new(12_550).to_major(2)?.to_string(), "125.50");
/// # Ok::<(), codespar_proto::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Major(Decimal);

impl Major {
    /// A whole number of major units.
    pub fn new(units: i64) -> Self {
        Self(Decimal::from(units))
    }

    /// The same amount in minor units of a currency with that many decimals (BRL: 2).
    ///
    /// # Errors
    /// `Config` naming `amount`, when it has more decimals than the currency, or is too large.
    pub fn to_minor(self, exponent: u32) -> Result<Minor, Error> {
        check_exponent(exponent)?;
        let factor = Decimal::from(10_i64.pow(exponent));
        let units = self.0.checked_mul(factor).filter(|units| units.fract().is_zero());
        let units = units.and_then(|units| i64::try_from(units.trunc()).ok());
        units.map(Minor).ok_or_else(|| {
            Error::config("amount", format_args!("expected at most {exponent} decimals"))
        })
    }

    /// Refuses an amount that is not more than nothing.
    pub(crate) fn check_positive(self, field: &str) -> Result<(), Error> {
        if self.0 > Decimal::ZERO {
            return Ok(());
        }
        Err(Error::config(field, "expected major units, more than zero"))
    }

    /// Refuses an amount that is not more than nothing, or finer than the currency.
    pub(crate) fn check(self, field: &str, currency: &Currency) -> Result<(), Error> {
        self.check_positive(field)?;
        let decimals = currency.exponent();
        if self.0.normalize().scale() > decimals {
            let code = currency.as_str();
            return Err(Error::config(
                field,
                format_args!("expected at most {decimals} decimals, as {code} has"),
            ));
        }
        Ok(())
    }
}

fn check_exponent(exponent: u32) -> Result<(), Error> {
    if exponent <= 18 {
        return Ok(());
    }
    Err(Error::config("exponent", "expected at most 18 decimals"))
}

impl FromStr for Major {
    type Err = Error;

    /// Reads decimal text such as `125.50`; a comma is not a decimal point.
    fn from_str(text: &str) -> Result<Self, Error> {
        let plain = Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text));
        plain.map(Self).map_err(|_| Error::config("amount", "expected a decimal such as 125.50"))
    }
}

impl From<i64> for Major {
    fn from(units: i64) -> Self {
        Self::new(units)
    }
}

impl fmt::Display for Major {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Major {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.normalize().to_string())
            .map_err(ser::Error::custom)?
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Major {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw: Box<RawValue> = Box::deserialize(deserializer)?;
        let text = raw.get();
        let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        text.parse().map_err(|_| de::Error::custom("expected a decimal number"))
    }
}

/// A currency, by its ISO 4217 code.
///
/// ```
/// use codespar_proto::Currency;
///
/// assert_eq!(Currency::BRL.exponent(), 2);
/// assert_eq!(Currency::from("JPY").exponent(), 0);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Currency(std::borrow::Cow<'static, str>);

impl Currency {
    /// Brazilian real.
    pub const BRL: Self = Self(std::borrow::Cow::Borrowed("BRL"));
    /// United States dollar.
    pub const USD: Self = Self(std::borrow::Cow::Borrowed("USD"));
    /// Mexican peso.
    pub const MXN: Self = Self(std::borrow::Cow::Borrowed("MXN"));
    /// Colombian peso.
    pub const COP: Self = Self(std::borrow::Cow::Borrowed("COP"));
    /// Argentine peso.
    pub const ARS: Self = Self(std::borrow::Cow::Borrowed("ARS"));

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How many decimals its minor unit has.
    pub fn exponent(&self) -> u32 {
        match self.as_str() {
            "CLP" | "JPY" | "KRW" | "PYG" | "VND" | "ISK" | "UGX" | "XAF" | "XOF" => 0,
            "BHD" | "JOD" | "KWD" | "OMR" | "TND" => 3,
            _ => 2,
        }
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.0.len() == 3 && self.0.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Ok(());
        }
        Err(Error::config("currency", "expected three capital letters such as BRL"))
    }
}

impl From<&str> for Currency {
    fn from(code: &str) -> Self {
        Self(std::borrow::Cow::Owned(code.to_owned()))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        codespar_engine::describe::text(deserializer, |code| Self::from(code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_major_amount_is_written_as_it_was_said() {
        for (text, json) in [("125.00", "125"), ("99.90", "99.9"), ("0.01", "0.01")] {
            let amount: Major = text.parse().unwrap();
            assert_eq!(serde_json::to_string(&amount).unwrap(), json);
        }
    }

    #[test]
    fn a_major_amount_is_read_without_floats() {
        for text in ["0.1", "1.005", "12345678901234567.89", "1e2", "\"7.50\""] {
            let amount: Major = serde_json::from_str(text).unwrap();
            let plain: Major = text.trim_matches('"').parse().unwrap();
            assert_eq!(amount, plain);
        }
        assert!(serde_json::from_str::<Major>("true").is_err());
        assert!("1,50".parse::<Major>().is_err());
        assert!("NaN".parse::<Major>().is_err());
    }

    #[test]
    fn a_fraction_of_a_cent_is_not_rounded_away() {
        let amount: Major = "1.005".parse().unwrap();
        assert!(amount.to_minor(2).is_err());
        assert_eq!(amount.to_minor(3).unwrap(), Minor::new(1005));
        assert!(amount.check("amount", &Currency::BRL).is_err());
        assert!(Major::new(0).check("amount", &Currency::BRL).is_err());
    }
}
