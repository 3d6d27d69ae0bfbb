//! `codespar_shop`: searching products and checking out. Prices are minor units.

use serde_json::{Value, json};

use crate::{
    codespar::{
        meta_tools::tool::{ToolContext, ToolError, ToolOutput},
        pix_code,
    },
    server::json_object::{JsonObject, issue},
    store::{effects::EffectKind, money::Amount, records::checkout::Checkout},
};

/// What the one shop of the sandbox sells: sku, title, price.
const SHELF: [(&str, &str, i64); 3] = [
    ("sku_1", "Ração para gato 1 kg", 4_990),
    ("sku_2", "Ração para cachorro 3 kg", 12_990),
    ("sku_3", "Café em grãos 250 g", 3_450),
];

/// The product that is gone by the time it is bought.
const SOLD_OUT: &str = "sku_3";

/// Searches, checks out, or tells the state of a checkout.
pub(crate) fn run(
    context: &mut ToolContext<'_>,
    input: &JsonObject,
) -> Result<ToolOutput, ToolError> {
    let data = match input.choice("action", &["search", "checkout", "checkout_status"])? {
        "search" => search(input)?,
        "checkout" => checkout(context, input)?,
        _ => status(context, input.text("checkout_session_id")?),
    };
    Ok(ToolOutput::from_server("vtex", data))
}

fn search(input: &JsonObject) -> Result<Value, ToolError> {
    let query = input.text("query")?.to_lowercase();
    let limit = usize::try_from(input.maybe_integer("limit")?.unwrap_or(10).clamp(1, 20));
    let hits = SHELF.iter().filter(|(_, title, _)| {
        let title = title.to_lowercase();
        query.split_whitespace().any(|word| word.len() > 2 && title.contains(word))
    });
    let products: Vec<Value> = hits.take(limit.unwrap_or(10)).map(offer).collect();
    Ok(json!({ "rail": "vtex", "products": products }))
}

fn offer(&(sku, title, price): &(&str, &str, i64)) -> Value {
    json!({
        "product_id": format!("prod_{sku}"),
        "sku_id": sku,
        "title": title,
        "price_minor": price,
        "currency": "BRL",
        "image": format!("https://img.example.test/{sku}.jpg"),
        "url": format!("https://shop.example.test/p/{sku}"),
        "available": true,
        "variants": [{
            "sku_id": sku,
            "title": title,
            "price_minor": price,
            "currency": "BRL",
            "available": true,
        }],
    })
}

fn checkout(context: &mut ToolContext<'_>, input: &JsonObject) -> Result<Value, ToolError> {
    let items = input.maybe_list("items")?;
    let (total, sold_out) = match (items, input.maybe_text("url")?) {
        (Some(items), None) if !items.is_empty() => total(items)?,
        (None, Some(_)) => (9_900, false),
        _ => return Err(issue("items", "either items or url").into()),
    };
    let id = context.id("cks");
    context.effect(EffectKind::Checkout, &id, Some(total));
    let ready = context.now.instant.checked_add(context.settings.settle_after);
    let project = context.project.to_owned();
    let row = Checkout { id: id.clone(), project, total_minor: total, ready, sold_out };
    context.state.checkouts.push(row);
    Ok(json!({
        "checkout_session_id": id, "status": "in_progress", "message": "checkout started",
    }))
}

/// The sum of the items, and whether one of them is sold out.
fn total(items: &[Value]) -> Result<(i64, bool), ToolError> {
    let mut sum = 0_i64;
    let mut sold_out = false;
    for item in items {
        let item = JsonObject::of(item);
        let sku = item.text("variant_id")?;
        let quantity = item.maybe_integer("quantity")?.unwrap_or(1);
        if quantity < 1 {
            return Err(issue("quantity", "must be positive").into());
        }
        let price = SHELF.iter().find(|(known, ..)| *known == sku).map(|(_, _, price)| *price);
        let price = price.ok_or_else(|| issue("variant_id", "no such product"))?;
        sum = sum.saturating_add(price.saturating_mul(quantity));
        sold_out |= sku == SOLD_OUT;
    }
    Ok((sum, sold_out))
}

/// Title and price of a product, on the shelf or made up.
pub(crate) fn price_of(sku: &str) -> (&'static str, i64) {
    let found = SHELF.iter().find(|(known, ..)| *known == sku);
    found.map_or(("Produto de teste", 9_900), |(_, title, price)| (*title, *price))
}

/// The state of a checkout; of one that nobody knows, too.
fn status(context: &ToolContext<'_>, id: &str) -> Value {
    let mut rows = context.state.checkouts.iter();
    let found = rows.find(|row| row.id == id && row.project == context.project);
    let Some(row) = found else { return canceled(id, "checkout_not_found") };
    if row.ready.is_none_or(|ready| context.now.instant < ready) {
        return json!({ "checkout_session_id": id, "status": "in_progress" });
    }
    if row.sold_out {
        return canceled(id, "sold_out");
    }
    json!({
        "checkout_session_id": id,
        "status": "ready_for_payment",
        "rail": "vtex",
        "total_minor": row.total_minor,
        "pix_copia_e_cola": pix_code::copy_paste(Amount::from_minor(row.total_minor), id),
        "order_status": "pending",
    })
}

fn canceled(id: &str, error: &str) -> Value {
    json!({ "checkout_session_id": id, "status": "canceled", "error": error })
}
