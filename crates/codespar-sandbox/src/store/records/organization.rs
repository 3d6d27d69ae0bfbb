//! What the organization as a whole has decided.

/// Whether the organization has stopped all spending of its agents.
#[derive(Default)]
pub(crate) struct SpendPause {
    pub(crate) paused: bool,
    pub(crate) paused_at: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) resumed_at: Option<String>,
    /// One more with every pause and every resume.
    pub(crate) generation: u64,
}
