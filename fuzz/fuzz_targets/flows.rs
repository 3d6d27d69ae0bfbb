//! What happens in a whole conversation, event by event.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| testing_support::fuzz::flows(data));
