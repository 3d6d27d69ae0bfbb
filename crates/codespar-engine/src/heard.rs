//! Whether the server may have seen anything of a conversation.

use crate::{Error, Event};

/// Whether the server may have seen anything of a conversation. An error that a flow comes to on
/// its own, after its questions were answered, has to say so.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Heard(bool);

impl Heard {
    /// Takes in what happened.
    pub(crate) fn note(&mut self, event: &Event) {
        self.0 |= match event {
            Event::Head(_) => true,
            Event::Failed(error) => error.may_have_been_sent(),
            _ => false,
        };
    }

    /// Adds it to the error that the conversation ends with.
    pub(crate) fn tell(self, error: Error) -> Error {
        error.maybe_sent(self.0)
    }
}
