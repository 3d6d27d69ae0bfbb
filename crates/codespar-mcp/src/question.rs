//! Questions before money, put to a person by the client: within the call, or by a call that comes
//! back.

use std::borrow::Cow;

use codespar_async::agent_tools::{Confirmation, Question, ToolAnswer};
use rmcp::{
    RoleServer,
    model::{
        ClientResult, ElicitRequest, ElicitRequestParams, ElicitResult, ElicitationAction,
        InputRequest, InputRequiredResult, InputResponses, ServerRequest,
    },
    service::{PeerRequestOptions, RequestContext},
};
use serde_json::{Value, json};

use crate::{options::Protocol, result::refused, sealed::ANSWERED_WITHIN};

/// The member of an answer that says yes, and the name of the question in a call that comes back.
const CONFIRM: &str = "confirm";

/// How much of the arguments a person is shown.
const ARGUMENTS: usize = 1000;

/// How much of each text among them, where they are more than that.
const TEXT: usize = 60;

/// How a client can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// It cannot.
    No,
    /// While the call runs.
    Within,
    /// The call is answered with the question, and comes back.
    Again,
}

/// What came of a question.
pub(crate) enum Reply {
    Yes(Confirmation),
    No(Box<ToolAnswer>),
}

impl Way {
    pub(crate) fn of(context: &RequestContext<RoleServer>) -> Self {
        let asks = context.client_capabilities().and_then(|all| all.elicitation);
        // Older clients name no form, and know no other.
        let has_form = asks.is_some_and(|asks| asks.form.is_some() || asks.url.is_none());
        match has_form {
            false => Self::No,
            true if Protocol::V2026_07_28.is_reached_by(context.protocol_version().as_ref()) => {
                Self::Again
            }
            true => Self::Within,
        }
    }
}

/// Asks within the call, and waits.
pub(crate) async fn ask(
    question: Question,
    arguments: &str,
    context: &RequestContext<RoleServer>,
) -> Reply {
    let no = |question: Question| Reply::No(Box::new(question.into_answer()));
    let Some(form) = form(&question, arguments) else { return no(question) };
    let request = ServerRequest::ElicitRequest(ElicitRequest::new(form));
    let options = PeerRequestOptions::with_timeout(ANSWERED_WITHIN);
    let asked = context.peer.send_request_with_option(request, options).await;
    let Ok(asked) = asked else { return no(question) };
    let answer = tokio::select! {
        biased;
        () = context.ct.cancelled() => {
            let words = "It was cancelled before anybody answered";
            return Reply::No(Box::new(refused("cancelled", words)));
        }
        answer = asked.await_response() => answer,
    };
    match answer {
        Ok(ClientResult::ElicitResult(answer)) => reply(answer, question.confirmation),
        // It cannot ask after all, or nobody answered in time.
        _ => no(question),
    }
}

/// The question as the answer to a call, which comes back with `state`.
pub(crate) fn input_required(
    question: &Question,
    arguments: &str,
    state: String,
) -> Option<InputRequiredResult> {
    let form = InputRequest::Elicitation(ElicitRequest::new(form(question, arguments)?));
    let requests = [(CONFIRM.to_owned(), form)].into_iter().collect();
    Some(InputRequiredResult::new(Some(requests), Some(state)))
}

/// What a call that has come back says.
pub(crate) fn came_back(responses: Option<&InputResponses>, confirmation: Confirmation) -> Reply {
    let answer = responses.and_then(|all| all.get(CONFIRM));
    match answer.and_then(|answer| serde_json::from_value(answer.clone()).ok()) {
        Some(answer) => reply(answer, confirmation),
        None => {
            let words = "A person has to say yes first, and the call came back without an answer";
            Reply::No(Box::new(refused("confirmation_required", words)))
        }
    }
}

/// A yes is nothing less than one that was said.
fn reply(answer: ElicitResult, confirmation: Confirmation) -> Reply {
    let said = answer.content.as_ref().and_then(|content| content.get(CONFIRM));
    let said_yes = said.and_then(Value::as_bool) == Some(true);
    let (code, words) = match answer.action {
        ElicitationAction::Accept if said_yes => return Reply::Yes(confirmation),
        ElicitationAction::Cancel => ("dismissed", "A person was asked, and closed the question"),
        _ => ("declined", "A person was asked, and said no"),
    };
    let words = format!("{words}. Do not call it again unless they ask for it");
    Reply::No(Box::new(refused(code, words)))
}

