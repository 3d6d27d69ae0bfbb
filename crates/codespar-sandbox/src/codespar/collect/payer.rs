//! Who pays a collect link: what the link knows of it, and what the payer has to say.

use serde_json::{Value, json};

use crate::{
    codespar::collect::draft::only,
    server::{
        errors::{Refusal, error},
        json_object::{Issue, JsonObject, issue},
    },
    store::json::{member, text},
};

/// What a payer can be known by.
const FIELDS: [&str; 5] = ["name", "contact", "external_reference", "document", "address"];

const ADDRESS: [&str; 6] = ["publicArea", "number", "neighborhood", "city", "state", "postalCode"];

/// The payer in a body; without one, nothing is known.
pub(super) fn read(body: &JsonObject) -> Result<JsonObject, Issue> {
    let Some(payer) = body.maybe_object("payer")? else { return Ok(JsonObject::default()) };
    only(&payer, &FIELDS)?;
    for name in FIELDS.into_iter().filter(|name| *name != "address") {
        payer.maybe_text(name)?;
    }
    if let Some(address) = payer.maybe_object("address")? {
        only(&address, &ADDRESS)?;
        ADDRESS.into_iter().try_for_each(|name| address.text(name).map(drop))?;
    }
    match payer.maybe_text("document")? {
        Some(document) if !is_document(document) => Err(issue("payer.document", "11 or 14 digits")),
        _ => Ok(payer),
    }
}

fn is_document(text: &str) -> bool {
    [11, 14].contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Which fields a link knows already.
pub(super) fn prefilled(payer: &JsonObject) -> Value {
    let known = FIELDS.into_iter().filter(|name| payer.get(name).is_some());
    known.collect::<Vec<_>>().into()
}

/// The last two digits of a document.
pub(super) fn masked(payer: &JsonObject) -> Value {
    let document = payer.get("document").and_then(Value::as_str);
    document
        .and_then(|text| text.get(text.len().saturating_sub(2)..))
        .map_or(Value::Null, |last| json!(format!("***{last}")))
}

/// Whether a payer has said what the published version asks for, and no more.
pub(super) fn check(link: &Value, payer: &JsonObject) -> Result<(), Refusal> {
    let prefilled: Vec<&str> = member(link, "payer_prefilled")
        .as_array()
        .map(|names| names.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let form = member(member(link, "version"), "payer_fields");
    let said = |name: &&str| payer.get(name).is_some();
    if let Some(name) = prefilled.iter().find(|name| said(name)) {
        let refusal = error(400, "collect_payer_field_prefilled", "the link knows it already");
        return Err(refusal.with("field", *name).into());
    }
    let off = |name: &&str| text(form, name) == "off";
    if let Some(name) = ["contact", "external_reference"].into_iter().filter(off).find(said) {
        let refusal = error(400, "collect_payer_field_not_asked", "the link does not ask for it");
        return Err(refusal.with("field", name).into());
    }
    let missing: Vec<&str> = ["name", "contact", "external_reference"]
        .into_iter()
        .filter(|name| text(form, name) == "required")
        .filter(|name| !said(name) && !prefilled.contains(name))
        .collect();
    if !missing.is_empty() {
        let refusal = error(400, "collect_payer_fields_missing", "the payer has to say more");
        return Err(refusal.with("fields", missing).into());
    }
    Ok(())
}
