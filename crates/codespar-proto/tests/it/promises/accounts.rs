//! Accounts, wallets and consumers: what their rows promise.

use codespar_proto::KeyRule;

/// The rows that move money, or make somebody owe some.
pub(super) const MOVES_MONEY: &[&str] =
    &["consumers.transfer", "devolutions.create", "wallets.transfer"];

/// The rows besides reads that are repeated after the server may have seen them, and why.
pub(super) const REPEATED: &[(&str, &str)] = &[
    ("devolutions.create", "the server honours the key"),
    ("wallet.pix_keys.delete", "what is gone stays gone"),
    ("wallets.transfer", "the server honours the key"),
];

/// The rows that name their effect by a key, and how.
pub(super) const KEYED: &[(&str, KeyRule)] =
    &[("devolutions.create", KeyRule::Body), ("wallets.transfer", KeyRule::Body)];
