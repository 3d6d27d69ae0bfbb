//! Words about the call and its arguments, and about the settings of the client.

use serde_json::{Map, Value};

use super::super::word::Word;
use crate::recording::{Recording, number};

/// Calls whose key against repeats the server honours.
const HONOURED: &[&str] = &[
    "cards.create",
    "collect.attempts.create",
    "payables.batches.create",
    "payables.batches.pay",
    "payables.documents.create",
    "payables.documents.upload",
    "service_requests.create",
    "service_requests.create_and_wait",
    "account.fund",
    "dda.subscriptions.create",
    "wallets.transfer",
    "devolutions.create",
    "langgraph.call_tool",
];

/// Words about the call and its arguments.
pub(super) const WORDS: &[Word] = &[
    Word::new("executes", "it runs a tool as it is (`session.execute`)", |recording| {
        recording.call.name() == "session.execute"
    }),
    Word::new("closes", "it ends the session (`session.close`)", |recording| {
        recording.call.name() == "session.close"
    }),
    Word::new("toolkit", "it is one of the toolkit for models (`langgraph`)", |recording| {
        recording.call.on == "langgraph"
    }),
    Word::new("time-limit", "it has a time limit of its own", |recording| {
        recording.call.timeout_s.is_some()
    }),
    Word::new(
        "preset-and-servers",
        "a preset and servers are given, and the servers are some",
        has_preset_and_servers,
    ),
    Word::new(
        "session-without-user",
        "the create answer of its session names no user",
        has_session_without_user,
    ),
    Word::new("without-agent-key", "the client has no key of an agent", has_no_agent_key),
    Word::new(
        "any-key",
        "the client's key is none of the managed host, and the host is another",
        has_any_key,
    )
    .fault(),
    Word::new(
        "hollow-id",
        "an id of the path is empty, `.` or `..`, or has slashes or control characters",
        has_hollow_id,
    )
    .fault(),
    Word::new(
        "unfit-key",
        "a key of the client has letters that no header can hold",
        has_unfit_key,
    )
    .fault(),
    Word::new(
        "unfit-setting",
        "a client is made with a time limit or an address that is none",
        has_unfit_setting,
    )
    .fault(),
    Word::new("no-number", "a number is one that JSON cannot spell, or no time", has_no_number)
        .fault(),
    Word::new(
        "unhonoured-key",
        "a key against repeats is given where the server honours none",
        has_unhonoured_key,
    )
    .fault(),
    Word::new(
        "useless-key",
        "a Pix key is given beside a type whose keys the server draws",
        has_useless_key,
    )
    .fault(),
    Word::new(
        "doubtful-budget",
        "a budget is given in both units, or with a fraction of a cent",
        has_doubtful_budget,
    )
    .fault(),
];

fn has_preset_and_servers(recording: &Recording) -> bool {
    let args = &recording.call.args;
    let preset = args.get("preset").is_some_and(|preset| !preset.is_null());
    let servers = args.get("servers").and_then(Value::as_array);
    preset && servers.is_some_and(|servers| !servers.is_empty())
}

fn has_session_without_user(recording: &Recording) -> bool {
    let session = recording.session.as_ref();
    session.is_some_and(|session| session.get("user_id").is_none_or(Value::is_null))
}

