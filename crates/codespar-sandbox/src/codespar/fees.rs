//! What the service charges an organization for, and what it keeps of sales: `/v1/fees`, and the
//! sweep of platform fees.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    codespar::{
        calendar::{self, Month},
        paywalls::sales::Earned,
    },
    server::{
        errors::error,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::Now,
        effects::EffectKind,
        hex::hex,
        json::{member, set, text},
        state::State,
    },
};

/// Of each payment 10 basis points, between 5 and 200 centavos; the first R$ 1.000,00 of a month
/// are free.
const PART: i64 = 1_000;
const LEAST_MINOR: i64 = 5;
const MOST_MINOR: i64 = 200;
const FREE_MINOR: i64 = 100_000;

/// For each account that was governed in a month.
const ACCOUNT_MINOR: i64 = 490;

/// `GET /v1/fees`: a month is measured once it is over.
pub(crate) fn summary(req: &mut Request<'_>) -> HandlerResult {
    let lane = |latest: Option<Value>| {
        let is_computed = latest.is_some();
        json!({ "computed": is_computed, "charging": false, "latest": latest })
    };
    Ok(Response::ok(json!({
        "period": Month::of(calendar::day(req.now.wall)).text(),
        "lanes": {
            "movimentar": lane(moved(req.state, req.project, req.now)),
            "faturar": lane(None),
            "governar": lane(governed(req.state, req.project, req.now)),
            "operar": lane(None),
        },
    })))
}

/// `GET /v1/fees/movimentar`: null as long as there is none.
pub(crate) fn movimentar(req: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(json!(moved(req.state, req.project, req.now))))
}

/// `GET /v1/fees/governar`: null as long as there is none.
pub(crate) fn governar(req: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(json!(governed(req.state, req.project, req.now))))
}

/// A payment under a mandate, by its receipt.
struct Paid<'a> {
    consumer: &'a str,
    amount: i64,
}

/// The payments of the last month that is over, the first one first.
fn last_month<'a>(state: &'a State, project: &'a str, now: Now) -> (Month, Vec<Paid<'a>>) {
    let month = Month::of(calendar::day(now.wall)).before();
    let is_of_it = |row: &&Value| {
        let at = text(member(row, "payment"), "at").parse::<jiff::Timestamp>();
        at.is_ok_and(|at| month.has(calendar::day(at)))
    };
    let rows = state.receipts.list(project).filter(is_of_it);
    let mut paid: Vec<Paid<'_>> = rows
        .filter_map(|row| {
            let amount = member(member(row, "payment"), "amount_minor").as_i64()?;
            Some(Paid { consumer: text(row, "consumer_id"), amount })
        })
        .collect();
    paid.reverse();
    (month, paid)
}

fn moved(state: &State, project: &str, now: Now) -> Option<Value> {
    let (month, payments) = last_month(state, project, now);
    let consumers: BTreeSet<&str> = payments.iter().map(|paid| paid.consumer).collect();
    let moved: i64 = payments.iter().map(|paid| paid.amount).fold(0, i64::saturating_add);
    let (mut free, mut fee) = (FREE_MINOR, 0);
    for paid in &payments {
        let covered = paid.amount.min(free);
        free -= covered;
        if paid.amount > covered {
            let part = ((paid.amount - covered) / PART).clamp(LEAST_MINOR, MOST_MINOR);
            fee = part.saturating_add(fee);
        }
    }
    (!payments.is_empty()).then(|| {
        json!({
            "period": month.text(),
            "consumerCount": consumers.len(),
            "movedMinor": moved,
            "freeTierAppliedMinor": FREE_MINOR - free,
            "billableMinor": moved - (FREE_MINOR - free),
            "refundCreditMinor": 0,
            "refundedCount": 0,
            "feeMinor": fee,
            "rateTier": "self_serve",
            "computedAt": now.rfc3339(),
            "invoiced": false,
        })
    })
}

