//! Currencies, and how many decimals they have.

use std::fmt;

use codespar_engine::{Describe, Error};
use serde::{Deserialize, Deserializer, Serialize};

/// A currency, by its ISO 4217 code; or a token that the API takes for one.
///
/// ```
/// use codespar_proto::Currency;
///
/// assert_eq!(Currency::BRL.exponent(), 2);
/// assert_eq!(Currency::from("JPY").exponent(), 0);
/// assert_eq!(Currency::from("USDC").exponent(), 6);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Describe)]
#[serde(transparent)]
#[wire(text)]
pub struct Currency(std::borrow::Cow<'static, str>);

/// What the API takes besides the currencies of the standard.
const TOKENS: [&str; 2] = ["USDC", "BRLA"];

impl Currency {
    /// Brazilian real (`BRL`), with two decimals.
    pub const BRL: Self = Self(std::borrow::Cow::Borrowed("BRL"));
    /// United States dollar.
    pub const USD: Self = Self(std::borrow::Cow::Borrowed("USD"));
    /// Mexican peso (`MXN`), with two decimals.
    pub const MXN: Self = Self(std::borrow::Cow::Borrowed("MXN"));
    /// Colombian peso (`COP`), with two decimals.
    pub const COP: Self = Self(std::borrow::Cow::Borrowed("COP"));
    /// Argentine peso (`ARS`), with two decimals.
    pub const ARS: Self = Self(std::borrow::Cow::Borrowed("ARS"));

    /// The ISO 4217 code of the currency, or the name of the token.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How many decimals its minor unit has, by ISO 4217: the list's exceptions from 2. What has
    /// no minor unit there, such as gold, has none here. `USDC` has the 6 that the API counts in.
    pub fn exponent(&self) -> u32 {
        match self.as_str() {
            "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF"
            | "UGX" | "UYI" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
            "XAG" | "XAU" | "XBA" | "XBB" | "XBC" | "XBD" | "XDR" | "XPD" | "XPT" | "XSU"
            | "XTS" | "XUA" | "XXX" => 0,
            "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
            "CLF" | "UYW" => 4,
            "USDC" => 6,
            _ => 2,
        }
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let is_code = self.0.len() == 3 && self.0.bytes().all(|byte| byte.is_ascii_uppercase());
        if is_code || TOKENS.contains(&self.as_str()) {
            return Ok(());
        }
        Err(Error::config("currency", "expected three capital letters such as BRL, USDC or BRLA"))
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
        codespar_engine::kit::text(deserializer, |code| Self::from(code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The exceptions of ISO 4217, list one, from two decimals; funds included.
    #[test]
    fn decimals_are_those_of_the_standard() {
        let codes = |decimals: u32, codes: &str| {
            for code in codes.split(' ') {
                assert_eq!(Currency::from(code).exponent(), decimals, "{code}");
                assert!(Currency::from(code).check().is_ok());
            }
        };
        codes(0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF");
        codes(3, "BHD IQD JOD KWD LYD OMR TND");
        codes(4, "CLF UYW");
        codes(2, "BRL USD EUR MXN COP ARS PEN UYU BOB HUF TWD MGA MRU CHE COU MXV USN BRLA");
        codes(6, "USDC");
        for code in ["usdc", "USDCC", "R$", "", "BR", "ETHX"] {
            assert_eq!(Currency::from(code).check().unwrap_err().field(), Some("currency"));
        }
    }
}
