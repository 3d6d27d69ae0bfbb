//! What kind of answer a case got last, or of token it was given, in one word.

use std::collections::BTreeSet;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserializer as _;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::recording::{self, Header, Recording, Response};

/// The bytes of an Ed25519 key.
const KEY_BYTES: usize = 32;

/// The words that a rule may use.
pub(super) const WORDS: [&str; 15] = [
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
    "list",
    "repeated-cursor",
    "empty-page",
    "doubtful-budget",
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
/// - `stream`, `no-stream`: 2xx, and it is an event stream or not;
/// - `list`: 2xx, and the body is a list;
/// - `repeated-cursor`: two answers name the same next cursor; `empty-page`: the last one names a next cursor and has no
///   rows.
///
/// Of offline calls: `duplicate-members`, the argument `token` has a member twice; `short-key`, the argument `pubkey` is
/// no key by its length. `doubtful-budget`: the arguments have a budget in both units, or one with a fraction of a cent.
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
        "doubtful-budget" => return is_doubtful(&recording.call.args),
        "repeated-cursor" => {
            let mut seen = BTreeSet::new();
            let mut cursors = recording.answers().filter_map(|answer| cursor(&answer.json()?));
            return cursors.any(|cursor| !seen.insert(cursor));
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
        "list" => accepted && body.is_array(),
        "empty-page" => accepted && cursor(&body).is_some() && has_no_rows(&body),
        "stream" => accepted && is_stream(answer),
        "no-stream" => accepted && !is_stream(answer),
        _ => false,
    }
}

fn code(body: &Value) -> Option<&str> {
    body.get("code")?.as_str()
}

/// The next cursor that a page names.
fn cursor(page: &Value) -> Option<String> {
    let cursor = page.get("next_cursor").or_else(|| page.get("nextCursor"))?;
    cursor.as_str().filter(|cursor| !cursor.is_empty()).map(str::to_owned)
}

fn has_no_rows(page: &Value) -> bool {
    let members = page.as_object().into_iter().flat_map(|page| page.values());
    members.filter_map(Value::as_array).all(Vec::is_empty)
}

fn is_doubtful(args: &Map<String, Value>) -> bool {
    let given = |name: &str| args.get(name).filter(|amount| !amount.is_null());
    given("budget_dollars").is_some_and(|dollars| {
        let text = dollars.to_string();
        let decimals = text.split_once('.').map_or("", |(_, decimals)| decimals);
        let in_cents = given("budget_cents").or_else(|| given("budget_cap_cents"));
        in_cents.is_some() || decimals.trim_end_matches('0').len() > 2
    })
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
