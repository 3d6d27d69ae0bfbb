//! A bill as a request describes it: known members, each read value with where it comes from.

use serde_json::{Map, Value};

use crate::{
    codespar::payables::documents::{days, rail},
    server::{
        errors::{Refusal, error},
        json_object::{Issue, JsonObject, issue},
    },
};

/// The members that are kept.
const KEPT: [&str; 14] = [
    "schema_version",
    "doc_type",
    "attribution",
    "document_hash",
    "supplier",
    "recipient",
    "invoice_number",
    "serie",
    "issue_date",
    "due_date",
    "items",
    "totals",
    "carriers",
    "extraction",
];

/// The sums that a bill may name besides what is to be paid.
pub(super) const PARTS: [&str; 8] = [
    "subtotal_minor",
    "discount_minor",
    "tax_relief_deducted_minor",
    "freight_minor",
    "insurance_minor",
    "other_charges_minor",
    "taxes_added_minor",
    "taxes_included_minor",
];

const DOC_TYPES: [&str; 4] = ["invoice", "danfe_nfe", "boleto", "unknown"];
const SOURCES: [&str; 5] = ["parser_local", "trilho", "modelo", "parceiro", "pessoa"];

/// The key of every request of the sandbox.
pub(super) const KEY: &str = "key_sandbox";

/// Reads a bill that a program or a person has written down.
pub(super) fn read(body: &JsonObject) -> Result<Value, Refusal> {
    if body.has("rail_quote") {
        let code = "payable_rail_quote_not_writable";
        return Err(error(400, code, "only the rail says what it says").into());
    }
    body.choice("schema_version", &["payable.v1"])?;
    body.choice("doc_type", &DOC_TYPES)?;
    check_attribution(&body.object("attribution")?)?;
    check_party(body, "supplier")?;
    if body.get("recipient").is_some() {
        check_party(body, "recipient")?;
    }
    for name in ["invoice_number", "serie"] {
        maybe(body, "", name, Kind::Text)?;
    }
    for name in ["issue_date", "due_date"] {
        maybe(body, "", name, Kind::Day)?;
    }
    let totals = body.object("totals")?;
    needed(&totals, "totals", "grand_total_minor", Kind::Amount)?;
    needed(&totals, "totals", "currency", Kind::Text)?;
    for name in PARTS {
        maybe(&totals, "totals", name, Kind::Amount)?;
    }
    check_carriers(&body.maybe_object("carriers")?.unwrap_or_default())?;
    body.maybe_list("items")?;
    let kept = KEPT.iter().filter_map(|name| Some(((*name).to_owned(), body.get(name)?.clone())));
    Ok(kept.collect::<Map<_, _>>().into())
}

fn check_attribution(attribution: &JsonObject) -> Result<(), Refusal> {
    if attribution.choice("channel", &["upload", "structured", "manual"])? == "upload" {
        let code = "payable_channel_unsupported";
        return Err(error(422, code, "documents are uploaded elsewhere").into());
    }
    match attribution.maybe_text("credential_id")? {
        Some(key) if key != KEY => {
            let code = "payable_attribution_mismatch";
            Err(error(422, code, "not the key of this request").into())
        }
        _ => Ok(()),
    }
}

fn check_party(body: &JsonObject, name: &str) -> Result<(), Issue> {
    let party = body.object(name)?;
    needed(&party, name, "name", Kind::Text)?;
    maybe(&party, name, "document", Kind::Text)
}

/// Carriers that no bank would read are refused before anything is kept.
fn check_carriers(carriers: &JsonObject) -> Result<(), Refusal> {
    let boleto = carriers.maybe_text("boleto")?;
    let nfe = carriers.maybe_text("nfe")?;
    carriers.maybe_text("br_code")?;
    let is_key = |key: &str| key.len() == 44 && key.bytes().all(|byte| byte.is_ascii_digit());
    let mut wrong = Vec::new();
    if boleto.is_some_and(|line| rail::barcode(line).is_none()) {
        wrong.push("boleto");
    }
    if nfe.is_some_and(|key| !is_key(key)) {
        wrong.push("nfe");
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let refusal = error(422, "payable_carrier_malformed", "no bank reads this");
    Err(refusal.with("carriers", wrong).into())
}

/// What a value is.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Text,
    Day,
    /// Minor units.
    Amount,
}

impl Kind {
    /// Whether a value is such.
    pub(super) fn fits(self, value: &Value) -> bool {
        match self {
            Self::Text => value.as_str().is_some_and(|text| !text.is_empty()),
            Self::Day => value.as_str().is_some_and(|text| days::read(text).is_some()),
            Self::Amount => value.as_i64().is_some_and(|amount| amount >= 0),
        }
    }
}

fn needed(object: &JsonObject, of: &str, name: &str, kind: Kind) -> Result<(), Issue> {
    match object.get(name) {
        Some(_) => maybe(object, of, name, kind),
        None => Err(issue(path(of, name).as_str(), "required")),
    }
}

/// Checks a value and where it comes from, where it is there.
fn maybe(object: &JsonObject, of: &str, name: &str, kind: Kind) -> Result<(), Issue> {
    let Some(read) = object.maybe_object(name)? else { return Ok(()) };
    if !read.get("value").is_some_and(|value| kind.fits(value)) {
        return Err(issue(&path(&path(of, name), "value"), "not a value of this member"));
    }
    read.choice("from", &SOURCES).map(drop)
}

fn path(of: &str, name: &str) -> String {
    if of.is_empty() { name.to_owned() } else { format!("{of}.{name}") }
}
