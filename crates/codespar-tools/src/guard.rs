//! Whether a call is sent, asked about, or answered without being sent: never twice by mistake.

use std::time::Duration;

use codespar_engine::Verdict;

use crate::{
    answer::{Happened, ToolAnswer},
    hash::hash,
    money::Amount,
    options::{BeforeMoney, Repeats, ToolboxOptions},
    outcome::Outcome,
    question::{About, Confirmation, Question},
    record::RecordedCall,
    view::ViewOptions,
};

/// The key of a call: the same for the same conversation, call id and operation, and for no other.
pub(crate) fn key(conversation: &str, id: &str, tool: &str) -> String {
    let mut hash = hash(["key", conversation, id, tool]);
    hash.truncate(40);
    format!("tool-{hash}")
}

/// A call that changes something, as the guard looks at it.
pub(crate) struct Asked<'a> {
    /// The call id, where the model gave one.
    pub(crate) id: Option<&'a str>,
    pub(crate) tool: &'a str,
    pub(crate) name: &'a str,
    pub(crate) title: &'a str,
    pub(crate) fingerprint: String,
    /// The key that it would go out under, where the server honours one.
    pub(crate) key: Option<String>,
    /// The key of an earlier call that the model wants to repeat.
    pub(crate) repeats: Option<String>,
    pub(crate) is_money: bool,
    /// Whom it is about, as far as the arguments say.
    pub(crate) whom: Option<String>,
    pub(crate) amounts: Result<Vec<Amount>, String>,
    /// Milliseconds since 1970.
    pub(crate) now: u64,
    pub(crate) confirmation: Option<&'a Confirmation>,
}

/// What is done with a call.
pub(crate) enum Decision {
    /// It is sent, under this key, and stands in the record under this id.
    Send {
        id: String,
        key: Option<String>,
        /// Whether it may have been done before, under the same key.
        may_be_done: bool,
    },
    /// It is not sent.
    Answer(Box<ToolAnswer>),
    /// A person is asked first.
    Ask(Box<Question>),
}

/// Decides about a call, given those before it; what is sent goes into the record first.
pub(crate) fn decide(
    asked: &Asked<'_>,
    before: &[RecordedCall],
    options: &ToolboxOptions,
) -> (Decision, Option<RecordedCall>) {
    let known = asked.id.and_then(|id| before.iter().find(|call| call.id == id));
    if let Some(known) = known {
        return known_id(asked, known, before, options);
    }
    if let Some(key) = &asked.repeats {
        let is_it = |call: &&RecordedCall| call.key.as_ref() == Some(key);
        return match before.iter().find(is_it) {
            // Under its key it is one effect, however often it is asked for.
            Some(first) if first.fingerprint == asked.fingerprint => {
                let may_be_done = before.iter().any(|call| is_it(&call) && !call.is_nothing_done());
                match stopped_anew(asked, before, options).filter(|_| !may_be_done) {
                    Some(decision) => (decision, None),
                    None => send(asked, before, Some(key), may_be_done),
                }
            }
            _ => (unknown_key(key), None),
        };
    }
    if asked.is_money {
        let stopped = repetition(asked, before, options);
        if let Some(decision) = stopped.or_else(|| limit(asked, before, options)) {
            return (decision, None);
        }
    }
    send(asked, before, asked.key.as_ref(), false)
}

/// The same call id again: what it came to, or the same key again where there is one.
fn known_id(
    asked: &Asked<'_>,
    known: &RecordedCall,
    before: &[RecordedCall],
    options: &ToolboxOptions,
) -> (Decision, Option<RecordedCall>) {
    if known.fingerprint != asked.fingerprint {
        let words = "This call id was used before, for another tool or other arguments. Nothing of \
                     this call was sent";
        return (refused("call_id_reused", words.to_owned()), None);
    }
    let is_open = known
        .answer
        .as_ref()
        .is_none_or(|answer| matches!(answer.verdict, Happened::Unknown | Happened::NothingSent));
    match (&known.answer, &known.key) {
        (_, Some(key)) if is_open => {
            let may_be_done = !known.is_nothing_done();
            if let (false, Some(decision)) = (may_be_done, stopped_anew(asked, before, options)) {
                return (decision, None);
            }
            let (id, key) = (known.id.clone(), Some(key.clone()));
            // While it is under way again, what it came to before says nothing of it.
            let call = RecordedCall { answer: None, ..known.clone() };
            (Decision::Send { id, key, may_be_done }, Some(call))
        }
        (Some(answer), _) => (Decision::Answer(Box::new(answer.clone())), None),
        (None, _) => {
            let words = "This call was sent before, and no answer to it is known";
            (Decision::Answer(Box::new(unknown(words, None))), None)
        }
    }
}

/// What has come about since a call that came to nothing: others have used up the limit, or have
/// made the same payment. A question that was answered then is not asked again.
fn stopped_anew(
    asked: &Asked<'_>,
    before: &[RecordedCall],
    options: &ToolboxOptions,
) -> Option<Decision> {
    if !asked.is_money {
        return None;
    }
    let is_over = || options.limits.check(&asked.amounts, before).is_err();
    repetition(asked, before, options)
        .or_else(|| is_over().then(|| limit(asked, before, options)).flatten())
}

