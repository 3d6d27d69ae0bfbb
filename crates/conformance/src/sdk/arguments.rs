//! Arguments as a caller would give them.

use codespar_proto::{Error, Json};
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Value;

use crate::recording::number;

/// The arguments as JSON: a number that JSON has no spelling for is that number.
///
/// # Errors
/// What this project says of such a number.
pub(super) fn arguments(args: &Value) -> Result<Json, Error> {
    Json::of(&Given(args))
}

struct Given<'a>(&'a Value);

impl Serialize for Given<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match (self.0, number(self.0)) {
            (Value::Object(_), Some(number)) => to.serialize_f64(number),
            (Value::Object(members), None) => {
                let mut map = to.serialize_map(Some(members.len()))?;
                for (name, member) in members {
                    map.serialize_entry(name, &Given(member))?;
                }
                map.end()
            }
            (Value::Array(items), _) => to.collect_seq(items.iter().map(Given)),
            (other, _) => other.serialize(to),
        }
    }
}
