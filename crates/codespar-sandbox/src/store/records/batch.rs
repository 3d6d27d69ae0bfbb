//! Batches of payments, which a person confirms as a whole.

use serde_json::Value;

/// A list of payments that a person confirms as a whole.
pub(crate) struct Batch {
    pub(crate) id: String,
    pub(crate) project: String,
    pub(crate) status: &'static str,
    pub(crate) version: i64,
    pub(crate) items: Vec<Item>,
    pub(crate) confirmation: Value,
    pub(crate) created_at: String,
    pub(crate) source: String,
    pub(crate) conversation: Value,
    /// The key it was created under and the request it came with.
    pub(crate) created_by: (Option<String>, Value),
}

#[derive(Clone)]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) origin: Value,
    pub(crate) carrier: Option<Carrier>,
    pub(crate) state: &'static str,
    pub(crate) amount_minor: Option<i64>,
    pub(crate) amount_source: Option<&'static str>,
    pub(crate) description: Value,
    pub(crate) reference: Value,
    pub(crate) payment: Value,
}

/// What a payment goes to.
#[derive(Clone)]
pub(crate) enum Carrier {
    PixKey(String),
    BoletoLine(String),
    BrCode(String),
}
