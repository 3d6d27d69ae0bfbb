//! Names as the registries and the rules spell them: recordings of other languages spell them
//! `paymentStatus` and `toolCallId`.

use serde_json::{Map, Value};

/// Arguments that hold more of them, rather than somebody's own JSON.
const GROUPS: [&str; 4] = ["options", "config", "manage_connections", "buyer"];

/// The arguments under names in small letters joined by `_`.
pub(crate) fn snake_members(members: &Map<String, Value>) -> Map<String, Value> {
    let plain = |(name, value): (&String, &Value)| {
        let name = snake(name);
        let value = match value {
            Value::Object(inner) if GROUPS.contains(&&*name) => Value::Object(snake_members(inner)),
            value => value.clone(),
        };
        (name, value)
    };
    members.iter().map(plain).collect()
}

/// A name in small letters joined by `_`.
pub(crate) fn snake(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            plain.push('_');
        }
        plain.push(letter.to_ascii_lowercase());
    }
    plain
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{snake, snake_members};

    #[test]
    fn names_of_other_languages() {
        assert_eq!(snake("payables.pixKeys"), "payables.pix_keys");
        assert_eq!(snake("createAndWait"), "create_and_wait");
        let args = json!({
            "userId": "u",
            "manageConnections": { "waitForConnections": true },
            "params": { "keepThis": { "asIs": 1 } },
            "tool_call_id": "tc",
        });
        let expected = json!({
            "user_id": "u",
            "manage_connections": { "wait_for_connections": true },
            "params": { "keepThis": { "asIs": 1 } },
            "tool_call_id": "tc",
        });
        let args = args.as_object().cloned().unwrap_or_default();
        assert_eq!(Value::Object(snake_members(&args)), expected);
    }
}
