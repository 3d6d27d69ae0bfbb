//! Payments that payment links received: `/v1/payment-links/{id}/payments`.

use serde_json::{Value, json};

use crate::{
    codespar::{
        ledger::sales,
        payment_links::{find, is_payable},
    },
    server::{
        errors::error,
        paging::{limit, page_of},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::Now,
        effects::EffectKind,
        json::{member, set, text},
        state::State,
    },
};

/// `GET /v1/payment-links/{id}/payments`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let most = limit(req, 20, 100)?;
    let id = text(find(req)?, "id").to_owned();
    let rows = req.state.selling.link_payments.list(req.project);
    let rows = rows.filter(|row| text(row, "link_id") == id).cloned().collect();
    let (rows, next) = page_of(req, most, rows, "before", |row| text(row, "id").to_owned())
        .map_err(|_| error(400, "invalid_query", "the cursor is not one of ours"))?;
    Ok(Response::ok(json!({ "payments": rows, "next_before": next })))
}

/// An agent pays a link of any project by the first of its rails; says whether there is one that
/// can be paid.
pub(crate) fn pay(state: &mut State, id: &str, now: Now) -> bool {
    let fits = |row: &Value| text(row, "id") == id && is_payable(row, now);
    let found = state.selling.payment_links.everywhere().find(|(_, row)| fits(row));
    let Some((project, link)) = found else { return false };
    let (project, link) = (project.to_owned(), link.clone());
    let rail = member(&link, "accepts").get(0).cloned().unwrap_or_default();
    let is_pix = text(&rail, "rail") == "pix";
    let payment = state.ids.with("lpm");
    let amount = match member(&rail, "amount_minor").as_i64() {
        Some(amount) => amount,
        None => text(&rail, "amount_atomic").parse().unwrap_or_default(),
    };
    let number = payment.trim_start_matches("lpm_");
    let transaction = if is_pix { format!("E{number:0>31}") } else { format!("0x{number:0>64}") };
    // What is paid on a chain goes past the wallets.
    let entry = is_pix.then(|| sales::received(state, &project, (amount, &transaction), now));
    let row = json!({
        "id": payment,
        "link_id": id,
        "surface": if is_pix { "agent_pix" } else { "agent_x402" },
        "rail": member(&rail, "rail"),
        "currency": member(&rail, "currency"),
        "amount_minor": amount.to_string(),
        "payer": { "kind": "agent", "label": null },
        "txid": transaction,
        "ledger_entry_id": entry.map(|entry| entry.to_string()),
        "settled_at": now.rfc3339(),
    });
    state.selling.link_payments.insert(&project, &payment, row);
    state.effects.add(EffectKind::Collection, &payment, None, Some(amount));
    if let Some(link) = state.selling.payment_links.find_mut(&project, id) {
        let uses = member(link, "use_count").as_i64().unwrap_or_default();
        set(link, "use_count", uses + 1);
        if *member(link, "one_time") == json!(true) {
            set(link, "status", "paid");
        }
    }
    true
}

/// What payments come to in a currency.
pub(super) fn sum(payments: &[&Value], currency: &str) -> i64 {
    let of = payments.iter().filter(|row| text(row, "currency") == currency);
    let amounts = of.filter_map(|row| text(row, "amount_minor").parse::<i64>().ok());
    amounts.fold(0, i64::saturating_add)
}
