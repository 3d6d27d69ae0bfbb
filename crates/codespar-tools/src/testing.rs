//! The rules of model providers, as a checker of lists of tools.
//!
//! It knows the lists by themselves, as JSON: it shares no code with what writes them, so that it
//! can disagree.

use std::collections::BTreeSet;

use codespar_engine::Json;
use serde_json::{Map, Value};

use crate::dialect::Dialect;

mod catalogue;
mod messages;

pub use self::{catalogue::provider_tools, messages::message_violations};

/// What a provider would refuse in a list of tools, a line each, beginning with the tool and the
/// rule: `charge: name: …`. The list is the value of `tools` in a request.
pub fn violations(dialect: Dialect, list: &Json) -> Vec<String> {
    violations_within(dialect, list, LONGEST_NAME)
}

/// The same for names of at most so many letters: some clients of MCP put the server's name before
/// each, and count both (40 leaves room for that).
pub fn violations_within(dialect: Dialect, list: &Json, longest_name: usize) -> Vec<String> {
    let list = list.to_value();
    let mut found = Vec::new();
    let Some(tools) = declared(dialect, &list) else {
        return vec!["the list: shape: expected an array of tools".to_owned()];
    };
    let mut names = BTreeSet::new();
    for tool in tools {
        let mut checker = Checker { dialect, longest_name, tool: String::new(), found: &mut found };
        checker.tool(tool);
        let name = checker.tool.to_ascii_lowercase();
        if !names.insert(name.clone()) {
            found.push(format!("{name}: unique: another tool has this name"));
        }
    }
    found
}

fn declared(dialect: Dialect, list: &Value) -> Option<&Vec<Value>> {
    match dialect {
        Dialect::Gemini => list.get(0)?.get("functionDeclarations")?.as_array(),
        _ => list.as_array(),
    }
}

/// How long the providers of models let a name be.
const LONGEST_NAME: usize = 64;

struct Checker<'a> {
    dialect: Dialect,
    longest_name: usize,
    tool: String,
    found: &'a mut Vec<String>,
}

