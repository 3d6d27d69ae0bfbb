//! Lists are what every provider takes, and one bad tool spoils none.

use std::time::SystemTime;

use codespar_engine::{Effect, Json};
use codespar_tools::{
    Dialect, Dispatch, KeySupport, Moment, ToolCall, ToolEffect, ToolSource, ToolSpec, Toolbox,
    ToolboxOptions,
    testing::{message_violations, violations, violations_within},
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{Counting, Silent};

fn spec(id: &str, schema: Value) -> ToolSpec {
    ToolSpec::new(id, "test", ToolEffect::Unknown)
        .description("Does it.")
        .input_schema(&schema.into())
}

fn toolbox(specs: Vec<ToolSpec>) -> Toolbox<Silent> {
    Toolbox::new(
        vec![Box::new(Counting::new(specs)) as Box<dyn ToolSource<Silent>>],
        ToolboxOptions::new(),
    )
}

fn assert_taken(toolbox: &Toolbox<Silent>) {
    for dialect in Dialect::ALL {
        let found = violations(dialect, &toolbox.list(dialect));
        assert!(found.is_empty(), "{dialect:?}: {found:?}");
    }
}

/// A schema such as providers of tools write them, at some depth.
fn schemas() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!({})),
        Just(json!(true)),
        Just(json!({ "type": "string", "minLength": 1 })),
        Just(json!({ "type": "array" })),
        Just(json!({ "type": ["integer", "null"] })),
        Just(json!({ "enum": [1, "a", null] })),
        Just(json!({ "const": "x" })),
        Just(json!({ "$ref": "#/$defs/Thing" })),
        Just(json!({ "$ref": "elsewhere" })),
        Just(json!({ "type": "number", "minimum": 0, "x-unit": "minor", "examples": [1] })),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let names = prop_oneof![
            "[a-z]{1,6}",
            "[ $\\[á]{1,3}",
            Just("definitions".to_owned()),
            Just("$ref".to_owned())
        ];
        let properties = prop::collection::btree_map(names, inner.clone(), 0..4);
        prop_oneof![
            (properties, any::<bool>()).prop_map(|(properties, closed)| {
                let names: Vec<&String> = properties.keys().chain(properties.keys()).collect();
                let mut schema =
                    json!({ "type": "object", "properties": properties, "required": names });
                if closed {
                    schema["additionalProperties"] = json!(false);
                }
                schema
            }),
            inner.clone().prop_map(|items| json!({ "type": "array", "items": items })),
            prop::collection::vec(inner.clone(), 0..3)
                .prop_map(|all| json!({ "type": "array", "items": all })),
            prop::collection::vec(inner.clone(), 1..3).prop_map(|all| json!({ "anyOf": all })),
            prop::collection::vec(inner.clone(), 1..3).prop_map(|all| json!({ "oneOf": all })),
            prop::collection::vec(inner, 1..3).prop_map(|all| json!({ "allOf": all })),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_schemas_a_list_has_it_is_taken(
        all in prop::collection::vec((schemas(), "[a-z]{2}/[a-z$ ]{0,70}"), 0..6),
    ) {
        let good = spec("good", json!({ "properties": { "a": { "type": "string" } } }));
        let mut specs = vec![good];
        for (mut schema, id) in all {
            if schema.is_object() {
                schema["$defs"] = json!({ "Thing": { "type": "object",
                    "properties": { "self": { "$ref": "#/$defs/Thing" } } } });
            }
            specs.push(spec(&id, schema));
        }
        let toolbox = toolbox(specs);
        assert_taken(&toolbox);
        prop_assert!(toolbox.find("good").is_some());
    }
}

