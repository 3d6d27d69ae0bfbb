//! Whole conversations, driven by hand.

use codespar_engine::testing::Offline;

use super::{
    conversations::{CONVERSATIONS, Clients},
    input::{END, pick},
    script::Script,
    talk::Talk,
};

/// A script of events makes a conversation: see `script.rs`. The first piece holds what the caller
/// chose, in five bytes, and the name of the conversation.
pub fn flows(data: &[u8]) {
    let mut pieces = data.splitn(2, |byte| *byte == END);
    let (Some(chosen), events) = (pieces.next(), pieces.next().unwrap_or_default()) else { return };
    let name = chosen.get(5..).unwrap_or_default();
    let Some(conversation) = pick(name, CONVERSATIONS, |conversation| conversation.name()) else {
        return;
    };
    let clock = Offline::new();
    let script = Script::new(events, clock.clone(), (conversation.answer, conversation.media_type));
    let mut talk = Talk { chosen, script, conduct: conversation.conduct };
    if let Some(clients) = Clients::new(&clock) {
        (conversation.begin)(&mut talk, &clients);
    }
}
