//! Declared mocks: what a session answers for a tool, and how often.

mod validate;

use std::collections::BTreeMap;

use serde_json::{Value, json, value::RawValue};

use crate::{
    server::{
        errors::{Refusal, coded, error},
        json_object::Fields,
        request::Call,
        response::Answer,
    },
    store::raw_json::{self, Members},
};

/// The mocks of one session. They never change, only the counters do.
pub(crate) struct Mocks {
    /// All of them as they came.
    declared: Value,
    entries: BTreeMap<String, Entry>,
    /// How many entries of an array have been handed out.
    used: BTreeMap<String, usize>,
}

/// The mock of one tool, its answers as they came.
enum Entry {
    Always(Value),
    Once(Vec<Value>),
}

/// Why there is no mocked answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum MockRefusal {
    NotMocked,
    Exhausted,
    Engine,
}

impl Mocks {
    fn new(declared: &RawValue) -> Self {
        let members = Members::read(declared.get().as_bytes());
        let entries = members.iter().map(|(tool, entry)| (tool.to_owned(), Entry::read(entry)));
        let entries = entries.collect();
        Self { declared: raw_json::keep(declared), entries, used: BTreeMap::new() }
    }

    pub(crate) fn declared(&self) -> &Value {
        &self.declared
    }

    pub(crate) fn has(&self, tool: &str) -> bool {
        self.entries.contains_key(tool)
    }

    /// The next answer for a tool.
    pub(crate) fn take(&mut self, tool: &str) -> Result<Value, MockRefusal> {
        let list = match self.entries.get(tool).ok_or(MockRefusal::NotMocked)? {
            Entry::Always(answer) => return Ok(answer.clone()),
            Entry::Once(list) if list.is_empty() => return Err(MockRefusal::Engine),
            Entry::Once(list) => list,
        };
        let used = self.used.entry(tool.to_owned()).or_default();
        let next = list.get(*used).ok_or(MockRefusal::Exhausted)?;
        *used += 1;
        Ok(next.clone())
    }

    /// `{"<tool>":{"n":…,"cap":…}}` for every declared tool; `cap` is null for objects.
    pub(crate) fn counters(&self) -> Value {
        let counters = self.entries.iter().map(|(tool, entry)| {
            let used = self.used.get(tool).copied().unwrap_or_default();
            (tool.clone(), json!({ "n": used, "cap": entry.len() }))
        });
        Value::Object(counters.collect())
    }
}

impl Entry {
    fn read(entry: &RawValue) -> Self {
        match serde_json::from_str::<Vec<&RawValue>>(entry.get()) {
            Ok(list) => Self::Once(list.into_iter().map(raw_json::keep).collect()),
            Err(_) => Self::Always(raw_json::keep(entry)),
        }
    }

    fn len(&self) -> Option<usize> {
        match self {
            Self::Always(_) => None,
            Self::Once(list) => Some(list.len()),
        }
    }
}

impl MockRefusal {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NotMocked => "tool_not_mocked",
            Self::Exhausted => "mocks_exhausted",
            Self::Engine => "mocks_engine_error",
        }
    }

    fn message(&self) -> &'static str {
        match self {
            Self::NotMocked => "the session declares no mock for this tool",
            Self::Exhausted => "every answer declared for this tool has been given",
            Self::Engine => "the mock of this tool cannot be played",
        }
    }

    /// The refusal as an answer of its own.
    pub(crate) fn answer(&self, tool: &str) -> Answer {
        let status = if *self == Self::Engine { 503 } else { 422 };
        coded(status, self.members(tool), self.code(), self.message())
    }

    /// The refusal as the data of a tool result.
    pub(crate) fn data(&self, tool: &str) -> Value {
        let mut data = self.members(tool);
        crate::store::table::set(&mut data, "code", self.code());
        crate::store::table::set(&mut data, "message", self.message());
        data
    }

    fn members(&self, tool: &str) -> Value {
        match self {
            Self::NotMocked => json!({ "tool_name": tool }),
            _ => json!({}),
        }
    }
}

/// Reads the mocks of a create, checking first permission, then size, then shape.
pub(crate) fn declare(call: &Call<'_>, body: &Fields) -> Result<Option<Mocks>, Refusal> {
    if !body.has("mocks") {
        return Ok(None);
    }
    if !call.settings.test_mode {
        return Err(not_permitted(call));
    }
    let declared = body.echo("mocks");
    let members = call.members();
    let sent = members.get("mocks").unwrap_or(RawValue::NULL);
    let order = Members::read(sent.get().as_bytes());
    let order: Vec<&str> = order.iter().map(|(name, _)| name).collect();
    match validate::check(&declared, &order) {
        Ok(()) => Ok(Some(Mocks::new(sent))),
        Err(fault) => Err(fault.answer().into()),
    }
}

fn not_permitted(call: &Call<'_>) -> Refusal {
    let message = "mocks need test mode";
    if call.settings.managed() {
        return error(403, "mocks_not_permitted", message).into();
    }
    coded(501, json!({}), "mocks_not_permitted", message).into()
}
