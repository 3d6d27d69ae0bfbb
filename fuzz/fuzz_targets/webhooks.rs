//! Webhook headers and bodies.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| testing_support::fuzz::webhooks(data));