fn governed(state: &State, project: &str, now: Now) -> Option<Value> {
    let (month, payments) = last_month(state, project, now);
    // Who paid under a mandate had an active one.
    let consumers: BTreeSet<&str> = payments.iter().map(|paid| paid.consumer).collect();
    let names: Vec<&str> = consumers.into_iter().collect();
    (!names.is_empty()).then(|| {
        let count = i64::try_from(names.len()).unwrap_or(i64::MAX);
        json!({
            "period": month.text(),
            "governedAccountsCount": count,
            "consumerIdsSha256": hex(&Sha256::digest(names.join("\n").as_bytes())),
            "feeMinor": count.saturating_mul(ACCOUNT_MINOR),
            "computedAt": now.rfc3339(),
            "invoiced": false,
        })
    })
}

/// `POST /v1/mcp-servers/platform-fees/sweep`: what is due of each paywall is transferred. Two sums
/// fail: a transfer of 666 of the smallest units is told as failed and stays due; at one of 667 the
/// whole is answered with 503, and nobody is told which transfers were made.
pub(crate) fn sweep(req: &mut Request<'_>) -> HandlerResult {
    const FAILS: i64 = 666;
    const BREAKS_OFF: i64 = 667;
    let due = due(req.state, req.project);
    let is_broken = due.iter().any(|(_, sum)| *sum == BREAKS_OFF);
    let mut transfers = Vec::new();
    let (mut swept, mut total) = (0, 0_i64);
    for (item, sum) in due {
        let id = req.state.ids.with("tx");
        if sum == FAILS || sum == BREAKS_OFF {
            transfers.push(transfer(&item, sum, None));
            continue;
        }
        for sale in req.state.selling.sales.list_mut(req.project) {
            if text(sale, "item") == item {
                set(sale, "swept", true);
            }
        }
        req.state.effects.add(EffectKind::Payment, &id, None, Some(sum));
        let hash = format!("0x{:0>64}", id.trim_start_matches("tx_"));
        transfers.push(transfer(&item, sum, Some(&hash)));
        (swept, total) = (swept + 1, total.saturating_add(sum));
    }
    if is_broken {
        let code = "payto_provisioning_unavailable";
        return Err(error(503, code, "the pass did not come to its end").into());
    }
    let mut answer = json!({
        "swept": swept,
        "total_atomic": total.to_string(),
        "transfers": transfers,
    });
    if !transfers.is_empty() {
        set(&mut answer, "partner_wallet", "0x00000000000000000000000000000000005a4db0");
    }
    Ok(Response::ok(answer))
}

/// What the service is to get of each paywall.
fn due(state: &State, project: &str) -> Vec<(String, i64)> {
    let open = |sale: &&Value| *member(sale, "swept") == json!(false);
    let sales: Vec<&Value> = state.selling.sales.list(project).filter(open).collect();
    let items: BTreeSet<&str> = sales.iter().map(|sale| text(sale, "item")).collect();
    let sums = items.into_iter().map(|item| {
        let of_item = |sale: &&&Value| text(sale, "item") == item;
        let sales: Vec<&Value> = sales.iter().filter(of_item).copied().collect();
        (item.to_owned(), Earned::by(&sales).fees)
    });
    sums.filter(|(_, sum)| *sum > 0).collect()
}

fn transfer(item: &str, sum: i64, tx: Option<&str>) -> Value {
    json!({
        "source": format!("codespar-{item}"),
        "amount_atomic": sum.to_string(),
        "tx": tx,
        "status": if tx.is_some() { "swept" } else { "failed" },
    })
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn sums_that_are_too_large_end_at_the_largest() {
        let wall = "2026-03-15T12:00:00Z".parse().unwrap();
        let now = Now { instant: Instant::now(), wall };
        let mut state = State::default();
        for (id, amount) in [("r1", i64::MAX), ("r2", i64::MAX), ("r3", 40_000)] {
            let row = json!({
                "consumer_id": "c1",
                "payment": { "amount_minor": amount, "at": "2026-02-10T12:00:00Z" },
            });
            state.receipts.insert("prj", id, row);
        }
        let fee = moved(&state, "prj", now).unwrap();
        assert_eq!(fee["movedMinor"], i64::MAX);
        assert_eq!(fee["freeTierAppliedMinor"], FREE_MINOR);
        assert_eq!(fee["billableMinor"], i64::MAX - FREE_MINOR);
        assert_eq!(fee["feeMinor"], 2 * MOST_MINOR + 40);
    }
}
