//! The money side of a client: what each operation sends, and what it makes of an answer.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "money/bad_input.rs"]
mod bad_input;
#[path = "money/batches.rs"]
mod batches;
#[path = "money/charges.rs"]
mod charges;
#[path = "money/consents.rs"]
mod consents;
#[path = "money/files.rs"]
mod files;
#[path = "money/mandates.rs"]
mod mandates;
#[path = "money/names.rs"]
mod names;
#[path = "money/pay_rounds.rs"]
mod pay_rounds;
#[path = "money/pix_keys.rs"]
mod pix_keys;
#[path = "money/steps.rs"]
mod steps;
#[path = "money/support.rs"]
mod support;
#[path = "money/verdicts.rs"]
mod verdicts;
#[path = "money/wallets.rs"]
mod wallets;
