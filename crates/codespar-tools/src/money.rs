//! How much money a call moves, in exact decimals.

use std::{borrow::Cow, str::FromStr as _};

use codespar_engine::kit::Number;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::arguments::{Argument, Arguments};

/// What is known of the money a call of a tool moves.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Money {
    /// It moves none.
    None,
    /// The arguments say how much.
    Amounts(AmountRules),
    /// It moves money, or may, and nobody can say how much: why.
    Unknown(&'static str),
}

impl Money {
    /// How much a call moves: nothing for what moves none.
    ///
    /// # Errors
    /// Why it cannot be said, in words.
    pub fn amounts(&self, arguments: &Arguments) -> Result<Vec<Amount>, String> {
        match self {
            Self::None => Ok(Vec::new()),
            Self::Unknown(why) => Err((*why).to_owned()),
            Self::Amounts(rules) => rules.amounts(arguments),
        }
    }
}

/// Where the amounts of a call stand, and how minor units become major ones.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AmountRules {
    /// The amounts among the arguments.
    pub rules: Vec<AmountRule>,
    /// How many decimals a currency's minor unit has; `None` for what is no currency.
    pub decimals: fn(&str) -> Option<u32>,
}

impl AmountRules {
    /// The amounts, and how many decimals a currency's minor unit has.
    pub fn new(rules: Vec<AmountRule>, decimals: fn(&str) -> Option<u32>) -> Self {
        Self { rules, decimals }
    }

    fn amounts(&self, arguments: &Arguments) -> Result<Vec<Amount>, String> {
        self.rules.iter().map(|rule| rule.amount(arguments, self.decimals)).collect()
    }
}

/// An amount among arguments.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AmountRule {
    /// Where it stands: `amount`, or `source[].amount` for a sum.
    pub path: Cow<'static, str>,
    /// What it counts.
    pub unit: AmountUnit,
    /// Whose money it counts.
    pub currency: CurrencyRule,
    /// The argument that says how many decimals the minor unit has, where there is one.
    pub scale: Option<&'static str>,
}

impl AmountRule {
    /// An amount, its unit and its currency.
    pub fn new(
        path: impl Into<Cow<'static, str>>,
        unit: AmountUnit,
        currency: CurrencyRule,
    ) -> Self {
        Self { path: path.into(), unit, currency, scale: None }
    }

    /// The same, with an argument that says how many decimals the minor unit has.
    #[must_use]
    pub fn scale(mut self, argument: &'static str) -> Self {
        self.scale = Some(argument);
        self
    }

    fn amount(
        &self,
        arguments: &Arguments,
        decimals: fn(&str) -> Option<u32>,
    ) -> Result<Amount, String> {
        let currency = match self.currency {
            CurrencyRule::Fixed(currency) => currency,
            CurrencyRule::Argument(name) => arguments
                .text(name)
                .filter(|text| !text.is_empty())
                .ok_or_else(|| format!("the currency ({name}) is not given"))
                .and_then(|text| {
                    code(text).ok_or_else(|| format!("the currency ({name}) is none"))
                })?,
            CurrencyRule::Undocumented => return Err("its currency is not documented".to_owned()),
        };
        let decimals = match (self.unit, self.scale.and_then(|name| arguments.get(name))) {
            (AmountUnit::Minor, Some(scale)) => {
                whole(scale).and_then(|scale| u32::try_from(scale).ok())
            }
            (AmountUnit::Minor, None) => decimals(currency),
            _ => Some(0),
        };
        let decimals = decimals.filter(|decimals| *decimals <= 18);
        let decimals =
            decimals.ok_or_else(|| format!("it is not known how many decimals {currency} has"))?;
        let mut sum = Decimal::ZERO;
        for value in self.values(arguments)? {
            let value = self.value(value, decimals)?;
            sum = sum.checked_add(value).ok_or_else(|| self.wrong("is too large"))?;
        }
        Ok(Amount { value: sum.normalize(), currency: currency.to_owned() })
    }

    fn wrong(&self, what: &str) -> String {
        format!("the amount ({}) {what}", self.path)
    }

