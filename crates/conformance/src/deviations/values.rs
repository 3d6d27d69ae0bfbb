//! Values that stand for others: recorded ones with members replaced, words in angle brackets.

use serde::Deserialize as _;
use serde_json::{Map, Value};

use crate::recording::{Recording, Request};

/// The recorded request with these members replaced.
pub(super) fn changed(recorded: Option<&Request>, change: &Value) -> Result<Request, String> {
    let mut request = recorded.cloned().unwrap_or_default();
    let mut whole = change.as_object().cloned().unwrap_or_default();
    let changes = |name: &str| change.get(name).is_some();
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
        return Err("but: the recorded result is no object".to_owned());
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
            inner.map_or_else(|| Ok(value.clone()), |path| named(path, recording))
        }
        Value::Array(items) => items.iter().map(|item| resolved(item, recording)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, item)| Ok((name.clone(), resolved(item, recording)?)))
            .collect(),
        other => Ok(other.clone()),
    }
}

fn named(path: &str, recording: &Recording) -> Result<Value, String> {
    if ["now", "uuid", "measured_ms"].contains(&path) {
        return Ok(Value::from(format!("<{path}>")));
    }
    let (root, rest) = path.split_once('.').unwrap_or((path, ""));
    let mut bodies = recording.exchanges.iter().map(|exchange| exchange.response.json());
    let base = match root {
        "answer" => bodies.next_back().flatten(),
        "answers" => Some(bodies.map(Option::unwrap_or_default).collect()),
        "args" => Some(Value::Object(recording.call.args.clone())),
        "recorded" => recording.result.clone(),
        "updates" => recording.updates.clone().map(Value::Array),
        "update" => recording.updates.as_ref().and_then(|updates| updates.last().cloned()),
        "frames" => recording.exchanges.last().map(|exchange| exchange.response.frames().into()),
        _ => None,
    };
    let pointer: String =
        rest.split('.').filter(|name| !name.is_empty()).map(|name| format!("/{name}")).collect();
    base.and_then(|base| base.pointer(&pointer).cloned())
        .ok_or_else(|| format!("<{path}> is not in the recording"))
}
