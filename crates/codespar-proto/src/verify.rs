//! What is verified offline, without asking the server: mandate tokens and webhook deliveries.

#[cfg(feature = "mandate")]
pub mod mandate;
#[cfg(feature = "webhook")]
pub mod webhook;
