//! `codespar_ledger`: entries, balances, accounts, receipts. Leg amounts are minor units.

use serde_json::{Value, json};

use crate::{
    codespar::{
        meta_tools::tool::{ToolContext, ToolError, ToolOutput},
        receipts,
    },
    server::json_object::{JsonObject, issue},
    store::json::set,
};

const ACTIONS: [&str; 5] = ["entry", "balance", "account", "receipt", "receipts"];

/// Posts an entry, opens or reads an account, or shows receipts.
pub(crate) fn run(
    context: &mut ToolContext<'_>,
    input: &JsonObject,
) -> Result<ToolOutput, ToolError> {
    let data = match input.choice("action", &ACTIONS)? {
        "entry" => entry(context, input)?,
        "balance" => balance(context, input.text("account")?),
        "account" => account(context, input)?,
        "receipt" => receipt(context, input.text("receipt_id")?),
        _ => list(context, input)?,
    };
    Ok(ToolOutput::from_server("lerian", data))
}

fn entry(context: &mut ToolContext<'_>, input: &JsonObject) -> Result<Value, ToolError> {
    let asset = input.text("asset")?;
    let source = legs(input, "source")?;
    let destination = legs(input, "destination")?;
    let sum = |legs: &[(String, i64)]| {
        legs.iter().try_fold(0_i64, |sum, (_, amount)| sum.checked_add(*amount))
    };
    if sum(&source).is_none() || sum(&source) != sum(&destination) {
        return Err(ToolError::new("unbalanced_entry"));
    }
    let id = context.id("txn");
    for (account, amount) in source {
        post(context, &account, asset, -amount);
    }
    for (account, amount) in destination {
        post(context, &account, asset, amount);
    }
    Ok(json!({ "id": id, "status": "APPROVED" }))
}

fn legs(input: &JsonObject, name: &str) -> Result<Vec<(String, i64)>, ToolError> {
    let leg = |leg: &Value| -> Result<(String, i64), ToolError> {
        let leg = JsonObject::of(leg);
        Ok((leg.text("account")?.to_owned(), leg.minor("amount")?))
    };
    input.list(name)?.iter().map(leg).collect()
}

fn post(context: &mut ToolContext<'_>, account: &str, asset: &str, amount: i64) {
    let project = context.project;
    let accounts = &mut context.state.ledger_accounts;
    if accounts.find(project, account).is_none() {
        accounts.insert(project, account, json!({}));
    }
    if let Some(row) = accounts.find_mut(project, account) {
        let before = row.get(asset).and_then(Value::as_i64).unwrap_or_default();
        set(row, asset, before.saturating_add(amount));
    }
}

fn balance(context: &ToolContext<'_>, account: &str) -> Value {
    let row = context.state.ledger_accounts.find(context.project, account);
    let assets = row.and_then(Value::as_object).into_iter().flatten();
    let balances: Vec<Value> = assets
        .map(|(asset, amount)| json!({ "asset": asset, "available": amount, "on_hold": 0 }))
        .collect();
    json!({ "account_id": account, "balances": balances })
}

fn account(context: &mut ToolContext<'_>, input: &JsonObject) -> Result<Value, ToolError> {
    let asset = input.text("asset")?;
    let id = context.id("acc");
    let alias = input.maybe_text("alias")?.unwrap_or(&id).to_owned();
    let project = context.project;
    let opened = json!({ (asset): 0 });
    context.state.ledger_accounts.insert(project, &alias, opened);
    Ok(json!({ "id": id, "account_id": id, "alias": alias, "status": "ACTIVE" }))
}

fn receipt(context: &ToolContext<'_>, id: &str) -> Value {
    match context.state.receipts.find(context.project, id) {
        Some(receipt) => {
            json!({ "found": true, "receipt": receipts::public(receipt, context.settings) })
        }
        None => json!({ "found": false, "receipt_id": id }),
    }
}

fn list(context: &ToolContext<'_>, input: &JsonObject) -> Result<Value, ToolError> {
    let limit = input.maybe_integer("limit")?.unwrap_or(50);
    let limit = usize::try_from(limit).map_err(|_| issue("limit", "must not be negative"))?;
    let consumer = input.maybe_text("consumer_id")?;
    let rows = receipts::list(context.state, context.settings, context.project, consumer, limit);
    Ok(json!({ "count": rows.len(), "receipts": rows }))
}
