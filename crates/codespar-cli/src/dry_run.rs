//! The request that would be sent, without its secrets.

use bytes::Bytes;
use codespar_blocking::{Error, Json, http, proto::driver::NoTransport};
use codespar_engine::{describe::Shape, registry::Started};
use serde_json::{Map, Value, json};

use crate::{
    arguments::get,
    outcome::{Failure, unsent},
    output::{Format, failed_write, stdout},
    plan::{Place, Plan, noise},
    rows::is_secret_in_path,
};

const HIDDEN: &str = "[redacted]";

/// Whether an operation would send what it was given: an error is what it says before that.
pub(crate) fn probe<S: 'static>(started: Started<NoTransport, S>) -> Result<(), Error> {
    request(started, 0).map(|_| ())
}

fn request<S: 'static>(
    started: Started<NoTransport, S>,
    noise: u128,
) -> Result<http::Request<Bytes>, Error> {
    match started {
        Started::Call(call) => call.into_exchange(noise).map(|(request, _)| request),
        Started::Session(call) => call.into_exchange(noise).map(|(request, _)| request),
        Started::Items(items) => items.into_exchange(noise).map(|(request, _)| request),
        _ => Err(Error::config("into_exchange", "expected a known way to begin")),
    }
}

/// Prints what would be sent.
pub(crate) fn print<S: 'static>(
    plan: &Plan<'_>,
    place: &Place,
    start: impl FnOnce(&Json) -> Option<Result<Started<NoTransport, S>, Error>>,
) -> Result<(), Failure> {
    let Some(started) = start(&plan.args()?) else {
        return Err(Failure::usage("expected also --session ID"));
    };
    let noise = noise()?;
    let mut document = Map::new();
    document.insert("dry_run".into(), true.into());
    document.insert("operation".into(), plan.row.operation.name.into());
    document.insert("effect".into(), plan.effect.as_str().into());
    document.insert("key".into(), plan.key.as_deref().into());
    document.insert("environment".into(), place.environment.as_str().into());
    document.insert("base_url".into(), place.host.as_str().into());
    document.insert("project".into(), place.project.as_deref().into());
    match request(started.map_err(unsent)?, noise) {
        Ok(request) => {
            document.insert("request".into(), describe(plan, place, request));
        }
        // Several requests, of which the first alone would tell little.
        Err(error) if error.field() == Some("into_exchange") => {
            let mut arguments = plan.args()?.to_value();
            hide(&mut arguments, &hidden(plan));
            document.insert("request".into(), Value::Null);
            document.insert("arguments".into(), arguments);
            if let Some(route) = plan.row.route() {
                let route = format!("{} {}", route.method, route.path);
                document.insert("several_requests_of".into(), route.into());
            }
        }
        Err(error) => return Err(unsent(error)),
    }
    let document = Value::Object(document);
    let text = match Format::of(plan.matches) {
        Format::JsonLines => format!("{document}\n"),
        Format::Table | Format::Json => format!("{document:#}\n"),
    };
    stdout(&text).map_err(|error| failed_write(&error, false))
}

fn describe(plan: &Plan<'_>, place: &Place, request: http::Request<Bytes>) -> Value {
    let hidden = hidden(plan);
    let (head, body) = request.into_parts();
    let is_there = |path: &[&str]| get(&plan.members, path).is_some_and(|it| !it.is_null());
    let secret = plan.taken.secrets.iter().any(|(path, _)| is_there(path));
    let in_path = plan.row.operation.path.iter().any(|name| is_secret_in_path(name));
    // A secret that is in the path, or may be: then the path of the row is what is shown.
    let url = match plan.row.route().filter(|_| secret && (in_path || body.is_empty())) {
        Some(route) => format!("{}{}", place.host, route.path),
        None => head.uri.to_string(),
    };
    let mut headers = Map::new();
    for (name, value) in &head.headers {
        let text = if value.is_sensitive() { None } else { value.to_str().ok() };
        headers.insert(name.as_str().to_owned(), text.unwrap_or(HIDDEN).into());
    }
    let body = match serde_json::from_slice::<Value>(&body) {
        _ if body.is_empty() => Value::Null,
        Ok(mut value) => {
            hide(&mut value, &hidden);
            value
        }
        Err(_) => format!("{} bytes", body.len()).into(),
    };
    json!({ "method": head.method.as_str(), "url": url, "headers": headers, "body": body })
}

/// The texts among the arguments that are not to be shown.
fn hidden(plan: &Plan<'_>) -> Vec<String> {
    let mut texts = Vec::new();
    for (path, _) in &plan.taken.secrets {
        if let Some(value) = get(&plan.members, path) {
            all_texts(&value.to_value(), &mut texts);
        }
    }
    if plan.matches.get_flag("show-secrets") {
        return texts;
    }
    if let Some(input) = plan.row.operation.input {
        let value = match input.argument {
            Some(name) => get(&plan.members, &[name]).unwrap_or_else(Json::null).to_value(),
            None => plan.args().map_or(Value::Null, |args| args.to_value()),
        };
        collect(&value, input.shape, &mut texts);
    }
    texts
}

fn collect(value: &Value, shape: &'static Shape, texts: &mut Vec<String>) {
    match (shape, value) {
        (Shape::Nullable(inner), value) => collect(value, inner, texts),
        (Shape::List(inner), Value::Array(items)) => {
            items.iter().for_each(|item| collect(item, inner, texts));
        }
        (Shape::Map(inner), Value::Object(members)) => {
            members.values().for_each(|item| collect(item, inner, texts));
        }
        (Shape::AllOf(all), value) => all.iter().for_each(|it| collect(value, it, texts)),
        (Shape::OneOf(one_of), value) => {
            one_of().variants.iter().for_each(|it| collect(value, it.shape, texts));
        }
        (Shape::Scalar(scalar), value) if scalar.secret || scalar.personal => {
            all_texts(value, texts);
        }
        (Shape::Object(object), Value::Object(members)) => {
            for member in object().members {
                let Some(value) = members.get(member.name) else { continue };
                match member.is_secret() || member.is_personal() {
                    true => all_texts(value, texts),
                    false => collect(value, member.shape, texts),
                }
            }
        }
        _ => {}
    }
}

fn all_texts(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| all_texts(item, texts)),
        Value::Object(members) => members.values().for_each(|item| all_texts(item, texts)),
        _ => {}
    }
}

/// Hides these texts wherever they stand.
fn hide(value: &mut Value, hidden: &[String]) {
    match value {
        Value::String(text) if hidden.contains(text) => *value = HIDDEN.into(),
        Value::Array(items) => items.iter_mut().for_each(|item| hide(item, hidden)),
        Value::Object(members) => members.values_mut().for_each(|item| hide(item, hidden)),
        _ => {}
    }
}
