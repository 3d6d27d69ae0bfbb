//! Amounts that the API writes as texts.

use std::fmt;

use codespar_engine::{Describe, Json, kit::Number};
use serde::{Deserialize, Serialize};

use crate::types::money::Minor;

/// An amount in **minor** units that some answers write as a text and some as a number. It is
/// kept as it came.
///
/// ```
/// use codespar_proto::{Minor, types::MinorText};
///
/// let balance: MinorText = serde_json::from_str("\"12550\"")?;
/// assert_eq!(balance.minor(), Some(Minor::new(12_550)));
/// assert_eq!(serde_json::to_string(&balance)?, "\"12550\"");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(transparent)]
#[wire(any)]
pub struct MinorText(Json);

impl MinorText {
    /// The amount, if it is one: whole, however it is spelled.
    pub fn minor(&self) -> Option<Minor> {
        i64::try_from(Number::parse(self.as_str())?.whole()?).ok().map(Minor::new)
    }

    /// The digits as they came.
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_matches('"')
    }
}

impl From<Minor> for MinorText {
    fn from(amount: Minor) -> Self {
        Self(Json::from(serde_json::Value::from(amount.to_string())))
    }
}

impl fmt::Debug for MinorText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for MinorText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_whole_however_it_is_spelled() {
        let minor = |json: &str| serde_json::from_str::<MinorText>(json).unwrap().minor();
        for json in ["12550", "\"12550\"", "12550.0", "\"12550.00\"", "1255e1"] {
            assert_eq!(minor(json), Some(Minor::new(12_550)), "{json}");
        }
        for json in ["1.5", "\"\"", "\"R$ 1\"", "null", "1e30", "\"9223372036854775808\""] {
            assert_eq!(minor(json), None, "{json}");
        }
    }
}
