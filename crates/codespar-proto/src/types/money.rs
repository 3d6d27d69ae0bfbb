//! Amounts of money, in the two units the API uses.
//!
//! Major units (R$ 125,00 is `125`) and minor units (12 500 centavos) are different types, so
//! that one cannot be sent where the other is meant. Neither goes through binary floats.

use std::{fmt, str::FromStr};

use codespar_engine::{
    Describe, Error,
    kit::{Number, amount_text, may_be_thousands, read_number, whole, write_number},
};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use crate::types::currency::Currency;

/// A whole number of minor units: centavos, cents. `2350.0` is read as the whole number it is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Describe,
)]
#[serde(transparent)]
#[wire(minor)]
pub struct Minor(i64);

impl Minor {
    /// That many minor units.
    pub const fn new(units: i64) -> Self {
        Self(units)
    }

    /// The amount as a whole number of minor units.
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

    /// The same amount in major units of a currency.
    ///
    /// ```
    /// use codespar_proto::{Currency, Minor};
    ///
    /// assert_eq!(Minor::new(12_550).in_major(&Currency::BRL).to_string(), "125.50");
    /// assert_eq!(Minor::new(12_550).in_major(&"JPY".into()).to_string(), "12550");
    /// ```
    pub fn in_major(self, currency: &Currency) -> Major {
        Major(Decimal::new(self.0, currency.exponent()))
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

impl<'de> Deserialize<'de> for Minor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        whole(deserializer).map(Self)
    }
}

/// An exact decimal amount in major units: reais, dollars.
///
/// In JSON it is a number, written and read as its decimal text; in other formats a text. Numbers
/// and texts are read from any format. What servers' binary floats leave of a subtraction, such as
/// `5.551115123125783e-17`, is read as an amount with 28 decimals, the nearest; no check of what is
/// sent lets it pass.
///
/// ```
/// use codespar_proto::{Major, Minor};
///
/// let amount: Major = "150.00".parse()?;
/// assert_eq!(amount.to_minor(2)?, Minor::new(15_000));
/// assert_eq!(Minor::new(12_550).to_major(2)?.to_string(), "125.50");
/// # Ok::<(), codespar_proto::Error>(())
/// ```
///
/// A bare integer is no amount, it may be meant in minor units:
///
/// ```compile_fail,E0277
/// use codespar_proto::{ChargeMethod, CreateCharge, Currency};
///
/// let args = CreateCharge::new(15_000, Currency::BRL, ChargeMethod::Pix);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Describe)]
#[wire(number, major)]
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
        let amount = self.0.normalize();
        if amount.scale() > exponent {
            return Err(Error::config(
                "amount",
                format_args!("expected at most {exponent} decimals"),
            ));
        }
        let units = amount.checked_mul(Decimal::from(10_i64.pow(exponent)));
        let units = units.and_then(|units| i64::try_from(units).ok());
        units.map(Minor).ok_or_else(|| {
            let most = Decimal::new(i64::MAX, exponent);
            Error::config("amount", format_args!("expected at most {most}, it is too large"))
        })
    }

    /// The same amount in minor units of a currency.
    ///
    /// # Errors
    /// As [`to_minor`](Self::to_minor).
    ///
    /// ```
    /// use codespar_proto::{Currency, Major, Minor};
    ///
    /// let amount: Major = "125.50".parse()?;
    /// assert_eq!(amount.in_minor(&Currency::BRL)?, Minor::new(12_550));
    /// assert_eq!(amount.in_minor(&"JPY".into()).unwrap_err().field(), Some("amount"));
    /// # Ok::<(), codespar_proto::Error>(())
    /// ```
    pub fn in_minor(self, currency: &Currency) -> Result<Minor, Error> {
        self.to_minor(currency.exponent())
    }

    /// Refuses an amount that is not more than nothing.
    pub(crate) fn check_positive(self, field: &str) -> Result<(), Error> {
        if self.0 > Decimal::ZERO {
            return Ok(());
        }
        Err(Error::config(field, "expected major units, more than zero"))
    }

    /// Refuses an amount that is not more than nothing, or finer than the currency. So is one that
    /// is written with three decimals where there are fewer: `1.500` reais may be thousands.
    pub(crate) fn check(self, field: &str, currency: &Currency) -> Result<(), Error> {
        self.check_positive(field)?;
        let decimals = currency.exponent();
        let is_doubtful = decimals < 3 && may_be_thousands(&self.0.to_string());
        if self.0.normalize().scale() > decimals || is_doubtful {
            let code = currency.as_str();
            return Err(Error::config(
                field,
                format_args!("expected at most {decimals} decimals, as {code} has"),
            ));
        }
        Ok(())
    }
}

