//! Objects of which the API's documents do not say what is in them.

use std::collections::{BTreeMap, HashMap};

use codespar_engine::{
    Json,
    describe::{Describe, Shape},
    kit::{Check, Error, decode, encode},
};
use serde::{Deserialize, Deserializer, Serialize, de, de::DeserializeOwned};

use crate::types::money::Cents;

/// A JSON object, kept as it came: where the members are not documented, for an argument or an
/// answer.
///
/// As an answer, read it as a struct of your own, or one member at a time; an empty answer is an
/// object without members. As an argument, make it of anything that serializes to an object.
/// `Debug` tells the length only.
///
/// ```
/// use upivia_proto::Object;
///
/// #[derive(serde::Deserialize)]
/// struct Health { error_rate: f64 }
///
/// let health = serde_json::json!({"error_rate": 0.01, "status": "healthy"});
/// let health = Object::of("health", &health)?;
/// assert_eq!(health.read::<Health>()?.error_rate, 0.01);
/// assert_eq!(health.get::<String>("status")?.as_deref(), Some("healthy"));
/// assert!(health.get::<String>("since")?.is_none());
/// # Ok::<(), upivia_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Object(Json);

/// An object of which nothing is said.
impl Describe for Object {
    const SHAPE: &'static Shape = &Shape::Map(Shape::ANY);
}

impl Object {
    /// An object without members.
    pub fn empty() -> Self {
        Self(Json::from(serde_json::Value::Object(serde_json::Map::new())))
    }

    /// Makes an object of anything that serializes to one.
    ///
    /// # Errors
    /// `Config` naming the field: it is no object, or a number in it is not finite.
    pub fn of<T: Serialize + ?Sized>(field: &str, value: &T) -> Result<Self, Error> {
        let text = encode(field, value)?;
        let json = Json::from_slice(&text)?;
        if json.is_object() {
            return Ok(Self(json));
        }
        Err(Error::config(field, "expected a JSON object"))
    }

    /// As [`of`](Self::of); where it cannot be one, it is empty, and told beside it.
    pub(crate) fn given<T: Serialize + ?Sized>(
        field: &str,
        value: &T,
    ) -> (Self, Result<(), Error>) {
        match Self::of(field, value) {
            Ok(object) => (object, Ok(())),
            Err(error) => (Self::empty(), Err(error)),
        }
    }

    /// Reads it as a type of the caller's.
    ///
    /// # Errors
    /// `Decode` naming the path inside the object.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.0.read()
    }

    /// Reads one member; `None` where it is absent or `null`.
    ///
    /// # Errors
    /// `Decode` naming the path, where it is something else.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Error> {
        let member = self.0.member(name).filter(|member| !member.is_null());
        member.map(|member| member.read_at(name)).transpose()
    }

    /// The names of its members, in no order.
    pub fn names(&self) -> Vec<String> {
        let members: HashMap<String, de::IgnoredAny> =
            decode(self.0.as_str().as_bytes()).unwrap_or_default();
        members.into_keys().collect()
    }

    /// The object as JSON.
    pub const fn as_json(&self) -> &Json {
        &self.0
    }

    /// The object as JSON.
    pub fn into_json(self) -> Json {
        self.0
    }
}

/// Members that end in `_cents` or `Cents` must be what money can be.
impl Check for Object {
    fn check(&self) -> Result<(), Error> {
        let members: BTreeMap<String, Json> = self.0.read()?;
        // Agents spell their members the other way.
        let is_amount = |name: &str| name.ends_with("_cents") || name.ends_with("Cents");
        let amounts = members.iter().filter(|(name, _)| is_amount(name));
        for (name, amount) in amounts.filter(|(_, amount)| !amount.is_null()) {
            let wrong = |_| Error::config(name.as_str(), "expected whole cents, zero or more");
            amount.read::<Cents>().map_err(wrong)?.check(name)?;
        }
        Ok(())
    }
}

impl Default for Object {
    fn default() -> Self {
        Self::empty()
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        match json.as_str().as_bytes().first() {
            Some(b'{') => Ok(Self(json)),
            _ if json.is_null() => Ok(Self::empty()),
            _ => Err(de::Error::custom("invalid type: no object, expected an object")),
        }
    }
}
