//! Operations of a registry as tools: what an API crate makes its sources of.

use std::{collections::BTreeSet, convert::Infallible, mem};

use codespar_engine::{
    Call, Effect, Error, Json, KeyRule, Reply, Stage, Verdict,
    describe::{Member, SchemaOptions, Shape, Unit, schema},
    driver::{Event, Flow, Key, Step, Tick, Transport},
    kit::{Retry, Route},
    registry::{Operation, Started},
};
use serde_json::{Map, Value, json};

use crate::{
    arguments::{Argument, Arguments},
    money::{AmountRule, AmountRules, AmountUnit, CurrencyRule, Money},
    outcome::Outcome,
    spec::{KeySupport, ToolEffect, ToolSpec},
};

/// How many items of a list a model is shown at most.
const ITEMS: usize = 50;

/// What an API says of its operations beyond their descriptions.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ApiFacts {
    /// How many decimals a currency's minor unit has; `None` for what is no currency.
    pub decimals: fn(&str) -> Option<u32>,
    /// Whether a key is honoured, for operations where that depends on the arguments.
    pub key_depends: fn(&Arguments) -> bool,
    /// How far what moves money has come when it is answered.
    pub stage: fn(&Operation) -> Stage,
    /// The values in paths that are known already.
    pub known: &'static [&'static str],
}

impl ApiFacts {
    /// Of an API whose money is on its way when it answers, and whose keys depend on nothing.
    pub const fn new(decimals: fn(&str) -> Option<u32>) -> Self {
        Self { decimals, key_depends: |_| false, stage: |_| Stage::Dispatched, known: &[] }
    }

    /// The same, with the arguments under which a key is honoured.
    #[must_use]
    pub const fn key_depends(mut self, honoured: fn(&Arguments) -> bool) -> Self {
        self.key_depends = honoured;
        self
    }

    /// The same, with how far what moves money has come when it is answered.
    #[must_use]
    pub const fn stage(mut self, stage: fn(&Operation) -> Stage) -> Self {
        self.stage = stage;
        self
    }

    /// The same, with values in paths that are known already.
    #[must_use]
    pub const fn known(mut self, known: &'static [&'static str]) -> Self {
        self.known = known;
        self
    }
}

/// An operation as a tool, by its description and its row.
pub fn operation_spec(operation: &Operation, route: Option<&Route>, facts: &ApiFacts) -> ToolSpec {
    // What sends nothing changes nothing.
    let effect = route.map_or(Effect::Reads, Route::effect);
    let mut spec = ToolSpec::new(operation.name, "operation", ToolEffect::Known(effect))
        .description(operation.about);
    spec.key = match route.map(|route| route.key) {
        // It cannot be left out, and stands among the other arguments.
        Some(key) if key.takes_option() && !operation.takes_key(route) => {
            KeySupport::Argument("idempotency_key")
        }
        Some(KeyRule::Header | KeyRule::HeaderAndBody | KeyRule::Body) => KeySupport::Honoured,
        Some(KeyRule::Argument(name)) => KeySupport::Argument(name),
        Some(KeyRule::Depends) => KeySupport::Depends(facts.key_depends),
        _ => KeySupport::None,
    };
    spec.input_schema = Some(input_schema(operation, facts));
    spec.repeatable = route.is_some_and(|route| matches!(route.retry, Retry::Safe));
    // A POST adds; a PUT and a PATCH overwrite.
    spec.overwrites = route.is_some_and(|route| route.method != "POST");
    spec.open_world = effect == Effect::MovesMoney;
    if effect == Effect::MovesMoney {
        spec.money = money(operation, facts);
    }
    spec.secrets = secret_names(operation.output);
    spec
}

