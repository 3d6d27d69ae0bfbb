//! Gates before many operations: find one, describe it, call it by what it does.

use codespar_async::{
    HyperTransport, Json,
    agent_tools::{
        Dialect, Outcome, Tool, ToolAnswer, ToolCall, ToolEffect, ToolSpec, Toolbox, ViewOptions,
    },
    proto::{Effect, Stage},
};
use serde_json::{Map, Value, json};

use crate::result::nothing_sent;

/// How many operations are found at once, where nothing is said.
const FOUND: usize = 20;
const MOST: usize = 100;

/// How much of a description is shown: schemas are larger than results.
const LONGEST: usize = 64 * 1024;

/// A tool that leads to the operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gate {
    Find,
    Describe,
    Read,
    Change,
    Money,
}

/// What a gate makes of a call.
pub(crate) enum Through {
    Answer(Box<ToolAnswer>),
    /// The operation is called with this.
    Call(ToolCall),
}

impl Gate {
    pub(crate) const ALL: [Self; 5] =
        [Self::Find, Self::Describe, Self::Read, Self::Change, Self::Money];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Find => "codespar_api_find",
            Self::Describe => "codespar_api_describe",
            Self::Read => "codespar_api_call_read",
            Self::Change => "codespar_api_call_change",
            Self::Money => "codespar_api_call_money",
        }
    }

    pub(crate) fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|gate| gate.name() == name)
    }

    /// The gate that an operation is called through.
    fn before(effect: ToolEffect) -> Self {
        match effect {
            effect if effect.only_reads() => Self::Read,
            effect if effect.counts_as_money() => Self::Money,
            _ => Self::Change,
        }
    }

    pub(crate) fn tool(self, operations: usize) -> Option<Tool> {
        let (title, about, effect) = match self {
            Self::Find => (
                "Find operations",
                format!(
                    "Finds operations of the API by words: all of them have to stand in its name \
                     or its description. There are {operations}. Describe one before it is called."
                ),
                Effect::Reads,
            ),
            Self::Describe => (
                "Describe an operation",
                "Says what an operation does, what it takes, and which gate it is called through."
                    .to_owned(),
                Effect::Reads,
            ),
            Self::Read => (
                "Call an operation that reads",
                "Calls an operation that only reads.".to_owned(),
                Effect::Reads,
            ),
            Self::Change => (
                "Call an operation that changes",
                "Calls an operation that changes or removes something, but moves no money."
                    .to_owned(),
                Effect::Destroys,
            ),
            Self::Money => (
                "Call an operation that moves money",
                "Calls an operation that moves money. A person may be asked first.".to_owned(),
                Effect::MovesMoney,
            ),
        };
        let mut spec = ToolSpec::new(self.name(), "server", ToolEffect::Known(effect))
            .title(title)
            .description(about)
            .input_schema(&self.schema().into());
        spec.open_world = !matches!(self, Self::Find | Self::Describe);
        Tool::new(self.name().to_owned(), spec, false).ok()
    }

    fn schema(self) -> Value {
        let name = json!({ "type": "string", "description": "The operation's name, as found." });
        match self {
            Self::Find => json!({
                "type": "object",
                "properties": {
                    "words": { "type": "string", "description":
                        "Words such as \"list charges\"; none for all operations." },
                    "limit": { "type": "integer", "minimum": 1, "maximum": MOST,
                        "description": "How many are given at most. Default 20." },
                    "offset": { "type": "integer", "minimum": 0,
                        "description": "How many are passed over. Default 0." },
                },
                "additionalProperties": false,
            }),
            Self::Describe => json!({
                "type": "object", "properties": { "name": name }, "required": ["name"],
                "additionalProperties": false,
            }),
            Self::Read | Self::Change | Self::Money => json!({
                "type": "object",
                "properties": {
                    "name": name,
                    "arguments": { "type": "object",
                        "description": "What the operation takes, as described.",
                        "additionalProperties": true },
                },
                "required": ["name"],
                "additionalProperties": false,
            }),
        }
    }

    /// What becomes of a call of a gate.
    pub(crate) fn pass(
        self,
        operations: &Toolbox<HyperTransport>,
        call: &ToolCall,
        arguments: &Map<String, Value>,
    ) -> Through {
        let answer = |answer| Through::Answer(Box::new(answer));
        if self == Self::Find {
            return answer(found(operations, arguments));
        }
        let Some(name) = arguments.get("name").and_then(Value::as_str) else {
            return answer(wrong("name: expected a text, the name of an operation"));
        };
        let Some(tool) = operations.find(name) else {
            let near = name.split(['_', '.']).next().unwrap_or_default();
            let near: Vec<&str> =
                operations.search(near).iter().take(10).map(|it| it.name.as_str()).collect();
            let words = format!(
                "There is no operation named {:?}. There are: {}. Others are found by {}",
                name.chars().take(100).collect::<String>(),
                near.join(", "),
                Self::Find.name(),
            );
            return answer(nothing_sent("unknown_tool", words));
        };
        if self == Self::Describe {
            return answer(described(tool));
        }
        let gate = Self::before(tool.spec.effect);
        if gate != self {
            let words = format!("{name} is called through {}", gate.name());
            return answer(nothing_sent("wrong_gate", words));
        }
        let arguments = match arguments.get("arguments") {
            None | Some(Value::Null) => "{}".to_owned(),
            Some(Value::Object(arguments)) => Value::Object(arguments.clone()).to_string(),
            // Some models write an object as text.
            Some(Value::String(text)) => text.clone(),
            Some(_) => return answer(wrong("arguments: expected an object")),
        };
        let mut inner = ToolCall::new(name, arguments).conversation(call.conversation.clone());
        inner.id.clone_from(&call.id);
        Through::Call(inner)
    }
}

