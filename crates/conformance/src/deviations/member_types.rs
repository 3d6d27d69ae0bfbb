//! The types that members of answers have, as far as it is known which: a table of its own, apart
//! from the types of the code that is checked.

use serde_json::Value;

#[derive(Clone, Copy)]
enum Shape {
    Text,
    Flag,
    /// A number without a fraction, however it is spelled.
    Whole,
    List,
    /// A list of objects.
    Objects,
    Object,
}

use Shape::{Flag, List, Object, Objects, Text, Whole};

/// The call, or what the names of several begin with; the path to the member, `[]` for every item
/// of a list; its type.
const SHAPES: [(&str, &str, Shape); 28] = [
    ("client.create", "servers", List),
    ("session.payment_status", "idempotency_key", Text),
    ("session.payment_status", "events", Objects),
    ("session.verification_status", "idempotency_key", Text),
    ("session.verification_status", "events", Objects),
    ("session.connections", "servers", Objects),
    ("session.connections", "tools", Objects),
    ("session.tools", "servers", Objects),
    ("session.tools", "tools", Objects),
    ("session.find_tools", "servers", Objects),
    ("session.find_tools", "tools", Objects),
    ("session.send", "iterations", Whole),
    ("session.proxy_execute", "status", Whole),
    ("session.issue", "data.status", Text),
    ("session.shop", "data.products[].variants[].available", Flag),
    ("payables.files.upload", "size_bytes", Whole),
    ("payables.batches.", "conversation_id", Text),
    ("wallet.pix_keys.list", "count", Whole),
    ("delegate.list", "tasks", Objects),
    ("memory.", "memories", Objects),
    ("knowledge.collections.list", "collections", Objects),
    ("services.list", "services", Objects),
    ("storage.objects.", "next_cursor", Text),
    ("usage.list", "records", Objects),
    ("workflows.get", "versions", Objects),
    ("spawn.create", "ok", Flag),
    ("audit_logs.", "logs", Objects),
    ("triggers.", "trigger", Object),
];

/// Whether a member of the answer is of another type than it has in every answer of the call; null
/// is of any.
pub(super) fn is_odd(call: &str, answer: &Value) -> bool {
    let of_call = |name: &str| name == call || name.ends_with('.') && call.starts_with(name);
    let shapes = SHAPES.iter().filter(|(name, ..)| of_call(name));
    shapes.into_iter().any(|(_, path, shape)| {
        reached(answer, path).into_iter().any(|value| !value.is_null() && !fits(value, *shape))
    })
}

fn fits(value: &Value, shape: Shape) -> bool {
    match shape {
        Text => value.is_string(),
        Flag => value.is_boolean(),
        Whole => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        List => value.is_array(),
        Objects => value.as_array().is_some_and(|items| items.iter().all(Value::is_object)),
        Object => value.is_object(),
    }
}

/// Every value that the path leads to.
fn reached<'a>(value: &'a Value, path: &str) -> Vec<&'a Value> {
    path.split('.').fold(vec![value], |reached, step| {
        let (name, every) = step.strip_suffix("[]").map_or((step, false), |name| (name, true));
        let members = reached.into_iter().filter_map(|value| value.get(name));
        match every {
            true => members.filter_map(Value::as_array).flatten().collect(),
            false => members.collect(),
        }
    })
}
