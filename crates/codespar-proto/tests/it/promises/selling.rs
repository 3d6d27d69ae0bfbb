//! Charging and collecting: what their rows promise.

use codespar_proto::KeyRule;

/// The rows that move money, or make somebody owe some.
pub(super) const MOVES_MONEY: &[&str] = &["charges.create"];

/// The rows besides reads that are repeated after the server may have seen them, and why.
pub(super) const REPEATED: &[(&str, &str)] = &[(
    "charges.create",
    "under the key of a boleto with a due date; every other charge is made once",
)];

/// The rows that name their effect by a key, and how.
pub(super) const KEYED: &[(&str, KeyRule)] = &[("charges.create", KeyRule::Depends)];
