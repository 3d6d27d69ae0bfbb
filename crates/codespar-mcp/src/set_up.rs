//! The one tool of a server without a key: it says what a person has to do.

use codespar_async::{
    Json,
    agent_tools::{Outcome, Tool, ToolAnswer, ToolEffect, ToolSpec, ViewOptions},
    proto::{Effect, Stage},
};
use serde_json::json;

/// The name of the tool.
pub(crate) const NAME: &str = "codespar_set_up";

/// What a person has to do.
const STEPS: [&str; 3] = [
    "Make an API key in the dashboard (https://codespar.dev). A key that begins with csk_test_ \
     moves no real money.",
    "Give it to this server: the variable CODESPAR_API_KEY in the host's configuration of the \
     server, or `codespar login` in a terminal. Never write it into a conversation.",
    "Start the server anew.",
];

/// The tool.
pub(crate) fn tool() -> Option<Tool> {
    let about = "Says how to set up CodeSpar: this server has no API key that works, and offers \
                 nothing else.";
    let mut spec = ToolSpec::new(NAME, "server", ToolEffect::Known(Effect::Reads))
        .title("Set up CodeSpar")
        .description(about)
        .input_schema(&json!({ "type": "object", "properties": {} }).into());
    spec.open_world = false;
    Tool::new(NAME.to_owned(), spec, false).ok()
}

/// Its answer; `why` is what the server said of the key, where there is one.
pub(crate) fn answer(why: Option<&str>) -> ToolAnswer {
    let data = Json::from(json!({ "steps": STEPS, "why": why }));
    let mut answer = ToolAnswer::new(&Outcome::done(Stage::Completed, data), &ViewOptions::new());
    let why = match why {
        Some(why) => format!("the one it has was refused: {why}"),
        None => "it has none".to_owned(),
    };
    answer.message = format!("This server needs an API key ({why}). A person has to set it up.");
    answer
}
