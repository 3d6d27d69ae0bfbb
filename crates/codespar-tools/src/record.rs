//! What was called in a conversation: what keeps a call from being made twice.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use codespar_engine::Error;
use serde::{Deserialize, Serialize};

use crate::{answer::ToolAnswer, money::Amount};

/// A call that may have been sent, as a record keeps it.
///
/// It holds no arguments, only their hash; its answer holds what the model was shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RecordedCall {
    /// The model's id of the call, or one that was made up where it had none.
    pub id: String,
    /// The id of the tool.
    pub tool: String,
    /// The tool and its arguments, as a hash.
    pub fingerprint: String,
    /// The key that it was sent under, where the server honours one.
    pub key: Option<String>,
    /// When, in milliseconds since 1970.
    pub at: u64,
    /// Whether it counts as money.
    pub is_money: bool,
    /// How much it moves, as far as that can be said.
    pub amounts: Vec<Amount>,
    /// What it came to; `None` until that is known.
    pub answer: Option<ToolAnswer>,
}

impl RecordedCall {
    /// Whether nothing of it happened and nothing of it will.
    pub fn is_nothing_done(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| answer.verdict.is_nothing_done())
    }
}

/// The record of calls, by conversation.
///
/// A toolbox writes a call down before it is sent, and what it came to afterwards. What must
/// survive a crash is kept by a record that writes to a disk before [`enter`](Self::enter) returns;
/// after the crash, calls without an answer are unknown.
pub trait CallRecord: Send + Sync {
    /// Shows the calls of a conversation to `decide`, oldest first, and keeps the call that it
    /// gives, before anybody else sees the conversation. A call with the id of an earlier one takes
    /// its place.
    ///
    /// # Errors
    /// When it cannot be kept: then nothing is sent.
    fn enter(
        &self,
        conversation: &str,
        decide: &mut dyn FnMut(&[RecordedCall]) -> Option<RecordedCall>,
    ) -> Result<(), Error>;

    /// Keeps what a call came to. Where tries of it ran side by side, one that did nothing takes
    /// nothing back: an answer that says that it was, or may have been, done stays.
    ///
    /// # Errors
    /// When it cannot be kept: then the call stays without an answer.
    fn settle(&self, conversation: &str, id: &str, answer: &ToolAnswer) -> Result<(), Error>;
}

/// A record in memory: it forgets everything when the program ends.
///
/// It grows with each call that changes something; [`forget`](Self::forget) drops a conversation
/// that is over.
#[derive(Debug, Default)]
pub struct MemoryRecord {
    conversations: Mutex<HashMap<String, Vec<RecordedCall>>>,
}

impl MemoryRecord {
    /// An empty record.
    pub fn new() -> Self {
        Self::default()
    }

    /// Drops a conversation: its calls are no longer known, and could be made a second time.
    pub fn forget(&self, conversation: &str) {
        self.lock().remove(conversation);
    }

    /// The calls of a conversation, oldest first.
    pub fn calls(&self, conversation: &str) -> Vec<RecordedCall> {
        self.lock().get(conversation).cloned().unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Vec<RecordedCall>>> {
        self.conversations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CallRecord for MemoryRecord {
    fn enter(
        &self,
        conversation: &str,
        decide: &mut dyn FnMut(&[RecordedCall]) -> Option<RecordedCall>,
    ) -> Result<(), Error> {
        let mut conversations = self.lock();
        let known = conversations.get(conversation).map(Vec::as_slice).unwrap_or_default();
        if let Some(call) = decide(known) {
            let calls = conversations.entry(conversation.to_owned()).or_default();
            match calls.iter_mut().find(|known| known.id == call.id) {
                Some(known) => *known = call,
                None => calls.push(call),
            }
        }
        Ok(())
    }

    fn settle(&self, conversation: &str, id: &str, answer: &ToolAnswer) -> Result<(), Error> {
        let mut conversations = self.lock();
        let calls = conversations.get_mut(conversation).into_iter().flatten();
        let is_kept = |known: &ToolAnswer| {
            answer.verdict.is_nothing_done() && !known.verdict.is_nothing_done()
        };
        let is_it =
            |call: &&mut RecordedCall| call.id == id && !call.answer.as_ref().is_some_and(is_kept);
        for call in calls.filter(is_it) {
            call.answer = Some(answer.clone());
        }
        Ok(())
    }
}
