//! What kind of case a recording is of, in one word.

use std::collections::BTreeSet;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserializer as _;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::{hollow, shapes, stream, tokens, values};
use crate::recording::{self, Exchange, Recording, Response};

/// The words that a rule may use.
pub(super) const WORDS: [&str; 57] = [
    "executes",
    "closes",
    "toolkit",
    "refused",
    "gone",
    "reserved-refusal",
    "failed-tool-result",
    "redirected",
    "later-round",
    "closed",
    "late",
    "accepted",
    "tool-result",
    "done",
    "no-tool-result",
    "stream",
    "no-stream",
    "unfinished",
    "object",
    "list",
    "no-object",
    "other-json",
    "without-id",
    "no-json",
    "void",
    "void-page",
    "odd-error",
    "odd-member",
    "mixed-list",
    "empty-data",
    "repeated-turn",
    "to-a-file",
    "hollow-id",
    "unfit-key",
    "unfit-setting",
    "no-number",
    "unhonoured-key",
    "useless-key",
    "repeated-cursor",
    "empty-page",
    "waits-for-approval",
    "doubtful-budget",
    "time-limit",
    "preset-and-servers",
    "session-without-user",
    "without-agent-key",
    "any-key",
    "duplicate-members",
    "loose-token",
    "loose-signature",
    "mixed-purposes",
    "colon",
    "bad-key",
    "weak-key",
    "future",
    "another-document",
    "version-2",
];

/// Those of them that say what is wrong with an answer or an argument.
pub(super) const MALFORMED: [&str; 37] = [
    "refused",
    "redirected",
    "closed",
    "late",
    "no-tool-result",
    "no-stream",
    "unfinished",
    "other-json",
    "odd-error",
    "odd-member",
    "mixed-list",
    "empty-data",
    "repeated-turn",
    "no-json",
    "void",
    "void-page",
    "without-id",
    "repeated-cursor",
    // The script ends where ours goes on.
    "empty-page",
    "hollow-id",
    "unfit-key",
    "unfit-setting",
    "no-number",
    "unhonoured-key",
    "useless-key",
    "doubtful-budget",
    "duplicate-members",
    "loose-token",
    "loose-signature",
    "mixed-purposes",
    "colon",
    "bad-key",
    "weak-key",
    "future",
    "another-document",
    "version-2",
    "any-key",
];

/// Codes that refuse a tool call, in whichever status they come.
const RESERVED: [&str; 5] = [
    "policy_denied",
    "approval_required",
    "mocks_exhausted",
    "mocks_engine_error",
    "tool_not_mocked",
];