/// A decimal of the caller's is the amount it says: zeros at its end mean nothing, unlike in a
/// text.
///
/// ```
/// use codespar_proto::{Currency, Major, Minor, types::Decimal};
///
/// let amount = Major::from(Decimal::new(1_500, 3));
/// assert_eq!(amount.in_minor(&Currency::BRL)?, Minor::new(150));
/// assert_eq!(Decimal::from(amount), Decimal::new(15, 1));
/// # Ok::<(), codespar_proto::Error>(())
/// ```
impl From<Decimal> for Major {
    fn from(amount: Decimal) -> Self {
        Self(amount.normalize())
    }
}

impl From<Major> for Decimal {
    fn from(amount: Major) -> Self {
        amount.0
    }
}

impl From<Minor> for Decimal {
    fn from(amount: Minor) -> Self {
        amount.0.into()
    }
}

impl TryFrom<Decimal> for Minor {
    type Error = Error;

    /// Takes a whole number of minor units: `12550`, not `125.50`.
    fn try_from(units: Decimal) -> Result<Self, Error> {
        if !units.is_integer() {
            return Err(Error::config("amount", "expected whole minor units"));
        }
        let units = i64::try_from(units.normalize());
        units.map(Self).map_err(|_| Error::config("amount", "expected less, it is too large"))
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

    /// Reads decimal text such as `125.50`. What may mean another amount to somebody is refused: a
    /// comma, thousands (`1.500`; `1.005` is a decimal, too fine for most currencies), anything
    /// between digits.
    fn from_str(text: &str) -> Result<Self, Error> {
        let plain = amount_text(text, "125.50")?;
        Decimal::from_str_exact(&plain).map(Self).map_err(|_| {
            Error::config("amount", "expected a decimal such as 125.50, of at most 28 digits")
        })
    }
}

impl fmt::Display for Major {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Major {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_number(&self.0.normalize().to_string(), serializer)
    }
}

impl<'de> Deserialize<'de> for Major {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_number(deserializer, |text| {
            // Machines write these: their point is a point.
            let number = Number::parse(text)?;
            let exact = Decimal::from_str_exact(text).ok();
            let nearest = || Some(Decimal::from_str(&number.plain()?).ok()?.normalize());
            exact.or_else(nearest).map(Self)
        })
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
        for text in ["0.1", "1.005", "12345678901234567.89", "1e2", "\"7.50\"", "\"1.500\""] {
            let amount: Major = serde_json::from_str(text).unwrap();
            let plain = text.trim_matches('"').parse::<Decimal>();
            assert_eq!(amount.0, plain.unwrap_or(Decimal::ONE_HUNDRED), "{text}");
        }
        for text in ["true", "[]", "{}", "\"1,50\"", "\"1_0\"", "\"\"", "null", "1e40"] {
            assert!(serde_json::from_str::<Major>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_may_be_another_amount_is_none() {
        for text in ["1.500", "12.000", "1_500.00", "1__0", "1.234,50", "1,50", "NaN"] {
            let error = text.parse::<Major>().unwrap_err();
            assert_eq!(error.field(), Some("amount"), "{text}");
            assert!(error.message().contains("expected a decimal such as 125.50"), "{error}");
        }
        let plain = ["125.50", "1500", "0.500", "1500.00", "1.005", "1e3"];
        assert!(plain.iter().all(|text| text.parse::<Major>().is_ok()));
    }

    #[test]
    fn the_noise_of_a_servers_floats_is_an_amount() {
        for (text, read) in [
            ("5.551115123125783e-17", "0.0000000000000000555111512313"),
            ("-2.2e-16", "-0.00000000000000022"),
            ("0.30000000000000004", "0.30000000000000004"),
            ("1e-40", "0"),
            ("3.33333333333333333333333333333333", "3.3333333333333333333333333333"),
        ] {
            let amount: Major = serde_json::from_str(text).unwrap();
            assert_eq!(amount.0.normalize().to_string(), read, "{text}");
            assert!(amount.check("amount", &Currency::BRL).is_err(), "{text}");
        }
    }

    #[test]
    fn a_fraction_of_a_cent_is_not_rounded_away() {
        let amount: Major = "1.005".parse().unwrap();
        assert!(amount.to_minor(2).is_err());
        assert_eq!(amount.to_minor(3).unwrap(), Minor::new(1005));
        assert!(amount.check("amount", &Currency::BRL).is_err());
        assert!(Major::new(0).check("amount", &Currency::BRL).is_err());
        // Nor are thousands taken for a fraction.
        let written: Major = serde_json::from_str("1.500").unwrap();
        assert!(written.check("amount", &Currency::BRL).is_err());
        assert!(written.check("amount", &Currency::from("KWD")).is_ok());
        assert_eq!(written.to_minor(2).unwrap(), Minor::new(150));
        let padded: Major = serde_json::from_str("\"150.0000\"").unwrap();
        assert!(padded.check("amount", &Currency::BRL).is_ok());
    }

    #[test]
    fn decimals_of_the_caller_are_amounts() {
        // A bare one is no thousand: programs do not write for people.
        let amount = Major::from(Decimal::new(1_500, 3));
        assert!(amount.check("amount", &Currency::BRL).is_ok());
        assert_eq!(serde_json::to_string(&amount).unwrap(), "1.5");
        assert_eq!(Decimal::from(amount), Decimal::new(15, 1));
        let fine = Major::from(Decimal::new(1_005, 3));
        assert!(fine.check("amount", &Currency::BRL).is_err());
        for (units, read) in [
            (Decimal::new(12_550, 0), Some(12_550)),
            (Decimal::new(1_255_000, 2), Some(12_550)),
            (Decimal::new(-1, 0), Some(-1)),
            (Decimal::new(12_550, 2), None),
            (Decimal::MAX, None),
        ] {
            let minor = Minor::try_from(units);
            assert_eq!(minor.as_ref().ok().map(|minor| minor.get()), read, "{units}");
            assert!(minor.is_ok() || minor.unwrap_err().field() == Some("amount"));
        }
        assert_eq!(Decimal::from(Minor::new(-7)), Decimal::new(-7, 0));
        for (units, currency, text) in
            [(12_550, "BRL", "125.50"), (12_550, "JPY", "12550"), (1, "USDC", "0.000001")]
        {
            let major = Minor::new(units).in_major(&currency.into());
            assert_eq!(major.to_string(), text);
            assert_eq!(major.in_minor(&currency.into()).unwrap(), Minor::new(units));
        }
    }

    #[test]
    fn what_is_too_large_is_said_to_be_too_large() {
        for text in ["1e21", "92233720368547758.08", "-92233720368547758.09"] {
            let error = text.parse::<Major>().unwrap().to_minor(2).unwrap_err();
            assert!(error.message().contains("too large"), "{text}: {error}");
        }
        let most: Major = "92233720368547758.07".parse().unwrap();
        assert_eq!(most.to_minor(2).unwrap(), Minor::new(i64::MAX));
        assert!("1e400".parse::<Major>().unwrap_err().message().contains("too large"));
    }

    #[test]
    fn minor_units_are_whole_however_they_are_spelled() {
        for (text, units) in [("2350.0", 2350), ("9e0", 9), ("-1.0e2", -100), ("7", 7)] {
            assert_eq!(serde_json::from_str::<Minor>(text).unwrap(), Minor::new(units), "{text}");
        }
        for text in ["1.5", "\"1\"", "true", "9223372036854775808", "1e19", "1e400", "null"] {
            assert!(serde_json::from_str::<Minor>(text).is_err(), "{text}");
        }
    }
}
