//! Paid calls: what they earned, and what the service keeps of them.

use serde_json::{Value, json};

use crate::{
    codespar::events,
    store::{
        clock::Now,
        effects::EffectKind,
        json::{member, text},
        state::State,
    },
};

/// What the service keeps: one of so many.
const FEE_PART: i64 = 100;

/// What sales came to, in the smallest units.
#[derive(Default)]
pub(crate) struct Earned {
    pub(crate) gross: i64,
    pub(crate) fees: i64,
}

impl Earned {
    pub(crate) fn by(sales: &[&Value]) -> Self {
        let sum = |name| {
            let amounts = sales.iter().filter_map(|sale| member(sale, name).as_i64());
            amounts.fold(0, i64::saturating_add)
        };
        Self { gross: sum("amount"), fees: sum("fee") }
    }
}

/// An agent pays for one call at a paywall of any project; says whether there is one that is
/// active.
pub(crate) fn pay(state: &mut State, id: &str, now: Now) -> bool {
    let is_open = |row: &Value| text(row, "id") == id && *member(row, "active") == json!(true);
    let found = state.selling.paywalls.everywhere().find(|(_, row)| is_open(row));
    let Some((project, row)) = found else { return false };
    let project = project.to_owned();
    let amount: i64 = text(row, "price_atomic").parse().unwrap_or_default();
    let sale = state.ids.with("sal");
    let row = json!({
        "item": id,
        "amount": amount,
        "fee": amount / FEE_PART,
        "at": now.rfc3339(),
        "swept": false,
    });
    state.selling.sales.insert(&project, &sale, row);
    state.effects.add(EffectKind::Collection, &sale, None, Some(amount));
    let data = json!({
        "paywall_id": id,
        "sale_id": sale,
        "amount_minor": amount,
        "currency": "USDC",
        "rail": "x402",
    });
    events::tell(state, &project, "gate.paywall.charged", data, now);
    true
}
