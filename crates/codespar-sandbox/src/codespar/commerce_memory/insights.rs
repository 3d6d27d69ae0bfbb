//! Sums of what is remembered: `/v1/commerce-memory/insights`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::{
    codespar::{commerce_memory::Window, counterparties::KINDS},
    server::{
        errors::ApiError,
        paging::limit,
        query,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{matches, member, text},
};

/// One counterparty, and what happened with it in a window.
struct Dealings<'a> {
    counterparty: &'a Value,
    interactions: Vec<&'a Value>,
}

impl<'a> Dealings<'a> {
    /// The dealings with every counterparty of the kind that was asked for.
    fn all(req: &'a Request<'_>, window: &Window) -> Result<Vec<Self>, ApiError> {
        let kind = query::choice(req, "kind", &KINDS)?;
        let rows = req.state.counterparties.list(req.project);
        let rows = rows.filter(|row| matches(row, "kind", kind)).map(|counterparty| {
            let id = Some(text(counterparty, "id"));
            let with = req.state.interactions.list(req.project);
            let with = with.filter(|row| matches(row, "counterparty_id", id));
            let interactions = with.filter(|row| window.has(row, "occurred_at")).collect();
            Self { counterparty, interactions }
        });
        Ok(rows.collect())
    }

    fn payments(&self) -> impl Iterator<Item = &&'a Value> {
        self.interactions.iter().filter(|row| text(row, "kind") == "payment")
    }

    /// The sum of the payments, whatever their currencies: no amount of anything.
    fn sum(&self) -> i64 {
        let amounts = self.payments().filter_map(|row| member(row, "amount_minor").as_i64());
        amounts.fold(0, i64::saturating_add)
    }

    /// The currency of most payments.
    fn dominant_currency(&self) -> Option<String> {
        let mut counts = BTreeMap::<&str, usize>::new();
        for row in self.payments().filter(|row| !member(row, "currency").is_null()) {
            *counts.entry(text(row, "currency")).or_default() += 1;
        }
        let most = counts.into_iter().max_by_key(|(_, count)| *count);
        most.map(|(currency, _)| currency.to_owned())
    }
}

fn currencies<'a>(rows: impl Iterator<Item = &'a Value>) -> BTreeSet<&'a str> {
    rows.map(|row| text(row, "currency")).filter(|currency| !currency.is_empty()).collect()
}

/// `GET /v1/commerce-memory/insights/counterparty-summary`: those with nothing, too.
pub(crate) fn counterparty_summary(req: &mut Request<'_>) -> HandlerResult {
    let limit = limit(req, 100, 500)?;
    let window = Window::read(req)?;
    let mut all = Dealings::all(req, &window)?;
    all.sort_by(|one, other| {
        let seen = |it: &Dealings<'_>| text(it.counterparty, "last_seen_at").to_owned();
        (other.sum(), seen(other)).cmp(&(one.sum(), seen(one)))
    });
    let row = |one: &Dealings<'_>| {
        json!({
            "counterparty_id": member(one.counterparty, "id"),
            "name": member(one.counterparty, "name"),
            "kind": member(one.counterparty, "kind"),
            "identifier": member(one.counterparty, "identifier"),
            "identifier_kind": member(one.counterparty, "identifier_kind"),
            "last_seen_at": member(one.counterparty, "last_seen_at"),
            "interaction_count": one.interactions.len(),
            "payment_count": one.payments().count(),
            "total_payment_minor": one.sum(),
            "currencies": currencies(one.interactions.iter().copied()),
        })
    };
    let rows: Vec<Value> = all.iter().take(limit).map(row).collect();
    Ok(Response::ok(json!({ "window": window.told(), "rows": rows })))
}

/// `GET /v1/commerce-memory/insights/top-counterparties`: by payments, those without none left out.
pub(crate) fn top_counterparties(req: &mut Request<'_>) -> HandlerResult {
    let limit = limit(req, 10, 50)?;
    let window = Window::read(req)?;
    let mut all = Dealings::all(req, &window)?;
    all.retain(|one| one.payments().next().is_some());
    all.sort_by_key(|one| std::cmp::Reverse(one.sum()));
    let row = |one: &Dealings<'_>| {
        json!({
            "counterparty_id": member(one.counterparty, "id"),
            "name": member(one.counterparty, "name"),
            "kind": member(one.counterparty, "kind"),
            "payment_count": one.payments().count(),
            "total_payment_minor": one.sum(),
            "dominant_currency": one.dominant_currency(),
        })
    };
    let rows: Vec<Value> = all.iter().take(limit).map(row).collect();
    let body = json!({ "window": window.told(), "kind": req.query("kind"), "rows": rows });
    Ok(Response::ok(body))
}

/// `GET /v1/commerce-memory/insights/negotiation-stats`: a row for each item and outcome.
pub(crate) fn negotiation_stats(req: &mut Request<'_>) -> HandlerResult {
    let window = Window::read(req)?;
    let item = req.query("item_ref");
    let mut groups = BTreeMap::<(&str, &str), Vec<&Value>>::new();
    for row in req.state.negotiations.list(req.project) {
        if window.has(row, "started_at") && matches(row, "item_ref", item) {
            let key = (text(row, "item_ref"), text(row, "outcome"));
            groups.entry(key).or_default().push(row);
        }
    }
    let rows: Vec<Value> = groups.into_iter().map(|(key, rows)| stats(key, &rows)).collect();
    Ok(Response::ok(json!({ "window": window.told(), "item_ref": item, "rows": rows })))
}

fn stats((item, outcome): (&str, &str), rows: &[&Value]) -> Value {
    let number = |row: &Value, name: &str| member(row, name).as_f64();
    let discounts = rows.iter().filter_map(|row| {
        let (first, last) =
            (number(row, "initial_price_minor")?, number(row, "agreed_price_minor")?);
        (outcome == "agreed" && first > 0.0).then_some((first - last) / first)
    });
    let discounts: Vec<f64> = discounts.collect();
    let rounds: Vec<f64> = rows.iter().filter_map(|row| number(row, "rounds")).collect();
    json!({
        "item_ref": Some(item).filter(|item| !item.is_empty()),
        "outcome": outcome,
        "n": rows.len(),
        "avg_rounds": mean(&rounds),
        "currencies": currencies(rows.iter().copied()),
        "avg_discount_pct": mean(&discounts),
        "discount_sample_n": discounts.len(),
    })
}

fn mean(numbers: &[f64]) -> Option<f64> {
    let count = u32::try_from(numbers.len()).ok().filter(|count| *count > 0)?;
    Some(numbers.iter().sum::<f64>() / f64::from(count))
}
