//! What is checked without asking anyone: mandates and receipts.

mod documents;
mod mandate;
mod receipt;

pub(crate) use self::{mandate::MANDATE_VERIFY, receipt::RECEIPT_VERIFY};
