//! What went out on a rail that has not answered, until an operator says what became of it.

use crate::store::{books::Posting, records::payment::Withdrawal};

/// A transfer out of a wallet, which holds its amount.
pub(crate) struct UnansweredTransfer {
    pub(crate) project: String,
    pub(crate) sent: Withdrawal,
}

/// A Pix payment that may have been given back.
pub(crate) struct UnansweredDevolution {
    pub(crate) project: String,
    pub(crate) id: String,
    /// Where its row is kept.
    pub(crate) place: String,
    /// The scope of its key, and the key.
    pub(crate) key: (String, String),
    /// What it leaves in the books once it has moved; it has the hold, where money was to go out.
    pub(crate) posting: Posting,
}

#[derive(Default)]
pub(crate) struct Unanswered {
    pub(crate) transfers: Vec<UnansweredTransfer>,
    pub(crate) devolutions: Vec<UnansweredDevolution>,
}

impl Unanswered {
    /// Whether an entry of the books holds money for one of them.
    pub(crate) fn is_held_by(&self, entry: u64) -> bool {
        let transfers = self.transfers.iter().map(|it| it.sent.hold);
        let devolutions = self.devolutions.iter().map(|it| it.posting.hold);
        transfers.chain(devolutions).any(|hold| hold == Some(entry))
    }

    /// How much of an entry may have been given back.
    pub(crate) fn given_back_of(&self, entry: u64) -> i64 {
        let of_entry = self.devolutions.iter().filter(|it| it.posting.reverses == Some(entry));
        of_entry.fold(0, |sum, it| sum.saturating_add(it.posting.amount_minor.saturating_abs()))
    }
}