/// Whether the case is of that kind. `executes`: the call runs a tool as it is;
/// `closes`: it ends the session; `toolkit`: it is one of the toolkit.
/// Of the last answer:
///
/// - `refused`: a status outside 2xx; `reserved-refusal` with a code that is reserved for refused tool calls,
///   `failed-tool-result` with a body that is a result of a tool, `redirected` a status of 3xx,
///   `gone` that a session which is closed is not there; `repeated-turn`: a turn was asked for again after 502 or
///   503; `later-round`: it is
///   not the first answer of the call;
/// - `closed`: none, the connection was closed; `late`: later than the time limit of the call, or of the client;
/// - `accepted`: 2xx; `tool-result`, `no-tool-result`: and the body is an object that says whether the tool succeeded,
///   or not, `done` that it did; `stream`, `no-stream`: and it is an event stream or not, `unfinished` one without its end; `object`: and the body is one with
///   members, `list`, `no-object`: it is a list, or anything else than an
///   object;
/// - `no-json`: and the body is not JSON; `other-json`: and the body is JSON that is neither an object nor null; `without-id`: and it is an object without an
///   id; `void`: and there is nothing,
///   `void-page`: and there is nothing, or null where its list belongs, and no cursor;
/// - `odd-member`: and a member is of another type than it has in every answer of that call (see `shapes`);
///   `empty-data`: and it is a tool's result without data; `mixed-list`: and objects stand beside something else in a list;
///   `odd-error`: and it is a tool's result whose error is neither a text nor null; `to-a-file`: it may lead to a file;
/// - `repeated-cursor`: two answers name the same next cursor; `empty-page`: an answer names a next cursor and has no
///   rows; `waits-for-approval`: an answer says so.
///
/// Of arguments: `hollow-id`, an id of the path is empty, `.` or `..`; `unfit-key`, a key that no header can hold;
/// `unfit-setting`, a client is made with a time limit or an address that is none;
/// `unhonoured-key`, a key against repeats where the server honours none; `no-number`, a number that is none; `useless-key`, a Pix key beside a type
/// whose keys the server draws; `doubtful-budget`, a budget in both units, or one with a fraction of a cent; `time-limit`, the call has
/// its own; `preset-and-servers`, both are given and the servers are some; `session-without-user`, the session's create
/// answer names no user; `without-agent-key`, the client has none; `any-key`, it has one that is
/// not of the managed host and is made for another.
///
/// Of mandates: `duplicate-members`, the token has a member twice; `loose-token`, `loose-signature`, it is not
/// base64url; `mixed-purposes`, one is no text; `colon`, a field has one; `bad-key`, a key cannot be one; `weak-key`, one
/// under which everything verifies; `future`, the token is of a later time; `another-document`, the document is not the
/// agent's.
pub(super) fn is(recording: &Recording, word: &str) -> bool {
    let args = &recording.call.args;
    let given = |name: &str| args.get(name).is_some_and(|value| !value.is_null());
    match word {
        "closes" => recording.call.name() == "session.close",
        "executes" => recording.call.name() == "session.execute",
        "toolkit" => recording.call.on == "langgraph",
        "duplicate-members" => tokens::token(recording).is_some_and(has_twice),
        "loose-token" => tokens::is_loose(recording),
        "loose-signature" => tokens::has_loose_signature(recording),
        "mixed-purposes" => tokens::has_mixed_purposes(recording),
        "colon" => tokens::has_colon(recording),
        "bad-key" => tokens::has_bad_key(recording),
        "weak-key" => tokens::has_weak_key(recording),
        "future" => tokens::is_of_the_future(recording),
        "another-document" => tokens::is_document_of_another(recording),
        "version-2" => tokens::is_version_2(recording),
        "doubtful-budget" => is_doubtful(args),
        "time-limit" => recording.call.timeout_s.is_some(),
        "preset-and-servers" => {
            let servers = args.get("servers").and_then(Value::as_array);
            given("preset") && servers.is_some_and(|servers| !servers.is_empty())
        }
        "session-without-user" => {
            let session = recording.session.as_ref();
            session.is_some_and(|session| session.get("user_id").is_none_or(Value::is_null))
        }
        "without-agent-key" => {
            let key = recording.config.as_ref().and_then(|config| config.get("api_key"));
            key.is_none_or(Value::is_null)
        }
        "any-key" => has_any_key(recording),
        "repeated-cursor" => {
            let bodies = recording.answers().map(|answer| answer.json().unwrap_or_default());
            repeats_a_cursor(&bodies.collect::<Vec<_>>())
        }
        "hollow-id" => hollow::has_hollow_id(recording),
        "unhonoured-key" => hollow::has_unhonoured_key(recording),
        "useless-key" => hollow::has_useless_key(recording),
        "no-number" => hollow::has_no_number(recording),
        "unfit-setting" => hollow::has_unfit_setting(recording),
        "unfit-key" => hollow::has_unfit_key(recording),
        "empty-page" => recording
            .answers()
            .filter_map(Response::json)
            .any(|page| cursor(&page).is_some() && has_no_rows(&page)),
        "waits-for-approval" => {
            recording.answers().filter_map(Response::json).any(|body| values::waits(&body))
        }
        "repeated-turn" => {
            recording.call.name() == "chat.turn" && refused_turn(recording).is_some()
        }
        "later-round" => recording.exchanges.len() > 1,
        word => recording
            .exchanges
            .last()
            .is_some_and(|last| is_answer(recording, &last.response, word)),
    }
}