    fn values<'a>(&self, arguments: &'a Arguments) -> Result<Vec<&'a Argument>, String> {
        let absent = || self.wrong("is not given");
        let Some((list, member)) = self.path.split_once("[].") else {
            return Ok(vec![arguments.get(&self.path).ok_or_else(absent)?]);
        };
        let Some(Argument::List(items)) = arguments.get(list) else { return Err(absent()) };
        let of_item = |item: &'a Argument| match item {
            Argument::Object(members) => members.get(member).ok_or_else(absent),
            _ => Err(absent()),
        };
        items.iter().map(of_item).collect()
    }

    fn value(&self, value: &Argument, decimals: u32) -> Result<Decimal, String> {
        let (Argument::Number(text) | Argument::Text(text)) = value else {
            return Err(self.wrong("is no number"));
        };
        let number = Number::parse(text).ok_or_else(|| self.wrong("is no number"))?;
        let value = match self.unit {
            AmountUnit::Undocumented => return Err(self.wrong("has a unit that is not documented")),
            AmountUnit::Major => number.plain().and_then(|text| Decimal::from_str(&text).ok()),
            // What is written with a point is meant in major units.
            AmountUnit::Minor if text.contains(['.', 'e', 'E']) => {
                return Err(self.wrong("is in minor units, expected whole digits such as 15000"));
            }
            AmountUnit::Minor => number
                .whole()
                .and_then(|whole| Decimal::try_from_i128_with_scale(whole, decimals).ok()),
        };
        let value = value.ok_or_else(|| self.wrong("is too large"))?;
        if value.is_sign_negative() && !value.is_zero() {
            return Err(self.wrong("is negative"));
        }
        Ok(value)
    }
}

/// What can be the code of a currency: it is shown to people, and compared with limits.
fn code(text: &str) -> Option<&str> {
    let is_code = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (text.len() <= 16 && text.bytes().all(is_code)).then_some(text)
}

fn whole(value: &Argument) -> Option<i128> {
    match value {
        Argument::Number(text) => Number::parse(text)?.whole(),
        _ => None,
    }
}

/// What an amount counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AmountUnit {
    /// Minor units of the currency: centavos, cents.
    Minor,
    /// Major units of the currency: reais, dollars.
    Major,
    /// The API does not say.
    Undocumented,
}

/// Whose money an amount counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CurrencyRule {
    /// The argument of this name says it.
    Argument(&'static str),
    /// Always this one.
    Fixed(&'static str),
    /// The API does not say.
    Undocumented,
}

/// An amount of money: exact, in major units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Amount {
    /// How much, in major units.
    #[serde(with = "as_text")]
    pub value: Decimal,
    /// The currency, such as `BRL`.
    pub currency: String,
}

impl Amount {
    /// An amount in major units.
    pub fn new(value: Decimal, currency: impl Into<String>) -> Self {
        Self { value, currency: currency.into() }
    }

    /// Reads an amount as a person writes it: `200.00BRL`, `200 BRL`, `BRL 200.00`.
    ///
    /// # Errors
    /// What was expected.
    ///
    /// ```
    /// let limit = codespar_tools::Amount::parse("200.00BRL")?;
    /// assert_eq!(limit.to_string(), "200.00 BRL");
    /// assert!(codespar_tools::Amount::parse("200").is_err());
    /// # Ok::<(), String>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || "expected an amount and a currency, such as 200.00BRL".to_owned();
        let text = text.trim();
        let letters = |letter: char| letter.is_ascii_alphabetic();
        let (number, currency) = match text.find(letters).ok_or_else(wrong)? {
            0 => {
                let end = text.find(|letter| !letters(letter)).ok_or_else(wrong)?;
                let (currency, number) = text.split_at(end);
                (number, currency)
            }
            at => text.split_at(at),
        };
        let currency = currency.trim().to_ascii_uppercase();
        let number = number.trim();
        let plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if !plain
            || !(3..=8).contains(&currency.len())
            || !currency.bytes().all(|b| b.is_ascii_alphabetic())
        {
            return Err(wrong());
        }
        let value = Decimal::from_str_exact(number).map_err(|_| wrong())?;
        Ok(Self { value, currency })
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.value, self.currency)
    }
}

