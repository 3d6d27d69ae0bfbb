//! Names as the registries and the rules spell them: recordings of other languages spell them `paymentStatus` and `toolCallId`.

use serde_json::{Map, Value};

use crate::recording::Call;

/// Arguments that hold more of them, rather than somebody's own JSON.
const GROUPS: [&str; 4] = ["options", "config", "manage_connections", "buyer"];

/// The call with its names in small letters joined by `_`.
pub(crate) fn plain(call: &Call) -> Call {
    let args = plain_members(&call.args);
    Call {
        on: snake(&call.on),
        method: snake(&call.method),
        args,
        timeout_s: call.timeout_s.clone(),
    }
}

fn plain_members(members: &Map<String, Value>) -> Map<String, Value> {
    let plain = |(name, value): (&String, &Value)| {
        let name = snake(name);
        let value = match value {
            Value::Object(inner) if GROUPS.contains(&&*name) => Value::Object(plain_members(inner)),
            value => value.clone(),
        };
        (name, value)
    };
    members.iter().map(plain).collect()
}

fn snake(name: &str) -> String {
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
    use serde_json::json;

    use super::plain;
    use crate::recording::Call;

    #[test]
    fn names_of_other_languages() {
        let call = Call {
            on: "payables.pixKeys".to_owned(),
            method: "createAndWait".to_owned(),
            args: json!({
                "userId": "u",
                "manageConnections": { "waitForConnections": true },
                "params": { "keepThis": { "asIs": 1 } },
                "tool_call_id": "tc",
            })
            .as_object()
            .cloned()
            .unwrap_or_default(),
            timeout_s: None,
        };
        let call = plain(&call);
        assert_eq!(call.name(), "payables.pix_keys.create_and_wait");
        let args = json!({
            "user_id": "u",
            "manage_connections": { "wait_for_connections": true },
            "params": { "keepThis": { "asIs": 1 } },
            "tool_call_id": "tc",
        });
        assert_eq!(json!(call.args), args);
    }
}
