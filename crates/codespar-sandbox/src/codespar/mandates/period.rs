//! The cap of a mandate for a day or a month, in São Paulo.

use jiff::tz::{Offset, TimeZone};
use serde_json::{Value, json};

use crate::store::{
    clock::Now,
    json::{member, set, text},
};

/// Where the row keeps which window it counts for, and how much.
const COUNT: &str = "period";

/// The window that it is now, of a mandate with such a cap: a day or a month by name.
fn window(row: &Value, now: Now) -> Option<String> {
    // São Paulo has had no summer time since 2019.
    let day = now.wall.to_zoned(TimeZone::fixed(Offset::constant(-3))).date().to_string();
    match text(member(row, "periodic_cap"), "window") {
        "day" => Some(day),
        "month" => day.get(..7).map(str::to_owned),
        _ => None,
    }
}

/// What is held and was paid in the window that it is now, where there is a cap for one.
pub(super) fn spent_minor(row: &Value, now: Now) -> Option<i64> {
    let window = window(row, now)?;
    let count = member(row, COUNT);
    let same = text(count, "window") == window;
    Some(if same { member(count, "spent_minor").as_i64().unwrap_or_default() } else { 0 })
}

/// Whether a payment is within the cap of its window.
pub(super) fn has_room(row: &Value, minor: i64, now: Now) -> bool {
    let Some(spent) = spent_minor(row, now) else { return true };
    let cap = member(member(row, "periodic_cap"), "cap_minor").as_i64().unwrap_or_default();
    spent.saturating_add(minor) <= cap
}

/// Counts a payment in its window.
pub(super) fn take(row: &mut Value, minor: i64, now: Now) {
    if let (Some(window), Some(spent)) = (window(row, now), spent_minor(row, now)) {
        let spent = spent.saturating_add(minor);
        set(row, COUNT, json!({ "window": window, "spent_minor": spent }));
    }
}

/// Gives back what was counted for a payment that was not made.
pub(super) fn give_back(row: &mut Value, minor: i64) {
    let count = member(row, COUNT).clone();
    if let Some(spent) = member(&count, "spent_minor").as_i64() {
        let left = spent.saturating_sub(minor).max(0);
        set(row, COUNT, json!({ "window": member(&count, "window"), "spent_minor": left }));
    }
}
