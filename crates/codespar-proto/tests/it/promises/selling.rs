//! Charging and collecting: what their rows promise.

use codespar_proto::KeyRule;

/// The rows that move money, or make somebody owe some.
pub(super) const MOVES_MONEY: &[&str] = &[
    "charges.create",
    "collect.attempts.create",
    "collect.links.publish",
    "collect.pages.create_attempt",
];

/// The rows besides reads that are repeated after the server may have seen them, and why.
pub(super) const REPEATED: &[(&str, &str)] = &[
    (
        "charges.create",
        "under the key of a boleto with a due date; every other charge is made once",
    ),
    ("collect.attempts.create", "under its key, which names the attempt on its link"),
    ("collect.links.archive", "what is archived stays archived"),
    ("collect.links.pause", "what is paused stays paused"),
    ("collect.links.put_draft", "the same draft again is the same draft"),
    ("collect.payments.honor", "what was kept is kept, and the answer is the same"),
    ("payment_links.delete", "what is gone stays gone"),
    ("paywalls.delete", "what is gone stays gone"),
];

/// The rows that name their effect by a key, and how.
pub(super) const KEYED: &[(&str, KeyRule)] = &[
    ("charges.create", KeyRule::Depends),
    ("collect.attempts.create", KeyRule::Header),
    ("collect.pages.create_attempt", KeyRule::Argument("page_session")),
    ("meters.record_event", KeyRule::Argument("event_id")),
];
