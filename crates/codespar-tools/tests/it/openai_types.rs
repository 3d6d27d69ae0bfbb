//! The types of the crate `async-openai` read what is written here, and nothing is lost.

use async_openai::types::{
    chat::{ChatCompletionMessageToolCall, FunctionCall},
    responses::FunctionToolCall,
};
use codespar_engine::{Effect, Json};
use codespar_tools::{
    Dialect, Dispatch, Moment, ToolCall, ToolEffect, ToolSource, ToolSpec, Toolbox, ToolboxOptions,
};
use serde_json::{Value, json};

use crate::support::{Counting, Silent};

fn toolbox() -> Toolbox<Silent> {
    let schema = json!({ "type": "object", "additionalProperties": false,
        "properties": { "a": { "type": "string" } } });
    let spec = ToolSpec::new("notify", "test", ToolEffect::Known(Effect::Changes))
        .input_schema(&schema.into());
    let source: Box<dyn ToolSource<Silent>> = Box::new(Counting::new(vec![spec]));
    Toolbox::new(vec![source], ToolboxOptions::new())
}

#[test]
fn tools_calls_and_results_are_its_types() {
    let tools = toolbox();
    let written = |value: Value| Json::from(value);
    let chat = serde_json::to_value(tools.chat_completion_tools().unwrap()).unwrap();
    assert_eq!(written(chat), tools.list(Dialect::OpenAiChat));
    let responses = serde_json::to_value(tools.response_tools().unwrap()).unwrap();
    assert_eq!(written(responses), tools.list(Dialect::OpenAiResponses));

    let function =
        FunctionCall { name: "notify".to_owned(), arguments: r#"{"a":null}"#.to_owned() };
    let item = ChatCompletionMessageToolCall { id: "call_1".to_owned(), function };
    let call = ToolCall::from(&item);
    let moment = Moment::new(std::time::SystemTime::UNIX_EPOCH);
    let Dispatch::Call(pending) = tools.dispatch(&call, moment) else { panic!() };
    let answer = pending.into_call().send().unwrap();
    let message = answer.chat_completion_message(&call).unwrap();
    assert_eq!(message.tool_call_id, "call_1");
    let item = json!({ "type": "function_call", "call_id": "call_1", "name": "notify",
        "arguments": "{}" });
    let item: FunctionToolCall = serde_json::from_value(item).unwrap();
    let call = ToolCall::from(&item);
    assert_eq!((call.name.as_str(), call.id.as_deref()), ("notify", Some("call_1")));
    assert_eq!(answer.response_item(&call).unwrap().call_id.as_deref(), Some("call_1"));
}
