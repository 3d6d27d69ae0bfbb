//! Values that are the same again in whatever format they were written.

use std::fmt::Debug;

use serde::{Serialize, de::DeserializeOwned};

/// Writes a value as JSON, as a tree of JSON, as YAML, TOML and CBOR, and reads each again.
///
/// # Panics
/// When what was read is not the value that was written.
pub fn survives<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let json = serde_json::to_string(value).unwrap();
    assert_eq!(serde_json::from_str::<T>(&json).unwrap(), *value, "{json}");
    let tree = serde_json::to_value(value).unwrap();
    assert_eq!(serde_json::from_value::<T>(tree).unwrap(), *value);
    let yaml = serde_norway::to_string(value).unwrap();
    assert!(!yaml.contains("private"), "{yaml}");
    assert_eq!(serde_norway::from_str::<T>(&yaml).unwrap(), *value, "{yaml}");
    let toml = toml::to_string(value).unwrap();
    assert_eq!(toml::from_str::<T>(&toml).unwrap(), *value, "{toml}");
    let mut cbor = Vec::new();
    ciborium::into_writer(value, &mut cbor).unwrap();
    assert_eq!(ciborium::from_reader::<T, _>(&*cbor).unwrap(), *value);
}
