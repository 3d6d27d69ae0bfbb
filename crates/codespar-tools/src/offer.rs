//! A tool as it is offered: with a name, a schema and hints.

use codespar_engine::Json;
use serde_json::{Value, json};

use crate::{
    answer::ToolAnswer,
    dialect::Dialect,
    hints::Hints,
    schema::{PlainSchema, of_dialect, plain, strict},
    spec::{ToolEffect, ToolSpec},
};

/// How long descriptions of tools are at most, in characters.
const LONGEST_DESCRIPTION: usize = 1024;

/// A tool as it is offered.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Tool {
    /// The name that the model calls it by.
    pub name: String,
    /// The tool as its source describes it.
    pub spec: ToolSpec,
    /// What a host may be told of it.
    pub hints: Hints,
    pub(crate) schema: PlainSchema,
    pub(crate) wants_strict: bool,
}

/// A tool that is not offered, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftOut {
    /// The id of the tool.
    pub id: String,
    /// Why it is not offered.
    pub reason: String,
}

impl Tool {
    /// A tool under a name, which asks for strict mode or does not. A [`Toolbox`](crate::Toolbox)
    /// makes its own.
    ///
    /// # Errors
    /// Why its schema cannot be offered.
    pub fn new(name: String, spec: ToolSpec, wants_strict: bool) -> Result<Self, String> {
        let mut schema = plain(spec.input_schema.as_ref())?;
        offer_key(&mut schema.value, &spec);
        Ok(Self { hints: spec.hints(), name, spec, schema, wants_strict })
    }

    /// What it takes, as JSON Schema without references and alternatives at its root.
    pub fn input_schema(&self) -> &Value {
        &self.schema.value
    }

    /// What it does, for the model. What is not known of it is said.
    pub fn description(&self) -> String {
        let about = self.spec.description.trim();
        let about = if about.is_empty() { self.spec.title.as_str() } else { about };
        let warning = match self.spec.effect {
            ToolEffect::Unknown => " What it does is not documented: it counts as moving money.",
            _ => "",
        };
        let room = LONGEST_DESCRIPTION - warning.len();
        let mut text: String = match about.chars().count() > room {
            true => about.chars().take(room - 1).chain(['…']).collect(),
            false => about.to_owned(),
        };
        text.push_str(warning);
        text
    }

    /// Whether strict mode holds for it in a dialect.
    ///
    /// # Errors
    /// Why it does not, in words.
    pub fn strict(&self, dialect: Dialect) -> Result<(), String> {
        self.strict_schema(dialect).map(|_| ())
    }

    fn strict_schema(&self, dialect: Dialect) -> Result<Value, String> {
        if !dialect.has_strict_mode() {
            return Err("the dialect has no strict mode".to_owned());
        }
        if !self.wants_strict {
            return Err("strict mode is not asked for".to_owned());
        }
        strict(&self.schema.value)
    }

    /// The tool as a dialect writes it; of Gemini, a function declaration.
    pub fn to_dialect(&self, dialect: Dialect) -> Json {
        let (name, description) = (&self.name, self.description());
        let (parameters, strict) = match self.strict_schema(dialect) {
            Ok(schema) => (schema, true),
            Err(_) => (of_dialect(&self.schema, dialect), false),
        };
        let has_arguments = !is_empty(&parameters);
        let tool = match dialect {
            Dialect::OpenAiChat => json!({ "type": "function", "function": {
                "name": name, "description": description, "parameters": parameters,
                "strict": strict,
            }}),
            Dialect::OpenAiResponses => json!({
                "type": "function", "name": name, "description": description,
                "parameters": parameters, "strict": strict,
            }),
            Dialect::Anthropic => json!({
                "name": name, "description": description, "input_schema": parameters,
            }),
            // An object without properties is refused.
            Dialect::Gemini if has_arguments => json!({
                "name": name, "description": description, "parameters": parameters,
            }),
            Dialect::Gemini => json!({ "name": name, "description": description }),
            Dialect::Mcp => json!({
                "name": name,
                "title": self.spec.title,
                "description": description,
                "inputSchema": parameters,
                "outputSchema": ToolAnswer::schema().to_value(),
                "annotations": self.hints,
            }),
        };
        tool.into()
    }
}

fn is_empty(schema: &Value) -> bool {
    schema.get("properties").and_then(Value::as_object).is_none_or(serde_json::Map::is_empty)
}

/// A key is made for each call; a model names one to repeat a call only.
fn offer_key(schema: &mut Value, spec: &ToolSpec) {
    let Some(name) = spec.key.argument() else { return };
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|known| known != name);
        if required.is_empty() {
            if let Value::Object(schema) = schema {
                schema.remove("required");
            }
        }
    }
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        let about = "Only to repeat a call whose outcome is unknown: the key that its answer \
                     names. Never make one up; leave it out otherwise.";
        properties.insert(name.to_owned(), json!({ "type": "string", "description": about }));
    }
}
