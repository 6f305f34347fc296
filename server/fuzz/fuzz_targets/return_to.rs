#![no_main]
//! What holds is in `server/tests/properties`, where the kept corpus is replayed, too.

#[path = "../../tests/properties/holds/return_to.rs"]
mod return_to;

libfuzzer_sys::fuzz_target!(|data: &[u8]| return_to::holds(data));
