//! What a model is told of a call: text and structure, the verdict first.

use std::fmt::{self, Write as _};

use codespar_engine::{Json, PendingApproval, Stage, Timestamp, Verdict};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{outcome::Outcome, view::ViewOptions, view::view};

/// What a model is told of a call. Never empty: the verdict comes first.
///
/// Its JSON is the envelope that [`ToolAnswer::schema`] describes; a record of calls keeps it so.
/// `Debug` leaves the data out: it carries personal data.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ToolAnswer {
    /// What happened, in a word.
    pub verdict: Happened,
    /// How far what was done has come: `completed`, `issued`, `dispatched`, `settled`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// What it means and what to do next, in a sentence or two.
    pub message: String,
    /// Why, as a code, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The key to repeat the call under, or that it was made under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The id that the server gave the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The server's name for the call, by which its payment is asked about later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_call_id: Option<String>,
    /// The approval that it waits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// How many seconds the server asked to wait before another try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u64>,
    /// What was left out of the data: what was cut, and what is not shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// What the tool gave.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub data: Value,
}

impl fmt::Debug for ToolAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolAnswer")
            .field("verdict", &self.verdict)
            .field("stage", &self.stage)
            .field("message", &self.message)
            .field("code", &self.code)
            .field("key", &self.key)
            .field("request_id", &self.request_id)
            .field("approval", &self.approval)
            .finish_non_exhaustive()
    }
}

/// What happened, as the five words of a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Happened {
    /// It was done, as far as the operation goes: see the stage.
    Done,
    /// Nothing was sent that changes anything.
    NothingSent,
    /// The server says that nothing was done.
    Refused,
    /// It happens once a person approves, without another call.
    Held,
    /// It may have happened.
    Unknown,
}

impl Happened {
    /// The word as it is written in front of a result.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NothingSent => "nothing sent",
            Self::Refused => "refused",
            Self::Held => "held",
            Self::Unknown => "unknown",
        }
    }

    /// Whether nothing of it happened, and nothing of it will.
    pub const fn is_nothing_done(self) -> bool {
        matches!(self, Self::NothingSent | Self::Refused)
    }
}

impl From<Verdict> for Happened {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::NothingSent => Self::NothingSent,
            Verdict::Refused => Self::Refused,
            Verdict::Held => Self::Held,
            Verdict::Done(_) => Self::Done,
            // What is not known here is never "not done".
            _ => Self::Unknown,
        }
    }
}

/// An approval that a call waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Approval {
    /// The id by which it is asked for.
    pub id: String,
    /// Until when it can be given, where the server says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
}

impl From<&PendingApproval> for Approval {
    fn from(approval: &PendingApproval) -> Self {
        let expires_at = approval.expires_at.as_ref().map(Timestamp::as_str).map(str::to_owned);
        Self { id: approval.id.clone(), expires_at }
    }
}

impl ToolAnswer {
    /// What an outcome means for the model of this call.
    pub fn new(outcome: &Outcome, options: &ViewOptions) -> Self {
        let verdict = Happened::from(outcome.verdict);
        let seen = outcome.data.as_ref().map(|data| view(data, options)).unwrap_or_default();
        let stage = match outcome.verdict {
            Verdict::Done(stage) => Some(stage.as_str().to_owned()),
            _ => None,
        };
        Self {
            verdict,
            stage,
            message: message(outcome),
            code: outcome.code.clone(),
            key: outcome.key.clone(),
            request_id: outcome.request_id.clone(),
            tool_call_id: outcome.tool_call_id.clone(),
            approval: outcome.approval.as_ref().map(Approval::from),
            retry_after_seconds: outcome
                .retry_after
                .map(|wait| wait.as_secs() + u64::from(wait.subsec_nanos() > 0)),
            left_out: seen.left_out,
            data: seen.data,
        }
    }

    /// Nothing was sent, for this reason.
    pub(crate) fn nothing_sent(code: &str, message: impl Into<String>) -> Self {
        Self::new(&Outcome::nothing_sent(code, message), &ViewOptions::new())
    }

    /// Whether it is a failure: what was done, or waits for a person, is none.
    pub const fn is_error(&self) -> bool {
        !matches!(self.verdict, Happened::Done | Happened::Held)
    }

