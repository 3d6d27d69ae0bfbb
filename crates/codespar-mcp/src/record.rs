//! The record of a server's calls: one for all of them, whatever conversation a key is made of.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use codespar_async::{
    Error,
    agent_tools::{CallRecord, Happened, RecordedCall, ToolAnswer},
};

/// Codes of a session that has ended.
const ENDED: [&str; 4] =
    ["session_not_active", "session_not_found", "session_closed", "session_expired"];

/// One conversation of another record, in which a call can be made once more whose session had
/// ended before it came.
pub(crate) struct ServerRecord {
    inner: Arc<dyn CallRecord>,
    conversation: String,
    /// The ids of calls that are made once more.
    again: Mutex<HashSet<String>>,
}

impl ServerRecord {
    pub(crate) fn new(inner: Arc<dyn CallRecord>, conversation: String) -> Self {
        Self { inner, conversation, again: Mutex::default() }
    }

    /// The call of this id is as if it had never been made. Nothing may have come of it.
    pub(crate) fn make_again(&self, id: &str) {
        self.again.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned());
    }
}

impl CallRecord for ServerRecord {
    fn enter(
        &self,
        _: &str,
        decide: &mut dyn FnMut(&[RecordedCall]) -> Option<RecordedCall>,
    ) -> Result<(), Error> {
        let mut again = self.again.lock().unwrap_or_else(PoisonError::into_inner);
        if again.is_empty() {
            return self.inner.enter(&self.conversation, decide);
        }
        self.inner.enter(&self.conversation, &mut |before| {
            let mut known = before.to_vec();
            // They keep their places, as ids are made of how many there are.
            let is_again =
                |call: &&mut RecordedCall| again.contains(&call.id) && call.is_nothing_done();
            for call in known.iter_mut().filter(is_again) {
                call.id.push_str(" (its session had ended)");
            }
            let entry = decide(&known);
            if let Some(call) = &entry {
                again.remove(&call.id);
            }
            entry
        })
    }

    fn settle(&self, _: &str, id: &str, answer: &ToolAnswer) -> Result<(), Error> {
        self.inner.settle(&self.conversation, id, answer)
    }
}

/// Whether a call of a session's tool was refused because the session has ended.
pub(crate) fn session_ended(answer: &ToolAnswer) -> bool {
    let code = answer.code.as_deref().unwrap_or_default();
    // A tool's own "not found" is about something else, and comes with an id.
    let is_gone = code == "not_found" && answer.tool_call_id.is_none() && answer.data.is_null();
    // What may have happened in a session that has ended is never done again.
    let is_nothing = matches!(answer.verdict, Happened::Refused | Happened::NothingSent);
    is_nothing && (ENDED.contains(&code) || is_gone)
}
