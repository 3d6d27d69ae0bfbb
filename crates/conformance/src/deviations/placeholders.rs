//! Values that stand for others: recorded ones with members replaced, words in angle brackets.

use codespar_proto::Preset;
use serde::Deserialize as _;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::last_answer::{repeats_a_cursor, waits};
use crate::compare::is_empty;
use crate::recording::{Recording, Request};

/// The recorded request with these members replaced.
pub(super) fn changed(recorded: Option<&Request>, change: &Value) -> Result<Request, String> {
    let mut request = recorded.cloned().unwrap_or_default();
    let mut whole = change.as_object().cloned().unwrap_or_default();
    let changes = |name: &str| change.get(name).is_some();
    let but = whole.remove("body");
    for (name, fallback) in [("method", &request.method), ("path", &request.path)] {
        whole.entry(name).or_insert_with(|| Value::from(fallback.as_str()));
    }
    let named = Request::deserialize(Value::Object(whole)).map_err(|error| error.to_string())?;
    request.method = named.method;
    request.path = named.path;
    if changes("query") {
        request.query = named.query;
    }
    if changes("headers") {
        request.headers.extend(named.headers);
    }
    if changes("body_json") {
        request.body_json = named.body_json;
    }
    if let (Some(Value::Object(members)), Some(Value::Object(body))) = (but, &mut request.body_json)
    {
        body.extend(members);
    }
    Ok(request)
}

/// The recorded request with every null member left out of its body.
pub(super) fn without_nulls(request: &Request) -> Request {
    fn left(value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(left).collect(),
            Value::Object(members) => {
                let members = members.iter().filter(|(_, member)| !member.is_null());
                members.map(|(name, member)| (name.clone(), left(member))).collect()
            }
            other => other.clone(),
        }
    }
    Request { body_json: request.body_json.as_ref().map(left), ..request.clone() }
}

/// The recorded result with these members replaced, at any depth.
pub(super) fn merged(
    result: Option<Value>,
    but: &Map<String, Value>,
    recording: &Recording,
) -> Result<Value, String> {
    let Some(Value::Object(mut members)) = result else {
        return Err("but: the result is no object".to_owned());
    };
    for (name, change) in but {
        let change = match (members.remove(name), change) {
            (Some(inner @ Value::Object(_)), Value::Object(change)) => {
                merged(Some(inner), change, recording)?
            }
            (_, change) => resolved(change, recording)?,
        };
        members.insert(name.clone(), change);
    }
    Ok(Value::Object(members))
}

/// The value with every text in angle brackets replaced by what it stands for.
pub(super) fn resolved(value: &Value, recording: &Recording) -> Result<Value, String> {
    match value {
        Value::String(text) => {
            let inner = text.strip_prefix('<').and_then(|text| text.strip_suffix('>'));
            inner.map_or_else(|| Ok(value.clone()), |paths| first_of(paths, recording))
        }
        Value::Array(items) => items.iter().map(|item| resolved(item, recording)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, item)| Ok((name.clone(), resolved(item, recording)?)))
            .collect(),
        other => Ok(other.clone()),
    }
}

/// The value of the first of these paths that leads to one that says something.
fn first_of(paths: &str, recording: &Recording) -> Result<Value, String> {
    let mut found = Err(format!("<{paths}> is not in the recording"));
    for path in paths.split('|') {
        found = if path.is_empty() { Ok(Value::Null) } else { named(path, recording) };
        if found.as_ref().is_ok_and(|value| !is_empty(value)) {
            break;
        }
    }
    found
}

fn named(path: &str, recording: &Recording) -> Result<Value, String> {
    if ["now", "uuid", "measured_ms", "words"].contains(&path) {
        return Ok(Value::from(format!("<{path}>")));
    }
    let (root, rest) = path.split_once('.').unwrap_or((path, ""));
    let mut bodies = recording.exchanges.iter().map(|exchange| exchange.response.json());
    let base = match root {
        "answer" => bodies.next_back().flatten(),
        "answers" => Some(bodies.map(Option::unwrap_or_default).collect()),
        "previous" => bodies.nth_back(1).flatten(),
        "args" => Some(Value::Object(recording.call.args.clone())),
        "sent" => recording.exchanges.first().and_then(|first| first.request.body_json.clone()),
        "session" => recording.session.clone(),
        "servers" => servers(recording),
        "waiting" => bodies.flatten().find(waits),
        "tools" => tools(recording),
        "recorded" => recording.result.clone(),
        "rows" => Some(recording.result.clone().unwrap_or_else(|| Value::Array(Vec::new()))),
        "rows-once" => Some(rows_before_a_repeat(recording)),
        "updates" => recording.updates.clone().map(Value::Array),
        "update" => recording.updates.as_ref().and_then(|updates| updates.last().cloned()),
        _ => None,
    };
    let pointer: String =
        rest.split('.').filter(|name| !name.is_empty()).map(|name| format!("/{name}")).collect();
    base.and_then(|base| base.pointer(&pointer).cloned())
        .ok_or_else(|| format!("<{path}> is not in the recording"))
}

