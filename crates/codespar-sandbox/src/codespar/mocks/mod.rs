//! Reading the mocks that a session declares, and refusing where there is none.

mod validate;

use serde_json::{json, value::RawValue};

use crate::{
    server::{
        errors::{Refusal, coded, error},
        json_object::JsonObject,
        request::Request,
        response::Response,
    },
    store::{
        raw_json::RawObject,
        records::mocks::{MockRefusal, Mocks},
    },
};

/// Reads the mocks of a create, checking first permission, then size, then shape.
pub(crate) fn declare(req: &Request<'_>, body: &JsonObject) -> Result<Option<Mocks>, Refusal> {
    if !body.has("mocks") {
        return Ok(None);
    }
    if !req.settings.test_mode {
        return Err(not_permitted(req));
    }
    let declared = body.echo("mocks");
    let members = req.members();
    let sent = members.get("mocks").unwrap_or(RawValue::NULL);
    let order = RawObject::read(sent.get().as_bytes());
    let order: Vec<&str> = order.iter().map(|(name, _)| name).collect();
    match validate::check(&declared, &order) {
        Ok(()) => Ok(Some(Mocks::new(sent))),
        Err(fault) => Err(fault.answer().into()),
    }
}

fn not_permitted(req: &Request<'_>) -> Refusal {
    let message = "mocks need test mode";
    if req.settings.managed() {
        return error(403, "mocks_not_permitted", message).into();
    }
    coded(501, json!({}), "mocks_not_permitted", message).into()
}

/// A refusal as an answer of its own.
pub(crate) fn refuse(refusal: &MockRefusal, tool: &str) -> Response {
    let status = if *refusal == MockRefusal::Engine { 503 } else { 422 };
    coded(status, refusal.members(tool), refusal.code(), refusal.message())
}
