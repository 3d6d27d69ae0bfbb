//! Bills, connections, catalogue and webhooks: what their rows promise.

use codespar_proto::KeyRule;

/// The rows that move money, or make somebody owe some.
pub(super) const MOVES_MONEY: &[&str] = &["payables.batches.pay", "payables.documents.pay"];

/// The rows besides reads that are repeated after the server may have seen them, and why.
pub(super) const REPEATED: &[(&str, &str)] = &[
    ("connections.delete", "what is gone stays gone"),
    ("connections.revoke", "what is revoked stays so"),
    ("connections.set_webhook_secret", "the same value twice"),
    ("payables.batches.create", "the server honours the key"),
    ("payables.batches.pay", "the server honours the key"),
    ("projects.delete", "what is gone stays gone"),
    ("tools.plan", "a read"),
    ("tools.search", "a read"),
    ("webhook_endpoints.delete", "what is gone stays gone"),
];

/// The rows that name their effect by a key, and how.
pub(super) const KEYED: &[(&str, KeyRule)] =
    &[("payables.batches.create", KeyRule::Header), ("payables.batches.pay", KeyRule::Header)];
