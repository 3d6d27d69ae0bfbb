//! Mandate tokens, receipts, keys, DID documents.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| testing_support::fuzz::mandates(data));
