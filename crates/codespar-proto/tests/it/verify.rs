//! What is verified offline: webhook deliveries, mandate tokens, receipts.

mod mandate;
mod mandate_wire;
mod receipt;
mod receipt_changes;
mod receipt_recipes;
mod webhook;
mod webhook_events;
