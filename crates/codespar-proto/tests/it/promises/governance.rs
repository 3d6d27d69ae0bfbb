//! Governed spending: what their rows promise.

use codespar_proto::KeyRule;

/// The rows that move money, or make somebody owe some.
pub(super) const MOVES_MONEY: &[&str] = &["mandates.execute_payment", "mandates.spend"];

/// The rows besides reads that are repeated after the server may have seen them, and why.
pub(super) const REPEATED: &[(&str, &str)] = &[
    ("mandates.delete_card", "what is gone stays gone"),
    (
        "mandates.pause",
        "a pause again; a resume in between is undone, which stops money and moves none",
    ),
    ("mandates.revoke", "what is revoked stays so"),
];

/// The rows that name their effect by a key, and how.
pub(super) const KEYED: &[(&str, KeyRule)] = &[
    ("mandates.execute_payment", KeyRule::Argument("attempt_id")),
    ("mandates.spend", KeyRule::Argument("attempt_id")),
];
