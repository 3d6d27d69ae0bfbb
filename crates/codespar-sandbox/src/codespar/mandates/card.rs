//! The card that spends under a mandate: `/v1/consumers/mandates/{id}/card`.

use serde_json::{Value, json};

use crate::{
    codespar::{audit_events, mandates::missing},
    server::{
        errors::error,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{matches, member, set},
};

/// `GET /v1/consumers/mandates/{id}/card`: the shops that a card is used in are not played, so no
/// authorization is ever listed.
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let mandate = req.state.mandates.find(req.project, req.id()).ok_or_else(missing)?.clone();
    let bound = bound(req).map(|issue| {
        let card = member(issue, "card");
        json!({
            "card_id": member(card, "card_id"),
            "consumer_id": member(&mandate, "consumer_id"),
            "affinity_group_id": null,
            "cardholder_id": null,
            "last_four": member(card, "last4"),
            "brand": member(card, "network"),
            "status": member(card, "status"),
            "bound_at": member(card, "created_at"),
        })
    });
    Ok(Response::ok(json!({
        "mandate_id": req.id(), "card": bound, "authorizations": [],
    })))
}

/// `DELETE /v1/consumers/mandates/{id}/card`: the issuer is not told, so the card itself stays.
pub(crate) fn unbind(req: &mut Request<'_>) -> HandlerResult {
    req.state.mandates.find(req.project, req.id()).ok_or_else(missing)?;
    let none = || error(404, "no_active_card", "no card spends under this mandate");
    let card = member(bound(req).ok_or_else(none)?, "card").clone();
    let mandate = req.id().to_owned();
    for issue in req.state.card_issues.list_mut(req.project) {
        if matches(issue, "mandate_id", Some(&mandate)) {
            set(issue, "bound", false);
        }
    }
    let said = json!({ "mandate_id": mandate, "card_id": member(&card, "card_id") });
    audit_events::record(req, "mandate.card_unbound", said.clone());
    let mut answer = said;
    set(&mut answer, "revoked", true);
    Ok(Response::ok(answer))
}

/// The newest issue whose card spends under the mandate of the path.
fn bound<'a>(req: &'a Request<'_>) -> Option<&'a Value> {
    let mut rows = req.state.card_issues.list(req.project);
    rows.find(|issue| {
        matches(issue, "mandate_id", Some(req.id()))
            && *member(issue, "bound") == json!(true)
            && member(issue, "card").is_object()
    })
}
