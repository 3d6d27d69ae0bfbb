//! What a mandate has left: its cap, the cap of one payment, and that of a day or a month.

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    codespar::mandates::period,
    store::{
        clock::Now,
        json::{member, set},
        state::State,
    },
};

/// A cap that an amount is above.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Exceeded {
    /// That of the whole mandate.
    Total,
    /// That of the day or the month.
    Period,
    /// That of one payment, which is this much.
    Single(i64),
}

/// The cap that an amount is above, where it is above one; that of one payment is asked last.
pub(crate) fn exceeded(row: &Value, minor: i64, now: Now) -> Option<Exceeded> {
    let most = minor_of(row, "per_tx_cap_minor");
    // What cannot even be counted is above every cap.
    let spent = minor_of(row, "spent_minor").checked_add(minor);
    if spent.is_none_or(|spent| spent > minor_of(row, "cap_minor")) {
        return Some(Exceeded::Total);
    }
    if !period::has_room(row, minor, now.wall) {
        return Some(Exceeded::Period);
    }
    (minor > most).then_some(Exceeded::Single(most))
}

/// Counts what is held or has left, through whatever door, against the caps of a mandate.
pub(crate) fn take(state: &mut State, project: &str, mandate: &str, minor: i64, at: Timestamp) {
    if let Some(row) = state.mandates.find_mut(project, mandate) {
        set(row, "spent_minor", minor_of(row, "spent_minor").saturating_add(minor));
        period::take(row, minor, at);
    }
}

/// Gives back what was taken for a payment that was not made: to the day or month in which it was
/// taken, at this time.
pub(crate) fn give_back(
    state: &mut State,
    project: &str,
    mandate: &str,
    minor: i64,
    taken_at: Timestamp,
) {
    if let Some(row) = state.mandates.find_mut(project, mandate) {
        set(row, "spent_minor", minor_of(row, "spent_minor").saturating_sub(minor));
        period::give_back(row, minor, taken_at);
    }
}

fn minor_of(row: &Value, name: &str) -> i64 {
    member(row, name).as_i64().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use serde_json::json;

    use super::*;

    fn row(spent: i64) -> Value {
        let most = i64::MAX;
        json!({ "cap_minor": most, "per_tx_cap_minor": most, "spent_minor": spent })
    }

    #[test]
    fn what_cannot_be_counted_is_above_every_cap() {
        let now = Now { instant: Instant::now(), wall: Timestamp::UNIX_EPOCH };
        let most = i64::MAX;
        assert_eq!(exceeded(&row(0), most, now), None);
        assert_eq!(exceeded(&row(1), most, now), Some(Exceeded::Total));
        assert_eq!(exceeded(&row(most), 1, now), Some(Exceeded::Total));
        let mut of_a_day = row(0);
        set(&mut of_a_day, "periodic_cap", json!({ "window": "day", "cap_minor": most }));
        period::take(&mut of_a_day, 1, now.wall);
        assert_eq!(exceeded(&of_a_day, most, now), Some(Exceeded::Period));
        assert_eq!(exceeded(&of_a_day, most - 1, now), None);
    }
}
