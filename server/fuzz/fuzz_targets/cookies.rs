#![no_main]
//! What holds is in `server/tests/properties`, where the kept corpus is replayed, too.

#[path = "../../tests/properties/holds/cookies.rs"]
mod cookies;

libfuzzer_sys::fuzz_target!(|data: &[u8]| cookies::holds(data));
