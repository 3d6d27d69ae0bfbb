//! Prints the lists of tools that models are given, in every dialect, for checkers that are not
//! ours; then says of calls what it makes of their arguments.
//!
//! The first line of the output is an object: by name of a list, its tools by dialect. Each line
//! of the input is `["list", "tool", {arguments}]`, and is answered by a line: what is wrong with
//! the arguments, or nothing.

use std::{
    collections::BTreeMap,
    error::Error,
    io::{BufRead as _, Write as _, stdin, stdout},
    time::SystemTime,
};

use codespar_blocking::UreqTransport;
use codespar_proto::{
    Client, Config, CreateSession,
    agent_tools::{
        Dialect, Dispatch, Moment, OperationTools, SessionTools, ToolCall, ToolSource, Toolbox,
        ToolboxOptions, testing::provider_tools,
    },
    session::Tool,
};
use codespar_sandbox::Sandbox;
use serde_json::{Value, json};
use upivia_proto::agent_tools as upivia;

type Lists = BTreeMap<&'static str, Toolbox<UreqTransport>>;

fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start()?;
    let lists = lists(&sandbox)?;
    let mut out = stdout().lock();
    writeln!(out, "{}", written(&lists))?;
    for (number, line) in stdin().lock().lines().enumerate() {
        let (list, tool, arguments): (String, String, Value) = serde_json::from_str(&line?)?;
        let tools = lists.get(list.as_str()).ok_or("no such list")?;
        writeln!(out, "{}", wrong(tools, &tool, &arguments, number))?;
    }
    Ok(())
}

fn lists(sandbox: &Sandbox) -> Result<Lists, Box<dyn Error>> {
    let config = Config::new(sandbox.api_key()).base_url(sandbox.base_url());
    let client = Client::with_config(config)?;
    let session = client.create(&CreateSession::new("buyer-77")).send()?;
    let config = upivia_proto::Config::new(sandbox.upivia_url())
        .api_key(sandbox.upivia_agent_key())
        .pat(sandbox.upivia_pat());
    let services = upivia_proto::Client::<UreqTransport>::with_config(config)?;
    let toolkit = services.toolkit().send()?;
    Ok(BTreeMap::from([
        ("session", toolbox(SessionTools::new(&session, &session.tools().send()?))),
        ("meta_tools", toolbox(SessionTools::meta_tools(&session)?)),
        ("operations", toolbox(OperationTools::new(&client).session(&session))),
        ("providers", toolbox(SessionTools::new(&session, &providers()?.into()))),
        ("upivia", toolbox(upivia::ServiceTools::new(&services, toolkit))),
        ("upivia_operations", toolbox(upivia::OperationTools::new(&services))),
    ]))
}

/// With names that leave room for those of servers.
fn toolbox(source: impl ToolSource<UreqTransport> + 'static) -> Toolbox<UreqTransport> {
    Toolbox::new(vec![Box::new(source)], ToolboxOptions::new().longest_name(40))
}

/// Tools such as providers list them, with schemas that one model or another would refuse.
fn providers() -> Result<Vec<Tool>, serde_json::Error> {
    let schemas = [
        json!({ "type": "object", "properties": { "ids": { "type": "array" },
            "kind": { "enum": ["a", "b"] } }, "required": ["ids", "ids"] }),
        json!({ "properties": { "payer": { "$ref": "#/$defs/Payer" } },
            "$defs": { "Payer": { "type": "object", "required": ["name"], "properties": {
                "name": { "type": "string", "minLength": 1 },
                "guarantor": { "$ref": "#/$defs/Payer" } } } } }),
        json!({ "type": "object", "anyOf": [{ "required": ["cpf"] }, { "required": ["cnpj"] }],
            "properties": { "cpf": { "type": "string" }, "cnpj": { "type": "string" } } }),
        json!({ "type": "object", "additionalProperties": false, "required": ["value"],
            "properties": { "value": { "type": ["number", "null"], "minimum": 0 },
                "data[vencimento]": { "type": "string", "format": "date" },
                "lines": { "type": "array", "items": { "oneOf": [{ "type": "string" },
                    { "type": "object", "properties": { "sku": { "type": "integer" } } }] } } } }),
        json!({}),
    ];
    let tool = |(name, schema): (String, &Value)| {
        serde_json::from_value(json!({ "name": name, "description": "A tool of a provider.",
            "input_schema": schema, "server": name.split('/').next() }))
    };
    provider_tools().into_iter().zip(schemas.iter().cycle()).map(tool).collect()
}

fn written(lists: &Lists) -> Value {
    let dialects = |tools: &Toolbox<UreqTransport>| {
        let each = Dialect::ALL.map(|it| (it.as_str().to_owned(), tools.list(it).to_value()));
        Value::Object(each.into_iter().collect())
    };
    lists.iter().map(|(name, tools)| ((*name).to_owned(), dialects(tools))).collect()
}

/// What is said of the arguments of a call; nothing is sent.
fn wrong(tools: &Toolbox<UreqTransport>, tool: &str, arguments: &Value, number: usize) -> String {
    let call = ToolCall::new(tool, arguments.to_string()).id(number.to_string());
    match tools.dispatch(&call, Moment::new(SystemTime::now())) {
        Dispatch::Answer(answer) => answer.message.replace('\n', " "),
        _ => String::new(),
    }
}