fn wrong(words: &str) -> ToolAnswer {
    nothing_sent("invalid_arguments", words)
}

fn done(data: Value) -> ToolAnswer {
    let outcome = Outcome::done(Stage::Completed, Json::from(data));
    ToolAnswer::new(&outcome, &ViewOptions::new().longest(LONGEST))
}

fn found(operations: &Toolbox<HyperTransport>, arguments: &Map<String, Value>) -> ToolAnswer {
    let words = match arguments.get("words") {
        None | Some(Value::Null) => "",
        Some(Value::String(words)) => words,
        Some(_) => return wrong("words: expected a text"),
    };
    let number = |name: &str, default| match arguments.get(name) {
        None | Some(Value::Null) => Some(default),
        Some(value) => value.as_u64().and_then(|number| usize::try_from(number).ok()),
    };
    let (Some(limit), Some(offset)) = (number("limit", FOUND), number("offset", 0)) else {
        return wrong("limit, offset: expected whole numbers");
    };
    let all = operations.search(words);
    let shown: Vec<Value> =
        all.iter().skip(offset).take(limit.clamp(1, MOST)).map(|tool| summary(tool)).collect();
    let mut answer = done(json!({ "found": all.len(), "operations": shown }));
    if all.is_empty() {
        answer.message = "None was found. Try fewer words, or other ones.".to_owned();
    }
    answer
}

fn summary(tool: &Tool) -> Value {
    let effect = match tool.spec.effect {
        ToolEffect::Unknown => "unknown",
        effect => effect.worst().as_str(),
    };
    json!({
        "name": tool.name,
        "about": tool.description(),
        "effect": effect,
        "called_through": Gate::before(tool.spec.effect).name(),
    })
}

fn described(tool: &Tool) -> ToolAnswer {
    let mut about = tool.to_dialect(Dialect::Mcp).to_value();
    if let (Value::Object(about), Value::Object(summary)) = (&mut about, summary(tool)) {
        // What comes of it has the same form whatever it is.
        about.remove("outputSchema");
        about.extend(summary.into_iter().filter(|(name, _)| name != "about"));
    }
    done(about)
}
