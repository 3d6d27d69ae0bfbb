//! References within a schema, written out.

use serde_json::{Map, Value};

use crate::schema::{DEEPEST, LARGEST};

/// The schema with every `$ref` in it written out. What holds itself is any value of its type where
/// it is met within itself.
///
/// # Errors
/// When it is too deep or too large.
pub(super) fn inline(schema: &Value) -> Result<Map<String, Value>, String> {
    let mut writer = Writer { root: schema, within: Vec::new(), left: LARGEST };
    match writer.node(schema, 0, Place::Schema)? {
        Value::Object(members) => Ok(members),
        _ => Ok(Map::new()),
    }
}

/// What an object in a schema is.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// A schema, or a list of them.
    Schema,
    /// Schemas by names of the schema's own making: nothing there is a word of JSON Schema.
    Names,
}

impl Place {
    fn of(key: &str) -> Self {
        match key {
            "properties" | "patternProperties" => Self::Names,
            _ => Self::Schema,
        }
    }
}

/// Members that hold values and no schemas.
const VALUES: [&str; 4] = ["const", "default", "enum", "examples"];

struct Writer<'a> {
    root: &'a Value,
    /// The references that are being written out.
    within: Vec<&'a str>,
    /// How many values more there may be.
    left: usize,
}

impl<'a> Writer<'a> {
    fn node(&mut self, node: &'a Value, depth: usize, place: Place) -> Result<Value, String> {
        // Between two schemas there is a member in between: `properties`, `items`.
        if depth > 2 * DEEPEST {
            return Err(format!("its schema is nested more than {DEEPEST} levels deep"));
        }
        self.left = self.left.checked_sub(1).ok_or("its schema is too large")?;
        match node {
            Value::Object(members) => match members.get("$ref") {
                Some(Value::String(reference)) if place == Place::Schema => {
                    self.reference(reference, members, depth)
                }
                _ => self.members(members, depth, place).map(Value::Object),
            },
            Value::Array(items) => {
                items.iter().map(|item| self.node(item, depth + 1, Place::Schema)).collect()
            }
            other => Ok(other.clone()),
        }
    }

    fn members(
        &mut self,
        members: &'a Map<String, Value>,
        depth: usize,
        place: Place,
    ) -> Result<Map<String, Value>, String> {
        let mut whole = Map::new();
        for (name, value) in members {
            let inner = match (place, name.as_str()) {
                (Place::Schema, "$ref" | "$defs" | "definitions") => continue,
                (Place::Schema, values) if VALUES.contains(&values) => value.clone(),
                (Place::Schema, key) => self.node(value, depth + 1, Place::of(key))?,
                (Place::Names, _) => self.node(value, depth + 1, Place::Schema)?,
            };
            whole.insert(name.clone(), inner);
        }
        Ok(whole)
    }

    /// What a reference is to, with what stands beside it.
    fn reference(
        &mut self,
        reference: &'a str,
        members: &'a Map<String, Value>,
        depth: usize,
    ) -> Result<Value, String> {
        let target = reference.strip_prefix('#').and_then(|path| self.root.pointer(path));
        let mut whole = match target {
            Some(target) if self.within.contains(&reference) => of_type(target),
            Some(target) => {
                self.within.push(reference);
                let node = self.node(target, depth + 1, Place::Schema);
                self.within.pop();
                match node? {
                    Value::Object(members) => members,
                    _ => Map::new(),
                }
            }
            // What stands elsewhere is not known.
            None => Map::new(),
        };
        whole.extend(self.members(members, depth, Place::Schema)?);
        Ok(Value::Object(whole))
    }
}

/// Any value of the type of a schema.
fn of_type(schema: &Value) -> Map<String, Value> {
    let kept = ["type", "description", "title"];
    let kept = kept.into_iter().filter_map(|key| Some((key.to_owned(), schema.get(key)?.clone())));
    kept.collect()
}
