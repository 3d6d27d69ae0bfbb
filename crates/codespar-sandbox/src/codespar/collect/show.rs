//! Collect links and attempts as they are shown.

use serde_json::{Value, json};

use crate::store::{
    json::{member, set, text},
    settings::Settings,
    state::State,
};

/// Members of rows that are not shown.
const HIDDEN: [&str; 5] = ["payer", "key", "request", "test_paid", "pays_at"];

/// A row without what is not shown.
pub(super) fn public(row: &Value) -> Value {
    let mut row = row.clone();
    if let Some(members) = row.as_object_mut() {
        members.retain(|name, _| !HIDDEN.contains(&name.as_str()));
    }
    row
}

/// An attempt as it is answered to whom asked for it.
pub(super) fn answered(row: &Value, replay: bool, superseded: Option<&str>) -> Value {
    let mut row = public(row);
    set(&mut row, "replay", replay);
    set(&mut row, "superseded", superseded);
    row
}

/// What the page of a payer is told of an attempt.
pub(super) fn for_page(row: &Value, code: &Value) -> Value {
    let mut shown = json!({ "copy_paste": code });
    for name in [
        "id",
        "state",
        "surface",
        "amount_minor",
        "currency",
        "due_date",
        "expires_at",
        "ready_at",
        "failure_code",
    ] {
        set(&mut shown, name, member(row, name).clone());
    }
    if text(row, "state") == "issuing" {
        set(&mut shown, "retry_after", RETRY_AFTER);
    }
    shown
}

/// After how many seconds one may ask again for a code that is being issued.
pub(super) const RETRY_AFTER: u64 = 5;

pub(super) fn environment(settings: &Settings) -> &'static str {
    if settings.test_mode { "test" } else { "live" }
}

/// The name of who is paid, or the id.
pub(super) fn receiver_name(state: &State, project: &str, consumer: &str) -> String {
    let row = state.consumers.find(project, consumer);
    let name = row.map(|row| text(row, "name")).filter(|name| !name.is_empty());
    name.unwrap_or(consumer).to_owned()
}
