//! A call: read, guarded, asked about, carried out, answered.

use codespar_async::{
    Error, HyperTransport, Json,
    agent_tools::{
        Confirmation, Dialect, Dispatch, Happened, Moment, Outcome, Pending, ToolAnswer, ToolCall,
        Toolbox, ViewOptions,
    },
};
use rmcp::{
    RoleServer,
    model::{CallToolRequestParams, InputRequiredResult, InputResponses, JsonObject},
    service::RequestContext,
};
use serde_json::{Value, json};

use crate::{
    catalog::Catalog,
    chance,
    gates::{Gate, Through},
    progress::Progress,
    question::{self, Reply, Way},
    record::session_ended,
    result::{failed_before, nothing_sent, refused},
    server::{Offer, Shared},
    set_up,
};

/// Members of `_meta` whose ids are unlike any other's, if they begin so.
const UNIQUE: [&str; 2] = ["claudecode/toolUseId", "claude/toolUseId"];
const UNIQUE_PREFIX: &str = "toolu_";

/// How often a person is asked about one call: about its limit, and about a repetition.
const QUESTIONS: usize = 3;

/// The tool after which there may be others.
const CONNECTIONS: &str = "codespar_manage_connections";

/// What a call is given.
pub(crate) enum Given {
    Answer(Box<ToolAnswer>),
    /// It comes back with what a person says.
    Question(Box<InputRequiredResult>),
}

impl From<ToolAnswer> for Given {
    fn from(answer: ToolAnswer) -> Self {
        Self::Answer(Box::new(answer))
    }
}

/// A call as the client has sent it.
struct Request {
    call: ToolCall,
    arguments: JsonObject,
    state: Option<String>,
    responses: Option<InputResponses>,
}

impl Request {
    fn read(
        params: CallToolRequestParams,
        context: &RequestContext<RoleServer>,
        conversation: &str,
    ) -> Result<Self, Box<ToolAnswer>> {
        let wrong = |words: String| Box::new(nothing_sent("invalid_arguments", words));
        let arguments = params.arguments.unwrap_or_default();
        if let Some(name) = arguments.iter().find_map(|(name, value)| rounded(name, value)) {
            return Err(wrong(format!(
                "{name}: expected a number of at most 15 digits; write it as a text"
            )));
        }
        let meta = match params.meta {
            Some(meta) if context.meta.is_empty() => serde_json::to_value(meta),
            _ => serde_json::to_value(&context.meta),
        };
        let meta = meta.unwrap_or_default();
        let item = json!({ "name": params.name, "arguments": arguments, "_meta": meta });
        let call = ToolCall::read(Dialect::Mcp, &Json::from(item));
        let mut call = call.map_err(|error| wrong(error.message().to_owned()))?;
        let is_unique = UNIQUE.iter().any(|name| meta.get(name).is_some())
            && call.id.as_ref().is_some_and(|id| id.starts_with(UNIQUE_PREFIX));
        if !is_unique {
            conversation.clone_into(&mut call.conversation);
        }
        let (state, responses) = (params.request_state, params.input_responses);
        Ok(Self { call, arguments, state, responses })
    }

    /// What an answer to a question belongs to: the call, its arguments, the session.
    fn bound(&self, session: &str) -> String {
        let mut arguments = Value::Object(self.arguments.clone());
        arguments.sort_all_objects();
        json!([self.call.name, arguments, session]).to_string()
    }
}

/// The name of a number that may have lost digits on its way here.
fn rounded(name: &str, value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => {
            let digits = number.to_string();
            let digits = digits.split(['e', 'E']).next().unwrap_or_default();
            let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
            let is_long = digits.trim_matches('0').len() > 15;
            let is_large = number.as_f64().is_none_or(|value| value.abs() >= 9e15);
            (number.is_f64() && (is_long || is_large)).then(|| name.to_owned())
        }
        Value::Array(items) => items.iter().find_map(|item| rounded(name, item)),
        Value::Object(members) => members.iter().find_map(|(name, value)| rounded(name, value)),
        _ => None,
    }
}

