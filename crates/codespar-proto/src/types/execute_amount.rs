//! The one amount whose unit the API does not say.

use std::fmt;

use codespar_engine::{Describe, Error};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::types::money::Major;

/// The amount of a payment from a wallet by any method. The API does **not say in which unit** it
/// is, so that neither [`Major`] nor [`Minor`](crate::Minor) becomes one: who makes one decides.
/// Every other amount with such a name is in major units; try a small one in test mode first.
///
/// ```
/// use codespar_proto::types::{Decimal, ExecuteAmount};
///
/// let amount = ExecuteAmount::new(Decimal::new(1250, 2));
/// assert_eq!(serde_json::to_string(&amount)?, "12.5");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Describe)]
#[serde(transparent)]
#[wire(number, undocumented)]
pub struct ExecuteAmount(Major);

impl ExecuteAmount {
    /// That number, in whatever unit the server takes it.
    pub fn new(amount: Decimal) -> Self {
        Self(Major::from(amount))
    }

    /// The number as it is sent.
    pub fn get(self) -> Decimal {
        self.0.into()
    }

    /// Refuses an amount that is not more than nothing.
    ///
    /// # Errors
    /// `Config` naming the field.
    pub fn check(self, field: &str) -> Result<(), Error> {
        if self.get() > Decimal::ZERO {
            return Ok(());
        }
        Err(Error::config(field, "expected an amount, more than zero"))
    }
}

impl fmt::Display for ExecuteAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use codespar_engine::describe::Unit;

    use super::*;

    #[test]
    fn an_amount_is_a_number_of_more_than_nothing() {
        let amount: ExecuteAmount = serde_json::from_str("12.5").unwrap();
        assert_eq!(amount, ExecuteAmount::new(Decimal::new(125, 1)));
        assert_eq!((amount.get(), amount.to_string().as_str()), (Decimal::new(125, 1), "12.5"));
        let scalar = ExecuteAmount::SHAPE.scalar().unwrap();
        assert_eq!((scalar.kind.as_str(), scalar.unit), ("number", Some(Unit::Undocumented)));
        assert!(amount.check("amount").is_ok());
        for units in [0, -1] {
            let error = ExecuteAmount::new(Decimal::from(units)).check("amount").unwrap_err();
            assert_eq!(error.field(), Some("amount"));
        }
    }
}
