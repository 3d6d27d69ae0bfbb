//! What a server of either API says in place of an answer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| testing_support::fuzz::refusals(data));