#[test]
fn a_bad_tool_is_left_out_with_the_reason() {
    let toolbox = toolbox(vec![
        spec("good", json!({ "properties": { "a": { "type": "array" } } })),
        spec("text", json!({ "type": "string" })),
        spec("", json!({})),
        spec("twice", json!({})),
        spec("twice", json!({ "properties": { "other": {} } })),
    ]);
    assert_taken(&toolbox);
    let left_out: Vec<&str> = toolbox.left_out().iter().map(|it| it.id.as_str()).collect();
    assert_eq!(left_out, ["", "twice", "text"]);
    assert!(toolbox.left_out().iter().all(|it| !it.reason.is_empty()));
    assert_eq!(toolbox.tools().count(), 1);
}

#[test]
fn strict_mode_is_used_where_it_holds_and_the_reason_is_there_where_not() {
    let closed = json!({ "type": "object", "additionalProperties": false, "required": ["a"],
        "properties": { "a": { "type": "string" }, "b": { "type": "integer" } } });
    let toolbox = toolbox(vec![spec("closed", closed), spec("open", json!({}))]);
    let list = toolbox.list(Dialect::OpenAiResponses).to_value();
    assert_eq!((&list[0]["strict"], &list[1]["strict"]), (&json!(true), &json!(false)));
    assert_eq!(list[0]["parameters"]["required"], json!(["a", "b"]));
    let open = toolbox.find("open").unwrap();
    assert_eq!(
        open.strict(Dialect::OpenAiChat).unwrap_err(),
        "the arguments: may have members of any name"
    );
    assert!(open.strict(Dialect::Anthropic).is_err());
}

#[test]
fn a_tool_of_which_nothing_is_known_has_the_worst_hints_and_says_so() {
    let toolbox = toolbox(vec![spec("asaas/create_payment", json!({}))]);
    let tool = toolbox.list(Dialect::Mcp).to_value()[0].clone();
    assert_eq!(
        tool["annotations"],
        json!({
            "readOnlyHint": false, "destructiveHint": true, "idempotentHint": false,
                "openWorldHint": true,
        })
    );
    assert!(tool["description"].as_str().unwrap().ends_with("it counts as moving money."));
    let mut reads = ToolSpec::new("r", "test", ToolEffect::Known(Effect::Reads));
    reads.open_world = false;
    let hints = reads.hints();
    assert!(hints.read_only && hints.idempotent && !hints.destructive && !hints.open_world);
    let mut adds =
        ToolSpec::new("a", "test", ToolEffect::Known(Effect::Changes)).key(KeySupport::None);
    assert!(adds.hints().destructive && !adds.hints().idempotent);
    adds.overwrites = false;
    assert!(!adds.hints().destructive && !adds.hints().read_only);
}

/// One good tool as each dialect writes it, to be spoiled.
fn good(dialect: Dialect) -> Value {
    let closed = json!({ "type": "object", "additionalProperties": false, "required": ["a"],
        "properties": { "a": { "type": "string" } } });
    toolbox(vec![spec("good", closed)]).list(dialect).to_value()
}

