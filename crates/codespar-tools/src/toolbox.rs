//! The tools of several sources, and what becomes of a model's call.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use codespar_engine::{
    Call, Json,
    driver::{Clock, Transport},
};
use serde_json::{Value, json};

use crate::{
    answer::ToolAnswer,
    arguments::Argument,
    call::ToolCall,
    dialect::Dialect,
    guard::{Asked, Decision, decide, key},
    hash::hash,
    names::tool_names,
    offer::{LeftOut, Tool},
    options::ToolboxOptions,
    outcome::Outcome,
    pending::{Dispatch, Entry, Moment, Pending},
    prepare::{prepared, whom, wrong},
    record::{CallRecord, MemoryRecord, RecordedCall},
    source::ToolSource,
    spec::ToolSpec,
};

/// The tools of several sources under names of their own, and what becomes of a model's call.
///
/// It does no I/O: [`list`](Self::list) is what the model is given, [`dispatch`](Self::dispatch)
/// makes a [`Call`] of what the model asks for.
pub struct Toolbox<T> {
    sources: Vec<Box<dyn ToolSource<T>>>,
    /// The tools by name, each with the number of its source.
    tools: BTreeMap<String, (usize, Tool)>,
    left_out: Vec<LeftOut>,
    options: ToolboxOptions,
    record: Arc<dyn CallRecord>,
}

impl<T: Transport> Toolbox<T> {
    /// The tools of these sources, with a record in memory.
    pub fn new(sources: Vec<Box<dyn ToolSource<T>>>, options: ToolboxOptions) -> Self {
        let (mut specs, mut left_out) = (Vec::new(), Vec::new());
        let mut seen = BTreeSet::new();
        for (source, tools) in sources.iter().map(|source| source.tools()).enumerate() {
            for spec in unlike(tools, &mut left_out) {
                match seen.insert(spec.id.clone()) {
                    true => specs.push((source, spec)),
                    false => {
                        left_out.push(LeftOut::new(&spec, "another source has a tool of this id"))
                    }
                }
            }
        }
        let ids: Vec<&str> = specs.iter().map(|(_, spec)| spec.id.as_str()).collect();
        // Names are made of all tools, so that a filter changes none.
        let names = tool_names(&ids, options.longest_name);
        let mut tools = BTreeMap::new();
        for ((source, spec), name) in specs.into_iter().zip(names) {
            if let Some(reason) = options.refuses(&spec, &name) {
                left_out.push(LeftOut::new(&spec, reason));
                continue;
            }
            let id = spec.id.clone();
            match Tool::new(name.clone(), spec, options.strict) {
                Ok(tool) if !tools.contains_key(&name) => {
                    tools.insert(name, (source, tool));
                }
                Ok(tool) => left_out.push(LeftOut::new(&tool.spec, "another tool has its name")),
                Err(reason) => left_out.push(LeftOut { id, reason }),
            }
        }
        Self { sources, tools, left_out, options, record: Arc::new(MemoryRecord::new()) }
    }

    /// The same, with a record that the caller keeps.
    #[must_use]
    pub fn record(mut self, record: Arc<dyn CallRecord>) -> Self {
        self.record = record;
        self
    }

    /// The tools that are offered, by name.
    pub fn tools(&self) -> impl Iterator<Item = &Tool> {
        self.tools.values().map(|(_, tool)| tool)
    }

    /// The tool of a name.
    pub fn find(&self, name: &str) -> Option<&Tool> {
        self.tools.get(name).map(|(_, tool)| tool)
    }