/// The call of an operation that was started, with the transport of its client.
///
/// Of a list the first 50 items are given; of rounds that change something, the last.
///
/// # Errors
/// `Config`, when it gives a session, which no model can use.
pub fn operation_call<T: Transport, S>(
    started: Started<T, S>,
    operation: &Operation,
    effect: Effect,
    facts: &ApiFacts,
    transport: &T,
) -> Result<Call<T, Outcome>, Error> {
    let stage = match effect {
        Effect::MovesMoney => (facts.stage)(operation),
        _ => Stage::Completed,
    };
    let call = match started {
        Started::Call(call) => call,
        Started::Items(items) => {
            let (flow, _) = items.into_flow();
            let keeps = if effect.is_change() { Keep::Last } else { Keep::First(ITEMS) };
            Call::new(transport.clone(), Collect { flow, keeps, items: Vec::new() })
        }
        _ => return Err(Error::config("operation", "expected one that gives a value")),
    };
    Ok(call.with_response().map(move |reply| outcome_of_reply(reply, effect, stage)))
}

/// The arguments of an operation with a key in its place, as its registry takes them.
pub fn with_key(spec: &ToolSpec, arguments: &Arguments, key: Option<&str>) -> Arguments {
    let mut arguments = arguments.clone();
    let place = spec.key.argument().filter(|_| spec.key.is_honoured(&arguments));
    if let (Some(place), Some(key)) = (place, key) {
        arguments.set(place, Argument::Text(key.to_owned()));
    }
    arguments
}

/// What a result says. Where it has a verdict of its own, it counts, unless the call only reads:
/// then it is about something else.
pub fn outcome_of_reply(reply: Reply<Json>, effect: Effect, stage: Stage) -> Outcome {
    let request_id = reply.request_id().map(str::to_owned);
    let data = reply.output;
    let text = |name: &str| data.member(name).and_then(|member| member.read::<String>().ok());
    let verdict = match text("verdict").filter(|_| effect.is_change()).as_deref() {
        Some("nothing_sent") => Verdict::NothingSent,
        Some("refused") => Verdict::Refused,
        Some("held") => Verdict::Held,
        Some("unknown") => Verdict::Unknown,
        _ => Verdict::Done(stage),
    };
    let mut outcome = Outcome::new(verdict);
    outcome.key = reply.idempotency_key.map(String::from);
    outcome.request_id = request_id;
    if !verdict.is_done() {
        outcome.code = text("reason_code").or_else(|| text("status"));
        outcome.message = text("message");
    }
    if verdict == Verdict::Held {
        let until = text("expires_at").map(|until| until.as_str().into());
        let approval = text("approval_id");
        outcome.approval = approval.map(|id| codespar_engine::PendingApproval::new(id, until));
    }
    outcome.data = Some(data);
    outcome
}

fn input_schema(operation: &Operation, facts: &ApiFacts) -> Value {
    let options = SchemaOptions::new().inline().closed();
    let whole = operation.input.map(|input| (input.argument, schema(input.shape, options)));
    let mut root = match whole {
        None => json!({ "type": "object", "properties": {}, "additionalProperties": false }),
        Some((None, schema)) => schema.to_value(),
        Some((Some(argument), schema)) => {
            let schema = schema.to_value();
            let properties: Map<String, Value> =
                [(argument.to_owned(), schema)].into_iter().collect();
            json!({
                "type": "object", "properties": properties, "required": [argument],
                "additionalProperties": false,
            })
        }
    };
    // References of an inner schema are to its own root.
    let path = operation.path.iter().filter(|name| !facts.known.contains(name));
    for name in path {
        let property = json!({ "type": "string", "description": words(name) });
        if let Some(Value::Object(properties)) = root.get_mut("properties") {
            properties.entry(*name).or_insert(property);
        }
        if let Value::Object(root) = &mut root {
            let required = root.entry("required").or_insert_with(|| json!([]));
            if let Value::Array(required) = required {
                required.push((*name).into());
            }
        }
    }
    root
}

/// A value in a path, in words: `charge_id` is `The charge's id.`
fn words(name: &str) -> String {
    match name.strip_suffix("_id") {
        Some(of) => format!("The id of the {}.", of.replace('_', " ")),
        None => format!("The {}.", name.replace('_', " ")),
    }
}