/// The same payment not long ago, unless a person has said that it is meant.
fn repetition(
    asked: &Asked<'_>,
    before: &[RecordedCall],
    options: &ToolboxOptions,
) -> Option<Decision> {
    if confirmed(asked).is_some_and(|confirmation| confirmation.repeats) {
        return None;
    }
    let window = u64::try_from(options.window.as_millis()).unwrap_or(u64::MAX);
    let first = before.iter().rev().find(|call| {
        call.fingerprint == asked.fingerprint
            && asked.now.saturating_sub(call.at) < window
            && !call.is_nothing_done()
    })?;
    let seconds_ago = Duration::from_millis(asked.now.saturating_sub(first.at)).as_secs();
    let came_to = first.answer.as_ref().map(|answer| answer.verdict);
    let came_to_words = came_to.map_or("not known yet", Happened::as_str);
    let key = first.key.as_deref().map(|key| format!(", key {key}")).unwrap_or_default();
    let words = format!(
        "The same call with the same arguments was made {seconds_ago} s ago (call {}{key}); \
         what it came to: {came_to_words}.",
        first.id
    );
    Some(match options.repeats {
        Repeats::Refuse => refused("repeated_call", format!("{words} It is not made again")),
        Repeats::FirstAnswer => Decision::Answer(Box::new(match &first.answer {
            Some(answer) => {
                let mut answer = answer.clone();
                answer.message = format!("{} ({words} It was not made again.)", answer.message);
                answer
            }
            None => unknown(&words, first.key.as_deref()),
        })),
        Repeats::Ask => {
            let about = About::Repeat { first: first.id.clone(), seconds_ago, came_to };
            ask(asked, about, format!("{words} Shall it be made once more?"))
        }
    })
}

/// What limits and the rule of questions say about it.
fn limit(asked: &Asked<'_>, before: &[RecordedCall], options: &ToolboxOptions) -> Option<Decision> {
    let within = options.limits.check(&asked.amounts, before);
    let may_ask = options.before_money != BeforeMoney::Send;
    if may_ask && confirmed(asked).is_some() {
        return None;
    }
    match (within, options.before_money) {
        (Err(why), BeforeMoney::Send) => {
            Some(refused("money_limit", why.trim_end_matches('.').to_owned()))
        }
        (Err(why), _) => Some(ask(asked, About::Limit, format!("{why} {}", what(asked)))),
        (Ok(()), BeforeMoney::Send) => None,
        (Ok(()), BeforeMoney::AskAboveLimits) if !options.limits.is_empty() => None,
        (Ok(()), _) => Some(ask(asked, About::Money, what(asked))),
    }
}

fn what(asked: &Asked<'_>) -> String {
    let amounts = match &asked.amounts {
        Ok(amounts) if amounts.is_empty() => "no amount".to_owned(),
        Ok(amounts) => amounts.iter().map(Amount::to_string).collect::<Vec<_>>().join(", "),
        Err(why) => format!("an unknown amount ({why})"),
    };
    let whom = asked.whom.as_ref().map(|whom| format!(", {whom}")).unwrap_or_default();
    format!("Shall {} be called, for {amounts}{whom}?", asked.title)
}

fn confirmed<'a>(asked: &Asked<'a>) -> Option<&'a Confirmation> {
    asked.confirmation.filter(|confirmation| confirmation.fingerprint == asked.fingerprint)
}

fn send(
    asked: &Asked<'_>,
    before: &[RecordedCall],
    key: Option<&String>,
    may_be_done: bool,
) -> (Decision, Option<RecordedCall>) {
    let made_up = || format!("without-id-{}", before.len() + 1);
    let id = asked.id.map_or_else(made_up, str::to_owned);
    let call = RecordedCall {
        id: id.clone(),
        tool: asked.tool.to_owned(),
        fingerprint: asked.fingerprint.clone(),
        key: key.cloned(),
        at: asked.now,
        is_money: asked.is_money,
        amounts: asked.amounts.clone().unwrap_or_default(),
        answer: None,
    };
    (Decision::Send { id, key: key.cloned(), may_be_done }, Some(call))
}

fn ask(asked: &Asked<'_>, about: About, text: String) -> Decision {
    let repeats = matches!(about, About::Repeat { .. });
    Decision::Ask(Box::new(Question {
        about,
        tool: asked.name.to_owned(),
        title: asked.title.to_owned(),
        whom: asked.whom.clone(),
        amounts: asked.amounts.clone(),
        key: asked.key.clone(),
        text,
        confirmation: Confirmation {
            fingerprint: asked.fingerprint.clone(),
            key: asked.key.clone(),
            repeats,
        },
    }))
}

fn refused(code: &str, words: String) -> Decision {
    let mut outcome = Outcome::nothing_sent(code, words);
    outcome.verdict = Verdict::Refused;
    Decision::Answer(Box::new(ToolAnswer::new(&outcome, &ViewOptions::new())))
}

fn unknown_key(key: &str) -> Decision {
    let words = format!(
        "No call was made under the key {key} with these arguments. Leave the key out: one is made \
         for each call"
    );
    refused("unknown_key", words)
}

fn unknown(words: &str, key: Option<&str>) -> ToolAnswer {
    let mut outcome = Outcome::nothing_sent("no_answer", words);
    outcome.verdict = Verdict::Unknown;
    outcome.key = key.map(str::to_owned);
    ToolAnswer::new(&outcome, &ViewOptions::new())
}
