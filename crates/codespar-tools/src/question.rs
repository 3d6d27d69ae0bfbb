//! Questions that a person answers before money moves.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    answer::{Happened, ToolAnswer},
    money::Amount,
};

/// A question for a person, before anything is sent.
///
/// If the answer is yes, the same call is dispatched again with its
/// [`confirmation`](Self::confirmation); if it is no, or nobody can be asked, the model is given
/// [`into_answer`](Self::into_answer).
///
/// `Debug` leaves out whom it is about.
#[derive(Clone)]
#[non_exhaustive]
pub struct Question {
    /// Why it is asked.
    pub about: About,
    /// The name of the tool, as the model has it.
    pub tool: String,
    /// The tool's name for people.
    pub title: String,
    /// Whom it is about, as far as the arguments say: a recipient, a payee, a buyer.
    pub whom: Option<String>,
    /// How much, in major units; why that cannot be said, where it cannot.
    pub amounts: Result<Vec<Amount>, String>,
    /// The key that the call will go out under, where the server honours one.
    pub key: Option<String>,
    /// The question in words.
    pub text: String,
    /// What a yes is written as.
    pub confirmation: Confirmation,
}

/// What a question is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum About {
    /// Money would move.
    Money,
    /// Money would move, and more than is allowed without asking, or nobody knows how much.
    Limit,
    /// The same was asked for not long ago.
    Repeat {
        /// The call id of the first, where it had one.
        first: String,
        /// How many seconds ago that was.
        seconds_ago: u64,
        /// What the first came to; `None` where nothing is known of it yet.
        came_to: Option<Happened>,
    },
}

/// That a person said yes to one question: it holds for that call with those arguments only.
///
/// A host whose protocol lets the call come back later seals it and sends it along; whoever can
/// make one up can move money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Confirmation {
    /// The tool and its arguments, as a hash.
    pub fingerprint: String,
    /// The key that was shown; the call goes out under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Whether it is about a repetition as well.
    #[serde(default)]
    pub repeats: bool,
}

impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Question")
            .field("about", &self.about)
            .field("tool", &self.tool)
            .field("amounts", &self.amounts)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

impl Question {
    /// What the model is told when the answer is no, or nobody can be asked.
    pub fn into_answer(self) -> ToolAnswer {
        let code = match &self.about {
            About::Repeat { .. } => "repeated_call",
            About::Money => "confirmation_required",
            About::Limit => "money_limit",
        };
        let mut answer = ToolAnswer::nothing_sent(
            code,
            format!("{} A person has to say yes first, and has not", self.text),
        );
        answer.verdict = Happened::Refused;
        answer
    }
}
