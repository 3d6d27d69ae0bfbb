//! What becomes of one field of something that exists.

use codespar_engine::{
    Sensitive,
    describe::{Describe, Shape},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What an update does with a field: nothing, set it, clear it.
///
/// On the wire, what is kept is left out and what is cleared is `null`.
///
/// ```
/// use codespar_proto::types::Patch;
///
/// assert_eq!(Patch::from("note"), Patch::Set("note"));
/// assert!(Patch::<u32>::default().is_keep());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
// There is no fourth thing to do with a field.
#[allow(clippy::exhaustive_enums)]
pub enum Patch<V> {
    /// Leaves it as it is.
    #[default]
    Keep,
    /// Takes its value away.
    Clear,
    /// Gives it this value.
    Set(V),
}

/// An update that clears says `null`.
impl<V: Describe> Describe for Patch<V> {
    const SHAPE: &'static Shape = &Shape::Nullable(V::SHAPE);
}

impl<V> Patch<V> {
    /// Whether the field stays as it is.
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// The new value, if there is one.
    pub const fn value(&self) -> Option<&V> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }
}

impl<V> From<V> for Patch<V> {
    fn from(value: V) -> Self {
        Self::Set(value)
    }
}

impl From<&str> for Patch<Sensitive> {
    fn from(text: &str) -> Self {
        Self::Set(text.into())
    }
}

impl From<String> for Patch<Sensitive> {
    fn from(text: String) -> Self {
        Self::Set(text.into())
    }
}

impl<V: Serialize> Serialize for Patch<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

/// `null` clears; a field that is not there is the default, which keeps.
impl<'de, V: Deserialize<'de>> Deserialize<'de> for Patch<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Option::deserialize(deserializer)?;
        Ok(value.map_or(Self::Clear, Self::Set))
    }
}
