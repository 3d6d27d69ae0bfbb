//! What is verified offline: webhook deliveries, mandate tokens.

mod mandate;
mod mandate_wire;
mod webhook;
mod webhook_events;
