//! `codespar_wallet`. Its fields are not public; balance and statement have a plain form here.

use serde_json::json;

use crate::{
    codespar::meta_tools::tool::{Desk, Done, Failure},
    server::json_object::Fields,
};

/// Shows an empty wallet.
pub(crate) fn run(desk: &mut Desk<'_, '_>, input: &Fields) -> Result<Done, Failure> {
    let action = input.choice("action", &["balance", "statement"])?;
    let user = &desk.session.user;
    let data = match action {
        "balance" => json!({ "action": action, "consumer_id": user, "currencies": [] }),
        _ => json!({ "action": action, "consumer_id": user, "entries": [] }),
    };
    Ok(Done::by("_codespar", data))
}
