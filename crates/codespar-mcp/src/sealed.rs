//! What a client carries from a question to its answer: sealed, for one call, once, for a while.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use codespar_async::{
    Error,
    agent_tools::{Confirmation, ToolCall},
};
use rmcp::model::{RequestStateCodec, SealOptions};
use serde::{Deserialize, Serialize};

use crate::chance;

/// How long a question can be answered.
pub(crate) const ANSWERED_WITHIN: Duration = Duration::from_secs(10 * 60);

/// Seals the state of questions, and opens it once. The key is made anew with each run: what an
/// earlier one sealed is refused.
pub(crate) struct Seals {
    codec: RequestStateCodec,
    /// What was opened, until it expires.
    opened: Mutex<HashMap<String, u64>>,
}

/// What a sealed state holds. It is not encrypted: there is nothing in it that the client may not
/// see.
#[derive(Serialize, Deserialize)]
struct State {
    nonce: String,
    /// Milliseconds since 1970.
    expires_at: u64,
    /// The model's call id and the conversation, which make the key.
    call_id: Option<String>,
    conversation: String,
    confirmation: Confirmation,
}

/// What was sealed.
pub(crate) struct Opened {
    pub(crate) call_id: Option<String>,
    pub(crate) conversation: String,
    pub(crate) confirmation: Confirmation,
}

/// Why a state is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// It was sealed by another run, for another call or session, or not at all.
    Foreign,
    Expired,
    Used,
}

impl Refused {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Foreign => "confirmation_invalid",
            Self::Expired => "confirmation_expired",
            Self::Used => "confirmation_used",
        }
    }

    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Foreign => {
                "The answer belongs to no question that this server has asked about this call in \
                 this session. Call it again without a state, to be asked anew"
            }
            Self::Expired => {
                "The question was asked more than ten minutes ago. Call it again without a state, \
                 to be asked anew"
            }
            Self::Used => {
                "The answer to this question was given before, and holds once. What came of it was \
                 said then; do not call it again"
            }
        }
    }
}

impl Seals {
    pub(crate) fn new() -> Result<Self, Error> {
        let codec = RequestStateCodec::try_new(chance::bytes::<32>()?);
        let codec = codec.map_err(|_| Error::config("seal", "the key is too short"))?;
        Ok(Self { codec, opened: Mutex::default() })
    }

    /// Seals what a yes to a call means. `bound` is what it belongs to: the call as it came, its
    /// arguments, the session.
    pub(crate) fn seal(
        &self,
        confirmation: &Confirmation,
        call: &ToolCall,
        bound: &str,
        now: u64,
    ) -> Result<String, Error> {
        let within = u64::try_from(ANSWERED_WITHIN.as_millis()).unwrap_or(u64::MAX);
        let state = State {
            nonce: chance::name()?,
            expires_at: now.saturating_add(within),
            call_id: call.id.clone(),
            conversation: call.conversation.clone(),
            confirmation: confirmation.clone(),
        };
        let options = SealOptions::new().associated_data(bound.as_bytes());
        self.codec
            .seal_json_with(&state, &options)
            .map_err(|_| Error::config("seal", "the state has no JSON form"))
    }

    /// Opens a state, which counts as used from then on.
    pub(crate) fn open(&self, sealed: &str, bound: &str, now: u64) -> Result<Opened, Refused> {
        let state = self.codec.open_json_with::<State>(sealed, bound.as_bytes());
        let state = state.map_err(|_| Refused::Foreign)?;
        if now >= state.expires_at {
            return Err(Refused::Expired);
        }
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        opened.retain(|_, expires_at| *expires_at > now);
        if opened.insert(state.nonce.clone(), state.expires_at).is_some() {
            return Err(Refused::Used);
        }
        let State { call_id, conversation, confirmation, .. } = state;
        Ok(Opened { call_id, conversation, confirmation })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn confirmation() -> Confirmation {
        serde_json::from_value(json!({ "fingerprint": "f", "key": "k", "repeats": true })).unwrap()
    }

    #[test]
    fn a_state_opens_once_for_its_call_and_for_a_while() {
        let seals = Seals::new().unwrap();
        let call = ToolCall::new("pay", "{}").id("call_1").conversation("chat-7");
        let sealed = |now| seals.seal(&confirmation(), &call, "pay 1", now).unwrap();
        let state = sealed(0);
        assert_eq!(seals.open(&state, "pay 2", 1).err(), Some(Refused::Foreign));
        let opened = seals.open(&state, "pay 1", 1).ok().unwrap();
        assert_eq!(opened.confirmation, confirmation());
        assert_eq!((opened.call_id.as_deref(), &*opened.conversation), (Some("call_1"), "chat-7"));
        assert_eq!(seals.open(&state, "pay 1", 1).err(), Some(Refused::Used));
        let state = sealed(0);
        assert_eq!(seals.open(&state, "pay 1", 600_000).err(), Some(Refused::Expired));
        assert!(seals.open(&state, "pay 1", 599_999).is_ok());
        // What has expired is forgotten, and is no less refused.
        assert!(seals.open(&sealed(600_000), "pay 1", 600_001).is_ok());
        assert_eq!(seals.opened.lock().unwrap().len(), 1);
        assert_eq!(seals.open(&state, "pay 1", 600_001).err(), Some(Refused::Expired));
    }

    #[test]
    fn a_state_that_was_changed_or_is_of_another_run_is_foreign() {
        let seals = Seals::new().unwrap();
        let call = ToolCall::new("pay", "{}");
        let state = seals.seal(&confirmation(), &call, "pay", 0).unwrap();
        for at in 0..state.len() {
            let mut bytes = state.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            // The last digit of base64 has bits that mean nothing.
            let is_same = seals.codec.open_with(&changed, b"pay").is_ok();
            assert!(!is_same || at + 1 == state.len(), "{at}");
        }
        let restarted = Seals::new().unwrap();
        assert_eq!(restarted.open(&state, "pay", 1).err(), Some(Refused::Foreign));
        for text in ["", "rs1", "x.y.z"] {
            assert_eq!(seals.open(text, "pay", 1).err(), Some(Refused::Foreign));
        }
    }
}
