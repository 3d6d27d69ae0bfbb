//! How a service request of Upivia ends.

/// How a service request of Upivia ends, for
/// [`Sandbox::upivia_decide`](crate::Sandbox::upivia_decide).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// It is done and paid for.
    Executed,
    /// A policy forbids it (`policy_block`).
    Blocked,
    /// It waits for a person.
    ApprovalRequired,
    /// The provider failed (`adapter_error`).
    Failed,
    /// It goes on by itself, and is done after a while.
    Running,
}

impl Verdict {
    const ALL: [Self; 5] =
        [Self::Executed, Self::Blocked, Self::ApprovalRequired, Self::Failed, Self::Running];

    /// Its name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Executed => "executed",
            Self::Blocked => "blocked",
            Self::ApprovalRequired => "approval_required",
            Self::Failed => "failed",
            Self::Running => "running",
        }
    }

    pub(crate) fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.as_str() == text)
    }
}