/// The batch as it is now in the refusal of another, where it is whole.
pub(super) fn refused_batch(recording: &Recording) -> Option<Value> {
    const WHOLE: [&str; 5] = ["batch_id", "status", "version", "list_hash", "currency"];
    let answer = recording.exchanges.last()?.response.json()?;
    let batch = answer.pointer("/error/details/batch")?;
    let is_whole = WHOLE.iter().all(|name| batch.get(name).is_some_and(|value| !value.is_null()));
    let asks = recording.call.on.starts_with("payables");
    (asks && is_whole).then(|| batch.clone())
}

/// The rows of the pages up to the one that names a cursor again. Those of that page are not given:
/// where they would go on is not known.
fn rows_before_a_repeat(recording: &Recording) -> Value {
    let mut pages: Vec<Value> = Vec::new();
    for exchange in &recording.exchanges {
        pages.push(exchange.response.json().unwrap_or_default());
        if repeats_a_cursor(&pages) {
            break;
        }
    }
    let rows = pages.iter().filter_map(Value::as_object).flat_map(|page| page.values());
    rows.filter_map(Value::as_array).flatten().cloned().collect()
}

/// The recorded tools under names of ASCII letters, digits, `_` and `-`; those that have one in
/// common, each with a part of the hash of its service and operation behind it.
fn tools(recording: &Recording) -> Option<Value> {
    let text = |value: &Value, name: &str| value.get(name)?.as_str().map(str::to_owned);
    let mut tools = recording.result.as_ref()?.as_array()?.clone();
    let names: Vec<_> = tools.iter().map(|tool| text(tool, "name")).collect();
    let catalog = recording.exchanges.last()?.response.json()?;
    let services = catalog.get("services")?.as_array()?;
    let operations = services.iter().flat_map(|service| {
        let within = service.get("operations").and_then(Value::as_array).into_iter().flatten();
        within.map(move |operation| (text(service, "id"), text(operation, "name")))
    });
    for ((tool, name), (service, operation)) in tools.iter_mut().zip(&names).zip(operations) {
        let (of, does) = (service.clone(), operation.clone());
        let clashes = names.iter().filter(|other| *other == name).count() > 1;
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let mut name = name.clone()?.replace(|c| !allowed(c), "_");
        if clashes {
            name = format!("{name}_{}", short_hash(&service?, &operation?));
        }
        let tool = tool.as_object_mut()?;
        let members = [("name", Some(name)), ("service", of), ("operation", does)];
        tool.extend(members.map(|(name, value)| (name.to_owned(), Value::from(value))));
    }
    Some(Value::Array(tools))
}

/// Eight hexadecimal digits that two operations of one name are told apart by.
fn short_hash(service: &str, operation: &str) -> String {
    let id = format!("{service}\u{1f}{operation}");
    let mut hash = Sha256::new();
    for part in ["name", &id] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

/// The servers of the arguments and then those of their preset, each once.
fn servers(recording: &Recording) -> Option<Value> {
    let args = &recording.call.args;
    let preset = args.get("preset").cloned().unwrap_or_default();
    let preset = Option::<Preset>::deserialize(preset).ok()?;
    let given = args.get("servers").and_then(Value::as_array).cloned().unwrap_or_default();
    let of_preset = preset.map(Preset::servers).unwrap_or_default();
    let mut servers = Vec::new();
    for server in given.into_iter().chain(of_preset.iter().map(|&server| Value::from(server))) {
        if !servers.contains(&server) {
            servers.push(server);
        }
    }
    Some(Value::Array(servers))
}

/// The recorded text, with what stands for nothing where another language shows its own word for
/// it.
pub(super) fn shown(recording: &Recording) -> Result<Value, String> {
    let text = recording.result.as_ref().and_then(Value::as_str);
    let text = text.ok_or("shown: the recorded result is no text")?;
    let line = |line: &str| match line.strip_suffix(": None") {
        Some("cost_cents") => "cost_cents: 0".to_owned(),
        Some(name) => format!("{name}: "),
        None => line.to_owned(),
    };
    Ok(Value::from(text.split('\n').map(line).collect::<Vec<_>>().join("\n")))
}
