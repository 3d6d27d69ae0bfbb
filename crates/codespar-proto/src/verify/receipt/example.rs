//! A receipt and the keys it is checked with, for examples and tests. They are made by
//! `fixtures/receipts/make.py`.

/// A document of keys.
pub const KEYS: &str = include_str!("example/keys.json");
/// A receipt of version 4, sealed with one of them.
pub const RECEIPT: &str = include_str!("example/receipt.json");
