//! Money: cents on the wire, dollars where people say them. Never binary floats.

use std::{fmt, str::FromStr};

use codespar_engine::{
    Describe,
    kit::{Error, Number, amount_text, read_number, write_number},
};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An amount in cents: whole in everything a caller sends, possibly with decimals in prices.
///
/// ```
/// use upivia_proto::{Cents, Dollars};
///
/// let budget: Dollars = "1.50".parse()?;
/// assert_eq!(budget.to_cents()?, Cents::new(150));
/// assert_eq!(Cents::new(150).to_dollars().to_string(), "1.50");
/// # Ok::<(), upivia_proto::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Describe)]
#[wire(number, minor)]
pub struct Cents(Decimal);

/// An exact amount in dollars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Describe)]
#[wire(number, major)]
pub struct Dollars(Decimal);

impl Cents {
    /// That many cents.
    pub fn new(cents: i64) -> Self {
        Self(Decimal::from(cents))
    }

    /// The number, if it is whole.
    pub fn whole(self) -> Option<i64> {
        if self.0.fract().is_zero() { i64::try_from(self.0.trunc()).ok() } else { None }
    }

    /// The same amount in dollars.
    pub fn to_dollars(self) -> Dollars {
        let cents = self.0.normalize();
        // Two more decimals always fit an amount that has few of them.
        Dollars(cents.checked_mul(Decimal::new(1, 2)).unwrap_or(cents))
    }

    /// Refuses what a budget cannot be: less than nothing, or not whole.
    pub(crate) fn check(self, field: &str) -> Result<(), Error> {
        match self.whole() {
            Some(cents) if cents >= 0 => Ok(()),
            _ => Err(Error::config(field, "expected whole cents, zero or more")),
        }
    }
}

impl Dollars {
    /// A whole number of dollars.
    pub fn new(dollars: i64) -> Self {
        Self(Decimal::from(dollars))
    }

    /// The same amount in cents.
    ///
    /// # Errors
    /// `Config` naming `dollars`: a fraction of a cent, or more than fits.
    pub fn to_cents(self) -> Result<Cents, Error> {
        self.cents("dollars")
    }

    pub(crate) fn cents(self, field: &str) -> Result<Cents, Error> {
        let cents = self.0.checked_mul(Decimal::ONE_HUNDRED).map(|cents| Cents(cents.normalize()));
        cents
            .filter(|cents| cents.whole().is_some())
            .ok_or_else(|| Error::config(field, "expected dollars with at most two decimals"))
    }
}

/// A budget that may be said in cents or in dollars: as cents, if it was said at all.
///
/// # Errors
/// `Config` naming the field: both were given, less than nothing, a fraction of a cent.
pub(crate) fn budget(
    cents: (&str, Option<Cents>),
    dollars: Option<Dollars>,
) -> Result<Option<Cents>, Error> {
    let (field, cents) = cents;
    let budget = match (cents, dollars) {
        (Some(_), Some(_)) => {
            return Err(Error::config(
                "budget_dollars",
                format_args!("expected either this or {field}, not both"),
            ));
        }
        (Some(cents), None) => (field, cents),
        (None, Some(dollars)) => ("budget_dollars", dollars.cents("budget_dollars")?),
        (None, None) => return Ok(None),
    };
    budget.1.check(budget.0)?;
    Ok(Some(budget.1))
}

