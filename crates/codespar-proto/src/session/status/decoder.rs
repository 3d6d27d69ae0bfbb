//! Reads the streams of states: a snapshot, updates, the end.

use codespar_engine::{
    Error, Json,
    kit::{Decoded, EventDecoder, decode},
    sse::Frame,
};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    session::status::state::{PaymentStatus, VerificationStatus},
    types::{
        ids::ToolCallId,
        tagged::{tagged_content, type_of},
    },
};

/// Reads a status stream: a snapshot, updates, `done`. Other events are none of the caller's
/// business, as is data that is no object.
#[derive(Debug)]
pub(super) struct StatusDecoder<S> {
    asked: ToolCallId,
    last: Option<S>,
}

/// A state that may leave out whose it is.
pub(super) trait WithToolCall {
    /// The same state, of this call where it does not say.
    fn with_tool_call(self, asked: &ToolCallId) -> Self;
}

impl WithToolCall for PaymentStatus {
    fn with_tool_call(mut self, asked: &ToolCallId) -> Self {
        self.tool_call_id.get_or_insert_with(|| asked.clone());
        self
    }
}

impl WithToolCall for VerificationStatus {
    fn with_tool_call(mut self, asked: &ToolCallId) -> Self {
        self.tool_call_id.get_or_insert_with(|| asked.clone());
        self
    }
}

/// What an event is, by its name or, where that is not known, by its data's `type`; `None` for
/// what is passed over unread.
fn known(frame: &Frame<'_>) -> Option<&'static str> {
    let named = |name: &str| ["snapshot", "update", "done"].into_iter().find(|it| *it == name);
    named(frame.event()).or_else(|| type_of(frame.data()).and_then(|kind| named(&kind)))
}

#[derive(Deserialize)]
struct Done {
    reason: Option<String>,
}

impl<S: DeserializeOwned + WithToolCall + Clone + Send + Sync + 'static> EventDecoder
    for StatusDecoder<S>
{
    type Item = S;

    fn event(&mut self, frame: &Frame<'_>) -> Result<Decoded<S>, Error> {
        let name = match known(frame) {
            None => return Ok(Decoded::Skip),
            Some("done") => return self.done(frame.data()),
            Some(name) => name,
        };
        let wrong = |error: Error| Error::stream(format!("event {name}: {}", error.message()));
        let data = Json::from_slice(frame.data()).map_err(wrong)?;
        if !data.is_object() {
            return Ok(Decoded::Skip);
        }
        let state = tagged_content::<S>(data.as_str().as_bytes())
            .map_err(wrong)?
            .with_tool_call(&self.asked);
        self.last = Some(state.clone());
        Ok(Decoded::Item(state))
    }

    fn knows(&self, frame: &Frame<'_>) -> bool {
        known(frame).is_some()
    }

    fn annotate(&self, error: Error) -> Error {
        match &self.last {
            Some(last) => error.with_last(last.clone()),
            None => error,
        }
    }
}

impl<S> StatusDecoder<S> {
    pub(super) fn of(tool_call: &str) -> Self {
        Self { asked: tool_call.into(), last: None }
    }

    /// The server ends the stream: for good, or only this connection.
    fn done(&self, data: &[u8]) -> Result<Decoded<S>, Error> {
        let done: Option<Done> = decode(data).ok();
        let reason = done.and_then(|done| done.reason);
        if reason.as_deref().is_some_and(|reason| reason != "terminal") {
            return Ok(Decoded::Reopen);
        }
        match &self.last {
            Some(_) => Ok(Decoded::Done),
            None => Err(Error::stream("the stream ended before its snapshot")),
        }
    }
}