    /// The tools that are not offered, and why.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// The tools whose name, title or description holds all of these words, in any case.
    pub fn search(&self, words: &str) -> Vec<&Tool> {
        let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
        let holds = |tool: &&Tool| {
            let text = format!("{} {} {}", tool.name, tool.spec.title, tool.description());
            let text = text.to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        self.tools().filter(holds).collect()
    }

    /// The tools as a dialect takes them: the value of `tools` in a request, or of an MCP server's
    /// answer to `tools/list`; by name, and the same each time.
    pub fn list(&self, dialect: Dialect) -> Json {
        let tools = self.tools().map(|tool| tool.to_dialect(dialect).to_value());
        let tools: Vec<Value> = tools.collect();
        match dialect {
            Dialect::Gemini => json!([{ "functionDeclarations": tools }]).into(),
            _ => Value::Array(tools).into(),
        }
    }
}

impl<T: Transport + Clock> Toolbox<T> {
    /// What becomes of a model's call, at this moment: an answer, a question, or a call to send.
    ///
    /// What the model did wrong is an answer that it can use; there are no errors.
    pub fn dispatch(&self, call: &ToolCall, moment: Moment) -> Dispatch<T> {
        match self.prepare(call, moment) {
            Ok(dispatch) => dispatch,
            Err(answer) => Dispatch::Answer(answer),
        }
    }

    fn prepare(&self, call: &ToolCall, moment: Moment) -> Result<Dispatch<T>, Box<ToolAnswer>> {
        let Some((source, tool)) = self.tools.get(&call.name) else {
            return Err(self.unknown(&call.name));
        };
        let Some(source) = self.sources.get(*source) else { return Err(self.unknown(&call.name)) };
        let mut arguments = prepared(tool, &call.arguments)?;
        let spec = &tool.spec;
        let repeats = spec.key.argument().and_then(|name| arguments.remove(name));
        let repeats = repeats.as_ref().and_then(Argument::as_text).map(str::to_owned);
        let repeats = repeats.filter(|key| !key.is_empty());
        if spec.effect.only_reads() {
            let started = source.start(spec, &arguments, None).map_err(|error| wrong(&error))?;
            return Ok(self.pending(tool, started, None, None));
        }
        let fingerprint = hash(["call", &spec.id, &arguments.canonical()]);
        let honoured = spec.key.is_honoured(&arguments);
        let confirmation = call.confirmation.as_ref();
        let confirmed = confirmation.filter(|known| known.fingerprint == fingerprint);
        let named = match (&call.id, confirmed.and_then(|known| known.key.clone()), moment.noise) {
            (Some(id), _, _) => Some(key(&call.conversation, id, &spec.id)),
            (None, Some(key), _) => Some(key),
            (None, None, Some(noise)) => Some(key("without an id", &noise.to_string(), &spec.id)),
            (None, None, None) => None,
        };
        let first_try = repeats.clone().filter(|_| honoured).or_else(|| named.clone());
        let mut started =
            source.start(spec, &arguments, first_try.as_deref()).map_err(|error| wrong(&error))?;
        // One that is made up now is kept by the call.
        let made_up = || started.key().map(str::to_owned);
        let own_key = if honoured { named.or_else(made_up) } else { None };
        let asked = Asked {
            id: call.id.as_deref(),
            tool: &spec.id,
            name: &tool.name,
            title: &spec.title,
            fingerprint,
            key: own_key,
            repeats,
            is_money: spec.effect.counts_as_money(),
            whom: whom(&arguments),
            amounts: spec.money.amounts(&arguments),
            now: milliseconds(moment.now),
            confirmation,
        };
        let (id, key, may_be_done) = match self.enter(call, &asked)? {
            Decision::Send { id, key, may_be_done } => (id, key, may_be_done),
            Decision::Answer(answer) => return Err(answer),
            Decision::Ask(question) => return Ok(Dispatch::Ask(question)),
        };
        if key != first_try && key.is_some() && key != asked.key {
            // It was sent under another key before, and is sent under that one.
            started =
                source.start(spec, &arguments, key.as_deref()).map_err(|error| wrong(&error))?;
        }
        let (record, conversation) = (Arc::clone(&self.record), call.conversation.clone());
        let entry = Entry { record, conversation, id, may_be_done };
        Ok(self.pending(tool, started, key, Some(entry)))
    }

