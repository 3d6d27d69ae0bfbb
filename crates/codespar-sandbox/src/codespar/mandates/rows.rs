//! Mandates as they are listed and read.

use serde_json::{Map, Value, json};

use crate::{
    codespar::mandates::period,
    store::{
        clock::Now,
        json::{member, set, text},
        records::organization::SpendPause,
    },
};

/// The status of a mandate now: its time may be over, and nobody has to write that down.
pub(super) fn status(row: &Value, now: Now) -> &str {
    match text(row, "status") {
        "active" | "paused" if text(row, "expires_at") < now.rfc3339().as_str() => "expired",
        status => status,
    }
}

/// A mandate as it is listed.
pub(super) fn listed(row: &Value, now: Now) -> Value {
    let (allowlist, pin) = (row.get("merchant_allowlist"), row.get("merchant_pin_kind"));
    json!({
        "id": member(row, "id"),
        "consumer_id": member(row, "consumer_id"),
        "agent_id": member(row, "agent_id"),
        "display_name": member(row, "display_name"),
        "purpose": member(row, "purpose"),
        "merchant_allowlist": allowlist.cloned().unwrap_or_else(|| json!(["*"])),
        "merchant_pin_kind": pin.cloned().unwrap_or_else(|| json!("pix-key")),
        "intent_note": member(row, "intent_note"),
        "cap_minor": minor_text(member(row, "cap_minor")),
        "per_tx_cap_minor": minor_text(member(row, "per_tx_cap_minor")),
        "currency": member(row, "currency"),
        "status": status(row, now),
        "expires_at": member(row, "expires_at"),
        "created_at": member(row, "created_at"),
    })
}

/// A mandate as it is read: with what it allows in particular, and what was spent. A paused
/// organization leaves the status as it is.
pub(super) fn whole(pause: &SpendPause, settled_minor: i64, row: &Value, now: Now) -> Value {
    let spent_now = period::spent_minor(row, now.wall);
    let slots = member(row, "slots").as_array();
    let slots = slots.map(|slots| slots.iter().map(in_text).collect::<Vec<_>>());
    let periodic = member(row, "periodic_cap");
    let mut mandate = listed(row, now);
    let more = json!({
        "org_paused": pause.paused,
        "org_paused_at": pause.paused_at.as_ref().filter(|_| pause.paused),
        "periodic_cap": periodic.is_object().then(|| in_text(periodic)),
        "withdrawal_allowlist": member(row, "withdrawal_allowlist"),
        "dda_allowlist": member(row, "dda_allowlist"),
        "slots": slots,
        "funding": { "rail": member(row, "rail"), "currency": member(row, "currency") },
        "usage": {
            "spent_minor": settled_minor.to_string(),
            "period_spent_minor": spent_now.map(|minor| minor.to_string()),
        },
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        set(&mut mandate, name, value.clone());
    }
    mandate
}

/// An object whose amounts are texts.
fn in_text(object: &Value) -> Value {
    let members = object.as_object().into_iter().flatten();
    let members = members.map(|(name, value)| match name.ends_with("_minor") {
        true => (name.clone(), minor_text(value)),
        false => (name.clone(), value.clone()),
    });
    Value::Object(members.collect::<Map<_, _>>())
}

/// A whole amount as the text that it is read as.
fn minor_text(minor: &Value) -> Value {
    minor.as_i64().map_or_else(|| minor.clone(), |minor| minor.to_string().into())
}