/// The checker refuses a list for each rule that it knows.
#[test]
fn the_checker_refuses_one_bad_tool_per_rule() {
    use Dialect::{Anthropic, Gemini, Mcp, OpenAiChat, OpenAiResponses};
    let all = [OpenAiChat, OpenAiResponses, Anthropic, Gemini, Mcp];
    let openai = [OpenAiChat, OpenAiResponses];
    type Spoil = fn(&mut Value, &mut Value);
    // Dialects, the rule, and what is done to the tool and its schema.
    let cases: Vec<(&[Dialect], &str, Spoil)> = vec![
        (&all, "name", |tool, _| tool["name"] = json!("asaas/create_payment")),
        (&all, "name", |tool, _| tool["name"] = json!("n".repeat(65))),
        (&all, "name", |tool, _| tool["name"] = json!("")),
        (&all, "name", |tool, _| tool["name"] = json!("7up")),
        (&all, "description", |tool, _| tool["description"] = json!(" ")),
        (&all, "description", |tool, _| tool["description"] = json!("d".repeat(1025))),
        (&all, "root", |_, schema| schema["type"] = json!("string")),
        (&all, "root", |_, schema| schema["anyOf"] = json!([{ "required": ["a"] }])),
        (&all, "root", |_, schema| schema["oneOf"] = json!([{}])),
        (&all, "root", |_, schema| schema["allOf"] = json!([{}])),
        (&all, "root", |_, schema| {
            schema.as_object_mut().unwrap().remove("properties");
        }),
        (&[Gemini], "root", |_, schema| schema["properties"] = json!({})),
        (&all, "reference", |_, schema| schema["properties"]["a"] = json!({ "$ref": "#/$defs/A" })),
        (&all, "reference", |_, schema| schema["$defs"] = json!({})),
        (&all, "items", |_, schema| schema["properties"]["a"] = json!({ "type": "array" })),
        (&all, "items", |_, schema| {
            schema["properties"]["a"] = json!({ "type": "array", "items": [{}] })
        }),
        (&all, "required", |_, schema| schema["required"] = json!(["a", "a"])),
        (&all, "required", |_, schema| schema["required"] = json!(["b"])),
        (&all, "schema", |_, schema| schema["properties"]["a"] = json!(true)),
        (&[Anthropic, Mcp], "property", |_, schema| schema["properties"]["b c"] = json!({})),
        (&[Anthropic, Mcp], "property", |_, schema| {
            schema["properties"]["p".repeat(65)] = json!({})
        }),
        (&openai, "strict", |_, schema| schema["additionalProperties"] = json!(true)),
        (&openai, "strict", |_, schema| schema["properties"]["b"] = json!({ "type": "string" })),
        (&openai, "strict", |_, schema| schema["properties"]["a"]["pattern"] = json!("x")),
        (&openai, "strict", |_, schema| schema["properties"]["a"] = json!({})),
        (&openai, "strict", |tool, _| tool["strict"] = json!("yes")),
        (&[OpenAiResponses], "strict", |tool, _| {
            tool.as_object_mut().unwrap().remove("strict");
        }),
        (&[Gemini], "word", |_, schema| schema["additionalProperties"] = json!(false)),
        (&[Gemini], "type", |_, schema| {
            schema["properties"]["a"]["type"] = json!(["string", "null"])
        }),
        (&[Gemini], "enum", |_, schema| {
            schema["properties"]["a"] = json!({ "type": "integer", "enum": [1] })
        }),
        (&[Mcp], "hints", |tool, _| {
            tool.as_object_mut().unwrap().remove("annotations");
        }),
        (&[Mcp], "hints", |tool, _| tool["annotations"]["readOnlyHint"] = json!(true)),
        (&[Anthropic], "shape", |tool, _| {
            tool.as_object_mut().unwrap().remove("input_schema");
        }),
        (&all, "shape", |tool, _| tool["response_format"] = json!("json")),
        (&[Anthropic, Gemini, Mcp], "shape", |tool, _| tool["strict"] = json!(true)),
        (&[Gemini, Anthropic], "shape", |tool, _| tool["annotations"] = json!({})),
        (&[OpenAiResponses], "shape", |tool, _| tool["function"] = json!({})),
    ];
    for (dialects, rule, spoil) in cases {
        for dialect in dialects {
            let found = violations(*dialect, &spoiled(*dialect, spoil));
            let is_it = found.iter().any(|line| line.contains(&format!(": {rule}: ")));
            assert!(is_it, "{dialect:?} does not notice {rule}: {found:?}");
        }
    }
    for dialect in Dialect::ALL {
        let mut twice = good(dialect);
        let tools = match dialect {
            Gemini => twice[0]["functionDeclarations"].as_array_mut().unwrap(),
            _ => twice.as_array_mut().unwrap(),
        };
        tools.push(tools[0].clone());
        let found = violations(dialect, &twice.into());
        assert!(found[0].contains("unique"), "{found:?}");
        assert!(violations(dialect, &json!({}).into())[0].contains("shape"));
    }
    let mut long = good(Mcp);
    long[0]["name"] = json!("n".repeat(41));
    assert_eq!(violations(Mcp, &long.clone().into()), [""; 0]);
    assert!(violations_within(Mcp, &long.into(), 40)[0].contains(": name: expected 1 to 40"));
    let mut outside = good(OpenAiChat);
    outside[0]["strict"] = json!(true);
    assert!(violations(OpenAiChat, &outside.into())[0].contains(": shape: strict is no word"));
    let mut typeless = good(OpenAiChat);
    typeless[0]["type"] = json!("tool");
    assert!(violations(OpenAiChat, &typeless.into())[0].contains("shape"));
}

