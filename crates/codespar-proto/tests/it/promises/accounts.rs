//! Accounts, wallets and consumers: what their rows promise.

use codespar_proto::KeyRule;

/// The rows that move money, or make somebody owe some.
pub(super) const MOVES_MONEY: &[&str] = &[
    "account.fund",
    "account.fund_initial",
    "account.refill",
    "consumers.transfer",
    "devolutions.create",
    "wallets.execute",
    "wallets.post_entry",
    "wallets.transfer",
];

/// The rows besides reads that are repeated after the server may have seen them, and why.
pub(super) const REPEATED: &[(&str, &str)] = &[
    ("account.fund", "the server honours the key"),
    ("dda.subscriptions.create", "the server honours the key"),
    ("dda.subscriptions.delete", "what is gone stays gone"),
    ("devolutions.create", "the server honours the key"),
    ("wallet.pix_keys.delete", "what is gone stays gone"),
    ("wallets.remove_funding_source", "what is gone stays gone"),
    ("wallets.transfer", "the server honours the key"),
];

/// The rows that name their effect by a key, and how.
pub(super) const KEYED: &[(&str, KeyRule)] = &[
    ("account.fund", KeyRule::Body),
    ("dda.subscriptions.create", KeyRule::Body),
    ("devolutions.create", KeyRule::Body),
    ("test_money.settle_pix_in", KeyRule::Argument("transaction_id")),
    ("wallets.execute", KeyRule::Argument("attempt_id")),
    ("wallets.post_entry", KeyRule::Argument("attempt_id")),
    ("wallets.transfer", KeyRule::Body),
];