/// Both kinds of amount read and write alike: in JSON a number, as its decimal text, in other
/// formats a text. What servers' binary floats leave of a subtraction has 28 decimals, the nearest.
macro_rules! amounts {
    ($($name:ident),*) => {$(
        impl FromStr for $name {
            type Err = Error;

            /// Reads decimal text such as `12.50`. What may mean another amount to somebody is
            /// refused: a comma, thousands (`1.500`; `1.005` is a decimal), anything between
            /// digits.
            fn from_str(text: &str) -> Result<Self, Error> {
                let plain = amount_text(text, "12.50")?;
                Decimal::from_str_exact(&plain).map(Self).map_err(|_| {
                    let expected = "expected a decimal such as 12.50, of at most 28 digits";
                    Error::config("amount", expected)
                })
            }
        }

        impl From<i64> for $name {
            fn from(units: i64) -> Self {
                Self::new(units)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                write_number(&self.0.normalize().to_string(), serializer)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                read_number(deserializer, |text| {
                    let number = Number::parse(text)?;
                    let exact = Decimal::from_str_exact(text).ok();
                    let nearest = || Some(Decimal::from_str(&number.plain()?).ok()?.normalize());
                    exact.or_else(nearest).map(Self)
                })
            }
        }
    )*};
}

amounts!(Cents, Dollars);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fraction_of_a_cent_is_refused_not_rounded() {
        for (text, cents) in [("0.01", 1), ("19.99", 1999), ("2.50", 250), ("0", 0), ("7", 700)] {
            let dollars: Dollars = text.parse().unwrap();
            assert_eq!(dollars.to_cents().unwrap(), Cents::new(cents));
        }
        for text in ["1.500", "1_500", "1__0", "1,50"] {
            assert_eq!(text.parse::<Dollars>().unwrap_err().field(), Some("amount"), "{text}");
        }
        for text in ["0.005", "0.125", "1.005", "2.675"] {
            let dollars: Dollars = text.parse().unwrap();
            assert_eq!(dollars.to_cents().unwrap_err().field(), Some("dollars"));
        }
        let huge: Dollars = "79228162514264337593543950335".parse().unwrap();
        assert!(huge.to_cents().is_err());
    }

    #[test]
    fn a_budget_is_said_once_and_is_not_negative() {
        let field = |cents: Option<i64>, dollars: Option<&str>| {
            let dollars = dollars.map(|text| text.parse().unwrap());
            budget(("budget_cents", cents.map(Cents::new)), dollars)
                .map_err(|error| error.field().unwrap().to_owned())
        };
        assert_eq!(field(None, None), Ok(None));
        assert_eq!(field(Some(0), None), Ok(Some(Cents::new(0))));
        assert_eq!(field(None, Some("1.5")), Ok(Some(Cents::new(150))));
        assert_eq!(field(Some(-1), None), Err("budget_cents".to_owned()));
        assert_eq!(field(None, Some("-1")), Err("budget_dollars".to_owned()));
        assert_eq!(field(None, Some("0.125")), Err("budget_dollars".to_owned()));
        assert_eq!(field(Some(1), Some("0.01")), Err("budget_dollars".to_owned()));
    }

    #[test]
    fn the_noise_of_a_servers_floats_is_an_amount() {
        for (text, read) in [
            ("5.551115123125783e-17", "0.0000000000000000555111512313"),
            ("-5.551115123125783e-17", "-0.0000000000000000555111512313"),
            ("0.30000000000000004", "0.30000000000000004"),
            ("1e-40", "0"),
            ("2.5E-300", "0"),
            ("3.33333333333333333333333333333333", "3.3333333333333333333333333333"),
        ] {
            let dollars: Dollars = serde_json::from_str(text).unwrap();
            assert_eq!(dollars.to_string(), read, "{text}");
        }
        // A caller's budget is still exact.
        let noisy: Dollars = serde_json::from_str("5.551115123125783e-17").unwrap();
        assert_eq!(noisy.to_cents().unwrap_err().field(), Some("dollars"));
    }

    #[test]
    fn amounts_are_read_and_written_without_floats() {
        for (text, written) in [("2.5", "2.5"), ("5.0", "5"), ("\"7.10\"", "7.1"), ("1e2", "100")] {
            let cents: Cents = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&cents).unwrap(), written);
        }
        for wrong in ["true", "\"\"", "\"1e-\"", "\"e-9\"", "\"1,5e-40\"", "1e40"] {
            assert!(serde_json::from_str::<Cents>(wrong).is_err(), "{wrong}");
        }
        assert!("1,50".parse::<Dollars>().is_err());
    }
}
