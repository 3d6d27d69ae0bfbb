//! Meta-tools: typed arguments, typed answers, the envelope beside them.

mod charge;
mod connection_wizard;
mod crypto_pay;
mod discover;
mod invoice;
mod issue;
mod kyc;
mod ledger;
mod notify;
mod output;
mod pay;
mod ship;
mod shop;
