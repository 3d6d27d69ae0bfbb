//! An event stream, cut in any way.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| testing_support::fuzz::sse(data));
