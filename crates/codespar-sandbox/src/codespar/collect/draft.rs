//! Drafts of collect links: what a version is made of, and what is refused of it.

use serde_json::{Value, json};

use crate::{
    codespar::{
        collect::brand,
        money_text::{USDC, smallest},
    },
    server::{
        errors::{Refusal, error},
        json_object::{Issue, JsonObject, issue},
    },
    store::{clock::Now, json::set},
};

const MEMBERS: [&str; 9] = [
    "title",
    "description",
    "success_message",
    "items",
    "brand",
    "surfaces",
    "due_in_days",
    "payer_fields",
    "usdc_price",
];
const SURFACES: [&str; 3] = ["page", "whatsapp", "agent"];
const CHOICES: [&str; 3] = ["required", "optional", "off"];

/// R$ 5,00 and R$ 1.000.000,00.
const LEAST_MINOR: i64 = 500;
const MOST_MINOR: i64 = 100_000_000;

/// Refuses members that the service does not know.
pub(super) fn only(body: &JsonObject, known: &[&str]) -> Result<(), Issue> {
    let members = body.value();
    let mut names = members.as_object().into_iter().flatten().map(|(name, _)| name);
    match names.find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(issue(name, "is not known")),
        None => Ok(()),
    }
}

/// The draft of a version with this number.
pub(super) fn read(body: &JsonObject, number: i64, now: Now) -> Result<Value, Refusal> {
    only(body, &MEMBERS)?;
    let title = body.text("title")?;
    let (items, total) = items(body)?;
    let surfaces = body.texts("surfaces")?;
    if surfaces.is_empty() || surfaces.iter().any(|it| !SURFACES.contains(&it.as_str())) {
        return Err(issue("surfaces", "page, whatsapp or agent").into());
    }
    let days = body.integer("due_in_days")?;
    if !(1..=365).contains(&days) {
        return Err(issue("due_in_days", "1 to 365").into());
    }
    if total < LEAST_MINOR {
        return Err(error(400, "collect_total_below_minimum", "R$ 5.00 at least").into());
    }
    if total > MOST_MINOR {
        return Err(error(400, "collect_total_above_maximum", "R$ 1 000 000.00 at most").into());
    }
    let brand = brand(body)?;
    let has_agent = surfaces.iter().any(|surface| surface == "agent");
    let (price, atomic) = usdc_price(body, has_agent)?;
    Ok(json!({
        "version": number,
        "status": "draft",
        "title": title,
        "description": body.maybe_text("description")?,
        "success_message": body.maybe_text("success_message")?,
        "items": items,
        "total_minor": total,
        "currency": "BRL",
        "brand": brand,
        "surfaces": surfaces,
        "due_in_days": days,
        "payer_fields": payer_fields(body)?,
        "usdc_price": price,
        "usdc_price_atomic": atomic,
        "usdc_price_confirmed_at": null,
        "created_at": now.rfc3339(),
        "published_at": null,
    }))
}

/// The items, and what they come to.
fn items(body: &JsonObject) -> Result<(Vec<Value>, i64), Refusal> {
    let mut total = 0_i64;
    let mut items = Vec::new();
    for item in body.list("items")? {
        let item = JsonObject::of(item);
        only(&item, &["name", "quantity", "unit_amount_minor"])?;
        let (name, quantity) = (item.text("name")?, item.minor("quantity")?);
        let unit = item.minor("unit_amount_minor")?;
        let line = quantity.checked_mul(unit).and_then(|line| total.checked_add(line));
        total = line.ok_or_else(|| issue("items", "too much"))?;
        items.push(json!({ "name": name, "quantity": quantity, "unit_amount_minor": unit }));
    }
    Ok((items, total))
}

fn brand(body: &JsonObject) -> Result<Value, Refusal> {
    let Some(brand) = body.maybe_object("brand")? else { return Ok(json!({})) };
    only(&brand, &["logo_url", "color", "text_color", "texts"])?;
    if let Some(texts) = brand.maybe_object("texts")? {
        only(&texts, &["header", "footer"])?;
    }
    if let (Some(color), Some(text)) = (brand.maybe_text("color")?, brand.maybe_text("text_color")?)
    {
        let contrast = brand::contrast(color, text).ok_or_else(|| issue("brand", "#rrggbb"))?;
        if contrast < 4.5 {
            let code = "collect_brand_contrast_insufficient";
            return Err(error(400, code, "4.5 to 1 at least").into());
        }
    }
    Ok(brand.value())
}

fn payer_fields(body: &JsonObject) -> Result<Value, Issue> {
    let mut fields =
        json!({ "name": "required", "contact": "optional", "external_reference": "off" });
    let Some(asked) = body.maybe_object("payer_fields")? else { return Ok(fields) };
    only(&asked, &["contact", "external_reference"])?;
    for name in ["contact", "external_reference"] {
        if asked.get(name).is_some() {
            set(&mut fields, name, asked.choice(name, &CHOICES)?);
        }
    }
    Ok(fields)
}

/// The price in USDC as it was written, and in its smallest units.
fn usdc_price(body: &JsonObject, has_agent: bool) -> Result<(Value, Value), Refusal> {
    let Some(text) = body.maybe_text("usdc_price")? else {
        return Ok((Value::Null, Value::Null));
    };
    if !has_agent {
        let code = "collect_usdc_price_requires_agent";
        return Err(error(400, code, "only with the surface agent").into());
    }
    let atomic = smallest(text, USDC);
    let atomic = atomic.ok_or_else(|| issue("usdc_price", "more than 0, six decimals at most"))?;
    Ok((text.into(), atomic.to_string().into()))
}
