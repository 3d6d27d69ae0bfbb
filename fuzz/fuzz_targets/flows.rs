#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| codespar_fuzz::targets::flows(data));
