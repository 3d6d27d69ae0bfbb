//! Calls: options, keys, cancellation, and what they keep to themselves.

mod cancel;
mod exchange;
mod keys;
mod local;
mod options;
mod secrets;
mod turns;
