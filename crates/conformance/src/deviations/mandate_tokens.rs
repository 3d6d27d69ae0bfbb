//! What is in a mandate token, as far as rules speak of it. Written apart from the code that is
//! checked.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::recording::Recording;

/// What signatures cover: of every version, and what the later ones add.
const SIGNED: [&str; 12] = [
    "format_version",
    "id",
    "agent_id",
    "type",
    "amount",
    "currency",
    "purposes",
    "expires_at",
    "max_amount",
    "parent_id",
    "denomination",
    "secret_version",
];
/// Members of a token beside the mandate.
const BESIDE: [&str; 4] = ["signature", "agent_sig", "issuer_sig", "kid"];

/// The fields that an offline call is about: of its token, or given as they are.
pub(super) fn fields(recording: &Recording) -> Option<Map<String, Value>> {
    if let Some(Value::Object(fields)) = recording.call.args.get("fields") {
        return Some(fields.clone());
    }
    let bytes = URL_SAFE_NO_PAD.decode(base64url(token(recording)?)).ok()?;
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(fields)) => Some(fields),
        _ => None,
    }
}

/// The token that an offline call is about.
pub(super) fn token(recording: &Recording) -> Option<&str> {
    recording.call.args.get("token")?.as_str()
}

/// The recorded result, with what no signature covers in a map of its own.
pub(super) fn apart(recording: &Recording) -> Result<Value, String> {
    // An official SDK that failed gave no mandate back: the token has it.
    let of_token = || {
        let mut mandate = fields(recording)?;
        BESIDE.iter().for_each(|name| drop(mandate.remove(*name)));
        Some(serde_json::json!({ "mandate": mandate }))
    };
    let recorded = recording.result.clone().filter(|result| !result.is_null());
    let Some(Value::Object(mut result)) = recorded.or_else(of_token) else {
        return Err("unsigned: there is no mandate".to_owned());
    };
    let Some(Value::Object(mandate)) = result.get_mut("mandate") else {
        return Err("unsigned: the recorded result has no mandate".to_owned());
    };
    let version = mandate.get("format_version").and_then(Value::as_u64).unwrap_or_default();
    let is_signed = |name: &str| {
        SIGNED.contains(&name)
            || version >= 3 && matches!(name, "principal_kyc_ref" | "agent_kid")
            || version >= 4 && name == "issued_at"
    };
    let names: Vec<String> = mandate.keys().filter(|name| !is_signed(name)).cloned().collect();
    let unsigned: Map<_, _> =
        names.into_iter().filter_map(|name| mandate.remove_entry(&name)).collect();
    result.insert("unsigned".to_owned(), Value::Object(unsigned));
    for name in BESIDE {
        result.remove(name).map(|value| result.insert(name.to_owned(), value));
    }
    Ok(Value::Object(result))
}

/// The text in the base64url alphabet, without anything else.
fn base64url(text: &str) -> String {
    let text = text.replace('+', "-").replace('/', "_");
    text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_').collect()
}
