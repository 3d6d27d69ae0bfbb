//! The cap of a mandate for a day or a month, in São Paulo.

use jiff::{
    Timestamp,
    tz::{Offset, TimeZone},
};
use serde_json::{Value, json};

use crate::store::json::{member, set, text};

/// Where the row keeps which window it counts for, and how much.
const COUNT: &str = "period";

/// The window that a time is in, of a mandate with such a cap: a day or a month by name.
fn window(row: &Value, at: Timestamp) -> Option<String> {
    // São Paulo has had no summer time since 2019.
    let day = at.to_zoned(TimeZone::fixed(Offset::constant(-3))).date().to_string();
    match text(member(row, "periodic_cap"), "window") {
        "day" => Some(day),
        "month" => day.get(..7).map(str::to_owned),
        _ => None,
    }
}

/// What is held and was paid in the window of a time, where there is a cap for one.
pub(super) fn spent_minor(row: &Value, at: Timestamp) -> Option<i64> {
    let window = window(row, at)?;
    let count = member(row, COUNT);
    let same = text(count, "window") == window;
    Some(if same { member(count, "spent_minor").as_i64().unwrap_or_default() } else { 0 })
}

/// Whether a payment is within the cap of its window.
pub(super) fn has_room(row: &Value, minor: i64, at: Timestamp) -> bool {
    let Some(spent) = spent_minor(row, at) else { return true };
    let cap = member(member(row, "periodic_cap"), "cap_minor").as_i64().unwrap_or_default();
    spent.checked_add(minor).is_some_and(|spent| spent <= cap)
}

/// Counts a payment in its window.
pub(super) fn take(row: &mut Value, minor: i64, at: Timestamp) {
    if let (Some(window), Some(spent)) = (window(row, at), spent_minor(row, at)) {
        let spent = spent.saturating_add(minor);
        set(row, COUNT, json!({ "window": window, "spent_minor": spent }));
    }
}

/// Gives back what was counted for a payment that was not made. A window that is over has no count
/// any more, and the one after it none of that payment.
pub(super) fn give_back(row: &mut Value, minor: i64, taken_at: Timestamp) {
    let count = member(row, COUNT);
    let spent = member(count, "spent_minor").as_i64();
    if let (Some(window), Some(spent)) = (window(row, taken_at), spent) {
        if text(count, "window") == window {
            let left = spent.saturating_sub(minor).max(0);
            set(row, COUNT, json!({ "window": window, "spent_minor": left }));
        }
    }
}