fn is_answer(recording: &Recording, answer: &Response, word: &str) -> bool {
    let refused = answer.status.is_some_and(|status| !(200..300).contains(&status));
    let late = limit(recording).is_some_and(|limit| {
        let waits = answer.delay_ms.max(answer.delay_after_chunks_ms);
        std::time::Duration::from_millis(waits).as_secs_f64() > limit
    });
    let streams =
        recording.call.name().ends_with("_stream") || recording.call.name() == "chat.turn";
    let accepted = answer.status.is_some() && !refused && (!late || streams);
    let body = answer.json().unwrap_or_default();
    let tells = body.get("success").is_some_and(Value::is_boolean);
    match word {
        "refused" => refused,
        "gone" => answer.status == Some(404) && recording.call.name() == "session.close",
        "redirected" => answer.status.is_some_and(|status| (300..400).contains(&status)),
        "reserved-refusal" => refused && code(&body).is_some_and(|code| RESERVED.contains(&code)),
        "failed-tool-result" => refused && body.get("success") == Some(&Value::Bool(false)),
        "closed" => answer.network.is_some(),
        "late" => late,
        "accepted" => accepted,
        "tool-result" => accepted && tells,
        "done" => accepted && body.get("success") == Some(&Value::Bool(true)),
        "empty-data" => accepted && tells && says_little(&body),
        "no-tool-result" => accepted && !tells,
        "object" => accepted && body.as_object().is_some_and(|body| !body.is_empty()),
        "list" => accepted && body.is_array(),
        "no-object" => accepted && !body.is_object(),
        "other-json" => accepted && !body.is_object() && !body.is_null(),
        "void-page" => accepted && answer.text_is_json_or_empty() && is_void_page(&body),
        "without-id" => accepted && body.is_object() && body.get("id").is_none(),
        "void" => accepted && body.is_null() && answer.text_is_json_or_empty(),
        "no-json" => accepted && !is_stream(answer) && !answer.text_is_json_or_empty(),
        "to-a-file" => recording.call.name() == "storage.objects.download",
        "odd-member" => accepted && shapes::is_odd(&recording.call.name(), &body),
        "mixed-list" => accepted && has_mixed_list(&body),
        "odd-error" => {
            let error = body.get("error").unwrap_or(&Value::Null);
            accepted && tells && !error.is_null() && !error.is_string()
        }
        "stream" => accepted && is_stream(answer),
        "unfinished" => accepted && is_stream(answer) && !stream::is_whole(recording),
        "no-stream" => accepted && !is_stream(answer),
        _ => false,
    }
}

/// Whether the key is none of the managed host, and the host another.
fn has_any_key(recording: &Recording) -> bool {
    let (args, config) = (&recording.call.args, recording.config.clone().unwrap_or_default());
    let text = |name: &str| args.get(name).or_else(|| config.get(name)).and_then(Value::as_str);
    let key = text("api_key").unwrap_or_default();
    let visible = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic());
    let makes = recording.call.name() == "client.new";
    let elsewhere = !makes || text("base_url").is_some_and(|url| !url.contains("codespar.dev"));
    visible && elsewhere && !key.starts_with("csk_")
}

/// The time limit of the call, else of the client, in seconds.
fn limit(recording: &Recording) -> Option<f64> {
    let of_client = || recording::number(recording.config.as_ref()?.get("timeout")?);
    recording.call.timeout_seconds().or_else(of_client)
}

fn code(body: &Value) -> Option<&str> {
    body.get("code")?.as_str()
}

/// Whether two of the pages name the same next cursor.
pub(super) fn repeats_a_cursor(pages: &[Value]) -> bool {
    let mut seen = BTreeSet::new();
    pages.iter().filter_map(cursor).any(|cursor| !seen.insert(cursor))
}

/// The next cursor that a page names.
fn cursor(page: &Value) -> Option<String> {
    let cursor = page.get("next_cursor").or_else(|| page.get("nextCursor"))?;
    cursor.as_str().filter(|cursor| !cursor.is_empty()).map(str::to_owned)
}

/// Whether a page has neither rows nor a word of where they would go on: nothing at all, or null where its list belongs.
fn is_void_page(page: &Value) -> bool {
    let lists = page.as_object().into_iter().flat_map(|page| page.values());
    let empty = page.as_object().is_some_and(|page| !page.is_empty());
    page.is_null() || empty && cursor(page).is_none() && lists.into_iter().all(Value::is_null)
}

/// Which answer is the first that says that a turn may have been taken, and is not the last.
pub(super) fn refused_turn(recording: &Recording) -> Option<usize> {
    let unsure = |exchange: &Exchange| matches!(exchange.response.status, Some(502 | 503));
    let first = recording.exchanges.iter().position(unsure)?;
    (first + 1 < recording.exchanges.len()).then_some(first)
}

/// Whether the data of a tool's result is nothing, or an object without members.
fn says_little(body: &Value) -> bool {
    match body.get("data") {
        None | Some(Value::Null) => true,
        Some(Value::Object(members)) => members.is_empty(),
        _ => false,
    }
}

/// Whether objects stand beside something else in a list.
fn has_mixed_list(value: &Value) -> bool {
    match value {
        Value::Array(items) => {
            let objects = items.iter().filter(|item| item.is_object()).count();
            0 < objects && objects < items.len() || items.iter().any(has_mixed_list)
        }
        Value::Object(members) => members.values().any(has_mixed_list),
        _ => false,
    }
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

pub(super) fn is_stream(answer: &Response) -> bool {
    answer.media_type().is_some_and(|kind| kind == "text/event-stream")
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
