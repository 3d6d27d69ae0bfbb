//! Answers that hold one thing in a member of its name, `{"trigger": {…}}`.

use codespar_engine::{Answer, Error, Json};
use serde::de::DeserializeOwned;

/// Reads such an answer. The API's documents do not say of every endpoint whether the thing is
/// wrapped, so one that stands bare is read as well.
pub(crate) fn wrapped<O: DeserializeOwned>(answer: &Answer, name: &str) -> Result<O, Error> {
    let json: Json = answer.json()?;
    let is_bare = json.is_object() && json.member(name).is_none();
    let read = if is_bare {
        Json::parse_str(&format!("{{\"{name}\":{}}}", json.as_str())).and_then(|json| json.read())
    } else {
        json.read()
    };
    read.map_err(|error| answer.decorate(error))
}
