//! Answers that hold one thing in a member of its name, `{"trigger": {…}}`.

use std::collections::BTreeMap;

use codespar_engine::{
    Json,
    kit::{Error, Map, Response, Unary},
};
use serde::de::DeserializeOwned;

/// Reads such an answer. The API's documents do not say of every endpoint whether the thing is
/// wrapped, so one that stands bare is read as well.
pub(crate) fn read_wrapped<O: DeserializeOwned>(answer: &Response, name: &str) -> Result<O, Error> {
    let json = answer.json()?;
    let read = members(&json, name).and_then(|members| match members {
        Some(members) => Json::of(&members)?.read(),
        None => json.read(),
    });
    read.map_err(|error| answer.decorate(error))
}

/// The answer about a thing that the call named. Where the server does not say its id, as in an
/// empty answer or `{"ok": true}`, it is the one that was asked about.
pub(crate) fn with_asked_id<O: DeserializeOwned + 'static>(
    question: Unary<Response>,
    name: &'static str,
    id: &str,
) -> Map<Unary<Response>, O> {
    let id = id.to_owned();
    Map::new(question, move |answer| {
        let json: Json = answer.json()?;
        let read = || {
            let thing = json.member(name).unwrap_or_else(|| json.clone());
            let says_its_id = thing.member("id").is_some_and(|id| !id.is_null());
            if says_its_id || !thing.is_object() {
                return read_wrapped(&answer, name);
            }
            let mut thing: BTreeMap<String, Json> = thing.read()?;
            thing.insert("id".to_owned(), Json::of(&id)?);
            let mut members = members(&json, name)?.unwrap_or(json.read()?);
            members.insert(name.to_owned(), Json::of(&thing)?);
            Json::of(&members)?.read()
        };
        read().map_err(|error| answer.decorate(error))
    })
}

/// A thing that stands bare, put into a member of its name; `None` for any other answer.
fn members(json: &Json, name: &str) -> Result<Option<BTreeMap<String, Json>>, Error> {
    let is_bare = json.is_object() && json.member(name).is_none();
    Ok(is_bare.then(|| BTreeMap::from([(name.to_owned(), json.clone())])))
}
