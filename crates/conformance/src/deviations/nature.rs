//! What kind of answer a case got last, or of token it was given, in one word.

use std::collections::BTreeSet;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserializer as _;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use crate::recording::{self, Header, Recording, Response};

/// The bytes of an Ed25519 key.
const KEY_BYTES: usize = 32;

/// The words that a rule may use.
pub(super) const WORDS: [&str; 11] = [
    "refused",
    "reserved-refusal",
    "failed-tool-result",
    "closed",
    "late",
    "tool-result",
    "no-tool-result",
    "stream",
    "no-stream",
    "duplicate-members",
    "short-key",
];

/// Codes that refuse a tool call, in whichever status they come.
const RESERVED: [&str; 5] = [
    "policy_denied",
    "approval_required",
    "mocks_exhausted",
    "mocks_engine_error",
    "tool_not_mocked",
];

/// Whether the last answer is of that kind:
///
/// - `refused`: a status outside 2xx; `reserved-refusal` with a code that is reserved for refused tool calls,
///   `failed-tool-result` with a body that is a result of a tool;
/// - `closed`: none, the connection was closed;
/// - `late`: later than the time limit of the call;
/// - `tool-result`, `no-tool-result`: 2xx, and the body is an object that says whether the tool succeeded, or not;
/// - `stream`, `no-stream`: 2xx, and it is an event stream or not.
///
/// Of offline calls: `duplicate-members`, the argument `token` has a member twice; `short-key`, the argument `pubkey` is
/// no key by its length.
pub(super) fn is(recording: &Recording, word: &str) -> bool {
    let argument = |name: &str| recording.call.args.get(name);
    match word {
        "duplicate-members" => {
            return argument("token").and_then(Value::as_str).is_some_and(has_twice);
        }
        "short-key" => {
            let key = argument("pubkey").and_then(recording::bytes);
            return key.is_some_and(|key| key.len() != KEY_BYTES);
        }
        _ => {}
    }
    let Some(answer) = recording.exchanges.last().map(|exchange| &exchange.response) else {
        return false;
    };
    let refused = answer.status.is_some_and(|status| !(200..300).contains(&status));
    let accepted = answer.status.is_some() && !refused;
    let body = answer.json().unwrap_or_default();
    let tells = body.get("success").is_some_and(Value::is_boolean);
    match word {
        "refused" => refused,
        "reserved-refusal" => refused && code(&body).is_some_and(|code| RESERVED.contains(&code)),
        "failed-tool-result" => refused && body.get("success") == Some(&Value::Bool(false)),
        "closed" => answer.network.is_some(),
        "late" => recording.call.timeout_seconds().is_some_and(|limit| {
            std::time::Duration::from_millis(answer.delay_ms).as_secs_f64() > limit
        }),
        "tool-result" => accepted && tells,
        "no-tool-result" => accepted && !tells,
        "stream" => accepted && is_stream(answer),
        "no-stream" => accepted && !is_stream(answer),
        _ => false,
    }
}

fn code(body: &Value) -> Option<&str> {
    body.get("code")?.as_str()
}

fn is_stream(answer: &Response) -> bool {
    let kind = answer.headers.get("content-type").map(Header::values).unwrap_or_default();
    kind.first().is_some_and(|kind| kind.starts_with("text/event-stream"))
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