fn spoiled(dialect: Dialect, spoil: fn(&mut Value, &mut Value)) -> Json {
    let mut list = good(dialect);
    let tool = match dialect {
        Dialect::Gemini => &mut list[0]["functionDeclarations"][0],
        Dialect::OpenAiChat => &mut list[0]["function"],
        _ => &mut list[0],
    };
    let key = match dialect {
        Dialect::Anthropic => "input_schema",
        Dialect::Mcp => "inputSchema",
        _ => "parameters",
    };
    let mut schema = tool[key].take();
    let before = tool.clone();
    spoil(tool, &mut schema);
    if tool.get(key).is_some() || tool == &before {
        tool[key] = schema;
    }
    list.into()
}

#[test]
fn the_checker_refuses_one_bad_message_per_rule() {
    use Dialect::{Anthropic, Gemini, Mcp, OpenAiChat, OpenAiResponses};
    let call = ToolCall::new("good", "{}").id("call_1");
    let answer = match toolbox(Vec::new()).dispatch(&call, Moment::new(SystemTime::UNIX_EPOCH)) {
        Dispatch::Answer(answer) => answer,
        other => panic!("{other:?}"),
    };
    let openai = [OpenAiChat, OpenAiResponses];
    type Spoil = fn(&mut Value);
    let cases: Vec<(&[Dialect], &str, Spoil)> = vec![
        (&[OpenAiChat, Anthropic], "content", |it| it["content"] = json!(" ")),
        (&[Mcp, Anthropic], "content", |it| it["content"] = json!([])),
        (&[OpenAiResponses], "output", |it| it["output"] = json!("")),
        (&[OpenAiChat], "role", |it| it["role"] = json!("user")),
        (&[OpenAiResponses, Anthropic], "type", |it| it["type"] = json!("text")),
        (&openai, "is_error", |it| it["is_error"] = json!(true)),
        (&[Anthropic], "is_error", |it| it["is_error"] = json!("yes")),
        (&[Mcp], "isError", |it| it["isError"] = Value::Null),
        (&[OpenAiChat], "tool_call_id", |it| it["tool_call_id"] = Value::Null),
        (&[OpenAiResponses], "call_id", |it| it["call_id"] = json!("")),
        (&[Anthropic], "tool_use_id", |it| it["tool_use_id"] = json!("")),
        (&[Gemini], "name", |it| it["functionResponse"]["name"] = json!("")),
        (&[Gemini], "response", |it| it["functionResponse"]["response"] = json!("text")),
        (&[Gemini], "functionResponse", |it| *it = json!({})),
        (&[Mcp], "text", |it| it["content"][0]["text"] = json!("")),
        (&[Mcp], "structuredContent", |it| it["structuredContent"] = json!(["a"])),
    ];
    for dialect in Dialect::ALL {
        assert_eq!(message_violations(dialect, &answer.message(dialect, &call)), [""; 0]);
    }
    for (dialects, rule, spoil) in cases {
        for dialect in dialects {
            let mut message = answer.message(*dialect, &call).to_value();
            spoil(&mut message);
            let found = message_violations(*dialect, &message.into());
            let is_it = found.iter().any(|line| line.contains(rule));
            assert!(is_it, "{dialect:?} does not notice {rule}: {found:?}");
        }
    }
}
