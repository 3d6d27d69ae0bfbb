//! Sessions and what they run: what their rows promise.

use codespar_proto::KeyRule;

/// The rows that move money, or make somebody owe some.
pub(super) const MOVES_MONEY: &[&str] = &[
    "session.charge",
    "session.crypto_pay",
    "session.execute",
    "session.invoice",
    "session.issue",
    "session.ledger",
    "session.pay",
    "session.proxy_execute",
    "session.send",
    "session.send_stream",
    "session.ship",
    "session.shop_checkout",
];

/// The rows besides reads that are repeated after the server may have seen them, and why.
pub(super) const REPEATED: &[(&str, &str)] = &[
    ("session.close", "closing twice is closing once"),
    ("session.search_tools", "a read"),
    ("session.shop_checkout_status", "a read"),
];

/// The rows that name their effect by a key, and how.
pub(super) const KEYED: &[(&str, KeyRule)] = &[];
