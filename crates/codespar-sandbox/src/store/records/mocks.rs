//! The declared mocks of a session: what it answers for a tool, and how often.

use std::collections::BTreeMap;

use serde_json::{Value, json, value::RawValue};

use crate::store::{
    json::set,
    raw_json::{self, RawObject},
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
    pub(crate) fn new(declared: &RawValue) -> Self {
        let members = RawObject::read(declared.get().as_bytes());
        let entries = members.iter().map(|(tool, entry)| (tool.to_owned(), Entry::read(entry)));
        let entries = entries.collect();
        Self { declared: raw_json::embed(declared), entries, used: BTreeMap::new() }
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
            Ok(list) => Self::Once(list.into_iter().map(raw_json::embed).collect()),
            Err(_) => Self::Always(raw_json::embed(entry)),
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

    pub(crate) fn message(&self) -> &'static str {
        match self {
            Self::NotMocked => "the session declares no mock for this tool",
            Self::Exhausted => "every answer declared for this tool has been given",
            Self::Engine => "the mock of this tool cannot be played",
        }
    }

    /// The refusal as the data of a tool result.
    pub(crate) fn data(&self, tool: &str) -> Value {
        let mut data = self.members(tool);
        set(&mut data, "code", self.code());
        set(&mut data, "message", self.message());
        data
    }

    pub(crate) fn members(&self, tool: &str) -> Value {
        match self {
            Self::NotMocked => json!({ "tool_name": tool }),
            _ => json!({}),
        }
    }
}