    /// Decides about a call, and writes it down.
    fn enter(&self, call: &ToolCall, asked: &Asked<'_>) -> Result<Decision, Box<ToolAnswer>> {
        let mut decision = None;
        let entered = self.record.enter(&call.conversation, &mut |before: &[RecordedCall]| {
            let (decided, entry) = decide(asked, before, &self.options);
            decision = Some(decided);
            entry
        });
        match (entered, decision) {
            (Ok(()), Some(decision)) => Ok(decision),
            (Err(error), _) => Err(not_recorded(error.message())),
            (Ok(()), None) => Err(not_recorded("it was not asked")),
        }
    }
}

impl<T: Transport> Toolbox<T> {
    /// A call whose answer is written down as it comes; a read has no entry to write into.
    fn pending(
        &self,
        tool: &Tool,
        started: Call<T, Outcome>,
        key: Option<String>,
        entry: Option<Entry>,
    ) -> Dispatch<T> {
        let (view, own) = (self.options.view.of_tool(&tool.spec.secrets), entry.clone());
        let named = key.clone();
        let call = started.then(move |outcome| {
            let mut outcome = outcome.unwrap_or_else(|error| Outcome::of_error(&error));
            // Of a key among the arguments an error knows nothing.
            outcome.key = outcome.key.or(named);
            let Some(entry) = own else { return Ok(ToolAnswer::new(&outcome.of_read(), &view)) };
            outcome.verdict = entry.verdict(outcome.verdict);
            let mut answer = ToolAnswer::new(&outcome, &view);
            entry.settle(&mut answer);
            Ok(answer)
        });
        Dispatch::Call(Box::new(Pending { tool: tool.name.clone(), key, call, entry }))
    }

    /// There is no tool of this name: which there are.
    fn unknown(&self, name: &str) -> Box<ToolAnswer> {
        let words: Vec<&str> = name.split(['_', '-', '.', '/']).filter(|it| it.len() > 2).collect();
        let alike = |known: &&String| words.iter().any(|word| known.contains(word));
        let mut names: Vec<&str> =
            self.tools.keys().filter(alike).map(String::as_str).take(10).collect();
        if names.is_empty() {
            names = self.tools.keys().map(String::as_str).take(30).collect();
        }
        let name: String = name.chars().take(100).collect();
        Box::new(ToolAnswer::nothing_sent(
            "unknown_tool",
            format!("There is no tool named {name:?}. There are: {}", names.join(", ")),
        ))
    }
}

impl<T> fmt::Debug for Toolbox<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.tools.keys().collect();
        f.debug_struct("Toolbox").field("tools", &names).finish_non_exhaustive()
    }
}

impl LeftOut {
    fn new(spec: &ToolSpec, reason: &str) -> Self {
        Self { id: spec.id.clone(), reason: reason.to_owned() }
    }
}

/// Tools whose ids are unlike. Of several of one id that say the same one is kept; where they do
/// not, none is, as nobody knows which is meant.
fn unlike(tools: Vec<ToolSpec>, left_out: &mut Vec<LeftOut>) -> Vec<ToolSpec> {
    let mut by_id: BTreeMap<String, Vec<ToolSpec>> = BTreeMap::new();
    for spec in tools {
        let same = by_id.entry(spec.id.clone()).or_default();
        let says = |it: &ToolSpec| (it.description.clone(), it.input_schema.clone());
        if !same.iter().any(|known| says(known) == says(&spec)) {
            same.push(spec);
        }
    }
    let mut unlike = Vec::new();
    for mut same in by_id.into_values() {
        match (same.len(), same.pop()) {
            (_, Some(spec)) if spec.id.is_empty() => {
                left_out.push(LeftOut::new(&spec, "it has no id"))
            }
            (1, Some(spec)) => unlike.push(spec),
            (_, Some(spec)) => left_out.push(LeftOut::new(&spec, "several tools have this id")),
            (_, None) => {}
        }
    }
    unlike
}

fn not_recorded(why: &str) -> Box<ToolAnswer> {
    let words = format!("The call could not be written down, so it was not sent: {why}");
    Box::new(ToolAnswer::nothing_sent("not_recorded", words))
}

fn milliseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
