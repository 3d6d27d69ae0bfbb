//! `codespar_kyc`: verifying a buyer.

use serde_json::json;

use crate::{
    codespar::meta_tools::tool::{Desk, Done, Failure},
    server::json_object::Fields,
    store::{effects::EffectKind, records::tracking::Tracking},
};

const CHECKS: [&str; 4] = ["identity", "document", "risk-score", "sanctions"];

/// Begins a verification that is approved by itself after a while.
pub(crate) fn run(desk: &mut Desk<'_, '_>, input: &Fields) -> Result<Done, Failure> {
    input.object("buyer")?;
    let check = input.choice("check_type", &CHECKS)?;
    let id = desk.id("inq");
    let url = format!("https://verify.example.test/{id}");
    desk.effect(EffectKind::Verification, &id, None);
    let key = desk.world.state.ids.uuid();
    let tracking = Tracking::verification(key, &id, "persona", Some(url.clone()))
        .settling(desk.world.settings.settle_after, desk.world.now);
    let data = json!({
        "verification_id": id,
        "status": "pending",
        "check_type": check,
        "hosted_url": url,
        "score": if check == "risk-score" { Some(0.12) } else { None },
    });
    Ok(Done::by("persona", data).tracked(tracking))
}
