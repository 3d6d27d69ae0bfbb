//! The rules of model providers for messages that answer a call.

use codespar_engine::Json;
use serde_json::{Map, Value};

use crate::dialect::Dialect;

/// What a provider would refuse, or lose, in a message that answers a call, a line each.
pub fn message_violations(dialect: Dialect, message: &Json) -> Vec<String> {
    let message = message.to_value();
    let mut found = Vec::new();
    // What has to hold something, what says what it is, and what else there may be.
    let (filled, fixed, flags): (&[&str], Option<(&str, &str)>, &[&str]) = match dialect {
        // There is no member for errors: the text has to say it.
        Dialect::OpenAiChat => (&["tool_call_id", "content"], Some(("role", "tool")), &[]),
        Dialect::OpenAiResponses => {
            (&["call_id", "output"], Some(("type", "function_call_output")), &[])
        }
        // An error without content is refused.
        Dialect::Anthropic => {
            (&["tool_use_id", "content"], Some(("type", "tool_result")), &["is_error"])
        }
        Dialect::Gemini => (&["functionResponse"], None, &[]),
        Dialect::Mcp => (&["content", "structuredContent"], None, &["isError"]),
    };
    let mut wrong = |what: String| found.push(what);
    for member in filled {
        if is_blank(message.get(*member)) {
            wrong(format!("{member} is missing or empty"));
        }
    }
    if let Some((member, word)) = fixed {
        if message.get(member).and_then(Value::as_str) != Some(word) {
            wrong(format!("{member} is not {word}"));
        }
    }
    for flag in flags {
        if !message.get(*flag).is_some_and(Value::is_boolean) {
            wrong(format!("{flag} is neither true nor false"));
        }
    }
    for member in message.as_object().into_iter().flat_map(Map::keys).map(String::as_str) {
        let is_fixed = fixed.is_some_and(|(known, _)| known == member);
        if !filled.contains(&member) && !is_fixed && !flags.contains(&member) {
            wrong(format!("{member} is no word of the dialect"));
        }
    }
    let inner: &[&str] = match dialect {
        Dialect::Gemini => &["/functionResponse/name", "/functionResponse/response"],
        Dialect::Mcp => &["/content/0/type", "/content/0/text"],
        _ => &[],
    };
    for path in inner.iter().filter(|path| is_blank(message.pointer(path))) {
        wrong(format!("{path} is missing or empty"));
    }
    let objects: &[&str] = match dialect {
        Dialect::Gemini => &["/functionResponse/response"],
        Dialect::Mcp => &["/structuredContent"],
        _ => &[],
    };
    for path in objects {
        if !message.pointer(path).is_some_and(Value::is_object) {
            wrong(format!("{path} is no object"));
        }
    }
    found
}

fn is_blank(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        Some(_) => false,
    }
}
