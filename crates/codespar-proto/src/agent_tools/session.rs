//! The tools of a session as tools of a language model.

use std::sync::Arc;

use codespar_engine::{Call, Effect, Error, Stage, Verdict, driver::Transport};
use codespar_tools::{Argument, Arguments, Money, Outcome, ToolEffect, ToolSource, ToolSpec};
use serde_json::Value;

use crate::{
    agent_tools::{
        meta::{META_TOOLS, MetaTool, meta_tool},
        read_actions::{self, READ, ReadActions},
    },
    session::{Session, Tool, ToolResult, execute::ToolOutcome},
};

/// The tools of a session: its meta-tools, fully described, and the tools of its providers, of
/// which nothing is known but what the session lists.
///
/// The nine meta-tools that both read and act are two each: `codespar_pay_read` reads,
/// `codespar_pay` does the rest. The server honours no key for tools: each call is sent once at
/// most.
#[derive(Clone, Debug)]
pub struct SessionTools<T> {
    session: Session<T>,
    tools: Arc<[Tool]>,
}

impl<T: Transport> SessionTools<T> {
    /// The tools that the session lists: see [`Session::tools`].
    pub fn new(session: &Session<T>, tools: &Arc<[Tool]>) -> Self {
        Self { session: session.clone(), tools: Arc::clone(tools) }
    }

    /// The 15 meta-tools, without asking the session whether it has them.
    ///
    /// # Errors
    /// None that this version knows.
    pub fn meta_tools(session: &Session<T>) -> Result<Self, Error> {
        let tool = |name: &str| -> Result<Tool, Error> {
            codespar_engine::Json::of(&serde_json::json!({ "name": name }))?.read()
        };
        let tools = META_TOOLS.iter().map(|name| tool(name)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { session: session.clone(), tools: tools.into() })
    }
}

impl<T: Transport + Sync> ToolSource<T> for SessionTools<T> {
    fn tools(&self) -> Vec<ToolSpec> {
        self.tools.iter().flat_map(specs).collect()
    }

    fn start(
        &self,
        tool: &ToolSpec,
        arguments: &Arguments,
        key: Option<&str>,
    ) -> Result<Call<T, Outcome>, Error> {
        let mut arguments = arguments.clone();
        name_boleto(&tool.id, &mut arguments, key);
        let only_reads = tool.effect.only_reads();
        let call = self.session.execute(name(tool), &arguments.to_json()).with_response();
        Ok(call.map(move |reply| {
            let mut outcome = of_result(&reply.output, only_reads);
            outcome.request_id = reply.request_id().map(str::to_owned);
            outcome
        }))
    }
}

/// The session's own name of a tool.
fn name(tool: &ToolSpec) -> &str {
    match tool.id.strip_suffix(READ) {
        Some(name) if read_actions::of(name).is_some() => name,
        _ => &tool.id,
    }
}

/// A boleto with a due date carries a key in its input, too. The sources disagree whether it is
/// needed: it is sent, and nothing relies on it.
fn name_boleto(tool: &str, arguments: &mut Arguments, key: Option<&str>) {
    let is_boleto = tool == "codespar_charge"
        && arguments.text("method") == Some("boleto")
        && arguments.get("due_date").is_some();
    if let (true, Some(key)) = (is_boleto, key) {
        arguments.set("action", Argument::Text("create".to_owned()));
        arguments.set("idempotency_key", Argument::Text(key.to_owned()));
    }
}

/// What a result means for a model.
fn of_result(result: &ToolResult, only_reads: bool) -> Outcome {
    let verdict = match result.verdict() {
        Verdict::Done(_) if only_reads => Verdict::Done(Stage::Completed),
        verdict => verdict,
    };
    let (code, message) = match result.outcome() {
        ToolOutcome::Refused(refusal) => {
            (Some(refusal.code().to_owned()), Some(refusal.message().to_owned()))
        }
        ToolOutcome::Failed { error } => {
            let head = error.split_once(": ").map_or(error.as_str(), |(head, _)| head);
            let code = codespar_engine::kit::is_code(head).then(|| head.to_owned());
            (code.or_else(|| Some("tool_failed".to_owned())), Some(error))
        }
        _ => (None, None),
    };
    let mut outcome = Outcome::new(verdict);
    (outcome.code, outcome.message) = (code, message);
    outcome.tool_call_id = result.tool_call_id.as_ref().map(|id| id.as_str().to_owned());
    outcome.approval = result.approval();
    outcome.data = result.data.clone();
    outcome
}