/// The tools that a call goes to, and the call as they take it.
struct Target<'a> {
    tools: &'a Toolbox<HyperTransport>,
    call: ToolCall,
    /// Whether it is carried out by the session.
    is_of_session: bool,
}

impl<'a> Target<'a> {
    fn of(catalog: &'a Catalog, request: &Request) -> Result<Self, Box<ToolAnswer>> {
        let call = &request.call;
        let (tools, call) = match (Gate::of(&call.name), &catalog.gated) {
            (Some(gate), Some(gated)) => match gate.pass(gated, call, &request.arguments) {
                Through::Answer(answer) => return Err(answer),
                Through::Call(call) => (gated, call),
            },
            _ => (&catalog.listed, call.clone()),
        };
        let is_of_session = tools.find(&call.name).is_some_and(|tool| {
            tool.spec.source == "session" || tool.spec.id.starts_with("session.")
        });
        Ok(Self { tools, call, is_of_session })
    }
}

impl Shared {
    /// What a call is given. It never fails: what goes wrong is an answer.
    pub(crate) async fn call(
        &self,
        params: CallToolRequestParams,
        context: &RequestContext<RoleServer>,
    ) -> Given {
        let mut request = match Request::read(params, context, &self.conversation) {
            Ok(request) => request,
            Err(answer) => return Given::Answer(answer),
        };
        let mut confirmation = None;
        let mut may_reopen = true;
        loop {
            let catalog = match self.offer().await {
                Ok(Offer::Tools(catalog)) => catalog,
                Ok(Offer::SetUp(why)) => return set_up(&request.call.name, why.as_deref()).into(),
                Err(error) => return failed_before(&error).into(),
            };
            let bound = request.bound(catalog.session_id());
            if let Some(state) = request.state.take() {
                match self.came_back(&mut request, &state, &bound) {
                    Reply::Yes(yes) => confirmation = Some(yes),
                    Reply::No(answer) => return Given::Answer(answer),
                }
            }
            let target = match Target::of(&catalog, &request) {
                Ok(target) => target,
                Err(answer) => return Given::Answer(answer),
            };
            let given = self.carry_out(&target, &mut confirmation, &bound, context).await;
            let Given::Answer(answer) = &given else { return given };
            let is_ended = target.is_of_session && session_ended(answer);
            if !(is_ended && may_reopen) {
                self.after(&target, answer).await;
                return given;
            }
            may_reopen = false;
            if let Err(error) = self.reopen(&catalog).await {
                return failed_before(&error).into();
            }
            if let Some(id) = &target.call.id {
                self.record.make_again(id);
            }
        }
    }

    /// Opens what came back with a call.
    fn came_back(&self, request: &mut Request, state: &str, bound: &str) -> Reply {
        let no = |code, words: &str| Reply::No(Box::new(refused(code, words)));
        let opened = match self.seals.open(state, bound, self.milliseconds()) {
            Ok(opened) => opened,
            Err(why) => return no(why.code(), why.words()),
        };
        match (&request.call.id, &opened.call_id) {
            (Some(now), before) if before.as_ref() != Some(now) => {
                let words = "The answer belongs to a call with another call id";
                return no("confirmation_invalid", words);
            }
            // Id and conversation made the key that was shown.
            _ => {
                request.call.id = opened.call_id;
                request.call.conversation = opened.conversation;
            }
        }
        question::came_back(request.responses.as_ref(), opened.confirmation)
    }

