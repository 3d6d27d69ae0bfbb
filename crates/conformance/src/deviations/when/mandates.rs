//! Words about offline calls on mandates.

use std::collections::BTreeSet;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Deserializer as _;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::super::mandate_tokens::{fields, token};
use super::super::word::Word;
use crate::recording::{self, Recording};

/// The bytes of an Ed25519 key.
const KEY_BYTES: usize = 32;
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

/// Words about offline calls on mandates.
pub(super) const WORDS: &[Word] = &[
    Word::new("duplicate-members", "the token has a member twice", |recording| {
        token(recording).is_some_and(has_twice)
    })
    .fault(),
    Word::new("loose-token", "the token is not base64url", is_loose).fault(),
    Word::new("loose-signature", "a signature is not base64url", has_loose_signature).fault(),
    Word::new("mixed-purposes", "one of the purposes is no text", has_mixed_purposes).fault(),
    Word::new(
        "colon",
        "a colon stands where it could move from one field to another, or the agent's key id is \
         no DID",
        has_colon,
    )
    .fault(),
    Word::new(
        "bad-key",
        "a key cannot be one: neither 32 bytes nor their hexadecimal or base64 text",
        has_bad_key,
    )
    .fault(),
    Word::new("weak-key", "the key is one under which everything verifies", has_weak_key).fault(),
    Word::new("future", "the token was issued after the time of the call", is_of_the_future)
        .fault(),
    Word::new(
        "another-document",
        "the DID document is not that of the agent whose key signed",
        is_document_of_another,
    )
    .fault(),
    Word::new("version-2", "the token is of version 2 and signed by both", is_version_2).fault(),
];

/// Whether the token, or a signature in it or beside it, has characters outside base64url.
fn is_loose(recording: &Recording) -> bool {
    token(recording).is_some_and(has_foreign)
}

/// Whether a signature is not base64url: foreign characters, or a length that none has.
fn has_loose_signature(recording: &Recording) -> bool {
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
fn has_mixed_purposes(recording: &Recording) -> bool {
    let fields = fields(recording).unwrap_or_default();
    let purposes = fields.get("purposes").and_then(Value::as_array);
    purposes.is_some_and(|purposes| !purposes.iter().all(Value::is_string))
}

/// Whether a colon stands where it could move from one field to another, or the agent's key id is
/// no DID.
fn has_colon(recording: &Recording) -> bool {
    let fields = fields(recording).unwrap_or_default();
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    JOINED.iter().any(|name| text(name).is_some_and(|text| text.contains(':')))
        || text("agent_kid").is_some_and(|kid| !kid.starts_with("did:"))
}

/// Whether a key of the arguments cannot be one: 32 bytes, or their hexadecimal or base64 text.
fn has_bad_key(recording: &Recording) -> bool {
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
fn has_weak_key(recording: &Recording) -> bool {
    let key = recording.call.args.get("pubkey").and_then(recording::bytes).unwrap_or_default();
    let rest_is = |byte: u8| key.get(1..31).is_some_and(|rest| rest.iter().all(|&b| b == byte));
    // 0 and 1, and those near the modulus; the two of order eight are not written as rows of one
    // byte.
    key.len() == KEY_BYTES && (rest_is(0) || rest_is(0xff))
}

/// Whether the token was issued after the time of the call.
fn is_of_the_future(recording: &Recording) -> bool {
    let fields = fields(recording).unwrap_or_default();
    let issued = fields.get("issued_at").and_then(Value::as_f64);
    let now = recording.call.args.get("now").and_then(recording::number);
    issued.zip(now).is_some_and(|(issued, now)| issued > now)
}

/// Whether the token is of the second version and signed by both.
fn is_version_2(recording: &Recording) -> bool {
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
fn is_document_of_another(recording: &Recording) -> bool {
    let fields = fields(recording).unwrap_or_default();
    let did = fields.get("agent_kid").and_then(Value::as_str).and_then(|kid| kid.split('#').next());
    let document = recording.call.args.get("agent_did_document");
    let id = document.and_then(|document| document.get("id")).and_then(Value::as_str);
    id.is_some() && did.is_some() && id != did
}

fn has_foreign(text: &str) -> bool {
    let text = text.trim_end_matches('=');
    !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// Whether the JSON object in a token has a member twice.
fn has_twice(token: &str) -> bool {
    struct Names;

    impl<'de> Visitor<'de> for Names {
        type Value = bool;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<bool, A::Error> {
            let (mut seen, mut twice) = (BTreeSet::new(), false);
            while let Some((name, IgnoredAny)) = members.next_entry::<String, _>()? {
                twice |= !seen.insert(name);
            }
            Ok(twice)
        }
    }

    let bytes = URL_SAFE_NO_PAD.decode(token.trim_end_matches('=')).unwrap_or_default();
    serde_json::Deserializer::from_slice(&bytes).deserialize_map(Names).unwrap_or(false)
}
