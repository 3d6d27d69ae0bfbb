//! The members of a JSON object as they were signed: none twice, each as the text that came.

use std::{collections::BTreeMap, fmt};

use codespar_engine::Json;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _, MapAccess, Visitor},
};
use serde_json::Value;

/// The members of a JSON object, none twice, each as the text that came.
#[derive(Clone)]
pub(super) struct Members(BTreeMap<String, Json>);

impl Members {
    /// `None` where it is no JSON object with each member once.
    pub(super) fn parse(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }

    /// A member; `None` when it is missing or null.
    pub(super) fn get(&self, field: &str) -> Option<&Json> {
        self.0.get(field).filter(|json| !json.is_null())
    }

    /// A member, null or not.
    pub(super) fn get_or_null(&self, field: &str) -> Option<&Json> {
        self.0.get(field)
    }

    /// Takes a member out; `None` when it is missing or null.
    pub(super) fn json(&mut self, field: &str) -> Option<Json> {
        self.0.remove(field).filter(|json| !json.is_null())
    }

    /// Takes a member out; `None` when it is missing, null or of another type.
    pub(super) fn take<T: DeserializeOwned>(&mut self, field: &str) -> Option<T> {
        strict(&self.json(field)?)
    }

    /// The members, in the order of their names.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.0.iter().map(|(name, json)| (name.as_str(), json))
    }

    /// The members themselves.
    pub(super) fn into_inner(self) -> BTreeMap<String, Json> {
        self.0
    }

    /// Whether all of them are JSON whose objects have each member once too, at any depth.
    pub(super) fn are_each_once(&self) -> bool {
        // Read as a tree first: that bounds the depth of what follows.
        self.0.values().all(|json| strict::<Value>(json).is_some() && each_once(json))
    }
}

/// Reads a value as it stands, and no other spelling of it: what is signed has one.
pub(super) fn strict<T: DeserializeOwned>(json: &Json) -> Option<T> {
    serde_json::from_str(json.as_str()).ok()
}

fn each_once(json: &Json) -> bool {
    if json.is_object() {
        strict(json).is_some_and(|members: Members| members.0.values().all(each_once))
    } else if json.as_str().starts_with('[') {
        strict(json).is_some_and(|items: Vec<Json>| items.iter().all(each_once))
    } else {
        true
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;

        impl<'de> Visitor<'de> for Each {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = BTreeMap::new();
                while let Some((name, json)) = map.next_entry()? {
                    if members.insert(name, json).is_some() {
                        return Err(A::Error::custom("a member occurs twice"));
                    }
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Each)
    }
}