    /// Dispatches a call, asks where that is needed, and sends it.
    async fn carry_out(
        &self,
        target: &Target<'_>,
        confirmation: &mut Option<Confirmation>,
        bound: &str,
        context: &RequestContext<RoleServer>,
    ) -> Given {
        let way = Way::of(context);
        for _ in 0..QUESTIONS {
            let mut call = target.call.clone();
            call.confirmation.clone_from(confirmation);
            let question = match target.tools.dispatch(&call, self.moment()) {
                Dispatch::Answer(answer) => return Given::Answer(answer),
                Dispatch::Call(pending) => {
                    return send(*pending, confirmation.as_ref(), context).await.into();
                }
                Dispatch::Ask(question) => *question,
            };
            match way {
                Way::No => return question.into_answer().into(),
                Way::Within => match question::ask(question, &call.arguments, context).await {
                    Reply::Yes(yes) => *confirmation = Some(yes),
                    Reply::No(answer) => return Given::Answer(answer),
                },
                Way::Again => {
                    let now = self.milliseconds();
                    let state = self.seals.seal(&question.confirmation, &call, bound, now).ok();
                    let asked = state.and_then(|state| {
                        question::input_required(&question, &call.arguments, state)
                    });
                    return match asked {
                        Some(asked) => Given::Question(Box::new(asked)),
                        None => question.into_answer().into(),
                    };
                }
            }
        }
        refused("confirmation_required", "It was asked about too often").into()
    }

    fn moment(&self) -> Moment {
        let moment = Moment::new(self.now());
        match chance::bytes::<16>() {
            Ok(noise) => moment.noise(u128::from_be_bytes(noise)),
            // The engine makes a key of its own then.
            Err(_) => moment,
        }
    }

    /// What a call may have changed in the list.
    async fn after(&self, target: &Target<'_>, answer: &ToolAnswer) {
        if target.call.name == CONNECTIONS && answer.verdict == Happened::Done {
            // The list that is known stays, if there is no newer one to be had.
            let _: Result<(), Error> = self.refresh().await;
        }
    }
}

/// Sends a call. If the client cancels it, its connection is closed, and the answer says whether it
/// may have arrived.
async fn send(
    pending: Pending<HyperTransport>,
    confirmation: Option<&Confirmation>,
    context: &RequestContext<RoleServer>,
) -> ToolAnswer {
    let shown = confirmation.and_then(|confirmation| confirmation.key.as_ref());
    if shown.is_some() && shown != pending.key.as_ref() {
        return pending.withdraw("It would go out under another key than the one that was shown");
    }
    if context.ct.is_cancelled() {
        return pending.withdraw("It was cancelled before it was sent");
    }
    let what = match &pending.key {
        Some(key) => format!("{} under the key {key}", pending.tool),
        None => pending.tool.clone(),
    };
    let mut progress = Progress::new(context, what);
    // The key is told before the first byte is sent.
    progress.begin().await;
    let mut call = pending.into_call();
    let cancel = call.cancel_handle();
    let mut work = call.future();
    let mut is_cancelled = false;
    loop {
        tokio::select! {
            biased;
            () = progress.tell(), if !is_cancelled => {}
            answer = &mut work => {
                return answer.unwrap_or_else(|error| {
                    ToolAnswer::new(&Outcome::of_error(&error), &ViewOptions::new())
                });
            }
            () = context.ct.cancelled(), if !is_cancelled => {
                is_cancelled = true;
                cancel.cancel();
            }
        }
    }
}

/// What is said where there is no key that works.
fn set_up(name: &str, why: Option<&str>) -> ToolAnswer {
    let answer = set_up::answer(why);
    match name {
        set_up::NAME => answer,
        _ => nothing_sent("not_set_up", answer.message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_lost_digits_are_noticed() {
        for kept in ["150.5", "0.1", "1e3", "900000", "123456789012.25", "18446744073709551615"] {
            let value: Value = serde_json::from_str(kept).unwrap();
            assert_eq!(rounded("amount", &value), None, "{kept}");
        }
        for lost in ["0.1234567890123456789", "99999999999999999999", "1e40", "9007199254740993.0"]
        {
            let value: Value = serde_json::from_str(&format!("[{{\"amount\":{lost}}}]")).unwrap();
            assert_eq!(rounded("items", &value).as_deref(), Some("amount"), "{lost}");
        }
    }
}