fn has_no_agent_key(recording: &Recording) -> bool {
    let key = recording.config.as_ref().and_then(|config| config.get("api_key"));
    key.is_none_or(Value::is_null)
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

/// Whether an id that belongs into the path is empty, a step within it, or may be taken for several
/// steps.
///
/// An id is in the path where the recorded request has it neither in its body nor in its query: an
/// official SDK pastes it there as it is.
fn has_hollow_id(recording: &Recording) -> bool {
    let Some(first) = recording.exchanges.first() else { return false };
    let request = &first.request;
    recording.call.args.iter().any(|(name, value)| {
        let leads_elsewhere = |id: &&str| {
            matches!(*id, "" | "." | "..")
                || id.contains(['/', '\\'])
                || id.chars().any(char::is_control)
        };
        let Some(id) = value.as_str().filter(leads_elsewhere) else {
            return false;
        };
        // A project is named in a header.
        let is_id = name.ends_with("_id") && name != "project_id"
            || matches!(&**name, "id" | "tool_call" | "key");
        let beside = request.query.iter().any(|(_, value)| value == id)
            || request.body_json.as_ref().is_some_and(|body| has(body, name));
        is_id && !beside && !request.query.iter().any(|(other, _)| other == name)
    })
}

/// Whether a body has the member, or one of that name in the spelling of another language.
fn has(body: &Value, name: &str) -> bool {
    let plain = |name: &str| name.replace('_', "").to_ascii_lowercase();
    match body {
        Value::Object(members) => {
            members.iter().any(|(other, value)| plain(other) == plain(name) || has(value, name))
        }
        Value::Array(items) => items.iter().any(|item| has(item, name)),
        _ => false,
    }
}

/// Whether a key of the client has letters that no header can hold.
fn has_unfit_key(recording: &Recording) -> bool {
    let config = recording.config.clone().unwrap_or_default();
    let keys = ["api_key", "pat"].into_iter().filter_map(|name| config.get(name)?.as_str());
    keys.into_iter()
        .any(|key| !key.is_empty() && key.bytes().any(|byte| !(33..127).contains(&byte)))
}

/// Whether a Pix key is given beside a type whose keys the server draws.
fn has_useless_key(recording: &Recording) -> bool {
    let text = |name: &str| recording.call.args.get(name).and_then(Value::as_str);
    let drawn = text("key_type").is_some_and(|kind| kind.eq_ignore_ascii_case("evp"));
    recording.call.name() == "wallet.pix_keys.register"
        && drawn
        && text("key").is_some_and(|key| !key.is_empty())
}

/// Whether a client is made with a time limit that is none, or an address that is none of HTTP.
fn has_unfit_setting(recording: &Recording) -> bool {
    let call = &recording.call;
    let text = |name: &str| call.args.get(name).and_then(Value::as_str);
    let limit = call.args.get("timeout").filter(|limit| !limit.is_null()).map(number);
    let is_none = |limit: f64| !(limit > 0.0 && limit.is_finite());
    call.name() == "client.new"
        && (limit.is_some_and(|limit| limit.is_none_or(is_none))
            || text("base_url").is_some_and(|url| !url.is_empty() && !url.starts_with("http")))
}

/// Whether the call is given a key against repeats, and the server honours none for it.
fn has_unhonoured_key(recording: &Recording) -> bool {
    let call = &recording.call;
    let given = |value: Option<&Value>| value.is_some_and(|value| !value.is_null());
    let within = |name: &str| call.args.get(name).and_then(|group| group.get("idempotency_key"));
    let keyed = given(call.args.get("idempotency_key"))
        || given(within("options"))
        || given(within("config"));
    let dated = |value: &Value| {
        value.get("method").and_then(Value::as_str) == Some("boleto")
            && given(value.get("due_date"))
    };
    let args = Value::Object(call.args.clone());
    let by_arguments = call.name() == "charges.create"
        && (dated(&args) || args.as_object().is_some_and(|args| args.values().any(dated)));
    // A key among the members of a tool's input is the tool's.
    let of_input = call.on == "session" && call.method != "execute";
    keyed && !by_arguments && !of_input && !HONOURED.contains(&&*call.name())
}

/// Whether an argument holds a number that JSON has no spelling for, or the clock shows no time.
fn has_no_number(recording: &Recording) -> bool {
    fn is_none(value: &Value) -> bool {
        match value {
            Value::Object(members) => {
                members.contains_key("$float") || members.values().any(is_none)
            }
            Value::Array(items) => items.iter().any(is_none),
            _ => false,
        }
    }
    let call = &recording.call;
    let clock = call.args.get("now").and_then(number).is_some_and(|now| now < 0.0);
    call.name() != "client.new" && (clock || call.args.values().any(is_none))
}

/// Whether a budget is given in both units, or with a fraction of a cent.
fn has_doubtful_budget(recording: &Recording) -> bool {
    let args: &Map<String, Value> = &recording.call.args;
    let given = |name: &str| args.get(name).filter(|amount| !amount.is_null());
    given("budget_dollars").is_some_and(|dollars| {
        let text = dollars.to_string();
        let decimals = text.split_once('.').map_or("", |(_, decimals)| decimals);
        let in_cents = given("budget_cents").or_else(|| given("budget_cap_cents"));
        in_cents.is_some() || decimals.trim_end_matches('0').len() > 2
    })
}
