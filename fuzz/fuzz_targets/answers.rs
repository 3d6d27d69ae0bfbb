//! Any type of either API that is read from JSON.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| testing_support::fuzz::answers(data));