/// A tool of a session as one or two.
fn specs(tool: &Tool) -> Vec<ToolSpec> {
    let Some(meta) = meta_tool(&tool.name) else { return vec![foreign(tool)] };
    let schema = meta.schema(&tool.name, tool.input_schema.as_ref());
    match read_actions::of(&tool.name) {
        None => vec![whole(tool, &meta, schema)],
        Some(actions) => split(tool, &meta, schema, actions),
    }
}

/// A tool of a provider: nothing is known of what it does.
fn foreign(tool: &Tool) -> ToolSpec {
    let effect = match tool.name.as_str() {
        "codespar_list_tools" => ToolEffect::Known(Effect::Reads),
        _ => ToolEffect::Unknown,
    };
    let mut spec = ToolSpec::new(&tool.name, "session", effect).description(&tool.description);
    spec.input_schema = tool.input_schema.as_ref().map(codespar_engine::Json::to_value);
    if let (ToolEffect::Unknown, Some(schema)) = (effect, &mut spec.input_schema) {
        doubt_units(schema);
    }
    spec
}

/// Amounts of a provider's tool are in a unit of its own.
fn doubt_units(schema: &mut Value) {
    const AMOUNTS: [&str; 8] =
        ["amount", "value", "price", "total", "valor", "preco", "fee", "discount"];
    let Some(Value::Object(properties)) = schema.get_mut("properties") else { return };
    for (name, property) in properties {
        doubt_units(property);
        if let Some(items) = property.get_mut("items") {
            doubt_units(items);
        }
        let is_amount = name.split(['_', '-', '.']).any(|word| {
            let word = word.to_ascii_lowercase();
            AMOUNTS.iter().any(|amount| word == *amount || word.ends_with(amount))
        });
        if let (true, Value::Object(property)) = (is_amount, property) {
            let about = property.get("description").and_then(Value::as_str).unwrap_or_default();
            let about = format!("{} Unit not documented.", about.trim()).trim().to_owned();
            property.insert("description".to_owned(), about.into());
        }
    }
}

fn whole(tool: &Tool, meta: &MetaTool, schema: Value) -> ToolSpec {
    let mut spec = ToolSpec::new(&tool.name, "session", ToolEffect::Known(meta.effect))
        .description(meta.about)
        .title(meta.title)
        .money(meta.money.clone());
    spec.input_schema = Some(schema);
    spec.secrets.clone_from(&meta.secrets);
    // Nothing that a tool does is taken back; messages and verifications are added.
    spec.overwrites = false;
    spec
}

/// A tool that both reads and acts, as two.
fn split(tool: &Tool, meta: &MetaTool, schema: Value, actions: &ReadActions) -> Vec<ToolSpec> {
    let reads = |value: &Value| value.as_str().is_some_and(|text| actions.values.contains(&text));
    let act = narrowed(schema.clone(), actions.argument, |value| !reads(value));
    let read = narrowed(schema, actions.argument, reads);
    let values = actions.values.join(", ");
    let mut acts = whole(tool, meta, act);
    acts.description = format!("{} To read only ({values}), use {}{READ}.", meta.about, tool.name);
    acts.overwrites = true;
    let mut read = whole(tool, meta, read);
    read.id = format!("{}{READ}", tool.name);
    read.title = format!("{} (read)", meta.title);
    read.description = format!("Only reads ({}: {values}): {}", actions.argument, meta.about);
    read.effect = ToolEffect::Inferred(Effect::Reads);
    read.money = Money::None;
    vec![read, acts]
}

/// The schema in which an argument has only some of its values, and is required.
fn narrowed(mut schema: Value, argument: &str, keep: impl Fn(&Value) -> bool) -> Value {
    let property = schema.get_mut("properties").and_then(|all| all.get_mut(argument));
    if let Some(Value::Array(values)) = property.and_then(|property| property.get_mut("enum")) {
        values.retain(keep);
    }
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        if !required.iter().any(|name| name == argument) {
            required.push(argument.into());
        }
    }
    schema
}
