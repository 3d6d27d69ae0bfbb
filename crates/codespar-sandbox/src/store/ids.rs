//! Ids, counted so that two runs of a test see the same ones.

/// Makes ids: counted, so that two runs of a test see the same ones.
#[derive(Default)]
pub(crate) struct Ids {
    last: u64,
    last_request: u64,
    last_event: u64,
}

impl Ids {
    pub(crate) fn number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// An id for a request, counted apart: polls must not change the ids of things.
    pub(crate) fn request(&mut self) -> String {
        self.last_request += 1;
        format!("req_{:016}", self.last_request)
    }

    /// The number of an event or of a delivery, counted apart: they come when their time is there,
    /// and must not change the ids of things.
    pub(crate) fn event(&mut self) -> u64 {
        self.last_event += 1;
        self.last_event
    }

    pub(crate) fn event_id(&mut self) -> String {
        format!("evt_{:016}", self.event())
    }

    /// An id with this prefix and sixteen digits after it.
    pub(crate) fn with(&mut self, prefix: &str) -> String {
        format!("{prefix}_{:016}", self.number())
    }

    /// An id in the form of a random UUID.
    pub(crate) fn uuid(&mut self) -> String {
        format!("5a4db0c5-0000-4000-8000-{:012x}", self.number())
    }
}
