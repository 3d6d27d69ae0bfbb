//! Governed spending: what their rows promise.

use codespar_proto::KeyRule;

/// The rows that move money, or make somebody owe some.
pub(super) const MOVES_MONEY: &[&str] = &[
    "cards.create",
    "facilitator.execute",
    "mandates.execute_payment",
    "mandates.execute_payment_stream",
    "mandates.spend",
];

/// The rows besides reads that are repeated after the server may have seen them, and why.
pub(super) const REPEATED: &[(&str, &str)] = &[
    ("agents.suspend", "what is suspended stays so: keys cannot undo it"),
    ("audit_events.verify", "a read"),
    ("audit_events.verify_anchor", "a read"),
    ("bank_consents.refresh_statement", "an entry is taken in once"),
    ("cards.create", "the server honours the key"),
    ("mandates.delete_card", "what is gone stays gone"),
    (
        "mandates.pause",
        "a pause again; a resume in between is undone, which stops money and moves none",
    ),
    ("mandates.revoke", "what is revoked stays so"),
    ("organizations.pause", "what is stopped stays so: keys cannot undo it"),
    ("policies.delete", "what is gone stays gone"),
];

/// The rows that name their effect by a key, and how.
pub(super) const KEYED: &[(&str, KeyRule)] = &[
    ("cards.create", KeyRule::Header),
    ("mandates.execute_payment", KeyRule::Argument("attempt_id")),
    ("mandates.execute_payment_stream", KeyRule::Argument("attempt_id")),
    ("mandates.spend", KeyRule::Argument("attempt_id")),
];
