//! What is in a mandate token, as far as rules speak of it. Written apart from the code that is checked.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use crate::recording::{self, Recording};

/// The bytes of an Ed25519 key.
const KEY_BYTES: usize = 32;
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
/// Fields of texts that are joined by colons.
const JOINED: [&str; 9] = [
    "id",
    "agent_id",
    "type",
    "amount",
    "currency",
    "max_amount",
    "parent_id",
    "denomination",
    "principal_kyc_ref",
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

pub(super) fn token(recording: &Recording) -> Option<&str> {
    recording.call.args.get("token")?.as_str()
}

/// Whether the token, or a signature in it or beside it, has characters outside base64url.
pub(super) fn is_loose(recording: &Recording) -> bool {
    token(recording).is_some_and(has_foreign)
}

/// Whether a signature is not base64url: foreign characters, or a length that none has.
pub(super) fn has_loose_signature(recording: &Recording) -> bool {
    let beside = recording.call.args.get("signature_b64url").cloned();
    let fields = fields(recording).unwrap_or_default();
    let within = ["agent_sig", "issuer_sig"].iter().filter_map(|name| fields.get(*name).cloned());
    beside.into_iter().chain(within).any(|signature| {
        signature.as_str().is_some_and(|text| {
            has_foreign(text) || URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).is_err()
        })
    })
}

/// Whether a purpose is not a text.
pub(super) fn has_mixed_purposes(recording: &Recording) -> bool {
    let fields = fields(recording).unwrap_or_default();
    let purposes = fields.get("purposes").and_then(Value::as_array);
    purposes.is_some_and(|purposes| !purposes.iter().all(Value::is_string))
}

/// Whether a colon stands where it could move from one field to another, or the agent's key id is no DID.
pub(super) fn has_colon(recording: &Recording) -> bool {
    let fields = fields(recording).unwrap_or_default();
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    JOINED.iter().any(|name| text(name).is_some_and(|text| text.contains(':')))
        || text("agent_kid").is_some_and(|kid| !kid.starts_with("did:"))
}

/// Whether a key of the arguments cannot be one: 32 bytes, or their hexadecimal or base64 text.
pub(super) fn has_bad_key(recording: &Recording) -> bool {
    let is_bad = |key: &Value| match (recording::bytes(key), key.as_str()) {
        (Some(bytes), _) => bytes.len() != KEY_BYTES,
        (_, Some(text)) => {
            let text = text.trim();
            let text = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
            let is_hex = text.len() == 2 * KEY_BYTES && text.bytes().all(|b| b.is_ascii_hexdigit());
            let base64 = STANDARD.decode(text).is_ok_and(|bytes| bytes.len() == KEY_BYTES);
            !is_hex && !base64
        }
        _ => false,
    };
    let names = ["pubkey", "agent_public_key", "issuer_public_key"];
    names.iter().filter_map(|name| recording.call.args.get(*name)).any(is_bad)
}

/// Whether the key is one of those under which any message verifies.
pub(super) fn has_weak_key(recording: &Recording) -> bool {
    let key = recording.call.args.get("pubkey").and_then(recording::bytes).unwrap_or_default();
    let rest_is = |byte: u8| key.get(1..31).is_some_and(|rest| rest.iter().all(|&b| b == byte));
    // 0 and 1, and those near the modulus; the two of order eight are not written as rows of one byte.
    key.len() == KEY_BYTES && (rest_is(0) || rest_is(0xff))
}

/// Whether the token was issued after the time of the call.
pub(super) fn is_of_the_future(recording: &Recording) -> bool {
    let fields = fields(recording).unwrap_or_default();
    let issued = fields.get("issued_at").and_then(Value::as_f64);
    let now = recording.call.args.get("now").and_then(recording::number);
    issued.zip(now).is_some_and(|(issued, now)| issued > now)
}

/// Whether the token is of the second version and signed by both.
pub(super) fn is_version_2(recording: &Recording) -> bool {
    let signed = |fields: &Map<String, Value>| {
        ["agent_sig", "issuer_sig"]
            .iter()
            .all(|name| fields.get(*name).is_some_and(Value::is_string))
    };
    fields(recording).is_some_and(|fields| {
        fields.get("format_version") == Some(&Value::from(2)) && signed(&fields)
    })
}

/// Whether the DID document of the arguments has another id than the agent's key id names.
pub(super) fn is_document_of_another(recording: &Recording) -> bool {
    let fields = fields(recording).unwrap_or_default();
    let did = fields.get("agent_kid").and_then(Value::as_str).and_then(|kid| kid.split('#').next());
    let document = recording.call.args.get("agent_did_document");
    let id = document.and_then(|document| document.get("id")).and_then(Value::as_str);
    id.is_some() && did.is_some() && id != did
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

fn has_foreign(text: &str) -> bool {
    let text = text.trim_end_matches('=');
    !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// The text in the base64url alphabet, without anything else.
fn base64url(text: &str) -> String {
    let text = text.replace('+', "-").replace('/', "_");
    text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_').collect()
}
