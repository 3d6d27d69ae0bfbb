//! The ways in which a run is spoiled.

use serde_json::{Value, json};

use crate::compare::json::is_default;
use crate::operations::{Failure, Outcome};
use crate::runner::Observed;
use crate::server::Received;

/// A way to spoil a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// The code is gone.
    Code,
    /// What the server said is gone.
    Message,
    /// An item is gone.
    Item,
    /// Any other value is gone.
    Value,
    /// The status is another.
    Status,
    /// A number is another.
    Amount,
    /// It failed instead.
    ErrorForResult,
    /// It succeeded instead.
    ResultForError,
    /// A request more.
    MoreRequests,
    /// A request less.
    FewerRequests,
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Code,
        Self::Message,
        Self::Item,
        Self::Value,
        Self::Status,
        Self::Amount,
        Self::ErrorForResult,
        Self::ResultForError,
        Self::MoreRequests,
        Self::FewerRequests,
    ];

    /// What is done.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Code => "code dropped",
            Self::Message => "message dropped",
            Self::Item => "item dropped",
            Self::Value => "value dropped",
            Self::Status => "other status",
            Self::Amount => "other amount",
            Self::ErrorForResult => "error for result",
            Self::ResultForError => "result for error",
            Self::MoreRequests => "request more",
            Self::FewerRequests => "request less",
        }
    }
}

/// A spoiled value: how, where, and what became of it.
type Spoiled<T> = (Way, String, T);

/// The run, spoiled in every way that changes it.
pub(super) fn spoiled(run: &Observed) -> Vec<Spoiled<Observed>> {
    let mut all = Vec::new();
    if let Some(outcome) = run.outcomes.last() {
        let with = |outcome: Outcome| {
            let mut run = run.clone();
            run.outcomes.pop();
            run.outcomes.push(outcome);
            run
        };
        let found = of_outcome(outcome, run).into_iter().filter(|(.., spoiled)| spoiled != outcome);
        all.extend(found.map(|(way, place, outcome)| (way, place, with(outcome))));
    }
    let with = |received| Observed { received, ..run.clone() };
    let requests = of_requests(&run.received).into_iter();
    all.extend(requests.map(|(way, place, received)| (way, place, with(received))));
    all
}

fn of_requests(received: &[Received]) -> Vec<Spoiled<Vec<Received>>> {
    let mut all = Vec::new();
    let another = Received {
        method: "POST".to_owned(),
        target: "/v1/another".to_owned(),
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: b"{}".to_vec(),
    };
    for (place, added) in [("another", Some(&another)), ("the last again", received.last())] {
        let Some(added) = added else { continue };
        let more = received.iter().chain([added]).cloned().collect();
        all.push((Way::MoreRequests, place.to_owned(), more));
    }
    for number in 0..received.len() {
        let mut fewer = received.to_vec();
        fewer.remove(number);
        all.push((Way::FewerRequests, format!("request {}", number + 1), fewer));
    }
    all
}

fn of_outcome(outcome: &Outcome, run: &Observed) -> Vec<Spoiled<Outcome>> {
    match outcome {
        Outcome::Unknown => Vec::new(),
        Outcome::Value(value) => {
            let changed = of_value(value).into_iter();
            let changed = changed.map(|(way, at, value)| (way, at, Outcome::Value(value)));
            let failed = failures().into_iter().map(|(place, failure)| {
                (Way::ErrorForResult, place.to_owned(), Outcome::Failed(failure))
            });
            changed.chain(failed).collect()
        }
        Outcome::Failed(failure) => {
            let changed = of_failure(failure).into_iter();
            let changed = changed.map(|(way, at, failure)| (way, at, Outcome::Failed(failure)));
            changed.chain(successes(run)).collect()
        }
        Outcome::Items { items, then } => of_items(items, then.as_ref()),
    }
}

fn of_items(items: &[Value], then: Option<&Failure>) -> Vec<Spoiled<Outcome>> {
    let with = |items: Vec<Value>, then: Option<Failure>| Outcome::Items { items, then };
    let list = Value::from(items);
    let as_list = |value: Value| value.as_array().cloned().unwrap_or_default();
    let mut all: Vec<_> = of_value(&list)
        .into_iter()
        .map(|(way, at, list)| (way, at, with(as_list(list), then.cloned())))
        .collect();
    match then {
        Some(failure) => {
            let changed = of_failure(failure).into_iter();
            all.extend(
                changed.map(|(way, at, failed)| (way, at, with(items.to_vec(), Some(failed)))),
            );
            let none = with(items.to_vec(), None);
            all.push((Way::ResultForError, "as if it were whole".to_owned(), none));
        }
        None => {
            for (place, failure) in failures() {
                let ended = with(items.to_vec(), Some(failure.clone()));
                all.push((Way::ErrorForResult, format!("{place} at the end"), ended));
                all.push((Way::ErrorForResult, place.to_owned(), Outcome::Failed(failure)));
            }
        }
    }
    all
}