fn members(shape: &'static Shape) -> Vec<&'static Member> {
    match shape {
        Shape::Object(object) => object().members.iter().collect(),
        Shape::AllOf(all) => all.iter().copied().flat_map(members).collect(),
        Shape::Nullable(inner) => members(inner),
        _ => Vec::new(),
    }
}

/// The amount among the arguments, where there is one.
fn money(operation: &Operation, facts: &ApiFacts) -> Money {
    let Some(input) = operation.input.filter(|input| input.argument.is_none()) else {
        return Money::Unknown("its arguments do not say how much money it moves");
    };
    let members = members(input.shape);
    let unit = |member: &&Member| match member.unit() {
        Some(Unit::Minor) => Some((member.name, AmountUnit::Minor)),
        Some(Unit::Major) => Some((member.name, AmountUnit::Major)),
        Some(Unit::Undocumented) => Some((member.name, AmountUnit::Undocumented)),
        _ => None,
    };
    if members.iter().any(|member| member.unit() == Some(Unit::Atomic)) {
        return Money::Unknown("its amount is in the smallest units of a token");
    }
    let amounts: Vec<_> = members.iter().filter_map(unit).collect();
    let currency = match members.iter().any(|member| member.name == "currency") {
        true => CurrencyRule::Argument("currency"),
        false => CurrencyRule::Undocumented,
    };
    match amounts.as_slice() {
        [] => Money::Unknown("its arguments do not say how much money it moves"),
        [(name, unit)] => {
            let rule = AmountRule::new(*name, *unit, currency);
            Money::Amounts(AmountRules::new(vec![rule], facts.decimals))
        }
        _ => Money::Unknown("it has several amounts"),
    }
}

/// The names of members that are secret, in a shape and all that it holds.
pub fn secret_names(shape: &'static Shape) -> Vec<String> {
    let (mut names, mut seen) = (BTreeSet::new(), BTreeSet::new());
    let mut left = vec![shape];
    while let Some(shape) = left.pop() {
        match shape {
            Shape::Nullable(inner)
            | Shape::List(inner)
            | Shape::Page(inner)
            | Shape::Map(inner) => {
                left.push(inner);
            }
            Shape::AllOf(all) => left.extend(*all),
            Shape::Object(object) if seen.insert(object().name) => {
                for member in object().members {
                    if member.is_secret() {
                        names.insert(member.name.to_owned());
                    }
                    left.push(member.shape);
                }
            }
            Shape::OneOf(one_of) if seen.insert(one_of().name) => {
                left.extend(one_of().variants.iter().map(|variant| variant.shape));
            }
            _ => {}
        }
    }
    names.into_iter().collect()
}

/// Which items of a flow are kept.
#[derive(Clone, Copy)]
enum Keep {
    /// So many of the first; then it is over.
    First(usize),
    /// The last, at its end.
    Last,
}

/// A flow of items, run to its end or until there are enough.
struct Collect {
    flow: Box<dyn Flow<Item = Json, Output = ()>>,
    keeps: Keep,
    items: Vec<Json>,
}

impl Collect {
    fn output(&mut self, has_more: bool) -> Result<Json, Error> {
        let items = mem::take(&mut self.items);
        match self.keeps {
            Keep::Last => Ok(items.into_iter().next_back().unwrap_or_default()),
            Keep::First(_) => {
                #[derive(serde::Serialize)]
                struct Listed<'a> {
                    items: &'a [Json],
                    has_more: bool,
                }
                Json::of(&Listed { items: &items, has_more })
            }
        }
    }
}

impl Flow for Collect {
    type Item = Infallible;
    type Output = Json;

    fn resume(&mut self, tick: Tick<'_>, event: Event) -> Step<Infallible, Json> {
        let mut event = event;
        loop {
            match self.flow.resume(tick, event) {
                Step::Yield(item) => {
                    match self.keeps {
                        Keep::Last => self.items.clear(),
                        Keep::First(most) if self.items.len() >= most => {
                            return Step::Done(self.output(true));
                        }
                        Keep::First(_) => {}
                    }
                    self.items.push(item);
                    event = Event::Taken;
                }
                Step::Open(exchange) => return Step::Open(exchange),
                Step::Read { idle } => return Step::Read { idle },
                Step::Wait(pause) => return Step::Wait(pause),
                Step::Done(Ok(())) => return Step::Done(self.output(false)),
                Step::Done(Err(error)) => return Step::Done(Err(error)),
            }
        }
    }

    fn key(&self) -> Key<'_> {
        self.flow.key()
    }
}

#[cfg(test)]
mod tests;