    /// The answer as text: the verdict in the first line, what to do next, then what is known.
    pub fn text(&self) -> String {
        let mut text = self.summary();
        let mut line = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                let _ = write!(text, "\n{name}: {value}");
            }
        };
        line("code", self.code.as_deref());
        line("key", self.key.as_deref());
        line("request id", self.request_id.as_deref());
        line("tool call id", self.tool_call_id.as_deref());
        if !self.data.is_null() {
            let _ = write!(text, "\ndata: {}", self.data);
        }
        for left_out in &self.left_out {
            let _ = write!(text, "\nleft out: {left_out}");
        }
        text
    }

    /// The verdict and what to do next, in a line: for hosts that read the structure too.
    pub fn summary(&self) -> String {
        let stage = self.stage.as_deref().map(|stage| format!(" ({stage})")).unwrap_or_default();
        format!("{}{stage}: {}", self.verdict.as_str(), self.message)
    }

    /// The answer as an object: what [`schema`](Self::schema) describes.
    pub fn structured(&self) -> Value {
        // Texts and values have a JSON form.
        serde_json::to_value(self).unwrap_or_else(|_| json!({}))
    }

    /// The JSON Schema of every answer: closed, but for `data`, which may be anything.
    pub fn schema() -> Json {
        let text = json!({ "type": "string" });
        json!({
            "type": "object",
            "properties": {
                "verdict": {
                    "type": "string",
                    "enum": ["done", "nothing_sent", "refused", "held", "unknown"],
                    "description": "What happened. Unknown is never \"not done\".",
                },
                "stage": {
                    "type": "string",
                    "enum": ["completed", "issued", "dispatched", "settled"],
                    "description": "How far what was done has come.",
                },
                "message": { "type": "string",
                    "description": "What it means, and what to do next." },
                "code": text,
                "key": { "type": "string", "description": "The key to repeat it under." },
                "request_id": text,
                "tool_call_id": {
                    "type": "string",
                    "description": "The id of the call, to ask later how its payment stands.",
                },
                "approval": {
                    "type": "object",
                    "properties": { "id": text, "expires_at": text },
                    "required": ["id"],
                    "additionalProperties": false,
                },
                "retry_after_seconds": { "type": "integer" },
                "left_out": { "type": "array", "items": text },
                "data": {},
            },
            "required": ["verdict", "message"],
            "additionalProperties": false,
        })
        .into()
    }
}

/// What an outcome means, and what to do next.
fn message(outcome: &Outcome) -> String {
    let why = outcome.message.as_deref().map(str::trim).filter(|why| !why.is_empty());
    let why = why.or(outcome.code.as_deref()).map(|why| why.trim_end_matches('.'));
    let because = |what: &str| match why {
        Some(why) => format!("{why}. {what}"),
        None => what.to_owned(),
    };
    match outcome.verdict {
        Verdict::Done(stage) => match why {
            Some(why) => format!("{} {why}.", done(stage)),
            None => done(stage).to_owned(),
        },
        Verdict::NothingSent => because("Nothing was changed."),
        Verdict::Refused => {
            because("Nothing was done. Correct the cause before you call it again.")
        }
        Verdict::Held => held(outcome),
        _ => because(&unknown(outcome)),
    }
}

const fn done(stage: Stage) -> &'static str {
    match stage {
        Stage::Issued => "It was issued, and is not paid yet.",
        Stage::Dispatched => "The money is on its way, and has not arrived yet.",
        Stage::Settled => "The money has arrived.",
        _ => "It was carried out.",
    }
}

fn held(outcome: &Outcome) -> String {
    let id = match &outcome.approval {
        Some(PendingApproval { id, expires_at: Some(until), .. }) => {
            format!(" (approval {id}, until {until})")
        }
        Some(approval) => format!(" (approval {})", approval.id),
        None => String::new(),
    };
    format!(
        "A person must approve it first{id}. It then happens without another call: do not call it \
         again, tell the person."
    )
}

fn unknown(outcome: &Outcome) -> String {
    let start = "It may have happened.";
    match &outcome.key {
        Some(key) => format!("{start} Repeat it under the key {key} only, never under another."),
        None => format!(
            "{start} Do not repeat it: the server honours no key for it. Look first whether it \
             happened, or ask a person."
        ),
    }
}
