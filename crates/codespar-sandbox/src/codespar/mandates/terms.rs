//! What a payment may say about itself: the account that it goes to, the quote that it follows, and
//! what was approved.

use jiff::Timestamp;

use crate::{
    codespar::mandates::destination,
    server::{
        errors::{Refusal, error},
        json_object::JsonObject,
    },
};

/// Looks at the forms alone: nothing is compared with what settles, or with an approval.
pub(super) fn check(body: &JsonObject) -> Result<(), Refusal> {
    if let Some(ted) = body.maybe_object("ted")? {
        destination::check_wire(&ted)?;
    }
    if let Some(quote) = body.maybe_object("quote")? {
        if quote.maybe_text("at")?.is_some_and(|at| at.parse::<Timestamp>().is_err()) {
            let code = "invalid_receipt_timestamp";
            return Err(error(400, code, "quote.at is no time").into());
        }
    }
    let wrong = || error(400, "invalid_approval_hash", "a SHA-256 in small hex digits");
    match body.maybe_object("approval").map_err(|_| wrong())? {
        Some(approval) => Ok(check_approval(&approval).ok_or_else(wrong)?),
        None => Ok(()),
    }
}

fn check_approval(approval: &JsonObject) -> Option<()> {
    let value = approval.value();
    let known = |name: &String| ["items_hash", "batch_hash"].contains(&&**name);
    let all_known = value.as_object()?.keys().all(known);
    let items = is_hash(approval.text("items_hash").ok()?);
    let batch = approval.maybe_text("batch_hash").ok()?.is_none_or(is_hash);
    (all_known && items && batch).then_some(())
}

fn is_hash(text: &str) -> bool {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    digits.len() == 64 && digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}
