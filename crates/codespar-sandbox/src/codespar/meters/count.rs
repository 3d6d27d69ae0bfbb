//! Counting: what the events of a meter come to.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    codespar::calendar::{self, Month},
    store::{
        clock::Now,
        json::{member, text},
        state::State,
    },
};

/// What a meter counted in a month.
pub(super) struct Cycle {
    pub(super) usage: Decimal,
    pub(super) customers: usize,
    pub(super) amount: Decimal,
    pub(super) projected_usage: Decimal,
    pub(super) projected_amount: Decimal,
    pub(super) last_event_at: Value,
}

impl Cycle {
    pub(super) fn of(state: &State, project: &str, meter: &Value, month: Month, now: Now) -> Self {
        let events: Vec<Event<'_>> = events(state, project, meter)
            .filter(|event| month.has(calendar::day(event.at)))
            .collect();
        let by_customer = by_customer(meter, &events);
        let usage = sum(by_customer.values().copied());
        let projected_usage = projected(meter, usage, month, now);
        let last = events.iter().max_by_key(|event| event.at);
        Self {
            usage,
            customers: by_customer.len(),
            amount: amount(meter, usage),
            projected_usage,
            projected_amount: amount(meter, projected_usage),
            last_event_at: last.map_or(Value::Null, |event| json!(event.written)),
        }
    }
}

/// What it counted on one day.
pub(super) fn usage_on(state: &State, project: &str, meter: &Value, day: Date) -> Decimal {
    let events: Vec<Event<'_>> =
        events(state, project, meter).filter(|event| calendar::day(event.at) == day).collect();
    sum(by_customer(meter, &events).into_values())
}

/// What this much costs, in reais.
pub(super) fn amount(meter: &Value, usage: Decimal) -> Decimal {
    let price: Decimal = text(meter, "price").parse().unwrap_or_default();
    let per_units = member(meter, "per_units").as_i64().unwrap_or(1).max(1);
    usage.checked_mul(price).map_or(Decimal::MAX, |all| all / Decimal::from(per_units))
}

struct Event<'a> {
    customer: &'a str,
    value: Decimal,
    at: Timestamp,
    written: &'a str,
}

/// The events of a meter, the first received first.
fn events<'a>(
    state: &'a State,
    project: &'a str,
    meter: &'a Value,
) -> impl Iterator<Item = Event<'a>> {
    let mut rows: Vec<&Value> = state.selling.meter_events.list(project).collect();
    rows.reverse();
    let rows = rows.into_iter().filter(|row| text(row, "meter_id") == text(meter, "id"));
    rows.filter_map(|row| {
        Some(Event {
            customer: text(row, "customer"),
            value: text(row, "value").parse().ok()?,
            at: text(row, "occurred_at").parse().ok()?,
            written: text(row, "occurred_at"),
        })
    })
}

fn by_customer<'a>(meter: &Value, events: &[Event<'a>]) -> BTreeMap<&'a str, Decimal> {
    let mut usage = BTreeMap::new();
    let mut latest: BTreeMap<&str, Timestamp> = BTreeMap::new();
    for event in events {
        let one: &mut Decimal = usage.entry(event.customer).or_default();
        match text(meter, "aggregation") {
            "max" => *one = (*one).max(event.value),
            "last" => {
                let at = latest.entry(event.customer).or_insert(event.at);
                if event.at >= *at {
                    (*at, *one) = (event.at, event.value);
                }
            }
            _ => *one = one.saturating_add(event.value),
        }
    }
    usage
}

fn sum(values: impl Iterator<Item = Decimal>) -> Decimal {
    values.fold(Decimal::ZERO, Decimal::saturating_add)
}

/// What it will have counted by the end of the month, if it goes on like this.
fn projected(meter: &Value, usage: Decimal, month: Month, now: Now) -> Decimal {
    let today = calendar::day(now.wall);
    if !month.has(today) || ["max", "last"].contains(&text(meter, "aggregation")) {
        return usage;
    }
    let a_day = usage / Decimal::from(today.day());
    let all = a_day.checked_mul(Decimal::from(month.len())).unwrap_or(Decimal::MAX);
    all.round_dp(6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_last_counts_whenever_it_arrived() {
        let event = |value: i64, at: &str| Event {
            customer: "a",
            value: Decimal::from(value),
            at: at.parse().unwrap(),
            written: "",
        };
        let events = [
            event(7, "2026-10-02T00:00:00Z"),
            event(9, "2026-10-01T00:00:00Z"),
            event(8, "2026-10-02T00:00:00Z"),
        ];
        for (aggregation, usage) in [("last", 8), ("max", 9), ("sum", 24)] {
            let meter = json!({ "aggregation": aggregation });
            assert_eq!(by_customer(&meter, &events)["a"], Decimal::from(usage), "{aggregation}");
        }
    }
}
