//! What a row says of the call that it stands for, and what an answer makes of it.

use codespar_engine::{Stage, Verdict, driver::Transport};
use codespar_tools::{Happened, Outcome, RecordedCall, ToolAnswer, ViewOptions};

use crate::{
    error::OutboxError,
    policy::{Policy, millis},
    row::{Guarantee, Row, State},
    store::Store,
    tool_calls::ToolCalls,
    vault::place,
};

impl<T: Transport, S: Store> ToolCalls<T, S> {
    /// The call that a row stands for.
    pub(super) fn call(&self, row: &Row) -> Result<RecordedCall, OutboxError> {
        let unreadable = || OutboxError::Unreadable("a row is no recorded call");
        // Once it was purged, what is left lies where others have their request.
        let (part, blob) = match &row.answer {
            Some(blob) => ("answer", blob),
            None => ("request", row.request.as_ref().ok_or_else(unreadable)?),
        };
        let bytes = self.core.vault.get(&place(row, part), blob)?;
        serde_json::from_slice(&bytes).map_err(|_| unreadable())
    }

    /// The row with this call in it.
    pub(super) fn with(&self, row: Row, call: &RecordedCall) -> Result<Row, OutboxError> {
        let bytes = serde_json::to_vec(call);
        let bytes = bytes.map_err(|_| OutboxError::Unreadable("a call cannot be written"))?;
        let answer = Some(self.core.vault.put(&place(&row, "answer"), &bytes)?);
        Ok(Row { answer, ..row })
    }
}

/// The call as its row stands by now, where that is more than its answer said: an approval was
/// given or denied, or a person found out what came of it. An answer that says that it was done
/// stays.
pub(super) fn as_it_stands(mut call: RecordedCall, row: &Row) -> RecordedCall {
    let said = call.answer.as_ref().map(|answer| answer.verdict);
    let is_open = said.is_none_or(|said| matches!(said, Happened::Held | Happened::Unknown));
    let verdict = match row.state {
        State::NotDone if is_open => Verdict::Refused,
        State::Done if said != Some(Happened::Done) => Verdict::Done(Stage::Completed),
        // It waits for nobody any more; what came of it is not known.
        State::Unknown | State::NeedsPerson if said == Some(Happened::Held) => Verdict::Unknown,
        _ => return call,
    };
    let mut outcome = Outcome::new(verdict);
    outcome.key.clone_from(&call.key);
    if let Some(answer) = &call.answer {
        outcome.request_id.clone_from(&answer.request_id);
        outcome.tool_call_id.clone_from(&answer.tool_call_id);
    }
    if !verdict.is_done() {
        outcome.code.clone_from(&row.code);
    }
    outcome.message = match (verdict, row.code.as_deref()) {
        (Verdict::Refused, Some("approval_denied")) => Some("The approval was denied"),
        (Verdict::Refused, Some("approval_expired")) => Some("The approval was not given in time"),
        (Verdict::Unknown, _) => Some("It was held, and is not any more"),
        (Verdict::Refused, _) => Some("A person has found out that it did not happen"),
        _ => Some("A person has found that out"),
    }
    .map(str::to_owned);
    call.answer = Some(ToolAnswer::new(&outcome, &ViewOptions::new()));
    call
}

/// Whether what is recorded says that it was, or may have been, done.
pub(super) fn may_be_done(call: &RecordedCall) -> bool {
    call.answer.as_ref().is_some_and(|known| !known.verdict.is_nothing_done())
}

/// A call that may have been done, as one that cannot be sent again.
pub(super) fn without_key(call: &RecordedCall) -> RecordedCall {
    let mut call = call.clone();
    call.key = None;
    call.answer = call.answer.filter(|answer| !answer.verdict.is_nothing_done());
    call
}

/// What an answer makes of a row. The agent has to ask again for what can be sent again; what
/// nobody asks for is with a person in the end.
pub(super) fn settled(row: Row, answer: &ToolAnswer, now: i64, policy: &Policy) -> Row {
    let state = match answer.verdict {
        Happened::Done => State::Done,
        Happened::Refused if !row.exposed => State::NotDone,
        Happened::NothingSent if !row.exposed => State::Ready,
        Happened::Held => State::Held,
        // A refusal of the last says nothing of those before it.
        _ => match row.guarantee {
            Guarantee::ExactlyOnce => State::Unknown,
            Guarantee::AtMostOnce => State::NeedsPerson,
        },
    };
    Row {
        state,
        code: answer.code.clone(),
        approval: answer.approval.as_ref().map(|approval| approval.id.clone()),
        next_at: matches!(state, State::Unknown | State::Held)
            .then(|| now.saturating_add(millis(policy.longest_wait))),
        // What needs a person keeps the end of its lease: something may be on its way until then.
        lease_until: row.lease_until.filter(|_| state == State::NeedsPerson),
        turns: row.turns.saturating_add(1),
        updated_at: now,
        ..row
    }
}