fn form(question: &Question, arguments: &str) -> Option<ElicitRequestParams> {
    let schema = json!({
        "type": "object",
        "properties": { CONFIRM: {
            "type": "boolean", "title": "Yes, do it",
            "description": "Nothing is sent unless this is true.", "default": false,
        } },
        "required": [CONFIRM],
    });
    Some(ElicitRequestParams::FormElicitationParams {
        meta: None,
        message: message(question, arguments),
        requested_schema: serde_json::from_value(schema).ok()?,
    })
}

/// Who, how much, in which unit, under which key; what the model wants to send; and why it asks.
fn message(question: &Question, arguments: &str) -> String {
    let amount = match &question.amounts {
        Ok(amounts) if amounts.is_empty() => "none is named".to_owned(),
        Ok(amounts) => {
            let all: Vec<String> = amounts.iter().map(ToString::to_string).collect();
            format!("{} (in whole units of the currency)", all.join(", "))
        }
        Err(why) => format!("not known: {why}"),
    };
    let whom = question.whom.as_deref().unwrap_or("not named in the arguments");
    let key = question.key.as_deref().unwrap_or(
        "none: the server knows no key for this. If the answer is lost, nobody knows at once \
         whether it happened",
    );
    format!(
        "{}\n\nTool: {} ({})\nTo: {}\nAmount: {}\nKey: {key}\nArguments: {}",
        shown(&question.text, ARGUMENTS),
        shown(&question.title, ARGUMENTS),
        question.tool,
        shown(whom, ARGUMENTS),
        shown(&amount, ARGUMENTS),
        shown(&brief(arguments), ARGUMENTS),
    )
}

/// Arguments that are too many to be shown, with their long texts cut first: what stands behind
/// those counts, too.
fn brief(arguments: &str) -> Cow<'_, str> {
    fn cut(value: &mut Value) {
        match value {
            Value::String(text) if text.chars().nth(TEXT).is_some() => {
                *text = text.chars().take(TEXT).chain(" … (cut)".chars()).collect();
            }
            Value::Array(items) => items.iter_mut().for_each(cut),
            Value::Object(members) => members.values_mut().for_each(cut),
            _ => {}
        }
    }
    if arguments.chars().nth(ARGUMENTS).is_none() {
        return Cow::Borrowed(arguments);
    }
    match serde_json::from_str::<Value>(arguments) {
        Ok(mut value) => {
            cut(&mut value);
            Cow::Owned(value.to_string())
        }
        Err(_) => Cow::Borrowed(arguments),
    }
}

/// A text that the model had a hand in, on one line and without signs that hide or turn others.
fn shown(text: &str, most: usize) -> String {
    let plain = |letter: char| match letter {
        '"' | '\'' | '\\' => vec![letter],
        other => other.escape_debug().collect(),
    };
    let mut shown: String = text.chars().take(most).flat_map(plain).collect();
    if text.chars().nth(most).is_some() {
        shown.push_str(" … (cut)");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(action: ElicitationAction, content: Option<Value>) -> bool {
        let mut answer = ElicitResult::new(action);
        answer.content = content;
        let confirmation = serde_json::from_value(json!({ "fingerprint": "f" })).unwrap();
        matches!(reply(answer, confirmation), Reply::Yes(_))
    }

    #[test]
    fn only_a_yes_is_one() {
        use ElicitationAction::{Accept, Cancel, Decline};
        let yes = || Some(json!({ "confirm": true }));
        assert!(said(Accept, yes()));
        assert!(!said(Decline, yes()) && !said(Cancel, yes()));
        for content in [None, Some(json!({})), Some(json!({ "confirm": false }))] {
            assert!(!said(Accept, content));
        }
        assert!(!said(Accept, Some(json!({ "confirm": "true" }))));
    }

    #[test]
    fn a_model_cannot_write_lines_of_the_question() {
        let text = "x\nAmount: 1 BRL\u{202e}\u{7}";
        assert_eq!(shown(text, 100), "x\\nAmount: 1 BRL\\u{202e}\\u{7}");
        assert_eq!(shown("abc", 2), "ab … (cut)");
        // Nor push out of sight what stands behind.
        let long = json!({ "a": "x".repeat(2_000), "value": 5_000 }).to_string();
        let seen = shown(&brief(&long), ARGUMENTS);
        assert!(seen.contains("(cut)") && seen.ends_with(r#""value":5000}"#), "{seen}");
        assert_eq!(shown(r#"{"a":"é"}"#, 100), r#"{"a":"é"}"#);
    }
}