impl Checker<'_> {
    fn wrong(&mut self, rule: &str, what: impl std::fmt::Display) {
        self.found.push(format!("{}: {rule}: {what}", self.tool));
    }

    fn tool(&mut self, tool: &Value) {
        let is_openai = matches!(self.dialect, Dialect::OpenAiChat | Dialect::OpenAiResponses);
        if is_openai && tool.get("type") != Some(&"function".into()) {
            self.wrong("shape", "its type is not function");
        }
        let inner = match self.dialect {
            Dialect::OpenAiChat => tool.get("function").unwrap_or(&Value::Null),
            _ => tool,
        };
        let text = |key: &str| inner.get(key).and_then(Value::as_str).unwrap_or_default();
        text("name").clone_into(&mut self.tool);
        self.words(tool, inner);
        self.name(text("name"));
        if text("description").trim().is_empty() {
            self.wrong("description", "there is none");
        } else if text("description").chars().count() > 1024 {
            self.wrong("description", "it has more than 1024 characters");
        }
        let schema = match self.dialect {
            Dialect::Anthropic => "input_schema",
            Dialect::Mcp => "inputSchema",
            _ => "parameters",
        };
        match inner.get(schema) {
            Some(Value::Object(schema)) => self.root(schema),
            None if self.dialect == Dialect::Gemini => {}
            _ => self.wrong("shape", format_args!("{schema} is no object")),
        }
        match inner.get("strict") {
            Some(Value::Bool(true)) if is_openai => {
                self.strict(inner.get(schema).unwrap_or(&Value::Null), "arguments", 0);
            }
            Some(Value::Bool(_)) if is_openai => {}
            // Responses is strict where nothing is said.
            None if self.dialect == Dialect::OpenAiResponses => self.wrong("strict", "not said"),
            None => {}
            Some(_) if is_openai => self.wrong("strict", "neither true nor false"),
            // No word of the others.
            Some(_) => {}
        }
        if self.dialect == Dialect::Mcp {
            self.hints(tool.get("annotations"));
        }
    }

    /// A tool has the members of its dialect: some providers refuse others, the rest lose them.
    fn words(&mut self, tool: &Value, inner: &Value) {
        let (outer, known): (&[&str], &[&str]) = match self.dialect {
            Dialect::OpenAiChat => {
                (&["type", "function"], &["name", "description", "parameters", "strict"])
            }
            Dialect::OpenAiResponses => {
                (&[], &["type", "name", "description", "parameters", "strict", "defer_loading"])
            }
            Dialect::Anthropic => (&[], &["name", "description", "input_schema", "cache_control"]),
            Dialect::Gemini => (&[], &["name", "description", "parameters"]),
            Dialect::Mcp => {
                let hints = ["name", "title", "description", "inputSchema", "outputSchema"];
                return self.only(inner, &[&hints[..], &["annotations", "_meta"]].concat());
            }
        };
        if !outer.is_empty() {
            self.only(tool, outer);
        }
        self.only(inner, known);
    }

    fn only(&mut self, tool: &Value, known: &[&str]) {
        for word in tool.as_object().into_iter().flat_map(Map::keys) {
            if !known.contains(&word.as_str()) {
                self.wrong("shape", format_args!("{word} is no word of the dialect"));
            }
        }
    }

    fn name(&mut self, name: &str) {
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let longest = self.longest_name;
        if !(1..=longest).contains(&name.len()) || !name.bytes().all(legal) {
            self.wrong("name", format_args!("expected 1 to {longest} letters, digits, _ and -"));
        } else if name.starts_with(|first: char| first.is_ascii_digit() || first == '-') {
            self.wrong("name", "expected a letter or _ first");
        }
    }

    /// All four are there: what a host is not told, it takes to be the worst, or guesses.
    fn hints(&mut self, hints: Option<&Value>) {
        for hint in ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"] {
            if !hints.and_then(|hints| hints.get(hint)).is_some_and(Value::is_boolean) {
                self.wrong("hints", format_args!("{hint} is not told"));
            }
        }
        let told = |hint: &str| hints.and_then(|hints| hints.get(hint)) == Some(&Value::Bool(true));
        if told("readOnlyHint") && told("destructiveHint") {
            self.wrong("hints", "what only reads destroys nothing");
        }
    }

    fn root(&mut self, schema: &Map<String, Value>) {
        if schema.get("type") != Some(&"object".into()) {
            self.wrong("root", "its type is not object");
        }
        for key in ["anyOf", "oneOf", "allOf", "not", "enum"] {
            if schema.contains_key(key) {
                self.wrong("root", format_args!("{key} at the root"));
            }
        }
        let properties = schema.get("properties").and_then(Value::as_object);
        match properties {
            None => self.wrong("root", "there are no properties"),
            Some(own) if own.is_empty() && self.dialect == Dialect::Gemini => {
                self.wrong("root", "an object without properties");
            }
            Some(_) => {}
        }
        self.schema(&Value::Object(schema.clone()), "arguments", 0);
    }

    fn schema(&mut self, schema: &Value, at: &str, depth: usize) {
        let Value::Object(members) = schema else {
            return self.wrong("schema", format_args!("{at} is no object"));
        };
        if depth > 64 {
            return self.wrong("depth", at);
        }
        for key in ["$ref", "$defs", "definitions", "$dynamicRef"] {
            if members.contains_key(key) {
                self.wrong("reference", format_args!("{key} in {at}"));
            }
        }
        let kinds = kinds(schema);
        if kinds.contains(&"array") && !members.get("items").is_some_and(Value::is_object) {
            self.wrong("items", format_args!("{at} is a list without items"));
        }
        self.required(members, at);
        if self.dialect == Dialect::Gemini {
            self.gemini(members, at);
        }
        let properties = members.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            let legal =
                |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
            let is_legal = (1..=64).contains(&name.len()) && name.bytes().all(legal);
            if matches!(self.dialect, Dialect::Anthropic | Dialect::Mcp) && !is_legal {
                self.wrong("property", format_args!("{name:?} in {at}"));
            }
            self.schema(property, &format!("{at}.{name}"), depth + 1);
        }
        for key in ["items", "additionalProperties"] {
            if let Some(inner @ Value::Object(_)) = members.get(key) {
                self.schema(inner, &format!("{at}.{key}"), depth + 1);
            }
        }
        for key in ["anyOf", "oneOf", "allOf"] {
            let parts = members.get(key).and_then(Value::as_array);
            for part in parts.into_iter().flatten() {
                self.schema(part, &format!("{at}.{key}"), depth + 1);
            }
        }
    }

    fn required(&mut self, members: &Map<String, Value>, at: &str) {
        let Some(required) = members.get("required") else { return };
        let names: Vec<&str> =
            required.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let properties = members.get("properties").and_then(Value::as_object);
        if names.iter().collect::<BTreeSet<_>>().len() != names.len() {
            self.wrong("required", format_args!("a name twice in {at}"));
        }
        for name in names {
            if !properties.is_some_and(|properties| properties.contains_key(name)) {
                self.wrong("required", format_args!("{name} is no property of {at}"));
            }
        }
    }

    /// Gemini's schemas are a part of OpenAPI's: other words are refused.
    fn gemini(&mut self, members: &Map<String, Value>, at: &str) {
        const KNOWN: [&str; 17] = [
            "type",
            "format",
            "title",
            "description",
            "nullable",
            "enum",
            "items",
            "properties",
            "required",
            "anyOf",
            "minimum",
            "maximum",
            "minItems",
            "maxItems",
            "minLength",
            "maxLength",
            "pattern",
        ];
        for key in members.keys().filter(|key| !KNOWN.contains(&key.as_str())) {
            self.wrong("word", format_args!("{key} in {at}"));
        }
        if members.get("type").is_some_and(|kind| !kind.is_string()) {
            self.wrong("type", format_args!("several types of {at}"));
        }
        let values = members.get("enum").and_then(Value::as_array);
        if values.into_iter().flatten().any(|value| !value.is_string()) {
            self.wrong("enum", format_args!("values of {at} that are no texts"));
        }
    }

    /// OpenAI's strict mode: closed objects, everything required, no other words.
    fn strict(&mut self, schema: &Value, at: &str, depth: usize) {
        const REFUSED: [&str; 15] = [
            "pattern",
            "format",
            "minimum",
            "maximum",
            "multipleOf",
            "minItems",
            "maxItems",
            "uniqueItems",
            "minLength",
            "maxLength",
            "patternProperties",
            "allOf",
            "oneOf",
            "not",
            "default",
        ];
        let Value::Object(members) = schema else {
            return self.wrong("strict", format_args!("{at} is no object"));
        };
        if depth > 10 {
            return self.wrong("strict", format_args!("{at} is nested too deeply"));
        }
        for key in REFUSED.into_iter().filter(|key| members.contains_key(*key)) {
            self.wrong("strict", format_args!("{key} in {at}"));
        }
        let kinds = kinds(schema);
        let parts = members.get("anyOf").and_then(Value::as_array);
        if kinds.is_empty() && parts.is_none() {
            self.wrong("strict", format_args!("{at} has no type"));
        }
        if kinds.contains(&"object") {
            if members.get("additionalProperties") != Some(&Value::Bool(false)) {
                self.wrong("strict", format_args!("{at} is open"));
            }
            let required = members.get("required").and_then(Value::as_array);
            let properties = members.get("properties").and_then(Value::as_object);
            for (name, property) in properties.into_iter().flatten() {
                let is_it = |known: &Value| known == name.as_str();
                if !required.is_some_and(|required| required.iter().any(is_it)) {
                    self.wrong("strict", format_args!("{at}.{name} is not required"));
                }
                self.strict(property, &format!("{at}.{name}"), depth + 1);
            }
        }
        if kinds.contains(&"array") {
            self.strict(
                members.get("items").unwrap_or(&Value::Null),
                &format!("{at}[]"),
                depth + 1,
            );
        }
        for part in parts.into_iter().flatten() {
            self.strict(part, at, depth + 1);
        }
    }
}

fn kinds(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}
