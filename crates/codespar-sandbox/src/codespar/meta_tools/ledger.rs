//! `codespar_ledger`: entries, balances, accounts, receipts. Leg amounts are minor units.

use serde_json::{Value, json};

use crate::{
    codespar::{
        meta_tools::tool::{Desk, Done, Failure},
        receipts,
    },
    server::json_object::{Fields, issue},
    store::json::set,
};

const ACTIONS: [&str; 5] = ["entry", "balance", "account", "receipt", "receipts"];

/// Posts an entry, opens or reads an account, or shows receipts.
pub(crate) fn run(desk: &mut Desk<'_, '_>, input: &Fields) -> Result<Done, Failure> {
    let data = match input.choice("action", &ACTIONS)? {
        "entry" => entry(desk, input)?,
        "balance" => balance(desk, input.text("account")?),
        "account" => account(desk, input)?,
        "receipt" => receipt(desk, input.text("receipt_id")?),
        _ => list(desk, input)?,
    };
    Ok(Done::by("lerian", data))
}

fn entry(desk: &mut Desk<'_, '_>, input: &Fields) -> Result<Value, Failure> {
    let asset = input.text("asset")?;
    let source = legs(input, "source")?;
    let destination = legs(input, "destination")?;
    let sum = |legs: &[(String, i64)]| {
        legs.iter().try_fold(0_i64, |sum, (_, amount)| sum.checked_add(*amount))
    };
    if sum(&source).is_none() || sum(&source) != sum(&destination) {
        return Err(Failure::new("unbalanced_entry"));
    }
    let id = desk.id("txn");
    for (account, amount) in source {
        post(desk, &account, asset, -amount);
    }
    for (account, amount) in destination {
        post(desk, &account, asset, amount);
    }
    Ok(json!({ "id": id, "status": "APPROVED" }))
}

fn legs(input: &Fields, name: &str) -> Result<Vec<(String, i64)>, Failure> {
    let leg = |leg: &Value| -> Result<(String, i64), Failure> {
        let leg = Fields::of(leg);
        Ok((leg.text("account")?.to_owned(), leg.minor("amount")?))
    };
    input.list(name)?.iter().map(leg).collect()
}

fn post(desk: &mut Desk<'_, '_>, account: &str, asset: &str, amount: i64) {
    let project = desk.world.project;
    let accounts = &mut desk.world.state.ledger_accounts;
    if accounts.find(project, account).is_none() {
        accounts.insert(project, account, json!({}));
    }
    if let Some(row) = accounts.find_mut(project, account) {
        let before = row.get(asset).and_then(Value::as_i64).unwrap_or_default();
        set(row, asset, before.saturating_add(amount));
    }
}

fn balance(desk: &Desk<'_, '_>, account: &str) -> Value {
    let row = desk.world.state.ledger_accounts.find(desk.world.project, account);
    let assets = row.and_then(Value::as_object).into_iter().flatten();
    let balances: Vec<Value> = assets
        .map(|(asset, amount)| json!({ "asset": asset, "available": amount, "on_hold": 0 }))
        .collect();
    json!({ "account_id": account, "balances": balances })
}

fn account(desk: &mut Desk<'_, '_>, input: &Fields) -> Result<Value, Failure> {
    let asset = input.text("asset")?;
    let id = desk.id("acc");
    let alias = input.maybe_text("alias")?.unwrap_or(&id).to_owned();
    let project = desk.world.project;
    let opened = json!({ (asset): 0 });
    desk.world.state.ledger_accounts.insert(project, &alias, opened);
    Ok(json!({ "id": id, "account_id": id, "alias": alias, "status": "ACTIVE" }))
}

fn receipt(desk: &Desk<'_, '_>, id: &str) -> Value {
    match desk.world.state.receipts.find(desk.world.project, id) {
        Some(receipt) => json!({ "found": true, "receipt": receipts::public(receipt) }),
        None => json!({ "found": false, "receipt_id": id }),
    }
}

fn list(desk: &Desk<'_, '_>, input: &Fields) -> Result<Value, Failure> {
    let limit = input.maybe_integer("limit")?.unwrap_or(50);
    let limit = usize::try_from(limit).map_err(|_| issue("limit", "must not be negative"))?;
    let consumer = input.maybe_text("consumer_id")?;
    let rows = receipts::list(desk.world.state, desk.world.project, consumer, limit);
    Ok(json!({ "count": rows.len(), "receipts": rows }))
}