/// Amounts are kept as texts: no reader makes binary floats of them.
mod as_text {
    use rust_decimal::Decimal;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(value: &Decimal, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Decimal, D::Error> {
        let text = String::deserialize(from)?;
        Decimal::from_str_exact(&text).map_err(|_| D::Error::custom("expected a decimal"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimals(currency: &str) -> Option<u32> {
        match currency {
            "BRL" => Some(2),
            "JPY" => Some(0),
            "USDC" => Some(6),
            _ => None,
        }
    }

    fn amounts(rule: AmountRule, arguments: &str) -> Result<String, String> {
        let money = Money::Amounts(AmountRules::new(vec![rule], decimals));
        let amounts = money.amounts(&Arguments::read(arguments).unwrap())?;
        Ok(amounts.iter().map(Amount::to_string).collect::<Vec<_>>().join(", "))
    }

    #[test]
    fn minor_units_become_major_ones_by_the_decimals_of_the_currency() {
        let rule =
            || AmountRule::new("amount", AmountUnit::Minor, CurrencyRule::Argument("currency"));
        for (arguments, amount) in [
            (r#"{"amount":15000,"currency":"BRL"}"#, "150 BRL"),
            (r#"{"amount":15000,"currency":"JPY"}"#, "15000 JPY"),
            (r#"{"amount":"1","currency":"USDC"}"#, "0.000001 USDC"),
        ] {
            assert_eq!(amounts(rule(), arguments).as_deref(), Ok(amount));
        }
        for (arguments, why) in [
            (r#"{"amount":15000}"#, "currency"),
            (r#"{"currency":"BRL"}"#, "not given"),
            (r#"{"amount":150.00,"currency":"BRL"}"#, "minor units"),
            (r#"{"amount":-1,"currency":"BRL"}"#, "negative"),
            (r#"{"amount":{},"currency":"BRL"}"#, "no number"),
            (r#"{"amount":1,"currency":"DOGE"}"#, "how many decimals DOGE has"),
            (r#"{"amount":99999999999999999999999999999999,"currency":"BRL"}"#, "too large"),
        ] {
            assert!(amounts(rule(), arguments).unwrap_err().contains(why), "{arguments}");
        }
    }

    #[test]
    fn sums_and_scales_are_exact() {
        let major = AmountRule::new("amount", AmountUnit::Major, CurrencyRule::Fixed("BRL"));
        assert_eq!(amounts(major, r#"{"amount":0.1e1}"#).as_deref(), Ok("1 BRL"));
        let legs = || {
            let asset = CurrencyRule::Argument("asset");
            AmountRule::new("source[].amount", AmountUnit::Minor, asset).scale("scale")
        };
        let two = r#"{"source":[{"amount":10},{"amount":20}],"asset":"BRL"}"#;
        assert_eq!(amounts(legs(), two).as_deref(), Ok("0.3 BRL"));
        let scaled = r#"{"source":[{"amount":10}],"asset":"POINTS","scale":0}"#;
        assert_eq!(amounts(legs(), scaled).as_deref(), Ok("10 POINTS"));
        for wrong in [r#"{"asset":"BRL"}"#, r#"{"source":"x","asset":"BRL"}"#] {
            assert!(amounts(legs(), wrong).is_err());
        }
        let undocumented =
            AmountRule::new("amount", AmountUnit::Undocumented, CurrencyRule::Fixed("BRL"));
        assert!(amounts(undocumented, r#"{"amount":1}"#).unwrap_err().contains("not documented"));
    }

    #[test]
    fn an_amount_is_read_as_people_write_it() {
        for text in ["200.00BRL", "200.00 brl", "BRL 200.00", "BRL200.00"] {
            assert_eq!(Amount::parse(text).unwrap().to_string(), "200.00 BRL", "{text}");
        }
        for wrong in ["", "200", "BRL", "-5BRL", "1,5BRL", "1e3BRL", "5R$", "5 B"] {
            assert!(Amount::parse(wrong).is_err(), "{wrong}");
        }
        let amount = Amount::parse("0.1BRL").unwrap();
        let text = serde_json::to_string(&amount).unwrap();
        assert_eq!(text, r#"{"value":"0.1","currency":"BRL"}"#);
        assert_eq!(serde_json::from_str::<Amount>(&text).unwrap(), amount);
    }
}
