//! What lists and answers of several subjects have in common: required lists, and money
//! that was moved.

use codespar_engine::{
    Error,
    kit::{Members, Response, approval, members},
};
use serde::de::DeserializeOwned;

/// The rows of a list that goes by one of several names: none of them is no empty list.
pub(crate) fn require_list<R>(
    answer: &Response,
    name: &str,
    rows: Option<Vec<R>>,
) -> Result<Vec<R>, Error> {
    let missing = || Error::decode(format!("{name}: expected a list"));
    rows.ok_or_else(|| answer.decorate(missing()))
}

/// What a success says of money that was moved: none of the members that are known is no answer,
/// and an approval that is waited for is no success.
pub(crate) fn read_movement<O: DeserializeOwned + Members>(answer: Response) -> Result<O, Error> {
    let moved = answer.json()?;
    let body = members(&answer.body).unwrap_or_default();
    if !O::NAMES.iter().any(|name| body.contains_key(*name)) && approval(&body).is_none() {
        let error = Error::decode("expected at least one member that is known");
        return Err(answer.decorate(error));
    }
    // A payment that was approved may tell of its approval.
    let is_over = matches!(
        body.get("status").and_then(serde_json::Value::as_str),
        Some("completed" | "sent" | "settled" | "paid")
    );
    match approval(&body) {
        Some(approval) if !is_over => {
            let error = Error::api("a person must approve it first").with_code("approval_required");
            let error = error.judged(answer.judge(None, true)).with_approval(Some(approval));
            Err(answer.decorate(error))
        }
        _ => Ok(moved),
    }
}