/// Errors of other kinds than there was any.
fn failures() -> [(&'static str, Failure); 4] {
    let api = Failure { status: Some(500), ..Failure::new("Api", "call: failed (status 500)") };
    let decode =
        Failure { status: Some(200), ..Failure::new("Decode", "call: missing field `id`") };
    let config = Failure::new("Config", "call: id: expected an id, it is empty");
    let io = Failure::new("Io", "call: the connection broke");
    [("a refusal", api), ("an answer not read", decode), ("an argument", config), ("broken", io)]
}

/// What a call that failed could have given back: nothing, what was answered, what was recorded.
fn successes(run: &Observed) -> Vec<Spoiled<Outcome>> {
    let answer = run.case.exchanges.last().and_then(|exchange| exchange.response.json());
    let values = [
        ("nothing", Some(Value::Null)),
        ("an empty object", Some(json!({}))),
        ("the answer", answer),
        ("what was recorded", run.case.result.clone()),
    ];
    let mut all: Vec<_> = values
        .into_iter()
        .filter_map(|(place, value)| {
            Some((Way::ResultForError, place.to_owned(), Outcome::Value(value?)))
        })
        .collect();
    let none = Outcome::Items { items: Vec::new(), then: None };
    all.push((Way::ResultForError, "no items".to_owned(), none));
    all
}

fn of_failure(failure: &Failure) -> Vec<Spoiled<Failure>> {
    let mut all = Vec::new();
    let mut add = |way, place: &str, failed: Failure| all.push((way, place.to_owned(), failed));
    let same = || failure.clone();
    add(Way::Code, "code", Failure { code: None, ..same() });
    add(Way::Message, "message", Failure { message: String::new(), ..same() });
    let another = failure.status.map_or(500, |status| if status == 404 { 500 } else { 404 });
    add(Way::Status, "status", Failure { status: Some(another), ..same() });
    add(Way::Status, "no status", Failure { status: None, ..same() });
    add(Way::Value, "request id", Failure { request_id: None, ..same() });
    add(Way::Value, "wait", Failure { retry_after: None, ..same() });
    add(Way::Value, "last state", Failure { last: None, ..same() });
    if let Some(last) = &failure.last {
        for (way, place, last) in of_value(last) {
            add(way, &format!("last{place}"), Failure { last: Some(last), ..same() });
        }
    }
    for (name, detail) in &failure.details {
        let mut without = same();
        without.details.remove(name);
        add(Way::Value, name, without);
        for (way, place, detail) in of_value(detail) {
            let mut changed = same();
            changed.details.insert(name.clone(), detail);
            add(way, &format!("{name}{place}"), changed);
        }
    }
    all.retain(|(.., failed)| failed != failure);
    all
}

/// The value with one thing in it spoiled.
fn of_value(value: &Value) -> Vec<Spoiled<Value>> {
    let mut places = Vec::new();
    walk(value, String::new(), &mut places);
    let spoil = |(way, place): (Way, String)| {
        let mut changed = value.clone();
        change(&mut changed, way, &place)?;
        (changed != *value).then_some((way, place, changed))
    };
    places.into_iter().filter_map(spoil).collect()
}

/// Every place at which a way applies, by its pointer.
fn walk(value: &Value, at: String, found: &mut Vec<(Way, String)>) {
    match value {
        Value::Number(_) => found.push((Way::Amount, at)),
        Value::Array(items) => {
            if !items.is_empty() {
                found.push((Way::Item, at.clone()));
            }
            for (index, item) in items.iter().enumerate() {
                walk(item, format!("{at}/{index}"), found);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let place = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                let says = member.as_str().is_some_and(|text| !text.is_empty());
                let way = match &**name {
                    _ if is_default(member) => None,
                    // Ours beside what the official client has: that it is there is tested
                    // elsewhere, here it is made another.
                    "verdict" => Some(Way::Status),
                    "code" | "error_code" | "reason_code" => Some(Way::Code),
                    "message" | "error" | "error_message" | "reason" if says => Some(Way::Message),
                    _ => Some(Way::Value),
                };
                found.extend(way.map(|way| (way, place.clone())));
                if says && matches!(&**name, "status" | "state") {
                    found.push((Way::Status, place.clone()));
                }
                walk(member, place, found);
            }
        }
        _ => {}
    }
}

fn change(value: &mut Value, way: Way, place: &str) -> Option<()> {
    match way {
        Way::Amount => {
            let number = value.pointer_mut(place)?;
            *number = match number.as_i64() {
                Some(whole) => Value::from(whole.wrapping_add(1)),
                None => Value::from(number.as_f64()? * 2.0 + 1.0),
            };
        }
        Way::Status => *value.pointer_mut(place)? = Value::from("another"),
        Way::Item => drop(value.pointer_mut(place)?.as_array_mut()?.pop()),
        _ => {
            let (within, name) = place.rsplit_once('/')?;
            let name = name.replace("~1", "/").replace("~0", "~");
            value.pointer_mut(within)?.as_object_mut()?.remove(&name);
        }
    }
    Some(())
}
