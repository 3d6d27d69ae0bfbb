//! What is verified offline, without asking the server: mandate tokens, receipts and webhook
//! deliveries.

#[cfg(feature = "mandate")]
pub mod mandate;
#[cfg(feature = "mandate")]
mod members;
#[cfg(feature = "mandate")]
pub mod receipt;
#[cfg(feature = "webhook")]
pub mod webhook;
