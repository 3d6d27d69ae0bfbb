//! Limits of money, by call and by conversation.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::{money::Amount, record::RecordedCall};

/// Limits of money: exact amounts, by currency. Empty limits allow everything.
///
/// Once there is any, what cannot be counted is over the limit: an unknown amount, a unit that is
/// not documented, a currency without a limit.
///
/// ```
/// use codespar_tools::{Amount, MoneyLimits};
///
/// let limits = MoneyLimits::new()
///     .per_call(Amount::parse("200.00BRL")?)
///     .per_conversation(Amount::parse("1000.00BRL")?);
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct MoneyLimits {
    per_call: BTreeMap<String, Decimal>,
    per_conversation: BTreeMap<String, Decimal>,
}

impl MoneyLimits {
    /// No limits yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, with a limit of one call in a currency.
    #[must_use]
    pub fn per_call(mut self, limit: Amount) -> Self {
        self.per_call.insert(limit.currency, limit.value);
        self
    }

    /// The same, with a limit of all calls of a conversation in a currency.
    #[must_use]
    pub fn per_conversation(mut self, limit: Amount) -> Self {
        self.per_conversation.insert(limit.currency, limit.value);
        self
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.per_call.is_empty() && self.per_conversation.is_empty()
    }

    /// Looks whether a call is within them, after those that went before it. Those count unless
    /// nothing came of them.
    ///
    /// # Errors
    /// Why it is not, in words.
    pub(crate) fn check(
        &self,
        amounts: &Result<Vec<Amount>, String>,
        before: &[RecordedCall],
    ) -> Result<(), String> {
        if self.is_empty() {
            return Ok(());
        }
        let amounts = amounts.as_ref().map_err(|why| {
            format!("There is a limit of money, and this call cannot be counted: {why}.")
        })?;
        for amount in amounts {
            self.check_one(amount, amounts, before)?;
        }
        Ok(())
    }

    fn check_one(
        &self,
        amount: &Amount,
        amounts: &[Amount],
        before: &[RecordedCall],
    ) -> Result<(), String> {
        let currency = &amount.currency;
        let (call, conversation) =
            (self.per_call.get(currency), self.per_conversation.get(currency));
        if call.is_none() && conversation.is_none() {
            return Err(format!("There is a limit of money, and none for {currency}."));
        }
        let own = sum(currency, amounts.iter());
        if let Some(limit) = call.filter(|limit| own.is_none_or(|own| own > **limit)) {
            return Err(format!("{amount} is more than the limit of a call, {limit} {currency}."));
        }
        let spent = before.iter().filter(|call| !call.is_nothing_done());
        let spent = sum(currency, spent.flat_map(|call| &call.amounts));
        let all = spent.and_then(|spent| spent.checked_add(own?));
        if let Some(limit) = conversation.filter(|limit| all.is_none_or(|all| all > **limit)) {
            let spent = spent.unwrap_or(Decimal::MAX);
            return Err(format!(
                "{amount} is more than is left of the limit of this conversation, {limit} \
                 {currency}, of which {spent} are used."
            ));
        }
        Ok(())
    }
}

/// The sum in a currency; `None` when it is too large.
fn sum<'a>(currency: &str, amounts: impl Iterator<Item = &'a Amount>) -> Option<Decimal> {
    let mut own = amounts.filter(|amount| amount.currency == currency);
    own.try_fold(Decimal::ZERO, |sum, amount| sum.checked_add(amount.value))
}
