//! Tools in the forms that model providers and protocols take.

use codespar_engine::Json;
use serde::Serialize;
use serde_json::json;

use crate::toolkit::{Tool, Toolkit};

impl Toolkit {
    /// The tools as OpenAI's chat completions take them, a JSON array.
    pub fn to_openai(&self) -> Json {
        openai(self.tools())
    }

    /// The tools as Anthropic's messages take them, a JSON array.
    pub fn to_anthropic(&self) -> Json {
        anthropic(self.tools())
    }

    /// The tools as an MCP server lists them, a JSON array.
    pub fn to_mcp(&self) -> Json {
        mcp(self.tools())
    }
}

/// `tools` of OpenAI's chat completions.
fn openai(tools: &[Tool]) -> Json {
    #[derive(Serialize)]
    struct Outer<'a> {
        r#type: &'static str,
        function: Function<'a>,
    }
    #[derive(Serialize)]
    struct Function<'a> {
        name: &'a str,
        description: &'a str,
        parameters: Json,
    }
    list(tools, |tool| Outer {
        r#type: "function",
        function: Function {
            name: &tool.name,
            description: &tool.description,
            parameters: schema(tool),
        },
    })
}

/// `tools` of Anthropic's messages.
fn anthropic(tools: &[Tool]) -> Json {
    #[derive(Serialize)]
    struct Entry<'a> {
        name: &'a str,
        description: &'a str,
        input_schema: Json,
    }
    list(tools, |tool| Entry {
        name: &tool.name,
        description: &tool.description,
        input_schema: schema(tool),
    })
}

/// `tools` of the answer to MCP's `tools/list`.
fn mcp(tools: &[Tool]) -> Json {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Entry<'a> {
        name: &'a str,
        description: &'a str,
        input_schema: Json,
    }
    list(tools, |tool| Entry {
        name: &tool.name,
        description: &tool.description,
        input_schema: schema(tool),
    })
}

/// All three want a schema of an object. Where nothing is known, any object will do.
fn schema(tool: &Tool) -> Json {
    let any = || json!({"type": "object", "additionalProperties": true}).into();
    match &tool.input_schema {
        None => any(),
        Some(schema) if schema.member("type").is_some() => schema.clone(),
        Some(schema) => match schema.to_value() {
            serde_json::Value::Object(mut members) => {
                members.insert("type".to_owned(), "object".into());
                serde_json::Value::Object(members).into()
            }
            _ => any(),
        },
    }
}

fn list<'a, E: Serialize>(tools: &'a [Tool], entry: impl Fn(&'a Tool) -> E) -> Json {
    let entries: Vec<E> = tools.iter().map(entry).collect();
    // Text and JSON always have a JSON form.
    Json::of(&entries).unwrap_or_default()
}
